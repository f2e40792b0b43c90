"""Shows that each bug can be seen: its probe agrees with the oracle without the bug and not with it."""

import json
import os
import pathlib
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor


def run(twinix, arguments, bugs=()):
    """Runs twinix with bugs on."""
    environment = os.environ | {"TWINIX_PLANTED": " ".join(bugs)}
    return subprocess.run(
        [twinix, *arguments], capture_output=True, text=True, env=environment, errors="replace"
    )


def check(twinix, files, oracle, mode, bugs=()):
    """The verdict about each file."""
    asked = ["check", "--json", "--jobs", "1", "--oracle", oracle, "--dialect", oracle, "--mode", mode]
    done = run(twinix, [*asked, *files], bugs)
    if done.returncode > 1:
        raise RuntimeError(f"twinix check ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)["programs"]


def outcomes(checked):
    """What subject and oracle did, as text."""
    against = checked["against"][0]
    return json.dumps(against["subject_outcome"]), json.dumps(against["oracle_outcome"])


def faults(twinix, bugs, lanes):
    """What is wrong with the probes: pairs of a bug and words."""
    with tempfile.TemporaryDirectory() as folder:
        return faults_in(pathlib.Path(folder), twinix, bugs, lanes)


def faults_in(folder, twinix, bugs, lanes):
    wrong = []
    groups = {}
    files = {}
    for bug in bugs:
        groups.setdefault((bug.oracle, bug.mode), []).append(bug)
        # A program sees the folder that it is in.
        (folder / bug.id).mkdir()
        files[bug.id] = folder / bug.id / "probe.nix"
        files[bug.id].write_bytes(bug.probe.encode())
    for (oracle, mode), members in groups.items():
        checked = check(twinix, [files[bug.id] for bug in members], oracle, mode)
        for bug, one in zip(members, checked):
            if one["verdict"] != "agree":
                wrong.append((bug, f"without the bug: {one['verdict']} {outcomes(one)}"))

    def planted(bug):
        try:
            one = check(twinix, [files[bug.id]], bug.oracle, bug.mode, [bug.id])[0]
        except RuntimeError as error:
            return bug, str(error)
        return None if one["verdict"] == "divergence" else (bug, f"with the bug: {one['verdict']} {outcomes(one)}")

    with ThreadPoolExecutor(lanes) as pool:
        wrong.extend(fault for fault in pool.map(planted, bugs) if fault)
    return wrong
