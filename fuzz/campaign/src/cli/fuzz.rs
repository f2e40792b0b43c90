//! What `twinix fuzz` accepts.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use twinix_oracle::Dialect;

use super::{
    asked::{ModeName, Sides, Surroundings},
    numbers::{mebibytes, seconds},
};
use crate::campaign::{Shard, duration};

/// The options of `fuzz`.
///
/// A campaign makes programs, evaluates each in the subject and in every oracle
/// and compares what they did. Programs are numbered; number N of a seed is the
/// same program in every run and on every machine, whatever the number of
/// workers. Programs that reach something new (in the virtual machine, or a new
/// combination of outcomes) are kept and changed further.
///
/// Everything is kept in one file, which survives any interruption: the same
/// command goes on where it ended, and holds in the end what one run would have
/// found. Options that are left out are taken from the file. Other settings than
/// those in the file are refused.
///
/// Every divergence is confirmed in fresh processes before it counts, and one in
/// a hundred of all others is asked again as well. Where the fresh processes say
/// something else, that is what counts, and the case is counted as unconfirmed.
///
/// Divergences are reduced, in half of the time of the workers: the first of each
/// signature, and later ones whose program has not all the words of an earlier
/// reduced one. Those with the same signature and the same words (builtins, else
/// operators and syntax) in their reduced program are one bucket.
/// Drift (the subject does what another release does) and what is on the known
/// list are kept apart. `twinix replay --db FILE --bucket N` evaluates the reduced
/// program of a bucket again.
///
/// Exit codes: 0 nothing diverges, 1 a divergence or drift was found, 2 wrong
/// usage, or nothing could be compared (every program was inconclusive). Ctrl-C ends
/// the run as --duration does, with these codes; a second one at once, with 130.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix fuzz --programs 5000 --seed 1 --oracle 2.34 --db x.db
  twinix fuzz --duration 15m --db drift.db --subject 2.8 --oracle 2.34 --confirm 5
  twinix fuzz --db x.db                     go on with that campaign until Ctrl-C
  twinix fuzz --db x.db --seed 1 --anew     begins again, say after a change of a subject
                                            that is not twinix, with the settings given
                                            here and what the oracles answered before
  twinix fuzz --subject 'nix-instantiate {flags} {file}' --dialect 2.34 --programs 1000
  sqlite3 x.db 'SELECT * FROM buckets ORDER BY items DESC'")]
pub struct FuzzOptions {
    /// The file of the campaign, made where there is none
    #[arg(long, value_name = "FILE", default_value = "twinix-fuzz.db")]
    pub db: PathBuf,
    /// Stop when the campaign has this many programs, those of earlier runs
    /// included. Default: go on until --duration is over, or Ctrl-C
    #[arg(long, value_name = "N")]
    pub programs: Option<u64>,
    /// Stop when the campaign has found this many programs that diverge, those of
    /// earlier runs included, and reduced them
    #[arg(long, value_name = "N")]
    pub until: Option<u64>,
    /// Stop this run after some time: 90s, 15m, 2h, 1h30m
    #[arg(long, value_name = "D", value_parser = duration)]
    pub duration: Option<Duration>,
    /// The seed that decides everything [default: 1]
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Who is compared.
    #[command(flatten)]
    pub sides: Sides,
    /// What is known, and how much is done at once, which changes nothing but the speed.
    #[command(flatten)]
    pub around: Surroundings,
    /// The release that commands speak
    #[arg(long, value_name = "RELEASE")]
    pub dialect: Option<Dialect>,
    /// The share of generated programs that have a value, 0 to 1; the others fail
    /// in one place [default: 0.9]
    #[arg(long, value_name = "DIAL", value_parser = share)]
    pub validity: Option<f64>,
    /// The share of programs that are made by changing and splicing kept ones
    /// [default: 0.2]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub mutate: Option<f64>,
    /// The share of programs that are rewritten so that they mean the same: the
    /// subject has to do with them what it does with the originals; with --mutate no
    /// more than 1 [default: 0.05]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub rewrite: Option<f64>,
    /// Programs to begin with: a file, or a folder as for `check` (repeatable)
    #[arg(long, value_name = "DIR")]
    pub corpus: Vec<PathBuf>,
    /// What is asked of the evaluators (repeatable). Default: each program is asked
    /// for one of strict, lazy, json, xml, parse and canonical, which the seed
    /// chooses; one in 300 is instantiated with a store of its own, fetches, and its
    /// derivations are compared field by field (not those of commands). Releases
    /// need a process for each of these, which is some 80 times slower
    #[arg(long, value_enum, value_name = "MODE")]
    pub mode: Vec<ModeName>,
    /// Confirm only about this many divergences of each bucket, and a sample of the
    /// others: for subjects that diverge often. Default: confirm all
    #[arg(long, value_name = "N")]
    pub confirm: Option<u64>,
    /// The share of all programs that are asked again in fresh processes, whatever
    /// was found [default: 0.01]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub sample: Option<f64>,
    /// Do not reduce divergences: buckets are signatures without words
    #[arg(long)]
    pub no_reduce: bool,
    /// How many divergences of each signature are reduced in any case [default: 3]
    #[arg(long, value_name = "N", conflicts_with = "no_reduce")]
    pub reduce_first: Option<u64>,
    /// How many candidates are tested to reduce one [default: 1500]
    #[arg(long, value_name = "N", conflicts_with = "no_reduce")]
    pub candidates: Option<u64>,
    /// Ask the oracles in a fresh process for each program, as `check` does, which
    /// is slow
    #[arg(long)]
    pub fresh: bool,
    /// The limit on each evaluation, in seconds; three times as much for programs
    /// with a store, which start git [default: 2]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub timeout: Option<f64>,
    /// The limit on the memory of each evaluation, in MiB [default: 2048]
    #[arg(long, value_name = "MIB", value_parser = mebibytes)]
    pub max_memory: Option<u64>,
    /// How many programs make an epoch: what is learnt in one guides the one after
    /// the next [default: 1024]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub epoch: Option<u64>,
    /// Do part I of N of a campaign, I from 0: every N-th item. Such a campaign
    /// changes and splices the programs of --corpus only, so that no part needs
    /// another; --programs counts the items of all. `twinix merge` makes one
    /// campaign of the parts, and 0/1 is all of it
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Forget the campaign in the file, its settings too, and start over as this
    /// command line says; what the oracles answered is kept
    #[arg(long)]
    pub anew: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("expected a number from 0 to 1".to_owned()),
    }
}
