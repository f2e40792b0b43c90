"""Settles stored campaigns again: their divergent programs are reduced and told their buckets anew, by the rules of
the build that there is now, without looking for them again."""

import json
import shutil
import sqlite3

import hunting

# How long one campaign may take: what it has to reduce are ten programs or so.
SECONDS = 600


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
    folder = db.parent
    # The plan names the build: that of an empty campaign has this one.
    empty = folder / f"empty-{db.name}"
    hunting.campaign(twinix, empty, oracle, seed, SECONDS, None, bugs, ["--programs", "0"])
    with sqlite3.connect(empty) as read:
        (plan,) = read.execute("SELECT plan FROM campaign").fetchone()
    hunting.remove(empty)
    hunting.remove(db)
    with sqlite3.connect(stored) as read:
        # What is still in the log only is in the file then.
        read.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(stored, db)
    with sqlite3.connect(db) as write:
        write.execute("UPDATE campaign SET plan = ?", (plan,))
        write.execute("UPDATE divergences SET bucket = NULL, tried = 0")
        for table in ("buckets", "reduced", "reduced_files"):
            write.execute(f"DELETE FROM {table}")
        (items,) = write.execute("SELECT count(*) FROM items").fetchone()
    report = hunting.go_on(twinix, db, SECONDS, ["--programs", str(items)], bugs)
    return hunting.found(db), report["pending"], report["run"]["reduction_seconds"]
