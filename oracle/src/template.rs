//! An evaluator given as a command, such as `nix-instantiate --eval --strict {file}`: any other
//! implementation, or a build of C++ Nix, becomes a subject or an oracle that way.

use std::{collections::BTreeMap, env, ffi::OsString, fs, io, path::PathBuf};

use thiserror::Error;

use crate::{
    canonical,
    confine::{self, Confined, EVERYTHING, KEPT_VARIABLE, SEEN_VARIABLE, Sight},
    dialect::Dialect,
    evaluator::{Evaluator, Unavailable},
    outcome::{Answer, Outcome},
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
    /// Its first word is a path to something else.
    #[error(
        "'{0}' is no file that can be executed (a command begins with one; chmod +x makes one)"
    )]
    NotExecutable(String),
    /// It does not evaluate where it is shut in as it does in the open.
    #[error(
        "the command '{0}' evaluates `1` in the open only; shut in, where programs are evaluated, it says: {1}{hint}",
        hint = hint()
    )]
    Blind(String, String),
    /// It evaluates nothing.
    #[error("the command '{0}' cannot evaluate `1`: it says: {1}")]
    Unable(String, String),
    /// What the user shows to commands is not there.
    #[error(
        "'{0}' in {SEEN_VARIABLE} is no absolute path (without `..`) of a file or folder that exists"
    )]
    Shown(String),
    /// What the user lets commands keep has no name.
    #[error("'{0}' in {KEPT_VARIABLE} is no name of a variable: names stand between colons")]
    Kept(String),
}

/// What to do about a command that misses something.
fn hint() -> String {
    format!(
        " (commands see the folders of the system and what their words name: put more into {SEEN_VARIABLE}, \
         files and folders between colons, or '{EVERYTHING}' to let them and the programs see and write all that you can; \
         of your environment they have what programs need to start: put names of more variables into {KEPT_VARIABLE}, \
         between colons)"
    )
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
        let program = find(first).ok_or_else(|| match first.contains('/') {
            true => TemplateError::NotExecutable(first.clone()),
            false => TemplateError::NotFound(first.clone()),
        })?;
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

    /// The files that it is made of, as far as it names them: its executable, and words that are paths of files.
    pub fn files(&self) -> Vec<PathBuf> {
        let words = self.words[1..].iter().map(PathBuf::from);
        let named = words.filter(|word| word.is_absolute() && word.is_file());
        [self.program.clone()].into_iter().chain(named).collect()
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
            let asked = asked_by(settings).join(" ");
            let why = format!(
                "the program asks for {asked}, and the command has no {{flags}} to take that"
            );
            return Err(Unavailable::Unsupported(why));
        }
        self.evaluate_at(program, settings, Sight::of_user())
    }
}

impl CommandTemplate {
    /// Says so if the command does its work in the open only, where it sees all of this machine.
    ///
    /// # Errors
    /// With what it says where programs are evaluated.
    pub fn sees_enough(&self) -> Result<(), TemplateError> {
        if let Err(entry) = confine::shown() {
            return Err(TemplateError::Shown(entry));
        }
        if let Err(entry) = confine::kept() {
            return Err(TemplateError::Kept(entry));
        }
        if Sight::of_user() == Sight::Everything {
            return Ok(());
        }
        let one = Program::text("one", "1");
        let says = |sight| match self.evaluate_at(&one, &Settings::default(), sight) {
            Ok(outcome) => match outcome.answer {
                Answer::Value(value) => Ok(value),
                Answer::Error(failure) => Err(failure.message),
                Answer::Crash(crash) => Err(format!("signal {}: {}", crash.signal, crash.message)),
                Answer::Resource(limit) => Err(format!("the {limit} is reached")),
            },
            Err(error) => Err(error.to_string()),
        };
        let shut_in = says(Sight::Narrow);
        if shut_in.as_deref() == Ok("1") {
            return Ok(());
        }
        let open = says(Sight::Everything);
        if let Err(said) = &open {
            return Err(TemplateError::Unable(self.name.clone(), said.clone()));
        }
        if open == shut_in {
            return Ok(());
        }
        let said = shut_in.unwrap_or_else(|said| said);
        Err(TemplateError::Blind(
            self.name.clone(),
            said.replace(&hint(), ""),
        ))
    }

    fn evaluate_at(
        &self,
        program: &Program,
        settings: &Settings,
        sight: Sight,
    ) -> Result<Outcome, Unavailable> {
        let dialect = self.dialect.or(settings.dialect).unwrap_or(Dialect::NEWEST);
        let placed = program.place().map_err(Unavailable::Program)?;
        let (outcome, _) = observe(dialect, settings, |asked, settings| {
            let words = &self.words[1..];
            let confined = Confined::of(&self.program, words, &placed, settings, sight);
            let mut confined = confined.map_err(Unavailable::Program)?;
            match asked {
                Asked::Value => self.run(&confined, &placed, settings, (dialect, sight)),
                Asked::Caught => {
                    let question = Question::new(&mut confined, settings);
                    let question = question.map_err(Unavailable::Program)?;
                    self.run(&confined, &placed, &question.settings, (dialect, sight))
                }
            }
        })?;
        Ok(outcome)
    }

    /// Runs the command in the surroundings of a program.
    fn run(
        &self,
        confined: &Confined,
        placed: &Placed,
        settings: &Settings,
        (dialect, sight): (Dialect, Sight),
    ) -> Result<Run, Unavailable> {
        let mut flags = asked_by(settings);
        // From 2.9 on only a full trace is sure to have the frames that tell what failed.
        if wants_trace(settings.mode, dialect) {
            flags.push("--show-trace".to_owned());
        }
        let words = self.words[1..].iter().flat_map(|word| match word.as_str() {
            "{flags}" => flags.clone(),
            word => vec![word.to_owned()],
        });
        let arguments = words.map(|word| {
            let word = word
                .replace("{file}", &confined.file.display().to_string())
                .replace("{root}", &confined.root.display().to_string())
                .replace("{dialect}", dialect.name());
            OsString::from(word)
        });
        let job = Job {
            program: self.program.clone(),
            arguments: arguments.collect(),
            environment: confined.environment(settings, sight),
            folder: confined.root.clone(),
            stdin: None,
            sandbox: confined.sandbox.clone(),
        };
        let finished =
            process::run(&job, &settings.limits).map_err(|error| Unavailable::Start {
                command: self.program.display().to_string(),
                error,
            })?;
        if let Ending::Status(status @ (126 | 127)) = finished.ending {
            let said = String::from_utf8_lossy(&finished.stderr);
            return Err(Unavailable::Unsupported(format!(
                "it cannot be run (status {status}): {}{}",
                said.lines().last().unwrap_or("it says nothing"),
                if confined.sandbox.is_some() {
                    hint()
                } else {
                    String::new()
                }
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

/// The flags of `nix-instantiate` that ask for what the settings ask for.
fn asked_by(settings: &Settings) -> Vec<String> {
    let modes = settings.mode.flags().iter();
    let mut flags: Vec<String> = modes.map(ToString::to_string).collect();
    flags.extend(settings.flags.iter().cloned());
    if !settings.features.is_empty() {
        flags.push("--extra-experimental-features".to_owned());
        flags.push(settings.features.join(" "));
    }
    flags
}

/// Whether the releases are asked for full traces in this dialect.
fn wants_trace(mode: Mode, dialect: Dialect) -> bool {
    dialect > Dialect::V2_8 && mode != Mode::Parse
}

/// Whether `tryEval` catches what a program ends with: a command takes files, not expressions. The file is outside of
/// the program's folder, which looks as ever.
struct Question {
    /// There as long as this is.
    _folder: ScratchFolder,
    settings: Settings,
}

impl Question {
    /// Asks it instead of what the surroundings have a command evaluate.
    fn new(confined: &mut Confined, settings: &Settings) -> io::Result<Self> {
        const FILE: &str = "question.nix";
        let folder = ScratchFolder::in_memory("twinix-question-")?;
        let program = canonical::nix_path(&confined.file);
        fs::write(
            folder.path().join(FILE),
            caught(settings.mode, &program, ""),
        )?;
        let inside = confined.see_question(folder.path());
        let mut flags = settings.flags.clone();
        if flags.iter().any(|flag| flag == "--restrict-eval") {
            flags.extend(["-I".to_owned(), inside.display().to_string()]);
        }
        confined.file = inside.join(FILE);
        Ok(Self {
            settings: Settings {
                mode: Mode::Lazy,
                flags,
                ..settings.clone()
            },
            _folder: folder,
        })
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
    use crate::{sandbox, taxonomy::ErrorKind};

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

    /// Whether the command ends with status 0 for a program with this text.
    fn succeeds(template: &str, text: &str) -> bool {
        let template = CommandTemplate::new(template, None).unwrap();
        let program = Program::text("p", text);
        let outcome = template.evaluate(&program, &Settings::default());
        outcome.unwrap().failure().is_none()
    }

    #[test]
    fn a_command_reads_and_writes_nothing_that_a_program_names() {
        if let Some(why) = sandbox::refusal() {
            println!("not tested: {why}");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "1").unwrap();
        let path = secret.display().to_string();
        assert!(!succeeds(r#"sh -c 'cat "$(cat "$0")"' {file}"#, &path));
        assert!(succeeds(
            r#"sh -c 'cat "$(cat "$0")"' {file}"#,
            "/usr/bin/env"
        ));
        for place in ["/etc/passwd", "/etc/group", "/etc/nix"] {
            assert!(
                !succeeds(r#"sh -c 'ls "$(cat "$0")"' {file}"#, place),
                "{place}"
            );
        }
        let writes = r#"sh -c 'echo 2 2>/dev/null > "$(cat "$0")"' {file}"#;
        for place in [path.as_str(), "/usr/twinix", "/pwd/program.nix", "/twinix"] {
            assert!(!succeeds(writes, place), "{place}");
        }
        assert!(succeeds(writes, "/scratch/x"));
        assert_eq!(std::fs::read_to_string(&secret).unwrap(), "1");
    }

    #[test]
    fn a_command_has_the_environment_of_a_release_and_what_it_needs_to_start() {
        let template = CommandTemplate::new("sh -c env {file}", None).unwrap();
        let settings = Settings::default();
        let outcome = template.evaluate(&Program::text("p", ""), &settings);
        let outcome = outcome.unwrap();
        let Answer::Value(said) = &outcome.answer else {
            panic!("{outcome}")
        };
        let names: Vec<&str> = (said.lines())
            .filter_map(|line| Some(line.split_once('=')?.0))
            .collect();
        assert!(names.contains(&"PATH") && said.contains("HOME=/homeless-shelter"));
        // The runner of this test sets it.
        assert!(env::var_os("CARGO_MANIFEST_DIR").is_some());
        assert!(!names.contains(&"CARGO_MANIFEST_DIR"), "{names:?}");
        let open = template.evaluate_at(&Program::text("p", ""), &settings, Sight::Everything);
        assert!(open.unwrap().to_string().contains("CARGO_MANIFEST_DIR"));
    }

    #[test]
    fn a_command_reaches_no_network() {
        if let Some(why) = sandbox::refusal() {
            println!("not tested: {why}");
            return;
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let connects = r#"bash -c 'true < "/dev/tcp/127.0.0.1/$(cat "$0")"' {file}"#;
        assert!(!succeeds(connects, &port));
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err());
        // It would, in the open.
        let template = CommandTemplate::new(connects, None).unwrap();
        let program = Program::text("p", port.as_str());
        let open = template.evaluate_at(&program, &Settings::default(), Sight::Everything);
        assert_eq!(open.unwrap().failure(), None);
        assert!(listener.accept().is_ok());
    }

    #[test]
    fn one_that_misses_something_says_what_to_do() {
        if let Some(why) = sandbox::refusal() {
            println!("not tested: {why}");
            return;
        }
        let there = tempfile::tempdir().unwrap();
        let data = there.path().join("data");
        std::fs::write(&data, "1").unwrap();
        let here = tempfile::tempdir().unwrap();
        let script = here.path().join("evaluator");
        std::fs::write(&script, format!("cat {}\n", data.display())).unwrap();
        let template = format!("sh {} {{file}}", script.display());
        let template = CommandTemplate::new(&template, None).unwrap();
        let error = template.sees_enough().unwrap_err().to_string();
        assert!(error.contains(SEEN_VARIABLE), "{error}");
        let all = CommandTemplate::new("cat {file}", None).unwrap();
        assert_eq!(all.sees_enough(), Ok(()));
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
        assert!(matches!(
            CommandTemplate::new("/usr {file}", None),
            Err(TemplateError::NotExecutable(_))
        ));
        let failing = CommandTemplate::new("false {file}", None).unwrap();
        assert!(matches!(
            failing.sees_enough(),
            Err(TemplateError::Unable(..))
        ));
    }
}
