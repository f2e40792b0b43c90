//! Enters what was found into the store, item after item in the order of their numbers, and decides
//! what only that order can decide: what is new, what was there before, what later epochs know.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    os::unix::ffi::OsStrExt,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rusqlite::OptionalExtension;

use super::{
    chronicle::Chronicle,
    entry::Entry,
    examined::{Bucket, Examined, REWRITE_VERDICT},
    item::{Hash, Origin, Source},
    knowledge::{Knowledge, LAG, Lessons},
    plan::Plan,
    reducing::Shrunk,
    settling::Settling,
    shard::Shard,
    store::{BucketRow, Reason, Store, bytes, numbers},
    tasks::Tasks,
    totals::{Row, Totals},
};

/// After how long a transaction ends: what a crash can cost.
const TRANSACTION: Duration = Duration::from_millis(500);

/// The largest program that is kept to be changed further.
const LARGEST: usize = 64 << 10;

/// The largest answer that is kept.
const LARGEST_ANSWER: usize = 32 << 10;

/// The weight of a feature that one item alone reached; one that many reached weighs as much less.
const RARE: u64 = 1 << 20;

/// The ledger of a campaign.
pub struct Ledger {
    store: Store,
    lessons: Arc<Lessons>,
    epoch: u64,
    /// Which items there are.
    shard: Shard,
    /// Whether items draw on the programs that were given.
    draws_on_given: bool,
    next: u64,
    waiting: BTreeMap<u64, Entry>,
    /// How many items reached each feature.
    features: HashMap<i64, u64>,
    /// Those that changed in this transaction.
    touched: HashSet<i64>,
    /// The items that were kept, each with what was new about it.
    kept: Vec<(u64, Box<[i64]>)>,
    settling: Settling,
    totals: Totals,
    since: Option<Instant>,
    chronicle: Chronicle,
}

impl Ledger {
    /// Opens the ledger where it ends, and tells what is known there.
    ///
    /// # Errors
    /// When the store cannot be read, or is damaged.
    pub fn open(
        store: Store,
        plan: &Plan,
        lessons: Arc<Lessons>,
        tasks: Arc<Tasks>,
    ) -> Result<Self> {
        let shard = plan.shard.unwrap_or(Shard::WHOLE);
        let mut ledger = Self {
            shard,
            draws_on_given: plan.shard.is_some(),
            next: shard.index,
            waiting: BTreeMap::new(),
            features: HashMap::new(),
            touched: HashSet::new(),
            kept: Vec::new(),
            settling: Settling::new(plan.reduced, shard.is_part(), tasks),
            totals: Totals::default(),
            since: None,
            chronicle: Chronicle::new(0),
            epoch: plan.epoch,
            lessons,
            store,
        };
        ledger
            .resume()
            .with_context(|| format!("cannot resume {}", ledger.store.path().display()))?;
        ledger.settling.committed();
        ledger.go_on()?;
        ledger.commit()?;
        Ok(ledger)
    }

    fn resume(&mut self) -> Result<()> {
        let db = &self.store.db;
        self.next = db.query_row(
            "SELECT coalesce(max(item) + ?1, ?2) FROM items",
            [self.shard.of, self.shard.index],
            |row| row.get(0),
        )?;
        let mut query = db.prepare(
            "SELECT verdict, outcomes, again, duplicate_of IS NOT NULL AS twice, count(*)
             FROM items GROUP BY verdict, outcomes, again, twice",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (verdict, outcomes, again): (String, String, Option<String>) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let counted = Row {
                verdict: &verdict,
                outcomes: &outcomes,
                again: again.as_deref(),
                is_duplicate: row.get(3)?,
            };
            self.totals.add(&counted, row.get(4)?);
        }
        self.chronicle = Chronicle::new(self.totals.items);
        anyhow::ensure!(
            self.totals.items == self.shard.share(self.next),
            "the file is damaged: there are {} items below {}",
            self.totals.items,
            self.next
        );
        let mut query = db.prepare("SELECT feature, items FROM features")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            self.features.insert(row.get(0)?, row.get(1)?);
        }
        let mut query =
            db.prepare("SELECT item, new FROM programs WHERE new IS NOT NULL ORDER BY item")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let new: Vec<u8> = row.get(1)?;
            self.kept.push((row.get(0)?, numbers(&new)));
        }
        let mut query = db.prepare("SELECT epoch, kept, groups FROM epochs ORDER BY epoch")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (kept, groups): (Vec<u8>, String) = (row.get(1)?, row.get(2)?);
            let knowledge = Knowledge::read(&kept, serde_json::from_str(&groups)?);
            self.lessons.tell(row.get(0)?, knowledge);
        }
        self.settling.resume(db)
    }

    /// The number of the next item: how many there are, where this is no shard.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// The counts.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The buckets, the largest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn buckets(&self) -> Result<Vec<BucketRow>> {
        self.store.buckets()
    }

    /// Why programs are inconclusive, the most frequent reasons first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reasons(&self) -> Result<Vec<Reason>> {
        self.store.reasons()
    }

    /// How many features were reached, and by how many kept programs.
    pub fn reached(&self) -> (usize, usize) {
        (self.features.len(), self.kept.len())
    }

    /// How many buckets there are, and how many divergences have none yet.
    pub fn settled(&self) -> (usize, usize) {
        (self.settling.buckets(), self.settling.pending())
    }

    /// Takes what was found about an item, and enters all that have their turn.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn take(&mut self, examined: Examined) -> Result<()> {
        if examined.item.index >= self.next {
            self.waiting
                .insert(examined.item.index, Entry::new(examined)?);
        }
        while let Some(entry) = self.waiting.remove(&self.next) {
            self.enter_one(entry)?;
        }
        self.go_on()
    }

    /// Takes what a shard stored about the item that has its turn.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn enter_next(&mut self, entry: Entry) -> Result<()> {
        self.enter_one(entry)?;
        self.go_on()
    }

    fn enter_one(&mut self, entry: Entry) -> Result<()> {
        self.begin()?;
        self.enter(entry)?;
        self.next += self.shard.of;
        if self.shard.place(self.next).is_multiple_of(self.epoch) {
            self.end_epoch()?;
        }
        Ok(())
    }

    /// Takes what became of a divergence.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn take_reduced(&mut self, shrunk: Shrunk) -> Result<()> {
        self.settling.take(shrunk);
        self.go_on()
    }

    /// Settles what has its turn, and ends the transaction if it is time.
    fn go_on(&mut self) -> Result<()> {
        if self.settling.has_work() {
            self.begin()?;
            self.settling.settle(&self.store.db)?;
        }
        self.commit_if_due()
    }

    fn begin(&mut self) -> Result<()> {
        if self.since.is_none() {
            self.store.db.execute_batch("BEGIN IMMEDIATE")?;
            self.since = Some(Instant::now());
        }
        Ok(())
    }

    /// Ends the transaction if it is old enough.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn commit_if_due(&mut self) -> Result<()> {
        match self.since {
            Some(since) if since.elapsed() >= TRANSACTION || self.settling.is_waited_for() => {
                self.commit()
            }
            _ => Ok(()),
        }
    }

    /// Ends the transaction.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn commit(&mut self) -> Result<()> {
        if self.since.take().is_none() {
            return Ok(());
        }
        let db = &self.store.db;
        let mut set = db.prepare_cached(
            "INSERT INTO features (feature, items) VALUES (?1, ?2)
             ON CONFLICT (feature) DO UPDATE SET items = excluded.items",
        )?;
        for feature in self.touched.drain() {
            let items = self.features.get(&feature).copied().unwrap_or(0);
            set.execute((feature, items))?;
        }
        self.chronicle.note(db, self.totals.items)?;
        db.execute_batch("COMMIT")?;
        self.settling.committed();
        Ok(())
    }

    fn enter(&mut self, entry: Entry) -> Result<()> {
        let item = entry.index;
        let mode = serde_json::to_value(entry.mode)?;
        let mode = mode.as_str().unwrap_or_default();
        let db = &self.store.db;
        let earlier: Option<u64> = db
            .prepare_cached("SELECT min(item) FROM items WHERE hash = ?1 AND mode = ?2")?
            .query_row((entry.hash.0, mode), |row| row.get(0))
            .optional()?
            .flatten();
        db.prepare_cached(
            "INSERT INTO items (item, hash, mode, origin, verdict, outcomes, again, duplicate_of, why)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            item,
            entry.hash.0,
            mode,
            entry.origin.to_string(),
            &entry.verdict,
            &entry.outcomes,
            &entry.again,
            earlier,
            &entry.why,
        ))?;
        let mut keep =
            db.prepare_cached("INSERT OR IGNORE INTO answers (hash, outcome) VALUES (?1, ?2)")?;
        for (hash, outcome) in &entry.answers {
            let text = serde_json::to_string(outcome)?;
            if text.len() <= LARGEST_ANSWER {
                keep.execute((hash.0, text))?;
            }
        }
        drop(keep);
        let mut refute =
            db.prepare_cached("INSERT OR IGNORE INTO refuted (item, hash) VALUES (?1, ?2)")?;
        for hash in &entry.refuted {
            refute.execute((item, hash.0))?;
        }
        drop(refute);
        let row = Row {
            verdict: &entry.verdict,
            outcomes: &entry.outcomes,
            again: entry.again.as_deref(),
            is_duplicate: earlier.is_some(),
        };
        self.totals.add(&row, 1);
        let new = match earlier {
            Some(_) => Box::default(),
            None => self.count_features(&entry)?,
        };
        if !new.is_empty() {
            self.chronicle.name(&self.store.db, &new, &entry.names)?;
        }
        let is_drawn_on = self.draws_on_given && entry.origin == Origin::Given;
        let is_worth_it = |source: &&Source| !new.is_empty() && source.size() <= LARGEST;
        let source = entry.source.as_ref();
        if let Some(source) = source.filter(|source| is_drawn_on || is_worth_it(source)) {
            self.keep_program(item, source, Some(&bytes(&new)))?;
            self.kept.push((item, new));
        }
        match (&entry.bucket, source) {
            // One that was rewritten is held against its own original, whoever else has its text.
            (Some(bucket), Some(source))
                if bucket.verdict == REWRITE_VERDICT
                    || earlier.is_none()
                    || !self.was_found(&entry.hash, mode)? =>
            {
                self.add_divergence(item, bucket, source, entry.found.as_deref())
            }
            _ => Ok(()),
        }
    }

    /// Whether an item that is the same program was found to differ; it may have been inconclusive.
    fn was_found(&self, hash: &Hash, mode: &str) -> Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM divergences JOIN items USING (item) WHERE hash = ?1 AND mode = ?2)";
        let mut query = self.store.db.prepare_cached(query)?;
        Ok(query.query_row((hash.0, mode), |row| row.get(0))?)
    }

    /// Counts what an item reached; what it is the first to reach is new.
    fn count_features(&mut self, entry: &Entry) -> Result<Box<[i64]>> {
        if self.shard.is_part() {
            self.store
                .db
                .prepare_cached("INSERT INTO reached (item, features) VALUES (?1, ?2)")?
                .execute((entry.index, bytes(&entry.features)))?;
        }
        let mut new = Vec::new();
        for &feature in &entry.features {
            let items = self.features.entry(feature).or_default();
            if *items == 0 {
                new.push(feature);
            }
            *items += 1;
            self.touched.insert(feature);
        }
        Ok(new.into_boxed_slice())
    }

    fn keep_program(&self, item: u64, source: &Source, new: Option<&[u8]>) -> Result<()> {
        let db = &self.store.db;
        db.prepare_cached(
            "INSERT OR IGNORE INTO programs (item, text, features, new) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute((item, &source.text, source.features.join(" "), new))?;
        let mut add = db.prepare_cached(
            "INSERT OR IGNORE INTO files (item, path, content) VALUES (?1, ?2, ?3)",
        )?;
        for (path, content) in &source.files {
            add.execute((item, path.as_os_str().as_bytes(), content))?;
        }
        Ok(())
    }

    /// Enters a divergence, which is told its bucket later.
    fn add_divergence(
        &mut self,
        item: u64,
        group: &Bucket,
        source: &Source,
        found: Option<&str>,
    ) -> Result<()> {
        self.store
            .db
            .prepare_cached(
                "INSERT INTO divergences (item, verdict, signature, found) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute((item, group.verdict, &group.signature, found))?;
        self.keep_program(item, source, None)?;
        self.settling.add(item, group, source.size());
        Ok(())
    }

    /// Says what the epoch that comes [`LAG`] epochs after this one knows. What it can ask for has to be
    /// in the store by then.
    fn end_epoch(&mut self) -> Result<()> {
        let epoch = self.shard.place(self.next) / self.epoch - 1 + LAG;
        let knowledge = self.knowledge();
        let db = &self.store.db;
        db.prepare_cached(
            "INSERT OR REPLACE INTO epochs (epoch, kept, groups) VALUES (?1, ?2, ?3)",
        )?
        .execute((
            epoch,
            knowledge.kept_bytes(),
            serde_json::to_string(knowledge.groups())?,
        ))?;
        db.prepare_cached("DELETE FROM epochs WHERE epoch + ?2 < ?1")?
            .execute((epoch, LAG))?;
        self.commit()?;
        self.lessons.tell(epoch, knowledge);
        Ok(())
    }

    fn knowledge(&self) -> Knowledge {
        let weight = |new: &[i64]| {
            let of = |feature| RARE / self.features.get(feature).copied().unwrap_or(1).max(1);
            new.iter().map(of).sum::<u64>().max(1)
        };
        let items = self.kept.iter().map(|(item, new)| (*item, weight(new)));
        Knowledge::new(items, self.settling.groups())
    }
}
