//! The tables of a campaign's file. They are meant to be read with any SQLite tool: names are words,
//! and what is not text or a number is a program.

/// Marks the file as a campaign (`PRAGMA application_id`): "twnx".
pub const APPLICATION: i32 = 0x7477_6e78;

/// The version of the tables (`PRAGMA user_version`).
pub const VERSION: i32 = 3;

/// The version before it, which [`ADD_REASONS`] makes this one of.
pub const WITHOUT_REASONS: i32 = 2;

/// Adds what that version did not have.
pub const ADD_REASONS: &str = "ALTER TABLE items ADD COLUMN why TEXT;";

/// The tables that belong to one campaign.
pub const TABLES: [&str; 14] = [
    "campaign",
    "items",
    "programs",
    "files",
    "buckets",
    "divergences",
    "reduced",
    "reduced_files",
    "features",
    "names",
    "pace",
    "epochs",
    "reached",
    "refuted",
];

/// Makes the tables.
pub const CREATE: &str = "
-- One row.
CREATE TABLE IF NOT EXISTS campaign (
    -- what decides every verdict, as JSON
    plan TEXT NOT NULL,
    -- whether there are answers of an earlier campaign to look for
    remembers INTEGER NOT NULL
);

-- Every program that was evaluated. Rows are only ever added, in order and without a gap: the next
-- item of a campaign that was interrupted is the number of rows.
CREATE TABLE IF NOT EXISTS items (
    item INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    mode TEXT NOT NULL,
    -- given, generated, mutated ITEM …, rewritten NAME [ITEM]
    origin TEXT NOT NULL,
    verdict TEXT NOT NULL,
    -- what subject and oracle did, for each oracle: subject|oracle …
    outcomes TEXT NOT NULL,
    -- whether fresh processes say the same: confirmed, disputed; NULL where they were not asked
    again TEXT,
    -- the earlier item that is the same program, asked for the same
    duplicate_of INTEGER,
    -- why nothing can be said, where the verdict is inconclusive
    why TEXT
);
CREATE INDEX IF NOT EXISTS items_by_hash ON items (hash);

-- The text of programs that were kept or diverge. All others follow from the plan (`twinix replay`).
CREATE TABLE IF NOT EXISTS programs (
    item INTEGER PRIMARY KEY,
    text BLOB NOT NULL,
    -- experimental features, separated by spaces
    features TEXT NOT NULL,
    -- what was new about it, for those that were kept: numbers of features, 8 bytes each
    new BLOB
);
CREATE TABLE IF NOT EXISTS files (
    item INTEGER NOT NULL,
    path BLOB NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (item, path)
) WITHOUT ROWID;

-- Divergences that are the same as far as anyone can tell; drift and known ones apart.
CREATE TABLE IF NOT EXISTS buckets (
    bucket INTEGER PRIMARY KEY,
    verdict TEXT NOT NULL,
    -- with the words of the reduced program, where it is of one
    signature TEXT NOT NULL,
    items INTEGER NOT NULL,
    first INTEGER NOT NULL,
    -- the item with the smallest program, and its size
    smallest INTEGER NOT NULL,
    size INTEGER NOT NULL,
    -- the item with the smallest reduced program
    reduced INTEGER,
    UNIQUE (verdict, signature)
);
CREATE TABLE IF NOT EXISTS divergences (
    item INTEGER PRIMARY KEY,
    -- as what it was found, before anything was reduced
    verdict TEXT NOT NULL,
    signature TEXT NOT NULL,
    -- NULL while it waits to be reduced, or for those before it
    bucket INTEGER,
    -- whether it was tried to reduce it
    tried INTEGER NOT NULL DEFAULT 0,
    -- all that was found, as JSON, for the first of a bucket, those that became its smallest and those
    -- that were reduced
    found TEXT
);
CREATE INDEX IF NOT EXISTS divergences_by_bucket ON divergences (bucket);

-- The reduced programs of divergences, and all that was found about them, as JSON.
CREATE TABLE IF NOT EXISTS reduced (
    item INTEGER PRIMARY KEY,
    -- what is asked of the evaluators: the plainest that shows it
    mode TEXT NOT NULL,
    text BLOB NOT NULL,
    features TEXT NOT NULL,
    size INTEGER NOT NULL,
    -- how many candidates were tested, and whether nothing more can be left out
    tests INTEGER NOT NULL,
    minimal INTEGER NOT NULL,
    found TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reduced_files (
    item INTEGER NOT NULL,
    path BLOB NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (item, path)
) WITHOUT ROWID;

-- What was reached, and by how many items.
CREATE TABLE IF NOT EXISTS features (
    feature INTEGER PRIMARY KEY,
    items INTEGER NOT NULL
);

-- What features are called, and when how many items had been entered in each run (milliseconds since
-- 1970): for reports.
CREATE TABLE IF NOT EXISTS names (
    feature INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS pace (
    run INTEGER NOT NULL,
    at INTEGER NOT NULL,
    items INTEGER NOT NULL,
    PRIMARY KEY (run, at)
) WITHOUT ROWID;

-- What the items of the last epochs know about the ones before.
CREATE TABLE IF NOT EXISTS epochs (
    epoch INTEGER PRIMARY KEY,
    -- pairs of an item and the sum of all weights up to it, 8 bytes each
    kept BLOB NOT NULL,
    -- how many items each group of divergences had (verdict and signature), as JSON
    groups TEXT NOT NULL
);

-- What each item reached, numbers of features of 8 bytes each; only where the file is one of several
-- shards, for those who merge them. Items that are there twice are left out.
CREATE TABLE IF NOT EXISTS reached (
    item INTEGER PRIMARY KEY,
    features BLOB NOT NULL
);

-- Which answers an item refuted, by fresh processes. They are removed with the campaign and not before: until then every
-- item finds the same answers, whoever was examined first and however often the campaign was interrupted.
CREATE TABLE IF NOT EXISTS refuted (
    item INTEGER NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (item, hash)
);

-- What evaluators answered, by a hash of program, executable and settings. Outlives a campaign.
CREATE TABLE IF NOT EXISTS answers (
    hash BLOB NOT NULL UNIQUE,
    outcome TEXT NOT NULL
);
";
