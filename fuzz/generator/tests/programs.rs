//! What holds for every program that is generated: it parses, it does what it was generated for, it is the
//! same every time.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    hash::Hasher,
    time::{Duration, Instant},
};

use arbitrary::Unstructured;
use twinix_evaluator::{
    builtins::registered,
    dialect::Dialect,
    io::MemoryIo,
    job::{Input, Job, run},
    limits::Limits,
    state::Settings,
};
use twinix_generator::{
    Config, Generated, Release, VERSION,
    build::PRODUCTIONS,
    builtins::{How, TABLE},
    forms::{FORMS, forms},
    from_bytes, generate,
};

/// Evaluates a program in the newest dialect, to the depth of `--strict`.
fn evaluate(program: &Generated) -> Result<Vec<u8>, String> {
    let mut files = vec![(b"/pwd/program.nix".to_vec(), program.text.clone())];
    for (path, content) in &program.files {
        files.push((
            format!("/pwd/{}", path.display()).into_bytes(),
            content.clone(),
        ));
    }
    let settings = Settings {
        limits: Limits {
            fuel: Some(2_000_000),
            time: Some(Duration::from_secs(20)),
            ..Limits::default()
        },
        features: program.features.clone(),
        base_directory: b"/pwd".to_vec(),
        ..Settings::default()
    };
    let job = Job {
        settings,
        ..Job::of(Input::File(b"/pwd/program.nix".to_vec()))
    };
    run(&job, Box::new(MemoryIo::new(files)), Box::new(|_| {}))
        .map_err(|failure| String::from_utf8_lossy(&failure.message).into_owned())
}

fn with_dial(validity: f64) -> Config {
    Config {
        validity,
        ..Config::default()
    }
}

/// Programs, and the programs beside them.
fn texts(program: &Generated) -> impl Iterator<Item = Cow<'_, str>> {
    let nix = program
        .files
        .iter()
        .filter(|(path, _)| path.extension().is_some_and(|ext| ext == "nix"));
    nix.map(|(_, text)| String::from_utf8_lossy(text))
        .chain([program.lossy()])
}

#[test]
fn every_program_parses() {
    for seed in 0..2000 {
        let program = generate(seed, &Config::default());
        for text in texts(&program) {
            let errors = rnix::Root::parse(&text).errors().to_vec();
            assert!(errors.is_empty(), "{seed}: {errors:?}\n{text}");
        }
    }
}

#[test]
fn every_spelling_is_made() {
    let programs = (0..4000).map(|seed| generate(seed, &Config::default()));
    let made: BTreeSet<_> = programs.flat_map(|program| forms(&program.text)).collect();
    let missing: Vec<_> = FORMS.iter().filter(|form| !made.contains(*form)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn few_programs_are_no_utf8() {
    let all: Vec<_> = (0..4000)
        .map(|seed| generate(seed, &Config::default()))
        .collect();
    let is_raw = |text: &Vec<u8>| std::str::from_utf8(text).is_err();
    let count = all.iter().filter(|program| is_raw(&program.text)).count();
    assert!((20..120).contains(&count), "{count}");
    let imported = all.iter().flat_map(|program| &program.files);
    let imported = imported
        .filter(|(path, text)| path.extension().is_some_and(|ext| ext == "nix") && is_raw(text));
    assert!(imported.count() > 0);
}

#[test]
fn a_program_without_fault_has_a_value() {
    let config = with_dial(1.0);
    for seed in 0..1500 {
        let program = generate(seed, &config);
        let value = evaluate(&program)
            .unwrap_or_else(|error| panic!("{seed}: {error}\n{}", program.lossy()));
        assert!(value.len() < 64 << 10, "{seed}: {} bytes", value.len());
    }
}

#[test]
fn a_program_with_a_fault_has_none() {
    let config = with_dial(0.0);
    let count = 1500;
    let values: Vec<u64> = (0..count)
        .filter(|&seed| evaluate(&generate(seed, &config)).is_ok())
        .collect();
    assert!(values.len() * 100 < count as usize, "{values:?}");
}

#[test]
fn the_dial_says_how_many_have_values() {
    for dial in [0.3, 0.9] {
        let count = 1500;
        let values = (0..count)
            .filter(|&seed| evaluate(&generate(seed, &with_dial(dial))).is_ok())
            .count();
        let share = values as f64 / count as f64;
        // Two points, and three standard deviations of a sample of this size.
        let spread = 3.0 * (dial * (1.0 - dial) / count as f64).sqrt();
        assert!((share - dial).abs() < 0.02 + spread, "{dial}: {share}");
    }
}

#[test]
fn programs_are_small_and_cheap() {
    let start = Instant::now();
    let count = 500;
    let mut bytes = 0;
    for seed in 0..count {
        let program = generate(seed, &Config::default());
        bytes += program.text.len();
        assert!(program.text.len() < 64 << 10, "{seed}");
        let _ = evaluate(&program);
    }
    let mean = bytes / count as usize;
    assert!((100..2000).contains(&mean), "{mean}");
    // Generous: other things run on the machine as well.
    assert!(start.elapsed() < Duration::from_millis(50 * count));
}

#[test]
fn a_seed_is_one_program_for_ever() {
    #[derive(Default)]
    struct Fnv(u64);
    impl Hasher for Fnv {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            for &byte in bytes {
                self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    let mut hasher = Fnv::default();
    let with_store = Config {
        store: true,
        ..Config::default()
    };
    let all = (0..500).map(|seed| (seed, Config::default()));
    for (seed, config) in all.chain((0..100).map(|seed| (seed, with_store.clone()))) {
        let program = generate(seed, &config);
        hasher.write(&program.text);
        for (path, content) in &program.files {
            hasher.write(path.to_string_lossy().as_bytes());
            hasher.write(content);
        }
        hasher.write(program.features.join(" ").as_bytes());
    }
    // Where this fails on purpose, `VERSION` is one more.
    assert_eq!((VERSION, hasher.finish()), (8, 7_647_669_728_548_007_809));
}

#[test]
fn bytes_choose_programs_too() {
    let config = Config::default();
    let empty = from_bytes(&mut Unstructured::new(&[]), &config).unwrap();
    assert!(empty.text.len() < 40, "{}", empty.lossy());
    let mut lengths = BTreeSet::new();
    for seed in 0..300u64 {
        let mut state = seed;
        let bytes: Vec<u8> = (0..seed * 4)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 56) as u8
            })
            .collect();
        let program = from_bytes(&mut Unstructured::new(&bytes), &config).unwrap();
        for text in texts(&program) {
            assert!(
                rnix::Root::parse(&text).errors().is_empty(),
                "{seed}: {text}"
            );
        }
        let result = evaluate(&program);
        assert!(
            program.fault.is_some() || result.is_ok(),
            "{seed}: {result:?}\n{}",
            program.lossy()
        );
        lengths.insert(program.text.len());
    }
    assert!(lengths.len() > 50);
}

#[test]
fn switches_keep_things_out() {
    let config = Config {
        files: false,
        derivations: false,
        experimental: false,
        ..Config::default()
    };
    for seed in 0..500 {
        let program = generate(seed, &config);
        assert!(
            program.files.is_empty(),
            "{seed}: {:?}\n{}",
            program.files,
            program.lossy()
        );
        assert!(program.features.is_empty(), "{seed}");
    }
}

#[test]
fn the_configuration_survives_being_written() {
    let config = with_dial(0.25);
    let text = serde_json::to_string(&config).unwrap();
    assert_eq!(serde_json::from_str::<Config>(&text).unwrap(), config);
    assert_eq!(
        serde_json::from_str::<Config>("{}").unwrap(),
        Config::default()
    );
}

fn release(dialect: Dialect) -> Release {
    match dialect {
        Dialect::V2_3 => Release::V2_3,
        Dialect::V2_8 => Release::V2_8,
        Dialect::V2_26 => Release::V2_26,
        Dialect::V2_34 => Release::V2_34,
    }
}

#[test]
fn the_table_has_every_builtin_of_every_release() {
    for builtin in registered() {
        let rows: Vec<_> = TABLE
            .iter()
            .filter(|row| row.name == builtin.name)
            .collect();
        assert!(!rows.is_empty(), "{} is missing", builtin.name);
        let exists = |row: &&&twinix_generator::builtins::Builtin| {
            row.since <= release(builtin.since)
                // A newer release has some without the feature, and refuses them when they are called.
                && (row.feature == builtin.feature || builtin.since == Dialect::V2_34)
                && (builtin.until.is_some() || row.until.is_none())
        };
        assert!(
            rows.iter().find(exists).is_some(),
            "{} exists elsewhere",
            builtin.name
        );
        if !matches!(rows[0].how, How::Constant(_)) {
            assert_eq!(
                rows[0].takes.len(),
                usize::from(builtin.arity),
                "{}",
                builtin.name
            );
        }
    }
    for row in TABLE
        .iter()
        .filter(|row| !matches!(row.how, How::Constant(_)))
    {
        assert!(
            registered().any(|builtin| builtin.name == row.name),
            "{} is no builtin",
            row.name
        );
    }
}

#[test]
fn productions_have_names_of_their_own() {
    let names: BTreeSet<_> = PRODUCTIONS
        .iter()
        .map(|production| production.name)
        .collect();
    assert_eq!(names.len(), PRODUCTIONS.len());
}
