//! However a tree is spelled, it means the same.

use twinix_evaluator::{
    io::MemoryIo,
    job::{Input, Job, run},
    state::Settings,
};

use super::{Space, Style, print};
use crate::{
    choices::Stream,
    raw,
    tree::{Binding, Expr, Formal, Param, Part},
};

const STYLE: Style = Style {
    space: Space::Wild,
    comments: 40,
    parentheses: 20,
    quotes: 50,
    spread: 50,
    escapes: 20,
    rare: 40,
    raw: true,
};

fn value(text: &str) -> Vec<u8> {
    let job = Job {
        settings: Settings {
            base_directory: b"/pwd".to_vec(),
            ..Settings::default()
        },
        ..Job::of(Input::File(b"/pwd/program.nix".to_vec()))
    };
    let files = MemoryIo::new([(b"/pwd/program.nix".to_vec(), raw::bytes(text))]);
    run(&job, Box::new(files), Box::new(|_| {})).unwrap_or_else(|failure| {
        panic!("{:?}\n{text:?}", failure.message.escape_ascii().to_string())
    })
}

/// The value of a tree, which is the same in 400 spellings.
fn only_value(tree: &Expr) -> String {
    let plain = value(&print(tree, Style::default(), &mut Stream::new(0)));
    for seed in 0..400 {
        let text = print(tree, STYLE, &mut Stream::new(seed));
        assert!(
            rnix::Root::parse(&text).errors().is_empty(),
            "rnix refuses {text:?}"
        );
        assert_eq!(value(&text), plain, "{text:?}");
    }
    plain.escape_ascii().to_string()
}

#[test]
fn strings_are_what_they_are_in_every_spelling() {
    let texts = [
        "",
        "$",
        "$$",
        "${x}",
        "$${x}",
        "$$${",
        "''",
        "'''",
        "a'",
        "'$",
        "''${",
        "$'",
        "'\t",
        "'\r",
        "\0",
        "'\0",
        "$\0",
        "\r\n",
        "\n\n",
        "\r",
        "\t\n",
        "nrt",
        "\\",
        "\\n",
        "\"$\"",
        "é",
        "\u{f7ff}",
        "'\u{f7ff}'",
        "a$\u{f7c3}(",
        "\\\u{f780}",
        "$'\\{",
        "{$}",
    ];
    for text in texts {
        let hole = Part::Hole(Expr::text("x"));
        let parts = vec![
            Part::Text(text.to_owned()),
            hole,
            Part::Text(text.to_owned()),
        ];
        let tree = Expr::List(vec![Expr::text(text), Expr::Str(parts)]);
        only_value(&tree);
    }
    assert_eq!(only_value(&Expr::text("a\0\u{f7ff}")), r#"\"a\x00\xff\""#);
}

#[test]
fn numbers_are_what_they_are_in_every_spelling() {
    let numbers = [
        "1.5", "0.5", "2.0", "10.", "1.0e308", "0.0", "0.25e-3", "100.0E2",
    ];
    let mut items: Vec<Expr> = numbers.map(|text| Expr::Float(text.to_owned())).into();
    items.extend([0, 7, -80, i64::MAX].map(Expr::int));
    only_value(&Expr::List(items));
}

#[test]
fn names_and_patterns_are_what_they_are_in_every_spelling() {
    let formals = ["a", "b"].map(|name| Formal {
        name: name.to_owned(),
        default: Some(Expr::Int(1)),
    });
    let pattern = Param::Pattern {
        formals: formals.into(),
        ellipsis: false,
        whole: None,
    };
    let inherited = Binding::Inherit(None, vec!["or".to_owned(), "if".to_owned()]);
    let whole = Expr::Set {
        recursive: false,
        bindings: vec![inherited, Binding::named("\u{f7ff}", Expr::Int(2))],
    };
    let function = Expr::Lambda(pattern, Box::new(whole));
    let call = Expr::call(function, [Expr::set([("a", Expr::Int(3))])]);
    let body = Expr::select(call, "or");
    let chosen = Expr::call(Expr::select(Expr::var("f"), "or"), [Expr::var("or"), body]);
    let both = Expr::lambda(
        "x",
        Expr::lambda("y", Expr::List(vec![Expr::var("x"), Expr::var("y")])),
    );
    let bindings = vec![
        Binding::named("or", Expr::Int(4)),
        Binding::named("if", Expr::Int(5)),
        Binding::named("f", Expr::set([("or", both)])),
    ];
    let tree = Expr::Let(bindings, Box::new(chosen));
    assert_eq!(only_value(&tree), "[ 4 4 ]");
}
