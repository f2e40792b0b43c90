//! Documents of many tables: a tree, written with headers of all kinds. Releases disagree about which
//! headers may come again and where; these are those that all take.

use super::{draw, key, value};
use crate::{choices::Choices, names};

/// A document whose tables hold tables.
pub fn document(choices: &mut dyn Choices) -> String {
    let mut text = String::new();
    let mut used = Vec::new();
    fields(choices, &mut text, 1, &mut used);
    for _ in 0..=choices.below(2) {
        table(choices, &mut text, &[], &mut used, 2);
    }
    text
}

/// A name that its table has not yet.
fn fresh(choices: &mut dyn Choices, used: &mut Vec<String>) -> Option<String> {
    let name = names::attribute(choices, false).to_owned();
    if used.contains(&name) {
        return None;
    }
    used.push(name.clone());
    Some(name)
}

/// `[a.b]` or `[[a.b]]`, as often as it has items, and what is below it.
fn table(
    choices: &mut dyn Choices,
    text: &mut String,
    above: &[String],
    used: &mut Vec<String>,
    depth: u32,
) {
    let Some(name) = fresh(choices, used) else {
        return;
    };
    let path: Vec<String> = above.iter().cloned().chain([name]).collect();
    let array = choices.below(3) == 2;
    let items = if array { 1 + choices.below(2) } else { 1 };
    for _ in 0..items {
        let mut below = Vec::new();
        let mut own = String::new();
        // A table can go without a header of its own, or have it after those of the tables below it.
        let place = if array { 0 } else { choices.below(6) };
        if place < 5 {
            header(choices, &mut own, &path, array);
            fields(choices, &mut own, 2, &mut below);
        }
        let mut inner = String::new();
        if depth > 0 {
            for _ in 0..choices.below(3) {
                table(choices, &mut inner, &path, &mut below, depth - 1);
            }
        }
        let parts = match place {
            4 => [inner, own],
            _ => [own, inner],
        };
        text.push_str(&parts.concat());
    }
}

fn header(choices: &mut dyn Choices, text: &mut String, path: &[String], array: bool) {
    let parts: Vec<String> = path.iter().map(|name| key(choices, name)).collect();
    let dot = [".", ".", " . ", ".\t"][choices.below(4) as usize];
    let blank = ["", "", " "][choices.below(3) as usize];
    let name = parts.join(dot);
    let comment = ["", "", " # of a table"][choices.below(3) as usize];
    text.push_str(&if array {
        format!("[[{blank}{name}{blank}]]{comment}\n")
    } else {
        format!("[{blank}{name}{blank}]{comment}\n")
    });
}

/// Some values, a few of them by keys of several parts.
fn fields(choices: &mut dyn Choices, text: &mut String, depth: u32, used: &mut Vec<String>) {
    for _ in 0..choices.below(3) {
        let Some(name) = fresh(choices, used) else {
            continue;
        };
        let name = key(choices, &name);
        let of = draw(choices, depth);
        let Some(written) = value(choices, &of) else {
            continue;
        };
        match choices.below(5) {
            3 => text.push_str(&format!("{name}.in = {written}\n")),
            // What a key made, another may add to.
            4 => text.push_str(&format!(
                "{name}.in.most = {written}\n{name} . \"on\" = 1\n\t{name}.in.more=[ ]\n"
            )),
            _ => text.push_str(&format!("{name} = {written}\n")),
        }
    }
}
