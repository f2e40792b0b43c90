//! `print_parse`: what `--parse` prints is a program that means what the
//! original means: it prints as itself, and has the same value.

use crate::program::{Done, Program, run, shown};
use crate::{Broken, Checked};
use rnix::{NodeOrToken, Root, SyntaxKind, SyntaxNode};
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::job::Output;

/// Prints the program, reads what was printed, and compares.
///
/// # Errors
/// If it is another program.
pub fn check(data: &[u8]) -> Checked {
    let Some(program) = Program::of(data) else {
        return Ok(());
    };
    let Ok(printed) = run(program.job(Output::Parse)).result else {
        return Ok(());
    };
    means(&program, &printed)
}

/// Whether a program means what was printed for it, as far as it can.
fn means(program: &Program<'_>, printed: &[u8]) -> Checked {
    let faith = faith(program);
    if faith == Faith::None {
        return Ok(());
    }
    let again = Program {
        dialect: program.dialect,
        text: printed,
    };
    let reprinted = match run(again.job(Output::Parse)).result {
        Ok(text) => text,
        Err(failure) => {
            return Err(Broken::new(format!(
                "what was printed is no program: {}\n{}",
                shown(&failure.message),
                shown(printed)
            )));
        }
    };
    if faith == Faith::Text && reprinted != printed {
        return Err(Broken::new(format!(
            "it prints as\n{}\nand that prints as\n{}",
            shown(printed),
            shown(&reprinted)
        )));
    }
    let first = run(program.job(Output::Plain));
    let second = run(again.job(Output::Plain));
    if is_same(&first, &second, has_one_order(program)) {
        return Ok(());
    }
    let text = |done: &Done| match &done.result {
        Ok(value) => format!("{}{}", shown(&done.said), shown(value)),
        Err(failure) => format!(
            "{}{:?}: {}",
            shown(&done.said),
            failure.kind,
            shown(&failure.message)
        ),
    };
    Err(Broken::new(format!(
        "its value is\n{}\nit prints as\n{}\nwhose value is\n{}",
        text(&first),
        shown(printed),
        text(&second)
    )))
}

/// Whether two programs mean the same. Messages may quote the program, and where
/// a limit is reached depends on more than the meaning.
fn is_same(first: &Done, second: &Done, has_one_order: bool) -> bool {
    let limit = |done: &Done| {
        let kind = done.result.as_ref().err().map(|failure| failure.kind);
        matches!(kind, Some(ErrorKind::Limit(_) | ErrorKind::CallDepth))
    };
    if limit(first) || limit(second) {
        return true;
    }
    let same_values = match (&first.result, &second.result) {
        (Ok(first), Ok(second)) => first == second,
        (Err(first), Err(second)) => {
            !has_one_order || (first.kind, first.catchable) == (second.kind, second.catchable)
        }
        _ => false,
    };
    same_values && (!has_one_order || first.said == second.said)
}

/// Whether no set, `let` or pattern of a program has two names: which of several
/// errors comes first, and what is said before it, depends on the order in which
/// names first occur, and sets may be printed in another order.
fn has_one_order(program: &Program<'_>) -> bool {
    let Ok(text) = std::str::from_utf8(program.text) else {
        return false;
    };
    let names = |node: SyntaxNode| match node.kind() {
        SyntaxKind::NODE_ATTR_SET
        | SyntaxKind::NODE_LET_IN
        | SyntaxKind::NODE_LEGACY_LET
        | SyntaxKind::NODE_PATTERN => {
            let is_entry = |child: &SyntaxNode| {
                matches!(
                    child.kind(),
                    SyntaxKind::NODE_ATTRPATH_VALUE | SyntaxKind::NODE_PAT_ENTRY
                )
            };
            node.children().filter(is_entry).count()
        }
        SyntaxKind::NODE_INHERIT => node.children().count(),
        _ => 0,
    };
    // What `builtins` and what libraries make has names, too.
    !text.contains("builtins")
        && Root::parse(text)
            .syntax()
            .descendants()
            .map(names)
            .sum::<usize>()
            < 2
}

/// How faithfully C++ Nix, which we print like, prints a program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Faith {
    /// Something is lost or read otherwise.
    None,
    /// It means the same, and prints otherwise the next time.
    Meaning,
    /// It prints as itself.
    Text,
}

fn faith(program: &Program) -> Faith {
    let Ok(text) = std::str::from_utf8(program.text) else {
        return Faith::None;
    };
    // An escaped NUL is printed without its backslash, and refused then.
    if text.contains('\0') {
        return Faith::None;
    }
    let root = Root::parse(text);
    root.syntax()
        .descendants_with_tokens()
        .map(|part| match part {
            NodeOrToken::Node(node) if program.dialect < Dialect::V2_26 => {
                faith_of_node(&node).min(faith_of_names(&node))
            }
            NodeOrToken::Node(node) => faith_of_node(&node),
            NodeOrToken::Token(token) => faith_of_token(token.kind(), token.text()),
        })
        .min()
        .unwrap_or(Faith::Text)
}

/// 2.3 and 2.8 print names in an order that depends on where they occurred first,
/// and do not quote one that is a keyword.
fn faith_of_names(node: &SyntaxNode) -> Faith {
    match node.kind() {
        SyntaxKind::NODE_ATTR_SET
        | SyntaxKind::NODE_LET_IN
        | SyntaxKind::NODE_LEGACY_LET
        | SyntaxKind::NODE_PATTERN => Faith::Meaning,
        SyntaxKind::NODE_STRING if names_an_attribute(node) && is_keyword(node) => Faith::None,
        _ => Faith::Text,
    }
}

fn names_an_attribute(string: &SyntaxNode) -> bool {
    string.parent().is_some_and(|outer| {
        matches!(
            outer.kind(),
            SyntaxKind::NODE_ATTRPATH | SyntaxKind::NODE_INHERIT
        )
    })
}

fn is_keyword(string: &SyntaxNode) -> bool {
    let text = string.text().to_string();
    let name = text.trim_matches('"');
    matches!(
        name,
        "if" | "then" | "else" | "assert" | "with" | "let" | "in" | "rec" | "inherit"
    )
}

fn faith_of_node(node: &SyntaxNode) -> Faith {
    match node.kind() {
        // It gets no parentheses.
        SyntaxKind::NODE_ASSERT
        // It prints as it is written, and the next time canonical.
        | SyntaxKind::NODE_PATH_HOME
        // It is another place.
        | SyntaxKind::NODE_CUR_POS
        // It becomes a string, and so null is one too.
        | SyntaxKind::NODE_DYNAMIC => Faith::None,
        SyntaxKind::NODE_STRING => faith_of_string(node),
        SyntaxKind::NODE_PATH_ABS | SyntaxKind::NODE_PATH_REL => {
            let interpolates = node.children().next().is_some();
            // The root prints as a slash, which is no path.
            let dots_only = node.text().to_string().bytes().all(|byte| b"./".contains(&byte));
            if interpolates || dots_only { Faith::None } else { Faith::Text }
        }
        _ => Faith::Text,
    }
}

/// The parts of a string become a sum. A sum is of strings only if it begins with
/// one.
fn faith_of_string(node: &SyntaxNode) -> Faith {
    let is_part = |kind| {
        matches!(
            kind,
            SyntaxKind::NODE_INTERPOL | SyntaxKind::TOKEN_STRING_CONTENT
        )
    };
    let mut parts = node
        .children_with_tokens()
        .map(|part| part.kind())
        .filter(|&kind| is_part(kind));
    let indented = node.text().to_string().starts_with("''");
    match (parts.next(), parts.next()) {
        // Indentation that is removed may leave nothing before it.
        (Some(SyntaxKind::NODE_INTERPOL), _) => Faith::None,
        (_, Some(_)) if indented => Faith::None,
        (_, None) if !indented => Faith::Text,
        // Escapes in indented strings are parts of their own.
        _ => Faith::Meaning,
    }
}

fn faith_of_token(kind: SyntaxKind, text: &str) -> Faith {
    match kind {
        // It loses digits, or its point.
        SyntaxKind::TOKEN_FLOAT => Faith::None,
        // Where something stands is another place.
        SyntaxKind::TOKEN_IDENT if text == "__curPos" || text == "unsafeGetAttrPos" => Faith::None,
        _ => Faith::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_wrongly_is_broken() {
        let means = |text: &str, printed: &str| {
            let program = Program {
                dialect: Dialect::V2_34,
                text: text.as_bytes(),
            };
            means(&program, printed.as_bytes())
        };
        assert_eq!(means("1+1", "(1 + 1)"), Ok(()));
        for (text, printed) in [
            ("1+1", "(1 + 2)"),
            ("1+1", "(1 +"),
            ("1+1", "1+1"),
            ("throw \"a\"", "(1 + null)"),
        ] {
            assert!(means(text, printed).is_err(), "{text} as {printed}");
        }
    }
}
