//! Features: the things that observation counts.

use super::kinds::Kind;
use super::opcodes::{Opcode, purpose_name};
use std::fmt;

/// How an instruction or a builtin ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Ending {
    /// It did what it is for.
    Value,
    /// It failed.
    Error,
    /// What it evaluated or called failed, and it did not catch that.
    Passed,
}

impl Ending {
    /// Every ending.
    pub const ALL: [Ending; 3] = [Ending::Value, Ending::Error, Ending::Passed];

    /// Its name, which no later version changes.
    pub fn name(self) -> &'static str {
        match self {
            Ending::Value => "value",
            Ending::Error => "error",
            Ending::Passed => "passed",
        }
    }
}

/// Something that ran: an instruction or a builtin.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// An instruction.
    Opcode(Opcode),
    /// A builtin, by its name.
    Builtin(&'static str),
}

impl Subject {
    /// Its name, which no later version changes.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Opcode(opcode) => opcode.name(),
            Subject::Builtin(name) => name,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Opcode(opcode) => f.write_str(opcode.name()),
            Subject::Builtin(name) => write!(f, "builtins.{name}"),
        }
    }
}

/// One thing that a program did.
///
/// The word is packed for counting and means the same in one build only;
/// [`Feature::id`] and the text mean the same in all of them.
///
/// | bits | of an instruction | of a builtin | of a call |
/// |---|---|---|---|
/// | 30–31 | 0 | 1 | 2 |
/// | 14– | opcode (18–25), purpose (14–17) | number (14–26) | caller (13–26: number, or opcode with bit 26 set) |
/// | 2–13 | kinds | kinds | callee (0–12) |
/// | 0–1 | ending | ending | |
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feature(u32);

const FAMILY: u32 = 30;
const BUILTIN: u32 = 1;
const CALL: u32 = 2;
const NUMBER: u32 = (1 << 13) - 1;
const BY_OPCODE: u32 = 1 << 26;

/// The kinds of operands or arguments, packed.
#[derive(Clone, Copy)]
pub(super) struct Kinds(u32);

impl Kinds {
    /// The kinds of at most three values.
    pub fn of(kinds: impl Iterator<Item = Kind>) -> Kinds {
        let packed = kinds.take(3).enumerate().fold(0, |packed, (index, kind)| {
            packed | (kind as u32) << (4 * index)
        });
        Kinds(packed)
    }
}

impl Feature {
    pub(super) fn instruction(
        opcode: Opcode,
        purpose: u8,
        kinds: Kinds,
        ending: Ending,
    ) -> Feature {
        Feature((opcode as u32) << 18 | u32::from(purpose) << 14 | kinds.0 << 2 | ending as u32)
    }

    pub(super) fn builtin(number: u32, kinds: Kinds, ending: Ending) -> Feature {
        Feature(BUILTIN << FAMILY | number << 14 | kinds.0 << 2 | ending as u32)
    }

    pub(super) fn call_by_opcode(opcode: Opcode, callee: u32) -> Feature {
        Feature(CALL << FAMILY | BY_OPCODE | (opcode as u32) << 13 | callee)
    }

    pub(super) fn call_by_builtin(caller: u32, callee: u32) -> Feature {
        Feature(CALL << FAMILY | caller << 13 | callee)
    }

    /// The same feature with another ending.
    pub(super) fn ending_in(self, ending: Ending) -> Feature {
        Feature(self.0 & !3 | ending as u32)
    }

    fn builtin_name(number: u32) -> &'static str {
        crate::builtins::by_number(number & NUMBER).name
    }

    fn opcode_of(number: u32) -> Subject {
        // The number was made of an opcode.
        Subject::Opcode(Opcode::ALL[number as usize])
    }

    fn is_call(self) -> bool {
        self.0 >> FAMILY == CALL
    }

    /// What ran; of a call: what was called.
    pub fn subject(self) -> Subject {
        match self.0 >> FAMILY {
            CALL => Subject::Builtin(Feature::builtin_name(self.0)),
            BUILTIN => Subject::Builtin(Feature::builtin_name(self.0 >> 14)),
            _ => Feature::opcode_of(self.0 >> 18),
        }
    }

    /// What called the builtin, if this is a call: the instruction, or the
    /// builtin that called its argument.
    pub fn caller(self) -> Option<Subject> {
        if !self.is_call() {
            return None;
        }
        let caller = self.0 >> 13;
        Some(if self.0 & BY_OPCODE == 0 {
            Subject::Builtin(Feature::builtin_name(caller))
        } else {
            Feature::opcode_of(caller & (NUMBER))
        })
    }

    /// What the operands or arguments were when it ended; none for calls.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        let packed = if self.is_call() { 0 } else { self.0 >> 2 };
        (0..3)
            .map(move |index| Kind::ALL[(packed >> (4 * index) & 15) as usize])
            .filter(|kind| *kind != Kind::Absent)
    }

    /// How it ended; `None` for calls.
    pub fn ending(self) -> Option<Ending> {
        if self.is_call() {
            return None;
        }
        Ending::ALL.get((self.0 & 3) as usize).copied()
    }

    /// What the instruction is there for, where one serves several forms of the
    /// language (`JumpIfFalse` is in `if` and in `&&`); else empty.
    pub fn purpose(self) -> &'static str {
        match self.0 >> FAMILY {
            BUILTIN | CALL => "",
            _ => purpose_name((self.0 >> 14 & 15) as u8),
        }
    }

    /// A number that means this feature in every run and every build: FNV-1a of
    /// its text.
    pub fn id(self) -> u64 {
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        // Writing to a hash does not fail.
        let _ = fmt::write(&mut hash, format_args!("{self}"));
        hash.0
    }
}

struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

/// `Add int float: value`, `JumpIfFalse(if) bool: value`,
/// `builtins.map function list: value`, `builtins.map > builtins.toString`,
/// `Call > builtins.map`.
impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(caller) = self.caller() {
            return write!(f, "{caller} > {}", self.subject());
        }
        write!(f, "{}", self.subject())?;
        if !self.purpose().is_empty() {
            write!(f, "({})", self.purpose())?;
        }
        for kind in self.kinds() {
            write!(f, " {}", kind.name())?;
        }
        match self.ending() {
            Some(ending) => write!(f, ": {}", ending.name()),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Feature({self})")
    }
}
