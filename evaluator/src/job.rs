//! One evaluation from source to printed result, as `nix-instantiate --eval`
//! does it.

use crate::builtins::addresses;
use crate::builtins::json::{JsonOptions, write_json};
use crate::builtins::suggestions;
use crate::builtins::xml::{XmlOptions, write_xml};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Heap, Thunk, Value, View};
use crate::io::Io;
use crate::load::{
    check_path, file_to_import, load_source, parse_file, parse_source, resolve_program,
};
use crate::observation::Hits;
use crate::paths;
use crate::positions::{Location, Origin, Pos};
use crate::print;
use crate::profile::Watched;
use crate::state::{Settings, State, TraceSink};
use crate::symbols::{Symbol, known};
use crate::syntax::Printer;
use crate::syntax::ast::ExprRef;
use crate::vm::coerce::{INTERPOLATE, coerce};
use crate::vm::walk::check_written;
use crate::vm::{Co, Shared, Vm, force_deep};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where a program comes from.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file (or a directory with a `default.nix`), by its absolute path.
    File(Vec<u8>),
    /// What an address leads to ([`is_address`](crate::builtins::addresses::is_address)).
    Address(Vec<u8>),
    /// What `<…>` finds in the search path, by what stands between the brackets.
    Search(Vec<u8>),
    /// An expression from the command line.
    Expression(Vec<u8>),
    /// The content of standard input.
    Stdin(Vec<u8>),
}

/// How the result is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Output {
    /// As an expression.
    #[default]
    Plain,
    /// `--json`
    Json,
    /// `--xml`
    Xml {
        /// Whether functions and attributes tell where they are (not with
        /// `--no-location`).
        locations: bool,
    },
    /// `--raw`
    Raw,
    /// `--parse`: nothing is evaluated.
    Parse,
}

/// What `--arg` or `--argstr` gives.
#[derive(Clone, Debug)]
pub enum Argument {
    /// An expression.
    Expression(Vec<u8>),
    /// A string.
    String(Vec<u8>),
    /// The content of a file, by its path.
    File(Vec<u8>),
}

/// An evaluation.
#[derive(Clone, Debug)]
pub struct Job {
    /// What the user decides.
    pub settings: Settings,
    /// The program.
    pub input: Input,
    /// The attribute to evaluate (`-A`), by its path; empty: the whole.
    pub attribute: String,
    /// Arguments for functions on the way.
    pub arguments: Vec<(String, Argument)>,
    /// How to print.
    pub output: Output,
    /// Whether everything in the result is evaluated first.
    pub strict: bool,
}

impl Job {
    /// The evaluation of a whole program as `--eval --strict` does it, with the settings of the newest release.
    pub fn of(input: Input) -> Job {
        Job {
            settings: Settings::default(),
            input,
            attribute: String::new(),
            arguments: Vec::new(),
            output: Output::Plain,
            strict: true,
        }
    }
}

/// A position that a human can read, or none.
pub type Place = Option<Location>;

/// A failed job.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// Whether `tryEval` would have caught it.
    pub catchable: bool,
    /// What is wrong, as C++ Nix words it.
    pub message: Vec<u8>,
    /// Where.
    pub place: Place,
    /// The whole as the release prints it to standard error.
    pub report: Vec<u8>,
    /// What the release printed of the value to standard output before it failed.
    pub output: Vec<u8>,
    /// The exit status of `nix-instantiate`.
    pub status: u8,
}

/// Runs a job. The result is what goes to standard output, without a newline
/// at its end.
///
/// # Errors
/// If the program fails.
#[allow(
    clippy::result_large_err,
    reason = "a failure ends the job: it is made once"
)]
pub fn run(job: &Job, io: Box<dyn Io>, trace: TraceSink) -> std::result::Result<Vec<u8>, Failure> {
    observe(job, io, trace).result
}

/// The derivations that an evaluation made: path to text. All of them with
/// [`Settings::keep_derivations`] or in read-write mode, else none.
pub type Derivations = BTreeMap<Vec<u8>, Vec<u8>>;

/// How much a job used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Used {
    /// Calls and forced thunks.
    pub steps: u64,
    /// Bytes of its values and of the longest text that one was written into.
    pub bytes: usize,
}

impl Used {
    pub(crate) fn of(state: &State<'_>) -> Used {
        Used {
            steps: state.steps.get(),
            bytes: state
                .heap
                .allocated()
                .saturating_add(state.longest_text.get()),
        }
    }
}

/// What a job did.
#[derive(Debug)]
pub struct Observed {
    /// What goes to standard output, or why nothing does.
    pub result: std::result::Result<Vec<u8>, Failure>,
    /// The derivations that were made, also on the way to a failure.
    pub derivations: Derivations,
    /// What ran, with [`Settings::observe`].
    pub hits: Option<Hits>,
    /// How much it used, the same on every machine.
    pub used: Used,
    /// Where the time went, and how much there was of everything.
    pub watched: Watched,
}

/// Runs a job, and says also which derivations it made.
pub fn observe(job: &Job, io: Box<dyn Io>, trace: TraceSink) -> Observed {
    let heap = Heap::new();
    let state = Rc::new(State::new(&heap, job.settings.clone(), io, trace));
    let result = run_in(&state, job).map_err(|error| describe(&state, &error));
    Observed {
        result,
        derivations: derivations_of(&state),
        hits: job.settings.observe.then(|| state.hits.take()),
        used: Used::of(&state),
        watched: Watched::of(&state),
    }
}

/// The derivations that an evaluation made so far.
pub(crate) fn derivations_of(state: &State<'_>) -> Derivations {
    (state.store.derivations(state.dialect()).into_iter()).collect()
}

/// Makes a failure of an error, whose positions only the state can tell. One whose message is longer than any text
/// may be ends at the limit for these: it would be copied many times before anyone reads it.
pub fn describe(state: &State<'_>, error: &Error) -> Failure {
    let too_long = check_written(state, error.message().len()).err();
    let error = too_long.as_ref().unwrap_or(error);
    Failure {
        kind: error.kind(),
        catchable: error.catchable(),
        message: error.message().to_vec(),
        place: state.positions.locate(error.pos()),
        report: print::report(state, error, state.settings.show_trace),
        output: state.cut_output.take(),
        status: status(state, error),
    }
}

/// The exit status of `nix-instantiate`: some errors about hashes that are not the wanted ones have one of
/// their own.
fn status(state: &State<'_>, error: &Error) -> u8 {
    const HASH_MISMATCH: u8 = 102;
    let message = error.message();
    let is_told = message.starts_with(b"hash mismatch")
        || message.starts_with(b"NAR hash mismatch")
        || message.starts_with(b"mismatch in field 'narHash'")
            && state.has(Behaviour::UrlsFollowRfc3986);
    if error.kind() == ErrorKind::HashMismatch && is_told {
        HASH_MISMATCH
    } else {
        1
    }
}

fn run_in<'h>(state: &Shared<'h>, job: &Job) -> Result<Vec<u8>> {
    let arguments = arguments(state, &job.arguments)?;
    let expr = open(state, &job.input)?;
    let unit = resolve_program(state, expr)?;
    if job.output == Output::Parse {
        return Ok(Printer::new(&state.symbols, &state.syntax_options()).program(expr));
    }
    let path = job.attribute.clone();
    let (strict, output) = (job.strict, job.output);
    let mut vm = Vm::new(Rc::clone(state));
    let shared = Rc::clone(state);
    let result = vm.run_generator(move |co| {
        Box::pin(async move {
            let root = Value::thunk(Thunk::suspend(shared.heap, unit, None));
            let selected = select(&co, &shared, root, &path, arguments).await?;
            // Without arguments, only what is on the way to the attribute is
            // called (`processExpr` in `nix-instantiate.cc`).
            let has_arguments = arguments.as_attrs().is_some_and(|set| !set.is_empty());
            let called = if has_arguments {
                auto_call(&co, &shared, selected, arguments).await?
            } else {
                selected
            };
            let mut value = co.force(called).await?;
            while value.as_suspended().is_some() {
                value = co.force(value.again()).await?;
            }
            if strict && output == Output::Plain {
                force_deep(&co, &shared, value).await?;
            }
            match output {
                Output::Json => {
                    let options = JsonOptions {
                        strict,
                        copy_to_store: true,
                    };
                    let text = write_json(&co, &shared, value, options).await;
                    let text = text.map_err(|cut| {
                        if shared.has(Behaviour::JsonIsWrittenAsItIsEvaluated) {
                            shared.cut_output.replace(cut.written);
                        }
                        cut.error
                    })?;
                    Ok(Value::string(text))
                }
                Output::Xml { locations } => {
                    let options = XmlOptions { strict, locations };
                    let text = write_xml(&co, &shared, value, options).await;
                    let text = text.map_err(|cut| {
                        shared.cut_output.replace(cut.written);
                        cut.error
                    })?;
                    Ok(Value::string(text))
                }
                Output::Raw => {
                    let about = "while generating the nix-instantiate output";
                    let text = coerce(&co, &shared, value, INTERPOLATE, about).await?;
                    Ok(Value::string(text))
                }
                Output::Plain | Output::Parse => Ok(shared.string(&print::print(&shared, value)?)),
            }
        })
    })?;
    match result.view() {
        View::String(text) => Ok(text.bytes().to_vec()),
        _ => Ok(Vec::new()),
    }
}

/// Reads and parses a program.
///
/// # Errors
/// If it cannot be read or is no program.
pub(crate) fn open<'h>(state: &Shared<'h>, input: &Input) -> Result<ExprRef<'h>> {
    let base = &state.settings.base_directory;
    match input {
        Input::File(path) => open_file(state, path),
        Input::Address(text) => open_file(state, &addresses::fetch(state, text)?),
        Input::Search(name) => {
            let text = [b"<".as_slice(), name, b">"].concat();
            let unit = load_source(state, Origin::String, &text, base)?;
            let found = Value::thunk(Thunk::suspend(state.heap, unit, None));
            let found = Vm::new(Rc::clone(state))
                .run_generator(move |co| Box::pin(async move { co.force(found).await }))?;
            match found.view() {
                View::Path(path) => open_file(state, path.bytes()),
                _ => Err(Error::value("the search path gave no path")),
            }
        }
        Input::Expression(text) => parse_source(state, Origin::String, text, base),
        Input::Stdin(text) => parse_source(state, Origin::Stdin, text, base),
    }
}

fn open_file<'h>(state: &Shared<'h>, path: &[u8]) -> Result<ExprRef<'h>> {
    check_path(state, path, true)?;
    let file = file_to_import(state, path)?;
    parse_file(state, &file)
}

/// The set of what functions on the way are called with.
///
/// # Errors
/// If one of the expressions is none.
pub(crate) fn arguments<'h>(state: &Shared<'h>, given: &[(String, Argument)]) -> Result<Value<'h>> {
    let base = &state.settings.base_directory;
    let mut arguments = Vec::new();
    for (name, argument) in given {
        let value = match argument {
            Argument::String(text) => state.string(text),
            Argument::File(path) => {
                let path = paths::absolute(path, base);
                let text = state.io.read_file(&path).map_err(|error| {
                    let path = String::from_utf8_lossy(&path).into_owned();
                    let why = error.describe();
                    Error::new(ErrorKind::Io, format!("opening file '{path}': {why}"))
                })?;
                state.string(&text)
            }
            Argument::Expression(text) => {
                let unit = load_source(state, Origin::String, text, base)?;
                Value::thunk(Thunk::suspend(state.heap, unit, None))
            }
        };
        arguments.push((state.symbols.intern(name.as_bytes()), Pos::NONE, value));
    }
    // Of those of one name the last counts, for `attrs` the first does.
    arguments.reverse();
    Ok(state.attrs(arguments))
}

/// What stands at an attribute path of a program's value, evaluated.
///
/// # Errors
/// If there is nothing, or its evaluation fails.
pub(crate) async fn at_path<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    root: Value<'h>,
    attribute: &str,
    arguments: Value<'h>,
) -> Result<Value<'h>> {
    let selected = select(co, state, root, attribute, arguments).await?;
    co.force(selected).await
}

/// A step of an attribute path.
enum Step {
    Name(Vec<u8>),
    Index(u32),
}

/// Takes an attribute path apart: names divided by dots, quotes keep dots
/// together, numbers select from lists (`parseAttrPath` in `attr-path.cc`).
fn attribute_path(path: &str) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let mut current = Vec::new();
    let mut quoted = false;
    for byte in path.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'.' if !quoted => steps.push(std::mem::take(&mut current)),
            _ => current.push(byte),
        }
    }
    if quoted {
        return Err(Error::new(
            ErrorKind::Parse,
            format!("missing closing quote in selection path '{path}'"),
        ));
    }
    // A dot at the end divides nothing.
    if !current.is_empty() {
        steps.push(current);
    }
    Ok(steps
        .into_iter()
        .map(|step| match std::str::from_utf8(&step).map(str::parse) {
            // With a sign as well (`string2Int` in `strings.cc`).
            Ok(Ok(index)) => Step::Index(index),
            _ => Step::Name(step),
        })
        .collect())
}

/// Follows an attribute path (`findAlongAttrPath` in `attr-path.cc`).
async fn select<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    root: Value<'h>,
    path: &str,
    arguments: Value<'h>,
) -> Result<Value<'h>> {
    let mut value = root;
    for step in attribute_path(path)? {
        value = auto_call(co, state, value, arguments).await?;
        let forced = co.force(value).await?;
        let unsuitable = |wanted: &str| {
            Error::type_error(format!(
                "the expression selected by the selection path '{path}' should be a {wanted} but is {}",
                print::describe::type_name(state, forced)
            ))
        };
        let missing = |message: String| Error::new(ErrorKind::MissingAttribute, message);
        match step {
            Step::Index(index) => {
                let list = forced.as_list().ok_or_else(|| unsuitable("list"))?;
                value = *list.items().get(index as usize).ok_or_else(|| {
                    Error::value(format!(
                        "list index {index} in selection path '{path}' is out of range"
                    ))
                })?;
            }
            Step::Name(name) => {
                let set = forced.as_attrs().ok_or_else(|| unsuitable("set"))?;
                if name.is_empty() {
                    return Err(Error::value(format!(
                        "empty attribute name in selection path '{path}'"
                    )));
                }
                let symbol = state.symbols.intern(&name);
                value = set.get(symbol).ok_or_else(|| {
                    let name = String::from_utf8_lossy(&name);
                    let names = set.keys().as_slice().iter().map(|key| key.name);
                    missing(format!(
                        "attribute '{name}' in selection path '{path}' not found"
                    ))
                    .suggesting(suggestions(state, symbol, names))
                })?;
            }
        }
    }
    Ok(value)
}

/// Calls a function whose arguments all have values (`autoCallFunction` in
/// `eval.cc`).
///
/// # Errors
/// If one has none, or the call fails.
pub(crate) async fn auto_call<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    arguments: Value<'h>,
) -> Result<Value<'h>> {
    let mut value = co.force(value).await?;
    while let View::Attrs(set) = value.view() {
        match set.get(known::FUNCTOR) {
            Some(functor) => value = co.call(functor, &[value]).await?,
            None => return Ok(value),
        }
    }
    let View::Closure(function) = value.view() else {
        return Ok(value);
    };
    let Some(formals) = &function.lambda().formals else {
        return Ok(value);
    };
    let given = arguments
        .as_attrs()
        .map(|set| set.iter().collect::<Vec<_>>())
        .unwrap_or_default();
    let mut passed: Vec<(Symbol, Pos, Value<'h>)> = Vec::new();
    if formals.ellipsis && state.has(Behaviour::ArgsReachEllipsis) {
        passed.extend(given.iter().map(|(key, value)| (key.name, key.pos, *value)));
    }
    for formal in formals.list {
        match given.iter().find(|(key, _)| key.name == formal.name) {
            Some((key, value)) => passed.push((key.name, key.pos, *value)),
            None if formal.default.is_none() => {
                let name = state.symbols.text(formal.name);
                let manual = if state.has(Behaviour::ManualHasMoved) {
                    "https://nix.dev/manual/nix/stable/language/syntax.html"
                } else {
                    "https://nixos.org/manual/nix/stable/language/constructs.html"
                };
                return Err(Error::new(
                    ErrorKind::MissingArgument,
                    format!(
                        "cannot evaluate a function that has an argument without a value ('{name}')\nNix attempted to evaluate a function as a top level expression; in\nthis case it must have its arguments supplied either by default\nvalues, or passed explicitly with '--arg' or '--argstr'. See\n{manual}#functions."
                    ),
                )
                .at(formal.pos));
            }
            None => {}
        }
    }
    let passed = state.attrs(passed);
    co.call(value, &[passed]).await
}
