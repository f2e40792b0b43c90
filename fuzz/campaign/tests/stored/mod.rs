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
    ] {
        let found = rows(db, &format!("SELECT * FROM {table} ORDER BY {order}"));
        content.extend(found.into_iter().map(|row| format!("{table} {row}")));
    }
    content
}

/// The rows that a query finds.
pub fn rows(db: &Path, query: &str) -> Vec<String> {
    let db = Connection::open(db).unwrap();
    let mut query = db.prepare(query).unwrap();
    let columns = query.column_count();
    let mut found = Vec::new();
    let mut rows = query.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let cells: Vec<Value> = (0..columns).map(|cell| row.get(cell).unwrap()).collect();
        found.push(without_the_clock(&format!("{cells:?}")));
    }
    found
}

/// A row in which no evaluator says what time it is: a program that shows all of `builtins` does.
fn without_the_clock(row: &str) -> String {
    const CLOCK: &str = "currentTime = ";
    let mut parts = row.split(CLOCK);
    let mut stopped = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        stopped.push_str(CLOCK);
        stopped.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    stopped
}

/// The number that a query finds.
pub fn count(db: &Path, query: &str) -> i64 {
    let db = Connection::open(db).unwrap();
    db.query_row(query, [], |row| row.get(0)).unwrap()
}
