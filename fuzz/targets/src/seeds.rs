//! What the targets start from: made of the programs in `corpus`, never kept
//! beside them.

use crate::derivation::TEXT;
use crate::metamorphic;
use crate::program::{Program, run};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use twinix_evaluator::builtins::registered;
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::job::Output;
use walkdir::WalkDir;

/// The longest program that is a seed: libFuzzer does better with short ones.
const LONGEST: usize = 2048;

/// A seed: a name for its file, and its bytes.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The name.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The programs of a corpus folder.
#[derive(Clone, Debug)]
pub struct Corpus {
    programs: Vec<Seed>,
}

impl Corpus {
    /// Every program below a folder.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(folder: &Path) -> io::Result<Corpus> {
        let mut programs = Vec::new();
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry?;
            let is_program = entry.path().extension().is_some_and(|ext| ext == "nix");
            if !is_program || !entry.file_type().is_file() {
                continue;
            }
            let bytes = std::fs::read(entry.path())?;
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let name = below.with_extension("").to_string_lossy().replace('/', "-");
            if bytes.len() <= LONGEST {
                programs.push(Seed { name, bytes });
            }
        }
        Ok(Corpus { programs })
    }

    /// The texts of the programs.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.programs.iter().map(|seed| &*seed.bytes)
    }
}

/// Programs in the newest dialect, and every fourth also in the others.
pub fn programs(corpus: &Corpus) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (index, program) in corpus.programs.iter().enumerate() {
        for dialect in Dialect::ALL {
            if dialect != Dialect::V2_34 && index % 4 != 0 {
                continue;
            }
            let text = &program.bytes;
            seeds.push(Seed {
                name: format!("{}-{}", program.name, dialect.name()),
                bytes: Program { dialect, text }.to_bytes(),
            });
        }
    }
    seeds
}

/// Programs with choices for rewrites of them.
pub fn programs_and_choices(corpus: &Corpus) -> Vec<Seed> {
    let choices = choices(corpus);
    let dialect = Dialect::V2_34;
    let programs = corpus.programs.iter().zip(choices.iter().cycle());
    programs
        .map(|(program, choices)| Seed {
            name: program.name.clone(),
            bytes: metamorphic::to_bytes(dialect, &program.bytes, &choices.bytes),
        })
        .collect()
}

/// Programs that fail, in the newest dialect: those are the ones to reduce.
pub fn failing_programs(corpus: &Corpus) -> Vec<Seed> {
    let dialect = Dialect::V2_34;
    let fails = |text: &[u8]| {
        let failed = run(Program { dialect, text }.job(Output::Plain))
            .result
            .err();
        failed.is_some_and(|failed| failed.kind != ErrorKind::Parse)
    };
    let failing = corpus.programs.iter().filter(|seed| fails(&seed.bytes));
    failing
        .map(|seed| Seed {
            name: seed.name.clone(),
            bytes: Program {
                dialect,
                text: &seed.bytes,
            }
            .to_bytes(),
        })
        .collect()
}

/// Choices for the generator: the same every time, of every length up to a
/// kilobyte.
pub fn choices(_: &Corpus) -> Vec<Seed> {
    const COUNT: usize = 64;
    // SplitMix64.
    let mut state = 0_u64;
    let mut next = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as u8
    };
    (1..=COUNT)
        .map(|number| Seed {
            name: format!("choices-{number}"),
            bytes: (0..number * 16).map(|_| next()).collect(),
        })
        .collect()
}

/// The derivations that the programs make, as texts.
pub fn derivations(corpus: &Corpus) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for program in &corpus.programs {
        let mentions = |what: &[u8]| program.bytes.windows(what.len()).any(|part| part == what);
        if !mentions(b"derivation") {
            continue;
        }
        let text = &program.bytes;
        let dialect = Dialect::V2_34;
        let mut job = Program { dialect, text }.job(Output::Plain);
        for feature in [
            "ca-derivations",
            "dynamic-derivations",
            "impure-derivations",
        ] {
            job.settings.features.push(feature.to_owned());
        }
        for (index, text) in run(job).derivations.into_values().enumerate() {
            seeds.push(Seed {
                name: format!("{}-{index}", program.name),
                bytes: [&[TEXT], &*text].concat(),
            });
        }
    }
    seeds.sort_by(|a, b| a.bytes.cmp(&b.bytes));
    seeds.dedup_by(|a, b| a.bytes == b.bytes);
    seeds
}

/// The words of the language, as libFuzzer's dictionaries have them.
pub fn dictionary() -> String {
    const WORDS: &[&str] = &[
        "assert ",
        "else ",
        "if ",
        "in ",
        "inherit ",
        "let ",
        "or ",
        "rec ",
        "then ",
        "with ",
        "true",
        "false",
        "null",
        "builtins.",
        "__functor",
        "__toString",
        "outPath",
        "__curPos",
        "__overrides",
        "throw \"\"",
        "import ",
        "derivation ",
        "<nixpkgs>",
        "./.",
        "~/",
        "http://a",
        "${",
        "''",
        "''$",
        "''\\",
        "\\n",
        "\"",
        "//",
        "++",
        "->",
        "==",
        "!=",
        "<=",
        ">=",
        "&&",
        "||",
        "|>",
        "<|",
        "...",
        "@",
        "?",
        ": ",
        "; ",
        " = ",
        "{ ",
        " }",
        "[ ",
        " ]",
        "( ",
        " )",
        "/*",
        "*/",
        "#",
        "9223372036854775807",
        "1.5e3",
        ".5",
        "Derive([",
        "r:sha256",
        "DrvWithVersion(\"xp-dyn-drv\",",
        "/nix/store/",
    ];
    let builtins = registered().map(|builtin| builtin.name);
    let words: BTreeSet<&str> = WORDS.iter().copied().chain(builtins).collect();
    words
        .into_iter()
        .map(|word| format!("{:?}\n", word))
        .collect()
}
