//! An installed release at speed: most of the time of a `nix-instantiate` goes into its start, so one is
//! stopped just before it reads its program, and put back there after each program that it evaluates.
//!
//! The outcomes are those of a fresh process, to the byte: no program meets anything that another one
//! left. How it is done is described in `docs/snapshot.md`; what cannot be done so is done by a process
//! of its own.

mod counters;
mod pool;
mod protocol;
mod server;

use std::sync::{Mutex, PoisonError};

use crate::{
    dialect::Dialect,
    discover::Oracle,
    evaluator::{Evaluator, Unavailable},
    outcome::Outcome,
    process::Finished,
    program::{Delivery, Program, Text},
    run::{self, Asked, Printed, Run},
    sandbox::SNAPSHOT,
    settings::{Mode, Settings},
};

pub use counters::{Counters, Reforks};

use counters::{Counting, count};
use pool::Pool;
use server::{Failure, Fate, Server, Shape, Why};

/// How often a program is tried on another server when one is lost.
const ATTEMPTS: usize = 2;

/// An installed release that is asked through servers.
pub struct Snapshot {
    fresh: Oracle,
    pool: Box<Pool>,
    counting: Box<Counting>,
    unavailable: Option<String>,
    /// What was last in the way of a server.
    trouble: Mutex<Option<String>>,
}

impl Snapshot {
    /// A release through so many servers at the same time. They are started when they are needed.
    pub fn new(installed: Oracle, servers: usize) -> Self {
        Self {
            fresh: installed,
            pool: Box::new(Pool::new(servers)),
            counting: Box::default(),
            unavailable: SNAPSHOT.written().err(),
            trouble: Mutex::default(),
        }
    }

    /// The release itself, which starts a process for each program: what diverges is to be asked again
    /// there.
    pub fn fresh(&self) -> &Oracle {
        &self.fresh
    }

    /// What the servers did so far.
    pub fn counters(&self) -> Counters {
        self.counting.read()
    }

    /// Why there can be no servers at all; `None` where there can.
    pub fn unavailable(&self) -> Option<&str> {
        self.unavailable.as_deref()
    }

    /// Why a server was last lost, or could not be started.
    pub fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock();
        trouble.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, trouble: String) {
        let mut noted = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = Some(trouble);
    }

    /// Evaluates a program and returns also what was printed, word for word.
    ///
    /// # Errors
    /// As [`Evaluator::evaluate`].
    pub fn evaluate_verbatim(
        &self,
        program: &Program,
        settings: &Settings,
    ) -> Result<(Outcome, Printed), Unavailable> {
        match self.observe(program, settings)? {
            Some((outcome, run)) => Ok((outcome, run.printed())),
            None => self.fresh.evaluate_verbatim(program, settings),
        }
    }

    /// The outcome as the servers see it; `None` where they cannot be asked.
    fn observe(
        &self,
        program: &Program,
        settings: &Settings,
    ) -> Result<Option<(Outcome, Run)>, Unavailable> {
        let observed = self.text(program, settings).map(|text| {
            run::observe(
                run::dialect_of(&self.fresh.version),
                settings,
                |asked, settings| {
                    let shape = shape(asked, program, settings);
                    self.ask(text, &shape)
                        .ok_or_else(|| Unavailable::Unsupported(String::new()))
                },
            )
        });
        match observed {
            Some(Ok(observed)) => Ok(Some(observed)),
            // Whatever the reason is, a process of its own has another, or an outcome.
            Some(Err(_)) | None => {
                count(&self.counting.fallbacks);
                Ok(None)
            }
        }
    }

    /// The text of a program that a server can be asked about.
    fn text<'program>(
        &self,
        program: &'program Program,
        settings: &Settings,
    ) -> Option<&'program Text> {
        let is_argument =
            program.delivery() == Delivery::Expression && settings.mode != Mode::Canonical;
        // A store for derivations is outside of the process, and nothing puts it back.
        let cannot =
            is_argument || settings.mode == Mode::Instantiate || self.unavailable.is_some();
        if cannot { None } else { program.given() }
    }

    /// Asks a server; `None` where none answers.
    fn ask(&self, text: &Text, shape: &Shape) -> Option<Run> {
        if self.pool.is_refused(shape) {
            return None;
        }
        let turn = self.pool.turn();
        for _ in 0..ATTEMPTS {
            let mut server = match turn.take(shape) {
                Some(server) => server,
                None => self.start(shape)?,
            };
            match server.run(text, &shape.settings) {
                Ok((finished, fate)) => {
                    count(&self.counting.served);
                    let run = run_of(finished, &server);
                    if self.survives(fate) {
                        turn.keep(shape.clone(), server);
                    }
                    return Some(run);
                }
                Err(Failure::NeverReady(said)) => {
                    self.note(said);
                    self.pool.refuse(shape.clone());
                    return None;
                }
                Err(Failure::Lost(error)) => {
                    self.note(error.to_string());
                    count(&self.counting.restarts);
                }
            }
        }
        None
    }

    fn start(&self, shape: &Shape) -> Option<Server> {
        count(&self.counting.starts);
        match Server::start(&self.fresh.launch, &self.fresh.version, shape) {
            Ok(server) => Some(server),
            Err(error) => {
                self.note(error.to_string());
                None
            }
        }
    }

    /// Counts what became of a server, and tells whether it can go on.
    fn survives(&self, fate: Fate) -> bool {
        match fate {
            Fate::Ready => return true,
            Fate::Forks(Why::Time) => count(&self.counting.time),
            Fate::Forks(Why::Crash) => count(&self.counting.crash),
            Fate::Forks(Why::Process) => count(&self.counting.process),
            Fate::Forks(Why::Memory) => count(&self.counting.memory),
            Fate::Spent => {
                count(&self.counting.restarts);
                return false;
            }
        }
        true
    }
}

fn run_of(finished: Finished, server: &Server) -> Run {
    Run {
        finished,
        places: server.inside.places(),
        derivations: std::collections::BTreeMap::new(),
    }
}

/// What a server has to be started for, to be asked this.
fn shape(asked: Asked, program: &Program, settings: &Settings) -> Shape {
    let is_imported = asked == Asked::Caught || settings.mode == Mode::Canonical;
    Shape {
        asked,
        delivery: if is_imported {
            Delivery::File
        } else {
            program.delivery()
        },
        settings: Settings {
            // An installed release speaks its own.
            dialect: None,
            ..settings.clone()
        },
    }
}

impl Evaluator for Snapshot {
    fn name(&self) -> &str {
        self.fresh.name()
    }

    fn dialect(&self) -> Option<Dialect> {
        Some(self.fresh.dialect)
    }

    fn evaluate(&self, program: &Program, settings: &Settings) -> Result<Outcome, Unavailable> {
        match self.observe(program, settings)? {
            Some((outcome, _)) => Ok(outcome),
            None => self.fresh.evaluate(program, settings),
        }
    }
}
