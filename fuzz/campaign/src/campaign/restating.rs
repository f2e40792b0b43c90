//! Asks the same in another way: by the builtin that is used for all that have something in common with it,
//! by the builtin that writes a notation, by the value that a program has.

use anyhow::Result;
use twinix_oracle::{
    outcome::Answer,
    settings::Mode,
    signature::Signature,
    verdict::{Against, Check},
};
use twinix_reducer::{Source, applied, expression_of, quoted, restatements};

use super::{
    cause::{Found, Shows, program_of, with_program},
    examine::Examiner,
    reducing::Stops,
    standing_in::Rank,
};
use crate::parties::Way;

/// How many ways to say it are tried in one step.
const TRIES: usize = 24;

impl Examiner {
    /// The program said in another way, where it still differs for the same releases; as a value, where it
    /// did before.
    ///
    /// # Errors
    /// When an evaluator cannot be asked at all.
    pub(super) fn restated(
        &self,
        found: &Found,
        mode: Mode,
        shows: Shows,
    ) -> Result<Option<Found>> {
        let mut tests = found.tests;
        for said in restatements(&program_of(&found.item))
            .into_iter()
            .take(TRIES)
        {
            tests += 1;
            let item = with_program(&found.item, said, mode);
            if let Some(other) = self.found(item, Way::Fast, tests)?
                && other.is_like(found)
                && shows.can_come_from(&other)
                && is_no_worse(&found.check, &other.check)
            {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }

    /// What differs as JSON or XML, made by the builtin that makes it.
    ///
    /// # Errors
    /// When an evaluator cannot be asked at all.
    pub(super) fn by_builtin(&self, found: &Found) -> Result<Option<Found>> {
        let builtin = match found.item.mode {
            Mode::Json => "toJSON",
            Mode::Xml => "toXML",
            _ => return Ok(None),
        };
        let Some(program) = applied(builtin, &program_of(&found.item)) else {
            return Ok(None);
        };
        let item = with_program(&found.item, program, Mode::Canonical);
        let made = self.found(item, Way::Fast, found.tests + 1)?;
        Ok(made.filter(|made| made.is_like(found) && Shows::Text.can_come_from(made)))
    }

    /// What differs in the canonical notation alone, and in nothing but how a string is written, where the builtin
    /// differs that this notation has its strings from: that one, called with the text.
    ///
    /// # Errors
    /// When an evaluator cannot be asked at all.
    pub(super) fn notation_of(&self, found: &Found, stops: &Stops<'_>) -> Result<Option<Found>> {
        let is_string = Signature::of(&found.check).is_some_and(|it| {
            let change = it.change();
            it.aspect() == "value" && (change.starts_with("string-") || change == "name-written")
        });
        if found.item.mode != Mode::Canonical || !is_string {
            return Ok(None);
        }
        let ask = |program, mode, way| {
            let item = with_program(&found.item, program, mode);
            self.found(item, way, found.tests + 1)
        };
        if ask(program_of(&found.item), Mode::Strict, Way::Fast)?.is_some() {
            return Ok(None);
        }
        let newest = found.check.against.last().map(|one| &one.oracle_outcome);
        let Some(Answer::Value(text)) = newest.map(|outcome| &outcome.answer) else {
            return Ok(None);
        };
        let program = Source::new(format!("builtins.toJSON {}", quoted(text)));
        let Some(made) = ask(program, Mode::Strict, Way::Fast)? else {
            return Ok(None);
        };
        let small = self.simpler(&made, stops)?.unwrap_or(made);
        let made = ask(program_of(&small.item), Mode::Canonical, Way::Fresh)?;
        Ok(made.filter(|made| made.is_like(found)))
    }

    /// The value of a program, where it has one and differs in the same way.
    ///
    /// # Errors
    /// When an evaluator cannot be asked at all.
    pub(super) fn as_data(&self, found: &Found) -> Result<Option<Found>> {
        let program = program_of(&found.item);
        let item = with_program(&found.item, program.clone(), Mode::Canonical);
        let check = self.ask(&item, Way::Fast, None)?;
        let Some(data) = value_of(&check).filter(|data| is_simpler(data, &program)) else {
            return Ok(None);
        };
        let item = with_program(&found.item, data, found.item.mode);
        let other = self.found(item, Way::Fast, found.tests + 2)?;
        Ok(other.filter(|other| other.is_like(found) && is_no_worse(&found.check, &other.check)))
    }
}

/// The value that the newest oracle says, as a program.
fn value_of(check: &Check) -> Option<Source> {
    let newest: &Against = check.against.last()?;
    match &newest.oracle_outcome.answer {
        Answer::Value(text) => expression_of(text).map(Source::new),
        _ => None,
    }
}

fn is_simpler(data: &Source, program: &Source) -> bool {
    Rank::of(data).is_less_than(&Rank::of(program))
}

/// Whether another divergence is of the same releases and says as much: that a value differs says most, next
/// that one side fails.
pub(super) fn is_no_worse(found: &Check, other: &Check) -> bool {
    let (Some(found), Some(other)) = (Signature::of(found), Signature::of(other)) else {
        return false;
    };
    let rank = |it: &Signature| match it.aspect() {
        "value" => 0,
        "class" => 1,
        _ => 2,
    };
    other.releases() == found.releases() && rank(&other) <= rank(&found)
}
