//! What `twinix replay` accepts.

use std::path::PathBuf;

use clap::Args;

use super::{asked::Sides, fuzz::share};

/// The options of `replay`.
///
/// Programs of a campaign follow from its seed and, where they were made from
/// others, from the programs that the campaign kept: so any of them can be made
/// again. It is shown, and evaluated again in fresh processes by the campaign's
/// subject and oracles. Of a seed without a campaign the generated programs can
/// be made.
///
/// A folder with a finding.json is a finding: its program is evaluated again as
/// the finding says, and whether it still diverges is said. Any other file is a
/// program with recorded outcomes: it is evaluated again and held against them, as
/// by `check --oracle recorded`.
///
/// Exit codes: 0 subject and oracles agree, or differ in a known way, 1 a divergence
/// or drift, 2 wrong usage, the program cannot be made again, or nothing can be
/// said about it (a limit was reached), 130 stopped by Ctrl-C.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix replay corpus/regressions/NAME         whether a finding still diverges
  twinix replay --db x.db --bucket 3            the reduced program of a bucket
  twinix replay --db x.db --item 4711 --print > program.nix
  twinix replay --db x.db --item 4711 --out DIR    with the files beside it
  twinix replay --seed 1 --item 4711 --oracle 2.34
  twinix replay corpus/regressions/x.nix")]
pub struct ReplayOptions {
    /// Findings, or programs with recorded outcomes
    #[arg(conflicts_with_all = ["db", "seed"])]
    pub programs: Vec<PathBuf>,
    /// The file of the campaign
    #[arg(long, value_name = "FILE", conflicts_with = "seed")]
    pub db: Option<PathBuf>,
    /// The seed of a campaign whose file is not at hand
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// The number of the program
    #[arg(long, value_name = "N", conflicts_with = "bucket")]
    pub item: Option<u64>,
    /// A bucket, by its number or its signature: its smallest reduced program, or
    /// its smallest one where none was reduced
    #[arg(long, value_name = "BUCKET", conflicts_with = "seed")]
    pub bucket: Option<String>,
    /// With --seed: the share of generated programs that have a value
    #[arg(long, value_name = "DIAL", default_value_t = 0.9, value_parser = share)]
    pub validity: f64,
    /// Who is compared.
    #[command(flatten)]
    pub sides: Sides,
    /// A file of known divergences, as for `fuzz`: a difference that it lists is no
    /// divergence
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// Only print the program, byte for byte
    #[arg(long, conflicts_with_all = ["out", "json"])]
    pub print: bool,
    /// Only write the program and the files beside it into this folder. A reduced
    /// program becomes a finding, which `twinix replay DIR` evaluates again
    #[arg(long, value_name = "DIR", conflicts_with = "json")]
    pub out: Option<PathBuf>,
    /// Show what agrees, too
    #[arg(long, short)]
    pub verbose: bool,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
}
