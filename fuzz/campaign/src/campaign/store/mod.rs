//! The file that holds a campaign: SQLite with a write-ahead log. One thread writes, in transactions
//! that end after whole items, so that whatever happens to the process, the file holds the first N items
//! and all that follows from them, and nothing else.

mod reader;
mod schema;
mod shard;
mod survey;

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OptionalExtension, config::DbConfig};
use serde::Serialize;

pub use reader::{Reader, Stored, Task};

use super::plan::Plan;

/// How long a connection waits for another one, such as a reader who looks into the file.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why nothing can be said about some programs.
#[derive(Debug, Serialize)]
pub struct Reason {
    /// In words.
    pub why: String,
    /// How many programs it holds for.
    pub items: u64,
    /// The first of them.
    pub first: u64,
}

/// A bucket as the store tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BucketRow {
    /// Its number.
    pub bucket: i64,
    /// Divergence, rewrite, drift or known.
    pub verdict: String,
    /// What its programs have in common.
    pub signature: String,
    /// How many programs, equal ones counted once.
    pub items: u64,
    /// The first item.
    pub first: u64,
    /// The item with the smallest program.
    pub smallest: u64,
    /// The size of that, in bytes.
    pub size: u64,
    /// The item with the smallest reduced program.
    pub reduced: Option<u64>,
    /// That program.
    pub program: Option<String>,
    /// The files beside it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
}

/// A campaign's file, open for writing.
pub struct Store {
    /// The database.
    pub db: Connection,
    path: PathBuf,
    /// Held while this value lives. It is locked by `flock`, which SQLite does not use.
    _lock: File,
}

impl Store {
    /// Opens a file, or makes it.
    ///
    /// # Errors
    /// When it is no campaign, of another version, in use, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let named = || {
            format!(
                "cannot open the campaign {}: give the file of one, or a new one",
                path.display()
            )
        };
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .with_context(named)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "another campaign is running on {}: wait for its end, or give another --db",
                path.display()
            ),
            Err(TryLockError::Error(error)) => return Err(error).with_context(named),
        }
        let db = connect(path).with_context(named)?;
        let is_new: bool = db
            .query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| {
                row.get(0)
            })
            .with_context(named)?;
        let number = |name: &str| db.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
        let application: i32 = number("application_id")?;
        let version: i32 = number("user_version")?;
        if !is_new && application != schema::APPLICATION {
            bail!(
                "{} is a database, but no campaign: give another --db",
                path.display()
            );
        }
        let lacks_reasons = !is_new && version == schema::WITHOUT_REASONS;
        if !is_new && !lacks_reasons && version != schema::VERSION {
            bail!(
                "the campaign {} has tables of version {version}, and this program writes version {}: \
                 give another --db",
                path.display(),
                schema::VERSION
            );
        }
        db.execute_batch(&format!(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = NORMAL;
             PRAGMA cache_size = -32768;
             BEGIN;
             PRAGMA application_id = {};
             PRAGMA user_version = {};
             {}
             {}
             COMMIT;",
            schema::APPLICATION,
            schema::VERSION,
            if lacks_reasons {
                schema::ADD_REASONS
            } else {
                ""
            },
            schema::CREATE
        ))
        .with_context(named)?;
        Ok(Self {
            db,
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The plan of the campaign in the file, where there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn plan(&self) -> Result<Option<Plan>> {
        plan(&self.db)
    }

    /// Starts a campaign.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn start(&self, plan: &Plan) -> Result<()> {
        let text = serde_json::to_string(plan)?;
        self.db.execute(
            "INSERT INTO campaign (plan, remembers) VALUES (?1, EXISTS (SELECT * FROM answers))",
            [text],
        )?;
        Ok(())
    }

    /// Forgets the campaign, but not what evaluators answered and nobody refuted.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn forget(&self) -> Result<()> {
        let mut all =
            String::from("BEGIN; DELETE FROM answers WHERE hash IN (SELECT hash FROM refuted);");
        for table in schema::TABLES {
            all.push_str(&format!("DELETE FROM {table};"));
        }
        all.push_str("COMMIT;");
        self.db.execute_batch(&all)?;
        Ok(())
    }

    /// Why programs are inconclusive, the most frequent reasons first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn reasons(&self) -> Result<Vec<Reason>> {
        const MOST: u32 = 8;
        let mut query = self.db.prepare(
            "SELECT why, count(*), min(item) FROM items WHERE why IS NOT NULL
             GROUP BY why ORDER BY count(*) DESC, min(item) LIMIT ?1",
        )?;
        let reasons = query.query_map([MOST], |row| {
            Ok(Reason {
                why: row.get(0)?,
                items: row.get(1)?,
                first: row.get(2)?,
            })
        })?;
        Ok(reasons.collect::<Result<_, _>>()?)
    }

    /// The buckets, the largest first.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn buckets(&self) -> Result<Vec<BucketRow>> {
        let mut query = self.db.prepare(
            "SELECT bucket, verdict, signature, items, first, smallest, b.size, reduced, text
             FROM buckets b LEFT JOIN reduced ON reduced.item = b.reduced
             ORDER BY items DESC, bucket",
        )?;
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let rows = query.query_map([], |row| {
            let text: Option<Vec<u8>> = row.get(8)?;
            Ok(BucketRow {
                bucket: row.get(0)?,
                verdict: row.get(1)?,
                signature: row.get(2)?,
                items: row.get(3)?,
                first: row.get(4)?,
                smallest: row.get(5)?,
                size: row.get(6)?,
                reduced: row.get(7)?,
                program: text.as_deref().map(lossy),
                files: BTreeMap::new(),
            })
        })?;
        let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
        let mut query = self
            .db
            .prepare("SELECT path, content FROM reduced_files WHERE item = ?1")?;
        for bucket in &mut rows {
            let files = query.query_map([bucket.reduced], |row| {
                let (path, content): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
                Ok((lossy(&path), lossy(&content)))
            })?;
            bucket.files = files.collect::<Result<_, _>>()?;
        }
        Ok(rows)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(64);
    // Otherwise each new value of a parameter prepares the statement again.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(db)
}

fn plan(db: &Connection) -> Result<Option<Plan>> {
    let text: Option<String> = db
        .query_row("SELECT plan FROM campaign", [], |row| row.get(0))
        .optional()?;
    text.map(|text| {
        serde_json::from_str(&text)
            .context("the plan of the campaign is of another version of twinix: give another --db")
    })
    .transpose()
}

/// Numbers of features, of 8 bytes each, as they are stored.
pub fn numbers(bytes: &[u8]) -> Box<[i64]> {
    let number = |bytes: &[u8]| {
        let mut eight = [0; 8];
        eight.copy_from_slice(bytes);
        i64::from_le_bytes(eight)
    };
    bytes.chunks_exact(8).map(number).collect()
}

/// What [`numbers`] reads.
pub fn bytes(numbers: &[i64]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::{super::plan::tests::plan, *};

    #[test]
    fn a_plan_is_kept() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("x.db");
        let store = Store::open(&file).unwrap();
        assert_eq!(store.plan().unwrap(), None);
        store.start(&plan()).unwrap();
        drop(store);
        let store = Store::open(&file).unwrap();
        assert_eq!(store.plan().unwrap(), Some(plan()));
        store.forget().unwrap();
        assert_eq!(store.plan().unwrap(), None);
    }

    #[test]
    fn only_one_campaign_runs_on_a_file() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("x.db");
        let _store = Store::open(&file).unwrap();
        let error = Store::open(&file).err().unwrap().to_string();
        assert!(error.contains("another campaign is running"), "{error}");
    }

    #[test]
    fn another_database_is_left_alone() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("x.db");
        let db = Connection::open(&file).unwrap();
        db.execute_batch("CREATE TABLE letters (text TEXT)")
            .unwrap();
        drop(db);
        let error = Store::open(&file).err().unwrap().to_string();
        assert!(error.contains("no campaign"), "{error}");
        std::fs::write(&file, "not a database at all, but long enough to look at").unwrap();
        let error = Store::open(&file).err().unwrap();
        assert!(format!("{error:#}").contains("x.db"), "{error:#}");
    }
}
