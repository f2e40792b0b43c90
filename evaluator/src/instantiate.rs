//! `nix-instantiate` without `--eval`: finds the derivations in the value of a
//! program, in the order in which they are printed (`get-drvs.cc`).

use crate::builtins::demand::Demand;
use crate::derivation::store_path::is_derivation;
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Heap, Thunk, Value, View};
use crate::io::Io;
use crate::job::{
    Argument, Derivations, Failure, Input, Used, arguments, at_path, auto_call, derivations_of,
    describe, open,
};
use crate::load::resolve_program;
use crate::observation::Hits;
use crate::paths;
use crate::positions::Pos;
use crate::profile::Watched;
use crate::state::{Settings, State, TraceSink};
use crate::symbols::{Symbol, known};
use crate::vm::coerce::PATH_SEGMENT;
use crate::vm::walk::{self, Walk, levels};
use crate::vm::{Co, Shared, Vm};
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::rc::Rc;

/// What is to be instantiated. All of it is one evaluation: a file that several
/// inputs import is evaluated once.
#[derive(Clone, Debug)]
pub struct Instantiation {
    /// What the user decides.
    pub settings: Settings,
    /// The programs.
    pub inputs: Vec<Input>,
    /// The attributes of each that are looked at (`-A`); the empty path is the
    /// whole.
    pub attributes: Vec<String>,
    /// Arguments for functions on the way.
    pub arguments: Vec<(String, Argument)>,
}

/// A derivation in the value of a program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The path of the derivation.
    pub path: Vec<u8>,
    /// The output that the value stands for.
    pub output: Vec<u8>,
}

impl Found {
    /// The line that is printed for it, without its end.
    pub fn line(&self) -> Vec<u8> {
        let mut line = self.path.clone();
        if self.output != b"out" {
            line.push(b'!');
            line.extend_from_slice(&self.output);
        }
        line
    }
}

/// What an instantiation did.
#[derive(Debug)]
pub struct Instantiated {
    /// Every derivation that was made.
    pub derivations: Derivations,
    /// How it ended.
    pub result: std::result::Result<(), Failure>,
    /// What ran, with [`Settings::observe`].
    pub hits: Option<Hits>,
    /// How much it used, the same on every machine.
    pub used: Used,
    /// Where the time went, and how much there was of everything.
    pub watched: Watched,
}

/// Instantiates programs; `print` is given each derivation that they name when
/// all of its program are known, and what was found before an error.
pub fn instantiate(
    task: &Instantiation,
    io: Box<dyn Io>,
    trace: TraceSink,
    print: &mut dyn FnMut(&Found),
) -> Instantiated {
    let heap = Heap::new();
    let state = Rc::new(State::new(&heap, task.settings.clone(), io, trace));
    let result = run(&state, task, print).map_err(|error| describe(&state, &error));
    Instantiated {
        derivations: derivations_of(&state),
        result,
        hits: task.settings.observe.then(|| state.hits.take()),
        used: Used::of(&state),
        watched: Watched::of(&state),
    }
}

fn run<'h>(state: &Shared<'h>, task: &Instantiation, print: &mut dyn FnMut(&Found)) -> Result<()> {
    let arguments = arguments(state, &task.arguments)?;
    for input in &task.inputs {
        let unit = resolve_program(state, open(state, input)?)?;
        let root = Value::thunk(Thunk::suspend(state.heap, unit, None));
        for attribute in &task.attributes {
            let found: Rc<RefCell<Vec<Found>>> = Rc::default();
            let (into, attribute) = (Rc::clone(&found), attribute.clone());
            let shared = Rc::clone(state);
            let searched = Vm::new(Rc::clone(state)).run_generator(move |co| {
                Box::pin(async move {
                    let value = at_path(&co, &shared, root, &attribute, arguments).await?;
                    let mut search = Search::new(&co, &shared, arguments);
                    search.run(value).await?;
                    for &set in &search.found {
                        let found = named(&co, &shared, set).await?;
                        into.borrow_mut().push(found);
                    }
                    Ok(Value::null())
                })
            });
            found.borrow().iter().for_each(&mut *print);
            searched?;
        }
    }
    Ok(())
}

/// The derivation that a set of type `derivation` says it is.
async fn named<'h>(co: &Co<'h>, state: &Shared<'h>, set: Attrs<'h>) -> Result<Found> {
    let demand = Demand::new(co, state);
    let path = match set.get_with_pos(known::DRV_PATH) {
        Some((value, pos)) => {
            let context = "while evaluating the 'drvPath' attribute of a derivation";
            let text = demand.coerced(value, PATH_SEGMENT, context).await?;
            checked(state, text.bytes()).map_err(|error| {
                if state.has(Behaviour::ErrorsShowValues) {
                    error.traced(pos, context)
                } else {
                    error.at(pos)
                }
            })?
        }
        None if state.has(Behaviour::DrvPathMayBeAnyPath) => Vec::new(),
        None => {
            return Err(Error::value(
                "derivation does not contain a 'drvPath' attribute",
            ));
        }
    };
    let output = match set.get(known::OUTPUT_NAME) {
        Some(value) => {
            let context = "while evaluating the output name of a derivation";
            demand.plain_string(value, context).await?.to_vec()
        }
        None => Vec::new(),
    };
    if output.is_empty() {
        let path = String::from_utf8_lossy(&path);
        return Err(Error::value(format!(
            "derivation '{path}' lacks an 'outputName' attribute"
        )));
    }
    Ok(Found { path, output })
}

/// The store path that a `drvPath` is (`coerceToStorePath` and
/// `requireDerivation`; in 2.3 `coerceToPath`).
fn checked(state: &State<'_>, text: &[u8]) -> Result<Vec<u8>> {
    let shown = String::from_utf8_lossy(text);
    if state.has(Behaviour::DrvPathMayBeAnyPath) {
        return match text.first() {
            Some(b'/') => Ok(text.to_vec()),
            _ => Err(Error::value(format!(
                "string '{shown}' doesn't represent an absolute path"
            ))),
        };
    }
    let path = paths::canonical(text);
    if text.first() != Some(&b'/') || !state.store_dir().is_object(&path) {
        return Err(Error::value(format!(
            "path '{shown}' is not in the Nix store"
        )));
    }
    if state.has(Behaviour::DrvPathIsOfDerivation) && !is_derivation(&path) {
        let base = state.store_dir().inside(&path).unwrap_or(&path);
        return Err(Error::value(format!(
            "store path '{}' is not a valid derivation path",
            String::from_utf8_lossy(base)
        )));
    }
    Ok(path)
}

/// What is still to be searched.
enum Work<'h> {
    Attrs {
        /// By name.
        members: Vec<(Rc<[u8]>, Pos, Value<'h>)>,
        next: usize,
        /// Whether all members are searched, whatever they are.
        combine: bool,
    },
    List {
        items: &'h [Value<'h>],
        next: usize,
    },
}

/// The search for derivations (`getDerivations`).
struct Search<'a, 'h> {
    co: &'a Co<'h>,
    state: &'a Shared<'h>,
    arguments: Value<'h>,
    combine_channels: Symbol,
    /// The sets that were found, each once.
    done: FxHashSet<usize>,
    found: Vec<Attrs<'h>>,
    work: Vec<Work<'h>>,
}

impl<'a, 'h> Search<'a, 'h> {
    fn new(co: &'a Co<'h>, state: &'a Shared<'h>, arguments: Value<'h>) -> Self {
        Search {
            co,
            state,
            arguments,
            combine_channels: state.symbols.intern(b"_combineChannels"),
            done: FxHashSet::default(),
            found: Vec::new(),
            work: Vec::new(),
        }
    }

    async fn run(&mut self, value: Value<'h>) -> Result<()> {
        self.enter(value).await?;
        loop {
            match self.step().await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return Err(self.traced(error)),
            }
        }
    }

    /// Says through which attributes the search came to an error.
    fn traced(&self, mut error: Error) -> Error {
        if !self.state.has(Behaviour::ErrorsShowValues) {
            return error;
        }
        for work in self.work.iter().rev() {
            let Work::Attrs { members, next, .. } = work else {
                continue;
            };
            if let Some((name, pos, _)) = next.checked_sub(1).and_then(|at| members.get(at)) {
                let name = String::from_utf8_lossy(name);
                error = error.traced(*pos, format!("while evaluating the attribute '{name}'"));
            }
        }
        error
    }

    /// Looks at the next value; `false` at the end.
    async fn step(&mut self) -> Result<bool> {
        let Some(work) = self.work.last_mut() else {
            return Ok(false);
        };
        match work {
            Work::Attrs {
                members,
                next,
                combine,
            } => {
                let Some((name, _, value)) = members.get(*next) else {
                    self.work.pop();
                    return Ok(true);
                };
                *next += 1;
                let (value, combine) = (*value, *combine);
                if !is_searched(name) {
                    return Ok(true);
                }
                let within = levels(self.state, self.work.len());
                let recurse = combine
                    || self.is_other(value, within).await? && self.recurses(value, within).await?;
                if recurse {
                    self.enter(value).await?;
                }
            }
            Work::List { items, next } => {
                let Some(&item) = items.get(*next) else {
                    self.work.pop();
                    return Ok(true);
                };
                *next += 1;
                let within = levels(self.state, self.work.len());
                if self.is_other(item, within).await? {
                    self.enter(item).await?;
                }
            }
        }
        Ok(true)
    }

    /// Whether a set says that it is searched too.
    async fn recurses(&self, value: Value<'h>, within: u32) -> Result<bool> {
        let (co, state) = (&self.co.within(within), self.state);
        let Some(set) = co.force(value).await?.as_attrs() else {
            return Ok(false);
        };
        let flag = state.symbols.late(known::RECURSE_FOR_DERIVATIONS);
        match set.get_with_pos(flag) {
            Some((flag, pos)) => {
                let context = "while evaluating the attribute `recurseForDerivations`";
                let answer = Demand::new(co, state).bool(flag, context).await;
                answer.map_err(|error| error.at(pos))
            }
            None => Ok(false),
        }
    }

    /// Starts with what is in a value.
    async fn enter(&mut self, value: Value<'h>) -> Result<()> {
        let (co, state) = (self.co, self.state);
        if walk::step(co, state, Walk::Searching, self.work.len(), 0)? {
            co.pause().await?;
        }
        let within = levels(state, self.work.len() + 1);
        let value = auto_call(&co.within(within), state, value, self.arguments).await?;
        if !self.is_other(value, within).await? {
            return Ok(());
        }
        match value.view() {
            View::Attrs(set) => {
                let mut members: Vec<(Rc<[u8]>, Pos, Value<'h>)> = set
                    .iter()
                    .map(|(key, value)| (state.symbols.name(key.name), key.pos, value))
                    .collect();
                members.sort_unstable_by(|a, b| a.0.cmp(&b.0));
                self.work.push(Work::Attrs {
                    members,
                    next: 0,
                    combine: set.get(self.combine_channels).is_some(),
                });
                Ok(())
            }
            View::List(list) => {
                self.work.push(Work::List {
                    items: list.items(),
                    next: 0,
                });
                Ok(())
            }
            _ => Err(Error::new(
                ErrorKind::Type,
                "expression does not evaluate to a derivation (or a set or list of those)",
            )),
        }
    }

    /// Notes a derivation; whether it is something else, in which there may be
    /// some (`getDerivation`).
    async fn is_other(&mut self, value: Value<'h>, within: u32) -> Result<bool> {
        let (co, state) = (&self.co.within(within), self.state);
        let value = co.force(value).await?;
        let Some(set) = value.as_attrs() else {
            return Ok(true);
        };
        let Some(kind) = set.get(known::TYPE) else {
            return Ok(true);
        };
        let kind = co.force(kind).await?;
        if kind.as_string().map(|text| text.bytes()) != Some(b"derivation") {
            return Ok(true);
        }
        if !self.done.insert(value.identity()) {
            return Ok(false);
        }
        let Some(name) = set.get(known::NAME) else {
            return Err(Error::type_error("derivation name missing"));
        };
        let context = "while evaluating the 'name' attribute of a derivation";
        Demand::new(co, state).plain_string(name, context).await?;
        self.found.push(set);
        Ok(false)
    }
}

/// Whether an attribute of this name is looked at: those that an attribute path
/// can name without quotes.
fn is_searched(name: &[u8]) -> bool {
    let starts = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let goes_on = |byte: u8| starts(byte) || byte.is_ascii_digit() || b"-+".contains(&byte);
    match name {
        [first, rest @ ..] => starts(*first) && rest.iter().all(|&byte| goes_on(byte)),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Instantiation, instantiate, is_searched};
    use crate::io::MemoryIo;
    use crate::job::{Input, Job, Output, observe};
    use crate::state::Settings;

    const MADE: &str = r#"derivation { name = "d"; builder = "b"; system = "x"; }"#;

    #[test]
    fn names_that_attribute_paths_can_have_are_searched() {
        for name in ["a", "_", "a-b", "a+", "a1"] {
            assert!(is_searched(name.as_bytes()), "{name}");
        }
        for name in ["", "1", "-", "+a", "a.b", "a b", "a'"] {
            assert!(!is_searched(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn all_inputs_are_one_evaluation() {
        let text = format!("builtins.trace \"once\" [ ({MADE}) ]");
        let task = Instantiation {
            settings: Settings {
                read_only: false,
                ..Settings::default()
            },
            inputs: vec![Input::Expression(text.into_bytes())],
            attributes: vec!["0".to_owned(), String::new()],
            arguments: Vec::new(),
        };
        let lines = std::rc::Rc::new(std::cell::Cell::new(0));
        let count = std::rc::Rc::clone(&lines);
        let trace = Box::new(move |_: &[u8]| count.set(count.get() + 1));
        let mut found = Vec::new();
        let done = instantiate(&task, Box::new(MemoryIo::default()), trace, &mut |one| {
            found.push(one.clone());
        });
        assert!(done.result.is_ok());
        assert_eq!((found.len(), lines.get()), (2, 1));
        assert_eq!(found[0], found[1]);
        assert!(done.derivations.contains_key(&found[0].path));
    }

    #[test]
    fn a_job_says_which_derivations_it_made_if_it_is_asked_to() {
        let made = |keep_derivations| {
            let job = Job {
                settings: Settings {
                    keep_derivations,
                    ..Settings::default()
                },
                input: Input::Expression(format!("({MADE}).drvPath + throw \"x\"").into_bytes()),
                attribute: String::new(),
                arguments: Vec::new(),
                output: Output::Plain,
                strict: false,
            };
            let observed = observe(&job, Box::new(MemoryIo::default()), Box::new(|_| {}));
            assert!(observed.result.is_err());
            observed.derivations.len()
        };
        assert_eq!((made(true), made(false)), (1, 0));
    }
}
