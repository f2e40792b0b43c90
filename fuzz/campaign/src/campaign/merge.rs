//! `twinix merge`: makes one campaign of the shards of one. What they found is entered in the order of the
//! items by the ledger that every campaign has, so the file is the one that the campaign would have left
//! on one machine.

use std::{
    collections::HashMap,
    io::{Write, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use rusqlite::Connection;

use super::{
    knowledge::Lessons,
    ledger::Ledger,
    opened::{opened, readable},
    plan::Plan,
    shard::Shard,
    store::{Reader, Store},
    tasks::Tasks,
};
use crate::{cli::MergeOptions, plural::counted, progress::say};

/// The file of a shard.
struct Part {
    file: PathBuf,
    reader: Reader,
    names: Arc<HashMap<i64, String>>,
}

/// Runs the verb.
pub fn merge(options: &MergeOptions) -> Result<ExitCode> {
    let (plan, parts) = parts(&options.shards)?;
    let store = Store::open(&options.into)?;
    match store.plan()? {
        None => store.start(&plan)?,
        Some(stored) => refuse_other(&stored, &plan, &options.into)?,
    }
    for part in &parts {
        let named = || format!("cannot read {}", part.file.display());
        store
            .learn_from(&readable(&part.file))
            .with_context(named)?;
    }
    let before = last_run(&options.into)?;
    let (lessons, tasks) = (Arc::new(Lessons::default()), Arc::new(Tasks::default()));
    let mut ledger = Ledger::open(store, &plan, lessons, Arc::clone(&tasks))?;
    let place = |item: u64| (item % parts.len() as u64) as usize;
    let last = loop {
        let part = &parts[place(ledger.next())];
        let entry = part.reader.entry(ledger.next(), &part.names);
        match entry.with_context(|| format!("cannot merge {}", part.file.display()))? {
            Some(entry) => ledger.enter_next(entry)?,
            None => break part,
        }
    };
    ledger.commit()?;
    // A divergence that its shard had no reason to reduce, or no time, waits.
    while let Some(item) = tasks.next(&|| true) {
        if let Some(shrunk) = parts[place(item)].reader.shrunk(item)? {
            ledger.take_reduced(shrunk)?;
            ledger.commit()?;
        }
    }
    tell(&ledger, &parts, last, &options.into)?;
    drop(ledger);
    forget_runs_after(before, &options.into)?;
    Ok(ExitCode::SUCCESS)
}

/// When the last run on a file began, in milliseconds since 1970; 0 where there was none.
fn last_run(file: &Path) -> Result<u64> {
    let db = Connection::open(file)?;
    let last = "SELECT coalesce(max(run), 0) FROM pace";
    Ok(db.query_row(last, [], |row| row.get(0))?)
}

/// Forgets how fast a merge was: it evaluates nothing, so that says nothing about the campaign.
fn forget_runs_after(run: u64, file: &Path) -> Result<()> {
    let db = Connection::open(file)?;
    db.busy_timeout(std::time::Duration::from_secs(60))?;
    db.execute("DELETE FROM pace WHERE run > ?1", [run])?;
    Ok(())
}

/// Says what was merged, and what was not.
fn tell(ledger: &Ledger, parts: &[Part], last: &Part, into: &Path) -> Result<()> {
    let (buckets, pending) = ledger.settled();
    let into = into.display();
    writeln!(
        stdout().lock(),
        "{into}: {} of {}, {}",
        counted(usize::try_from(ledger.next())?, "program"),
        counted(parts.len(), "shard"),
        counted(buckets, "bucket")
    )?;
    let mut all = 0;
    for part in parts {
        all += part.reader.count()?;
    }
    if all > ledger.next() {
        say(&format!(
            "{} programs are left out: {} has nothing about item {} (let it go on, and merge again)",
            all - ledger.next(),
            last.file.display(),
            ledger.next()
        ));
    }
    if pending > 0 {
        say(&format!(
            "{pending} divergences wait to be reduced, or for those before them: twinix fuzz --db {into} \
             --programs {} goes on with that (give it the --corpus and the --known of the shards)",
            ledger.next()
        ));
    }
    Ok(())
}

/// The plan that the shards share, and the shards in the order of their numbers.
fn parts(files: &[PathBuf]) -> Result<(Plan, Vec<Part>)> {
    let mut found: Vec<(Shard, Plan, Part)> = Vec::new();
    for file in files {
        let reader = opened(file)?;
        let named = || format!("cannot merge {}", file.display());
        let mut plan = reader.plan().with_context(named)?;
        let Some(shard) = plan.shard.replace(Shard::WHOLE) else {
            bail!(
                "{} is a campaign of its own, no shard of one: shards are made by twinix fuzz --shard I/N",
                file.display()
            );
        };
        let names = reader.names().with_context(named)?;
        let file = file.clone();
        found.push((
            shard,
            plan,
            Part {
                file,
                reader,
                names,
            },
        ));
    }
    found.sort_by_key(|(shard, _, _)| shard.index);
    let Some((first, plan, _)) = found.first() else {
        bail!("give the files of the shards");
    };
    for (shard, other, part) in &found {
        if other != plan || shard.of != first.of {
            let mut differences = plan.differences(other);
            if shard.of != first.of {
                differences.push(format!("it is shard {shard}, not one of {}", first.of));
            }
            bail!(
                "{} is a shard of another campaign than {}:\n  {}",
                part.file.display(),
                found[0].2.file.display(),
                differences.join("\n  ")
            );
        }
    }
    let indices: Vec<u64> = found.iter().map(|(shard, _, _)| shard.index).collect();
    if let Some(missing) = (0..first.of).find(|index| !indices.contains(index)) {
        bail!(
            "shard {missing}/{} is not there: give all of them",
            first.of
        );
    }
    if indices.len() as u64 > first.of {
        bail!("a shard is there twice: give each of the {} once", first.of);
    }
    let plan = plan.clone();
    Ok((plan, found.into_iter().map(|(_, _, part)| part).collect()))
}

fn refuse_other(stored: &Plan, plan: &Plan, file: &Path) -> Result<()> {
    let differences = stored.differences(plan);
    if differences.is_empty() {
        return Ok(());
    }
    bail!(
        "{} holds another campaign than these shards are of:\n  {}\ngive another --into",
        file.display(),
        differences.join("\n  ")
    )
}
