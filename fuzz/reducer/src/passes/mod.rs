//! The passes: one row of the table is one way to make a program simpler. A pass only proposes; what is
//! not interesting, or not simpler, is not kept, so a pass may be wrong about meaning.

mod bindings;
mod drop;
mod files;
mod functions;
mod literals;
mod names;
mod replace;
mod text;

use std::ops::Range;

use rnix::SyntaxNode;

use crate::{
    edit::{Change, Edit, Splice, gain},
    source::{Source, Unit},
    syntax::{self, Level, fitted, range},
};

/// When a pass has its turn: a stage begins when the ones before it find nothing more, and what it finds
/// sends the work back to [`Stage::Structure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Comments and white space, so that all that follows works on less.
    Layout,
    /// What the program consists of.
    Structure,
    /// Simple expressions in the place of others.
    StandIns,
    /// What is inside of literals.
    Literals,
    /// What things are called.
    Names,
}

impl Stage {
    /// The stages in their order. The layout comes last once more: what the others do leaves gaps.
    pub const ORDER: [Self; 6] = [
        Self::Layout,
        Self::Structure,
        Self::StandIns,
        Self::Literals,
        Self::Names,
        Self::Layout,
    ];
}

/// One way to make a program simpler.
pub struct Pass {
    /// What it is called in reports.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// When it has its turn.
    pub stage: Stage,
    pub(crate) find: Find,
}

/// Where a pass looks.
pub(crate) enum Find {
    /// At each node of a file written in Nix.
    Node(fn(&SyntaxNode, &mut Found<'_>)),
    /// At a whole file written in Nix.
    File(fn(&SyntaxNode, &mut Found<'_>)),
    /// At a file that is not, or has no tree without errors.
    Data(fn(&[u8], &mut Found<'_>)),
    /// At the program with all its files.
    Program(fn(&Source, &mut Found<'_>)),
}

const fn row(name: &'static str, stage: Stage, find: Find, about: &'static str) -> Pass {
    Pass {
        name,
        about,
        stage,
        find,
    }
}

/// The table.
#[rustfmt::skip]
pub const PASSES: &[Pass] = &[
    row("layout", Stage::Layout, Find::File(names::layout),
        "lay the file out as its tree is, without comments"),
    row("drop-comments", Stage::Layout, Find::File(names::drop_comments),
        "drop comments one by one, where the layout cannot change"),
    row("drop-files", Stage::Structure, Find::Program(files::drop),
        "drop files, all, halves, quarters, down to one"),
    row("inline-import", Stage::Structure, Find::Program(files::inline_imports),
        "put the content of a file in the place of its import"),
    row("drop-siblings", Stage::Structure, Find::Node(drop::siblings),
        "drop bindings, elements, inherited names: all, halves, quarters, down to one"),
    row("drop-formals", Stage::Structure, Find::Node(drop::formals),
        "drop formals, their defaults, the ellipsis and the name of the whole argument"),
    row("drop-data", Stage::Structure, Find::Data(text::data),
        "drop lines and bytes of files that are not Nix, or not as rnix reads it"),
    row("child", Stage::Structure, Find::Node(replace::by_child),
        "put an expression inside of another in its place"),
    row("descendant", Stage::Structure, Find::Node(replace::by_descendant),
        "put an expression deep inside of a file, with the bindings that it needs, in the place of the file"),
    row("zero", Stage::Structure, Find::Node(replace::by_zero),
        "put 0 in the place of an expression"),
    row("prune-let", Stage::Structure, Find::Node(bindings::prune),
        "drop all bindings that the body does not need"),
    row("focus", Stage::Structure, Find::Node(bindings::focus),
        "put a binding of a let or a recursive set, with those that it needs, in the place of the body"),
    row("inline-let", Stage::Structure, Find::Node(bindings::inline),
        "put the value of a binding where its name is used"),
    row("drop-rec", Stage::Structure, Find::Node(bindings::unfold_rec),
        "drop rec, or make a let of the set"),
    row("unfold-with", Stage::Structure, Find::Node(bindings::unfold_with),
        "select from the set of a with what the body may take from it"),
    row("unfold-inherit", Stage::Structure, Find::Node(bindings::unfold_inherit),
        "drop the source of an inherit, or bind the name by itself"),
    row("apply", Stage::Structure, Find::Node(functions::apply),
        "put the argument of a call where the function uses it"),
    row("eta", Stage::Structure, Find::Node(functions::eta),
        "write x: f x as f"),
    row("select", Stage::Structure, Find::Node(functions::select),
        "put the attribute of a set in the place of its selection; shorten attribute paths"),
    row("stand-in", Stage::StandIns, Find::Node(replace::by_stand_in),
        "put 1, null, \"\", [ ], { }, x: x or throw \"\" in the place of an expression"),
    row("alike", Stage::StandIns, Find::File(replace::alike),
        "put 0 or \"\" wherever the same literal stands"),
    row("operators", Stage::StandIns, Find::Node(replace::operators),
        "write one operator for those that are its kin, and derivation for derivationStrict"),
    row("numbers", Stage::Literals, Find::Node(literals::numbers),
        "shorten numbers"),
    row("strings", Stage::Literals, Find::Node(literals::strings),
        "drop parts of strings: groups in brackets, items, lines, words, characters"),
    row("paths", Stage::Literals, Find::Node(literals::paths),
        "shorten paths, search paths and URLs"),
    row("attributes", Stage::Literals, Find::Node(literals::attribute_names),
        "write computed and quoted attribute names as plain ones"),
    row("characters", Stage::Literals, Find::Node(literals::characters),
        "write the characters of strings as simpler ones"),
    row("rename", Stage::Names, Find::File(names::rename),
        "call things a, b, c in the order in which they appear"),
    row("rename-files", Stage::Names, Find::Program(files::rename),
        "call files a.nix, b.nix, and move them beside the program"),
];

/// What a pass found.
pub(crate) struct Found<'a> {
    pass: usize,
    unit: &'a Unit,
    text: &'a str,
    pub(crate) edits: Vec<Edit>,
}

impl<'a> Found<'a> {
    pub(crate) fn new(pass: usize, unit: &'a Unit, text: &'a str) -> Self {
        Self {
            pass,
            unit,
            text,
            edits: Vec::new(),
        }
    }

    /// The file as it is.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// Which file it is.
    pub(crate) fn unit(&self) -> &'a Unit {
        self.unit
    }

    /// Proposes these changes together, in any order, all apart from each other.
    pub(crate) fn splices(&mut self, mut splices: Vec<Splice>) {
        splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
        let changes = splices.iter().any(|splice| {
            self.text
                .get(splice.range.clone())
                .is_none_or(|text| text != splice.text)
        });
        let apart = splices
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a.range.end <= b.range.start));
        if changes && apart {
            self.edits.push(Edit {
                pass: self.pass,
                gain: gain(&splices),
                change: Change::Splices(self.unit.clone(), splices),
            });
        }
    }

    /// Proposes a text in the place of another.
    pub(crate) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.splices(vec![Splice {
            range,
            text: text.into(),
        }]);
    }

    /// Proposes that a text goes.
    pub(crate) fn drop(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }

    /// Proposes an expression of this level in the place of another.
    pub(crate) fn put(&mut self, place: &SyntaxNode, text: &str, level: Level) {
        let splice = self.placed(place, text, level);
        self.splices(vec![splice]);
    }

    /// An expression of this level in the place of another, apart from the words around it.
    pub(crate) fn placed(&self, place: &SyntaxNode, text: &str, level: Level) -> Splice {
        let range = range(place);
        let mut text = fitted(text, level, place);
        let is_word = |c: char| c.is_alphanumeric() || "_'-+./~".contains(c);
        let before = self.text.get(..range.start).and_then(|t| t.chars().last());
        let after = self.text.get(range.end..).and_then(|t| t.chars().next());
        let meets = |a: Option<char>, b: Option<char>| match (a, b) {
            (Some(a), Some(b)) => is_word(a) && is_word(b),
            _ => false,
        };
        // A dot after an expression selects from it.
        if meets(text.chars().last(), after) && after != Some('.') {
            text.push(' ');
        }
        if meets(before, text.chars().next()) {
            text.insert(0, ' ');
        }
        Splice { range, text }
    }

    /// Proposes another program.
    pub(crate) fn whole(&mut self, before: &Source, after: Source) {
        let size = |source: &Source| isize::try_from(source.size()).unwrap_or(isize::MAX);
        self.edits.push(Edit {
            pass: self.pass,
            gain: size(before) - size(&after),
            change: Change::Whole(after),
        });
    }
}

/// What the passes of a stage find in a program.
pub(crate) fn find(stage: Stage, source: &Source) -> Vec<Edit> {
    let mut edits = Vec::new();
    for unit in source.units() {
        match source.nix(&unit) {
            Some(text) => edits.extend(find_in(stage, &unit, text, None)),
            None => {
                for (pass, row) in of(stage) {
                    if let Find::Data(find) = row.find {
                        let mut found = Found::new(pass, &unit, "");
                        find(source.bytes(&unit), &mut found);
                        edits.append(&mut found.edits);
                    }
                }
            }
        }
    }
    for (pass, row) in of(stage) {
        if let Find::Program(find) = row.find {
            let mut found = Found::new(pass, &None, "");
            find(source, &mut found);
            edits.append(&mut found.edits);
        }
    }
    edits
}

/// What the passes of a stage find in a file: in all of it, or in the nodes that lie in a part of it.
pub(crate) fn find_in(
    stage: Stage,
    unit: &Unit,
    text: &str,
    part: Option<&Range<usize>>,
) -> Vec<Edit> {
    let (root, is_program) = syntax::parse(text);
    let mut edits = Vec::new();
    for (pass, row) in of(stage) {
        let mut found = Found::new(pass, unit, text);
        match row.find {
            Find::File(find) if part.is_none() => find(&root, &mut found),
            Find::Data(find) if part.is_none() && !is_program => find(text.as_bytes(), &mut found),
            Find::Node(find) => {
                for node in root.descendants() {
                    let is_in = part.is_none_or(|part| {
                        let range = range(&node);
                        part.start <= range.start && range.end <= part.end
                    });
                    if is_in {
                        find(&node, &mut found);
                    }
                }
            }
            _ => {}
        }
        edits.append(&mut found.edits);
    }
    edits
}

fn of(stage: Stage) -> impl Iterator<Item = (usize, &'static Pass)> {
    PASSES
        .iter()
        .enumerate()
        .filter(move |(_, pass)| pass.stage == stage)
}
