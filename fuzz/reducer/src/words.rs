//! The words that matter in a minimal program: what it cannot do without.

use std::collections::BTreeSet;

use rnix::{SyntaxKind::*, SyntaxNode};

use crate::{
    bytes::{as_text, shown},
    scope::bound_in,
    source::Source,
    syntax::{attribute_name, attributes, bare, children, has_token, is_expression, parse, tokens},
};

/// Builtins that most programs use for something else than what they show: a trace says when something is evaluated.
const SCAFFOLD: &[&str] = &[
    "abort", "builtins", "false", "import", "null", "throw", "trace", "true",
];

/// Those of them that are data, or nothing by themselves.
const CONSTANTS: &[&str] = &["builtins", "false", "null", "true"];

/// The builtins that have a name of their own.
const GLOBALS: &[&str] = &[
    "abort",
    "baseNameOf",
    "break",
    "builtins",
    "derivation",
    "derivationStrict",
    "dirOf",
    "false",
    "fetchGit",
    "fetchMercurial",
    "fetchTarball",
    "fetchTree",
    "fromTOML",
    "import",
    "isNull",
    "map",
    "null",
    "placeholder",
    "removeAttrs",
    "scopedImport",
    "throw",
    "toString",
    "true",
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

/// Syntax that makes data of data. A minimal program has it only where what it makes cannot stand there, so it
/// is as good a word as a builtin.
const MAKING: &[&str] = &["${}", "++", "//", "inherit", "rec"];

/// Names that the language looks up where an operator or a path in angle brackets stands. Whatever a program binds
/// has been renamed, so one of these is bound only where that is what shows.
const LOOKED_UP: &[&str] = &[
    "__div",
    "__findFile",
    "__lessThan",
    "__mul",
    "__nixPath",
    "__sub",
];

/// What a program does that binds one of them.
const SHADOWING: &str = "shadowing";

/// A builtin that is not called: any function, if it is one that was restated.
const FUNCTION: &str = "function";

/// The builtins that a program uses, with the syntax that makes data of data; where it uses none but scaffolding,
/// all its operators and kinds of syntax; none where it is data. In any case the attributes that mean something
/// to the language. Of a program that cannot do without a comment, or without a name that operators are looked up
/// by, it is that alone, whatever is around it.
pub fn words(source: &Source) -> BTreeSet<String> {
    words_of_text(&as_text(source))
}

fn words_of_text(source: &Source) -> BTreeSet<String> {
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
        syntax.retain(|word| MAKING.contains(&word.as_str()));
        syntax.extend(builtins);
        return syntax;
    }
    if has_comment(source) {
        return BTreeSet::from(["comment".to_owned()]);
    }
    if shadows(source) {
        return BTreeSet::from([SHADOWING.to_owned()]);
    }
    // Where there is nothing else it is what it is, and no function among others.
    if syntax.len() == 1 && scaffold.contains("builtins") {
        syntax.remove(FUNCTION);
    }
    if syntax.is_empty() {
        syntax.extend(scaffold);
        syntax.retain(|word| !CONSTANTS.contains(&word.as_str()));
    }
    // The sign of a number is part of it.
    let is_more = syntax
        .iter()
        .any(|word| !matches!(word.as_str(), "-" | "float"));
    if is_more && !has_difference(source) {
        syntax.remove("-");
    }
    // In an indented string what is computed only bounds what is not.
    if syntax.contains("''") {
        syntax.remove("${}");
    }
    syntax
}

/// All words that a program has, whether it can do without them or not: those of whatever it is reduced
/// to are most likely among them.
pub fn vocabulary(source: &Source) -> BTreeSet<String> {
    let source = as_text(source);
    let (mut all, mut syntax) = split(&source);
    all.append(&mut syntax);
    all.append(&mut words_of_text(&source));
    all.extend(shadows(&source).then(|| SHADOWING.to_owned()));
    all
}

/// The builtins that a program uses, but for scaffolding.
pub fn builtins(source: &Source) -> BTreeSet<String> {
    let (mut builtins, _) = split(&as_text(source));
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
                    builtins.insert(shown(&name));
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
                    let names = node.children().filter_map(|name| attribute_name(&name));
                    builtins.extend(names.map(|name| shown(&name)));
                } else {
                    syntax.insert("inherit".to_owned());
                }
            }
            NODE_IDENT if is_expression(&node) => {
                let name = node.text().to_string();
                let is_global = is_global(&node, &name);
                let is_function = matches!(&*name, "builtins" | "map") && is_value(&node);
                if is_global && is_function {
                    syntax.insert(FUNCTION.to_owned());
                }
                if is_global && !(is_function && name == "map") {
                    // Most builtins have two names.
                    let plain = name.strip_prefix("__").filter(|it| !it.is_empty());
                    builtins.insert(plain.unwrap_or(&name).to_owned());
                }
            }
            NODE_BIN_OP | NODE_UNARY_OP => {
                if let Some(operator) = operator(&node) {
                    let mut operands = node.children().filter_map(|it| self::operator(&it));
                    if node.kind() == NODE_BIN_OP && operands.any(|it| it == operator) {
                        // What depends on which of them comes first.
                        syntax.insert(format!("{operator}{operator}"));
                    }
                    syntax.insert(operator);
                }
            }
            NODE_DYNAMIC | NODE_INTERPOL => {
                syntax.insert("${}".to_owned());
            }
            NODE_ATTR_SET if has_token(&node, TOKEN_REC) => {
                syntax.insert("rec".to_owned());
            }
            NODE_STRING if node.first_token().is_some_and(|token| token.text() == "''") => {
                syntax.insert("''".to_owned());
                if node.text().to_string().contains('\t') {
                    syntax.insert("tab".to_owned());
                }
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
}

/// Whether an expression is given to something, and not looked into or called.
fn is_value(node: &SyntaxNode) -> bool {
    let parent = node.parent();
    parent.is_some_and(|parent| match parent.kind() {
        NODE_SELECT | NODE_HAS_ATTR | NODE_INHERIT_FROM | NODE_WITH => false,
        NODE_APPLY => parent.first_child().as_ref() != Some(node),
        _ => true,
    })
}

/// Whether a name is that of a builtin: of those that need no `builtins`, or of any where a `with` may have it.
fn is_global(node: &SyntaxNode, name: &str) -> bool {
    let (name, is_known) = (
        name.to_owned(),
        GLOBALS.contains(&name) || name.starts_with("__"),
    );
    let mut outer = node.ancestors();
    !outer.any(|outer| bound_in(&outer).contains(&name)) && (is_known || is_from_with(node))
}

/// Whether a name may come from a `with` of anything but a set that is written there.
fn is_from_with(node: &SyntaxNode) -> bool {
    let mut around = node.ancestors().filter(|outer| outer.kind() == NODE_WITH);
    around.any(|with| {
        let set = children(&with).into_iter().next().map(|set| bare(&set));
        set.is_some_and(|set| set.kind() != NODE_ATTR_SET && !is_literal(&set))
    })
}

fn is_literal(node: &SyntaxNode) -> bool {
    matches!(node.kind(), NODE_LITERAL | NODE_LIST | NODE_STRING)
}

fn operator(node: &SyntaxNode) -> Option<String> {
    let is_operation = matches!(node.kind(), NODE_BIN_OP | NODE_UNARY_OP);
    let mut tokens = tokens(node).filter(|_| is_operation);
    let operator = tokens.find(|token| token.parent().as_ref() == Some(node));
    operator.map(|token| token.text().to_owned())
}

/// Whether there is a `-` that is no sign of a literal.
fn has_difference(source: &Source) -> bool {
    let texts = source.units().into_iter();
    texts.filter_map(|unit| source.nix(&unit)).any(|text| {
        parse(text).0.descendants().any(|node| {
            let is_sign = node.kind() == NODE_UNARY_OP
                && children(&node).iter().all(|it| it.kind() == NODE_LITERAL);
            operator(&node).is_some_and(|it| it == "-") && !is_sign
        })
    })
}

/// Whether a program binds a name that operators are looked up by.
fn shadows(source: &Source) -> bool {
    let texts = source.units().into_iter();
    texts.filter_map(|unit| source.nix(&unit)).any(|text| {
        let mut all = parse(text).0.descendants();
        all.any(|node| {
            let bound = bound_in(&node);
            bound.iter().any(|name| LOOKED_UP.contains(&name.as_str()))
        })
    })
}

fn has_comment(source: &Source) -> bool {
    let texts = source.units().into_iter();
    texts.filter_map(|unit| source.nix(&unit)).any(|text| {
        let mut all = parse(text).0.descendants_with_tokens();
        all.any(|it| it.kind() == TOKEN_COMMENT)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinix_evaluator::builtins::global_names;

    #[test]
    fn the_globals_are_those_of_the_evaluator() {
        assert!(GLOBALS.iter().copied().eq(global_names()));
    }

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
        assert_eq!(of("toString (builtins.trace 1 2)"), "toString");
    }

    #[test]
    fn a_builtin_that_is_not_called_is_a_function() {
        assert_eq!(of("[ map ] != [ map ]"), "!= function");
        assert_eq!(of("builtins != builtins"), "!= function");
        assert_eq!(of("map map [ ]"), "map");
        assert_eq!(of("builtins.elem 0 [ map ]"), "elem");
        assert_eq!(of("with builtins; 0 != 0"), "!= with");
        assert_eq!(of("map"), "function");
        assert_eq!(of("builtins"), "");
        assert_eq!(of("builtins.trace 0 0"), "trace");
        assert_eq!(of("{ }.a or (builtins.trace 0 0)"), "or");
    }

    #[test]
    fn attributes_with_a_meaning_are_words() {
        assert_eq!(
            of("derivation { name = \"a\"; outputs = [ ]; a = 1; }"),
            "derivation outputs"
        );
        assert_eq!(of("{ __functor = a: a; } 0"), "__functor");
        assert_eq!(of("{ args = 1; }.args"), "args");
    }

    #[test]
    fn a_program_without_builtins_is_told_by_its_syntax() {
        assert_eq!(of("{ a = 1; } // { b = -1; }"), "//");
        assert_eq!(of("1 / (0 - 1)"), "- /");
        assert_eq!(of("-1"), "-");
        assert_eq!(of("with { a = 0; }; with { }; (b: a) 0"), "with");
        assert_eq!(of("rec { a = { x ? 1 }: x; }"), "formals rec");
        assert_eq!(of("assert false; 1"), "assert");
        assert_eq!(of("false -> 0 -> 0"), "-> ->->");
        assert_eq!(of("false -> (0 -> 0)"), "->");
        assert_eq!(of("''${\"\"}\n a''"), "''");
        assert_eq!(of("''a\n\t''"), "'' tab");
    }

    #[test]
    fn data_has_no_words() {
        for text in ["{ a = true; }", "[ \"a\" ]", "0 0", ""] {
            assert_eq!(of(text), "", "{text}");
        }
    }

    #[test]
    fn what_makes_data_is_a_word_beside_a_builtin() {
        assert_eq!(of("builtins.attrNames ({ } // { })"), "// attrNames");
        assert_eq!(of("toString \"${./.}\""), "${} toString");
        assert_eq!(of("builtins.sort (a: b: a < b) [ (-1) ]"), "sort");
    }

    #[test]
    fn a_name_that_an_operator_is_looked_up_by_is_all_that_matters() {
        assert_eq!(of("let __sub = 1; in 1 - 1"), "shadowing");
        assert_eq!(of("(__lessThan: 1 < 1) 0"), "shadowing");
        assert_eq!(of("let sub = 1; in 1 - 1"), "-");
    }

    #[test]
    fn a_comment_that_matters_is_all_that_does() {
        assert_eq!(of("if 0 then 0 else /*/**/ 0"), "comment");
        assert_eq!(of("toString 1 /* a */"), "toString");
    }
}
