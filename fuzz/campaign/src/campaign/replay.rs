//! `twinix replay`: a program of a campaign made again, byte for byte, and evaluated again.

use std::{
    collections::VecDeque,
    fs,
    io::{Write, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Parser;
use serde_json::json;
use twinix_oracle::{
    Verdict,
    known::KnownList,
    program::FILE_NAME,
    recorded::{Record, RecordedSettings, record_file},
    settings::Mode,
    verdict::Check,
};

use super::{
    examine::Examiner,
    item::{Item, Kept, Origin, Source, generated, make},
    opened::{command, opened},
    plan::Plan,
    setup,
    store::{Reader, Stored},
    waiting::waiting,
    word_of,
};
use crate::{
    check,
    cli::{Cli, ReplayOptions, Verb},
    header,
    parties::{Parties, Speed, Way},
    progress::say,
    reduce::{
        again::{self, Shown},
        finding::{self, Finding},
    },
    render,
    style::Look,
};

/// Runs the verb.
pub fn replay(options: &ReplayOptions) -> Result<ExitCode> {
    if !options.programs.is_empty() {
        return recorded(options);
    }
    let mut saved = None;
    let mut is_reduced = false;
    let (plan, item, stored) = match &options.db {
        Some(file) => {
            let reader = opened(file)?;
            let (index, reduced) = match (&options.bucket, options.item) {
                (Some(bucket), _) => {
                    let found = reader.smallest(bucket);
                    let found =
                        found.map_err(|error| anyhow::anyhow!("{error}{}", or_else(&reader, file)));
                    match found? {
                        (_, Some(reduced)) => (reduced, reader.reduced(reduced)?),
                        (smallest, None) => (smallest, None),
                    }
                }
                (None, Some(item)) => (item, None),
                (None, None) => bail!(
                    "say which program: --item N, or --bucket N as `{}` names them",
                    command("report", file)
                ),
            };
            let plan = reader.plan()?;
            let stored = reader.item(index)?;
            let mut item = made_again(&plan, &stored, &reader)?;
            if let Some((source, mode)) = reduced {
                saved = as_finding(&plan, &reader, index, &source, mode)?;
                is_reduced = true;
                item.source = source;
                item.mode = mode;
                item.original = None;
            }
            (plan, item, Some(stored))
        }
        None => {
            let seed = options.seed.context(
                "say what to replay: --db FILE or --seed S with --item N, or a program with recorded outcomes",
            )?;
            let plan = setup::plan_of_seed(seed, options.validity);
            let index = options
                .item
                .with_context(|| format!("say which program of seed {seed}: --item N, from 0"))?;
            let mut nothing = Nothing::default();
            let item = make(&plan, index, &[], &mut nothing)?;
            if nothing.was_asked {
                say(&format!(
                    "item {index} of a campaign with the usual shares is made from kept programs, which \
                     only --db knows; this is what takes its place where none were kept"
                ));
            }
            (plan, item, None)
        }
    };
    if options.print {
        stdout().lock().write_all(&item.source.text)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(folder) = &options.out {
        if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
            bail!(
                "{} is there and not empty: files of another program would lie beside this one; give \
                 another --out",
                folder.display()
            );
        }
        write(folder, &item).with_context(|| folder.display().to_string())?;
        if let Some(finding) = &saved {
            finding.write(folder)?;
        }
        let diverges = |stored: &Stored| matches!(stored.verdict.as_str(), "divergence" | "drift");
        let diverges = stored.as_ref().is_some_and(diverges);
        say(&written(
            &item,
            folder,
            &plan,
            (is_reduced, diverges, saved.is_some()),
        )?);
        return Ok(ExitCode::SUCCESS);
    }
    let examiner = examiner(options, plan)?;
    let found = examiner.ask(&item, Way::Fresh, None)?;
    show(
        options,
        &examiner,
        (&item, is_reduced),
        stored.as_ref(),
        &found,
    )?;
    Ok(ExitCode::from(match found.verdict {
        Verdict::Agree | Verdict::Known { .. } => 0,
        Verdict::Divergence | Verdict::Drift => 1,
        Verdict::Inconclusive { .. } => 2,
    }))
}

/// Evaluates findings again, and holds programs against their recorded outcomes.
fn recorded(options: &ReplayOptions) -> Result<ExitCode> {
    let is_finding = |place: &&PathBuf| finding::is_in(place);
    let count = options.programs.iter().filter(is_finding).count();
    if count > 0 {
        if count < options.programs.len() {
            bail!("findings and programs with recorded outcomes cannot be replayed together");
        }
        if options.known.is_some() {
            bail!("whether a finding is known is said in its finding.json: leave out --known");
        }
        let shown = Shown {
            json: options.json,
            verbose: options.verbose,
            timeout: Duration::from_secs(20),
        };
        let mut out = stdout().lock();
        let mut code = ExitCode::SUCCESS;
        for place in &options.programs {
            let done = again::replay(place, shown, &mut out)?;
            if done != ExitCode::SUCCESS {
                code = done;
            }
        }
        return Ok(code);
    }
    if options.sides.subject.is_some() || !options.sides.oracle.is_empty() {
        bail!(
            "a program with recorded outcomes is held against these, and a finding against what it \
             names: `twinix check` compares others, with the same --subject and --oracle"
        );
    }
    for place in &options.programs {
        let is_program = place.is_file() || place.join("default.nix").is_file();
        let program = match place.is_dir() {
            true => place.join("default.nix"),
            false => place.clone(),
        };
        if is_program && !has_outcomes(&program) {
            bail!(
                "nothing is recorded of {}: `twinix corpus record {0}` asks the releases, and `twinix check \
                 {0}` compares subject and oracles now",
                place.display()
            );
        }
    }
    let mut words = vec!["twinix".into(), "check".into()];
    words.extend(["--oracle".into(), "recorded".into()]);
    words.extend(options.verbose.then(|| "--verbose".into()));
    words.extend(options.json.then(|| "--json".into()));
    if let Some(known) = &options.known {
        words.extend(["--known".into(), known.clone().into_os_string()]);
    }
    words.push("--".into());
    words.extend(
        options
            .programs
            .iter()
            .map(|file| file.as_os_str().to_owned()),
    );
    match Cli::try_parse_from(words)?.verb {
        Verb::Check(options) => check::check(&options),
        _ => bail!("programs with recorded outcomes are replayed by check"),
    }
}

/// Whether outcomes are recorded of a program. A record that cannot be read is one that something can be said of.
fn has_outcomes(program: &Path) -> bool {
    let file = record_file(program);
    let record = fs::read(&file).map(|text| serde_json::from_slice::<Record>(&text));
    match record {
        Ok(Ok(record)) => !(record.outcomes.is_empty() && record.without.is_empty()),
        Ok(Err(_)) => true,
        Err(_) => file.is_file(),
    }
}

/// Makes an item again. The store has the program itself where it was kept; then both have to be the
/// same.
fn made_again(plan: &Plan, stored: &Stored, reader: &Reader) -> Result<Item> {
    let text = reader.program(stored.item)?;
    let is_given = stored.origin == Origin::Given;
    if plan.generator_version != twinix_generator::VERSION || is_given {
        // Its origin cannot be followed any more, or never could.
        let source = text.with_context(|| {
            if is_given {
                return format!(
                    "item {} is a program of --corpus that was not kept: it is number {} of its files, from \
                     0 in the order of their paths",
                    stored.item, stored.item
                );
            }
            format!(
                "item {} was not kept, and it was made by version {} of the generator: this is \
                 version {}",
                stored.item,
                plan.generator_version,
                twinix_generator::VERSION
            )
        })?;
        let mut item = make(plan, stored.item, &[], &mut Nothing::default())?;
        item.source = source;
        item.original = None;
        item.origin = stored.origin.clone();
        return Ok(item);
    }
    let mut kept = Recorded {
        parents: stored.origin.parents().into(),
        reader,
    };
    let mut item = match stored.origin {
        Origin::Generated => generated(plan, stored.item),
        _ => make(plan, stored.item, &[], &mut kept)?,
    };
    if item.source.hash() == stored.hash {
        return Ok(item);
    }
    // Another build may mutate or rewrite otherwise.
    let Some(source) = text.filter(|source| source.hash() == stored.hash) else {
        bail!(
            "item {} comes out otherwise than in the campaign, which was made by another build of \
             twinix, and it was not kept",
            stored.item
        );
    };
    item.source = source;
    item.original = None;
    Ok(item)
}

/// Chooses what was chosen in the campaign.
struct Recorded<'a> {
    parents: VecDeque<u64>,
    reader: &'a Reader,
}

impl Kept for Recorded<'_> {
    fn choose(&mut self, _: u64) -> Option<u64> {
        self.parents.pop_front()
    }

    fn program(&self, item: u64) -> Result<Source> {
        self.reader
            .program(item)?
            .with_context(|| format!("the program of item {item} is not in the store"))
    }
}

/// Nothing was kept.
#[derive(Default)]
struct Nothing {
    was_asked: bool,
}

impl Kept for Nothing {
    fn choose(&mut self, _: u64) -> Option<u64> {
        self.was_asked = true;
        None
    }

    fn program(&self, item: u64) -> Result<Source> {
        bail!("item {item} was not kept")
    }
}

/// Writes a program, its files, and beside it how it is asked for, where that is not said by its first line.
fn write(folder: &Path, item: &Item) -> Result<()> {
    let source = &item.source;
    fs::create_dir_all(folder)?;
    let program = folder.join(FILE_NAME);
    fs::write(&program, &source.text)?;
    if header::settings(&source.text).is_none() {
        let record = Record {
            settings: asked(item.mode, source),
            ..Record::default()
        };
        let mut json = serde_json::to_string_pretty(&record)?;
        json.push('\n');
        fs::write(record_file(&program), json)?;
    }
    for (path, content) in &source.files {
        let file = folder.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, content)?;
    }
    Ok(())
}

/// What a campaign has instead of a bucket that it does not have.
fn or_else(reader: &Reader, file: &Path) -> String {
    let waiting = waiting(file).unwrap_or_default();
    let mut text = String::new();
    if reader.smallest("1").is_ok() {
        text.push_str(&format!(
            ": `{}` lists the buckets",
            command("report", file)
        ));
    } else if waiting.is_empty() {
        text.push_str(": nothing that it found diverges");
    }
    if let Some(first) = waiting.first() {
        let items: Vec<String> = waiting.iter().map(|one| one.item.to_string()).collect();
        text.push_str(&format!(
            "; not reduced yet, and so in no bucket: item {}; `{}` shows the first of them, `{}` goes on \
             reducing",
            items.join(", "),
            command(&format!("replay --item {}", first.item), file),
            command("fuzz", file)
        ));
    }
    text
}

/// The reduced program of an item as a finding, where the campaign says what everyone did with it. What a
/// rewritten program shows needs its original beside it.
fn as_finding(
    plan: &Plan,
    reader: &Reader,
    item: u64,
    source: &Source,
    mode: Mode,
) -> Result<Option<Finding>> {
    let Some(small) = reader.shrunk(item)?.and_then(|shrunk| shrunk.small) else {
        return Ok(None);
    };
    let (Ok(check), Ok(signature)) = (
        serde_json::from_str::<Check>(&small.found),
        small.bucket.signature.parse(),
    ) else {
        return Ok(None);
    };
    if small.bucket.verdict == "rewrite" {
        return Ok(None);
    }
    let (of_subject, of_oracles) = finding::said(&plan.subject.name, &check);
    Ok(Some(Finding {
        signature,
        state: finding::State::Open,
        cause: None,
        upstream: None,
        subject: plan.subject.name.clone(),
        oracles: plan.oracles.iter().map(|who| who.name.clone()).collect(),
        program: FILE_NAME.into(),
        settings: asked(mode, source),
        exact: false,
        replay: "twinix replay".to_owned(),
        of_subject,
        of_oracles,
    }))
}

/// How a program of a campaign is asked for.
fn asked(mode: Mode, source: &Source) -> RecordedSettings {
    let flags = super::plan::restricting(mode).iter();
    RecordedSettings {
        mode,
        flags: flags
            .map(|&flag| flag.to_owned())
            .chain(super::plan::told(mode, &source.text))
            .collect(),
        features: source.features.clone(),
        ..RecordedSettings::default()
    }
}

/// Says where a program was written, how to evaluate it again and how to make it smaller: asked in another
/// way, or of others, it may not diverge.
fn written(
    item: &Item,
    folder: &Path,
    plan: &Plan,
    (is_reduced, diverges, is_finding): (bool, bool, bool),
) -> Result<String> {
    let file = folder.join(FILE_NAME);
    let quoted = |name: &str| match name.contains(' ') {
        true => format!("'{}'", name.replace('\'', r"'\''")),
        false => name.to_owned(),
    };
    let oracles: String = plan
        .oracles
        .iter()
        .map(|oracle| format!(" --oracle {}", quoted(&oracle.name)))
        .collect();
    let asked = format!(
        "{} --mode {} --subject {}{oracles}",
        file.display(),
        word_of(item.mode)?,
        quoted(&plan.subject.name)
    );
    let again = match is_finding {
        true => format!("twinix replay {}", folder.display()),
        false => format!("twinix check {asked}"),
    };
    let what = if is_reduced {
        "the reduced program of item"
    } else {
        "item"
    };
    let mut text = format!(
        "{what} {} is {}; `{again}` evaluates it again",
        item.index,
        file.display()
    );
    if diverges && !is_reduced {
        text.push_str(&format!("; `twinix reduce {asked}` makes it smaller"));
    }
    Ok(text)
}

fn examiner(options: &ReplayOptions, plan: Plan) -> Result<Examiner> {
    let mut names = options.sides.oracle.clone();
    if names.is_empty() {
        names.extend(plan.oracles.iter().map(|who| who.name.clone()));
    }
    let subject = options
        .sides
        .subject
        .as_deref()
        .unwrap_or(&plan.subject.name);
    let parties = Parties::choose(subject, &names, plan.dialect.as_slice(), Speed::Fresh)?;
    for (party, who) in parties.oracles.iter().zip(&plan.oracles) {
        if options.sides.oracle.is_empty() && party.who() != who {
            say(&format!(
                "{} is another executable than in the campaign",
                who.name
            ));
        }
    }
    Ok(Examiner {
        plan,
        parties,
        known: match &options.known {
            Some(file) => KnownList::read(file)?,
            None => KnownList::default(),
        },
    })
}

fn show(
    options: &ReplayOptions,
    examiner: &Examiner,
    (item, is_reduced): (&Item, bool),
    stored: Option<&Stored>,
    found: &Check,
) -> Result<()> {
    let mut out = stdout().lock();
    let text = String::from_utf8_lossy(&item.source.text);
    if options.json {
        let files: Vec<_> = item.source.files.keys().collect();
        let document = json!({
            "item": item.index,
            "origin": item.origin.to_string(),
            "is_reduced": is_reduced,
            "mode": item.mode,
            "program": text,
            "files": files,
            "features": item.source.features,
            "verdict_then": stored.map(|stored| &stored.verdict),
            "check": found,
        });
        serde_json::to_writer_pretty(&mut out, &document)?;
        writeln!(out)?;
        return Ok(());
    }
    let look = Look::of_stdout();
    writeln!(out, "{}", text.trim_end_matches('\n'))?;
    for (path, content) in &item.source.files {
        writeln!(out, "{}", look.dim(format!("# {}", path.display())))?;
        writeln!(
            out,
            "{}",
            String::from_utf8_lossy(content).trim_end_matches('\n')
        )?;
    }
    let mode = word_of(item.mode)?;
    let about = match is_reduced {
        true => format!("# reduced from item {}, evaluated {mode}", item.index),
        false => format!("# {}, evaluated {mode}", item.origin),
    };
    writeln!(out, "{}", look.dim(about))?;
    let name = &examiner.parties.subject.who().name;
    write!(out, "{}", render::check(found, name, look, options.verbose))?;
    if let Some(stored) = stored.filter(|stored| stored.verdict != found.verdict.name()) {
        let hint = match stored.verdict == "known" && options.known.is_none() {
            true => ", by its list: give the same --known",
            false => "",
        };
        writeln!(out, "  in the campaign it was: {}{hint}", stored.verdict)?;
    }
    Ok(())
}
