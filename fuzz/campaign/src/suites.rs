//! Checks the language test suites of C++ Nix: each case against what the suite expects and against what
//! the release itself does. Counted are the cases that the release passes.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use rayon::prelude::*;
use serde::Serialize;
use twinix_oracle::{
    Dialect, Evaluator, Outcome, Precision, Unavailable,
    known::KnownList,
    lang_suite::{Case, CaseResult, LangSuite},
    settings::Limits,
    suite,
    taxonomy::ErrorKind,
    verdict::{Check, check},
};

use crate::{progress, render, style::Look, summary::percentage};

/// A suite that is to be checked.
pub struct Wanted {
    /// The folder that holds its cases.
    pub folder: PathBuf,
    /// The release that it belongs to.
    pub dialect: Dialect,
}

impl Wanted {
    /// The suite of a release, fetched if it is not there.
    pub fn of_release(dialect: Dialect) -> Result<Self> {
        let line = progress::spinner();
        line.set_message(format!("fetching the language tests of Nix {dialect}"));
        let folder = suite::fetch(dialect);
        line.finish_and_clear();
        Ok(Self {
            folder: folder?,
            dialect,
        })
    }

    /// A folder given by the user. The release is the one that the user names, else the one that it was
    /// fetched for, else the newest.
    pub fn of_folder(folder: PathBuf, dialect: Option<Dialect>) -> Self {
        let fetched = || {
            let real = folder.canonicalize().ok()?;
            Dialect::ALL.into_iter().find(|&dialect| {
                suite::cached(dialect)
                    .and_then(|cached| cached.canonicalize().ok())
                    .is_some_and(|cached| cached == real)
            })
        };
        let dialect = dialect.or_else(fetched).unwrap_or(Dialect::NEWEST);
        Self { folder, dialect }
    }
}

/// Why a case does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Uncounted {
    /// The suite switches it off.
    Disabled,
    /// The release itself does not pass it.
    ReleaseFails,
    /// The evaluators could not be asked.
    Failed(String),
}

/// What was found about one case.
#[derive(Debug, Clone, Serialize)]
pub struct CaseReport {
    /// Its name.
    pub name: String,
    /// Why it does not count, where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncounted: Option<Uncounted>,
    /// How the subject came out by what the suite expects.
    #[serde(flatten)]
    pub result: Option<CaseResult>,
    /// The subject held against the release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
}

impl CaseReport {
    /// Whether it comes out as the suite expects.
    pub fn passes(&self) -> bool {
        self.result == Some(CaseResult::Pass)
    }

    fn agrees(&self) -> Option<bool> {
        let one = self.check.as_ref()?.against.first()?;
        Some(one.comparison.difference.is_none())
    }
}

/// What was found about one suite.
#[derive(Debug, Clone, Serialize)]
pub struct SuiteReport {
    /// The release that it belongs to.
    pub dialect: Dialect,
    /// The oracle that it was held against.
    pub oracle: Option<String>,
    /// How many cases count.
    pub counted: usize,
    /// How many of them come out as the suite expects.
    pub passing: usize,
    /// How many of them come out as in the release.
    pub agreeing: usize,
    /// All cases.
    pub cases: Vec<CaseReport>,
}

/// Who is asked, and how precisely.
pub struct Asked<'a> {
    /// The evaluator under test.
    pub subject: &'a dyn Evaluator,
    /// The release itself, where it is installed.
    pub oracle: Option<&'a dyn Evaluator>,
    /// How precisely outcomes are compared.
    pub precision: &'a Precision,
    /// Known divergences.
    pub known: &'a KnownList,
    /// The limits of each evaluation.
    pub limits: Limits,
}

/// Checks a suite.
pub fn run(wanted: &Wanted, asked: &Asked<'_>, pool: &rayon::ThreadPool) -> Result<SuiteReport> {
    let folder: &Path = &wanted.folder;
    let suite = LangSuite::open(folder).with_context(|| folder.display().to_string())?;
    let bar = progress::counted(suite.cases.len(), "cases checked");
    let cases: Vec<CaseReport> = pool.install(|| {
        suite
            .cases
            .par_iter()
            .map(|case| {
                let report = one(case, wanted.dialect, asked);
                bar.inc(1);
                report
            })
            .collect()
    });
    bar.finish_and_clear();
    let counted = || cases.iter().filter(|case| case.uncounted.is_none());
    Ok(SuiteReport {
        dialect: wanted.dialect,
        oracle: asked.oracle.map(|oracle| oracle.name().to_owned()),
        counted: counted().count(),
        passing: counted().filter(|case| case.passes()).count(),
        agreeing: counted().filter(|case| case.agrees() == Some(true)).count(),
        cases,
    })
}

fn one(case: &Case, dialect: Dialect, asked: &Asked<'_>) -> CaseReport {
    let mut report = CaseReport {
        name: case.name.clone(),
        uncounted: None,
        result: None,
        check: None,
    };
    if case.disabled.is_some() {
        report.uncounted = Some(Uncounted::Disabled);
        return report;
    }
    match outcomes(case, dialect, asked) {
        Err(error) => report.uncounted = Some(Uncounted::Failed(error.to_string())),
        Ok((subject, check)) => {
            report.result = Some(judge(case, &subject));
            let release = check.as_ref().and_then(|check| check.against.first());
            let release_fails =
                release.is_some_and(|one| case.judge(&one.oracle_outcome) != CaseResult::Pass);
            if release_fails {
                report.uncounted = Some(Uncounted::ReleaseFails);
            }
            report.check = check;
        }
    }
    report
}

/// As the suite judges it; but an evaluator that cannot do what is asked does not fail as expected.
fn judge(case: &Case, outcome: &Outcome) -> CaseResult {
    let unable = |kind| matches!(kind, ErrorKind::NotImplemented | ErrorKind::Usage);
    match outcome.failure() {
        Some(failure) if unable(failure.kind) => CaseResult::Fail {
            expected: "an answer".to_owned(),
            actual: outcome.to_string(),
        },
        _ => case.judge(outcome),
    }
}

fn outcomes(
    case: &Case,
    dialect: Dialect,
    asked: &Asked<'_>,
) -> Result<(Outcome, Option<Check>), Unavailable> {
    let mut settings = case.settings.under(dialect);
    settings.limits = asked.limits;
    let Some(oracle) = asked.oracle else {
        let outcome = asked.subject.evaluate(&case.program, &settings)?;
        return Ok((outcome, None));
    };
    let check = check(
        &case.program,
        asked.subject,
        &[oracle],
        &settings,
        asked.precision,
        asked.known,
    )?;
    match check.against.first() {
        Some(one) => Ok((one.subject_outcome.clone(), Some(check))),
        None => {
            let outcome = asked.subject.evaluate(&case.program, &settings)?;
            Ok((outcome, None))
        }
    }
}

impl SuiteReport {
    /// How many of the counted cases come out as the suite expects, in percent.
    pub fn percentage(&self) -> f64 {
        percentage(self.passing, self.counted)
    }

    fn uncounted(&self, why: &Uncounted) -> usize {
        let same = |case: &&CaseReport| case.uncounted.as_ref() == Some(why);
        self.cases.iter().filter(same).count()
    }

    /// The report as text.
    pub fn text(&self, subject: &str, look: Look, verbose: bool) -> String {
        let mut text = String::new();
        let title = format!("language tests of Nix {}", self.dialect);
        let _ = writeln!(text, "{}", look.bold(title));
        for case in &self.cases {
            self.case(&mut text, case, subject, look, verbose);
        }
        let _ = writeln!(
            text,
            "  as expected    {:>4} of {} ({:.1} %)",
            self.passing,
            self.counted,
            self.percentage()
        );
        match &self.oracle {
            Some(oracle) => {
                let share = percentage(self.agreeing, self.counted);
                let _ = writeln!(
                    text,
                    "  as {oracle:<10}  {:>4} of {} ({share:.1} %)",
                    self.agreeing, self.counted
                );
            }
            None => {
                let _ = writeln!(
                    text,
                    "  Nix {0} is not installed, so cases that it fails itself count too \
                     (`twinix oracle install {0}`)",
                    self.dialect
                );
            }
        }
        let _ = writeln!(
            text,
            "  not counted    {} fail in the release itself, {} are switched off",
            self.uncounted(&Uncounted::ReleaseFails),
            self.uncounted(&Uncounted::Disabled)
        );
        text
    }

    fn case(&self, text: &mut String, case: &CaseReport, subject: &str, look: Look, verbose: bool) {
        if let Some(Uncounted::Failed(why)) = &case.uncounted {
            let _ = writeln!(text, "{} {}: {why}", look.subject("failed"), case.name);
        }
        if case.uncounted.is_some() && !verbose {
            return;
        }
        let fine = case.passes() && case.agrees() != Some(false);
        if fine && !verbose {
            return;
        }
        let name = look.bold(&case.name);
        match &case.result {
            Some(CaseResult::Fail { expected, actual }) => {
                let _ = writeln!(text, "{} {name}", look.subject("unexpected  "));
                if case.agrees() != Some(false) {
                    let _ = writeln!(text, "    expected {expected}\n    was      {actual}");
                }
            }
            _ if case.agrees() == Some(false) => {
                let _ = writeln!(text, "as expected, but not as the release: {name}");
            }
            _ => {
                let _ = writeln!(text, "as expected  {name}");
            }
        }
        if case.agrees() == Some(false)
            && let Some(check) = &case.check
        {
            text.push_str(&render::body(check, subject, look, verbose));
        }
    }
}
