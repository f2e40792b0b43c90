//! The parts of a program that are programs themselves: where one of them diverges, what is around it only
//! carries the difference to the surface.

use std::collections::BTreeSet;

use rnix::{SyntaxKind::*, SyntaxNode};

use crate::{
    scope::bound_in,
    source::Source,
    syntax::{bare, is_expression, parse, range, significant},
};

/// The expressions within a program, but for mere names, that need no name from around them, each a
/// program, the smallest first. A program that is a tree of files has none: what its files give to each other is not told.
pub fn parts(source: &Source) -> Vec<Source> {
    let Some(text) = source.nix(&None).filter(|_| source.files.is_empty()) else {
        return Vec::new();
    };
    let (root, is_program) = parse(text);
    if !is_program {
        return Vec::new();
    }
    let whole = significant(text);
    let closed = root
        .descendants()
        .filter(|node| is_expression(node) && !is_name(node) && is_closed(node));
    let texts: BTreeSet<(usize, String)> = closed
        .map(|node| bare(&node).text().to_string())
        .map(|text| (significant(&text), text))
        .filter(|(size, _)| *size < whole)
        .collect();
    texts
        .into_iter()
        .map(|(_, text)| Source::new(text))
        .collect()
}

fn is_name(node: &SyntaxNode) -> bool {
    matches!(node.kind(), NODE_IDENT | NODE_PAREN)
}

/// Whether no name in an expression is bound around it. A `with` around it binds any name.
fn is_closed(node: &SyntaxNode) -> bool {
    let inside = range(node);
    let is_inside = |outer: &SyntaxNode| {
        let outer = range(outer);
        inside.start <= outer.start && outer.end <= inside.end
    };
    let mut names = node
        .descendants()
        .filter(|name| name.kind() == NODE_IDENT && is_expression(name));
    names.all(|name| {
        let text = name.text().to_string();
        let binder = name
            .ancestors()
            .find(|outer| bound_in(outer).contains(&text));
        match binder {
            Some(binder) => is_inside(&binder),
            None => !name
                .ancestors()
                .any(|outer| outer.kind() == NODE_WITH && !is_inside(&outer)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let parts = parts(&Source::new(text)).into_iter();
        parts
            .map(|part| String::from_utf8(part.text).unwrap())
            .collect()
    }

    #[test]
    fn the_smallest_come_first() {
        assert_eq!(
            of("toString (builtins.genList (x: x + 1) 2)"),
            [
                "1",
                "2",
                "x: x + 1",
                "builtins.genList",
                "builtins.genList (x: x + 1)",
                "builtins.genList (x: x + 1) 2"
            ]
        );
    }

    #[test]
    fn what_needs_a_name_from_around_is_none() {
        assert_eq!(of("let a = 12; in a"), ["12"]);
        assert_eq!(of("(a: [ a ]) 12"), ["12", "a: [ a ]"]);
        assert_eq!(of("with { b = 12; }; [ b 3 ]"), ["3", "12", "{ b = 12; }"]);
        assert_eq!(
            of("rec { inherit (c) b; c = { b = 12; }; }"),
            ["12", "{ b = 12; }"]
        );
    }

    #[test]
    fn files_are_not_taken_apart() {
        let mut source = Source::new("[ (import ./a.nix) ]");
        source.files.insert("a.nix".into(), b"1".to_vec());
        assert!(parts(&source).is_empty());
        assert!(of("[ 1").is_empty());
    }
}
