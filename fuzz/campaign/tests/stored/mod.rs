//! What the file of a campaign holds.

use std::path::Path;

use rusqlite::{Connection, types::Value};

/// Everything that a campaign found.
pub fn content(db: &Path) -> Vec<String> {
    let mut content = Vec::new();
    for (table, order) in [
        ("items", "item"),
        ("programs", "item"),
        ("files", "item, path"),
        ("buckets", "bucket"),
        ("divergences", "item"),
        ("reduced", "item"),
        ("reduced_files", "item, path"),
        ("features", "feature"),
        ("names", "feature"),
        ("epochs", "epoch"),
        ("refuted", "item, hash"),
    ] {
        let found = rows(db, &format!("SELECT * FROM {table} ORDER BY {order}"));
        content.extend(found.into_iter().map(|row| format!("{table} {row}")));
    }
    content
}

/// Shows where the first row that differs does: all of a file is more than anybody reads.
pub fn assert_same(found: &[String], expected: &[String]) {
    for (found, expected) in found.iter().zip(expected) {
        if found != expected {
            let pairs = found.chars().zip(expected.chars());
            let same = pairs.take_while(|(one, other)| one == other).count();
            let part = |row: &str| -> String {
                let from = same.saturating_sub(200);
                let beginning = row.chars().take(80);
                beginning.chain(row.chars().skip(from).take(400)).collect()
            };
            assert_eq!(part(found), part(expected));
        }
    }
    assert_eq!(found.len(), expected.len());
}

/// The rows that a query finds.
pub fn rows(db: &Path, query: &str) -> Vec<String> {
    let db = Connection::open(db).unwrap();
    let mut query = db.prepare(query).unwrap();
    let columns = query.column_count();
    let mut found = Vec::new();
    let mut rows = query.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let cells: Vec<String> = (0..columns)
            .map(|cell| without_the_clock(&readable(&row.get(cell).unwrap())))
            .collect();
        found.push(cells.join(" | "));
    }
    found
}

/// A cell that a failing test shows: the texts of programs are kept as blobs.
fn readable(cell: &Value) -> String {
    match cell {
        Value::Blob(bytes) => format!("blob {}", bytes.escape_ascii()),
        cell => format!("{cell:?}"),
    }
}

/// A cell in which no evaluator says what time it is: a program that shows all of `builtins` does, in any notation.
fn without_the_clock(cell: &str) -> String {
    const CLOCK: &str = "currentTime";
    /// How many digits a time has at least.
    const DIGITS: usize = 9;
    let mut parts = cell.split(CLOCK);
    let mut stopped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        stopped.push_str(CLOCK);
        let time = part
            .find(|c: char| c.is_ascii_digit())
            .filter(|at| *at < 20);
        let (before, time) = part.split_at(time.unwrap_or(0));
        let after = time.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_time = time.len() - after.len() >= DIGITS;
        stopped.push_str(before);
        stopped.push_str(if is_time { after } else { time });
    }
    stopped
}

/// The number that a query finds.
pub fn count(db: &Path, query: &str) -> i64 {
    let db = Connection::open(db).unwrap();
    db.query_row(query, [], |row| row.get(0)).unwrap()
}
