//! What mutants do when they are evaluated: nothing outside their folder is touched, and our evaluator
//! ends with a value or an error.
//!
//! `TWINIX_MUTANTS=50000 cargo test -p twinix-generator --test mutation -- --nocapture` goes further
//! than a test in passing does.

use std::{cell::RefCell, collections::BTreeMap, env, rc::Rc};

use arbitrary::Unstructured;
use twinix_evaluator::{
    errors::ErrorKind,
    io::{FileKind, Io, IoError, MemoryIo, StorePart},
    job::{Input, Job, run},
    limits::Limits,
    state::Settings,
};
use twinix_generator::mutate::mutate;

mod corpus;

use corpus::{Seed, bytes, generated, precarious, seeds};

/// The files of a program, and what it asked for beside them.
struct Watched {
    files: MemoryIo,
    outside: Rc<RefCell<Vec<String>>>,
}

impl Watched {
    /// Notes what is neither the program's folder nor on the way to it.
    fn note(&self, path: &[u8]) {
        let is_below = |folder: &str| {
            path.strip_prefix(folder.as_bytes())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
        };
        // The program's folder, objects of the store by the names that this evaluation gave them, the
        // files of Nix itself, and where absolute paths are led to.
        let is_allowed = ["/pwd", "/nix/store", "/__corepkgs__", "/none"]
            .into_iter()
            .any(is_below);
        if !is_allowed && !matches!(path, b"/" | b"/nix") {
            let path = String::from_utf8_lossy(path).into_owned();
            self.outside.borrow_mut().push(path);
        }
    }
}

impl Io for Watched {
    fn kind(&self, path: &[u8]) -> Result<FileKind, IoError> {
        self.note(path);
        self.files.kind(path)
    }

    fn read_file(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        self.note(path);
        self.files.read_file(path)
    }

    fn read_dir(&self, path: &[u8]) -> Result<Vec<(Vec<u8>, FileKind)>, IoError> {
        self.note(path);
        self.files.read_dir(path)
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        self.note(path);
        self.files.read_link(path)
    }

    fn is_executable(&self, path: &[u8]) -> bool {
        self.note(path);
        self.files.is_executable(path)
    }

    fn keeps_store(&self) -> bool {
        self.files.keeps_store()
    }

    fn add_to_store(&self, path: &[u8], part: StorePart<'_>) -> Result<(), IoError> {
        self.files.add_to_store(path, part)
    }

    fn build(&self, derivation: &[u8], output: &[u8]) -> Result<(), String> {
        self.files.build(derivation, output)
    }

    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        let name = String::from_utf8_lossy(name);
        self.outside.borrow_mut().push(format!("${name}"));
        None
    }

    fn now(&self) -> i64 {
        // Every evaluation asks at its start, whether the program will or not.
        0
    }
}

/// How an evaluation ended, and what it asked for outside its folder.
fn evaluate(seed: &Seed, text: &str) -> (Result<(), ErrorKind>, Vec<String>) {
    let path = |name: &str| format!("/pwd/{name}").into_bytes();
    let mut files = vec![(path("program.nix"), text.as_bytes().to_vec())];
    for (name, content) in &seed.siblings {
        files.push((path(name), content.clone()));
    }
    let job = Job {
        settings: Settings {
            features: seed.features.clone(),
            base_directory: b"/pwd".to_vec(),
            limits: Limits {
                fuel: Some(300_000),
                memory: 256 << 20,
                ..Limits::default()
            },
            ..Settings::default()
        },
        ..Job::of(Input::File(path("program.nix")))
    };
    let outside: Rc<RefCell<Vec<String>>> = Rc::default();
    let io = Watched {
        files: MemoryIo::new(files),
        outside: Rc::clone(&outside),
    };
    let result = run(&job, Box::new(io), Box::new(|_| {}));
    let result = result.map(|_| ()).map_err(|failure| failure.kind);
    let mut outside = outside.borrow().clone();
    // Generated programs name it, because nothing is there; and one can cut its own path short.
    // Nor is anything where a text follows its folder's name, or in `/nope`, which a program of the corpus names.
    outside.retain(|path| {
        let is_nothing = ["/nonexistent", "/nope", "/pwd"];
        !is_nothing.iter().any(|start| path.starts_with(start))
            && !"/pwd".starts_with(path.as_str())
    });
    (result, outside)
}

#[test]
fn mutants_touch_nothing_outside_their_folder() {
    let mutants = env::var("TWINIX_MUTANTS")
        .ok()
        .and_then(|count| count.parse().ok());
    let mutants: usize = mutants.unwrap_or(4_000);
    let mut programs = precarious();
    programs.extend(seeds());
    programs.extend(generated(400));
    let donors: Vec<&str> = programs.iter().map(|seed| seed.text.as_str()).collect();
    let mut endings: BTreeMap<String, usize> = BTreeMap::new();
    let mut escapes = Vec::new();
    for number in 0..mutants {
        let seed = &programs[(number * 7_919) % programs.len()];
        let bytes = bytes(number as u64, 512);
        let mutant = mutate(&mut Unstructured::new(&bytes), &seed.text, &donors).unwrap();
        let (result, outside) = evaluate(seed, &mutant);
        let ending = match result {
            Ok(()) => "value".to_owned(),
            Err(kind) => format!("{kind:?}"),
        };
        *endings.entry(ending).or_default() += 1;
        if !outside.is_empty() {
            escapes.push(format!("{}: {outside:?}\n{mutant}", seed.name));
        }
    }
    println!("{mutants} mutants: {endings:#?}");
    let some = escapes[..escapes.len().min(10)].join("\n\n");
    assert!(
        escapes.is_empty(),
        "{} escapes, among them\n{some}",
        escapes.len()
    );
    let values = endings.get("value").copied().unwrap_or(0);
    assert!(
        values * 4 > mutants,
        "only {values} of {mutants} have a value"
    );
}
