//! Words a syntax error as C++ Nix's generated parser does.
//!
//! Which tokens a message says were expected depends on the state of the
//! automaton that bison made, and so does the depth at which the parser of the
//! older releases gives up. So once the fast parser knows that a program is
//! wrong, this module runs the same automaton over it again.

mod grammar;
mod tables;

use super::lexer::Lexer;
use super::options::{Grammar as Version, SyntaxOptions};
use super::token::{Kind, Token};
use grammar::{END, Grammar, Symbol};
use std::sync::OnceLock;
use tables::{Action, State};

/// A program that the automaton does not accept.
pub struct Found {
    /// The message.
    pub message: String,
    /// The byte it complains about.
    pub at: usize,
}

struct Automaton {
    grammar: Grammar,
    states: Vec<State>,
}

fn automaton(options: &SyntaxOptions) -> &'static Automaton {
    static MADE: [OnceLock<Automaton>; 6] = [const { OnceLock::new() }; 6];
    let version = match options.grammar {
        Version::Glr => 0,
        Version::Lalr => 2,
        Version::Described => 4,
    };
    MADE[version + usize::from(options.path_interpolation)].get_or_init(|| {
        let grammar = Grammar::new(options);
        let states = tables::states(&grammar);
        Automaton { grammar, states }
    })
}

/// What the automaton does not accept in `source`, if there is anything before
/// the first thing that the lexer refuses.
pub fn diagnose(source: &[u8], options: &SyntaxOptions) -> Option<Found> {
    let automaton = automaton(options);
    let run = Run {
        grammar: &automaton.grammar,
        states: &automaton.states,
        options,
        lexer: Lexer::new(source, options),
    };
    run.run(source)
}

/// Whether the stack of the generated parser overflows, in whatever comes
/// first in `source`.
pub fn overflows(source: &[u8], options: &SyntaxOptions) -> bool {
    diagnose(source, options).is_some_and(|found| found.message == MEMORY_EXHAUSTED)
}

const MEMORY_EXHAUSTED: &str = "memory exhausted";

struct Run<'s> {
    grammar: &'static Grammar,
    states: &'static [State],
    options: &'s SyntaxOptions,
    lexer: Lexer<'s>,
}

/// What became of the stacks at a token.
#[derive(Default)]
struct Outcome {
    /// Those that shifted it.
    alive: Vec<Vec<u16>>,
    /// Those of the forks made at this token that shifted it: bison puts them
    /// behind all others.
    forked: Vec<Vec<u16>>,
    /// The state of the last one that could not.
    stuck: Option<u16>,
    accepted: bool,
    overflown: bool,
}

impl Run<'_> {
    /// Runs all stacks side by side; only the GLR grammars ever fork.
    fn run(mut self, source: &[u8]) -> Option<Found> {
        let mut stacks: Vec<Vec<u16>> = vec![vec![0]];
        loop {
            let token = self.lexer.next().ok()?;
            let terminal = self.grammar.terminal(token.kind);
            let mut outcome = Outcome::default();
            for stack in stacks {
                self.advance(stack, terminal, &mut outcome, false);
            }
            if outcome.accepted {
                return None;
            }
            if outcome.overflown {
                return Some(Found {
                    message: MEMORY_EXHAUSTED.into(),
                    at: token.start as usize,
                });
            }
            if outcome.alive.is_empty() && outcome.forked.is_empty() {
                let message = self.message(outcome.stuck?, terminal);
                let at = self.place(token, source);
                return Some(Found { message, at });
            }
            outcome.alive.append(&mut outcome.forked);
            stacks = outcome.alive;
        }
    }

    fn overflows(&self, stack: &[u16]) -> bool {
        // The GLR skeleton gives up one symbol earlier.
        let slack = usize::from(self.options.grammar == Version::Glr);
        let limit = self.options.stack_limit;
        limit.is_some_and(|limit| stack.len() + slack >= limit)
    }

    fn place(&self, token: Token, source: &[u8]) -> usize {
        if token.kind == Kind::End && self.options.end_of_file_after_last_token {
            (token.end as usize).min(source.len())
        } else {
            token.start as usize
        }
    }

    /// Reduces until the token can be shifted or nothing goes any more. Calls
    /// itself only for a fork, and a grammar has few places to fork at.
    fn advance(&self, mut stack: Vec<u16>, terminal: Symbol, outcome: &mut Outcome, fork: bool) {
        while let Some(&top) = stack.last() {
            if self.overflows(&stack) {
                outcome.overflown = true;
                return;
            }
            let state = &self.states[top as usize];
            for &rule in state.conflicts.get(&terminal).into_iter().flatten() {
                let mut other = stack.clone();
                if self.reduce(&mut other, rule) {
                    self.advance(other, terminal, outcome, true);
                }
            }
            let action = match state.actions.get(&terminal) {
                Some(&action) => Some(action),
                None => state.default.map(Action::Reduce),
            };
            match action {
                Some(Action::Shift(_)) if terminal == END => {
                    outcome.accepted = true;
                    return;
                }
                Some(Action::Shift(target)) => {
                    stack.push(target);
                    outcome.overflown |= self.settle(&mut stack);
                    let alive = match fork {
                        true => &mut outcome.forked,
                        false => &mut outcome.alive,
                    };
                    alive.push(stack);
                    return;
                }
                Some(Action::Reduce(rule)) if self.reduce(&mut stack, rule) => {}
                _ => {
                    outcome.stuck = Some(top);
                    return;
                }
            }
        }
    }

    /// Reduces as long as no token needs to be looked at for it; says whether
    /// the stack overflows.
    fn settle(&self, stack: &mut Vec<u16>) -> bool {
        loop {
            if self.overflows(stack) {
                return true;
            }
            let state = stack.last().map(|&top| &self.states[top as usize]);
            match state {
                Some(State {
                    consistent: true,
                    default: Some(rule),
                    ..
                }) if self.reduce(stack, *rule) => {}
                _ => return false,
            }
        }
    }

    fn reduce(&self, stack: &mut Vec<u16>, rule: u16) -> bool {
        let rule = &self.grammar.rules[rule as usize];
        stack.truncate(stack.len() - rule.right.len());
        let top = stack.last().map(|&top| &self.states[top as usize]);
        match top.and_then(|state| state.goto(rule.left)) {
            Some(target) => {
                stack.push(target);
                true
            }
            None => false,
        }
    }

    /// Bison lists what it expected if that is at most four tokens.
    fn message(&self, state: u16, terminal: Symbol) -> String {
        let state = &self.states[state as usize];
        let unexpected = &self.grammar.names[terminal as usize];
        let mut message = format!("syntax error, unexpected {unexpected}");
        let mut expected: Vec<Symbol> = state
            .actions
            .iter()
            .filter(|(_, action)| **action != Action::Refuse)
            .map(|(&token, _)| token)
            .collect();
        if state.consistent || expected.len() > 4 {
            return message;
        }
        expected.sort_unstable();
        for (i, token) in expected.iter().enumerate() {
            message += if i == 0 { ", expecting " } else { " or " };
            message += &self.grammar.names[*token as usize];
        }
        message
    }
}
