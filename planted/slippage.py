"""Whether reducing turns one bug into another: programs are reduced with several bugs on at once."""

import json
import random
import tempfile
from concurrent.futures import ThreadPoolExecutor

import probing

# How many bugs are on besides the one that a program shows.
OTHERS = 3


def diverges(twinix, folder, name, text, oracle, mode, bugs):
    """Whether a program diverges with these bugs on."""
    file = folder / f"{name}.nix"
    file.write_bytes(text)
    arguments = ["check", "--json", "--jobs", "1", "--oracle", oracle, "--dialect", oracle, "--mode", mode, str(file)]
    done = probing.run(twinix, arguments, bugs)
    return json.loads(done.stdout)["programs"][0]["verdict"] == "divergence"


def measure(twinix, options, bugs, say):
    """Reduces programs again; says how often the result does not show the bug that its original showed."""
    import pathlib
    import sqlite3

    dice = random.Random(options.seed)
    campaigns = options.folder / "quality"
    wanted = [bug for bug in bugs if bug.oracle == "2.34" and (campaigns / f"{bug.id}.db").is_file()]
    cases = []
    for bug in wanted:
        with sqlite3.connect(campaigns / f"{bug.id}.db") as db:
            rows = db.execute(
                """SELECT p.text, i.mode, i.item FROM divergences d JOIN items i USING (item) JOIN programs p USING (item)
                   JOIN reduced r USING (item)
                   WHERE d.verdict = 'divergence' AND p.features = ''
                   AND NOT EXISTS (SELECT 1 FROM files f WHERE f.item = d.item) ORDER BY d.item LIMIT 2"""
            ).fetchall()
        cases.extend((bug, *row) for row in rows)
    dice.shuffle(cases)
    cases = cases[: options.slippage]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)

        def one(case):
            bug, text, mode, item = case
            name = f"{bug.id}-{item}"
            others = random.Random(f"{options.seed} {name}").sample([one for one in wanted if one != bug], OTHERS)
            together = [bug.id, *(one.id for one in others)]
            # One that shows another of the bugs as well does not tell which one it is about.
            if diverges(twinix, folder, name, text, bug.oracle, mode, together[1:]):
                return "shows two"
            result = folder / f"{name}-small.nix"
            done = probing.run(
                twinix,
                ["reduce", str(folder / f"{name}.nix"), "--oracle", bug.oracle, "--mode", mode, "--jobs", "1",
                 "--time", "60s", "-o", str(result)],
                together,
            )
            if done.returncode or not result.is_file():
                return "not reduced"
            if diverges(twinix, folder, name + "-small", result.read_bytes(), bug.oracle, mode, [bug.id]):
                return "kept"
            say(f"slipped: {name} with {' '.join(together[1:])}: {json.dumps(result.read_text())}")
            return "slipped"

        with ThreadPoolExecutor(options.lanes) as pool:
            ends = list(pool.map(one, cases))
    say(", ".join(f"{ends.count(end)} {end}" for end in ("kept", "slipped", "shows two", "not reduced")))
    return 1 if "slipped" in ends else 0
