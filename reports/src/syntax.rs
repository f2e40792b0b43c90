//! Which kinds of syntax programs use.

use std::collections::{BTreeMap, BTreeSet};

use rnix::{SyntaxKind::NODE_ROOT, WalkEvent};

use crate::model::SyntaxKind;

/// Longer programs are left out: each token may nest one level deeper, and rnix recurses.
const MOST_TOKENS: usize = 5_000;

/// Counts kinds of syntax over programs.
#[derive(Debug, Default)]
pub struct Survey {
    kinds: BTreeMap<String, SyntaxKind>,
}

impl Survey {
    /// Adds a program and how the newest oracle ended on it: `value`, `resource`, `crash`, or the kind of
    /// an error.
    pub fn add(&mut self, program: &str, ending: &str) {
        for name in kinds(program) {
            let kind = self.kinds.entry(name).or_default();
            *match ending {
                "value" => &mut kind.value,
                "" | "resource" | "crash" => &mut kind.other,
                _ => &mut kind.error,
            } += 1;
        }
    }

    /// All kinds that occurred, by their names.
    pub fn finish(self) -> Vec<SyntaxKind> {
        let named = |(name, kind)| SyntaxKind { name, ..kind };
        self.kinds.into_iter().map(named).collect()
    }
}

/// The kinds of syntax in a program's tree.
fn kinds(program: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    if rnix::tokenize(program).nth(MOST_TOKENS).is_some() {
        return Vec::new();
    }
    for event in rnix::Root::parse(program).syntax().preorder() {
        if let WalkEvent::Enter(node) = event {
            found.insert(node.kind());
        }
    }
    let name = |kind| {
        let name = format!("{kind:?}");
        name.trim_start_matches("NODE_")
            .to_lowercase()
            .replace('_', "-")
    };
    let kinds = found.into_iter().filter(|kind| *kind != NODE_ROOT);
    kinds.map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_once_a_program() {
        let mut survey = Survey::default();
        survey.add("[ 1 2 [ ] ]", "value");
        survey.add("let a = b; in [ ]", "undefined-variable");
        survey.add("[ ]", "resource");
        let kinds = survey.finish();
        let list = kinds.iter().find(|kind| kind.name == "list");
        let expected = SyntaxKind {
            name: "list".to_owned(),
            value: 1,
            error: 1,
            other: 1,
        };
        assert_eq!(list, Some(&expected));
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
        assert!(
            names.contains(&"let-in") && names.contains(&"literal"),
            "{names:?}"
        );
    }

    #[test]
    fn what_nests_deeply_does_no_harm() {
        for deep in ["[", "-", "(", "!", "{a=", "1+", "x: ", "\"${"] {
            assert_eq!(kinds(&deep.repeat(MOST_TOKENS + 1)).len(), 0, "{deep}");
            let tokens = rnix::tokenize(deep).count();
            kinds(&deep.repeat(MOST_TOKENS / tokens));
        }
    }
}
