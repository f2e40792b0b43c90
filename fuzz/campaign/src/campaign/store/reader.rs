//! Reads a campaign's file, beside the thread that writes it or long afterwards.

use std::{os::unix::ffi::OsStringExt, path::Path};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use twinix_oracle::Outcome;

use super::{
    super::item::{Hash, Origin, Source},
    super::plan::Plan,
    PATIENCE, plan, schema,
};

/// A campaign's file, open for reading.
pub struct Reader {
    db: Connection,
    remembers: bool,
}

/// An item as the file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub item: u64,
    /// What tells its program from others.
    pub hash: Hash,
    /// The verdict, by its word.
    pub verdict: String,
    /// Where the program came from.
    pub origin: Origin,
}

impl Reader {
    /// Opens a file.
    ///
    /// # Errors
    /// When it is no campaign.
    pub fn open(path: &Path) -> Result<Self> {
        let named = || format!("cannot read the campaign {}", path.display());
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags).with_context(named)?;
        db.busy_timeout(PATIENCE).with_context(named)?;
        let application: i32 = db
            .query_row("PRAGMA application_id", [], |row| row.get(0))
            .with_context(named)?;
        if application != schema::APPLICATION {
            bail!("{} is no campaign", path.display());
        }
        let remembers: Option<bool> = db
            .query_row("SELECT remembers FROM campaign", [], |row| row.get(0))
            .optional()
            .with_context(named)?;
        Ok(Self {
            db,
            remembers: remembers.unwrap_or(false),
        })
    }

    /// The database.
    pub(super) fn db(&self) -> &Connection {
        &self.db
    }

    /// The plan.
    ///
    /// # Errors
    /// When there is none.
    pub fn plan(&self) -> Result<Plan> {
        plan(&self.db)?.context("no campaign was started in this file")
    }

    /// What an evaluator answered in an earlier campaign. A campaign hardly ever asks the same twice, and
    /// looking costs more than that saves.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn answer(&self, hash: Hash) -> Result<Option<Outcome>> {
        if !self.remembers {
            return Ok(None);
        }
        let mut query = self
            .db
            .prepare_cached("SELECT outcome FROM answers WHERE hash = ?1")?;
        let text: Option<String> = query.query_row([hash.0], |row| row.get(0)).optional()?;
        // One that an older program wrote in another form is asked for again.
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The program of an item, where it was kept.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn program(&self, item: u64) -> Result<Option<Source>> {
        let mut query = self
            .db
            .prepare_cached("SELECT text, features FROM programs WHERE item = ?1")?;
        let found: Option<(Vec<u8>, String)> = query
            .query_row([item], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((text, features)) = found else {
            return Ok(None);
        };
        let mut source = Source {
            text,
            features: features.split_whitespace().map(str::to_owned).collect(),
            ..Source::default()
        };
        let mut query = self
            .db
            .prepare_cached("SELECT path, content FROM files WHERE item = ?1")?;
        let mut rows = query.query([item])?;
        while let Some(row) = rows.next()? {
            let path = std::ffi::OsString::from_vec(row.get(0)?);
            source.files.insert(path.into(), row.get(1)?);
        }
        Ok(Some(source))
    }

    /// An item.
    ///
    /// # Errors
    /// When there is no such item.
    pub fn item(&self, item: u64) -> Result<Stored> {
        let mut query = self
            .db
            .prepare_cached("SELECT hash, verdict, origin FROM items WHERE item = ?1")?;
        let row: Option<([u8; 16], String, String)> = query
            .query_row([item], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let (hash, verdict, origin) = row.with_context(|| {
            format!(
                "the campaign has no item {item}: it has {}",
                self.count().unwrap_or_default()
            )
        })?;
        Ok(Stored {
            item,
            hash: Hash(hash),
            verdict,
            origin: origin.parse()?,
        })
    }

    /// How many items there are.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn count(&self) -> Result<u64> {
        Ok(self
            .db
            .query_row("SELECT count(*) FROM items", [], |row| row.get(0))?)
    }

    /// The smallest item of a bucket, by the bucket's number or signature.
    ///
    /// # Errors
    /// When there is no such bucket.
    pub fn smallest(&self, bucket: &str) -> Result<u64> {
        let found: Option<u64> = self
            .db
            .query_row(
                "SELECT smallest FROM buckets WHERE bucket = ?1 OR signature = ?2
                 ORDER BY bucket LIMIT 1",
                (bucket.parse::<i64>().unwrap_or(-1), bucket),
                |row| row.get(0),
            )
            .optional()?;
        found.with_context(|| format!("the campaign has no bucket '{bucket}'"))
    }
}
