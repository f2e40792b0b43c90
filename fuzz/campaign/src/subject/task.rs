//! One evaluation in our machine, from what is asked to the outcome.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use twinix_evaluator::{
    errors::{ErrorKind as OurKind, Limit as OurLimit},
    instantiate::{Instantiation, instantiate},
    job::{Failure as OurFailure, Job, Place, Used, observe},
    observation::Hits,
    positions::Origin,
    state::TraceSink,
};
use twinix_kinds::kind_of;
use twinix_oracle::{
    Dialect, Outcome, canonical,
    outcome::{Answer, Failure, Limit, Position, text_of_bytes},
    scratch::ScratchFolder,
    settings::Mode,
    stderr::Stderr,
    taxonomy::ErrorKind,
};

use super::Done;
use crate::outside::Outside;

/// One evaluation, ready to be handed to a thread.
pub(super) struct Task {
    pub(super) jobs: Vec<Job>,
    /// Carried out instead of the jobs.
    pub(super) instantiation: Option<Instantiation>,
    pub(super) outside: Outside,
    pub(super) mode: Mode,
    /// Whether a newline follows a value.
    pub(super) ends_line: bool,
    pub(super) dialect: Dialect,
    /// The most bytes that it may print.
    pub(super) output: usize,
}

impl Task {
    pub(super) fn done(self) -> Done {
        let mut hits = Hits::default();
        let mut is_costly = false;
        let stderr: Rc<RefCell<Vec<u8>>> = Rc::default();
        let mut stdout = Vec::new();
        let mut failure = None;
        let trace = || -> TraceSink {
            let (sink, most) = (Rc::clone(&stderr), self.output);
            Box::new(move |line: &[u8]| {
                let mut said = sink.borrow_mut();
                if said.len() <= most {
                    said.extend_from_slice(line);
                    said.push(b'\n');
                }
            })
        };
        let mut derivations = BTreeMap::new();
        let jobs = if self.instantiation.is_some() {
            &[]
        } else {
            self.jobs.as_slice()
        };
        if let Some(task) = &self.instantiation {
            let store = match ScratchFolder::in_memory("twinix-store-") {
                Ok(store) => store,
                Err(error) => {
                    let message = format!("there is no room for a store: {error}");
                    return Done::of(Outcome::error(Failure::new(ErrorKind::Io, message, None)));
                }
            };
            let root = store.path().to_owned();
            // A store is there before anything is in it.
            let folder = text_of_bytes(&task.settings.store_dir);
            if let Err(error) = std::fs::create_dir_all(root.join(folder.trim_start_matches('/'))) {
                let message = format!("there is no room for a store: {error}");
                return Done::of(Outcome::error(Failure::new(ErrorKind::Io, message, None)));
            }
            let io = (self.outside.clone()).with_store(root, &task.settings.store_dir);
            let done = instantiate(task, Box::new(io), trace(), &mut |found| {
                stdout.extend_from_slice(&found.line());
                stdout.push(b'\n');
            });
            failure = done.result.err();
            hits.merge(&done.hits.unwrap_or_default());
            is_costly |= is_much(done.used);
            derivations = done.derivations;
        }
        for job in jobs {
            let observed = observe(job, Box::new(self.outside.clone()), trace());
            if let Some(more) = &observed.hits {
                hits.merge(more);
            }
            is_costly |= is_much(observed.used);
            match observed.result {
                Ok(text) => {
                    stdout.extend_from_slice(&text);
                    if self.ends_line {
                        stdout.push(b'\n');
                    }
                }
                Err(failed) => {
                    failure = Some(failed);
                    break;
                }
            }
        }
        let stderr = stderr.take();
        let answer = match failure {
            _ if stderr.len() + stdout.len() > self.output => Answer::Resource(Limit::Output),
            Some(failure) => self.failed(&failure),
            None => self.value(&stdout),
        };
        let said = text_of_bytes(&stderr);
        let outcome = Outcome {
            answer,
            traces: match self.mode {
                // As those of the releases are read.
                Mode::Instantiate => Stderr::read_beside_git(&said, self.dialect).traces,
                _ => Stderr::read(&said, self.dialect).traces,
            },
            derivations: derivations
                .iter()
                .map(|(path, term)| (text_of_bytes(path), text_of_bytes(term)))
                .collect(),
        };
        Done {
            outcome,
            hits,
            is_costly,
        }
    }

    fn value(&self, stdout: &[u8]) -> Answer {
        let text = text_of_bytes(stdout);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        Answer::Value(match self.mode {
            Mode::Canonical => canonical::decode(text),
            _ => text.to_owned(),
        })
    }

    fn failed(&self, failure: &OurFailure) -> Answer {
        if let OurKind::Limit(limit) = failure.kind
            && let Some(limit) = resource(limit)
        {
            return Answer::Resource(limit);
        }
        // It is written as the release writes it, so that both are read by the same code.
        let report = text_of_bytes(&failure.report);
        let report = Stderr::read(&report, self.dialect);
        let kind = kind_of(failure.kind, &report, self.dialect);
        let mut read = report.failure_of(kind);
        read.catchable = failure.catchable;
        read.position = read.position.or_else(|| self.position(&failure.place));
        Answer::Error(read)
    }

    fn position(&self, place: &Place) -> Option<Position> {
        let location = place.as_ref()?;
        let file = match &location.origin {
            Origin::File(path) => text_of_bytes(path),
            Origin::Internal(name) => match self.dialect {
                Dialect::V2_3 => "/oracle/usr/share/nix/corepkgs/derivation.nix".to_owned(),
                Dialect::V2_8 => "//builtin/derivation.nix".to_owned(),
                Dialect::V2_26 => format!("<nix/{name}>"),
                Dialect::V2_34 => format!("«nix-internal»/{name}"),
            },
            Origin::String => "«string»".to_owned(),
            Origin::Stdin => "«stdin»".to_owned(),
        };
        Some(Position {
            file,
            line: location.line,
            column: location.column,
        })
    }
}

/// Whether something used so much that to use it again and again would slow down everything else: some 50 ms.
fn is_much(used: Used) -> bool {
    used.steps > 500_000 || used.bytes > 64 << 20
}

fn resource(limit: OurLimit) -> Option<Limit> {
    match limit {
        OurLimit::Fuel => Some(Limit::Fuel),
        OurLimit::Memory => Some(Limit::Memory),
        OurLimit::Time => Some(Limit::Time),
        // C++ Nix reports too deep a nesting as an error of the program.
        OurLimit::Depth => None,
    }
}
