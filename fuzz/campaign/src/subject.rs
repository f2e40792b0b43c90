//! Our own evaluator as a subject: it answers in the dialect that it is asked for, in this process, and
//! its outcomes are normalised by the code that reads those of the oracles.

mod task;
mod twist;

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use std::os::unix::ffi::{OsStrExt, OsStringExt};

use twinix_evaluator::{
    job::Input, limits::Limits, name_order::NameOrder, observation::Hits,
    state::Settings as OurSettings,
};
use twinix_oracle::{
    Dialect, Evaluator, Outcome, Program, Settings, Unavailable, canonical,
    evaluator::Many,
    outcome::{Answer, Crash, Failure},
    program::{Delivery, FILE_NAME, Placed, ROOT},
    run::environment_of,
    sandbox::SCRATCH,
    settings::Mode,
    taxonomy::ErrorKind,
};

use crate::apart::{Lost, Threads};
use crate::cli::EvalOptions;
use crate::flags::{self, Surroundings};
use crate::outside::Outside;
use crate::overgrown::UnderWay;
use task::Task;
use twist::Twist;

/// How much longer than its own limit an evaluation is waited for. It looks at the time itself; one that
/// does not in this time is left behind.
const GRACE: Duration = Duration::from_secs(5);

/// How many times as long as the output a text may be that is written on the way to it. A value that
/// contains itself is written until memory is full.
const TEXTS: usize = 4;

/// Our virtual machine.
pub struct Vm {
    threads: Threads<Done>,
    /// What the flags come to, by the settings that they are made of: a campaign asks in some forty ways,
    /// and to read the flags costs as much as to evaluate a small program.
    read: Mutex<HashMap<Settings, Arc<Result<Ready, String>>>>,
}

/// What settings of the harness are to the evaluator.
struct Ready {
    options: EvalOptions,
    settings: OurSettings,
    environment: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// What an evaluation leaves.
pub struct Done {
    /// What it came to.
    pub outcome: Outcome,
    /// What ran.
    pub hits: Hits,
    /// Whether it used much more time or memory than most programs do; counted, so that it is the same everywhere.
    pub is_costly: bool,
}

impl Vm {
    /// The virtual machine; from now on a panic in it is an outcome and says nothing on standard error.
    pub fn new() -> Self {
        Self {
            threads: Threads::new(),
            read: Mutex::default(),
        }
    }

    /// Evaluates a program and says what ran.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub fn observe(&self, program: &Program, settings: &Settings) -> Result<Done, Unavailable> {
        let asked = Asked {
            observe: true,
            ..Asked::default()
        };
        self.twice(program, settings, asked)
    }

    /// Evaluates a program, and some programs again in a way that must not matter.
    fn twice(
        &self,
        program: &Program,
        settings: &Settings,
        asked: Asked,
    ) -> Result<Done, Unavailable> {
        let done = self.run(program, settings, asked)?;
        let Some(twist) = Twist::of(program, asked.observe) else {
            return Ok(done);
        };
        let asked = Asked {
            observe: false,
            twist: Some(twist),
            ..asked
        };
        let twisted = self.run(program, settings, asked)?.outcome;
        Ok(Done {
            outcome: twist.judge(done.outcome, &twisted),
            ..done
        })
    }

    fn run(
        &self,
        program: &Program,
        settings: &Settings,
        asked: Asked,
    ) -> Result<Done, Unavailable> {
        // One that was given as text is read from memory.
        let placed = match program.given() {
            Some(_) => None,
            None => Some(program.place().map_err(Unavailable::Program)?),
        };
        let dialect = settings.dialect.unwrap_or(Dialect::NEWEST);
        let ready = self.ready(settings, dialect);
        let Ready {
            options,
            settings: ours,
            environment,
        } = match ready.as_ref() {
            Ok(ready) => ready,
            Err(message) => {
                let failure = Failure::new(ErrorKind::Usage, message.clone(), None);
                return Ok(Done::of(Outcome::error(failure)));
            }
        };
        let mut ours = ours.clone();
        ours.observe = asked.observe;
        ours.names = asked.names;
        if let Some(twist) = asked.twist {
            twist.apply(&mut ours);
        }
        let input = deliver(program, placed.as_ref(), settings.mode);
        let input = input.map_err(Unavailable::Program)?;
        let renderer = (settings.mode == Mode::Canonical).then(renderer);
        if let Some(renderer) = renderer.as_ref().filter(|_| ours.restricted) {
            ours.search_path
                .push(renderer.as_os_str().as_bytes().to_vec());
        }
        let outside = Outside::of(
            program,
            placed.as_ref(),
            renderer
                .as_deref()
                .map(|path| (path, canonical::SOURCE.as_bytes())),
            settings,
            environment,
        );
        let instantiation = (settings.mode == Mode::Instantiate).then(|| {
            let settings = OurSettings {
                read_only: false,
                ..ours.clone()
            };
            flags::instantiation(options, settings, vec![input.clone()])
        });
        let task = Task {
            jobs: flags::jobs(options, &ours, vec![input]),
            instantiation,
            outside,
            mode: settings.mode,
            ends_line: flags::ends_line(options),
            dialect,
            output: settings.limits.output,
        };
        let under_way = UnderWay::of(program);
        let done = self.threads.run(settings.limits.time + GRACE, move || {
            let done = task.done();
            drop(under_way);
            done
        });
        Ok(done.unwrap_or_else(|lost| Done::of(outcome_of(lost))))
    }

    fn ready(&self, settings: &Settings, dialect: Dialect) -> Arc<Result<Ready, String>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = read.get(settings) {
            return Arc::clone(ready);
        }
        let ready = Arc::new(Ready::of(settings, dialect));
        read.insert(settings.clone(), Arc::clone(&ready));
        ready
    }
}

impl Ready {
    /// Reads the flags that the settings stand for, as the driver of the oracles gives them.
    fn of(settings: &Settings, dialect: Dialect) -> Result<Self, String> {
        let mut words: Vec<&str> = settings.mode.flags().to_vec();
        words.extend(["--dialect", dialect.name()]);
        words.extend(settings.flags.iter().map(String::as_str));
        let options = flags::read(words)?;
        let around = Surroundings {
            directory: ROOT.into(),
            environment: environment_of(settings)
                .into_iter()
                .map(|(name, value)| (name.into_bytes(), value.into_bytes()))
                .collect(),
        };
        let mut ours = flags::settings(&options, &around)?;
        ours.features.extend(settings.features.iter().cloned());
        // As the driver calls it in the outcomes of 2.3.
        ours.data_dir = b"/oracle/usr/share".to_vec();
        ours.show_trace = dialect >= Dialect::V2_26;
        ours.limits = Limits {
            time: Some(settings.limits.time),
            memory: usize::try_from(settings.limits.memory).unwrap_or(usize::MAX),
            text: settings.limits.output.saturating_mul(TEXTS),
            // It is in memory.
            store: usize::try_from(settings.limits.memory).unwrap_or(usize::MAX),
            ..ours.limits
        };
        Ok(Self {
            options,
            settings: ours,
            environment: around.environment,
        })
    }
}

impl Evaluator for Vm {
    fn name(&self) -> &str {
        "twinix"
    }

    fn dialect(&self) -> Option<Dialect> {
        None
    }

    fn evaluate(&self, program: &Program, settings: &Settings) -> Result<Outcome, Unavailable> {
        Ok(self.twice(program, settings, Asked::default())?.outcome)
    }

    fn alternatives(&self, program: &Program, settings: &Settings, many: Many) -> Vec<Outcome> {
        if settings.dialect.unwrap_or(Dialect::NEWEST) > Dialect::V2_8 {
            return Vec::new();
        }
        let orders: Vec<NameOrder> = match many {
            Many::Few => NameOrder::others().collect(),
            Many::All => NameOrder::each().collect(),
        };
        orders
            .into_iter()
            .filter_map(|names| {
                let asked = Asked {
                    names,
                    ..Asked::default()
                };
                self.run(program, settings, asked).ok()
            })
            .map(|done| done.outcome)
            .collect()
    }
}

/// What is asked for besides the settings.
#[derive(Clone, Copy, Default)]
struct Asked {
    /// Whether to say what ran.
    observe: bool,
    /// In which order names come.
    names: NameOrder,
    /// What else is different.
    twist: Option<Twist>,
}

impl Done {
    /// An outcome that was reached before anything ran.
    fn of(outcome: Outcome) -> Self {
        Self {
            outcome,
            hits: Hits::default(),
            is_costly: false,
        }
    }
}

/// Where the renderer of the canonical notation is, as for the oracles.
fn renderer() -> PathBuf {
    Path::new(SCRATCH).join("canonical.nix")
}

/// How the program reaches the evaluator, as the oracle's driver does it.
fn deliver(program: &Program, placed: Option<&Placed>, mode: Mode) -> io::Result<Input> {
    let below = placed.and_then(|placed| placed.file().strip_prefix(placed.root()).ok());
    let file = Path::new(ROOT).join(below.unwrap_or(Path::new(FILE_NAME)));
    if mode == Mode::Canonical {
        let text = canonical::expression(&renderer(), &file);
        return Ok(Input::Expression(text.into_bytes()));
    }
    Ok(match program.delivery() {
        Delivery::File => Input::File(file.into_os_string().into_vec()),
        Delivery::Stdin => Input::Stdin(program.source()?),
        Delivery::Expression => Input::Expression(program.source()?),
    })
}

/// The outcome of an evaluation that came to no end by itself.
fn outcome_of(lost: Lost) -> Outcome {
    let message = match lost {
        // It has limits of its own, which it did not heed.
        Lost::Late => "it goes on past its limit of time".to_owned(),
        Lost::Panicked(words) => words,
        Lost::NotStarted(error) => format!("cannot start a thread: {error}"),
    };
    Outcome::new(Answer::Crash(Crash { signal: 0, message }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use twinix_oracle::{outcome::Limit, settings::Limits as TheirLimits};

    fn outcome(text: &str, settings: &Settings) -> Outcome {
        Vm::new()
            .evaluate(&Program::text("p", text), settings)
            .unwrap()
    }

    fn strict(text: &str) -> Outcome {
        outcome(text, &Settings::default())
    }

    #[test]
    fn a_value_is_printed_as_by_nix_instantiate() {
        assert_eq!(
            strict("{ a = [ (1 + 1) ]; }"),
            Outcome::value("{ a = [ 2 ]; }")
        );
    }

    #[test]
    fn the_order_of_names_may_be_another_until_2_8() {
        // `x` is a name in `derivation.nix`.
        let program = Program::text(
            "p",
            "builtins.deepSeq { x = abort \"x\"; a = abort \"a\"; } 0",
        );
        let failures = |dialect| -> BTreeSet<String> {
            let settings = Settings::default().under(dialect);
            let mut outcomes = Vm::new().alternatives(&program, &settings, Many::Few);
            outcomes.push(Vm::new().evaluate(&program, &settings).unwrap());
            let messages = outcomes
                .iter()
                .map(|outcome| outcome.failure().unwrap().message.clone());
            messages.collect()
        };
        assert_eq!(failures(Dialect::V2_8).len(), 2);
        assert_eq!(failures(Dialect::V2_34).len(), 1);
    }

    #[test]
    fn names_of_a_program_are_tried_the_other_way_round() {
        // Neither is a name of the evaluator, and one is in no quotes that can be told from the text.
        let program = Program::text(
            "p",
            "builtins.deepSeq { aa = abort \"1\"; ${''b'' + ''b''} = abort \"2\"; } 0",
        );
        let settings = Settings::default().under(Dialect::V2_8);
        let outcomes = Vm::new().alternatives(&program, &settings, Many::Few);
        let said: BTreeSet<String> = outcomes
            .iter()
            .map(|outcome| outcome.failure().unwrap().message.clone())
            .collect();
        assert_eq!(said.len(), 2, "{said:?}");
    }

    #[test]
    fn later_names_may_come_before_earlier_ones() {
        let said = |text: &str, names: NameOrder| {
            let settings = Settings::default().under(Dialect::V2_8);
            let asked = Asked {
                names,
                ..Asked::default()
            };
            let done = Vm::new().run(&Program::text("p", text), &settings, asked);
            done.unwrap().outcome.failure().unwrap().message.clone()
        };
        let all_in_free_memory = NameOrder {
            in_free_memory: 4096,
            ..NameOrder::default()
        };
        let made = "builtins.deepSeq { aa = throw \"1\"; ${''b'' + ''b''} = throw \"2\"; } 0";
        assert_eq!(said(made, all_in_free_memory), "1");
        let evaluated_first = NameOrder {
            evaluated_first: true,
            ..all_in_free_memory
        };
        assert_eq!(said(made, evaluated_first), "2");
        let written = "builtins.deepSeq { aa = throw \"1\"; bb = throw \"2\"; } 0";
        let from = |first_again_name| {
            let names = NameOrder {
                first_again_name,
                ..all_in_free_memory
            };
            said(written, names)
        };
        // The program has three or four names.
        let orders: Vec<String> = (1..=5).map(from).collect();
        assert!(orders.contains(&"2".to_owned()), "{orders:?}");
        assert_eq!(orders.iter().filter(|said| *said == "2").count(), 1);
        assert_eq!(orders[4], "1");
    }

    #[test]
    fn the_folder_of_the_program_is_called_pwd() {
        assert_eq!(strict("./x"), Outcome::value("/pwd/x"));
        let failed = strict("\n  x");
        let failure = failed.failure().unwrap();
        assert_eq!(failure.kind, ErrorKind::UndefinedVariable);
        let position = failure.position.clone().unwrap();
        assert_eq!(position.to_string(), "/pwd/program.nix:2:3");
    }

    #[test]
    fn it_answers_in_the_dialect_that_it_is_asked_for() {
        let of = |dialect| outcome("[ 1 ] < [ 2 ]", &Settings::default().under(dialect));
        assert_eq!(of(Dialect::V2_3).failure().unwrap().kind, ErrorKind::Type);
        assert_eq!(of(Dialect::V2_8), Outcome::value("true"));
    }

    #[test]
    fn the_canonical_notation_tells_floats_apart() {
        let settings = Settings {
            mode: Mode::Canonical,
            ..Settings::default()
        };
        let of = |text| outcome(text, &settings);
        assert_eq!(of("[ null ]"), Outcome::value("[null]"));
        assert_ne!(of("0.1 + 0.2"), of("0.3"));
    }

    #[test]
    fn traces_are_collected() {
        let traced = strict("builtins.trace \"a\nb\" 1");
        assert_eq!(traced.traces, ["trace: a\nb"]);
    }

    #[test]
    fn a_program_that_never_ends_reaches_its_limit() {
        let limits = TheirLimits {
            time: Duration::from_millis(200),
            ..TheirLimits::default()
        };
        let settings = Settings {
            limits,
            ..Settings::default()
        };
        let long = "let n = builtins.genList (x: x) 10000; in builtins.foldl' (a: x: builtins.foldl' (b: y: b + y) a n) 0 n";
        let answer = outcome(long, &settings).answer;
        assert_eq!(answer, Answer::Resource(Limit::Time));
    }

    #[test]
    fn what_comes_to_no_end_is_an_outcome() {
        let answer = |lost| outcome_of(lost).answer;
        let Answer::Crash(crash) = answer(Lost::Late) else {
            panic!("a limit that was not heeded is no limit");
        };
        assert!(crash.message.contains("limit of time"));
        let Answer::Crash(crash) = answer(Lost::Panicked("oh dear".to_owned())) else {
            panic!("no crash");
        };
        assert!(crash.message.contains("oh dear"));
    }

    #[test]
    fn what_runs_is_observed_on_request() {
        let program = Program::text("p", "builtins.stringLength \"abc\"");
        let Done { outcome, hits, .. } = Vm::new().observe(&program, &Settings::default()).unwrap();
        assert_eq!(outcome, Outcome::value("3"));
        let ran: Vec<String> = hits.iter().map(|(hit, _)| hit.to_string()).collect();
        assert!(
            ran.iter().any(|hit| hit.contains("stringLength")),
            "{ran:?}"
        );
    }

    #[test]
    fn what_uses_much_is_costly() {
        let is_costly = |text: &str| {
            let program = Program::text("p", text);
            let done = Vm::new().observe(&program, &Settings::default());
            done.unwrap().is_costly
        };
        assert!(!is_costly("builtins.toXML builtins.nixVersion"));
        assert!(is_costly(
            "builtins.length (map toString (builtins.genList (x: builtins.foldl' (a: b: a + b) 0 (builtins.genList (y: y) 1000)) 1000)) + builtins.foldl' (a: b: a + b) 0 (builtins.genList (y: y) 600000)"
        ));
        assert!(is_costly(
            "builtins.stringLength (builtins.toJSON (builtins.genList (x: builtins.toJSON (builtins.genList (y: y) 20000)) 1000))"
        ));
    }

    #[test]
    fn what_is_instantiated_is_costly_as_well() {
        let settings = Settings {
            mode: Mode::Instantiate,
            ..Settings::default()
        };
        let is_costly = |sum: u32| {
            let text = format!(
                r#"derivation {{ name = "x"; system = "s"; builder = toString (builtins.foldl' (a: b: a + b) 0 (builtins.genList (y: y) {sum})); }}"#
            );
            let done = Vm::new().observe(&Program::text("p", text), &settings);
            let done = done.unwrap();
            assert_eq!(done.outcome.derivations.len(), 1);
            done.is_costly
        };
        assert!(!is_costly(10));
        assert!(is_costly(600_000));
    }

    #[test]
    fn what_a_program_puts_into_its_store_is_limited() {
        let settings = Settings {
            mode: Mode::Instantiate,
            limits: TheirLimits {
                memory: 16 << 20,
                ..TheirLimits::default()
            },
            ..Settings::default()
        };
        let answer = |files: u32| {
            let text = format!(
                r#"let
                  twice = s: n: if n == 0 then s else twice (s + s) (n - 1);
                  put = i: builtins.toFile "f${{toString i}}" (twice "x" 20);
                in builtins.deepSeq (builtins.genList (i: builtins.stringLength (put i)) {files})
                  (derivation {{ name = "x"; system = "s"; builder = "b"; }})"#
            );
            outcome(&text, &settings).answer
        };
        assert!(matches!(answer(2), Answer::Value(_)));
        assert_eq!(answer(60), Answer::Resource(Limit::Memory));
    }

    #[test]
    fn a_program_sees_only_the_fixed_environment() {
        let text = r#"map builtins.getEnv [ "HOME" "CARGO" "X" ]"#;
        let settings = Settings {
            environment: BTreeMap::from([("X".to_owned(), "y".to_owned())]),
            ..Settings::default()
        };
        assert_eq!(
            outcome(text, &settings),
            Outcome::value(r#"[ "/homeless-shelter" "" "y" ]"#)
        );
    }

    #[test]
    fn flags_that_are_not_known_are_a_usage_error() {
        let settings = Settings {
            flags: vec!["--frobnicate".to_owned()],
            ..Settings::default()
        };
        let outcome = outcome("1", &settings);
        assert_eq!(outcome.failure().unwrap().kind, ErrorKind::Usage);
    }
}
