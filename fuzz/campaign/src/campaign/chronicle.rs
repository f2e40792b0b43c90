//! What a campaign's file tells besides what was found, for reports: the names of features, and when
//! items were entered. Nothing of it decides anything.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use rusqlite::Connection;

use super::entry::Names;

/// Writes it down.
#[derive(Debug)]
pub struct Chronicle {
    /// When this run began, in milliseconds since 1970.
    run: u64,
    /// How many items there were then, until that was written.
    had: Option<u64>,
}

impl Chronicle {
    /// Of a run that begins now, with so many items.
    pub fn new(items: u64) -> Self {
        Self {
            run: now(),
            had: Some(items),
        }
    }

    /// Names the features that an item was the first to reach.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn name(&self, db: &Connection, new: &[i64], names: &Names) -> Result<()> {
        let mut add =
            db.prepare_cached("INSERT OR IGNORE INTO names (feature, name) VALUES (?1, ?2)")?;
        for (feature, name) in names.of(new) {
            add.execute((feature, name))?;
        }
        Ok(())
    }

    /// Notes how many items there are.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note(&mut self, db: &Connection, items: u64) -> Result<()> {
        let mut add =
            db.prepare_cached("INSERT OR REPLACE INTO pace (run, at, items) VALUES (?1, ?2, ?3)")?;
        if let Some(had) = self.had.take() {
            add.execute((self.run, self.run, had))?;
        }
        add.execute((self.run, now(), items))?;
        Ok(())
    }
}

/// Milliseconds since 1970; a clock before that stands still.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
