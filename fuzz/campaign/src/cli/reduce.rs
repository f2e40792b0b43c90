//! What `twinix reduce` accepts.

use std::{path::PathBuf, time::Duration};

use clap::Args;

use super::asked::{Sides, Surroundings, Terms};
use crate::campaign::duration;

/// The options of `reduce`.
///
/// Shrinks a program that diverges while it diverges in the same way: with the
/// same signature, so that one bug does not turn into another. Of a folder with a
/// `default.nix`, and of a file whose folder it needs, the files are dropped,
/// merged and shrunk as well. The result is confirmed in fresh processes.
///
/// The settings are those of `check`: the first line of a program may say how it
/// is evaluated, and stays; what a record beside it says is written beside the
/// result. A finding also says who is compared.
///
/// Exit codes: 0 reduced, 1 the program does not diverge, or its divergence could
/// not be confirmed, 2 wrong usage or environment, 130 stopped by Ctrl-C.
#[derive(Args, Debug, Clone)]
#[command(after_help = "\
Examples:
  twinix reduce x.nix
  twinix reduce -E 'map (x: builtins.genList { }.a x) [ 0 0 ]' --subject 2.8 --oracle 2.34
  twinix reduce folder/default.nix --oracle 2.34 --time 5m -o small.nix
  twinix reduce x.nix --save sort-is-unstable --cause 'insertion instead of merge'")]
pub struct ReduceOptions {
    /// The program: a file, a folder with a `default.nix`, a finding, `-` for standard
    /// input, or with `-E` an expression
    pub program: String,
    /// Take the argument as an expression instead of a file
    #[arg(short = 'E', long = "expr")]
    pub expr: bool,
    /// Who is compared.
    #[command(flatten)]
    pub sides: Sides,
    /// How programs are evaluated and compared. While shrinking the limit on time is
    /// lower, by how long the program itself takes.
    #[command(flatten)]
    pub terms: Terms,
    /// What is known, and how much is done at once.
    #[command(flatten)]
    pub around: Surroundings,
    /// After this the best that was found so far is the result: 90s, 5m, 1h
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub time: Duration,
    /// Write the reduced program here: a file, or where it still needs files a folder
    /// with a `default.nix`; nothing is written over. Default: it is printed
    #[arg(long, short, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// Save it as a finding of the corpus under this name, with the outcomes of all
    /// evaluators; without a name under that of its signature
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "")]
    pub save: Option<String>,
    /// With --save: the corpus, made where it is not there [default: corpus, which has
    /// to be there]
    #[arg(long, value_name = "FOLDER", requires = "save")]
    pub corpus: Option<PathBuf>,
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
