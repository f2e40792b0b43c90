//! `builtins.genericClosure`. Keys that have no order fail only when they are
//! compared, so the set of keys compares the same pairs as C++ Nix's: it is the
//! red-black tree that libstdc++'s `std::set` is.

use super::demand::Demand;
use super::{Builtin, Run, builtin};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Value};
use crate::positions::Pos;
use crate::print::brief;
use crate::state::State;
use crate::symbols::{Symbol, known};
use crate::vm::{Co, Shared, less_than};
use std::collections::VecDeque;

/// The family.
pub const BUILTINS: &[Builtin] = &[builtin(
    "genericClosure",
    1,
    Run::Generator(|co, state, args| Box::pin(closure(co, state, args[0]))),
)];

async fn closure<'h>(co: Co<'h>, state: Shared<'h>, argument: Value<'h>) -> Result<Value<'h>> {
    const ARGUMENT: &str = "while evaluating the first argument passed to builtins.genericClosure";
    const START: &str =
        "while evaluating the 'startSet' attribute passed as argument to builtins.genericClosure";
    const OPERATOR: &str =
        "while evaluating the 'operator' attribute passed as argument to builtins.genericClosure";
    const ANSWER: &str =
        "while evaluating the return value of the `operator` passed to builtins.genericClosure";
    let demand = Demand {
        co: &co,
        state: &state,
    };
    let argument = demand.attrs(argument, ARGUMENT).await?;
    let in_argument = |error: Error| {
        error.at(co.pos).traced(
            Pos::NONE,
            "in the attrset passed as argument to builtins.genericClosure",
        )
    };
    let start = attribute(&state, argument, known::START_SET).map_err(in_argument)?;
    let start = demand.list(start, START).await?;
    let operator = if state.has(Behaviour::ClosureNeedsNoOperator) {
        if start.items().is_empty() {
            return Ok(Value::list(start));
        }
        let operator = attribute(&state, argument, known::OPERATOR).map_err(in_argument)?;
        demand.function(operator, OPERATOR).await?
    } else {
        let operator = attribute(&state, argument, known::OPERATOR).map_err(in_argument)?;
        co.force(operator).await?
    };
    let mut work: VecDeque<Value<'h>> = start.items().iter().copied().collect();
    let mut result = Vec::new();
    let mut done = KeySet::default();
    while let Some(element) = work.pop_front() {
        let in_element = |error: Error| {
            let element = String::from_utf8_lossy(&brief(&state, element)).into_owned();
            error.traced(Pos::NONE, format!("in genericClosure element {element}"))
        };
        let set = demand.attrs(element, "").await.map_err(in_element)?;
        let key =
            attribute(&state, set, known::KEY).map_err(|error| in_element(error.at(co.pos)))?;
        let key = co.force(key).await?;
        if !done.insert(&co, &state, key).await? {
            continue;
        }
        result.push(element);
        let answer = co.call_at(operator, &[element], Pos::NONE).await?;
        let found = demand.list(answer, ANSWER).await?;
        for &element in found.items() {
            co.force(element).await?;
            work.push_back(element);
        }
    }
    Ok(state.list(&result))
}

fn attribute<'h>(state: &State<'h>, set: Attrs<'h>, name: Symbol) -> Result<Value<'h>> {
    set.get(name).ok_or_else(|| {
        Error::new(
            ErrorKind::MissingAttribute,
            format!("attribute '{}' missing", state.symbols.text(name)),
        )
    })
}

/// A link to no node.
const NONE: usize = usize::MAX;

/// A key in the tree.
struct Node<'h> {
    key: Value<'h>,
    parent: usize,
    /// The subtrees of smaller and of greater keys.
    children: [usize; 2],
    red: bool,
}

const LEFT: usize = 0;
const RIGHT: usize = 1;

/// A set of evaluated keys.
struct KeySet<'h> {
    nodes: Vec<Node<'h>>,
    root: usize,
}

impl Default for KeySet<'_> {
    fn default() -> Self {
        KeySet {
            nodes: Vec::new(),
            root: NONE,
        }
    }
}

impl<'h> KeySet<'h> {
    /// Inserts a key; `false` if one that is neither less nor greater is there.
    async fn insert(&mut self, co: &Co<'h>, state: &Shared<'h>, key: Value<'h>) -> Result<bool> {
        let less = async |a: Value<'h>, b: Value<'h>| {
            less_than(co, state, a, b).await.map_err(|error| {
                error.traced(
                    Pos::NONE,
                    "while comparing the `key` attributes of two genericClosure elements",
                )
            })
        };
        let (mut parent, mut side, mut next) = (NONE, LEFT, self.root);
        // The greatest node that is not greater than the key.
        let mut before = NONE;
        while next != NONE {
            parent = next;
            if less(key, self.nodes[next].key).await? {
                side = LEFT;
            } else {
                side = RIGHT;
                before = next;
            }
            next = self.nodes[next].children[side];
        }
        if before != NONE && !less(self.nodes[before].key, key).await? {
            return Ok(false);
        }
        let node = self.nodes.len();
        self.nodes.push(Node {
            key,
            parent,
            children: [NONE; 2],
            red: true,
        });
        match self.nodes.get_mut(parent) {
            Some(parent) => parent.children[side] = node,
            None => self.root = node,
        }
        self.rebalance(node);
        Ok(true)
    }

    fn is_red(&self, node: usize) -> bool {
        self.nodes.get(node).is_some_and(|node| node.red)
    }

    /// Restores what makes the tree balanced after a red leaf was added: no red
    /// node has a red parent.
    fn rebalance(&mut self, mut node: usize) {
        while self.is_red(self.nodes[node].parent) {
            let mut parent = self.nodes[node].parent;
            // A red node is not the root, so it has a parent.
            let grandparent = self.nodes[parent].parent;
            let side = usize::from(self.nodes[grandparent].children[RIGHT] == parent);
            let uncle = self.nodes[grandparent].children[1 - side];
            if self.is_red(uncle) {
                self.nodes[parent].red = false;
                self.nodes[uncle].red = false;
                self.nodes[grandparent].red = true;
                node = grandparent;
                continue;
            }
            if self.nodes[parent].children[1 - side] == node {
                self.rotate(parent, side);
                (node, parent) = (parent, node);
            }
            self.nodes[parent].red = false;
            self.nodes[grandparent].red = true;
            self.rotate(grandparent, 1 - side);
        }
        self.nodes[self.root].red = false;
    }

    /// Moves `node` down to `side`; its child on the other side takes its place.
    fn rotate(&mut self, node: usize, side: usize) {
        let child = self.nodes[node].children[1 - side];
        let moved = self.nodes[child].children[side];
        let parent = self.nodes[node].parent;
        self.nodes[node].children[1 - side] = moved;
        if moved != NONE {
            self.nodes[moved].parent = node;
        }
        self.nodes[child].children[side] = node;
        self.nodes[node].parent = child;
        self.nodes[child].parent = parent;
        match self.nodes.get_mut(parent) {
            None => self.root = child,
            Some(parent) => {
                let side = usize::from(parent.children[RIGHT] == node);
                parent.children[side] = child;
            }
        }
    }
}

#[cfg(test)]
mod tests;
