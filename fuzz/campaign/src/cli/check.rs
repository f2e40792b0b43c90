//! What `twinix check` accepts.

use std::path::PathBuf;

use clap::Args;
use twinix_oracle::Dialect;

use super::asked::{Sides, Surroundings, Terms};

/// The options of `check`.
///
/// A file is one program. Of a folder every `.nix` file is a program; where a
/// folder has a `default.nix`, only that, and what lies beside it is there for
/// it to read. A folder in the layout of C++ Nix's own language tests
/// (`eval-okay-*.nix`, `*.exp`, `*.flags` …) is run as its `lang.sh` runs it and
/// held against both its expected output and the oracle.
///
/// The first line of a program may say how it is evaluated: `# flags: --strict
/// --json` are all flags after `--eval`; `# features: pipe-operators` are
/// experimental features. Default: `--strict`.
///
/// Verdicts: agree; divergence: the subject does what no release does; drift: it
/// does under one dialect what another release does; known: a difference in the
/// list of `--known`; inconclusive: a limit was reached (10 s, 4 GiB, 16 MiB of
/// output unless said otherwise), or nothing could be compared.
///
/// Exit codes: 0 everything agrees, is known, or both sides reached a limit; 1 a
/// divergence or drift, or the subject alone reached a limit; 2 wrong usage, a program
/// could not be checked, or nothing could be compared; 130 stopped by Ctrl-C.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix check -E 'builtins.sort builtins.lessThan [ 2 1 ]'
  twinix check corpus --oracle recorded
  twinix check x.nix --oracle 2.34 --exact
  twinix check --suite 2.26 --at-least 98
  twinix check --table --remember table.jsonl
  twinix check --table substring head --dialect 2.34
  twinix check corpus --subject 'nix-instantiate {flags} {file}' --dialect 2.34")]
pub struct CheckOptions {
    /// Files and folders to check, `-` is standard input; with `-E`, expressions; with
    /// `--table`, names of builtins
    #[arg(required_unless_present_any = ["suite", "table", "attrs"])]
    pub programs: Vec<String>,
    /// Take the arguments as expressions instead of files
    #[arg(short = 'E', long = "expr")]
    pub expr: bool,
    /// Check the language tests of this release of C++ Nix as well, fetched from
    /// Debian's source packages or the checkout in $TWINIX_NIX_SRC (repeatable)
    #[arg(long, value_name = "RELEASE")]
    pub suite: Vec<Dialect>,
    /// Check the table of builtins: each one with every kind of argument in every
    /// position. About 90,000 evaluations by oracles; with names only those
    #[arg(long, conflicts_with_all = ["expr", "suite", "mode", "attrs"])]
    pub table: bool,
    /// Keep what the oracles say about rows of the table in this file, and do not
    /// ask again what is in it
    #[arg(long, value_name = "FILE", requires = "table")]
    pub remember: Option<PathBuf>,
    /// Check every attribute of the package set in this file (or folder with a
    /// default.nix), and of the sets in it that ask for it by
    /// `recurseForDerivations`: derivations by their paths, errors included
    #[arg(long, value_name = "PATH", conflicts_with_all = ["programs", "expr", "suite", "mode", "exact"])]
    pub attrs: Option<PathBuf>,
    /// With --attrs: start at this attribute, as `a.b` (repeatable)
    #[arg(
        short = 'A',
        long = "attr",
        value_name = "ATTRIBUTE",
        requires = "attrs"
    )]
    pub select: Vec<String>,
    /// With --attrs: keep in this file what is settled, and go on from it
    #[arg(long, value_name = "FILE", requires = "attrs")]
    pub state: Option<PathBuf>,
    /// With --attrs: how many attributes are evaluated at once in one evaluator
    #[arg(long, value_name = "N", default_value = "32", value_parser = super::numbers::at_least_one, requires = "attrs")]
    pub batch: usize,
    /// Who is compared.
    #[command(flatten)]
    pub sides: Sides,
    /// How programs are evaluated and compared.
    #[command(flatten)]
    pub terms: Terms,
    /// What is known, and how much is done at once.
    #[command(flatten)]
    pub around: Surroundings,
    /// Let programs read this file or folder too (repeatable); else they see their own folder only
    #[arg(long, value_name = "PATH")]
    pub see: Vec<PathBuf>,
    /// Exit with 0 if at least this percentage agrees (of a language test suite:
    /// comes out as expected)
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    pub at_least: Option<f64>,
    /// Show what agrees, too
    #[arg(long, short)]
    pub verbose: bool,
    /// Print everything as one JSON document
    #[arg(long)]
    pub json: bool,
}

fn percentage(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (0.0..=100.0).contains(&number) => Ok(number),
        _ => Err("expected a number from 0 to 100".to_owned()),
    }
}
