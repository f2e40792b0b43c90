//! A folder in the layout of C++ Nix's own language tests (`tests/functional/lang`, before 2.24
//! `tests/lang`): which cases there are, how each is run, and what is expected of it. The rules are
//! those of the `lang.sh` beside the folder.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    outcome::{Answer, Outcome},
    program::{Delivery, Program},
    settings::{Mode, Settings},
};

/// What a case is about, by the start of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseKind {
    /// `parse-okay-*`: it is a program.
    ParseOkay,
    /// `parse-fail-*`: it is none.
    ParseFail,
    /// `eval-okay-*`: it has this value.
    EvalOkay,
    /// `eval-fail-*`: it ends with an error.
    EvalFail,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its name, without `.nix`.
    pub name: String,
    /// What it is about.
    pub kind: CaseKind,
    /// The program.
    pub program: Program,
    /// How it is run.
    pub settings: Settings,
    /// What standard output has to be; `None` where the suite does not say.
    pub expected: Option<String>,
    /// What standard error has to be; `None` where the suite does not say.
    pub expected_stderr: Option<String>,
    /// Why it is not run, where the suite switches it off.
    pub disabled: Option<String>,
}

/// A language test suite.
#[derive(Debug, Clone)]
pub struct LangSuite {
    /// The folder that holds the cases, called `lang`.
    pub folder: PathBuf,
    /// Its cases, by name.
    pub cases: Vec<Case>,
}

/// Whether a folder has the layout of a language test suite.
pub fn is_lang_suite(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("eval-okay-") && name.ends_with(".nix")
    })
}

impl LangSuite {
    /// Reads the suite in a folder, whatever the folder is called.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let folder = fs::canonicalize(folder)?;
        let mut names: Vec<String> = fs::read_dir(&folder)?
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                name.strip_suffix(".nix").map(str::to_owned)
            })
            .collect();
        names.sort();
        // From 2.15 on the suite says what is printed on standard error, and runs failing cases
        // strictly; before, it only says that they fail.
        let says_errors = fs::read_dir(&folder)?
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().ends_with(".err.exp"));
        let mut cases = Vec::new();
        for name in names {
            let Some(kind) = kind_of(&name) else { continue };
            cases.extend(
                Reader {
                    folder: &folder,
                    name: &name,
                    says_errors,
                }
                .read(kind)?,
            );
        }
        Ok(Self { folder, cases })
    }

    /// The case of this name.
    pub fn case(&self, name: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.name == name)
    }
}

fn kind_of(name: &str) -> Option<CaseKind> {
    [
        ("parse-okay-", CaseKind::ParseOkay),
        ("parse-fail-", CaseKind::ParseFail),
        ("eval-okay-", CaseKind::EvalOkay),
        ("eval-fail-", CaseKind::EvalFail),
    ]
    .into_iter()
    .find_map(|(start, kind)| name.starts_with(start).then_some(kind))
}

/// How a case came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum CaseResult {
    /// As expected.
    Pass,
    /// Not as expected.
    Fail {
        /// What was expected.
        expected: String,
        /// What came out.
        actual: String,
    },
}

impl Case {
    /// Judges an outcome by what the suite expects of standard output and the exit status. Messages
    /// are not judged here: an evaluator's wording is compared with an oracle's, on request.
    pub fn judge(&self, outcome: &Outcome) -> CaseResult {
        let fail = |expected: &str| CaseResult::Fail {
            expected: expected.to_owned(),
            actual: outcome.to_string(),
        };
        match (self.kind, &outcome.answer) {
            (CaseKind::ParseFail | CaseKind::EvalFail, Answer::Error(_)) => CaseResult::Pass,
            (CaseKind::ParseFail | CaseKind::EvalFail, _) => fail("an error"),
            (_, Answer::Value(text)) => match &self.expected {
                Some(expected)
                    if expected.trim_end_matches('\n') != text.trim_end_matches('\n') =>
                {
                    fail(expected.trim_end_matches('\n'))
                }
                _ => CaseResult::Pass,
            },
            _ => fail(self.expected.as_deref().unwrap_or("success")),
        }
    }
}

struct Reader<'a> {
    folder: &'a Path,
    name: &'a str,
    says_errors: bool,
}

impl Reader<'_> {
    fn file(&self, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", self.name))
    }

    fn text(&self, extension: &str) -> io::Result<Option<String>> {
        let file = self.file(extension);
        match fs::read(&file) {
            Ok(bytes) => Ok(Some(crate::outcome::text_of_bytes(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io::Error::new(
                error.kind(),
                format!("{}: {error}", file.display()),
            )),
        }
    }

    fn flags(&self) -> io::Result<Option<Vec<String>>> {
        let Some(text) = self.text("flags")? else {
            return Ok(None);
        };
        let words = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or(""))
            .flat_map(str::split_whitespace);
        Ok(Some(words.map(str::to_owned).collect()))
    }

    fn program(&self) -> io::Result<Program> {
        // lang.sh runs in the folder above, and positions, flags and search paths start there.
        let root = self.folder.parent().unwrap_or(self.folder);
        let name = self.folder.file_name().unwrap_or_default();
        Program::file_in(root, Path::new(name).join(format!("{}.nix", self.name)))
            .map(|program| program.named(self.name))
    }

    /// The cases in a file: in older suites one program can be expected both printed and as XML.
    fn read(&self, kind: CaseKind) -> io::Result<Vec<Case>> {
        let base = Settings {
            environment: BTreeMap::from([("TEST_VAR".to_owned(), "foo".to_owned())]),
            // As in the nix.conf that the suite's init.sh writes.
            features: vec!["nix-command".to_owned(), "flakes".to_owned()],
            ..Settings::default()
        };
        let disabled = ["exp-disabled", "exp.disabled"]
            .into_iter()
            .find(|extension| self.file(extension).exists())
            .map(|extension| format!("the suite switches it off ({}.{extension})", self.name));
        let mut case = Case {
            name: self.name.to_owned(),
            kind,
            program: self.program()?,
            settings: base,
            expected: None,
            expected_stderr: if self.says_errors {
                Some(self.text("err.exp")?.unwrap_or_default())
            } else {
                None
            },
            disabled,
        };
        match kind {
            CaseKind::ParseOkay | CaseKind::ParseFail => {
                case.program = case.program.delivered(Delivery::Stdin);
                case.settings.mode = Mode::Parse;
                case.expected = self.text("exp")?;
            }
            CaseKind::EvalFail => {
                // A file of flags replaces the flags of lang.sh, also those that ask to evaluate.
                (case.settings.mode, case.settings.flags) = match self.flags()? {
                    Some(flags) => flagged(flags),
                    None if self.says_errors => (Mode::Strict, vec!["--show-trace".to_owned()]),
                    None => (Mode::Lazy, Vec::new()),
                };
            }
            CaseKind::EvalOkay => return self.read_okay(case),
        }
        Ok(vec![case])
    }

    fn read_okay(&self, case: Case) -> io::Result<Vec<Case>> {
        let xml = self.text("exp.xml")?;
        let printed = self.text("exp")?;
        let mut cases = Vec::new();
        if let (Some(expected), true) = (&printed, xml.is_none() || !self.says_errors) {
            let mut printed = case.clone();
            printed.expected = Some(expected.clone());
            printed.settings.flags = self.flags()?.unwrap_or_default();
            printed.settings.nix_path = "lang/dir3:lang/dir4".to_owned();
            if self.says_errors {
                // A name that is the same everywhere, so that what is expected can contain it.
                printed.settings.home = "/fake-home".to_owned();
            }
            cases.push(printed);
        }
        if let Some(expected) = xml {
            let mut xml = case.clone();
            xml.expected = Some(expected);
            xml.settings.mode = Mode::Xml;
            if !cases.is_empty() {
                xml.name.push_str(" (XML)");
                xml.program = xml.program.named(xml.name.as_str());
            }
            cases.push(xml);
        }
        if cases.is_empty() {
            let nothing = "the suite expects nothing of it".to_owned();
            cases.push(Case {
                disabled: case.disabled.clone().or(Some(nothing)),
                ..case
            });
        }
        Ok(cases)
    }
}

/// Flags that ask for everything themselves, as mode and further flags.
fn flagged(flags: Vec<String>) -> (Mode, Vec<String>) {
    let (modes, further): (Vec<String>, Vec<String>) = flags
        .into_iter()
        .partition(|flag| flag == "--eval" || flag == "--strict");
    let has = |name: &str| modes.iter().any(|flag| flag == name);
    let mode = match (has("--eval"), has("--strict")) {
        (true, true) => Mode::Strict,
        (true, false) => Mode::Lazy,
        (false, _) => Mode::Instantiate,
    };
    (mode, further)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{outcome::Failure, taxonomy::ErrorKind};
    use tempfile::TempDir;

    fn suite(files: &[(&str, &str)]) -> (TempDir, LangSuite) {
        let folder = TempDir::new().unwrap();
        let lang = folder.path().join("lang");
        fs::create_dir(&lang).unwrap();
        for (name, text) in files {
            fs::write(lang.join(name), text).unwrap();
        }
        let suite = LangSuite::open(&lang).unwrap();
        (folder, suite)
    }

    #[test]
    fn each_kind_is_run_as_lang_sh_runs_it() {
        let (_folder, suite) = suite(&[
            ("parse-okay-a.nix", "1"),
            ("parse-fail-b.nix", ")"),
            ("eval-fail-c.nix", "throw 1"),
            ("eval-fail-c.err.exp", "error"),
            ("eval-fail-d.nix", "throw 1"),
            (
                "eval-fail-d.flags",
                "--eval --strict --no-show-trace # why\n",
            ),
            ("eval-fail-e.nix", "throw 1"),
            ("eval-fail-e.flags", "--max-call-depth 100"),
            ("eval-okay-f.nix", "1"),
            ("eval-okay-f.exp", "1\n"),
            ("eval-okay-f.flags", "-I lang/dir1"),
            ("eval-okay-g.nix", "1"),
            ("eval-okay-g.exp.xml", "<x>"),
            ("eval-okay-h.nix", "1"),
            ("eval-okay-h.exp-disabled", ""),
            ("lib.nix", "{ }"),
        ]);
        assert_eq!(suite.cases.len(), 8);
        let mode = |name: &str| suite.case(name).unwrap().settings.mode;
        assert_eq!(mode("parse-okay-a"), Mode::Parse);
        assert_eq!(mode("eval-fail-c"), Mode::Strict);
        assert_eq!(mode("eval-fail-e"), Mode::Instantiate);
        assert_eq!(mode("eval-okay-g"), Mode::Xml);
        let flags = |name: &str| suite.case(name).unwrap().settings.flags.join(" ");
        assert_eq!(flags("eval-fail-d"), "--no-show-trace");
        assert_eq!(flags("eval-okay-f"), "-I lang/dir1");
        assert!(suite.case("eval-okay-h").unwrap().disabled.is_some());
        assert_eq!(
            suite.case("parse-okay-a").unwrap().program.delivery(),
            Delivery::Stdin
        );
    }

    #[test]
    fn older_suites_fail_lazily_and_expect_both_notations() {
        let (_folder, suite) = suite(&[
            ("eval-fail-c.nix", "throw 1"),
            ("eval-okay-g.nix", "1"),
            ("eval-okay-g.exp", "1"),
            ("eval-okay-g.exp.xml", "<x>"),
        ]);
        let names: Vec<&str> = suite.cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names, ["eval-fail-c", "eval-okay-g", "eval-okay-g (XML)"]);
        assert_eq!(suite.cases[0].settings.mode, Mode::Lazy);
    }

    #[test]
    fn an_outcome_is_judged_by_what_is_expected() {
        let (_folder, suite) = suite(&[
            ("eval-okay-f.nix", "1"),
            ("eval-okay-f.exp", "1\n"),
            ("eval-fail-c.nix", "throw 1"),
        ]);
        let okay = suite.case("eval-okay-f").unwrap();
        let fail = suite.case("eval-fail-c").unwrap();
        let error = Outcome::error(Failure::new(ErrorKind::Type, "x", None));
        assert_eq!(okay.judge(&Outcome::value("1")), CaseResult::Pass);
        assert_ne!(okay.judge(&Outcome::value("2")), CaseResult::Pass);
        assert_ne!(okay.judge(&error), CaseResult::Pass);
        assert_eq!(fail.judge(&error), CaseResult::Pass);
        assert_ne!(fail.judge(&Outcome::value("1")), CaseResult::Pass);
    }
}
