//! Productions and faults one by one: what a seed makes of each evaluates, or fails as it is to.

use std::collections::{BTreeMap, BTreeSet};

use twinix_evaluator::{
    io::MemoryIo,
    job::{Input, Job, run},
    state::Settings,
};

use super::{FAULTS, Fault, Generator, PRODUCTIONS, sources::ARCHIVES};
use crate::{
    choices::Stream,
    config::Config,
    print::{Style, print},
    raw,
    scope::Scope,
    swarm::Swarm,
    tree::Expr,
    types::{Str, Type},
};

/// The experimental features that programs want.
const FEATURES: [&str; 7] = [
    "pipe-operators",
    "ca-derivations",
    "impure-derivations",
    "dynamic-derivations",
    "git-hashing",
    "parse-toml-timestamps",
    "blake3-hashes",
];

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
        features: FEATURES.map(str::to_owned).to_vec(),
        traces: 0,
        in_file: false,
        command: None,
        swarm,
    };
    let made = make(&mut generator)?;
    let (files, features) = (generator.files, generator.features);
    let text = print(&made, Style::default(), &mut choices);
    let files = files
        .into_iter()
        .map(|(path, content)| (format!("/pwd/{}", path.display()).into_bytes(), content))
        .chain([(b"/pwd/program.nix".to_vec(), raw::bytes(&text))]);
    let job = Job {
        settings: Settings {
            features,
            base_directory: b"/pwd".to_vec(),
            ..Settings::default()
        },
        // Positions have a file only in a file.
        ..Job::of(Input::File(b"/pwd/program.nix".to_vec()))
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
    values(
        "a string that refers to an output of an output",
        &Type::Opaque,
    );
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

/// What a kind of fault makes of so many seeds, which all fails.
fn failures(name: &str, seeds: u64) -> Vec<(String, String)> {
    let row = FAULTS
        .iter()
        .find(|row| row.name == name)
        .unwrap_or_else(|| panic!("no fault is named {name}"));
    (0..seeds)
        .filter_map(|seed| made(seed, |generator| Some((row.make)(generator))))
        .map(|(text, result)| match result {
            Ok(value) => panic!("{name}: {value}\n{text}"),
            Err(message) => (text, message),
        })
        .collect()
}

#[test]
fn what_is_refused_fails() {
    for name in [
        "a context where none may be",
        "a context that is refused",
        "a derivation that cannot be made",
        "a source that is not copied",
        "a closure that fails",
        "a file that is not found or read",
        "a number that is out of range",
        "what nothing calls has to be a function",
        "a large value is of the wrong kind",
        "an assertion that two values are equal",
        "throw",
    ] {
        let all = failures(name, 200);
        let messages: BTreeSet<_> = all.iter().map(|(_, message)| message).collect();
        assert!(messages.len() >= 3, "{name}: {messages:?}");
    }
}

#[test]
fn what_is_malformed_is_refused() {
    for (name, least) in [
        ("a malformed text", 60),
        ("a malformed regular expression", 20),
        ("a malformed hash", 10),
    ] {
        let all = failures(name, 1200);
        let messages: BTreeSet<_> = all.iter().map(|(_, message)| message).collect();
        assert!(messages.len() >= least, "{name}: {messages:?}");
    }
}

#[test]
fn sources_are_what_their_hashes_say() {
    let all = values("sources", &Type::Opaque);
    for part in [
        "filterSource",
        "hashFile",
        "recursive",
        "outPath",
        "__functor",
    ] {
        assert!(share(&all, |text, _| text.contains(part)) > 0, "{part}");
    }
    for (path, hash) in ARCHIVES {
        assert!(share(&all, |text, _| text.contains(hash)) > 0, "{path}");
    }
}

#[test]
fn derivations_have_outputs_of_all_kinds() {
    let all = values("derivationStrict", &Type::Opaque);
    for part in [
        "__contentAddressed = true",
        "__impure = true",
        "outputHashMode = \"nar\"",
        "outputHash = \"\"",
    ] {
        let written = |text: &str| text.replace("= builtins.", "= ").contains(part);
        assert!(all.iter().any(|(text, _)| written(text)), "{part}");
    }
    // What is not known yet is a placeholder, which is no path in the store.
    let placeholders = share(&all, |_, value| {
        value.contains("out = \"/") && !value.contains("out = \"/nix")
    });
    assert!(placeholders > 0);
}

#[test]
fn derivations_are_there_twice() {
    let all = values("a derivation in several places", &Type::Opaque);
    assert!(share(&all, |text, _| text.matches("_d").count() > 2) == 100);
    assert!(share(&all, |text, _| text.contains("toXML")) > 10);
}

#[test]
fn names_of_an_outer_with_are_found() {
    let all = values("the name of an outer with", &Type::Int(8));
    assert!(share(&all, |text, _| text.matches("with").count() > 1) == 100);
    assert!(share(&all, |text, _| text.contains("_x : ")) > 50);
}

#[test]
fn what_nothing_calls_need_be_no_function() {
    let all = values(
        "a list by a function that nothing calls",
        &Type::list(Type::Null),
    );
    assert!(share(&all, |_, value| value == "[ ]") == 100);
    let all = values(
        "a set by a function that nothing calls",
        &Type::map(Type::Null),
    );
    assert!(share(&all, |_, value| value == "{ }") == 100);
}

#[test]
fn documents_are_read() {
    let all = values("any TOML read", &Type::Opaque);
    assert!(share(&all, |_, value| value.contains("timestamp")) > 20);
    for seed in 0..600 {
        let (text, result) = made(seed, |generator| {
            let text = crate::grammar::toml::any(generator.choices, true);
            Some(generator.call("fromTOML", [Expr::text(&text)]))
        })
        .unwrap();
        assert!(result.is_ok(), "{seed}: {result:?}\n{text}");
    }
}

#[test]
fn json_is_read() {
    for seed in 0..400 {
        let (text, result) = made(seed, |generator| {
            let text = crate::grammar::json::any(generator.choices, 3);
            Some(generator.call("fromJSON", [Expr::text(&text)]))
        })
        .unwrap();
        assert!(result.is_ok(), "{seed}: {result:?}\n{text}");
    }
}

#[test]
fn regular_expressions_match_their_examples() {
    let mut found = 0;
    for seed in 0..600 {
        let (text, result) = made(seed, |generator| {
            let drawn = crate::grammar::regex::draw(generator.choices);
            let arguments = [&drawn.expression, &drawn.example].map(|text| Expr::text(text));
            Some(generator.call("match", arguments))
        })
        .unwrap();
        let value = result.unwrap_or_else(|error| panic!("{seed}: {error}\n{text}"));
        found += usize::from(value != "null");
    }
    // Anchors and what comes after them make a few impossible.
    assert!(found > 500, "{found}");
}

#[test]
fn versions_that_begin_alike_differ_both_ways() {
    let all = values("versions compared", &Type::Int(8));
    for order in ["-1", "0", "1"] {
        assert!(share(&all, |_, value| value == order) > 5, "{order}");
    }
}
