//! The parts of a program that are programs themselves: where one of them diverges, what is around it only
//! carries the difference to the surface.

use std::{collections::BTreeSet, ops::Range};

use rnix::{SyntaxKind::*, SyntaxNode};

use crate::{
    bytes::{as_bytes, as_text, text_of},
    edit::{Splice, spliced},
    printer,
    scope::bound_in,
    source::Source,
    syntax::{Level, bare, fitted, is_expression, level, parse, range, significant},
};

/// The expressions within a program, but for mere names, that need no name from around them, each a
/// program, the smallest first. A selection counts also without what stands after its `or`. A program that is a
/// tree of files has none: what its files give to each other is not told.
pub fn parts(source: &Source) -> Vec<Source> {
    let source = as_text(source);
    let Some(text) = source.nix(&None).filter(|_| source.files.is_empty()) else {
        return Vec::new();
    };
    let (root, is_program) = parse(text);
    if !is_program {
        return Vec::new();
    }
    let whole = significant(text);
    let expressions = root
        .descendants()
        .filter(|node| is_expression(node) && !is_name(node));
    let mut texts = BTreeSet::new();
    for node in expressions {
        if is_closed(&node, &range(&node)) {
            texts.insert(bare(&node).text().to_string());
        }
        if let Some(inside) = without_default(&node).filter(|inside| is_closed(&node, inside)) {
            texts.insert(text[inside].to_owned());
        }
    }
    let sized: BTreeSet<(usize, String)> = texts
        .into_iter()
        .map(|text| (significant(&text), text))
        .filter(|(size, _)| *size < whole)
        .collect();
    sized
        .into_iter()
        .map(|(_, text)| as_bytes(&Source::new(text)))
        .collect()
}

/// The program with another expression wherever one of its [`parts`] stands; none where it stands nowhere.
pub fn stand_in(source: &Source, part: &[u8], by: &str) -> Option<Source> {
    let source = as_text(source);
    let (part, by) = (text_of(part), text_of(by.as_bytes()));
    let text = source.nix(&None)?;
    let (root, _) = parse(text);
    let (held, _) = parse(&by);
    let held = held.children().find(is_expression)?;
    let tightness = level(held.kind()).unwrap_or(Level::Open);
    let mut splices: Vec<Splice> = Vec::new();
    for node in root.descendants().filter(is_expression) {
        let place = range(&node);
        let is_apart = splices
            .last()
            .is_none_or(|last| last.range.end <= place.start);
        if is_apart && bare(&node).text() == part.as_str() && is_closed(&node, &place) {
            let text = format!(" {} ", fitted(&by, tightness, &node));
            splices.push(Splice { range: place, text });
        }
    }
    if splices.is_empty() {
        return None;
    }
    let text = String::from_utf8(spliced(text.as_bytes(), &splices)?).ok()?;
    let mut changed = source.clone();
    changed.text = printer::print(&text).unwrap_or(text).into_bytes();
    Some(as_bytes(&changed))
}

fn is_name(node: &SyntaxNode) -> bool {
    matches!(node.kind(), NODE_IDENT | NODE_PAREN)
}

/// Where a selection stands without the `or` and what comes after it, if it has that.
fn without_default(node: &SyntaxNode) -> Option<Range<usize>> {
    let is_select = node.kind() == NODE_SELECT;
    let mut after = node
        .children()
        .skip_while(|child| child.kind() != NODE_ATTRPATH);
    let path = after.next().filter(|_| is_select)?;
    after.next()?;
    Some(range(node).start..range(&path).end)
}

/// Whether no name in some part of an expression is bound around that. A `with` around it binds any name.
fn is_closed(node: &SyntaxNode, inside: &Range<usize>) -> bool {
    let is_inside = |node: &SyntaxNode| {
        let node = range(node);
        inside.start <= node.start && node.end <= inside.end
    };
    let mut names = node
        .descendants()
        .filter(|name| name.kind() == NODE_IDENT && is_expression(name) && is_inside(name));
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
    fn a_selection_is_one_without_its_default() {
        assert_eq!(of("builtins.warn or (0 0)"), ["0", "0 0", "builtins.warn"]);
        assert_eq!(of("a: (a.b or 1) { }.c or a"), ["1", "{ }", "{ }.c"]);
    }

    #[test]
    fn another_expression_stands_in_wherever_a_part_stands() {
        let with = |text: &str, part: &str, by: &str| {
            let changed = stand_in(&Source::new(text), part.as_bytes(), by)?;
            Some(String::from_utf8(changed.text).unwrap())
        };
        assert_eq!(
            with("[ (f 1) 2 (a: f 1) ]", "f 1", "0 0").as_deref(),
            Some("[ (0 0) 2 (a: 0 0) ]")
        );
        assert_eq!(
            with("1 - (0 + 2)", "0 + 2", "-2").as_deref(),
            Some("1 - (-2)")
        );
        // The second one is not closed.
        assert_eq!(
            with("[ (b 0) (b: b 0) ]", "b 0", "1").as_deref(),
            Some("[ 1 (b: b 0) ]")
        );
        assert_eq!(with("[ 1 ]", "2", "3"), None);
        assert_eq!(
            with("[ \"\u{10FFFF}\" ]", "\"\u{10FFFF}\"", "\"\u{10FFF0}\"").as_deref(),
            Some("[ \"\u{10FFF0}\" ]")
        );
    }

    #[test]
    fn parts_that_are_not_utf8_are_parts() {
        let source = Source::new(*b"[ (f \"\xC3\") \"\xEF\xBF\xBD\" ]");
        let all = parts(&source);
        let part = all.iter().find(|part| part.text == b"\"\xC3\"").unwrap();
        let changed = stand_in(&source, &part.text, "0").unwrap();
        assert_eq!(changed.text, b"[ (f 0) \"\xEF\xBF\xBD\" ]");
    }

    #[test]
    fn files_are_not_taken_apart() {
        let mut source = Source::new("[ (import ./a.nix) ]");
        source.files.insert("a.nix".into(), b"1".to_vec());
        assert!(parts(&source).is_empty());
        assert!(of("[ 1").is_empty());
    }
}
