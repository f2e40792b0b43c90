//! The workers of a campaign, and the thread that enters what they find.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};

use twinix_oracle::home::Home;

use super::{
    dice::scaled,
    examine::Examiner,
    examined::{Examined, Spent},
    item::{Kept, Source, make},
    knowledge::{Knowledge, Lessons},
    ledger::Ledger,
    reducing::{Shrunk, Stops},
    shard::Shard,
    store::Reader,
    tasks::Tasks,
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
    /// After so many divergences: no item is begun when there are as many.
    pub divergences: u64,
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
    /// What is to be reduced.
    pub tasks: &'a Tasks,
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
    /// How long each divergence took that they reduced.
    pub reductions: Vec<Duration>,
    /// All of that together.
    pub reducing: Duration,
    /// Of the ledger.
    pub ledger: Duration,
}

/// What a worker hands in.
enum Find {
    Examined(Box<Examined>),
    Reduced(Shrunk, Duration),
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
        let enough = AtomicBool::new(ledger.totals().diverging() >= ends.divergences);
        let stops: &Stops<'_> = &|| {
            failed.load(Ordering::Relaxed)
                || stop::is_asked()
                || ends.at.is_some_and(|at| Instant::now() >= at)
        };
        let (found, finds) = sync_channel(QUEUE);
        let mut effort = Effort::default();
        let entered = thread::scope(|scope| {
            let jobs = self.jobs.max(1);
            for nth in 0..jobs {
                let found = found.clone();
                let index = || self.take_index(&next, ends.items, &enough);
                let worker = move || {
                    Home::settle(nth, jobs);
                    self.take_items(&index, stops, found);
                };
                scope.spawn(worker);
            }
            drop(found);
            let entered = self.enter(&finds, ledger, &mut effort, &mut |ledger| {
                show(ledger);
                if ledger.totals().diverging() >= ends.divergences {
                    enough.store(true, Ordering::Relaxed);
                }
                ledger.next() >= ends.items
                    || enough.load(Ordering::Relaxed)
                        && ledger.next() >= next.load(Ordering::Relaxed)
            });
            failed.store(entered.is_err(), Ordering::Relaxed);
            // So that no worker waits for a place in the queue.
            drop(finds);
            entered
        });
        entered?;
        Ok(effort)
    }

    /// The number of the next item, while there are to be more.
    fn take_index(&self, next: &AtomicU64, end: u64, enough: &AtomicBool) -> Option<u64> {
        if enough.load(Ordering::Relaxed) {
            return None;
        }
        let index = next.fetch_add(self.shard().of, Ordering::Relaxed);
        (index < end).then_some(index)
    }

    /// What one worker does.
    fn take_items(
        &self,
        index: &dyn Fn() -> Option<u64>,
        stops: &Stops<'_>,
        found: SyncSender<Result<Find>>,
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
            let find = if let Some(item) = self.tasks.beside_items() {
                self.reduce(item, &reader, stops)
            } else if let Some(index) = index() {
                self.examine(index, &reader, stops)
            } else if let Some(item) = self.tasks.next(stops) {
                self.reduce(item, &reader, stops)
            } else {
                None
            };
            let Some(find) = find else {
                break;
            };
            let is_over = find.is_err();
            if found.send(find).is_err() || is_over {
                break;
            }
        }
    }

    /// Which items there are.
    fn shard(&self) -> Shard {
        self.examiner.plan.shard.unwrap_or(Shard::WHOLE)
    }

    /// Examines an item; none where everything stops before.
    fn examine(&self, index: u64, reader: &Reader, stops: &Stops<'_>) -> Option<Result<Find>> {
        let waited = Instant::now();
        let epoch = self.shard().place(index) / self.examiner.plan.epoch;
        // Where items know nothing they wait all the same: not too many findings may wait for their turn.
        let mut knowledge = self.lessons.of(epoch, stops)?;
        if self.examiner.plan.shard.is_some() {
            knowledge = Arc::default();
        }
        let waited = waited.elapsed();
        let examined = without_panic(|| self.item(index, &knowledge, reader));
        let examined = examined.with_context(|| format!("cannot examine item {index}"));
        Some(examined.map(|mut examined| {
            examined.spent.waiting = waited;
            self.tasks.examined(examined.spent.all);
            Find::Examined(Box::new(examined))
        }))
    }

    /// Reduces a divergence; none where everything stops before.
    fn reduce(&self, item: u64, reader: &Reader, stops: &Stops<'_>) -> Option<Result<Find>> {
        let budget = self.examiner.plan.reduced?;
        let began = Instant::now();
        let shrunk = without_panic(|| {
            let task = reader.task(item)?;
            self.examiner.reduce(task, budget, stops)
        });
        let took = began.elapsed();
        self.tasks.reduced(took);
        if stops() {
            return None;
        }
        let shrunk = shrunk.with_context(|| format!("cannot reduce item {item}"));
        Some(shrunk.map(|shrunk| Find::Reduced(shrunk, took)))
    }

    fn item(&self, index: u64, knowledge: &Knowledge, reader: &Reader) -> Result<Examined> {
        let began = Instant::now();
        let plan = &self.examiner.plan;
        let item = match plan.shard {
            Some(_) => make(plan, index, self.given, &mut Given(self.given))?,
            None => make(plan, index, self.given, &mut KeptIn { knowledge, reader })?,
        };
        let mut examined = self.examiner.examine(item, knowledge, Some(reader))?;
        examined.spent.all = began.elapsed();
        Ok(examined)
    }

    /// Enters what comes in until nobody can send any more. `looked_at` is called with what is there
    /// each time, and says whether that are all items.
    fn enter(
        &self,
        finds: &Receiver<Result<Find>>,
        ledger: &mut Ledger,
        effort: &mut Effort,
        looked_at: &mut dyn FnMut(&Ledger) -> bool,
    ) -> Result<()> {
        loop {
            if looked_at(ledger) && ledger.settled().1 == 0 {
                self.tasks.end();
            }
            let find = match finds.recv_timeout(TICK) {
                Ok(Ok(find)) => find,
                Ok(Err(error)) => {
                    ledger.commit()?;
                    return Err(error);
                }
                Err(RecvTimeoutError::Timeout) => {
                    ledger.commit_if_due()?;
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => return ledger.commit(),
            };
            let began = Instant::now();
            match find {
                Find::Examined(examined) => {
                    effort.items += 1;
                    effort.workers.add(&examined.spent);
                    ledger.take(*examined)?;
                }
                Find::Reduced(shrunk, took) => {
                    effort.reductions.push(took);
                    effort.reducing += took;
                    ledger.take_reduced(shrunk)?;
                }
            }
            effort.ledger += began.elapsed();
        }
    }
}

/// Does something, and makes an error of a panic.
fn without_panic<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(anyhow!("a panic: {}", words_of(panic.as_ref()))))
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

/// The programs that were given, of which every shard knows.
struct Given<'a>(&'a [Source]);

impl Kept for Given<'_> {
    fn choose(&mut self, number: u64) -> Option<u64> {
        let count = self.0.len() as u64;
        (count > 0).then(|| scaled(number, count))
    }

    fn program(&self, item: u64) -> Result<Source> {
        let place = usize::try_from(item).ok();
        let source = place.and_then(|place| self.0.get(place)).cloned();
        source.with_context(|| format!("the program of item {item} was not given"))
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
