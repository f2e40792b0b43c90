"""Campaigns against the build with one bug on."""

import itertools
import json
import os
import pathlib
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import probing

KNOWN = pathlib.Path(__file__).resolve().parent.parent / "corpus" / "known.toml"


def lanes(number):
    """A pool of threads, each with a processor of its own as long as there are enough: so a campaign has the
    same part of the machine whatever the others do."""
    processors = sorted(os.sched_getaffinity(0))
    turn = itertools.count()

    def settle():
        if number <= len(processors):
            os.sched_setaffinity(0, {processors[next(turn)]})

    return ThreadPoolExecutor(number, initializer=settle)


def campaign(twinix, db, oracle, seed, seconds, until, bugs, more=()):
    """One campaign with one worker; its report."""
    for suffix in ("", "-wal", "-shm"):
        pathlib.Path(f"{db}{suffix}").unlink(missing_ok=True)
    arguments = [
        "fuzz", "--json", "--db", str(db), "--seed", str(seed), "--oracle", oracle, "--known", str(KNOWN),
        "--jobs", "1", "--duration", f"{seconds}s", *more,
    ]
    if until:
        arguments += ["--until", str(until)]
    done = probing.run(twinix, arguments, bugs)
    if done.returncode > 1:
        raise RuntimeError(f"twinix fuzz ({' '.join(bugs) or 'no bug'}): {done.stderr}")
    return json.loads(done.stdout)


def clean(twinix, folder, bugs, seed, seconds, pool):
    """The buckets that the campaigns find with no bug on; there should be none."""

    def one(oracle):
        report = campaign(twinix, folder / f"clean-{oracle}.db", oracle, seed, seconds, None, ())
        return [(oracle, bucket) for bucket in report["buckets"] if bucket["verdict"] != "known"]

    with pool:
        return sum(pool.map(one, sorted({bug.oracle for bug in bugs})), [])


def hunt(twinix, folder, bug, seed, seconds, until, own):
    """Looks for a bug; what became of it. What is in a bucket of `own` is not the bug's."""
    db = folder / f"{bug.id}.db"
    report = campaign(twinix, db, bug.oracle, seed, seconds, until, [bug.id])
    first, passed, reductions = None, 0, []
    while True:
        programs = [one for one in found(db) if one["bucket"] not in own]
        if first is None and (programs or report["pending"]):
            first = passed + report["run"]["first"]
        passed += report["run"]["seconds"]
        reductions += report["run"]["reduction_seconds"]
        if len(programs) >= until or passed > seconds - 2:
            break
        # It ended at what it finds without the bug too.
        total = report["totals"]["divergence"] + report["totals"]["drift"]
        report = go_on(twinix, db, seconds - passed, ["--until", str(total + until - len(programs))], [bug.id])
    if report["pending"]:
        # What there was no time to reduce.
        report = go_on(twinix, db, seconds, ["--programs", str(report["totals"]["items"])], [bug.id])
        reductions += report["run"]["reduction_seconds"]
    programs = [one for one in found(db) if one["bucket"] not in own]
    return {
        "id": bug.id,
        "area": bug.area,
        "seconds": first if programs or report["pending"] else None,
        "items": report["totals"]["items"],
        "divergences": report["totals"]["divergence"] + report["totals"]["drift"],
        "disputed": report["totals"]["disputed"],
        "programs": programs,
        "pending": report["pending"],
        "reductions": reductions,
        "load": round(os.getloadavg()[0], 1),
        "at": time.strftime("%Y-%m-%d %H:%M"),
    }


def go_on(twinix, db, seconds, more, bugs):
    """Goes on with a campaign; its report."""
    arguments = ["fuzz", "--json", "--db", str(db), "--known", str(KNOWN), "--jobs", "1",
                 "--duration", f"{round(seconds)}s", *more]
    done = probing.run(twinix, arguments, bugs)
    if done.returncode > 1:
        raise RuntimeError(f"twinix fuzz ({' '.join(bugs) or 'no bug'}): {done.stderr}")
    return json.loads(done.stdout)


def found(db):
    """The divergent programs of a campaign that have a bucket, without the known ones."""
    with sqlite3.connect(db) as read:
        rows = read.execute(
            """SELECT b.verdict, b.signature, d.item, length(p.text), r.size, r.text, r.mode
               FROM divergences d JOIN buckets b ON b.bucket = d.bucket
               LEFT JOIN programs p ON p.item = d.item
               LEFT JOIN reduced r ON r.item = d.item ORDER BY d.item"""
        ).fetchall()
    return [
        {
            "kind": kind,
            "bucket": signature,
            "size": size,
            "reduced_size": small,
            "reduced": None if text is None else text.decode(errors="replace"),
            "mode": mode,
        }
        for kind, signature, _, size, small, text, mode in rows
        if kind != "known"
    ]
