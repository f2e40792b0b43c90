//! `twinix fuzz`: a campaign. Numbered items are made, evaluated in the subject and the oracles, compared
//! and stored, by any number of workers, until enough were examined or somebody stops it.
//!
//! Workers take items in the order of their numbers and examine them in any order; the ledger enters
//! them in order again. So a campaign that was interrupted, by whatever, goes on where its file ends.

mod cause;
mod chronicle;
mod cover;
mod dice;
mod distill;
mod entry;
mod examine;
mod examined;
mod given;
mod item;
mod knowledge;
mod ledger;
mod line;
mod merge;
mod mutated;
mod opened;
mod plan;
mod reducing;
mod replay;
mod report;
mod restating;
mod settling;
mod setup;
mod shard;
mod standing_in;
mod store;
mod tasks;
mod totals;
mod waiting;
mod workers;

use std::{
    io::{Write, stdout},
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

use crate::{cli::FuzzOptions, stop, style::Look};
pub use distill::distill;
pub use merge::merge;
pub use plan::restricting;
pub use replay::replay;
pub use shard::Shard;

use knowledge::Lessons;
use ledger::Ledger;
use line::Line;
use opened::opened;
use report::{Passed, Report};
use tasks::Tasks;
use workers::{Crew, Ends};

/// Runs the verb.
pub fn fuzz(options: &FuzzOptions) -> Result<ExitCode> {
    let began = Instant::now();
    let is_new = !options.db.exists();
    let campaign = setup::set_up(options).inspect_err(|_| {
        // What never began leaves nothing behind.
        let has_begun = || opened(&options.db).is_ok_and(|reader| reader.plan().is_ok());
        if is_new && !has_begun() {
            for ending in ["", "-wal", "-shm"] {
                let mut file = options.db.clone().into_os_string();
                file.push(ending);
                let _ = std::fs::remove_file(file);
            }
        }
    })?;
    let lessons = Arc::new(Lessons::default());
    let path = campaign.store.path().to_owned();
    let tasks = Arc::new(Tasks::default());
    let plan = &campaign.examiner.plan;
    let mut ledger = Ledger::open(
        campaign.store,
        plan,
        Arc::clone(&lessons),
        Arc::clone(&tasks),
    )?;
    stop::take_care();
    let mut overgrown = path.clone().into_os_string();
    overgrown.push(".overgrown");
    crate::overgrown::watch(jobs(options), plan.memory << 20, overgrown.into());
    let ends = Ends {
        items: options.programs.unwrap_or(u64::MAX),
        divergences: options.until.unwrap_or(u64::MAX),
        at: options.duration.map(|duration| began + duration),
    };
    let resumed = ledger.totals().items;
    let shard = plan.shard.unwrap_or(Shard::WHOLE);
    let programs = options.programs.map(|programs| shard.share(programs));
    let line = Line::new(programs, ledger.totals().clone());
    let crew = Crew {
        examiner: &campaign.examiner,
        given: &campaign.given,
        lessons: &lessons,
        tasks: &tasks,
        store: &path,
        jobs: jobs(options),
    };
    let had = ledger.totals().diverging();
    let mut first = None;
    let spent = crew.work(&mut ledger, &ends, &mut |ledger| {
        if first.is_none() && ledger.totals().diverging() > had {
            first = Some(began.elapsed());
        }
        line.show(ledger);
    })?;
    line.clear();
    ledger.commit()?;
    let report = Report::new(
        &ledger,
        &campaign.examiner,
        waiting::waiting(&path)?,
        resumed,
        &spent,
        Passed {
            all: began.elapsed(),
            first,
        },
    )?;
    let mut out = stdout().lock();
    if options.json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", report.text(Look::of_stdout()))?;
    }
    if stop::is_asked() {
        crate::progress::say(&format!(
            "stopped after item {}: the same command goes on from there",
            ledger.next().saturating_sub(shard.of)
        ));
    }
    Ok(report.exit_code())
}

/// A campaign as a report tells it.
///
/// # Errors
/// When it cannot be read.
pub fn survey(file: &Path) -> Result<twinix_reports::Campaign> {
    let reader = opened(file)?;
    let survey = || {
        let mut campaign = reader.survey(file)?;
        for bucket in &mut campaign.buckets {
            // A reduced program may be asked for something plainer than the item that it was made from.
            if bucket.source.is_reduced
                && let Some((_, mode)) = reader.reduced(bucket.item)?
            {
                bucket.mode = word_of(mode)?;
            }
        }
        campaign.buckets.extend(waiting::as_buckets(&reader, file)?);
        Ok(campaign)
    };
    let survey: Result<_> = survey();
    survey.with_context(|| format!("cannot report on {}", file.display()))
}

/// What is asked of the evaluators, in one word.
fn word_of(mode: twinix_oracle::settings::Mode) -> Result<String> {
    let word = serde_json::to_value(mode)?;
    Ok(word.as_str().unwrap_or_default().to_owned())
}

/// How many workers there are: by default one for each processor.
fn jobs(options: &FuzzOptions) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, Into::into);
    options.around.jobs.unwrap_or_else(processors).max(1)
}

/// A duration as users write it: `90`, `90s`, `15m`, `2h`, `1h30m`.
///
/// # Errors
/// When it is none.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("'{text}' is no duration: write 90s, 15m, 2h or 1h30m");
    let mut seconds = 0_u64;
    let mut number = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return Err(wrong()),
        };
        let count: u64 = number.parse().map_err(|_| wrong())?;
        number.clear();
        seconds = count
            .checked_mul(unit)
            .and_then(|more| seconds.checked_add(more))
            .ok_or_else(wrong)?;
    }
    if !number.is_empty() {
        let more: u64 = number.parse().map_err(|_| wrong())?;
        seconds = seconds.checked_add(more).ok_or_else(wrong)?;
    } else if text.is_empty() {
        return Err(wrong());
    }
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_usual() {
        let seconds = |text| duration(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("90"), Ok(90));
        assert_eq!(seconds("15m"), Ok(900));
        assert_eq!(seconds("1h30m"), Ok(5400));
        for wrong in ["", "m", "1w", "-1s", "99999999999999999999s"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
