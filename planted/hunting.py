"""Campaigns against the build with one bug on."""

import json
import os
import pathlib
import sqlite3
import time

import probing

KNOWN = pathlib.Path(__file__).resolve().parent.parent / "corpus" / "known.toml"


def campaign(twinix, db, oracle, seed, seconds, until, bugs):
    """One campaign with one worker; its report."""
    for suffix in ("", "-wal", "-shm"):
        pathlib.Path(f"{db}{suffix}").unlink(missing_ok=True)
    arguments = [
        "fuzz", "--json", "--db", str(db), "--seed", str(seed), "--oracle", oracle, "--known", str(KNOWN),
        "--jobs", "1", "--duration", f"{seconds}s",
    ]
    if until:
        arguments += ["--until", str(until)]
    done = probing.run(twinix, arguments, bugs)
    if done.returncode > 1:
        raise RuntimeError(f"twinix fuzz ({' '.join(bugs) or 'no bug'}): {done.stderr}")
    return json.loads(done.stdout)


def clean(twinix, folder, bugs, seed, seconds):
    """The buckets that the campaigns find with no bug on; there should be none."""
    found = []
    for oracle in sorted({bug.oracle for bug in bugs}):
        report = campaign(twinix, folder / f"clean-{oracle}.db", oracle, seed, seconds, None, ())
        found.extend((oracle, bucket) for bucket in report["buckets"] if bucket["verdict"] != "known")
    return found


def hunt(twinix, folder, bug, seed, seconds, until):
    """Looks for a bug; what became of it."""
    db = folder / f"{bug.id}.db"
    report = campaign(twinix, db, bug.oracle, seed, seconds, until, [bug.id])
    if report["pending"]:
        # What there was no time to reduce.
        rest = ["fuzz", "--json", "--db", str(db), "--known", str(KNOWN), "--jobs", "1",
                "--programs", str(report["totals"]["items"]), "--duration", f"{seconds}s"]
        more = json.loads(probing.run(twinix, rest, [bug.id]).stdout)
        more["run"] = report["run"] | {
            "reduction_seconds": report["run"]["reduction_seconds"] + more["run"]["reduction_seconds"]
        }
        report = more
    with sqlite3.connect(db) as read:
        rows = read.execute(
            """SELECT b.verdict, b.signature, d.item, length(p.text), r.size, r.text, r.mode
               FROM divergences d JOIN buckets b ON b.bucket = d.bucket
               LEFT JOIN programs p ON p.item = d.item
               LEFT JOIN reduced r ON r.item = d.item ORDER BY d.item"""
        ).fetchall()
    programs = [
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
    return {
        "id": bug.id,
        "area": bug.area,
        "seconds": report["run"]["first"],
        "items": report["totals"]["items"],
        "divergences": report["totals"]["divergence"] + report["totals"]["drift"],
        "disputed": report["totals"]["disputed"],
        "programs": programs,
        "pending": report["pending"],
        "reductions": report["run"]["reduction_seconds"],
        "load": round(os.getloadavg()[0], 1),
        "at": time.strftime("%Y-%m-%d %H:%M"),
    }
