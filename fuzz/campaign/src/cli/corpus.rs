//! What `twinix corpus` accepts.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use twinix_oracle::Dialect;

use super::numbers::{at_least_one, seconds};

/// The jobs about the corpus.
#[derive(Subcommand, Debug)]
pub enum CorpusVerb {
    /// Write what each release does with each program beside the program.
    Record(RecordOptions),
    /// Ask the installed releases again and compare with what is recorded.
    Verify(RecordOptions),
    /// Keep the smallest set of programs that reaches the same.
    Distill(DistillOptions),
    /// Add a program to the corpus and record it.
    #[command(after_help = "\
Examples:
  twinix corpus add x.nix --area lists --name sort-is-stable
  twinix corpus add x.nix --area lists --name sort-is-stable --corpus elsewhere")]
    Add {
        /// The program
        file: PathBuf,
        /// The area that it belongs to, a folder of the seeds
        #[arg(long, value_name = "AREA", value_parser = name)]
        area: String,
        /// Make the area where the corpus does not have it
        #[arg(long)]
        new_area: bool,
        /// What it claims, in kebab-case
        #[arg(long, value_name = "NAME", value_parser = name)]
        name: String,
        /// The corpus
        #[arg(long, value_name = "FOLDER", default_value = "corpus")]
        corpus: PathBuf,
    },
}

/// What is distilled, and where to.
///
/// Of all programs the smallest set is kept that reaches the same instructions and
/// builtins of our virtual machine, with the same kinds of operands, and of a
/// campaign the same combinations of verdict and outcomes. The programs are written
/// as they are, each in a file of its own that is called by its hash (in a folder of
/// its own, where it needs files), so that the result is the same every time and can
/// be given to `twinix fuzz --corpus`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix corpus distill x.db --into distilled
  twinix corpus distill corpus distilled tonight.db --into next")]
pub struct DistillOptions {
    /// Folders of programs, and files of campaigns (`.db`)
    #[arg(default_value = "corpus")]
    pub programs: Vec<PathBuf>,
    /// The folder that the programs are written to; it has to be empty, or new
    #[arg(long, value_name = "FOLDER")]
    pub into: PathBuf,
    /// How many programs are evaluated at once. Default: one for each processor
    #[arg(long, short, value_name = "N", value_parser = at_least_one)]
    pub jobs: Option<usize>,
}

/// Which programs, and which releases.
///
/// Exit codes: 0 ok, 1 something is not as recorded, 2 wrong usage, or a program could
/// not be evaluated.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix corpus record x.nix
  twinix corpus record folder --oracle 2.34
  twinix corpus verify corpus --oracle 2.3 --oracle 2.34")]
pub struct RecordOptions {
    /// Programs or folders of programs
    #[arg(default_value = "corpus")]
    pub programs: Vec<PathBuf>,
    /// Only this release (repeatable). Default: every release that is installed
    #[arg(long, value_name = "RELEASE")]
    pub oracle: Vec<Dialect>,
    /// The limit on each evaluation, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0, value_parser = seconds)]
    pub timeout: f64,
    /// How many programs are evaluated at once. Default: one for each processor
    #[arg(long, short, value_name = "N", value_parser = at_least_one)]
    pub jobs: Option<usize>,
}

fn name(text: &str) -> Result<String, String> {
    let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !text.is_empty() && text.chars().all(is_kebab) {
        Ok(text.to_owned())
    } else {
        Err("expected lower-case letters, digits and hyphens".to_owned())
    }
}
