//! Tells each divergence its bucket, in the order of the items.
//!
//! A divergence is found as one of a group: those of the same verdict and signature. Which bug it shows is
//! told by the words of its reduced program. The first of a group are reduced; a later one only if no
//! bucket of the group has words that are all in its program, for else it most likely shows the same. As
//! all of this follows from the items before it, every run finds the same buckets under the same numbers,
//! however long reductions take.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    os::unix::ffi::OsStrExt,
    sync::Arc,
};

use anyhow::Result;
use rusqlite::Connection;
use twinix_oracle::signature;
use twinix_reducer::vocabulary;

use super::{
    examined::Bucket,
    plan::Budget,
    reducing::{Shrunk, Small},
    tasks::Tasks,
};

/// How many programs of each bucket are kept whole; later ones only where they are smaller.
const KEPT_OF_BUCKET: u64 = 10;

/// After this many times the first ones no more divergences of a group are reduced.
const MOST: u64 = 16;

/// What settles divergences.
pub struct Settling {
    budget: Option<Budget>,
    /// Whether everything stays in the store, for a campaign that this is a part of.
    keeps_all: bool,
    tasks: Arc<Tasks>,
    groups: HashMap<String, Group>,
    buckets: HashMap<String, Entry>,
    /// In the order of the items.
    waiting: VecDeque<Waiting>,
    /// To be reduced, once they are in the store.
    chosen: Vec<u64>,
}

/// Divergences of one verdict and signature.
#[derive(Default)]
struct Group {
    items: u64,
    /// How many of them were given to be reduced.
    reduced: u64,
    /// The words of its buckets.
    told: Vec<(BTreeSet<String>, Bucket)>,
}

/// A bucket as far as it has to be remembered.
#[derive(Debug, Clone, Copy)]
struct Entry {
    id: i64,
    items: u64,
    size: usize,
    /// The size of its smallest reduced program.
    reduced: Option<usize>,
}

/// A divergence that has no bucket yet.
struct Waiting {
    item: u64,
    group: Bucket,
    /// The size of its program.
    size: usize,
    state: State,
}

enum State {
    /// It is not to be reduced.
    Plain,
    /// Whether it is to be reduced is decided when it has its turn.
    Undecided,
    /// It is being reduced.
    Chosen,
    /// It was reduced, or could not be.
    Done(Option<Box<Small>>),
}

impl Settling {
    /// Settles under a budget, none where nothing is to be reduced.
    pub fn new(budget: Option<Budget>, keeps_all: bool, tasks: Arc<Tasks>) -> Self {
        Self {
            budget,
            keeps_all,
            tasks,
            groups: HashMap::new(),
            buckets: HashMap::new(),
            waiting: VecDeque::new(),
            chosen: Vec::new(),
        }
    }

    /// Goes on where the store ends.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn resume(&mut self, db: &Connection) -> Result<()> {
        let mut query = db.prepare(
            "SELECT verdict, signature, bucket, items, size,
                 (SELECT size FROM reduced WHERE item = buckets.reduced) FROM buckets",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let bucket = Bucket::stored(row.get(0)?, row.get(1)?)?;
            let entry = Entry {
                id: row.get(2)?,
                items: row.get(3)?,
                size: row.get(4)?,
                reduced: row.get(5)?,
            };
            self.buckets.insert(bucket.key(), entry);
        }
        let mut query = db.prepare(
            "SELECT d.verdict, d.signature, b.verdict, b.signature, d.tried
             FROM divergences d JOIN buckets b USING (bucket) ORDER BY d.item",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let group = Bucket::stored(row.get(0)?, row.get(1)?)?;
            let bucket = Bucket::stored(row.get(2)?, row.get(3)?)?;
            let known = self.groups.entry(group.key()).or_default();
            known.items += 1;
            known.reduced += u64::from(row.get::<_, bool>(4)?);
            if bucket.is_reduced() {
                known.told(bucket);
            }
        }
        let mut query = db.prepare(
            "SELECT item, verdict, signature, length(text) + (
                 SELECT coalesce(sum(length(content)), 0) FROM files WHERE files.item = d.item)
             FROM divergences d JOIN programs USING (item) WHERE bucket IS NULL ORDER BY item",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let group = Bucket::stored(row.get(1)?, row.get(2)?)?;
            self.add(row.get(0)?, &group, row.get(3)?);
        }
        Ok(())
    }

    /// Takes a divergence that was entered.
    pub fn add(&mut self, item: u64, group: &Bucket, size: usize) {
        let known = self.groups.entry(group.key()).or_default();
        known.items += 1;
        // What contradicts itself does so only together with what it was rewritten from.
        let can_be = matches!(group.verdict, "divergence" | "drift");
        let state = match self.budget.filter(|_| can_be) {
            None => State::Plain,
            Some(budget) if known.items <= budget.first => {
                known.reduced += 1;
                self.chosen.push(item);
                State::Chosen
            }
            Some(_) => State::Undecided,
        };
        self.waiting.push_back(Waiting {
            item,
            group: group.clone(),
            size,
            state,
        });
        self.tasks.behind(self.waiting.len());
    }

    /// Takes a divergence that was reduced.
    pub fn take(&mut self, shrunk: Shrunk) {
        let place = self
            .waiting
            .binary_search_by_key(&shrunk.item, |it| it.item);
        if let Some(waiting) = place.ok().and_then(|place| self.waiting.get_mut(place)) {
            waiting.state = State::Done(shrunk.small);
        }
    }

    /// Whether any divergence can be told its bucket, or whether to reduce it.
    pub fn has_work(&self) -> bool {
        let first = self.waiting.front();
        first.is_some_and(|it| !matches!(it.state, State::Chosen))
    }

    /// Settles all that have their turn.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn settle(&mut self, db: &Connection) -> Result<()> {
        while let Some(mut first) = self.waiting.pop_front() {
            let group = first.group.clone();
            match &first.state {
                State::Plain => self.enter(&first, group, None, db)?,
                State::Done(None) => self.enter(&first, group, None, db)?,
                State::Done(Some(small)) => {
                    self.enter(&first, small.bucket.clone(), Some(small), db)?;
                }
                State::Undecided => match self.likely(&first, db)? {
                    Some(bucket) => self.enter(&first, bucket, None, db)?,
                    None if self.may_reduce(&group) => {
                        self.chosen.push(first.item);
                        first.state = State::Chosen;
                        self.waiting.push_front(first);
                        break;
                    }
                    None => self.enter(&first, group, None, db)?,
                },
                State::Chosen => {
                    self.waiting.push_front(first);
                    break;
                }
            }
        }
        self.tasks.behind(self.waiting.len());
        Ok(())
    }

    /// The bucket of the group whose words are all in a program; of several the one with the most words.
    fn likely(&self, one: &Waiting, db: &Connection) -> Result<Option<Bucket>> {
        let Some(group) = self.groups.get(&one.group.key()) else {
            return Ok(None);
        };
        let mut query = db.prepare_cached(
            "SELECT text FROM programs WHERE item = ?1
             UNION ALL SELECT content FROM files WHERE item = ?1 AND CAST(path AS TEXT) LIKE '%.nix'",
        )?;
        let mut words = BTreeSet::new();
        let mut rows = query.query([one.item])?;
        while let Some(row) = rows.next()? {
            let text: Vec<u8> = row.get(0)?;
            words.extend(vocabulary(&twinix_reducer::Source::new(text)));
        }
        let words: BTreeSet<String> = words.iter().map(|word| signature::word(word)).collect();
        let told = group.told.iter().filter(|(all, _)| all.is_subset(&words));
        let best = told.rev().max_by_key(|(all, _)| all.len());
        Ok(best.map(|(_, bucket)| bucket.clone()))
    }

    /// Whether one more of a group may be reduced, which is counted.
    fn may_reduce(&mut self, group: &Bucket) -> bool {
        let most = self.budget.map_or(0, |budget| budget.first * MOST);
        let group = self.groups.entry(group.key()).or_default();
        let may = group.reduced < most;
        group.reduced += u64::from(may);
        may
    }

    /// Enters a divergence into its bucket.
    fn enter(
        &mut self,
        one: &Waiting,
        bucket: Bucket,
        small: Option<&Small>,
        db: &Connection,
    ) -> Result<()> {
        let key = bucket.key();
        let before = self.buckets.get(&key).copied();
        let is_smaller = before.is_none_or(|it| one.size < it.size);
        let reduced = small.map(|small| small.source.size());
        let is_smallest = reduced.filter(|&size| {
            let before = before.and_then(|it| it.reduced);
            before.is_none_or(|before| size < before)
        });
        let id = match before {
            Some(entry) => entry.id,
            None => {
                db.prepare_cached(
                    "INSERT INTO buckets (verdict, signature, items, first, smallest, size)
                     VALUES (?1, ?2, 0, ?3, ?3, ?4)",
                )?
                .execute((
                    bucket.verdict,
                    &bucket.signature,
                    one.item,
                    one.size,
                ))?;
                db.last_insert_rowid()
            }
        };
        db.prepare_cached(
            "UPDATE buckets SET items = items + 1,
                 smallest = iif(?2, ?3, smallest), size = min(size, ?4),
                 reduced = iif(?5, ?3, reduced)
             WHERE bucket = ?1",
        )?
        .execute((id, is_smaller, one.item, one.size, is_smallest.is_some()))?;
        let entry = self.buckets.entry(key).or_insert(Entry {
            id,
            items: 0,
            size: one.size,
            reduced: None,
        });
        entry.items += 1;
        entry.size = entry.size.min(one.size);
        entry.reduced = is_smallest.or(entry.reduced);
        let is_shown =
            is_smaller || small.is_some() || entry.items <= KEPT_OF_BUCKET || self.keeps_all;
        let tried = matches!(one.state, State::Done(_));
        db.prepare_cached(
            "UPDATE divergences SET bucket = ?2, tried = ?3, found = iif(?4, found, NULL)
             WHERE item = ?1",
        )?
        .execute((one.item, id, tried, is_shown))?;
        if let Some(small) = small {
            keep(one.item, small, db)?;
        }
        if !is_shown {
            for forget in [
                "DELETE FROM programs WHERE item = ?1 AND new IS NULL",
                "DELETE FROM files WHERE item = ?1 AND item NOT IN (SELECT item FROM programs)",
            ] {
                db.prepare_cached(forget)?.execute([one.item])?;
            }
        }
        if bucket.is_reduced() {
            let group = self.groups.entry(one.group.key()).or_default();
            group.told(bucket);
        }
        Ok(())
    }

    /// Hands out what is to be reduced: it is in the store now.
    pub fn committed(&mut self) {
        self.tasks.hand_out(self.chosen.drain(..));
    }

    /// Whether workers wait for what is not in the store yet.
    pub fn is_waited_for(&self) -> bool {
        !self.chosen.is_empty() && self.tasks.are_none()
    }

    /// How many divergences have no bucket yet.
    pub fn pending(&self) -> usize {
        self.waiting.len()
    }

    /// How many buckets there are.
    pub fn buckets(&self) -> usize {
        self.buckets.len()
    }

    /// How many divergences each group has.
    pub fn groups(&self) -> BTreeMap<String, u64> {
        let groups = self.groups.iter();
        groups
            .map(|(key, group)| (key.clone(), group.items))
            .collect()
    }
}

impl Group {
    /// Remembers a bucket by its words.
    fn told(&mut self, bucket: Bucket) {
        if self.told.iter().any(|(_, known)| *known == bucket) {
            return;
        }
        let words = bucket.words().map(str::to_owned).collect();
        self.told.push((words, bucket));
    }
}

/// Keeps a reduced program.
fn keep(item: u64, small: &Small, db: &Connection) -> Result<()> {
    let source = &small.source;
    db.prepare_cached(
        "INSERT INTO reduced (item, mode, text, features, size, tests, minimal, found)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        item,
        serde_json::to_value(small.mode)?.as_str(),
        &source.text,
        source.features.join(" "),
        source.size(),
        small.tests,
        small.is_minimal,
        &small.found,
    ))?;
    let mut add =
        db.prepare_cached("INSERT INTO reduced_files (item, path, content) VALUES (?1, ?2, ?3)")?;
    for (path, content) in &source.files {
        add.execute((item, path.as_os_str().as_bytes(), content))?;
    }
    Ok(())
}
