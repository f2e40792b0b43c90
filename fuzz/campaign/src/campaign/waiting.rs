//! The divergences of a campaign that are in no bucket yet, because they wait to be reduced, or for those
//! before them. They diverge all the same: whoever looks at the campaign has to see them.

use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use twinix_oracle::outcome::text_of_bytes;
use twinix_reports::{Bucket, File, Source};

use super::{
    opened::{command, readable},
    store::Reader,
};

/// Waiting divergences that were found to be the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Divergence, rewrite, drift or known.
    pub verdict: String,
    /// What they have in common, without the words of a reduced program.
    pub signature: String,
    /// How many there are.
    pub programs: u64,
    /// The first of them.
    pub item: u64,
    /// Its program.
    pub program: String,
}

/// The waiting divergences in a file, those that began first at the front.
///
/// # Errors
/// When the file cannot be read.
pub fn waiting(file: &Path) -> Result<Vec<Waiting>> {
    let reader = Reader::open(&readable(file))?;
    let mut found = Vec::new();
    for (verdict, signature, programs, item) in groups(&connect(file)?)? {
        let program = reader.program(item)?.unwrap_or_default();
        found.push(Waiting {
            verdict,
            signature,
            programs,
            item,
            program: String::from_utf8_lossy(&program.text).into_owned(),
        });
    }
    Ok(found)
}

/// The waiting divergences as a report tells them: like buckets, but each stands for itself by the number
/// of its first item.
///
/// # Errors
/// When the file cannot be read.
pub fn as_buckets(reader: &Reader, file: &Path) -> Result<Vec<Bucket>> {
    let db = connect(file)?;
    let mut buckets = Vec::new();
    for (verdict, signature, programs, item) in groups(&db)? {
        let (mode, found): (String, Option<String>) = db.query_row(
            "SELECT mode, found FROM items JOIN divergences USING (item) WHERE item = ?1",
            [item],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let source = reader.program(item)?.unwrap_or_default();
        buckets.push(Bucket {
            number: -i64::try_from(item)?,
            verdict,
            signature,
            programs,
            first: item,
            item,
            mode,
            source: Source {
                size: source.size() as u64,
                text: text_of_bytes(&source.text),
                is_reduced: false,
                files: (source.files.iter())
                    .map(|(path, content)| File {
                        path: path.display().to_string(),
                        text: text_of_bytes(content),
                    })
                    .collect(),
                features: source.features,
            },
            check: found.and_then(|text| serde_json::from_str(&text).ok()),
            replay: command(&format!("replay --item {item}"), file),
        });
    }
    Ok(buckets)
}

/// Verdict, signature, how many, and the first.
type Group = (String, String, u64, u64);

fn groups(db: &Connection) -> Result<Vec<Group>> {
    let mut query = db.prepare(
        "SELECT verdict, signature, count(*), min(item) FROM divergences WHERE bucket IS NULL
         GROUP BY verdict, signature ORDER BY min(item)",
    )?;
    let rows = query.query_map([], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn connect(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(readable(file), flags)
        .with_context(|| format!("cannot read the campaign {}", file.display()))
}
