//! Mutation of programs: from one that somebody wrote to its neighbours.
//!
//! Each row of [`MUTATIONS`] changes the text at one place that the bytes choose. What comes out need
//! not evaluate, and now and then it does not even parse, for the parsers differ there; but it never
//! names anything outside its folder (see [`safety`]).

use arbitrary::{Result, Unstructured};
use rnix::SyntaxNode;

use crate::lossless::{self, Edit};

mod literals;
mod names;
pub mod safety;
mod structure;
mod subtrees;
mod tokens;
mod wrapping;

/// One kind of change.
pub struct Mutation {
    /// What to call it.
    pub name: &'static str,
    /// How often it is tried, beside the others.
    pub weight: u32,
    /// What it does.
    pub what: &'static str,
    /// Chooses a place and the change there; none where the program has no such place.
    run: fn(&mut Unstructured<'_>, &Subject<'_>) -> Result<Option<Vec<Edit>>>,
}

/// What is mutated.
struct Subject<'a> {
    root: &'a SyntaxNode,
    donors: &'a [&'a str],
}

const fn row(
    name: &'static str,
    weight: u32,
    what: &'static str,
    run: fn(&mut Unstructured<'_>, &Subject<'_>) -> Result<Option<Vec<Edit>>>,
) -> Mutation {
    Mutation {
        name,
        weight,
        what,
        run,
    }
}

/// The change whose results need not parse.
const TOKEN: &str = "token";

/// All kinds of change.
#[rustfmt::skip]
pub const MUTATIONS: &[Mutation] = &[
    row("splice", 12, "puts an expression of the same class from a donor in the place of one", subtrees::splice),
    row("splice-any", 3, "puts any expression of a donor in the place of one", subtrees::splice_any),
    row("replace", 5, "puts a small value in the place of an expression", subtrees::replace),
    row("copy", 5, "puts one expression of the program in the place of another", subtrees::copy),
    row("hoist", 4, "puts a part of an expression in its place", subtrees::hoist),
    row("delete", 4, "deletes an item, a binding, a formal argument or an inherited name", subtrees::delete),
    row("duplicate", 3, "repeats an item, a binding or a formal argument", subtrees::duplicate),
    row("swap", 4, "exchanges two expressions, neither of which is in the other", subtrees::swap),
    row("swap-entries", 3, "exchanges two neighbouring bindings", subtrees::swap_entries),
    row("add-item", 3, "adds an item to a list", subtrees::add_item),
    row("add-binding", 3, "adds a binding to a set or a let", subtrees::add_binding),
    row("wrap", 10, "wraps an expression: tryEval, let, with, call, thunk, list, set, seq, trace …", wrapping::wrap),
    row("rename", 3, "renames a variable and its uses", names::rename),
    row("retarget", 4, "makes a use of a variable mean another one", names::retarget),
    row("rename-attribute", 3, "gives an attribute another name in one place", names::rename_attribute),
    row("builtin", 8, "replaces a builtin by another that takes as many arguments", names::builtin),
    row("number", 5, "replaces a number by one at an edge", literals::number),
    row("string", 5, "puts an escape, an interpolation or odd characters into a string", literals::string),
    row("quotes", 2, "exchanges double quotes and doubled single quotes", literals::quotes),
    row("path", 2, "replaces a path by another one in the program's folder", literals::path),
    row("boolean", 3, "exchanges true, false and null", literals::constant),
    row("operator", 7, "replaces an operator", structure::operator),
    row("operands", 3, "exchanges the operands of an operator", structure::operands),
    row("branches", 2, "exchanges the branches of an if", structure::branches),
    row("add-formal", 3, "adds a formal argument, with or without a default", structure::add_formal),
    row("default", 3, "adds or drops the default of a formal argument", structure::default),
    row("ellipsis", 2, "adds or drops an ellipsis", structure::ellipsis),
    row("rec", 3, "makes a set recursive or not", structure::recursive),
    row("inherit", 3, "turns `inherit x` into `x = x` and back, adds or drops a source", structure::inherit),
    row("path-length", 4, "lengthens or shortens an attribute path", structure::path_length),
    row("dynamic", 2, "makes the name of an attribute dynamic, or static", structure::dynamic),
    row("otherwise", 3, "adds or drops the `or` of a selection, or asks with `?` instead", structure::otherwise),
    row(TOKEN, 3, "takes away, repeats or exchanges a token, or puts a stray one in", tokens::token),
    row("let-kind", 1, "turns let … in into the old let { body = …; }, with or rec", structure::let_kind),
];

/// The most changes that one call makes.
const MOST_CHANGES: usize = 4;

/// How many rows are tried before a change is given up.
const TRIES: usize = 12;

/// Longer programs are not made; mutation would otherwise only ever make them grow.
const MOST_BYTES: usize = 16_384;

/// Changes a program in one to four places, one mostly.
///
/// A program that does not parse gives way to a donor that does; where there is none, it is returned
/// as it was. A few results in a hundred do not parse.
///
/// # Errors
/// If the bytes cannot be read; running out of them is no error.
pub fn mutate(u: &mut Unstructured<'_>, program: &str, donors: &[&str]) -> Result<String> {
    let (text, _) = mutate_and_tell(u, program, donors)?;
    Ok(text)
}

/// As [`mutate`], and also says which rows of [`MUTATIONS`] were used.
///
/// # Errors
/// As for [`mutate`].
pub fn mutate_and_tell(
    u: &mut Unstructured<'_>,
    program: &str,
    donors: &[&str],
) -> Result<(String, Vec<&'static str>)> {
    let mut names = Vec::new();
    let mut text = safety::scrub(program);
    let mut root = lossless::parse(&text);
    if root.is_none() {
        let Some(donor) = choose(u, donors)? else {
            return Ok((text, names));
        };
        text = safety::scrub(donor);
        root = lossless::parse(&text);
    }
    let mut changes = 1;
    while changes < MOST_CHANGES && u.int_in_range(0..=1_u8)? == 1 {
        changes += 1;
    }
    for _ in 0..changes {
        let Some(before) = root else {
            break;
        };
        let subject = Subject {
            root: &before,
            donors,
        };
        let Some(change) = change(u, &text, &subject)? else {
            break;
        };
        text = change.text;
        root = change.root;
        names.push(change.name);
    }
    Ok((text, names))
}

/// What a change leaves.
struct Change {
    text: String,
    /// The tree of the text, where it has one.
    root: Option<SyntaxNode>,
    name: &'static str,
}

/// Makes one change; none where nothing that is tried can be done.
fn change(u: &mut Unstructured<'_>, text: &str, subject: &Subject<'_>) -> Result<Option<Change>> {
    let keeps_broken = u.int_in_range(0..=39_u8)? == 39;
    for _ in 0..TRIES {
        let mutation = weighted(u)?;
        let Some(edits) = (mutation.run)(u, subject)? else {
            continue;
        };
        let Some(changed) = lossless::apply(text, edits) else {
            continue;
        };
        let changed = safety::scrub(&changed);
        if changed == text || changed.len() > MOST_BYTES.max(text.len()) {
            continue;
        }
        let root = lossless::parse(&changed);
        // It can be made of pieces that were safe one by one.
        if (mutation.name == TOKEN || root.is_none()) && safety::scrub(&changed) != changed {
            continue;
        }
        if keeps_broken || mutation.name == TOKEN || root.is_some() {
            return Ok(Some(Change {
                text: changed,
                root,
                name: mutation.name,
            }));
        }
    }
    Ok(None)
}

fn weighted(u: &mut Unstructured<'_>) -> Result<&'static Mutation> {
    let total: u32 = MUTATIONS.iter().map(|row| row.weight).sum();
    let mut drawn = u.int_in_range(0..=total - 1)?;
    for mutation in MUTATIONS {
        if drawn < mutation.weight {
            return Ok(mutation);
        }
        drawn -= mutation.weight;
    }
    Ok(&MUTATIONS[0])
}

/// One of several things; none where there are none.
fn choose<'t, T>(u: &mut Unstructured<'_>, things: &'t [T]) -> Result<Option<&'t T>> {
    if things.is_empty() {
        return Ok(None);
    }
    Ok(Some(&things[u.choose_index(things.len())?]))
}

#[cfg(test)]
mod tests;
