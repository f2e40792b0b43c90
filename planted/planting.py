"""The list of planted bugs, and the copy of the workspace that holds all of them."""

import os
import pathlib
import shutil
import subprocess
import tomllib
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
WORKSPACE = HERE.parent

# Says which bugs a run has; exists in the copy only.
SWITCH = '''//! Which of the planted bugs this run has: those that `TWINIX_PLANTED` names, separated by spaces.

use std::sync::OnceLock;

const IDS: &[&str] = &[%s];

/// Whether this run has the bug of this number.
pub fn is(number: usize) -> bool {
    static CHOSEN: OnceLock<Vec<bool>> = OnceLock::new();
    let chosen = CHOSEN.get_or_init(|| {
        let wanted = std::env::var("TWINIX_PLANTED").unwrap_or_default();
        let mut chosen = vec![false; IDS.len()];
        for id in wanted.split_whitespace() {
            match IDS.iter().position(|known| *known == id) {
                Some(number) => chosen[number] = true,
                None => panic!("TWINIX_PLANTED: there is no bug '{id}'"),
            }
        }
        chosen
    });
    chosen[number]
}
'''


class Unplantable(Exception):
    """The list does not fit the source."""


@dataclass(frozen=True)
class Bug:
    """One row of the list; README.md says what each field is."""

    id: str
    area: str
    what: str
    file: str
    before: str
    after: str
    form: str
    oracle: str
    mode: str
    probe: str
    miss: str


def read():
    """All bugs, in the order of the files and of their rows."""
    bugs = []
    for path in sorted((HERE / "bugs").glob("*.toml")):
        table = tomllib.loads(path.read_text())
        for row in table["bug"]:
            bugs.append(
                Bug(
                    id=row["id"],
                    area=path.stem,
                    what=row["what"],
                    file=row["file"],
                    before=row["from"],
                    after=row["to"],
                    form=row.get("form", "expression"),
                    oracle=row.get("oracle", "2.34"),
                    mode=row.get("mode", table.get("mode", "strict")),
                    probe=row["probe"],
                    miss=row.get("miss", ""),
                )
            )
    return bugs


def replacement(bug, number):
    """What takes the place of the anchor."""
    planted = f"crate::planted::is({number})"
    if bug.form == "code":
        return bug.after.replace("PLANTED", planted)
    return f"(if {planted} {{ {bug.after} }} else {{ {bug.before} }})"


def plant(bugs, file, text):
    """The text of a file with its bugs behind the switch."""
    places = []
    for number, bug in enumerate(bugs):
        if bug.file != file:
            continue
        if text.count(bug.before) != 1:
            raise Unplantable(
                f"{bug.id}: its anchor is {text.count(bug.before)} times in {file}; it has to be there once"
            )
        start = text.index(bug.before)
        places.append((start, start + len(bug.before), replacement(bug, number), bug.id))
    places.sort()
    for (_, end, _, one), (start, _, _, other) in zip(places, places[1:]):
        if start < end:
            raise Unplantable(f"the anchors of {one} and {other} overlap")
    for start, end, new, _ in reversed(places):
        text = text[:start] + new + text[end:]
    return text


def tracked():
    """The files of the workspace, those that are not committed yet included, without the corpus."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=WORKSPACE, check=True, capture_output=True,
    ).stdout.decode()
    for name in listed.split("\0"):
        if name and not name.startswith(("corpus/", "planted/", "docs/")) and (WORKSPACE / name).is_file():
            yield name


def copy(bugs, tree):
    """Brings the copy up to date, leaving files that stay the same alone, so that a build is incremental."""
    switch = SWITCH % ", ".join(f'"{bug.id}"' for bug in bugs)
    files = {"evaluator/src/planted.rs": switch.encode()}
    for name in tracked():
        content = (WORKSPACE / name).read_bytes()
        if any(bug.file == name for bug in bugs):
            content = plant(bugs, name, content.decode()).encode()
        if name == "evaluator/src/lib.rs":
            content += b"\n/// The bugs that are planted.\npub mod planted;\n"
        if name == "Cargo.toml":
            # What is planted is not written for the lints.
            content = content.replace(b'warnings = "deny"', b'warnings = "allow"')
        files[name] = content
    for name, content in files.items():
        path = tree / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            shutil.copymode(WORKSPACE / name, path) if (WORKSPACE / name).is_file() else None
    for path in tree.rglob("*"):
        if path.is_file() and str(path.relative_to(tree)) not in files and path.name != "Cargo.lock":
            path.unlink()


def build(bugs, folder, profile):
    """The evaluator with all bugs; returns the path of the program."""
    tree = folder / "tree"
    copy(bugs, tree)
    environment = os.environ | {"CARGO_TARGET_DIR": str(folder / "build")}
    subprocess.run(
        ["cargo", "build", "--quiet", "-p", "twinix", "--profile", profile],
        cwd=tree, check=True, env=environment,
    )
    return program(folder, profile)


def program(folder, profile):
    """Where the build is."""
    return folder / "build" / ("debug" if profile == "dev" else profile) / "twinix"
