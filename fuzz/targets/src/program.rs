//! Programs as the targets take them: a byte that chooses the dialect, then the
//! text.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::io::MemoryIo;
use twinix_evaluator::job::{Derivations, Input, Job, Output, Used, observe};
use twinix_evaluator::limits::Limits;
use twinix_evaluator::observation::Hits;
use twinix_evaluator::state::Settings;

/// The native stack of an evaluation: small, so that what recurses is seen.
const STACK: usize = 512 << 10;

/// A program, and the dialect it is read in.
#[derive(Clone, Debug)]
pub struct Program<'d> {
    /// The dialect.
    pub dialect: Dialect,
    /// The text.
    pub text: &'d [u8],
}

impl<'d> Program<'d> {
    /// The program in the bytes of an input; nothing in those of an empty one.
    pub fn of(data: &'d [u8]) -> Option<Program<'d>> {
        let (&first, text) = data.split_first()?;
        // Digits stand for dialects in their order, so that seeds are readable.
        let dialect = Dialect::ALL[usize::from(first) % Dialect::ALL.len()];
        Some(Program { dialect, text })
    }

    /// The bytes that [`Program::of`] takes for this program.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![b'0'];
        while Program::of(&bytes).is_some_and(|program| program.dialect != self.dialect) {
            bytes[0] += 1;
        }
        bytes.extend_from_slice(self.text);
        bytes
    }

    /// The same text as a job that prints what is asked for.
    pub fn job(&self, output: Output) -> Job {
        Job {
            settings: Settings {
                dialect: self.dialect,
                limits: limits(),
                keep_derivations: true,
                base_directory: b"/base".to_vec(),
                ..Settings::default()
            },
            input: Input::Expression(self.text.to_vec()),
            attribute: String::new(),
            arguments: Vec::new(),
            output,
            strict: true,
        }
    }
}

/// What an evaluation may use: enough for what is interesting, little enough
/// for hundreds in a second.
pub fn limits() -> Limits {
    Limits {
        fuel: Some(100_000),
        frames: 100_000,
        memory: 64 << 20,
        time: Some(Duration::from_secs(2)),
        ..Limits::default()
    }
}

/// Why a program has no value.
#[derive(Clone, Debug)]
pub struct Failed {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// Whether `tryEval` would have caught it.
    pub catchable: bool,
    /// What is wrong.
    pub message: Vec<u8>,
    /// The whole as the release prints it.
    pub report: Vec<u8>,
}

/// What a program did.
#[derive(Debug)]
pub struct Done {
    /// What went to standard output, or why nothing did.
    pub result: Result<Vec<u8>, Failed>,
    /// What went to standard error on the way.
    pub said: Vec<u8>,
    /// The derivations it made.
    pub derivations: Derivations,
    /// What it was seen to do, if it was watched.
    pub hits: Option<Hits>,
    /// How much it used.
    pub used: Used,
}

/// Runs a job that sees no file, on a small stack.
///
/// # Panics
/// If the evaluator does, or no thread can be started.
pub fn run(job: Job) -> Done {
    run_with(job, MemoryIo::default())
}

/// Runs a job that sees these files and nothing else, on a small stack.
///
/// # Panics
/// If the evaluator does, or no thread can be started.
pub fn run_with(job: Job, files: MemoryIo) -> Done {
    let evaluation = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            let said: Rc<RefCell<Vec<u8>>> = Rc::default();
            let sink = Rc::clone(&said);
            let listen = move |line: &[u8]| {
                let mut said = sink.borrow_mut();
                said.extend_from_slice(line);
                said.push(b'\n');
            };
            let observed = observe(&job, Box::new(files), Box::new(listen));
            Done {
                result: observed.result.map_err(|failure| Failed {
                    kind: failure.kind,
                    catchable: failure.catchable,
                    message: failure.message,
                    report: failure.report,
                }),
                said: said.take(),
                derivations: observed.derivations,
                hits: observed.hits,
                used: observed.used,
            }
        })
        .expect("the machine has room for a thread of half a megabyte");
    match evaluation.join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Bytes as a message shows them.
pub fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 2000;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MOST)]);
    format!("{text}{}", if bytes.len() > MOST { " …" } else { "" })
}
