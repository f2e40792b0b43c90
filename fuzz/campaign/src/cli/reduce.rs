//! What `twinix reduce` accepts.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use twinix_oracle::Dialect;

use super::check::ModeName;

/// The options of `reduce`.
///
/// Shrinks a program that diverges while it diverges in the same way: with the
/// same signature, so that one bug does not turn into another. Of a folder with a
/// `default.nix`, and of a file whose folder it needs, the files are dropped,
/// merged and shrunk as well. The result is confirmed in fresh processes.
///
/// The settings are those of `check`: the first line of a program may say how it
/// is evaluated, and stays.
///
/// Exit codes: 0 reduced, 1 the program does not diverge, or its divergence could
/// not be confirmed, 2 wrong usage or environment.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix reduce x.nix
  twinix reduce -E 'map (x: x / 2) [ 1 2 ]' --subject 2.8 --oracle 2.34
  twinix reduce folder/default.nix --oracle 2.34 --time 5m -o small.nix
  twinix reduce x.nix --save sort-is-unstable --cause 'insertion instead of merge'")]
pub struct ReduceOptions {
    /// The program: a file, or with `-E` an expression
    pub program: String,
    /// Take the argument as an expression instead of a file
    #[arg(short = 'E', long = "expr")]
    pub expr: bool,
    /// The evaluator under test: a release that is installed, or a command with
    /// `{file}` in it, as for `check`. Default: twinix
    #[arg(long, value_name = "EVALUATOR")]
    pub subject: Option<String>,
    /// An oracle: a release that is installed, or a command with `{file}` in it
    /// (repeatable). Default: every release that is installed
    #[arg(long, value_name = "ORACLE")]
    pub oracle: Vec<String>,
    /// Compare with the oracles of this release only (repeatable); the dialect that
    /// a command speaks
    #[arg(long, value_name = "RELEASE")]
    pub dialect: Vec<Dialect>,
    /// What is asked of the evaluators, where the program does not say so itself
    #[arg(long, value_enum, value_name = "MODE")]
    pub mode: Option<ModeName>,
    /// Let a program without settings of its own read any file
    #[arg(long)]
    pub unrestricted: bool,
    /// A JSON file of known divergences; what is known is reduced all the same
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// Compare also every message, word for word, and every position
    #[arg(long)]
    pub exact: bool,
    /// The limit on each evaluation, in seconds. While shrinking it is lower, by how
    /// long the program itself takes
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub timeout: f64,
    /// The limit on the memory of each evaluation, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 4096)]
    pub max_memory: u64,
    /// After this the best that was found so far is the result: 30s, 5m, or a number
    /// of seconds
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub time: Duration,
    /// How many candidates are tested at once. Default: one for each processor
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<usize>,
    /// Write the reduced program here: a file, or where it still needs files a folder
    /// with a `default.nix`. Default: it is printed
    #[arg(long, short, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Save it as a finding of the corpus under this name, with the outcomes of all
    /// evaluators; without a name under that of its signature
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    pub save: Option<String>,
    /// With --save: the corpus
    #[arg(
        long,
        value_name = "FOLDER",
        default_value = "corpus",
        requires = "save"
    )]
    pub corpus: PathBuf,
    /// With --save: what is known about the cause
    #[arg(long, value_name = "TEXT", requires = "save")]
    pub cause: Option<String>,
    /// With --save: the link to the upstream issue
    #[arg(long, value_name = "LINK", requires = "save")]
    pub upstream: Option<String>,
    /// Print everything as one JSON document
    #[arg(long)]
    pub json: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix('m') {
        Some(number) => (number, 60.0),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    match number.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => {
            Duration::try_from_secs_f64(number * unit).map_err(|error| error.to_string())
        }
        _ => Err("expected a time such as 30s or 5m".to_owned()),
    }
}
