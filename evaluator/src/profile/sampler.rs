//! Where the time goes: every so often the functions and builtins under way are noted, with the time since they
//! were noted last.

use super::ticker::Ticker;
use crate::builtins::by_number;
use crate::compiler::Unit;
use crate::positions::Origin;
use crate::state::State;
use rustc_hash::FxHashMap;
use std::time::{Duration, Instant};

/// The most functions that a stack shows: deeper ones are counted for the last of them.
const DEEPEST: usize = 400;

/// Something that has a frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key<'h> {
    /// A function, or a file.
    Unit(UnitKey<'h>),
    /// A builtin, by its number.
    Builtin(u32),
}

/// A unit, told from others by its place in memory.
#[derive(Clone, Copy)]
pub(crate) struct UnitKey<'h>(pub &'h Unit<'h>);

impl PartialEq for UnitKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for UnitKey<'_> {}

impl std::hash::Hash for UnitKey<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self.0).hash(state);
    }
}

struct Node<'h> {
    below: u32,
    key: Key<'h>,
    time: Duration,
}

/// Notes stacks.
pub(crate) struct Sampler<'h> {
    ticker: Ticker,
    last: Instant,
    /// A tree of what was under way in what; the first stands for nothing at all.
    nodes: Vec<Node<'h>>,
    above: FxHashMap<(u32, Key<'h>), u32>,
    idle: Duration,
}

/// The stacks of an evaluation, each with the time that was spent in the last of its functions.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// Functions as `FILE:LINE:COLUMN:NAME`, files as `FILE`, builtins by their names; the outermost first. The
    /// last one can be a thunk, `FILE:LINE:COLUMN`.
    pub stacks: Vec<(Vec<String>, Duration)>,
}

impl Profile {
    /// One line for each stack: its functions, separated by semicolons, and the microseconds.
    pub fn folded(&self) -> String {
        let mut lines: Vec<String> = (self.stacks.iter())
            .map(|(stack, time)| format!("{} {}\n", stack.join(";"), time.as_micros()))
            .collect();
        lines.sort();
        lines.concat()
    }
}

impl<'h> Sampler<'h> {
    /// One that looks so often.
    pub fn new(period: Duration) -> Self {
        Sampler {
            ticker: Ticker::new(period),
            last: Instant::now(),
            nodes: Vec::new(),
            above: FxHashMap::default(),
            idle: Duration::ZERO,
        }
    }

    /// Whether it is time to look.
    #[inline]
    pub fn is_due(&self) -> bool {
        self.ticker.is_due()
    }

    /// Notes what is under way, the outermost first. A function that calls itself is noted once.
    pub fn note(&mut self, under_way: impl Iterator<Item = Key<'h>>) {
        self.ticker.wait_again();
        let now = Instant::now();
        let time = now - std::mem::replace(&mut self.last, now);
        let mut at = None;
        let mut last = None;
        for key in under_way
            .filter(|&key| last.replace(key) != Some(key))
            .take(DEEPEST)
        {
            let below = at.unwrap_or(u32::MAX);
            let next = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
            let node = *self.above.entry((below, key)).or_insert(next);
            if node == next {
                self.nodes.push(Node {
                    below,
                    key,
                    time: Duration::ZERO,
                });
            }
            at = Some(node);
        }
        match at {
            Some(node) => self.nodes[node as usize].time += time,
            None => self.idle += time,
        }
    }

    /// What was noted since it was last asked, in words.
    pub fn take(&mut self, state: &State<'h>) -> Vec<(Vec<String>, Duration)> {
        let mut stacks = Vec::new();
        for node in self.nodes.iter().filter(|node| !node.time.is_zero()) {
            let mut stack = vec![shown(state, node.key)];
            let mut below = node.below;
            while let Some(node) = self.nodes.get(below as usize) {
                stack.push(shown(state, node.key));
                below = node.below;
            }
            stack.reverse();
            stacks.push((stack, node.time));
        }
        if !self.idle.is_zero() {
            stacks.push((vec!["(outside of functions)".to_owned()], self.idle));
        }
        self.idle = Duration::ZERO;
        self.nodes
            .iter_mut()
            .for_each(|node| node.time = Duration::ZERO);
        stacks
    }
}

fn shown(state: &State<'_>, key: Key<'_>) -> String {
    let unit = match key {
        Key::Builtin(number) => return format!("builtin {}", by_number(number).name),
        Key::Unit(UnitKey(unit)) => unit,
    };
    let shown = match unit.lambdas.first() {
        Some(lambda) => {
            let name = lambda.name.get().map(|name| state.symbols.text(name));
            let name = name.unwrap_or_else(|| "(a function)".to_owned());
            match state.positions.locate(lambda.pos) {
                Some(at) => format!(
                    "{}:{}:{}:{name}",
                    origin(state, &at.origin),
                    at.line,
                    at.column
                ),
                None => name,
            }
        }
        None if unit.parent.is_some() => match state.positions.locate(unit.body.pos()) {
            Some(at) => format!("{}:{}:{}", origin(state, &at.origin), at.line, at.column),
            None => "(a thunk)".to_owned(),
        },
        None => {
            let imported = state.imported.borrow();
            let file = imported.get(&crate::vm::address(unit));
            file.map_or_else(
                || "(program)".to_owned(),
                |file| String::from_utf8_lossy(file).into_owned(),
            )
        }
    };
    // Semicolons are between functions.
    shown.replace([';', '\n'], "_")
}

fn origin(state: &State<'_>, origin: &Origin) -> String {
    match origin {
        Origin::File(path) => String::from_utf8_lossy(path).into_owned(),
        Origin::Internal(name) => state.internal_path(name),
        Origin::String => "«string»".to_owned(),
        Origin::Stdin => "«stdin»".to_owned(),
    }
}
