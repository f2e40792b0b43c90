//! What the command line accepts.

mod arguments;
mod asked;
mod check;
mod corpus;
mod drv_diff;
mod eval;
mod fuzz;
mod instantiate;
mod merge;
mod numbers;
mod oracle;
mod reduce;
mod replay;
mod report;

pub use check::CheckOptions;
pub use corpus::{CorpusVerb, DistillOptions, RecordOptions};
pub use drv_diff::DrvDiffOptions;
pub use eval::EvalOptions;
pub use fuzz::FuzzOptions;
pub use instantiate::InstantiateOptions;
pub use merge::MergeOptions;
pub use oracle::OracleVerb;
pub use reduce::ReduceOptions;
pub use replay::ReplayOptions;
pub use report::ReportOptions;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Compares evaluators of the Nix language with C++ Nix, release by release.
///
/// The subject is the evaluator under test, by default twinix's own. An oracle
/// is an evaluator whose answer is the reference, by default every C++ Nix that
/// is installed. Against each oracle the subject answers in that release's
/// dialect: 2.3, 2.8, 2.26 or 2.34.
///
/// Exit codes: 0 agree or ok, 1 divergence found or evaluation error, 2 usage or
/// environment, or nothing that could be compared; 130 stopped by Ctrl-C (`fuzz`
/// comes to an orderly end instead); `eval` and `instantiate` end with 102 where a
/// hash is not the expected one.
#[derive(Parser, Debug)]
#[command(version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

impl Cli {
    /// Reads the command line of this process; where that is wrong, says so and ends.
    pub fn read() -> Self {
        // `twinix eval --version` says what program it is, not that there is a program `twinix-eval`.
        let command = Self::command().mut_subcommands(|verb| verb.display_name("twinix"));
        let mut command =
            command.mut_subcommands(|verb| verb.mut_subcommands(|job| job.display_name("twinix")));
        let matches = command.get_matches_mut();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

/// The jobs.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Evaluate a program as `nix-instantiate --eval` of a release does.
    Eval(Box<EvalOptions>),
    /// Print the derivations of a program as `nix-instantiate` of a release does.
    Instantiate(Box<InstantiateOptions>),
    /// Say in which derivation and field two derivations differ, through their inputs.
    DrvDiff(DrvDiffOptions),
    /// Evaluate programs in the subject and in the oracles and compare what they did.
    Check(Box<CheckOptions>),
    /// Make programs, evaluate them in the subject and in the oracles, and keep what
    /// diverges.
    Fuzz(Box<FuzzOptions>),
    /// Make a program of a campaign again, byte for byte, and evaluate it again.
    Replay(Box<ReplayOptions>),
    /// Make one campaign of the shards of one.
    Merge(MergeOptions),
    /// Tell of a campaign: HTML, Markdown, JSON, JUnit, SARIF.
    Report(ReportOptions),
    /// Make a program that diverges as small as it can be.
    Reduce(Box<ReduceOptions>),
    /// List, install or examine the oracles: C++ Nix of several releases.
    #[command(
        subcommand,
        after_help = "\
Examples:
  twinix oracle install                 all four releases
  twinix oracle install 2.34
  twinix oracle list --json
  twinix oracle doctor"
    )]
    Oracle(OracleVerb),
    /// Record, verify or add to the outcomes kept beside the programs of the corpus.
    #[command(
        subcommand,
        after_help = "\
Examples:
  twinix corpus record x.nix            asks every release that is installed
  twinix corpus verify corpus
  twinix corpus add x.nix --area lists --name sort-is-stable
  twinix corpus distill corpus x.db --into small"
    )]
    Corpus(CorpusVerb),
}
