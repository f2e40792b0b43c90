//! Generates programs and counts what they are: `cargo run -p twinix-generator --example survey -- N`.
//!
//! `--dial D` (repeatable) the validity dial, `--seed S` the first seed, `--oracle V` asks an installed
//! release as well about a sample of `--sample K`, `--show K` prints programs that do not do what they were
//! generated for, `--print` prints the programs, `--dump DIR` writes each to a folder that `twinix check`
//! reads. `--store` generates programs that have a store. Of those only the syntax is looked at: they are to be
//! instantiated, with a store on the disk, `git` and `tar`, as the test `stored` and campaigns do.
//!
//! The exit status is 1 if a program is not valid, or comes to something else than it was generated for, in our
//! evaluator or in the release that is asked; if the share of values is more than two points from the dial; and if enough
//! programs lack something that they are to reach (`survey/reached.rs`).

#![allow(clippy::print_stdout, reason = "it is there to print")]

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

#[path = "survey/planned.rs"]
mod planned;
#[path = "survey/reached.rs"]
mod reached;

use reached::Reached;
use rnix::Root;
use twinix_evaluator::{
    dialect::Dialect,
    errors::ErrorKind,
    io::MemoryIo,
    job::{Input, Job, observe},
    limits::Limits,
    observation::{Ending, Hits, Subject},
    state::Settings,
};
use twinix_generator::{Config, Generated, build::FAULTS, forms::forms, generate};
use twinix_oracle::{
    Evaluator, Program, discover, outcome::Answer, settings::Settings as OracleSettings,
    taxonomy::ErrorKind as TheirKind,
};

struct Options {
    count: u64,
    seed: u64,
    dials: Vec<f64>,
    oracle: Option<String>,
    sample: u64,
    show: usize,
    print: bool,
    dump: Option<String>,
    store: bool,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        count: 1000,
        seed: 0,
        dials: Vec::new(),
        oracle: None,
        sample: 300,
        show: 0,
        print: false,
        dump: None,
        store: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} wants a value"));
        match word.as_str() {
            "--seed" => options.seed = value()?.parse()?,
            "--dial" => options.dials.push(value()?.parse()?),
            "--oracle" => options.oracle = Some(value()?),
            "--sample" => options.sample = value()?.parse()?,
            "--show" => options.show = value()?.parse()?,
            "--print" => options.print = true,
            "--dump" => options.dump = Some(value()?),
            "--store" => options.store = true,
            _ => options.count = word.parse()?,
        }
    }
    if options.dials.is_empty() {
        options.dials.push(Config::default().validity);
    }
    if options.store && options.oracle.is_some() {
        return Err("programs with a store are not evaluated".into());
    }
    Ok(options)
}

/// What was counted.
#[derive(Default)]
struct Counts {
    programs: u64,
    bytes: u64,
    invalid: u64,
    values: u64,
    failed_unplanned: BTreeMap<String, u64>,
    valued_unplanned: u64,
    slow: u64,
    longest: Duration,
    largest: usize,
    generating: Duration,
    reached: Reached,
    shown: usize,
    /// Programs with a fault that came to something that the fault does not explain: seed, and what.
    otherwise: Vec<(u64, String)>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let options = options()?;
    // A new fault is rare enough to be missed by a survey of a few thousand programs.
    if let Some(fault) = FAULTS.iter().find(|fault| !planned::is_known(fault.name)) {
        return Err(format!(
            "planned.rs does not say how the fault '{}' can end",
            fault.name
        )
        .into());
    }
    let mut is_as_planned = true;
    for &dial in &options.dials {
        let config = Config {
            validity: dial,
            store: options.store,
            ..Config::default()
        };
        let mut counts = Counts::default();
        for seed in options.seed..options.seed + options.count {
            let start = Instant::now();
            let program = generate(seed, &config);
            counts.generating += start.elapsed();
            if options.print {
                println!("# {seed}\n{}\n", program.lossy());
            }
            if let Some(folder) = &options.dump {
                dump(&Path::new(folder).join(format!("{seed:07}")), &program)?;
            }
            counts.read(seed, &program, options.show);
            if !options.store {
                counts.evaluate(seed, &program, options.show);
            }
        }
        is_as_planned &= counts.print(dial, options.store) && counts.is_as_planned();
        if let Some(oracle) = &options.oracle {
            is_as_planned &= ask(oracle, &config, &options)?;
        }
    }
    Ok(if is_as_planned {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn dump(folder: &Path, program: &Generated) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for (path, content) in &program.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, content)?;
    }
    let mut text = program.text.clone();
    if !program.features.is_empty() {
        let header = format!("# features: {}\n", program.features.join(" "));
        text.splice(0..0, header.into_bytes());
    }
    fs::write(folder.join("default.nix"), text)?;
    Ok(())
}

impl Counts {
    fn read(&mut self, seed: u64, program: &Generated, show: usize) {
        self.programs += 1;
        self.bytes += program.text.len() as u64;
        let texts = program
            .files
            .iter()
            .filter(|(path, _)| path.extension().is_some_and(|ext| ext == "nix"));
        let texts = texts.map(|(_, content)| content).chain([&program.text]);
        for text in texts {
            for form in forms(text) {
                *self.reached.forms.entry(form).or_default() += 1;
            }
            let parsed = Root::parse(&String::from_utf8_lossy(text));
            let is_meant = planned::breaks_a_file(program) && *text != program.text;
            if !parsed.errors().is_empty() && !is_meant {
                self.invalid += 1;
                self.tell(show, seed, program, &format!("rnix: {:?}", parsed.errors()));
            }
            for node in parsed.syntax().descendants_with_tokens() {
                self.reached.kinds.insert(node.kind());
            }
        }
    }

    fn evaluate(&mut self, seed: u64, program: &Generated, show: usize) {
        let start = Instant::now();
        let (result, hits) = evaluate(program, Dialect::V2_34);
        let taken = start.elapsed();
        // Some opcodes are of older dialects only.
        if seed.is_multiple_of(8) {
            for dialect in [Dialect::V2_3, Dialect::V2_8] {
                let (_, hits) = evaluate(program, dialect);
                for (feature, _) in hits.iter().flat_map(Hits::iter) {
                    if let Subject::Opcode(opcode) = feature.subject() {
                        self.reached.opcodes.insert(opcode);
                    }
                }
            }
        }
        self.longest = self.longest.max(taken);
        self.slow += u64::from(taken > Duration::from_millis(50));
        for (feature, _) in hits.iter().flat_map(Hits::iter) {
            match (feature.subject(), feature.ending()) {
                (Subject::Builtin(name), Some(Ending::Value)) => {
                    *self.reached.succeeded.entry(name).or_default() += 1
                }
                (Subject::Builtin(name), Some(Ending::Error)) => {
                    *self.reached.failed.entry(name).or_default() += 1
                }
                (Subject::Builtin(name), Some(Ending::Passed)) => {
                    *self.reached.passed.entry(name).or_default() += 1
                }
                (Subject::Builtin(_), None) => {}
                (Subject::Opcode(opcode), _) => {
                    self.reached.opcodes.insert(opcode);
                }
            }
        }
        match result {
            Ok(value) => {
                self.values += 1;
                self.largest = self.largest.max(value.len());
                if program.fault.is_some() {
                    self.valued_unplanned += 1;
                    self.otherwise.push((seed, "a value".to_owned()));
                    self.tell(show, seed, program, "a value, though a fault was planted");
                }
            }
            Err((kind, message)) => {
                let planned =
                    (program.fault.as_ref()).filter(|fault| planned::can_end(fault, kind));
                if let Some(fault) = planned {
                    let fault = fault.split(": ").next().unwrap_or_default();
                    *self.reached.faults.entry(fault.to_owned()).or_default() += 1;
                    return;
                }
                self.invalid += u64::from(kind == ErrorKind::Parse);
                self.tell(show, seed, program, &message);
                match &program.fault {
                    None => *self.failed_unplanned.entry(shape(&message)).or_default() += 1,
                    Some(fault) => {
                        let what = format!("{kind:?}, {} ({fault})", shape(&message));
                        self.otherwise.push((seed, what));
                    }
                }
            }
        }
    }

    fn tell(&mut self, show: usize, seed: u64, program: &Generated, what: &str) {
        if self.shown < show {
            self.shown += 1;
            let text = program.lossy();
            let words: Vec<_> = text.split_whitespace().collect();
            let text: String = words.join(" ").chars().take(400).collect();
            let fault = program.fault.as_deref().unwrap_or("no fault");
            println!("## {seed}: {what} ({fault})\n   {text}");
        }
    }

    /// Whether every program is what it was generated to be.
    fn is_as_planned(&self) -> bool {
        self.invalid == 0 && self.failed_unplanned.is_empty() && self.otherwise.is_empty()
    }

    /// Prints what was counted; whether that is what it has to be.
    fn print(&self, dial: f64, is_only_read: bool) -> bool {
        let percent = |count: u64| 100.0 * count as f64 / self.programs as f64;
        println!(
            "dial {dial}: {} programs, {} bytes each",
            self.programs,
            self.bytes / self.programs.max(1)
        );
        println!(
            "  syntax valid           {:.3} %",
            100.0 - percent(self.invalid)
        );
        println!(
            "  generating             {:?} each",
            self.generating / self.programs.max(1) as u32
        );
        println!(
            "  kinds never seen       {:?}",
            self.reached.missing_kinds()
        );
        if is_only_read {
            return true;
        }
        self.print_outcomes();
        // Of fewer programs the share is chance.
        let share = percent(self.values) - 100.0 * dial;
        let is_near = self.programs < reached::ENOUGH || share.abs() <= 2.0;
        self.reached.print(self.programs, dial) && is_near
    }

    fn print_outcomes(&self) {
        let percent = |count: u64| 100.0 * count as f64 / self.programs as f64;
        println!("  value                  {:.2} %", percent(self.values));
        let unplanned: u64 = self.failed_unplanned.values().sum();
        println!("  failed without a fault {:.2} %", percent(unplanned));
        let mut messages: Vec<_> = self.failed_unplanned.iter().collect();
        messages.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (message, count) in messages.iter().take(25) {
            println!("    {count:6} {message}");
        }
        println!(
            "  value despite a fault  {:.2} %",
            percent(self.valued_unplanned)
        );
        println!("  otherwise              {}", self.otherwise.len());
        for (seed, what) in &self.otherwise {
            println!("    item {seed}: {what}");
        }
        println!(
            "  over 50 ms             {}, longest {:?}",
            self.slow, self.longest
        );
        println!("  largest value          {} bytes", self.largest);
    }
}

/// A message without what differs from program to program.
fn shape(message: &str) -> String {
    let mut shape = String::new();
    let mut quoted = false;
    for character in message.lines().next().unwrap_or_default().chars().take(120) {
        match character {
            '\'' | '"' => {
                quoted = !quoted;
                shape.push('\'');
            }
            '0'..='9' => {}
            _ if quoted => {}
            _ => shape.push(character),
        }
    }
    shape
}

/// A value, or what kind of error and its words.
type Ended = Result<Vec<u8>, (ErrorKind, String)>;

fn evaluate(program: &Generated, dialect: Dialect) -> (Ended, Option<Hits>) {
    let mut files = vec![(b"/pwd/program.nix".to_vec(), program.text.clone())];
    for (path, content) in &program.files {
        files.push((
            format!("/pwd/{}", path.display()).into_bytes(),
            content.clone(),
        ));
    }
    let settings = Settings {
        dialect,
        limits: Limits {
            fuel: Some(5_000_000),
            time: Some(Duration::from_secs(5)),
            ..Limits::default()
        },
        features: program.features.clone(),
        base_directory: b"/pwd".to_vec(),
        observe: true,
        ..Settings::default()
    };
    let job = Job {
        settings,
        ..Job::of(Input::File(b"/pwd/program.nix".to_vec()))
    };
    let seen = observe(&job, Box::new(MemoryIo::new(files)), Box::new(|_| {}));
    let result = seen.result.map_err(|failure| {
        let message = String::from_utf8_lossy(&failure.message).into_owned();
        (failure.kind, message)
    });
    (result, seen.hits)
}

/// Asks an installed release about a sample; whether it does what is planned.
fn ask(release: &str, config: &Config, options: &Options) -> Result<bool, Box<dyn Error>> {
    let found = discover::discover();
    let oracle = (found.oracles.iter())
        .find(|oracle| {
            oracle
                .dialect()
                .is_some_and(|dialect| dialect.to_string() == release)
        })
        .ok_or(format!(
            "no {release} is installed: `twinix oracle install {release}`"
        ))?;
    let step = (options.count / options.sample.max(1)).max(1);
    let (mut asked, mut values, mut wrong) = (0u64, 0u64, 0u64);
    for seed in (options.seed..options.seed + options.count).step_by(step as usize) {
        let generated = generate(seed, config);
        let mut program = Program::text(seed.to_string(), generated.text.as_slice());
        for (path, content) in &generated.files {
            program = program.with_sibling(path, content.clone())?;
        }
        let settings = OracleSettings {
            features: generated.features.clone(),
            ..OracleSettings::default()
        };
        let outcome = oracle.evaluate(&program, &settings)?;
        asked += 1;
        let value = matches!(outcome.answer, Answer::Value(_));
        values += u64::from(value);
        let is_planned = match (&outcome.answer, &generated.fault) {
            (Answer::Value(_), fault) => fault.is_none(),
            (Answer::Error(failure), Some(fault)) => {
                failure.kind != TheirKind::Parse || fault.starts_with("a name is defined twice")
            }
            _ => false,
        };
        if !is_planned {
            wrong += 1;
            if wrong <= options.show as u64 {
                println!(
                    "## {seed} in {release}: {:?}\n{}\n",
                    outcome.answer,
                    generated.lossy()
                );
            }
        }
    }
    let percent = |count: u64| 100.0 * count as f64 / asked.max(1) as f64;
    println!(
        "  in {release}: {asked} asked, value {:.2} %, other than planned {:.2} %",
        percent(values),
        percent(wrong)
    );
    Ok(wrong == 0)
}
