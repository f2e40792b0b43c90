"""Shows that each bug can be seen: its probe agrees with the oracle without the bug and not with it."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor


def run(twinix, arguments, bugs=()):
    """Runs twinix with bugs on."""
    environment = os.environ | {"TWINIX_PLANTED": " ".join(bugs)}
    return subprocess.run(
        [twinix, *arguments], capture_output=True, text=True, env=environment, errors="replace"
    )


def check(twinix, programs, oracle, mode, bugs=()):
    """The verdict about each expression."""
    done = run(
        twinix,
        ["check", "--json", "--jobs", "1", "--oracle", oracle, "--dialect", oracle, "--mode", mode, "-E", *programs],
        bugs,
    )
    if done.returncode > 1:
        raise RuntimeError(f"twinix check: {done.stderr}")
    return json.loads(done.stdout)["programs"]


def outcomes(checked):
    """What subject and oracle did, as text."""
    against = checked["against"][0]
    return json.dumps(against["subject_outcome"]), json.dumps(against["oracle_outcome"])


def faults(twinix, bugs, lanes):
    """What is wrong with the probes: pairs of a bug and words."""
    wrong = []
    groups = {}
    for bug in bugs:
        groups.setdefault((bug.oracle, bug.mode), []).append(bug)
    for (oracle, mode), members in groups.items():
        checked = check(twinix, [bug.probe for bug in members], oracle, mode)
        for bug, one in zip(members, checked):
            if one["verdict"] != "agree":
                wrong.append((bug, f"without the bug: {one['verdict']} {outcomes(one)}"))

    def planted(bug):
        one = check(twinix, [bug.probe], bug.oracle, bug.mode, [bug.id])[0]
        return None if one["verdict"] == "divergence" else (bug, f"with the bug: {one['verdict']} {outcomes(one)}")

    with ThreadPoolExecutor(lanes) as pool:
        wrong.extend(fault for fault in pool.map(planted, bugs) if fault)
    return wrong
