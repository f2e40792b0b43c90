//! Productions and faults one by one: what a seed makes of each evaluates, or fails as it is to.

use std::collections::BTreeMap;

use twinix_evaluator::{
    io::MemoryIo,
    job::{Input, Job, Output, run},
    state::Settings,
};

use super::{Fault, Generator, PRODUCTIONS, refused};
use crate::{
    choices::Stream,
    config::Config,
    print::{Style, print},
    scope::Scope,
    swarm::Swarm,
    tree::Expr,
    types::{Str, Type},
};

/// What a seed makes, with every feature on, and its outcome to the depth of `--strict`.
fn made(
    seed: u64,
    make: impl FnOnce(&mut Generator<'_>) -> Option<Expr>,
) -> Option<(String, Result<String, String>)> {
    let config = Config::default();
    let mut choices = Stream::new(seed);
    let mut swarm = Swarm::draw(&mut choices, &config).with_everything();
    swarm.fault = false;
    let mut generator = Generator {
        choices: &mut choices,
        config: &config,
        scope: Scope::default(),
        fuel: 30,
        depth: 0,
        certain: true,
        fault: Fault::None,
        loops: 0,
        mass: 0,
        files: BTreeMap::new(),
        features: vec!["pipe-operators".to_owned()],
        traces: 0,
        in_file: false,
        swarm,
    };
    let made = make(&mut generator)?;
    let (files, features) = (generator.files, generator.features);
    let text = print(&made, Style::default(), &mut choices);
    let files = files
        .into_iter()
        .map(|(path, content)| (format!("/pwd/{}", path.display()).into_bytes(), content))
        .chain([(b"/pwd/program.nix".to_vec(), text.clone().into_bytes())]);
    let job = Job {
        settings: Settings {
            features,
            base_directory: b"/pwd".to_vec(),
            ..Settings::default()
        },
        // Positions have a file only in a file.
        input: Input::File(b"/pwd/program.nix".to_vec()),
        attribute: String::new(),
        arguments: Vec::new(),
        output: Output::Plain,
        strict: true,
    };
    let result = run(&job, Box::new(MemoryIo::new(files)), Box::new(|_| {}))
        .map(|value| String::from_utf8_lossy(&value).into_owned())
        .map_err(|failure| String::from_utf8_lossy(&failure.message).into_owned());
    Some((text, result))
}

/// The programs and values of a production, which all evaluate.
fn values(name: &str, wanted: &Type) -> Vec<(String, String)> {
    let production = PRODUCTIONS
        .iter()
        .find(|production| production.name == name)
        .unwrap_or_else(|| panic!("no production is named {name}"));
    let all =
        (0..200).filter_map(|seed| made(seed, |generator| (production.make)(generator, wanted)));
    let all: Vec<_> = all
        .map(|(text, result)| match result {
            Ok(value) => (text, value),
            Err(error) => panic!("{name}: {error}\n{text}"),
        })
        .collect();
    assert!(
        all.len() >= 30,
        "{name} makes something of {} seeds only",
        all.len()
    );
    all
}

fn share(values: &[(String, String)], holds: impl Fn(&str, &str) -> bool) -> usize {
    100 * values
        .iter()
        .filter(|(text, value)| holds(text, value))
        .count()
        / values.len()
}

#[test]
fn contexts_go_through_operations_and_are_seen() {
    let all = values("what is left of a context", &Type::Opaque);
    assert!(share(&all, |_, value| value.contains("/nix/store/")) > 50);
    for operation in [
        "baseNameOf",
        "dirOf",
        "substring",
        "replaceStrings",
        "toXML",
        "split",
    ] {
        assert!(
            share(&all, |text, _| text.contains(operation)) > 0,
            "{operation}"
        );
    }
    values("a string made of one with context", &Type::Str(Str::Any));
}

#[test]
fn values_that_nearly_are_equal_are_so_now_and_then() {
    let all = values("values that nearly are equal", &Type::Bool);
    let equal = share(&all, |_, value| value == "true");
    assert!((20..80).contains(&equal), "{equal} %");
}

#[test]
fn what_fails_is_never_touched() {
    for seed in 0..200 {
        let made = made(seed, |generator| {
            let dead = generator.call("abort", [Expr::text("touched")]);
            let first = generator.untouched(dead);
            Some(generator.call("seq", [first, Expr::Int(7)]))
        });
        let (text, result) = made.unwrap();
        assert_eq!(result.as_deref(), Ok("7"), "{text}");
    }
}

#[test]
fn a_failure_that_is_asked_for_twice_fails_twice() {
    let all = values("a failure asked for twice", &Type::Int(8));
    assert!(share(&all, |text, _| text.matches("_t").count() > 2) == 100);
}

#[test]
fn attributes_that_were_moved_have_positions() {
    let all = values("the position of what was moved", &Type::Opaque);
    let known = share(&all, |_, value| value.contains("column"));
    assert!((50..100).contains(&known), "{known} %");
}

#[test]
fn groups_keep_their_items() {
    let of = Type::some(Type::Int(8));
    let all = values("a list in groups", &of);
    assert!(share(&all, |_, value| value != "[ ]") == 100);
    for builtin in ["groupBy", "zipAttrsWith", "partition"] {
        assert!(
            share(&all, |text, _| text.contains(builtin)) > 0,
            "{builtin}"
        );
    }
    let all = values("a set through a builtin", &Type::map(Type::Int(8)));
    assert!(share(&all, |text, _| text.contains("listToAttrs")) > 10);
}

#[test]
fn long_lists_are_sorted_and_whole() {
    for (text, value) in values("a long list sorted", &Type::list(Type::Int(30))) {
        let mut numbers: Vec<usize> = value
            .split_whitespace()
            .filter_map(|word| word.parse().ok())
            .collect();
        numbers.sort_unstable();
        assert!(numbers.len() > 16, "{text}");
        assert!(numbers.iter().copied().eq(0..numbers.len()), "{text}");
    }
}

#[test]
fn lists_as_strings_have_empty_lists_in_them() {
    let all = values("a list made a string", &Type::Str(Str::Plain));
    assert!(share(&all, |text, _| text.contains("[ ]") || text.contains("[]")) > 30);
}

#[test]
fn parts_of_sets_have_computed_names() {
    let all = values(
        "a set of any attributes defined in parts",
        &Type::map(Type::Int(8)),
    );
    assert!(share(&all, |text, _| text.contains("${")) > 20);
}

#[test]
fn derivations_have_flags_and_texts_that_few_write() {
    let all = values("derivationStrict", &Type::Opaque);
    for part in [
        "__json",
        "__contentAddressed",
        "__impure",
        "outputs = \"",
        "out\\n",
    ] {
        assert!(share(&all, |text, _| text.contains(part)) > 0, "{part}");
    }
}

#[test]
fn names_are_defined_again() {
    // Nothing is in scope at first.
    let all = (0..200).filter_map(|seed| {
        made(seed, |generator| {
            let variable = generator.defined("x", &Type::Int(8));
            generator.scope.push(vec![variable]);
            let inner = super::bindings::again(generator, &Type::Int(8))?;
            Some(Expr::bind("x", Expr::Int(5), inner))
        })
    });
    let all: Vec<_> = all.collect();
    assert!(!all.is_empty());
    for (text, result) in all {
        assert_eq!(result.as_deref(), Ok("5"), "{text}");
    }
}

#[test]
fn what_is_refused_fails() {
    let kinds: [fn(&mut Generator<'_>) -> Expr; 2] = [refused::context, refused::derivation];
    for make in kinds {
        for seed in 0..200 {
            let (text, result) = made(seed, |generator| Some(make(generator))).unwrap();
            assert!(result.is_err(), "{seed}: {result:?}\n{text}");
        }
    }
}

#[test]
fn versions_that_begin_alike_differ_both_ways() {
    let all = values("versions compared", &Type::Int(8));
    for order in ["-1", "0", "1"] {
        assert!(share(&all, |_, value| value == order) > 5, "{order}");
    }
}
