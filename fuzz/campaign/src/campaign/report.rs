//! What a campaign found so far, and how fast it was, as text or JSON.

use std::{collections::BTreeMap, fmt::Write, process::ExitCode, time::Duration};

use anyhow::Result;
use serde::Serialize;

use super::{
    examine::Examiner,
    ledger::Ledger,
    store::{BucketRow, Reason},
    totals::Totals,
    waiting::Waiting,
    workers::Effort,
};
use crate::{parties::Party, style::Look, summary::percentage};

/// How many buckets of a kind are shown.
const MOST_BUCKETS: usize = 50;

/// How many lines of a program are shown, and how many characters of each.
const MOST_LINES: usize = 6;
const LONGEST_LINE: usize = 100;

/// The report.
#[derive(Debug, Serialize)]
pub struct Report {
    subject: String,
    oracles: Vec<String>,
    seed: u64,
    /// Counts over the whole campaign.
    totals: Totals,
    /// Why programs are inconclusive, the most frequent reasons first.
    reasons: Vec<Reason>,
    features: usize,
    kept: usize,
    buckets: Vec<BucketRow>,
    /// How many divergences wait to be reduced, or for those before them.
    pending: usize,
    /// Those that wait, the same ones together.
    waiting: Vec<Waiting>,
    /// This run.
    run: Run,
}

/// How this run went.
#[derive(Debug, Serialize)]
struct Run {
    /// How many items there were before.
    resumed: u64,
    /// How many were added.
    items: u64,
    seconds: f64,
    per_second: f64,
    /// After how many seconds the first divergence of this run was there, confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<f64>,
    /// How many divergences were reduced.
    reductions: usize,
    /// How long each took.
    reduction_seconds: Vec<f64>,
    /// Of the time of the workers, in percent.
    shares: Shares,
    /// What the servers of each release did.
    servers: Vec<Servers>,
}

/// How much time passed in a run.
#[derive(Debug, Clone, Copy)]
pub struct Passed {
    /// From its beginning to its end.
    pub all: Duration,
    /// From its beginning to its first divergence.
    pub first: Option<Duration>,
}

/// What the servers of a release did.
#[derive(Debug, Serialize)]
struct Servers {
    name: String,
    did: String,
    /// What was last in their way.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
}

/// Where the time of the workers went, in percent.
#[derive(Debug, Default, Serialize)]
struct Shares {
    subject: f64,
    oracles: Vec<(String, f64)>,
    fresh: f64,
    reducing: f64,
    waiting: f64,
    /// Everything else: generating, comparing, looking into the store.
    harness: f64,
    /// The thread that writes the store, of the time that passed.
    ledger: f64,
}

impl Report {
    /// The report of a campaign, after a run that began with `resumed` items.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn new(
        ledger: &Ledger,
        examiner: &Examiner,
        waiting: Vec<Waiting>,
        resumed: u64,
        effort: &Effort,
        passed: Passed,
    ) -> Result<Self> {
        let (features, kept) = ledger.reached();
        let items = ledger.totals().items - resumed;
        let seconds = passed.all.as_secs_f64();
        let names = || {
            examiner
                .parties
                .oracles
                .iter()
                .map(|one| one.who().name.clone())
        };
        let spent = &effort.workers;
        let all = (spent.all + spent.waiting + effort.reducing)
            .as_secs_f64()
            .max(1e-9);
        let share = |part: Duration| round(100.0 * part.as_secs_f64() / all);
        let oracles: Duration = spent.oracles.iter().sum();
        let inside = spent.subject + oracles + spent.fresh;
        let shares = Shares {
            subject: share(spent.subject),
            oracles: names()
                .zip(spent.oracles.iter().copied().map(share))
                .collect(),
            fresh: share(spent.fresh),
            reducing: share(effort.reducing),
            waiting: share(spent.waiting),
            harness: share(spent.all.saturating_sub(inside)),
            ledger: round(100.0 * effort.ledger.as_secs_f64() / seconds.max(1e-9)),
        };
        Ok(Self {
            subject: examiner.parties.subject.who().name.clone(),
            oracles: names().collect(),
            seed: examiner.plan.seed,
            totals: ledger.totals().clone(),
            reasons: ledger.reasons()?,
            features,
            kept,
            buckets: ledger.buckets()?,
            pending: ledger.settled().1,
            waiting,
            run: Run {
                resumed,
                items,
                reductions: effort.reductions.len(),
                reduction_seconds: effort.reductions.iter().map(in_seconds).collect(),
                first: passed.first.as_ref().map(in_seconds),
                seconds: round(seconds),
                per_second: round(items as f64 / seconds.max(1e-9)),
                shares,
                servers: servers(examiner),
            },
        })
    }

    /// The report for a human.
    pub fn text(&self, look: Look) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text, look);
        text
    }

    fn write(&self, text: &mut String, look: Look) -> std::fmt::Result {
        let totals = &self.totals;
        let share = |count: u64| percentage(count as usize, totals.items.max(1) as usize);
        writeln!(
            text,
            "{} against {}, seed {}",
            look.bold(&self.subject),
            look.bold(self.oracles.join(", ")),
            self.seed
        )?;
        writeln!(
            text,
            "{:>9} programs, {} of them twice; a value {:.1} %, an error {:.1} %",
            totals.items,
            totals.duplicates,
            share(totals.values),
            share(totals.errors)
        )?;
        for (count, what) in [
            (totals.agree, "agree"),
            (totals.divergence, "divergence"),
            (totals.drift, "drift"),
            (totals.known, "known"),
            (totals.inconclusive, "inconclusive"),
        ] {
            writeln!(text, "{count:>9} {what} ({:.2} %)", share(count))?;
        }
        for Reason { why, items, first } in &self.reasons {
            let why = clipped(why);
            writeln!(
                text,
                "          {items} of these: {why} (item {first} first)"
            )?;
        }
        writeln!(
            text,
            "{:>9} confirmed in fresh processes, {} unconfirmed",
            totals.confirmed, totals.disputed
        )?;
        writeln!(
            text,
            "{:>9} features, reached first by {} programs that were kept",
            self.features, self.kept
        )?;
        self.write_buckets(text, look)?;
        let run = &self.run;
        if run.items > 0 || run.reductions > 0 {
            writeln!(
                text,
                "\n{} verdicts in {:.1} s: {:.0} verdicts/s",
                run.items, run.seconds, run.per_second
            )?;
            let shares = &run.shares;
            write!(
                text,
                "time of the workers: {} {:.1} %",
                self.subject, shares.subject
            )?;
            for (name, share) in &shares.oracles {
                write!(text, ", {name} {share:.1} %")?;
            }
            writeln!(
                text,
                ", fresh processes {:.1} %, reducing {} divergences {:.1} %, outside the evaluators {:.1} %, waiting {:.1} %; the store \
                 {:.1} % of one thread",
                shares.fresh,
                run.reductions,
                shares.reducing,
                shares.harness,
                shares.waiting,
                shares.ledger
            )?;
            for servers in &run.servers {
                let Servers { name, did, trouble } = servers;
                writeln!(text, "servers of {name}: {did}")?;
                if let Some(trouble) = trouble {
                    writeln!(text, "  {trouble}")?;
                }
            }
        } else {
            let why = if self.pending > 0 {
                "nothing was done: the time was over before the first program"
            } else {
                "nothing was done: the campaign has all programs that were asked for, or the time was over before the \
                 first (--programs N, --duration TIME)"
            };
            writeln!(text, "\n{why}")?;
        }
        Ok(())
    }

    fn write_buckets(&self, text: &mut String, look: Look) -> std::fmt::Result {
        if self.pending > 0 {
            let (are, them) = match self.pending {
                1 => ("divergence is", "it"),
                _ => ("divergences are", "them"),
            };
            writeln!(
                text,
                "{:>9} {are} not reduced yet: the same command goes on with {them}",
                self.pending
            )?;
        }
        for verdict in ["divergence", "rewrite", "drift", "known"] {
            let of_kind: Vec<&BucketRow> = self
                .buckets
                .iter()
                .filter(|bucket| bucket.verdict == verdict)
                .collect();
            if of_kind.is_empty() {
                continue;
            }
            let buckets = if of_kind.len() == 1 {
                "bucket"
            } else {
                "buckets"
            };
            let title = format!("{verdict}: {} {buckets}", of_kind.len());
            writeln!(text, "\n{}", look.bold(title))?;
            writeln!(
                text,
                "{:>7}  {:>7}  {:>9}  signature, and the smallest program",
                "bucket", "items", "item"
            )?;
            for bucket in of_kind.iter().take(MOST_BUCKETS) {
                let item = bucket.reduced.unwrap_or(bucket.smallest);
                writeln!(
                    text,
                    "{:>7}  {:>7}  {item:>9}  {}",
                    bucket.bucket,
                    bucket.items,
                    look.bold(&bucket.signature)
                )?;
                match &bucket.program {
                    Some(program) => write_program(text, program, &bucket.files)?,
                    None => writeln!(
                        text,
                        "{MARGIN}{} bytes, not reduced: `replay --item {item}` shows it",
                        bucket.size
                    )?,
                }
            }
            if of_kind.len() > MOST_BUCKETS {
                writeln!(
                    text,
                    "         and {} more (all of them with --json)",
                    of_kind.len() - MOST_BUCKETS
                )?;
            }
        }
        self.write_waiting(text, look)
    }

    /// What is in no bucket yet: `twinix replay --item` shows it.
    fn write_waiting(&self, text: &mut String, look: Look) -> std::fmt::Result {
        if self.waiting.is_empty() {
            return Ok(());
        }
        writeln!(text, "\n{}", look.bold("not reduced yet"))?;
        writeln!(
            text,
            "         {:>7}  {:>9}  verdict, signature, and the first program",
            "items", "item"
        )?;
        for one in self.waiting.iter().take(MOST_BUCKETS) {
            writeln!(
                text,
                "         {:>7}  {:>9}  {} {}",
                one.programs,
                one.item,
                one.verdict,
                look.bold(&one.signature)
            )?;
            write_program(text, &one.program, &BTreeMap::new())?;
        }
        if self.waiting.len() > MOST_BUCKETS {
            let more = self.waiting.len() - MOST_BUCKETS;
            writeln!(text, "         and {more} more (all of them with --json)")?;
        }
        Ok(())
    }

    /// 0 where nothing diverges, 1 where something does, 2 where nothing could be compared.
    pub fn exit_code(&self) -> ExitCode {
        let totals = &self.totals;
        ExitCode::from(if totals.divergence + totals.drift > 0 {
            1
        } else if totals.items > 0 && totals.inconclusive == totals.items {
            2
        } else {
            0
        })
    }
}

/// What stands before the lines of a program.
const MARGIN: &str = "                             ";

fn write_program(
    text: &mut String,
    program: &str,
    files: &BTreeMap<String, String>,
) -> std::fmt::Result {
    let beside = files.iter().flat_map(|(path, content)| {
        std::iter::once(format!("# {path}")).chain(content.lines().map(str::to_owned))
    });
    let lines: Vec<String> = program.lines().map(str::to_owned).chain(beside).collect();
    for line in lines.iter().take(MOST_LINES) {
        writeln!(text, "{MARGIN}{}", clipped(line))?;
    }
    if lines.len() > MOST_LINES {
        writeln!(text, "{MARGIN}… {} lines more", lines.len() - MOST_LINES)?;
    }
    Ok(())
}

/// A line that is not too long to be shown.
fn clipped(line: &str) -> String {
    let mut shown: String = line.chars().take(LONGEST_LINE).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}

fn servers(examiner: &Examiner) -> Vec<Servers> {
    let parties = examiner
        .parties
        .oracles
        .iter()
        .chain([&examiner.parties.subject]);
    let of = |party: &Party| {
        let (counters, trouble) = party.servers()?;
        Some(Servers {
            name: party.who().name.clone(),
            did: counters.to_string(),
            trouble,
        })
    };
    parties.filter_map(of).collect()
}

fn in_seconds(time: &Duration) -> f64 {
    round(time.as_secs_f64())
}

/// To a hundredth: more digits only look precise.
fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
