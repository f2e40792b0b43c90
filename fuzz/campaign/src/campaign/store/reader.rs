//! Reads a campaign's file, beside the thread that writes it or long afterwards.

use std::{os::unix::ffi::OsStringExt, path::Path};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use twinix_oracle::{Outcome, settings::Mode};

use super::{
    super::examined::tuple,
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

/// A divergence that is to be reduced.
#[derive(Debug, Clone)]
pub struct Task {
    /// The item.
    pub item: u64,
    /// What was asked of the evaluators.
    pub mode: Mode,
    /// The program.
    pub source: Source,
    /// The signature as which it was found.
    pub signature: String,
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
        self.source(
            item,
            "SELECT text, features FROM programs WHERE item = ?1",
            "SELECT path, content FROM files WHERE item = ?1",
        )
    }

    /// The items whose programs were kept because they reached something new, what was asked about each,
    /// and what everyone did.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn kept(&self) -> Result<Vec<(u64, Mode, String)>> {
        let mut query = self.db.prepare(
            "SELECT item, mode, verdict, outcomes FROM programs JOIN items USING (item)
             WHERE length(new) > 0 ORDER BY item",
        )?;
        let mut rows = query.query([])?;
        let mut kept = Vec::new();
        while let Some(row) = rows.next()? {
            let (mode, verdict, outcomes): (String, String, String) =
                (row.get(1)?, row.get(2)?, row.get(3)?);
            let mode: Mode = serde_json::from_value(mode.into())?;
            kept.push((row.get(0)?, mode, tuple(mode, &verdict, &outcomes)));
        }
        Ok(kept)
    }

    /// The reduced program of an item, where there is one, and what is asked of the evaluators.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn reduced(&self, item: u64) -> Result<Option<(Source, Mode)>> {
        let source = self.source(
            item,
            "SELECT text, features FROM reduced WHERE item = ?1",
            "SELECT path, content FROM reduced_files WHERE item = ?1",
        )?;
        let Some(source) = source else {
            return Ok(None);
        };
        let mut query = self
            .db
            .prepare_cached("SELECT mode FROM reduced WHERE item = ?1")?;
        let mode: String = query.query_row([item], |row| row.get(0))?;
        Ok(Some((source, serde_json::from_value(mode.into())?)))
    }

    fn source(&self, item: u64, text: &str, files: &str) -> Result<Option<Source>> {
        let mut query = self.db.prepare_cached(text)?;
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
        let mut query = self.db.prepare_cached(files)?;
        let mut rows = query.query([item])?;
        while let Some(row) = rows.next()? {
            let path = std::ffi::OsString::from_vec(row.get(0)?);
            source.files.insert(path.into(), row.get(1)?);
        }
        Ok(Some(source))
    }

    /// A divergence that is to be reduced.
    ///
    /// # Errors
    /// When it is not there.
    pub fn task(&self, item: u64) -> Result<Task> {
        let mut query = self.db.prepare_cached(
            "SELECT mode, signature FROM divergences JOIN items USING (item) WHERE item = ?1",
        )?;
        let (mode, signature): (String, String) =
            query.query_row([item], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let source = self.program(item)?;
        Ok(Task {
            item,
            mode: serde_json::from_value(mode.into())?,
            source: source.context("its program is not in the store")?,
            signature,
        })
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

    /// The smallest item of a bucket, by the bucket's number or signature, and the item with its smallest
    /// reduced program.
    ///
    /// # Errors
    /// When there is no such bucket.
    pub fn smallest(&self, bucket: &str) -> Result<(u64, Option<u64>)> {
        let found = self
            .db
            .query_row(
                "SELECT smallest, reduced FROM buckets WHERE bucket = ?1 OR signature = ?2
                 ORDER BY bucket LIMIT 1",
                (bucket.parse::<i64>().unwrap_or(-1), bucket),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        found.with_context(|| format!("the campaign has no bucket '{bucket}'"))
    }
}
