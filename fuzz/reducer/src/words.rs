//! The words that matter in a minimal program: what it cannot do without.

use std::collections::BTreeSet;

use rnix::{SyntaxKind::*, SyntaxNode};

use crate::{
    scope::bound_in,
    source::Source,
    syntax::{
        attribute_name, attributes, children, has_token, is_expression, parse, range, tokens,
    },
};

/// Builtins that most programs use for something else than what they show.
const SCAFFOLD: &[&str] = &[
    "abort", "builtins", "false", "import", "null", "throw", "true",
];

/// Attributes to which the language gives a meaning of their own. A minimal program has none that it can do
/// without: what else there is has been renamed. Those that every derivation has to have tell nothing.
const MEANT: &[&str] = &[
    "__contentAddressed",
    "__functor",
    "__ignoreNulls",
    "__impure",
    "__json",
    "__overrides",
    "__structuredAttrs",
    "__toString",
    "args",
    "outPath",
    "outputHash",
    "outputHashMode",
    "outputs",
    "type",
];

/// The builtins that a program uses; where it uses none but scaffolding, its operators and kinds of
/// syntax. In any case the attributes that mean something to the language.
pub fn words(source: &Source) -> BTreeSet<String> {
    let mut words = builtins_or_syntax(source);
    for unit in source.units() {
        if let Some(text) = source.nix(&unit) {
            let (root, _) = parse(text);
            let bindings = root
                .descendants()
                .filter(|node| node.kind() == NODE_ATTRPATH_VALUE);
            let names = bindings
                .filter_map(|binding| attributes(&binding).first().and_then(attribute_name));
            words.extend(names.filter(|name| MEANT.contains(&name.as_str())));
        }
    }
    words
}

fn builtins_or_syntax(source: &Source) -> BTreeSet<String> {
    let (builtins, mut syntax) = split(source);
    let (scaffold, builtins): (BTreeSet<String>, BTreeSet<String>) = builtins
        .into_iter()
        .partition(|name| SCAFFOLD.contains(&name.as_str()));
    if !builtins.is_empty() {
        return builtins;
    }
    if syntax.is_empty() {
        syntax.extend(scaffold);
        syntax.remove("builtins");
    }
    syntax
}

/// All words that a program has, whether it can do without them or not: those of whatever it is reduced
/// to are most likely among them.
pub fn vocabulary(source: &Source) -> BTreeSet<String> {
    let (mut all, mut syntax) = split(source);
    all.append(&mut syntax);
    all.append(&mut words(source));
    all
}

/// The builtins that a program uses, but for scaffolding.
pub fn builtins(source: &Source) -> BTreeSet<String> {
    let (mut builtins, _) = split(source);
    builtins.retain(|name| !SCAFFOLD.contains(&name.as_str()));
    builtins
}

/// The builtins of a program, and its operators and kinds of syntax.
fn split(source: &Source) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut builtins, mut syntax) = (BTreeSet::new(), BTreeSet::new());
    for unit in source.units() {
        if let Some(text) = source.nix(&unit) {
            let (root, _) = parse(text);
            of_tree(&root, &mut builtins, &mut syntax);
        }
    }
    (builtins, syntax)
}

fn of_tree(root: &SyntaxNode, builtins: &mut BTreeSet<String>, syntax: &mut BTreeSet<String>) {
    for node in root.descendants() {
        match node.kind() {
            NODE_SELECT | NODE_HAS_ATTR => {
                let base = children(&node).into_iter().next();
                if base.is_some_and(|base| base.text() == "builtins")
                    && let Some(name) = attributes(&node).first().and_then(attribute_name)
                {
                    builtins.insert(name);
                }
                if has_token(&node, TOKEN_OR) {
                    syntax.insert("or".to_owned());
                }
                if node.kind() == NODE_HAS_ATTR {
                    syntax.insert("?".to_owned());
                }
            }
            NODE_INHERIT => {
                let from = node
                    .children()
                    .find(|child| child.kind() == NODE_INHERIT_FROM);
                if from.is_some_and(|from| from.text() == "(builtins)") {
                    builtins.extend(node.children().filter_map(|name| attribute_name(&name)));
                }
                syntax.insert("inherit".to_owned());
            }
            NODE_IDENT if is_expression(&node) => {
                let name = node.text().to_string();
                let is_bound = node
                    .ancestors()
                    .any(|outer| bound_in(&outer).contains(&name));
                if !is_bound {
                    // Most builtins have two names.
                    let plain = name.strip_prefix("__").filter(|it| !it.is_empty());
                    builtins.insert(plain.unwrap_or(&name).to_owned());
                }
            }
            NODE_BIN_OP | NODE_UNARY_OP => {
                let operator = tokens(&node).find(|token| token.parent().as_ref() == Some(&node));
                syntax.extend(operator.map(|token| token.text().to_owned()));
            }
            NODE_DYNAMIC | NODE_INTERPOL => {
                syntax.insert("${}".to_owned());
            }
            NODE_ATTR_SET if has_token(&node, TOKEN_REC) => {
                syntax.insert("rec".to_owned());
            }
            NODE_STRING if node.first_token().is_some_and(|token| token.text() == "''") => {
                syntax.insert("''".to_owned());
            }
            NODE_LITERAL => {
                let kind = node.first_token().map(|token| token.kind());
                let word = match kind {
                    Some(TOKEN_FLOAT) => "float",
                    Some(TOKEN_URI) => "url",
                    _ => continue,
                };
                syntax.insert(word.to_owned());
            }
            kind => {
                let word = match kind {
                    NODE_ASSERT => "assert",
                    NODE_CUR_POS => "__curPos",
                    NODE_IF_ELSE => "if",
                    NODE_LEGACY_LET => "let-body",
                    NODE_PATTERN => "formals",
                    NODE_PATH_ABS | NODE_PATH_HOME | NODE_PATH_REL => "path",
                    NODE_PATH_SEARCH => "search-path",
                    NODE_WITH => "with",
                    _ => continue,
                };
                syntax.insert(word.to_owned());
            }
        }
    }
    // A program that is nothing but a literal is told by its kind.
    if builtins.is_empty() && syntax.is_empty() && !range(root).is_empty() {
        let kind = root
            .children()
            .next()
            .map(|node| format!("{:?}", node.kind()));
        let kind = kind.unwrap_or_else(|| "empty".to_owned());
        syntax.insert(kind.trim_start_matches("NODE_").to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        let words: Vec<String> = words(&Source::new(text)).into_iter().collect();
        words.join(" ")
    }

    #[test]
    fn builtins_come_first_whatever_they_are_called_by() {
        assert_eq!(of("builtins.sort (a: b: a < b) [ 2 1 ]"), "sort");
        assert_eq!(of("with builtins; sort lessThan [ ]"), "lessThan sort");
        assert_eq!(of("let inherit (builtins) head; in head [ ]"), "head");
        assert_eq!(of("let map = x: x; in map 1 == toString 1"), "toString");
        assert_eq!(of("throw (toString 1)"), "toString");
        assert_eq!(of("__sort __lessThan [ ]"), "lessThan sort");
    }

    #[test]
    fn attributes_with_a_meaning_are_words() {
        assert_eq!(
            of("derivation { name = \"a\"; outputs = [ ]; a = 1; }"),
            "derivation outputs"
        );
        assert_eq!(of("{ __functor = a: a; } 0"), "__functor apply");
        assert_eq!(of("{ args = 1; }.args"), "args select");
    }

    #[test]
    fn a_program_without_builtins_is_told_by_its_syntax() {
        assert_eq!(of("{ a = 1; } // { b = -1; }"), "- //");
        assert_eq!(of("rec { a = { x ? 1 }: x; }"), "formals rec");
        assert_eq!(of("assert false; 1"), "assert");
        assert_eq!(of("{ a = 1; }"), "attr_set");
    }
}
