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
use twinix_oracle::{Verdict, known::KnownList, program::FILE_NAME, verdict::Check};

use super::{
    examine::Examiner,
    item::{Item, Kept, Origin, Source, make},
    plan::Plan,
    setup,
    store::{Reader, Stored},
};
use crate::{
    check,
    cli::{Cli, ReplayOptions, Verb},
    parties::{Parties, Speed, Way},
    progress::say,
    reduce::{
        again::{self, Shown},
        finding,
    },
    render,
    style::Look,
};

/// Runs the verb.
pub fn replay(options: &ReplayOptions) -> Result<ExitCode> {
    if !options.programs.is_empty() {
        return recorded(options);
    }
    let (plan, item, stored) = match &options.db {
        Some(file) => {
            let reader = Reader::open(file)?;
            let (index, reduced) = match (&options.bucket, options.item) {
                (Some(bucket), _) => match reader.smallest(bucket)? {
                    (_, Some(reduced)) => (reduced, reader.reduced(reduced)?),
                    (smallest, None) => (smallest, None),
                },
                (None, item) => (item.context("give --item or --bucket")?, None),
            };
            let plan = reader.plan()?;
            let stored = reader.item(index)?;
            let mut item = made_again(&plan, &stored, &reader)?;
            if let Some((source, mode)) = reduced {
                item.source = source;
                item.mode = mode;
                item.original = None;
            }
            (plan, item, Some(stored))
        }
        None => {
            let plan = setup::plan_of_seed(options.seed.unwrap_or_default(), options.validity);
            let index = options.item.unwrap_or_default();
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
        write(folder, &item.source).with_context(|| folder.display().to_string())?;
        say(&written(&item, folder, &plan)?);
        return Ok(ExitCode::SUCCESS);
    }
    let examiner = examiner(options, plan)?;
    let found = examiner.ask(&item, Way::Fresh, None)?;
    show(options, &examiner, &item, stored.as_ref(), &found)?;
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
            "a program with recorded outcomes is held against these: `twinix check` compares others, \
             with the same --subject and --oracle"
        );
    }
    let mut words = vec!["twinix".into(), "check".into()];
    words.extend(["--oracle".into(), "recorded".into()]);
    words.extend(options.verbose.then(|| "--verbose".into()));
    words.extend(options.json.then(|| "--json".into()));
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

/// Makes an item again. The store has the program itself where it was kept; then both have to be the
/// same.
fn made_again(plan: &Plan, stored: &Stored, reader: &Reader) -> Result<Item> {
    let text = reader.program(stored.item)?;
    let is_given = stored.origin == Origin::Given;
    if plan.generator_version != twinix_generator::VERSION || is_given {
        // Its origin cannot be followed any more, or never could.
        let source = text.with_context(|| {
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
    let item = make(plan, stored.item, &[], &mut kept)?;
    if item.source.hash() != stored.hash || text.is_some_and(|text| text != item.source) {
        bail!(
            "item {} comes out otherwise than in the campaign, which was made by another build of \
             twinix",
            stored.item
        );
    }
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

fn write(folder: &Path, source: &Source) -> Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(FILE_NAME), &source.text)?;
    for (path, content) in &source.files {
        let file = folder.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, content)?;
    }
    Ok(())
}

/// Says where a program was written, and how to make it smaller: asked in another way, or of others, it
/// may not diverge.
fn written(item: &Item, folder: &Path, plan: &Plan) -> Result<String> {
    let mode = serde_json::to_value(item.mode)?;
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
    Ok(format!(
        "item {} is {}; `twinix reduce {} --mode {} --subject {}{oracles}` makes it smaller",
        item.index,
        file.display(),
        file.display(),
        mode.as_str().unwrap_or_default(),
        quoted(&plan.subject.name),
    ))
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
        known: KnownList::default(),
    })
}

fn show(
    options: &ReplayOptions,
    examiner: &Examiner,
    item: &Item,
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
    let mode = serde_json::to_value(item.mode)?;
    let mode = mode.as_str().unwrap_or_default();
    let about = format!("# {}, evaluated {mode}", item.origin);
    writeln!(out, "{}", look.dim(about))?;
    let name = &examiner.parties.subject.who().name;
    write!(out, "{}", render::check(found, name, look, options.verbose))?;
    if let Some(stored) = stored.filter(|stored| stored.verdict != found.verdict.name()) {
        writeln!(out, "  in the campaign it was: {}", stored.verdict)?;
    }
    Ok(())
}
