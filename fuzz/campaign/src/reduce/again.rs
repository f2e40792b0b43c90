//! Evaluates saved findings again: whether each is still as it says.

use std::{fmt, io::Write, path::Path, process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::json;
use twinix_oracle::{
    Dialect, Precision, Program, Settings, known::KnownList, settings::Limits,
    signature::Signature, verdict::Check,
};

use super::{
    finding::{Finding, State, findings},
    same::Terms,
};
use crate::{
    parties::{Parties, Speed},
    render,
    style::Look,
};

/// What came of evaluating a finding again.
#[derive(Debug)]
pub enum Again {
    /// It diverges as it says.
    Diverges(Signature),
    /// It agrees, as it says.
    StaysFixed,
    /// It was open and agrees now.
    IsFixed,
    /// It was fixed and diverges again.
    IsBack(Signature),
    /// It diverges in another way than the one that it names.
    Changed {
        /// The way in which it diverges.
        now: Signature,
        /// The way in which it did.
        before: Signature,
    },
}

impl Again {
    /// Whether it is as its state says.
    pub fn holds(&self) -> bool {
        matches!(self, Self::Diverges(_) | Self::StaysFixed)
    }

    /// Whether subject and oracles differ.
    pub fn diverges(&self) -> bool {
        !matches!(self, Self::StaysFixed | Self::IsFixed)
    }
}

impl fmt::Display for Again {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Diverges(signature) => write!(f, "it still diverges: {signature}"),
            Self::StaysFixed => f.write_str("it was fixed, and agrees"),
            Self::IsFixed => {
                f.write_str("it no longer diverges: write \"state\": \"fixed\" in its finding.json")
            }
            Self::IsBack(signature) => write!(f, "it was fixed and diverges again: {signature}"),
            Self::Changed { now, before } => {
                write!(f, "it diverges in another way: {now} instead of {before}")
            }
        }
    }
}

/// Evaluates a finding again.
///
/// # Errors
/// When its evaluators are not there, or nothing can be said.
pub fn again(folder: &Path, finding: &Finding, timeout: Duration) -> Result<(Again, Check)> {
    let parties = Parties::choose(&finding.subject, &finding.oracles, &[], Speed::Fresh)?;
    let file = folder.join(&finding.program);
    let program = Program::file(&file).with_context(|| file.display().to_string())?;
    let settings = finding.settings.over(&Settings {
        limits: Limits {
            time: timeout,
            ..Limits::default()
        },
        dialect: Some(Dialect::NEWEST),
        ..Settings::default()
    });
    let precision = if finding.exact {
        Precision::EXACT
    } else {
        Precision::default()
    };
    let terms = Terms {
        parties: &parties,
        settings: &settings,
        precision: &precision,
        known: &KnownList::default(),
    };
    let check = terms.evaluate(&program)?;
    let before = finding.signature.clone();
    // A campaign tells what shows in a notation only by the notation too.
    let mode = serde_json::to_value(settings.mode)?;
    let of = |notation| Signature::of_minimal(&check, &before.words(), notation);
    let told = of(mode.as_str()).filter(|told| *told == before);
    let signature = told.or_else(|| of(None));
    let is_undecided = check.verdict.name() == "inconclusive";
    let again = match (signature, finding.state) {
        (None, _) if is_undecided => bail!("{}", check.verdict),
        (None, State::Open) => Again::IsFixed,
        (None, State::Fixed) => Again::StaysFixed,
        (Some(signature), State::Fixed) => Again::IsBack(signature),
        (Some(now), State::Open) if now == before => Again::Diverges(now),
        (Some(now), State::Open) => Again::Changed { now, before },
    };
    Ok((again, check))
}

/// How findings are shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// As JSON.
    pub json: bool,
    /// With what agrees.
    pub verbose: bool,
    /// The limit on each evaluation.
    pub timeout: Duration,
}

/// Evaluates the findings in a folder again and shows what they do: 0 where all agree, 1 where one
/// diverges.
///
/// # Errors
/// When one cannot be evaluated.
pub fn replay(place: &Path, shown: Shown, out: &mut impl Write) -> Result<ExitCode> {
    let look = Look::of_stdout();
    let mut code = 0;
    let (mut diverging, mut unlike) = (0, 0);
    let all = findings(place)?;
    let count = all.len();
    for (folder, finding) in all {
        let named = || folder.display().to_string();
        let (again, mut check) = again(&folder, &finding, shown.timeout).with_context(named)?;
        // All programs of findings are called the same.
        check.program = named();
        code = code.max(u8::from(again.diverges()));
        diverging += usize::from(again.diverges());
        unlike += usize::from(!again.holds());
        if shown.json {
            let document = json!({
                "finding": named(),
                "diverges": again.diverges(),
                "as_it_says": again.holds(),
                "says": again.to_string(),
                "check": check,
            });
            serde_json::to_writer_pretty(&mut *out, &document)?;
            writeln!(out)?;
            continue;
        }
        let file = folder.join(&finding.program);
        let text = std::fs::read(&file).with_context(|| file.display().to_string())?;
        writeln!(out, "{}", String::from_utf8_lossy(&text).trim_end())?;
        let found = render::check(&check, &finding.subject, look, shown.verbose);
        write!(out, "{found}")?;
        if let Some(cause) = &finding.cause {
            writeln!(out, "  cause: {cause}")?;
        }
        writeln!(out, "  {}", look.bold(again))?;
    }
    if count > 1 && !shown.json {
        writeln!(
            out,
            "\n{count} findings: {diverging} diverge, {} agree, {unlike} not as their finding.json says",
            count - diverging
        )?;
    }
    Ok(ExitCode::from(code))
}
