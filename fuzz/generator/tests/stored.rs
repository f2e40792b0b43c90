//! Programs that have a store of their own do what they were planned to do when they are instantiated.

use std::{fs, path::Path};

use rayon::prelude::*;
use twinix_evaluator::{
    dialect::Dialect,
    instantiate::{Instantiation, instantiate},
    io::RealIo,
    job::{Argument, Input},
    state::Settings,
};
use twinix_generator::{Config, Generated, generate};

/// What the command is told in the first line of a program.
#[derive(Default)]
struct Told {
    attributes: Vec<String>,
    arguments: Vec<(String, Argument)>,
    is_pure: bool,
}

fn told(text: &str) -> Told {
    let mut told = Told::default();
    let line = text.lines().next().unwrap_or_default();
    let mut words = line
        .strip_prefix("# instantiate:")
        .unwrap_or_default()
        .split_whitespace();
    while let Some(flag) = words.next() {
        let mut word = || words.next().unwrap_or_default().to_owned();
        match flag {
            "-A" | "--attr" => told.attributes.push(word()),
            "--arg" => {
                let (name, value) = (word(), word());
                let value = Argument::Expression(value.into_bytes());
                told.arguments.push((name, value));
            }
            "--argstr" => {
                let (name, value) = (word(), word());
                told.arguments
                    .push((name, Argument::String(value.into_bytes())));
            }
            "--option" => {
                // The others change no outcome.
                let (name, _) = (word(), word());
                told.is_pure |= name == "pure-eval";
            }
            _ => panic!("{flag}"),
        }
    }
    if told.attributes.is_empty() {
        told.attributes.push(String::new());
    }
    told
}

/// What a program does with a store: how many derivations it names, or how it fails.
fn outcome(program: &Generated) -> Result<usize, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let root = folder.path().join("pwd");
    let write = |path: &Path, content: &[u8]| {
        let at = root.join(path);
        fs::create_dir_all(at.parent().unwrap_or(&root)).and_then(|()| fs::write(at, content))
    };
    for (path, content) in &program.files {
        write(path, content).map_err(|error| error.to_string())?;
    }
    write(Path::new("program.nix"), &program.text).map_err(|error| error.to_string())?;
    let path = |path: &Path| path.display().to_string().into_bytes();
    let told = told(&program.lossy());
    let task = Instantiation {
        settings: Settings {
            dialect: Dialect::V2_34,
            // A tree that a text refers to needs the second of these, too.
            features: (program.features.iter().cloned())
                .chain(["fetch-tree", "flakes"].map(str::to_owned))
                .collect(),
            base_directory: path(&root),
            read_only: false,
            pure: told.is_pure,
            import_from_derivation: false,
            system: "x86_64-linux".to_owned(),
            ..Settings::default()
        },
        inputs: vec![Input::File(path(&root.join("program.nix")))],
        attributes: told.attributes,
        arguments: told.arguments,
    };
    let io = RealIo::with_store(folder.path().join("store"), &task.settings.store_dir);
    let mut found = 0;
    let done = instantiate(&task, Box::new(io), Box::new(|_| {}), &mut |_| found += 1);
    match done.result {
        Ok(()) => Ok(found),
        Err(failure) => Err(String::from_utf8_lossy(&failure.report).into_owned()),
    }
}

fn programs() -> impl Iterator<Item = (u64, Generated)> {
    let config = Config {
        store: true,
        ..Config::default()
    };
    (0..700).map(move |seed| (seed, generate(seed, &config)))
}

#[test]
fn they_fail_where_they_have_a_fault_and_only_there() {
    let mut failed = 0;
    let mut wrong = Vec::new();
    let all: Vec<(u64, Generated)> = programs().collect();
    let outcomes: Vec<_> = (all.par_iter())
        .map(|(_, program)| outcome(program))
        .collect();
    for ((seed, program), outcome) in all.iter().zip(outcomes) {
        match (outcome, &program.fault) {
            (Ok(0), None) => wrong.push(format!("{seed}: no derivation\n{}", program.lossy())),
            (Ok(_), None) => {}
            (Err(_), Some(_)) => failed += 1,
            (Err(error), None) => wrong.push(format!("{seed}: {error}\n{}", program.lossy())),
            (Ok(_), Some(fault)) => wrong.push(format!("{seed}: no {fault}\n{}", program.lossy())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(failed > 20, "{failed}");
}

#[test]
fn they_fetch_and_read_in_every_way() {
    let all: Vec<Generated> = programs().map(|(_, program)| program).collect();
    for part in [
        "fetchTarball",
        "fetchurl",
        "fetchTree",
        "getFlake",
        "storePath",
        "toFile",
        "readFile",
        "drvPath",
        "x.drv",
        "appendContext",
        "outputOf",
        "addDrvOutputDependencies",
        "xp-dyn-drv",
        "filterSource",
        "_tree",
    ] {
        let uses = all.iter().filter(|program| program.lossy().contains(part));
        assert!(uses.count() > 10, "{part}");
    }
    let locked = |program: &&Generated| {
        let mut files = program.files.keys();
        files.any(|file| file.ends_with("flake.lock"))
    };
    assert!(all.iter().filter(locked).count() > 10);
}
