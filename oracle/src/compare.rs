//! Compares two outcomes, aspect by aspect, in the order in which aspects matter. What is not compared
//! is a named rule with a reason.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    clock::same_but_for_clock,
    dialect::Dialect,
    outcome::{Answer, Failure, Outcome},
    parse_order,
    settings::Mode,
    taxonomy::ErrorKind,
};

/// What two outcomes can differ in, most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Value, error, resource or crash.
    Class,
    /// The value.
    Value,
    /// The derivations that were instantiated.
    Derivations,
    /// Whether the error is catchable.
    Catchable,
    /// The kind of the error.
    Kind,
    /// The traces, in order.
    Traces,
    /// The text of the error.
    Message,
    /// The position of the error.
    Position,
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Class => "class",
            Self::Value => "value",
            Self::Derivations => "derivations",
            Self::Catchable => "catchable",
            Self::Kind => "kind",
            Self::Traces => "traces",
            Self::Message => "message",
            Self::Position => "position",
        })
    }
}

/// Whose messages are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Messages {
    /// None.
    Ignored,
    /// Those of `throw` and `abort`: the program wrote them, so they are the same in every release;
    /// all others are reworded from release to release.
    #[default]
    OfTheProgram,
    /// All, word for word.
    All,
}

/// Whether positions are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Positions {
    /// Not at all.
    Ignored,
    /// They are counted, but a differing one is no difference of outcomes: 3 % of the innermost
    /// positions differ even between 2.26 and 2.34.
    #[default]
    Scored,
    /// A differing one is a difference.
    Exact,
}

/// Whether the order of attributes in programs as `--parse` prints them is compared. In 2.3 and 2.8 it is
/// that in which their names lie in memory, later the program decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// It is.
    #[default]
    Compared,
    /// Not with what 2.3 and 2.8 print.
    IgnoredInOldReleases,
    /// Not at all.
    Ignored,
}

fn prints_by_address(dialect: Dialect) -> bool {
    dialect < Dialect::V2_26
}

/// How precisely outcomes are compared. Class, value, derivations, catchability and kind always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precision {
    /// Whose messages are compared.
    pub messages: Messages,
    /// Whether positions are compared.
    pub positions: Positions,
    /// Whether the traces have to be the same, in the same order.
    pub traces: bool,
    /// Whether the order of attributes is compared.
    pub order: Order,
}

impl Default for Precision {
    fn default() -> Self {
        Self {
            messages: Messages::default(),
            positions: Positions::default(),
            traces: true,
            order: Order::Compared,
        }
    }
}

impl Precision {
    /// The same, for what is asked of a subject, which speaks every dialect or just one.
    #[must_use]
    pub fn asked(self, mode: Mode, subject: Option<Dialect>) -> Self {
        let order = match mode {
            Mode::Parse if subject.is_some_and(prints_by_address) => Order::Ignored,
            Mode::Parse => Order::IgnoredInOldReleases,
            _ => Order::Compared,
        };
        Self { order, ..self }
    }

    /// The same, against an oracle of this dialect.
    #[must_use]
    pub fn against(self, dialect: Dialect) -> Self {
        let order = match self.order {
            Order::IgnoredInOldReleases if prints_by_address(dialect) => Order::Ignored,
            Order::IgnoredInOldReleases => Order::Compared,
            order => order,
        };
        Self { order, ..self }
    }

    /// Everything is compared.
    pub const EXACT: Self = Self {
        messages: Messages::All,
        positions: Positions::Exact,
        traces: true,
        order: Order::Compared,
    };
}

/// The most important aspect in which two outcomes differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The aspect.
    pub aspect: Aspect,
    /// What the subject has there.
    pub subject: String,
    /// What the oracle has there.
    pub oracle: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} instead of {}",
            self.aspect, self.subject, self.oracle
        )
    }
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// The most important difference, where there is one.
    pub difference: Option<Difference>,
    /// Whether the positions agree; `None` where one of the two has none, or they are not compared.
    pub position_agrees: Option<bool>,
}

/// Compares the outcome of the subject with that of an oracle.
pub fn compare(subject: &Outcome, oracle: &Outcome, precision: &Precision) -> Comparison {
    let difference = answers(&subject.answer, &oracle.answer, precision)
        .or_else(|| derivations(subject, oracle))
        .or_else(|| both_failures(subject, oracle, catchable))
        .or_else(|| both_failures(subject, oracle, kind))
        .or_else(|| {
            if precision.traces {
                traces(subject, oracle)
            } else {
                None
            }
        })
        .or_else(|| both_failures(subject, oracle, |s, o| message(s, o, precision.messages)));
    let mut comparison = Comparison {
        difference,
        position_agrees: None,
    };
    if precision.positions != Positions::Ignored
        && let (Some(ours), Some(theirs)) = (position(subject), position(oracle))
    {
        comparison.position_agrees = Some(ours == theirs);
        if comparison.difference.is_none()
            && precision.positions == Positions::Exact
            && ours != theirs
        {
            comparison.difference = Some(differ(Aspect::Position, ours, theirs));
        }
    }
    comparison
}

fn differ(aspect: Aspect, subject: impl Into<String>, oracle: impl Into<String>) -> Difference {
    Difference {
        aspect,
        subject: subject.into(),
        oracle: oracle.into(),
    }
}

fn answers(subject: &Answer, oracle: &Answer, precision: &Precision) -> Option<Difference> {
    match (subject, oracle) {
        (Answer::Value(ours), Answer::Value(theirs))
            if precision.order == Order::Ignored && parse_order::same(ours, theirs) =>
        {
            None
        }
        (Answer::Value(ours), Answer::Value(theirs)) => {
            (!same_but_for_clock(ours, theirs)).then(|| differ(Aspect::Value, ours, theirs))
        }
        (Answer::Error(_), Answer::Error(_)) => None,
        (Answer::Resource(ours), Answer::Resource(theirs)) => {
            (ours != theirs).then(|| differ(Aspect::Class, ours.to_string(), theirs.to_string()))
        }
        // How a process dies is chance; that it dies is not. One that is no process has no reason to.
        (Answer::Crash(ours), Answer::Crash(_)) if ours.signal != 0 => None,
        _ => Some(differ(Aspect::Class, class(subject), class(oracle))),
    }
}

fn class(answer: &Answer) -> String {
    Outcome::new(answer.clone()).to_string()
}

/// Derivations are compared only where both evaluators say which they instantiated.
fn derivations(subject: &Outcome, oracle: &Outcome) -> Option<Difference> {
    let both = !subject.derivations.is_empty() && !oracle.derivations.is_empty();
    if !both || subject.derivations == oracle.derivations {
        return None;
    }
    let listing = |mine: &Outcome, other: &Outcome| -> String {
        let lines: Vec<String> = mine
            .derivations
            .iter()
            .filter(|(path, term)| other.derivations.get(*path) != Some(term))
            .map(|(path, term)| format!("{path}: {term}"))
            .collect();
        lines.join("\n")
    };
    Some(differ(
        Aspect::Derivations,
        listing(subject, oracle),
        listing(oracle, subject),
    ))
}

fn both_failures(
    subject: &Outcome,
    oracle: &Outcome,
    compare: impl Fn(&Failure, &Failure) -> Option<Difference>,
) -> Option<Difference> {
    compare(subject.failure()?, oracle.failure()?)
}

fn catchable(subject: &Failure, oracle: &Failure) -> Option<Difference> {
    let word = |failure: &Failure| {
        let word = if failure.catchable {
            "catchable"
        } else {
            "not catchable"
        };
        format!("{word} ({})", failure.kind)
    };
    (subject.catchable != oracle.catchable && !thrown_words(subject, oracle))
        .then(|| differ(Aspect::Catchable, word(subject), word(oracle)))
}

fn kind(subject: &Failure, oracle: &Failure) -> Option<Difference> {
    // An oracle's kind is read from its words: where a program made it say nothing, it has none.
    let is_mute = oracle.message.trim().is_empty()
        && (oracle.kind == ErrorKind::Other || oracle.open && subject.catchable);
    // Or no table knows these words, which are those of the subject.
    let is_mute =
        is_mute || oracle.kind == ErrorKind::Other && same_text(&subject.message, &oracle.message);
    let differs = subject.kind.compared_as() != oracle.kind.compared_as();
    (differs && !is_mute && !thrown_words(subject, oracle))
        .then(|| differ(Aspect::Kind, subject.kind.name(), oracle.kind.name()))
}

fn traces(subject: &Outcome, oracle: &Outcome) -> Option<Difference> {
    let same = subject.traces.len() == oracle.traces.len()
        && subject
            .traces
            .iter()
            .zip(&oracle.traces)
            .all(|(a, b)| same_text(a, b));
    (!same).then(|| {
        differ(
            Aspect::Traces,
            subject.traces.join("\n"),
            oracle.traces.join("\n"),
        )
    })
}

fn message(subject: &Failure, oracle: &Failure, messages: Messages) -> Option<Difference> {
    let compared = match messages {
        Messages::Ignored => false,
        Messages::OfTheProgram => matches!(oracle.kind, ErrorKind::Throw | ErrorKind::Abort),
        Messages::All => true,
    };
    (compared && !same_text(&subject.message, &oracle.message))
        .then(|| differ(Aspect::Message, &subject.message, &oracle.message))
}

/// Whether two texts are the same as far as the releases leave them as they are: one that has lines,
/// tabs or control characters is compared word by word.
fn same_text(a: &str, b: &str) -> bool {
    let left_alone = |text: &str| !text.chars().any(char::is_control);
    if left_alone(a.trim_end()) && left_alone(b.trim_end()) {
        return same_but_for_clock(a.trim_end(), b.trim_end());
    }
    same_words(a, b)
}

/// Whether both said the same, and the oracle's kind was told from nothing but that text: what a program throws can look
/// like any error, and an error that no table knows like what was thrown (where derivations are instantiated nobody asks
/// the oracle again).
fn thrown_words(subject: &Failure, oracle: &Failure) -> bool {
    let thrown = |failure: &Failure| matches!(failure.kind, ErrorKind::Throw | ErrorKind::Abort);
    oracle.open
        && (thrown(subject) || thrown(oracle))
        && !subject.message.is_empty()
        && same_text(&subject.message, &oracle.message)
}

/// Whether two texts have the same words, whatever is between them.
pub fn same_words(a: &str, b: &str) -> bool {
    words(a) == words(b)
}

/// A text without its white space and control characters: the releases indent and wrap messages, turn
/// tabs into spaces and drop control characters, each in its own way (`filterANSIEscapes`).
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect()
}

/// A position is compared without the file where a release names none.
fn position(outcome: &Outcome) -> Option<String> {
    outcome
        .failure()?
        .position
        .as_ref()
        .map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Limit;

    fn error(kind: ErrorKind, message: &str, position: &str) -> Outcome {
        Outcome::error(Failure::new(kind, message, position.parse().ok()))
    }

    fn aspect(subject: &Outcome, oracle: &Outcome, precision: &Precision) -> Option<Aspect> {
        compare(subject, oracle, precision)
            .difference
            .map(|difference| difference.aspect)
    }

    #[test]
    fn the_most_important_aspect_is_named() {
        let precision = Precision::default();
        let throw = error(ErrorKind::Throw, "x", "");
        let kind = error(ErrorKind::Type, "x", "");
        let check = |a: &Outcome, b: &Outcome| aspect(a, b, &precision);
        assert_eq!(check(&Outcome::value("1"), &throw), Some(Aspect::Class));
        assert_eq!(
            check(&Outcome::value("1"), &Outcome::value("2")),
            Some(Aspect::Value)
        );
        assert_eq!(check(&kind, &throw), Some(Aspect::Catchable));
        assert_eq!(check(&kind, &error(ErrorKind::Other, "", "")), None);
        assert_eq!(
            check(&kind, &error(ErrorKind::Other, "y", "")),
            Some(Aspect::Kind)
        );
        // Words that no table knows are of the kind of whoever says the same.
        assert_eq!(check(&kind, &error(ErrorKind::Other, "x", "")), None);
        assert_eq!(
            check(&kind, &error(ErrorKind::Io, "x", "")),
            Some(Aspect::Kind)
        );
        assert_eq!(
            check(&throw, &error(ErrorKind::Throw, "y", "")),
            Some(Aspect::Message)
        );
        assert_eq!(check(&throw, &throw.clone()), None);
        let index = error(ErrorKind::Index, "x", "");
        assert_eq!(check(&index, &error(ErrorKind::Argument, "x", "")), None);
    }

    #[test]
    fn only_the_programs_own_messages_are_compared_unless_asked() {
        let (a, b) = (
            error(ErrorKind::Type, "a", ""),
            error(ErrorKind::Type, "b", ""),
        );
        assert_eq!(aspect(&a, &b, &Precision::default()), None);
        assert_eq!(aspect(&a, &b, &Precision::EXACT), Some(Aspect::Message));
    }

    #[test]
    fn white_space_in_messages_is_no_difference() {
        let a = error(ErrorKind::Throw, "a\tb\n  c\n", "");
        let b = error(ErrorKind::Throw, "a       b\nc", "");
        assert_eq!(aspect(&a, &b, &Precision::EXACT), None);
    }

    #[test]
    fn spaces_within_a_line_count() {
        let a = error(ErrorKind::Throw, "a  b", "");
        let b = error(ErrorKind::Throw, "a b", "");
        assert_eq!(aspect(&a, &b, &Precision::default()), Some(Aspect::Message));
    }

    #[test]
    fn a_thrown_text_may_look_like_any_error() {
        let thrown = error(ErrorKind::Throw, "division by zero", "");
        let told = error(ErrorKind::DivisionByZero, "division by zero", "");
        let mut open = told.clone();
        if let Answer::Error(failure) = &mut open.answer {
            failure.open = true;
        }
        assert_eq!(aspect(&thrown, &open, &Precision::default()), None);
        // Somebody asked, and it was none.
        assert_eq!(
            aspect(&thrown, &told, &Precision::default()),
            Some(Aspect::Catchable)
        );
        assert_eq!(
            aspect(&told, &thrown, &Precision::default()),
            Some(Aspect::Catchable)
        );
    }

    #[test]
    fn a_position_is_scored_and_only_on_request_a_difference() {
        let a = error(ErrorKind::Type, "a", "/pwd/x:1:2");
        let b = error(ErrorKind::Type, "a", "/pwd/x:1:3");
        let scored = compare(&a, &b, &Precision::default());
        assert_eq!(
            (scored.difference, scored.position_agrees),
            (None, Some(false))
        );
        assert_eq!(aspect(&a, &b, &Precision::EXACT), Some(Aspect::Position));
        let nowhere = error(ErrorKind::Type, "a", "");
        assert_eq!(
            compare(&a, &nowhere, &Precision::EXACT),
            Comparison::default()
        );
    }

    #[test]
    fn the_order_of_addresses_does_not_count() {
        let (a, b) = (
            Outcome::value("{ a = 1; b = 2; }"),
            Outcome::value("{ b = 2; a = 1; }"),
        );
        let parsed = Precision::default().asked(Mode::Parse, None);
        let old = parsed.against(Dialect::V2_8);
        let new = parsed.against(Dialect::V2_26);
        let value = Precision::default()
            .asked(Mode::Strict, None)
            .against(Dialect::V2_8);
        assert_eq!(aspect(&a, &b, &old), None);
        assert_eq!(aspect(&a, &b, &new), Some(Aspect::Value));
        assert_eq!(aspect(&a, &b, &value), Some(Aspect::Value));
        let release = Precision::default().asked(Mode::Parse, Some(Dialect::V2_3));
        assert_eq!(aspect(&a, &b, &release.against(Dialect::V2_34)), None);
    }

    #[test]
    fn the_clock_does_not_count() {
        for (a, b) in [
            (
                "{ currentTime = 1700000005; x = 1; }",
                "{ currentTime = 1700000077; x = 1; }",
            ),
            (
                r#"{"currentTime":1700000005,"x":1}"#,
                r#"{"currentTime":1700000077,"x":1}"#,
            ),
            (
                "[ 1700000055 { currentTime = 1700000055; x = 1; } ]",
                "[ 1700000077 { currentTime = 1700000077; x = 1; } ]",
            ),
        ] {
            let check = |b: &str| {
                aspect(
                    &Outcome::value(a),
                    &Outcome::value(b),
                    &Precision::default(),
                )
            };
            assert_eq!(check(b), None);
            assert_eq!(check(&b.replace('x', "y")), Some(Aspect::Value));
        }
    }

    #[test]
    fn the_order_of_traces_counts() {
        let mut a = Outcome::value("1");
        let mut b = a.clone();
        a.traces = vec!["trace: 1".to_owned(), "trace: 2".to_owned()];
        b.traces = vec!["trace: 2".to_owned(), "trace: 1".to_owned()];
        assert_eq!(aspect(&a, &b, &Precision::default()), Some(Aspect::Traces));
        let without = Precision {
            traces: false,
            ..Precision::default()
        };
        assert_eq!(aspect(&a, &b, &without), None);
    }

    #[test]
    fn limits_are_of_one_class() {
        let time = Outcome::new(Answer::Resource(Limit::Time));
        assert_eq!(aspect(&time, &time.clone(), &Precision::default()), None);
        assert_eq!(
            aspect(&time, &Outcome::value("1"), &Precision::default()),
            Some(Aspect::Class)
        );
    }
}
