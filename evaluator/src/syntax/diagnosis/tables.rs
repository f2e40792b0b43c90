//! LALR(1) tables, made as bison makes them: precedences, default reductions
//! and, for the older releases, the conflicts that their parsers fork at.

use super::grammar::{Associativity, ERROR, Grammar, Symbol};
use rustc_hash::FxHashMap;

/// A set of terminals.
type Set = u128;

/// What to do in a state at a terminal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Go to a state, over the terminal.
    Shift(u16),
    /// Reduce by a rule.
    Reduce(u16),
    /// Stop, whatever the default is: an operator that does not associate.
    Refuse,
}

/// A state of the automaton.
#[derive(Debug, Default)]
pub struct State {
    /// Actions at particular terminals.
    pub actions: FxHashMap<Symbol, Action>,
    /// What else could be done at a terminal (GLR).
    pub conflicts: FxHashMap<Symbol, Vec<u16>>,
    /// The rule to reduce by at every other terminal.
    pub default: Option<u16>,
    /// Whether no terminal needs to be looked at.
    pub consistent: bool,
    gotos: FxHashMap<Symbol, u16>,
}

impl State {
    /// The state after a nonterminal.
    pub fn goto(&self, symbol: Symbol) -> Option<u16> {
        self.gotos.get(&symbol).copied()
    }
}

/// An item: a rule and how many symbols of it are behind the dot.
type Item = (u16, u16);

/// The automaton without look-ahead.
struct Automaton {
    /// The items of each state, closed.
    items: Vec<Vec<Item>>,
    /// Where each state goes over each symbol.
    edges: Vec<Vec<(Symbol, u16)>>,
}

impl Automaton {
    fn new(grammar: &Grammar) -> Automaton {
        let mut kernels: Vec<Vec<Item>> = vec![vec![(0, 0)]];
        let mut numbers: FxHashMap<Vec<Item>, u16> = FxHashMap::default();
        numbers.insert(kernels[0].clone(), 0);
        let mut items = Vec::new();
        let mut edges = Vec::new();
        let mut next = 0;
        while next < kernels.len() {
            let closed = close(grammar, &kernels[next]);
            let mut out: Vec<(Symbol, Vec<Item>)> = Vec::new();
            for &(rule, dot) in &closed {
                let Some(&symbol) = grammar.rules[rule as usize].right.get(dot as usize) else {
                    continue;
                };
                match out.iter_mut().find(|entry| entry.0 == symbol) {
                    Some(entry) => entry.1.push((rule, dot + 1)),
                    None => out.push((symbol, vec![(rule, dot + 1)])),
                }
            }
            let mut row = Vec::new();
            for (symbol, mut kernel) in out {
                kernel.sort_unstable();
                let number = *numbers.entry(kernel.clone()).or_insert_with(|| {
                    kernels.push(kernel);
                    (kernels.len() - 1) as u16
                });
                row.push((symbol, number));
            }
            items.push(closed);
            edges.push(row);
            next += 1;
        }
        Automaton { items, edges }
    }

    fn over(&self, state: u16, symbol: Symbol) -> Option<u16> {
        let edges = &self.edges[state as usize];
        edges
            .iter()
            .find(|edge| edge.0 == symbol)
            .map(|edge| edge.1)
    }

    /// The state after all of `symbols`.
    fn along(&self, state: u16, symbols: &[Symbol]) -> Option<u16> {
        symbols
            .iter()
            .try_fold(state, |state, &symbol| self.over(state, symbol))
    }
}

fn close(grammar: &Grammar, kernel: &[Item]) -> Vec<Item> {
    let mut items = kernel.to_vec();
    let mut next = 0;
    while let Some(&(rule, dot)) = items.get(next) {
        next += 1;
        let Some(&symbol) = grammar.rules[rule as usize].right.get(dot as usize) else {
            continue;
        };
        for (number, rule) in grammar.rules.iter().enumerate() {
            let item = (number as u16, 0);
            if rule.left == symbol && !items.contains(&item) {
                items.push(item);
            }
        }
    }
    items
}

fn nullable(grammar: &Grammar) -> Vec<bool> {
    let mut empty = vec![false; grammar.symbols];
    loop {
        let before = empty.clone();
        for rule in &grammar.rules {
            if rule.right.iter().all(|&symbol| empty[symbol as usize]) {
                empty[rule.left as usize] = true;
            }
        }
        if empty == before {
            return empty;
        }
    }
}

/// The look-ahead of every reduction: for (state, rule) the terminals that may
/// follow (DeRemer and Pennello's relations, solved by iteration).
fn lookaheads(grammar: &Grammar, automaton: &Automaton) -> FxHashMap<(u16, u16), Set> {
    let empty = nullable(grammar);
    let is_terminal = |symbol: Symbol| (symbol as usize) < grammar.terminals;
    let mut follow: FxHashMap<(u16, Symbol), Set> = FxHashMap::default();
    // (to, from): what follows `from` also follows `to`.
    let mut flows: Vec<((u16, Symbol), (u16, Symbol))> = Vec::new();
    let mut lookback: Vec<((u16, u16), (u16, Symbol))> = Vec::new();
    for (state, edges) in automaton.edges.iter().enumerate() {
        let state = state as u16;
        for &(symbol, target) in edges.iter().filter(|edge| !is_terminal(edge.0)) {
            let here = (state, symbol);
            let mut direct: Set = 0;
            for &(after, _) in &automaton.edges[target as usize] {
                if is_terminal(after) {
                    direct |= 1 << after;
                } else if empty[after as usize] {
                    flows.push((here, (target, after)));
                }
            }
            follow.insert(here, direct);
            for (number, rule) in grammar.rules.iter().enumerate() {
                if rule.left != symbol {
                    continue;
                }
                for (i, &part) in rule.right.iter().enumerate() {
                    if !is_terminal(part)
                        && rule.right[i + 1..].iter().all(|&s| empty[s as usize])
                        && let Some(at) = automaton.along(state, &rule.right[..i])
                    {
                        flows.push(((at, part), here));
                    }
                }
                if let Some(end) = automaton.along(state, &rule.right) {
                    lookback.push(((end, number as u16), here));
                }
            }
        }
    }
    loop {
        let mut changed = false;
        for (to, from) in &flows {
            let more = follow.get(from).copied().unwrap_or(0);
            let set = follow.entry(*to).or_insert(0);
            changed |= *set | more != *set;
            *set |= more;
        }
        if !changed {
            break;
        }
    }
    let mut result: FxHashMap<(u16, u16), Set> = FxHashMap::default();
    for (reduction, transition) in lookback {
        *result.entry(reduction).or_insert(0) |= follow.get(&transition).copied().unwrap_or(0);
    }
    result
}

/// How precedence decides between shifting a token and reducing a rule.
enum Resolution {
    Shift,
    Reduce,
    Refuse,
    Conflict,
}

fn resolve(grammar: &Grammar, rule: u16, token: Symbol) -> Resolution {
    let rule = grammar.rules[rule as usize].precedence;
    let of = |symbol: Symbol| grammar.precedences[symbol as usize];
    match (rule.and_then(of), of(token)) {
        (Some((rule, _)), Some((token, _))) if token > rule => Resolution::Shift,
        (Some((rule, _)), Some((token, _))) if token < rule => Resolution::Reduce,
        (Some(_), Some((_, associativity))) => match associativity {
            Associativity::Left => Resolution::Reduce,
            Associativity::Right => Resolution::Shift,
            Associativity::None => Resolution::Refuse,
        },
        _ => Resolution::Conflict,
    }
}

/// All states; the first is where a program starts.
pub fn states(grammar: &Grammar) -> Vec<State> {
    let automaton = Automaton::new(grammar);
    let lookaheads = lookaheads(grammar, &automaton);
    (0..automaton.items.len() as u16)
        .map(|number| state(grammar, &automaton, &lookaheads, number))
        .collect()
}

fn state(
    grammar: &Grammar,
    automaton: &Automaton,
    lookaheads: &FxHashMap<(u16, u16), Set>,
    number: u16,
) -> State {
    let mut state = State::default();
    let mut shifts: Vec<(Symbol, u16)> = Vec::new();
    for &(symbol, target) in &automaton.edges[number as usize] {
        if (symbol as usize) < grammar.terminals {
            shifts.push((symbol, target));
        } else {
            state.gotos.insert(symbol, target);
        }
    }
    let mut reductions: Vec<u16> = automaton.items[number as usize]
        .iter()
        .filter(|(rule, dot)| grammar.rules[*rule as usize].right.len() == *dot as usize)
        .map(|item| item.0)
        .collect();
    reductions.sort_unstable();
    let symbols = || (0..grammar.terminals as Symbol).filter(|&symbol| symbol != ERROR);
    if let ([rule], []) = (&reductions[..], &shifts[..]) {
        state.default = Some(*rule);
        state.consistent = true;
        return state;
    }
    // The first rule wins where two could be reduced.
    for &rule in reductions.iter().rev() {
        let ahead = lookaheads.get(&(number, rule)).copied().unwrap_or(0);
        for token in symbols().filter(|token| ahead >> token & 1 != 0) {
            if let Some(Action::Reduce(other)) = state.actions.insert(token, Action::Reduce(rule)) {
                state.conflicts.entry(token).or_default().push(other);
            }
        }
    }
    for (token, target) in shifts {
        let Some(&Action::Reduce(rule)) = state.actions.get(&token) else {
            state.actions.insert(token, Action::Shift(target));
            continue;
        };
        match resolve(grammar, rule, token) {
            Resolution::Reduce => {}
            Resolution::Refuse => {
                state.actions.insert(token, Action::Refuse);
            }
            Resolution::Shift => {
                state.actions.insert(token, Action::Shift(target));
            }
            Resolution::Conflict => {
                state.conflicts.entry(token).or_default().push(rule);
                state.actions.insert(token, Action::Shift(target));
            }
        }
    }
    let mut most = 0;
    for &rule in &reductions {
        let count = state
            .actions
            .values()
            .filter(|&&action| action == Action::Reduce(rule))
            .count();
        if count > most {
            most = count;
            state.default = Some(rule);
        }
    }
    let default = state.default.map(Action::Reduce);
    let conflicts = &state.conflicts;
    state
        .actions
        .retain(|token, action| Some(*action) != default || conflicts.contains_key(token));
    state
}
