//! From a pattern to its automaton, in one pass and without native recursion.
//!
//! The grammar is libstdc++'s: an anchor takes no quantifier, quantifiers stack
//! (`a**`, `a{2}{3}`), alternatives may be empty, and whatever cannot start a
//! term ends the alternative, so `*a` fails as a stray token would.

use super::byteset::ByteSet;
use super::lexer::{Lexer, Token};
use super::nfa::{Fragment, Nfa, Op};
use super::{CountOverflow, RegexError, bracket};

/// A pattern's automaton and what the search needs to know beside it.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) nfa: Nfa,
    pub(super) start: u32,
    /// How many groups, the whole match not counted.
    pub(super) groups: u32,
}

/// A group whose closing parenthesis is not read yet; the outermost is the
/// whole pattern, which libstdc++ counts as group 0.
struct OpenGroup {
    number: u32,
    opening: Fragment,
    /// The alternatives already complete.
    done: Option<Fragment>,
    /// The terms of the current alternative.
    terms: Option<Fragment>,
}

struct Compiler<'p> {
    lexer: Lexer<'p>,
    nfa: Nfa,
    overflow: CountOverflow,
    enclosing: Vec<OpenGroup>,
    group: OpenGroup,
    groups: u32,
}

pub(super) fn compile(pattern: &[u8], overflow: CountOverflow) -> Result<Compiled, RegexError> {
    let lexer = Lexer::new(pattern)?;
    let mut nfa = Nfa::default();
    let opening = nfa.add(Op::GroupStart(0))?;
    let mut compiler = Compiler {
        lexer,
        nfa,
        overflow,
        enclosing: Vec::new(),
        group: OpenGroup {
            number: 0,
            opening,
            done: None,
            terms: None,
        },
        groups: 0,
    };
    let whole = compiler.pattern()?;
    let mut nfa = compiler.nfa;
    let accept = nfa.add(Op::Accept)?;
    let whole = nfa.chain(whole, accept);
    nfa.skip_joins();
    Ok(Compiled {
        nfa,
        start: whole.start,
        groups: compiler.groups,
    })
}

impl Compiler<'_> {
    fn pattern(&mut self) -> Result<Fragment, RegexError> {
        loop {
            match self.lexer.current() {
                Token::LineStart => self.anchor(Op::LineStart)?,
                Token::LineEnd => self.anchor(Op::LineEnd)?,
                Token::AnyChar => {
                    self.lexer.advance()?;
                    self.bytes(ByteSet::from_fn(|byte| byte != 0))?;
                }
                Token::Char(wanted) => {
                    self.lexer.advance()?;
                    self.bytes(ByteSet::from_fn(|byte| byte == wanted))?;
                }
                Token::BracketOpen { negated } => {
                    self.lexer.advance()?;
                    let set = bracket::parse(&mut self.lexer, negated)?;
                    self.bytes(set)?;
                }
                Token::GroupOpen => {
                    self.lexer.advance()?;
                    self.open()?;
                }
                Token::Or => {
                    self.end_alternative(true)?;
                }
                Token::GroupClose => {
                    let body = self.end_alternative(false)?;
                    let Some(outer) = self.enclosing.pop() else {
                        return Err(RegexError::Invalid);
                    };
                    self.lexer.advance()?;
                    let closed = std::mem::replace(&mut self.group, outer);
                    let atom = self.close(&closed, body)?;
                    self.quantified(atom)?;
                }
                Token::End if self.enclosing.is_empty() => {
                    let body = self.end_alternative(false)?;
                    let Self { nfa, group, .. } = self;
                    let whole = nfa.chain(group.opening, body);
                    let end = nfa.add(Op::GroupEnd(group.number))?;
                    return Ok(nfa.chain(whole, end));
                }
                // What no term starts with; the states that end the alternative
                // count against the limit before the error is noticed.
                _ => {
                    self.end_alternative(false)?;
                    return Err(RegexError::Invalid);
                }
            }
        }
    }

    fn anchor(&mut self, op: Op) -> Result<(), RegexError> {
        self.lexer.advance()?;
        let anchor = self.nfa.add(op)?;
        self.append(anchor);
        Ok(())
    }

    fn bytes(&mut self, set: ByteSet) -> Result<(), RegexError> {
        let number = self.nfa.set_number(set);
        let atom = self.nfa.add(Op::Bytes(number))?;
        self.quantified(atom)
    }

    fn append(&mut self, term: Fragment) {
        self.group.terms = Some(match self.group.terms {
            Some(terms) => self.nfa.chain(terms, term),
            None => term,
        });
    }

    fn open(&mut self) -> Result<(), RegexError> {
        self.groups += 1;
        let group = OpenGroup {
            number: self.groups,
            opening: self.nfa.add(Op::GroupStart(self.groups))?,
            done: None,
            terms: None,
        };
        self.enclosing
            .push(std::mem::replace(&mut self.group, group));
        Ok(())
    }

    fn close(&mut self, closed: &OpenGroup, body: Fragment) -> Result<Fragment, RegexError> {
        let end = self.nfa.add(Op::GroupEnd(closed.number))?;
        let group = self.nfa.chain(closed.opening, body);
        Ok(self.nfa.chain(group, end))
    }

    /// Completes the current alternative, joins it to those before it and, when
    /// `more` follow, steps over the bar.
    fn end_alternative(&mut self, more: bool) -> Result<Fragment, RegexError> {
        let end = self.nfa.add(Op::Join)?;
        self.append(end);
        let mut whole = self.group.terms.take().unwrap_or(end);
        if let Some(earlier) = self.group.done {
            let join = self.nfa.add(Op::Join)?;
            self.nfa.chain(earlier, join);
            self.nfa.chain(whole, join);
            let either = self.nfa.add_branch(Op::Either, earlier.start)?;
            self.nfa.states[either.end as usize].next = whole.start;
            whole = Fragment {
                start: either.start,
                end: join.end,
            };
        }
        if more {
            self.lexer.advance()?;
            self.group.done = Some(whole);
        }
        Ok(whole)
    }

    /// Applies the quantifiers that follow `atom`, then appends the term.
    fn quantified(&mut self, mut atom: Fragment) -> Result<(), RegexError> {
        loop {
            atom = match self.lexer.current() {
                Token::Star => {
                    self.lexer.advance()?;
                    let repeat = self.nfa.add_branch(Op::Repeat, atom.start)?;
                    self.nfa.chain(atom, repeat);
                    repeat
                }
                Token::Plus => {
                    self.lexer.advance()?;
                    let repeat = self.nfa.add_branch(Op::Repeat, atom.start)?;
                    self.nfa.chain(atom, repeat)
                }
                Token::Question => {
                    self.lexer.advance()?;
                    let join = self.nfa.add(Op::Join)?;
                    let repeat = self.nfa.add_branch(Op::Repeat, atom.start)?;
                    self.nfa.chain(atom, join);
                    self.nfa.chain(repeat, join)
                }
                Token::BraceOpen => {
                    self.lexer.advance()?;
                    self.counted(atom)?
                }
                _ => break,
            };
        }
        self.append(atom);
        Ok(())
    }

    /// `atom{min}`, `atom{min,}` or `atom{min,max}`: copies, the optional ones
    /// each behind a choice whose way out is the end of them all.
    fn counted(&mut self, atom: Fragment) -> Result<Fragment, RegexError> {
        let Token::Count(digits) = self.lexer.current() else {
            return Err(RegexError::Invalid);
        };
        self.lexer.advance()?;
        let mut whole = self.nfa.add(Op::Join)?;
        let min = self.overflow.number(digits)?;
        let mut optional = Some(0);
        if self.lexer.accept(Token::Comma)? {
            optional = None;
            if let Token::Count(digits) = self.lexer.current() {
                self.lexer.advance()?;
                optional = Some(self.overflow.number(digits)? - min);
            }
        }
        if !self.lexer.accept(Token::BraceClose)? {
            return Err(RegexError::Invalid);
        }
        for _ in 0..min {
            let copy = self.nfa.copy(atom)?;
            whole = self.nfa.chain(whole, copy);
        }
        match optional {
            None => {
                let copy = self.nfa.copy(atom)?;
                let repeat = self.nfa.add_branch(Op::Repeat, copy.start)?;
                self.nfa.chain(copy, repeat);
                Ok(self.nfa.chain(whole, repeat))
            }
            Some(count) if count < 0 => Err(RegexError::Invalid),
            Some(count) => {
                let end = self.nfa.add(Op::Join)?;
                let mut choices = Vec::new();
                for _ in 0..count {
                    let copy = self.nfa.copy(atom)?;
                    let choice = self.nfa.add_branch(Op::Repeat, copy.start)?;
                    choices.push(choice);
                    self.nfa.chain(whole, choice);
                    whole.end = copy.end;
                }
                let whole = self.nfa.chain(whole, end);
                for choice in choices {
                    self.nfa.chain(choice, end);
                }
                Ok(whole)
            }
        }
    }
}

impl CountOverflow {
    /// The value of a repetition count, as a C++ `int`.
    fn number(self, digits: &[u8]) -> Result<i64, RegexError> {
        match self {
            Self::Invalid => digits
                .iter()
                .try_fold(0i32, |value, digit| {
                    value.checked_mul(10)?.checked_add(i32::from(digit - b'0'))
                })
                .map(i64::from)
                .ok_or(RegexError::Invalid),
            Self::Wraps => {
                let value = digits.iter().fold(0i64, |value, digit| {
                    value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'))
                });
                Ok(i64::from(value as i32))
            }
        }
    }
}
