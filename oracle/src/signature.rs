//! The signature of a divergence: a key that stays the same however the program that shows it is
//! renamed, laid out or grown, and differs where another bug shows. `docs/signatures.md` says what goes
//! into it and why.

mod aterm;
mod message;
mod minimal;
mod value;

use std::{cmp::Ordering, collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    compare::{Aspect, Difference},
    outcome::{Answer, Failure, Outcome},
    taxonomy::ErrorKind,
    verdict::{Against, Check, Verdict},
};

/// Between the fields of a signature.
const SEPARATOR: char = '|';

/// Where a minimal program has no words.
const NO_WORDS: &str = "none";

/// The key of a divergence: which releases the subject disagrees with, in what, and how. With the
/// vocabulary of a minimal program ([`Signature::with`]) it is the key of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Signature(String);

/// A word as it stands in a signature, where the separator cannot stand.
pub fn word(word: &str) -> String {
    word.replace(SEPARATOR, "/")
}

/// A text as it can be printed and given to a command: a NUL in it is written `\u{0}`.
fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            printable.extend(c.escape_default());
        } else {
            printable.push(c);
        }
    }
    printable
}

/// A text is no signature.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not a signature: expected RELEASES|ASPECT|CHANGE, such as '2.8|value|int→float'")]
pub struct NotASignature(String);

impl Signature {
    /// The signature of what was found about a program; `None` where the subject agrees or differs in known
    /// ways only, or nothing can be said.
    pub fn of(check: &Check) -> Option<Self> {
        let (releases, difference, newest) = differing(check)?;
        let (aspect, change) = change(difference, newest);
        Some(Self::made_of(&releases, aspect, &change))
    }

    fn made_of(releases: &str, aspect: Aspect, change: &str) -> Self {
        let change = printable(change);
        Self(format!("{releases}{SEPARATOR}{aspect}{SEPARATOR}{change}"))
    }

    /// The key of the bucket of a minimal program with these words, which differs in a notation only, if there is
    /// one. That one of two lacks a builtin is told by it even where the other one fails as well. A rule of the
    /// oracle that is not enforced is told by the rule, whatever should have done it.
    pub fn of_minimal(
        check: &Check,
        words: &BTreeSet<String>,
        notation: Option<&str>,
    ) -> Option<Self> {
        let (releases, difference, differs) = differing(check)?;
        let lacks = |outcome: &Outcome| {
            let failure = outcome.failure();
            let missing = failure.filter(|it| it.kind == ErrorKind::MissingAttribute);
            missing.is_some_and(|it| {
                let mut words = words.iter();
                words.any(|word| it.message == format!("attribute '{word}' missing"))
            })
        };
        let newest = check.against.iter().max_by_key(|one| one.dialect)?;
        let (oracle, subject) = (&newest.oracle_outcome, &newest.subject_outcome);
        let (aspect, change) = match (lacks(oracle), lacks(subject)) {
            (true, false) => (Aspect::Class, "missing→more".to_owned()),
            (false, true) => (Aspect::Class, "more→missing".to_owned()),
            _ => change(difference, differs),
        };
        let (oracle, subject) = (&differs.oracle_outcome, &differs.subject_outcome);
        if let Some(rule) = minimal::rule(aspect, oracle, subject) {
            return Some(Self::made_of(&releases, aspect, &rule).with([]));
        }
        let change = minimal::change(aspect, &change, (difference, differs), notation);
        let signature = Self::made_of(&releases, aspect, &change);
        Some(signature.with(words.iter().map(String::as_str)))
    }

    /// The signature with the words that matter in a minimal program that shows it, such as its
    /// builtins: `2.8|value|int|sort`. Programs that are not minimal must not be asked for theirs.
    pub fn with<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Self {
        let words: BTreeSet<&str> = words.into_iter().collect();
        let words: Vec<String> = words.into_iter().map(|it| printable(&word(it))).collect();
        let words = if words.is_empty() {
            NO_WORDS.to_owned()
        } else {
            words.join(" ")
        };
        let (divergence, _) = self.split();
        Self(format!("{divergence}{SEPARATOR}{words}"))
    }

    /// The signature without the words of a program.
    pub fn divergence(&self) -> Self {
        Self(self.split().0.to_owned())
    }

    /// The words of the minimal program; none where there was none.
    pub fn words(&self) -> BTreeSet<String> {
        let words = self.split().1.unwrap_or_default();
        words.split_whitespace().map(str::to_owned).collect()
    }

    /// What of it holds for every program, and the words of the minimal one.
    fn split(&self) -> (&str, Option<&str>) {
        match self.0.match_indices(SEPARATOR).nth(2) {
            Some((at, _)) => (
                self.0.get(..at).unwrap_or_default(),
                self.0.get(at + SEPARATOR.len_utf8()..),
            ),
            None => (&self.0, None),
        }
    }

    /// The releases that the subject disagrees with, as the signature names them: `all`, `2.34`,
    /// `2.3,2.8`.
    pub fn releases(&self) -> &str {
        self.field(0)
    }

    /// The aspect in which they differ.
    pub fn aspect(&self) -> &str {
        self.field(1)
    }

    /// The kind of change, from the oracle to the subject.
    pub fn change(&self) -> &str {
        self.field(2)
    }

    fn field(&self, index: usize) -> &str {
        self.0.split(SEPARATOR).nth(index).unwrap_or_default()
    }

    /// A hash of it, of 8 hexadecimal digits, the same on every machine.
    pub fn hash(&self) -> String {
        // FNV-1a: a signature is no secret, and the hash must never change with a library.
        let hash = self
            .0
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        format!("{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff))
    }

    /// A name for files and folders: the words of it that a name can have, and its hash.
    pub fn name(&self) -> String {
        let mut name = String::new();
        for c in self.0.chars() {
            if c.is_ascii_alphanumeric() || c == '.' {
                name.push(c.to_ascii_lowercase());
            } else if !name.is_empty() && !name.ends_with('-') {
                name.push('-');
            }
            if name.len() >= 48 {
                break;
            }
        }
        format!("{}-{}", name.trim_end_matches(['-', '.']), self.hash())
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Signature {
    type Err = NotASignature;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = text.split(SEPARATOR).collect();
        let is_whole = (3..=4).contains(&fields.len())
            && fields.iter().all(|field| !field.is_empty())
            && !text.contains(char::is_control);
        if is_whole {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotASignature(text.to_owned()))
        }
    }
}

impl TryFrom<String> for Signature {
    type Error = NotASignature;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Signature> for String {
    fn from(signature: Signature) -> Self {
        signature.0
    }
}

/// The releases that the subject disagrees with, and what is different from the newest of them. Of several
/// that one says what kind of difference it is: the older ones word the same thing in their own ways.
fn differing(check: &Check) -> Option<(String, &Difference, &Against)> {
    let grave = |one: &&Against| matches!(one.verdict, Verdict::Divergence | Verdict::Drift);
    let differing: Vec<&Against> = check.against.iter().filter(grave).collect();
    let newest = *differing.iter().max_by_key(|one| one.dialect)?;
    let difference = newest.comparison.difference.as_ref()?;
    Some((releases(check, &differing), difference, newest))
}

/// The releases that the subject disagrees with. One that fails just as the subject does, or of which
/// nothing can be said, is no witness for either side: whether there is one depends on the rest of the
/// program.
fn releases(check: &Check, differing: &[&Against]) -> String {
    let is_witness = |one: &&Against| {
        matches!(one.verdict, Verdict::Agree)
            && matches!(one.oracle_outcome.answer, Answer::Value(_))
    };
    if check.against.len() > 1 && !check.against.iter().any(|one| is_witness(&one)) {
        return "all".to_owned();
    }
    let mut dialects: Vec<_> = differing.iter().map(|one| one.dialect).collect();
    dialects.sort();
    dialects.dedup();
    let names: Vec<&str> = dialects.iter().map(|dialect| dialect.name()).collect();
    names.join(",")
}

fn change(difference: &Difference, one: &Against) -> (Aspect, String) {
    let (oracle, subject) = (&one.oracle_outcome, &one.subject_outcome);
    let aspect = difference.aspect;
    let is_store_path = matches!(aspect, Aspect::Value | Aspect::Derivations);
    let both = !oracle.derivations.is_empty() && !subject.derivations.is_empty();
    if is_store_path && both {
        // The paths that are printed follow from what is in the derivations.
        if let Some(field) = aterm::differing_field(&oracle.derivations, &subject.derivations) {
            return (Aspect::Derivations, field);
        }
    }
    if matches!(aspect, Aspect::Class | Aspect::Catchable | Aspect::Kind)
        && let Some(change) = of_errors(oracle, subject)
    {
        let both = change == "error→error";
        return (if both { Aspect::Kind } else { Aspect::Class }, change);
    }
    let change = match aspect {
        Aspect::Value => value::change(&difference.oracle, &difference.subject),
        Aspect::Traces => of_traces(&oracle.traces, &subject.traces),
        Aspect::Position => ending(oracle),
        Aspect::Message if is_programs_own(oracle.failure()) => {
            value::of_texts(&difference.oracle, &difference.subject)
        }
        // What is not evaluated any more can fail in any way.
        Aspect::Class if oracle.failure().is_some() && subject.failure().is_none() => {
            format!("error→{}", ending(subject))
        }
        _ => format!("{}→{}", ending(oracle), ending(subject)),
    };
    (aspect, change)
}

/// Where one of two does not accept the syntax, or does not know a name, it does not matter what the
/// other one went on to do. Where both fail, it does not matter how: most likely each meets another one
/// of several errors first, and which there are is the program's.
fn of_errors(oracle: &Outcome, subject: &Outcome) -> Option<String> {
    let ((theirs, a), (ours, b)) = (refusal(oracle, subject), refusal(subject, oracle));
    match theirs.cmp(&ours) {
        Ordering::Less => Some(format!("{a}→more")),
        Ordering::Greater => Some(format!("more→{b}")),
        Ordering::Equal if theirs != Stage::Values => None,
        Ordering::Equal => {
            let both = oracle.failure().is_some() && subject.failure().is_some();
            both.then(|| "error→error".to_owned())
        }
    }
}

/// How far an evaluation came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Syntax,
    Names,
    Values,
}

/// How far an evaluation came, and what was in its way.
fn refusal(outcome: &Outcome, other: &Outcome) -> (Stage, String) {
    let failure = outcome.failure();
    match failure.map(|failure| (failure.kind, &failure.message)) {
        Some((ErrorKind::Parse, message)) => {
            let template = message::template(message);
            // What else could have stood there follows from the program around it.
            let what = template.split(", expecting").next().unwrap_or_default();
            (Stage::Syntax, format!("parse({what})"))
        }
        Some((ErrorKind::UndefinedVariable, _)) => (Stage::Names, "missing".to_owned()),
        // An attribute is looked for while others already fail.
        Some((ErrorKind::MissingAttribute, _)) if other.failure().is_none() => {
            (Stage::Names, "missing".to_owned())
        }
        _ => (Stage::Values, String::new()),
    }
}

/// Whether the program itself wrote the message.
fn is_programs_own(failure: Option<&Failure>) -> bool {
    let kind = failure.map(|failure| failure.kind);
    matches!(
        kind,
        Some(ErrorKind::Throw | ErrorKind::Abort | ErrorKind::Assert)
    )
}

/// How an evaluation ended, without anything that the program chose.
fn ending(outcome: &Outcome) -> String {
    match &outcome.answer {
        Answer::Value(_) => "value".to_owned(),
        Answer::Error(failure) if is_programs_own(Some(failure)) => failure.kind.to_string(),
        Answer::Error(failure) => {
            let kind = failure.kind.compared_as();
            format!("{kind}({})", message::template(&failure.message))
        }
        Answer::Resource(limit) => format!("resource({limit})"),
        Answer::Crash(crash) => format!("crash({})", message::template(&crash.message)),
    }
}

fn of_traces(oracle: &[String], subject: &[String]) -> String {
    let sorted = |traces: &[String]| {
        let mut traces = traces.to_vec();
        traces.sort();
        traces
    };
    let (theirs, ours) = (sorted(oracle), sorted(subject));
    if theirs == ours {
        return "order".to_owned();
    }
    // What else differs cannot be told apart from what is shifted.
    match oracle.len().cmp(&subject.len()) {
        Ordering::Greater => return "lacks".to_owned(),
        Ordering::Less => return "exceeds".to_owned(),
        Ordering::Equal => {}
    }
    let differing = oracle.iter().zip(subject).find(|(a, b)| a != b);
    match differing {
        Some((theirs, ours)) => {
            let text = |trace: &str| trace.strip_prefix("trace: ").unwrap_or(trace).to_owned();
            let change = value::change(&text(theirs), &text(ours));
            match change.as_str() {
                // Values of different ways to write what has no notation.
                "thunk" | "function" | "builtin" | "builtin-application" => "opaque".to_owned(),
                _ => change,
            }
        }
        // Not sorted in the same way, so there is one.
        None => "order".to_owned(),
    }
}

#[cfg(test)]
mod tests;
