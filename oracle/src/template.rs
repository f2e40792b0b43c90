//! An evaluator given as a command, such as `nix-instantiate --eval --strict {file}`: any other
//! implementation, or a build of C++ Nix, becomes a subject or an oracle that way.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{
    canonical,
    dialect::Dialect,
    evaluator::{Evaluator, Unavailable},
    outcome::Outcome,
    places::Places,
    process::{self, Ending, Job},
    program::{Placed, Program, ROOT},
    run::{Asked, Run, caught, observe},
    scratch::ScratchFolder,
    settings::{Mode, Settings},
};

/// A command with places for what changes: `{file}` is the program's file (needed), `{root}` its
/// folder, `{dialect}` the dialect that is asked for, `{flags}` (a word by itself) the flags of
/// `nix-instantiate` that say what is asked, such as `--eval --strict --json`. It is split into words as a shell does it with
/// quotes, but no shell runs it. It has to behave like `nix-instantiate`: the value on standard
/// output, errors and traces on standard error, status 0 for a value.
#[derive(Debug, Clone)]
pub struct CommandTemplate {
    name: String,
    words: Vec<String>,
    program: PathBuf,
    dialect: Option<Dialect>,
}

/// A text is not a usable command template.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// It is empty.
    #[error("the command is empty")]
    Empty,
    /// A quote is not closed.
    #[error("a quote is not closed in the command '{0}'")]
    Quote(String),
    /// It does not say where the program goes.
    #[error("the command '{0}' does not say where the program goes: write {{file}} there")]
    NoFile(String),
    /// It has a place that nothing goes into.
    #[error(
        "nothing goes into '{{{0}}}' in a command: there are {{file}}, {{root}}, {{dialect}} and {{flags}}"
    )]
    Place(String),
    /// Its first word is no executable.
    #[error(
        "there is no executable '{0}' on the search path (no shell runs the command: write `sh -c \"…\" sh {{file}}` for one)"
    )]
    NotFound(String),
}

impl CommandTemplate {
    /// Reads a template; `dialect` is the one that the command speaks, if it is known to speak one.
    pub fn new(text: &str, dialect: Option<Dialect>) -> Result<Self, TemplateError> {
        let words = split(text)?;
        let first = words.first().ok_or(TemplateError::Empty)?;
        if !words[1..].iter().any(|word| word.contains("{file}")) {
            return Err(TemplateError::NoFile(text.to_owned()));
        }
        if let Some(name) = unknown_place(&words) {
            return Err(TemplateError::Place(name));
        }
        let program = find(first).ok_or_else(|| TemplateError::NotFound(first.clone()))?;
        Ok(Self {
            name: text.to_owned(),
            words,
            program,
            dialect,
        })
    }

    /// Whether it is told what is asked of it: one that is not can only be asked for whole values.
    pub fn takes_flags(&self) -> bool {
        self.words.iter().any(|word| word == "{flags}")
    }

    /// The same command under another name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }
}

impl Evaluator for CommandTemplate {
    fn name(&self) -> &str {
        &self.name
    }

    fn dialect(&self) -> Option<Dialect> {
        self.dialect
    }

    fn follows_dialect(&self) -> bool {
        self.dialect.is_none() && self.words.iter().any(|word| word.contains("{dialect}"))
    }

    fn evaluate(&self, program: &Program, settings: &Settings) -> Result<Outcome, Unavailable> {
        if settings.mode == Mode::Canonical {
            let why = "a command template cannot be asked for the canonical notation";
            return Err(Unavailable::Unsupported(why.to_owned()));
        }
        let takes_flags = self.takes_flags();
        let is_plain = settings.mode == Mode::Strict
            // What an evaluator may do is up to the user whose command it is.
            && settings.only_restricts()
            && settings.features.is_empty();
        if !takes_flags && !is_plain {
            let why = "the program asks for flags, and the command has no {flags} to take them";
            return Err(Unavailable::Unsupported(why.to_owned()));
        }
        let dialect = self.dialect.or(settings.dialect).unwrap_or(Dialect::NEWEST);
        let placed = program.place().map_err(Unavailable::Program)?;
        let (outcome, _) = observe(dialect, settings, |asked, settings| match asked {
            Asked::Value => self.run(placed.file(), &placed, settings, dialect),
            Asked::Caught => {
                let question = Question::new(&placed, settings).map_err(Unavailable::Program)?;
                self.run(&question.file(), &placed, &question.settings, dialect)
            }
        })?;
        Ok(outcome)
    }
}

impl CommandTemplate {
    /// Runs the command with a file, in the folder of a program.
    fn run(
        &self,
        file: &Path,
        placed: &Placed,
        settings: &Settings,
        dialect: Dialect,
    ) -> Result<Run, Unavailable> {
        let features = settings.features.join(" ");
        let flags: Vec<&str> = settings
            .mode
            .flags()
            .iter()
            .copied()
            .chain(settings.flags.iter().map(String::as_str))
            // From 2.9 on only a full trace is sure to have the frames that tell what failed.
            .chain((wants_trace(settings.mode, dialect)).then_some("--show-trace"))
            .chain(if features.is_empty() {
                vec![]
            } else {
                vec!["--extra-experimental-features", features.as_str()]
            })
            .collect();
        let words = self.words[1..].iter().flat_map(|word| match word.as_str() {
            "{flags}" => flags.clone(),
            word => vec![word],
        });
        let arguments = words.map(|word| {
            let word = word
                .replace("{file}", &file.display().to_string())
                .replace("{root}", &placed.root().display().to_string())
                .replace("{dialect}", dialect.name());
            OsString::from(word)
        });
        // The command is the user's own: it keeps the user's environment, but for what makes outcomes
        // differ from machine to machine.
        let mut environment: BTreeMap<OsString, OsString> = env::vars_os().collect();
        for (name, value) in [
            ("HOME", settings.home.as_str()),
            ("NIX_PATH", settings.nix_path.as_str()),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
        ] {
            environment.insert(name.into(), value.into());
        }
        for (name, value) in &settings.environment {
            environment.insert(name.into(), value.into());
        }
        let job = Job {
            program: self.program.clone(),
            arguments: arguments.collect(),
            environment,
            folder: placed.root().to_owned(),
            stdin: None,
            // Nobody knows what such a command needs of the machine.
            sandbox: None,
        };
        let finished =
            process::run(&job, &settings.limits).map_err(|error| Unavailable::Start {
                command: self.program.display().to_string(),
                error,
            })?;
        if let Ending::Status(status @ (126 | 127)) = finished.ending {
            let said = String::from_utf8_lossy(&finished.stderr);
            return Err(Unavailable::Unsupported(format!(
                "it cannot be run (status {status}): {}",
                said.lines().last().unwrap_or("it says nothing")
            )));
        }
        let places = Places::default().call(placed.root(), ROOT);
        Ok(Run {
            finished,
            places,
            derivations: BTreeMap::new(),
        })
    }
}

/// Whether the releases are asked for full traces in this dialect.
fn wants_trace(mode: Mode, dialect: Dialect) -> bool {
    dialect > Dialect::V2_8 && mode != Mode::Parse
}

/// Whether `tryEval` catches what a program ends with: a command takes files, not expressions. The file is outside of
/// the program's folder, which looks as ever.
struct Question {
    folder: ScratchFolder,
    settings: Settings,
}

impl Question {
    fn new(placed: &Placed, settings: &Settings) -> io::Result<Self> {
        let folder = ScratchFolder::new("question")?;
        let mut flags = settings.flags.clone();
        if flags.iter().any(|flag| flag == "--restrict-eval") {
            flags.extend(["-I".to_owned(), folder.path().display().to_string()]);
        }
        let question = Self {
            settings: Settings {
                mode: Mode::Lazy,
                flags,
                ..settings.clone()
            },
            folder,
        };
        let program = canonical::nix_path(placed.file());
        fs::write(question.file(), caught(settings.mode, &program, ""))?;
        Ok(question)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("question.nix")
    }
}

/// The first `{word}` that stands for nothing.
fn unknown_place(words: &[String]) -> Option<String> {
    words.iter().find_map(|word| {
        let (_, rest) = word.split_once('{')?;
        let (name, _) = rest.split_once('}')?;
        let known = ["file", "root", "dialect", "flags"].contains(&name);
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase());
        (is_name && !known).then(|| name.to_owned())
    })
}

/// Splits a command into words; single and double quotes hold words together.
fn split(text: &str) -> Result<Vec<String>, TemplateError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(TemplateError::Quote(text.to_owned()));
    }
    words.extend(word);
    Ok(words)
}

/// The executable that a word names, as a shell finds it.
fn find(word: &str) -> Option<PathBuf> {
    if word.contains('/') {
        return std::fs::canonicalize(word)
            .ok()
            .filter(|path| is_executable(path));
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(word))
        .find(|file| is_executable(file))
}

fn is_executable(file: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file)
        .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxonomy::ErrorKind;

    fn evaluate(template: &str, text: &str) -> Outcome {
        CommandTemplate::new(template, None)
            .unwrap()
            .evaluate(&Program::text("p", text), &Settings::default())
            .unwrap()
    }

    #[test]
    fn what_a_command_prints_is_its_value() {
        assert_eq!(evaluate("cat {file}", "[ 1 ]\n"), Outcome::value("[ 1 ]"));
        assert_eq!(
            evaluate("echo {root}/x {file}", ""),
            Outcome::value("/pwd/x /pwd/program.nix")
        );
    }

    #[test]
    fn what_it_complains_about_is_its_error() {
        let outcome = evaluate(
            r#"sh -c "echo 'error: division by zero' >&2; exit 1" {file}"#,
            "",
        );
        assert_eq!(outcome.failure().unwrap().kind, ErrorKind::DivisionByZero);
    }

    #[test]
    fn it_is_told_the_dialect() {
        let template = CommandTemplate::new("echo {dialect} {file}", None).unwrap();
        assert!(template.follows_dialect());
        let settings = Settings::default().under(Dialect::V2_8);
        let outcome = template
            .evaluate(&Program::text("p", ""), &settings)
            .unwrap();
        assert_eq!(outcome, Outcome::value("2.8 /pwd/program.nix"));
    }

    #[test]
    fn one_that_takes_no_flags_serves_for_programs_that_ask_for_none() {
        let flags = |flags: &[&str]| Settings {
            flags: flags.iter().map(ToString::to_string).collect(),
            ..Settings::default()
        };
        let template = CommandTemplate::new("cat {file}", None).unwrap();
        let asked = |settings| template.evaluate(&Program::text("p", "1"), &settings);
        assert!(asked(flags(&["--restrict-eval", "-I", "/x"])).is_ok());
        assert!(asked(flags(&["--arg", "x", "1"])).is_err());
        let taking = CommandTemplate::new("echo {flags} {file}", None).unwrap();
        let outcome = taking.evaluate(&Program::text("p", "1"), &flags(&["-A", "x"]));
        // As the newest release is asked.
        assert_eq!(
            outcome.unwrap(),
            Outcome::value("--eval --strict -A x --show-trace /pwd/program.nix")
        );
    }

    #[test]
    fn a_template_that_cannot_work_says_why() {
        assert_eq!(
            CommandTemplate::new(" ", None).unwrap_err(),
            TemplateError::Empty
        );
        assert!(matches!(
            CommandTemplate::new("cat", None),
            Err(TemplateError::NoFile(_))
        ));
        assert!(matches!(
            CommandTemplate::new("cat '{file}", None),
            Err(TemplateError::Quote(_))
        ));
        assert!(matches!(
            CommandTemplate::new("no-such-command {file}", None),
            Err(TemplateError::NotFound(_))
        ));
    }
}
