//! What C++ Nix does with a program, beside what our evaluator does.
//!
//! The oracles are those that are installed, or the releases that
//! `TWINIX_FUZZ_ORACLES` names (`2.34 2.26`). They are asked through snapshot
//! servers; what differs is asked again in a fresh process before it counts.
//! Where none is installed, or it says `recorded`, there are only the outcomes
//! that are kept in the corpus (`recorded.rs`).

use crate::Broken;
use crate::program::{Done, Program as Text, run_with};
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, io};
use twinix_evaluator::dialect::Dialect as OurDialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::io::MemoryIo;
use twinix_evaluator::job::{Input, Output};
use twinix_evaluator::name_order::NameOrder;
use twinix_kinds::kind_of;
use twinix_oracle::chance::take_back;
use twinix_oracle::discover::{Found, Oracle, discover};
use twinix_oracle::evaluator::Many;
use twinix_oracle::known::KnownList;
use twinix_oracle::outcome::{Answer, Limit, text_of_bytes};
use twinix_oracle::program::{Placed, ROOT};
use twinix_oracle::settings::Mode;
use twinix_oracle::signature::Signature;
use twinix_oracle::snapshot::Snapshot;
use twinix_oracle::stderr::Stderr;
use twinix_oracle::verdict::{Check, decide};
use twinix_oracle::{Dialect, Evaluator, Outcome, Precision, Program, Settings, Unavailable};

/// The variable that names the releases to compare with.
pub const ORACLES: &str = "TWINIX_FUZZ_ORACLES";

/// What it says where no release is to be asked.
const RECORDED: &str = "recorded";

/// How often the memory of an evaluation is looked at is not the same
/// everywhere; where the calls end is, so more of them are allowed than a
/// program of a fuzzer needs.
const FUEL: u64 = 10_000_000;

/// Where 2.3 has files of its own, as the driver calls it in outcomes.
const DATA: &[u8] = b"/oracle/usr/share";

#[expect(clippy::print_stderr, reason = "libFuzzer's own words go there")]
static SERVED: LazyLock<Vec<Snapshot>> = LazyLock::new(|| {
    let found = discover();
    let oracles = match chosen(env::var(ORACLES).ok().as_deref(), &found) {
        Ok(oracles) => oracles,
        Err(why) => panic!("{why}"),
    };
    if oracles.is_empty() {
        eprintln!(
            "no release is asked: `differential` compares with recorded outcomes, `parse` with nothing"
        );
    }
    oracles
        .into_iter()
        .map(|oracle| Snapshot::new(oracle.clone(), 1))
        .collect()
});

/// Whether there is any release to ask. The first time it says so where there is none.
pub fn are_there() -> bool {
    !SERVED.is_empty()
}

/// The oracles to compare with: those that are named, which all have to be there, or all that are there. None for
/// recorded outcomes.
///
/// # Errors
/// If one that is named is no release, or is not installed; if recorded outcomes are named beside a release.
fn chosen<'f>(named: Option<&str>, found: &'f Found) -> Result<Vec<&'f Oracle>, String> {
    let of_name = |name: &str| {
        let mut all = Dialect::ALL.into_iter();
        all.find(|dialect| dialect.name() == name).ok_or_else(|| {
            let known = Dialect::ALL.map(|dialect| dialect.name()).join(", ");
            format!("{ORACLES} names {name}, which is none of {known}")
        })
    };
    let wanted: Vec<Dialect> = match named {
        Some(names) if names.split_whitespace().eq([RECORDED]) => Vec::new(),
        Some(names) if names.split_whitespace().any(|name| name == RECORDED) => {
            return Err(format!(
                "{ORACLES} names {RECORDED} beside others: recorded outcomes are of other programs than \
                 those that releases are asked about, so it stands alone"
            ));
        }
        Some(names) => (names.split_whitespace().map(of_name)).collect::<Result<_, _>>()?,
        None => Dialect::ALL.to_vec(),
    };
    let (oracles, missing) = found.select(&wanted);
    if let (Some(_), [first, ..]) = (named, missing.as_slice()) {
        let name = first.name();
        return Err(format!(
            "{ORACLES} names {name}, which is not installed: `twinix oracle install {name}`"
        ));
    }
    Ok(oracles)
}

/// A program, and what is asked about it.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The program.
    pub text: Vec<u8>,
    /// The files beside it.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// The experimental features it wants.
    pub features: Vec<String>,
    /// Whether it is only parsed.
    pub parse: bool,
    /// The only release to ask; `None`: all.
    pub dialect: Option<OurDialect>,
}

/// Where a program stands for our evaluator: on no disk, at the place that the oracles see it at, so that what leads out
/// of its folder leads to the same for all.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    file: PathBuf,
}

impl Site {
    /// The site of a program with this name.
    pub(crate) fn of(name: &Path) -> Site {
        let file = Path::new(ROOT).join(name);
        Site { file }
    }
}

impl From<&Placed> for Site {
    fn from(placed: &Placed) -> Site {
        let file = placed.file();
        Site::of(file.strip_prefix(placed.root()).unwrap_or(file))
    }
}

/// What an evaluator answered under a dialect: its name comes first.
pub(crate) type Answered = (String, Dialect, Outcome);

impl Case {
    /// The oracles that answer.
    fn oracles(&self) -> impl Iterator<Item = &'static Snapshot> {
        let wanted = self.dialect.map(OurDialect::name);
        SERVED.iter().filter(move |oracle| {
            let speaks = oracle.dialect().map(|dialect| dialect.name());
            wanted.is_none() || speaks == wanted
        })
    }

    /// Compares what our evaluator and the oracles do.
    ///
    /// # Errors
    /// If they differ; the signature says how. If an evaluator cannot be asked.
    pub fn check(&self) -> Result<(), Broken> {
        let served: Vec<&dyn Evaluator> = self.oracles().map(|one| one as _).collect();
        let fresh: Vec<&dyn Evaluator> = self.oracles().map(|one| one.fresh() as _).collect();
        if served.is_empty() {
            return Ok(());
        }
        let differs = |oracles: &[&dyn Evaluator]| {
            let check = self.compare(oracles);
            check.map(|check| Signature::of(&check).map(|signature| (signature, check)))
        };
        let found = match differs(&served) {
            Ok(Some(_)) => differs(&fresh),
            other => other,
        };
        match found {
            Ok(None) => Ok(()),
            Ok(Some((signature, check))) => Err(Broken::new(format!(
                "{signature}\n{}\n{:#?}",
                String::from_utf8_lossy(&self.text),
                check.against
            ))),
            Err(error) => Err(Broken::new(format!(
                "an evaluator cannot be asked: {error}"
            ))),
        }
    }

    fn compare(&self, oracles: &[&dyn Evaluator]) -> Result<Check, Unavailable> {
        let placed = self.place().map_err(Unavailable::Program)?;
        let site = Site::from(&placed);
        let base = self.settings();
        let mut answers = Vec::new();
        let mut ours = BTreeMap::new();
        for oracle in oracles {
            let dialect = oracle.dialect().unwrap_or(Dialect::NEWEST);
            let theirs = oracle.evaluate(placed.program(), &base.under(dialect))?;
            let mine = self.evaluate(&site, dialect, NameOrder::default());
            answers.push((oracle.name().to_owned(), dialect, theirs));
            ours.insert(dialect, mine);
        }
        Ok(self.held(&site, placed.program(), answers, &ours))
    }

    /// What our evaluator did, held against what oracles answered about the program.
    pub(crate) fn held(
        &self,
        site: &Site,
        program: &Program,
        answers: Vec<Answered>,
        ours: &BTreeMap<Dialect, Outcome>,
    ) -> Check {
        let base = self.settings();
        let precision = Precision::default().asked(base.mode, None);
        let mut check = decide(
            program.name(),
            &text_of_bytes(&self.text),
            answers,
            ours,
            Vec::new(),
            &precision,
            &KnownList::default(),
        );
        let subject = Ours { case: self, site };
        let asked = |dialect| base.under(dialect);
        take_back(&mut check, program, &subject, &precision, &asked);
        check
    }

    /// How it is asked about.
    fn settings(&self) -> Settings {
        Settings {
            mode: if self.parse {
                Mode::Parse
            } else {
                Mode::Strict
            },
            features: self.features.clone(),
            ..Settings::default()
        }
    }

    fn place(&self) -> io::Result<Placed> {
        let mut program = Program::text("fuzzed", self.text.clone());
        for (path, content) in &self.files {
            program = program.with_sibling(path, content.clone())?;
        }
        program.place()
    }

    fn evaluate(&self, site: &Site, dialect: Dialect, names: NameOrder) -> Outcome {
        outcome(&self.run(site, dialect, names), dialect)
    }

    /// What our evaluator does with the program, which sees its own files only.
    pub(crate) fn run(&self, site: &Site, dialect: Dialect, names: NameOrder) -> Done {
        let bytes = |path: &Path| path.as_os_str().as_bytes().to_vec();
        let files = self
            .files
            .iter()
            .map(|(path, content)| (bytes(&Path::new(ROOT).join(path)), content.clone()))
            .chain([(bytes(&site.file), self.text.clone())]);
        let same_name = |ours: &OurDialect| ours.name() == dialect.name();
        let text = Text {
            dialect: OurDialect::ALL
                .into_iter()
                .find(same_name)
                .unwrap_or_default(),
            text: &self.text,
        };
        let mut job = text.job(if self.parse {
            Output::Parse
        } else {
            Output::Plain
        });
        job.input = Input::File(bytes(&site.file));
        job.settings.base_directory = bytes(Path::new(ROOT));
        job.settings.data_dir = DATA.to_vec();
        job.settings.features.clone_from(&self.features);
        job.settings.names = names;
        job.settings.show_trace = dialect >= Dialect::V2_26;
        job.settings.limits.fuel = Some(FUEL);
        run_with(job, MemoryIo::new(files))
    }
}

/// Our evaluator with a case, for what chance decides in old releases.
struct Ours<'c> {
    case: &'c Case,
    site: &'c Site,
}

impl Evaluator for Ours<'_> {
    fn name(&self) -> &str {
        "twinix"
    }

    fn dialect(&self) -> Option<Dialect> {
        None
    }

    fn evaluate(&self, _: &Program, settings: &Settings) -> Result<Outcome, Unavailable> {
        let dialect = settings.dialect.unwrap_or(Dialect::NEWEST);
        let names = NameOrder::default();
        Ok(self.case.evaluate(self.site, dialect, names))
    }

    fn alternatives(&self, _: &Program, settings: &Settings, many: Many) -> Vec<Outcome> {
        let dialect = settings.dialect.unwrap_or(Dialect::NEWEST);
        if dialect > Dialect::V2_8 {
            return Vec::new();
        }
        let orders: Vec<NameOrder> = match many {
            Many::Few => NameOrder::others().collect(),
            Many::All => NameOrder::each().collect(),
        };
        orders
            .into_iter()
            .map(|names| self.case.evaluate(self.site, dialect, names))
            .collect()
    }
}

/// What an evaluation of ours did, as outcomes of the oracles are read.
pub(crate) fn outcome(done: &Done, dialect: Dialect) -> Outcome {
    let answer = match &done.result {
        Ok(value) => Answer::Value(text_of_bytes(value)),
        Err(failed) => match failed.kind {
            ErrorKind::Limit(_) => Answer::Resource(Limit::Fuel),
            // The report is in the words of the release, so that the code which
            // reads the oracles' reads it too.
            kind => {
                let report = Stderr::read(&text_of_bytes(&failed.report), dialect);
                let mut failure = report.failure_of(kind_of(kind, &report, dialect));
                failure.catchable = failed.catchable;
                Answer::Error(failure)
            }
        },
    };
    Outcome {
        answer,
        traces: Stderr::read(&text_of_bytes(&done.said), dialect).traces,
        derivations: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_above_a_program_is_the_same_for_all() {
        for text in ["dirOf ../.", "../..", "toString ./../x", "./x"] {
            let case = Case {
                text: text.into(),
                ..Case::default()
            };
            // Nothing is asked where no release is there.
            assert!(case.check().is_ok(), "{text}");
        }
        let case = Case {
            text: b"dirOf ../.".to_vec(),
            ..Case::default()
        };
        let ours = case.evaluate(
            &Site::of(Path::new("x.nix")),
            Dialect::V2_34,
            NameOrder::default(),
        );
        assert_eq!(ours.answer, Answer::Value("/".to_owned()));
    }

    #[test]
    fn a_release_that_is_named_has_to_be_there() {
        let nothing = Found {
            oracles: Vec::new(),
            broken: Vec::new(),
        };
        let why = |named| chosen(Some(named), &nothing).err().unwrap_or_default();
        assert!(why("2.34").contains("twinix oracle install 2.34"));
        assert!(why("2.33").contains("2.33, which is none of 2.3, 2.8, 2.26, 2.34"));
        // Recorded outcomes need none.
        assert!(chosen(Some(" recorded "), &nothing).is_ok_and(|oracles| oracles.is_empty()));
        assert!(why("2.34 recorded").contains("names recorded beside others"));
        assert!(why("recorded recorded").contains("names recorded beside others"));
        // What nobody asked for by name may be missing.
        assert!(chosen(None, &nothing).is_ok_and(|oracles| oracles.is_empty()));
        assert!(chosen(Some(""), &nothing).is_ok_and(|oracles| oracles.is_empty()));
    }
}
