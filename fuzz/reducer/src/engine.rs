//! The reduction: stage by stage, the largest change first, until no pass finds anything more.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
    thread,
    time::{Duration, Instant},
};

use thiserror::Error;

use crate::{
    bytes::{as_bytes, as_text},
    edit::{Change, Edit},
    interesting::{Interesting, Progress, State},
    passes::{self, PASSES, Stage},
    queue::{Queue, after, both},
    source::{Cost, Measured, Source, Unit, key},
};

/// The native stack of a reduction: rnix goes as deep as the program.
const STACK: usize = 512 << 20;

/// How a program is reduced.
#[derive(Debug, Clone)]
pub struct Options {
    /// After this the best that was found so far is the result.
    pub time: Option<Duration>,
    /// After this many tests, too.
    pub tests: Option<usize>,
    /// And once this says so.
    pub stops: Option<fn() -> bool>,
    /// How many candidates are tested at once.
    pub batch: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            time: None,
            tests: None,
            stops: None,
            batch: 8,
        }
    }
}

/// Why a reduction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// No pass finds anything more.
    FixedPoint,
    /// The time was over.
    Time,
    /// So many candidates were tested.
    Tests,
    /// Somebody asked to stop.
    Stopped,
}

/// What came out.
#[derive(Debug, Clone)]
pub struct Reduced {
    /// The reduced program.
    pub source: Source,
    /// Why it is not reduced further.
    pub end: End,
    /// How many candidates were tested.
    pub tests: usize,
    /// How many changes each pass made, by the names of the passes.
    pub passes: BTreeMap<&'static str, usize>,
    /// How many of the last changes were taken back because they could not be confirmed.
    pub taken_back: usize,
    /// How long it took.
    pub elapsed: Duration,
}

/// A program cannot be reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CannotReduce {
    /// The predicate does not hold of it.
    #[error("the program is not interesting to begin with")]
    NotInteresting,
    /// The predicate holds of nothing.
    #[error("the empty program is interesting too: whatever decides looks at something else")]
    EmptyIsInteresting,
}

/// Reduces a program while the predicate holds.
///
/// # Errors
/// When the predicate does not hold of the program, or holds of the empty one.
pub fn reduce(
    program: &Source,
    interesting: &dyn Interesting,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Reduced, CannotReduce> {
    let work = || reduce_here(program, interesting, options, progress);
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .name("twinix-reducer".to_owned())
            .stack_size(STACK)
            .spawn_scoped(scope, work);
        match worker.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // Without a thread of its own only the deepest programs fail.
            Err(_) => work(),
        }
    })
}

fn reduce_here(
    program: &Source,
    interesting: &dyn Interesting,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Reduced, CannotReduce> {
    let started = Instant::now();
    let text = as_text(program);
    let mut engine = Engine {
        interesting,
        options,
        progress,
        started,
        before: program.size(),
        judged: measured(&text),
        cost: text.cost_of_text(),
        source: text,
        history: Vec::new(),
        seen: HashSet::new(),
        tests: 0,
        passes: BTreeMap::new(),
        last: "",
    };
    let first = engine
        .interesting
        .test(&[program.clone(), Source::default()]);
    engine.tests += 2;
    if first.first() != Some(&true) {
        return Err(CannotReduce::NotInteresting);
    }
    if first.get(1) == Some(&true) {
        return Err(CannotReduce::EmptyIsInteresting);
    }
    let end = engine.run();
    let taken_back = engine.confirm();
    Ok(Reduced {
        source: as_bytes(&engine.source),
        end,
        tests: engine.tests,
        passes: engine.passes,
        taken_back,
        elapsed: started.elapsed(),
    })
}

fn measured(source: &Source) -> BTreeMap<Unit, Measured> {
    let units = source.units().into_iter();
    units
        .map(|unit| (unit.clone(), source.measured(&unit)))
        .collect()
}

/// A candidate that is tested.
struct Tried {
    edit: Edit,
    source: Source,
    key: (u64, u64),
}

struct Engine<'a> {
    interesting: &'a dyn Interesting,
    options: &'a Options,
    progress: &'a dyn Progress,
    started: Instant,
    before: usize,
    source: Source,
    cost: Cost,
    judged: BTreeMap<Unit, Measured>,
    /// What the program was before each change, as text like itself.
    history: Vec<Source>,
    /// The keys of what was tested.
    seen: HashSet<(u64, u64)>,
    tests: usize,
    passes: BTreeMap<&'static str, usize>,
    last: &'static str,
}

impl Engine<'_> {
    fn run(&mut self) -> End {
        let mut at = 0;
        while let Some(&stage) = Stage::ORDER.get(at) {
            match self.stage(stage) {
                Ok(false) => at += 1,
                // What one stage finds makes room for those before it; the layout does not.
                Ok(true) => at = 1,
                Err(end) => return end,
            }
        }
        End::FixedPoint
    }

    /// Runs a stage to its end; whether it changed anything.
    fn stage(&mut self, stage: Stage) -> Result<bool, End> {
        let mut changed = false;
        loop {
            self.settle();
            let mut queue = Queue::default();
            queue.extend(passes::find(stage, &self.source));
            if !self.drain(stage, &mut queue)? {
                return Ok(changed);
            }
            changed = true;
        }
    }

    /// Reads the program anew where bytes that have come together are a character now.
    fn settle(&mut self) {
        let text = as_text(&as_bytes(&self.source));
        if text != self.source {
            self.judged = measured(&text);
            self.cost = text.cost_of_text();
            self.source = text;
        }
    }

    fn drain(&mut self, stage: Stage, queue: &mut Queue) -> Result<bool, End> {
        let mut changed = false;
        loop {
            let batch = self.batch(queue);
            if batch.is_empty() {
                return Ok(changed);
            }
            let candidates: Vec<Source> = batch.iter().map(|it| it.source.clone()).collect();
            let results = self.test(&candidates)?;
            let good: Vec<Tried> = batch
                .into_iter()
                .zip(results)
                .filter(|(_, is_good)| *is_good)
                .map(|(tried, _)| tried)
                .collect();
            let Some(done) = self.keep(&good) else {
                continue;
            };
            changed = true;
            queue.follow(&done);
            // The others that are good on their own are tried again, on top of what was done.
            for other in good {
                self.seen.remove(&other.key);
                queue.extend(after(other.edit, &done));
            }
            self.explore(stage, queue, &done);
        }
    }

    /// The next candidates that are new, and simpler than what there is.
    fn batch(&mut self, queue: &mut Queue) -> Vec<Tried> {
        let mut batch = Vec::new();
        while batch.len() < self.options.batch.max(1) {
            let Some(edit) = queue.next(1).pop() else {
                break;
            };
            if let Some(source) = edit.apply(&self.source)
                && let Some(key) = self.worth_a_test(&edit, &source)
                && self.seen.insert(key)
            {
                batch.push(Tried { edit, source, key });
            }
        }
        batch
    }

    /// The key of a candidate that is simpler, and a program where there was one before.
    fn worth_a_test(&self, edit: &Edit, candidate: &Source) -> Option<(u64, u64)> {
        let files: Vec<_> = candidate.files.keys().collect();
        let Change::Splices(unit, _) = &edit.change else {
            let keys: Vec<_> = measured(candidate).into_values().map(|it| it.key).collect();
            return (candidate.cost_of_text() < self.cost).then(|| key(&(keys, files)));
        };
        let before = self.judged.get(unit)?;
        let now = candidate.measured(unit);
        let is_simpler = now.significant < before.significant
            || (now.significant == before.significant && candidate.cost_of_text() < self.cost);
        if !is_simpler || (before.is_program && !now.is_program) {
            return None;
        }
        if now.key == before.key {
            // Another layout is another program only for the passes that change nothing else.
            return Some(key(candidate));
        }
        let keys = self.judged.iter();
        let keys: Vec<_> = keys
            .map(|(other, it)| if other == unit { now.key } else { it.key })
            .collect();
        Some(key(&(keys, files)))
    }

    fn test(&mut self, candidates: &[Source]) -> Result<Vec<bool>, End> {
        if self.options.stops.is_some_and(|stops| stops()) {
            return Err(End::Stopped);
        }
        if self
            .options
            .time
            .is_some_and(|it| self.started.elapsed() >= it)
        {
            return Err(End::Time);
        }
        if self.options.tests.is_some_and(|it| self.tests >= it) {
            return Err(End::Tests);
        }
        self.tests += candidates.len();
        let candidates: Vec<Source> = candidates.iter().map(as_bytes).collect();
        let results = self.interesting.test(&candidates);
        self.progress.tested(&State {
            pass: self.last,
            before: self.before,
            now: self.source.size_of_text(),
            tests: self.tests,
            kept: self.history.len(),
            elapsed: self.started.elapsed(),
        });
        Ok(results)
    }

    /// Keeps the first of several good changes, with all others if that is good too. What was kept.
    fn keep(&mut self, good: &[Tried]) -> Option<Edit> {
        let first = good.first()?;
        let mut together = first.edit.clone();
        for other in good.iter().skip(1) {
            if let Some(sum) = both(&together, &other.edit) {
                together = sum;
            }
        }
        if together.gain != first.edit.gain
            && let Some(candidate) = together.apply(&self.source)
            && let Some(key) = self.worth_a_test(&together, &candidate)
            && self.seen.insert(key)
            // Where the time is over, the first one alone is known to be good.
            && self.test(std::slice::from_ref(&candidate)) == Ok(vec![true])
        {
            self.accept(&together, candidate);
            return Some(together);
        }
        self.accept(&first.edit, first.source.clone());
        Some(first.edit.clone())
    }

    fn accept(&mut self, edit: &Edit, candidate: Source) {
        match &edit.change {
            Change::Splices(unit, _) => {
                let now = candidate.measured(unit);
                self.judged.insert(unit.clone(), now);
            }
            Change::Whole(_) => self.judged = measured(&candidate),
        }
        self.cost = candidate.cost_of_text();
        self.history
            .push(std::mem::replace(&mut self.source, candidate));
        if let Some(pass) = PASSES.get(edit.pass) {
            self.last = pass.name;
            *self.passes.entry(pass.name).or_default() += 1;
        }
    }

    /// Looks for changes in what a change put there.
    fn explore(&self, stage: Stage, queue: &mut Queue, done: &Edit) {
        let Change::Splices(unit, splices) = &done.change else {
            return;
        };
        let Some(text) = self.source.nix(unit) else {
            return;
        };
        for part in written(splices) {
            if !part.is_empty() {
                queue.extend(passes::find_in(stage, unit, text, Some(&part)));
            }
        }
    }

    /// Goes back to the last program that can be confirmed; over how many changes.
    fn confirm(&mut self) -> usize {
        let mut taken_back = 0;
        while !self.interesting.confirm(&as_bytes(&self.source)) {
            let Some(before) = self.history.pop() else {
                break;
            };
            self.source = before;
            taken_back += 1;
        }
        taken_back
    }
}

/// Where the texts of splices stand after them.
fn written(splices: &[crate::edit::Splice]) -> Vec<Range<usize>> {
    let (mut grown, mut shrunk) = (0, 0);
    let mut parts = Vec::new();
    for splice in splices {
        let start = splice.range.start + grown - shrunk;
        parts.push(start..start + splice.text.len());
        grown += splice.text.len();
        shrunk += splice.range.len();
    }
    parts
}
