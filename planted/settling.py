"""Settles stored campaigns again: their divergent programs are reduced and told their buckets anew, by the rules of
the build that there is now, without looking for them again."""

import sqlite3

import hunting

# How long one campaign may take: what it has to reduce are ten programs or so.
SECONDS = 600

# What a campaign has that does not follow from the rules: what was examined, and what was learned from it.
KEPT = ("items", "programs", "files", "divergences", "features", "names", "epochs")


def settle(twinix, source, folder, bug, seed):
    """The campaign of a bug, settled again in `folder`; its divergent programs, and the seconds of each reduction."""
    return again(twinix, source / f"{bug.id}.db", folder / f"{bug.id}.db", bug.oracle, seed, [bug.id])


def own(twinix, source, folder, oracle, seed):
    """The buckets that a campaign found with no bug on, settled again."""
    name = f"clean-{oracle}.db"
    if not (source / name).is_file():
        return set()
    programs, _, _ = again(twinix, source / name, folder / name, oracle, seed, [])
    return {one["bucket"] for one in programs}


def again(twinix, stored, db, oracle, seed, bugs):
    # The plan names the build, and the tables may be of another version: an empty campaign has those of this one.
    hunting.campaign(twinix, db, oracle, seed, SECONDS, None, bugs, ["--programs", "0"])
    with sqlite3.connect(db) as write:
        write.execute("ATTACH ? AS stored", (str(stored),))
        for table in KEPT:
            columns = ", ".join(sorted(names(write, "main", table) & names(write, "stored", table)))
            write.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM stored.{table}")
        write.execute("UPDATE divergences SET bucket = NULL, tried = 0")
        (items,) = write.execute("SELECT count(*) FROM items").fetchone()
    report = hunting.go_on(twinix, db, SECONDS, ["--programs", str(items)], bugs)
    return hunting.found(db), report["pending"], report["run"]["reduction_seconds"]


def names(db, schema, table):
    """The columns of a table."""
    return {row[1] for row in db.execute(f"PRAGMA {schema}.table_info({table})")}
