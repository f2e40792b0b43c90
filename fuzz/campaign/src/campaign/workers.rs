//! The workers of a campaign, and the thread that enters what they find.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};

use super::{
    examine::Examiner,
    examined::{Examined, Spent},
    item::{Kept, Source, make},
    knowledge::{Knowledge, Lessons},
    ledger::Ledger,
    store::Reader,
};
use crate::stop;

/// How often the ledger looks up from waiting.
const TICK: Duration = Duration::from_millis(100);

/// How many findings may wait to be entered.
const QUEUE: usize = 256;

/// When a campaign ends.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    /// After so many items.
    pub items: u64,
    /// At this time.
    pub at: Option<Instant>,
}

/// The workers.
pub struct Crew<'a> {
    /// What they examine with.
    pub examiner: &'a Examiner,
    /// The programs that the user gave.
    pub given: &'a [Source],
    /// What they may know.
    pub lessons: &'a Lessons,
    /// The store.
    pub store: &'a Path,
    /// How many they are.
    pub jobs: usize,
}

/// How long all workers took together, and the ledger.
#[derive(Debug, Clone, Default)]
pub struct Effort {
    /// How many items they examined.
    pub items: u64,
    /// Of the workers.
    pub workers: Spent,
    /// Of the ledger.
    pub ledger: Duration,
}

impl Crew<'_> {
    /// Works until the end, or somebody asks to stop. `show` is called after each item, and now and
    /// then.
    ///
    /// # Errors
    /// When an item cannot be examined or entered. What was entered before stays.
    pub fn work(
        &self,
        ledger: &mut Ledger,
        ends: &Ends,
        show: &mut dyn FnMut(&Ledger),
    ) -> Result<Effort> {
        let next = AtomicU64::new(ledger.next());
        let failed = AtomicBool::new(false);
        let stops = || {
            failed.load(Ordering::Relaxed)
                || stop::is_asked()
                || ends.at.is_some_and(|at| Instant::now() >= at)
        };
        let (found, finds) = sync_channel(QUEUE);
        let mut effort = Effort::default();
        let entered = thread::scope(|scope| {
            for _ in 0..self.jobs.max(1) {
                let found = found.clone();
                let worker = || self.take_items(&next, ends.items, &stops, found);
                scope.spawn(worker);
            }
            drop(found);
            let entered = enter(&finds, ledger, &mut effort, show);
            failed.store(entered.is_err(), Ordering::Relaxed);
            // So that no worker waits for a place in the queue.
            drop(finds);
            entered
        });
        entered?;
        Ok(effort)
    }

    /// What one worker does.
    fn take_items(
        &self,
        next: &AtomicU64,
        end: u64,
        stops: &dyn Fn() -> bool,
        found: SyncSender<Result<Examined>>,
    ) {
        let reader = match Reader::open(self.store) {
            Ok(reader) => reader,
            Err(error) => {
                // Nobody listens any more where another one failed before.
                let _ = found.send(Err(error));
                return;
            }
        };
        while !stops() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= end {
                break;
            }
            let waited = Instant::now();
            let epoch = index / self.examiner.plan.epoch;
            let Some(knowledge) = self.lessons.of(epoch, stops) else {
                break;
            };
            let waited = waited.elapsed();
            let examined = catch_unwind(AssertUnwindSafe(|| self.item(index, &knowledge, &reader)));
            let examined = examined
                .unwrap_or_else(|panic| Err(anyhow!("a panic: {}", words_of(panic.as_ref()))))
                .with_context(|| format!("cannot examine item {index}"))
                .map(|mut examined| {
                    examined.spent.waiting = waited;
                    examined
                });
            let is_over = examined.is_err();
            if found.send(examined).is_err() || is_over {
                break;
            }
        }
    }

    fn item(&self, index: u64, knowledge: &Knowledge, reader: &Reader) -> Result<Examined> {
        let began = Instant::now();
        let mut kept = KeptIn { knowledge, reader };
        let item = make(&self.examiner.plan, index, self.given, &mut kept)?;
        let mut examined = self.examiner.examine(item, knowledge, Some(reader))?;
        examined.spent.all = began.elapsed();
        Ok(examined)
    }
}

/// Enters what comes in until nobody can send any more.
fn enter(
    finds: &Receiver<Result<Examined>>,
    ledger: &mut Ledger,
    effort: &mut Effort,
    show: &mut dyn FnMut(&Ledger),
) -> Result<()> {
    loop {
        match finds.recv_timeout(TICK) {
            Ok(examined) => {
                let examined = match examined {
                    Ok(examined) => examined,
                    Err(error) => {
                        ledger.commit()?;
                        return Err(error);
                    }
                };
                effort.items += 1;
                effort.workers.add(&examined.spent);
                let began = Instant::now();
                ledger.take(examined)?;
                effort.ledger += began.elapsed();
                show(ledger);
            }
            Err(RecvTimeoutError::Timeout) => {
                ledger.commit_if_due()?;
                show(ledger);
            }
            Err(RecvTimeoutError::Disconnected) => return ledger.commit(),
        }
    }
}

/// The programs that were kept, as far as an epoch knows of them.
struct KeptIn<'a> {
    knowledge: &'a Knowledge,
    reader: &'a Reader,
}

impl Kept for KeptIn<'_> {
    fn choose(&mut self, number: u64) -> Option<u64> {
        self.knowledge.choose(number)
    }

    fn program(&self, item: u64) -> Result<Source> {
        self.reader
            .program(item)?
            .with_context(|| format!("the program of item {item} is not in the store"))
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    if let Some(words) = panic.downcast_ref::<&str>() {
        return (*words).to_owned();
    }
    match panic.downcast_ref::<String>() {
        Some(words) => words.clone(),
        None => "of something unknown".to_owned(),
    }
}
