//! Reads what a shard found, for the campaign that it is a part of.

use std::{collections::HashMap, path::Path, sync::Arc};

use anyhow::{Context, Result};
use rusqlite::OptionalExtension;

use super::{
    super::{
        entry::{Entry, Names},
        examined::Bucket,
        item::Hash,
        reducing::{Shrunk, Small},
    },
    Reader, Store,
};

impl Reader {
    /// What features are called.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn names(&self) -> Result<Arc<HashMap<i64, String>>> {
        let mut query = self.db().prepare("SELECT feature, name FROM names")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Arc::new(rows.collect::<Result<_, _>>()?))
    }

    /// What is entered about an item; none where the shard did not come that far.
    ///
    /// # Errors
    /// When the file cannot be read, or does not have what a shard keeps.
    pub fn entry(&self, item: u64, names: &Arc<HashMap<i64, String>>) -> Result<Option<Entry>> {
        let db = self.db();
        let query = db.prepare_cached(
            "SELECT hash, mode, origin, verdict, outcomes, again, duplicate_of, features, why
             FROM items LEFT JOIN reached USING (item) WHERE item = ?1",
        );
        let mut query = query.context("the file may be of another version of twinix")?;
        let mut rows = query.query([item])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let (mode, origin): (String, String) = (row.get(1)?, row.get(2)?);
        let is_duplicate = row.get::<_, Option<u64>>(6)?.is_some();
        let features: Option<Vec<u8>> = row.get(7)?;
        let features = match features {
            None if is_duplicate => Vec::new(),
            None => anyhow::bail!("the file is damaged: what item {item} reached is not there"),
            Some(bytes) => super::numbers(&bytes).into_vec(),
        };
        let group: Option<(String, String, Option<String>)> = db
            .prepare_cached("SELECT verdict, signature, found FROM divergences WHERE item = ?1")?
            .query_row([item], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let (bucket, found) = match group {
            Some((verdict, signature, found)) => (Some(Bucket::stored(verdict, signature)?), found),
            None => (None, None),
        };
        Ok(Some(Entry {
            index: item,
            mode: serde_json::from_value(mode.into())?,
            origin: origin.parse()?,
            source: self.program(item)?,
            hash: Hash(row.get(0)?),
            verdict: row.get(3)?,
            why: row.get(8)?,
            outcomes: row.get(4)?,
            again: row.get(5)?,
            bucket,
            found,
            features,
            names: Names::Stored(Arc::clone(names)),
            answers: Vec::new(),
            refuted: self.refuted(item)?,
        }))
    }

    /// The questions whose answers an item refuted.
    fn refuted(&self, item: u64) -> Result<Vec<Hash>> {
        let query = "SELECT hash FROM refuted WHERE item = ?1 ORDER BY hash";
        let mut query = self.db().prepare_cached(query)?;
        let rows = query.query_map([item], |row| Ok(Hash(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What became of a divergence that the shard reduced; none where it did not.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn shrunk(&self, item: u64) -> Result<Option<Shrunk>> {
        let mut query = self.db().prepare_cached(
            "SELECT b.verdict, b.signature, r.tests, r.minimal, r.found
             FROM divergences d JOIN buckets b USING (bucket) LEFT JOIN reduced r USING (item)
             WHERE d.item = ?1 AND d.tried",
        )?;
        let mut rows = query.query([item])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let small = match self.reduced(item)? {
            Some((source, mode)) => Some(Box::new(Small {
                mode,
                source,
                bucket: Bucket::stored(row.get(0)?, row.get(1)?)?,
                found: row.get(4)?,
                tests: row.get(2)?,
                is_minimal: row.get(3)?,
            })),
            None => None,
        };
        Ok(Some(Shrunk { item, small }))
    }
}

impl Store {
    /// Takes over what evaluators answered in another campaign.
    ///
    /// # Errors
    /// When one of the files cannot be read or written.
    pub fn learn_from(&self, file: &Path) -> Result<()> {
        let name = file.to_str().context("its name is not UTF-8")?;
        self.db.execute("ATTACH ?1 AS shard", [name])?;
        self.db.execute_batch(
            "INSERT OR IGNORE INTO main.answers SELECT hash, outcome FROM shard.answers;
             DETACH shard;",
        )?;
        Ok(())
    }
}
