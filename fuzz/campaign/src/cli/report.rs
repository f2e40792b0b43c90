//! What `twinix report` accepts.

use std::path::PathBuf;

use clap::Args;

/// The options of `report`.
///
/// Tells of a campaign: its settings, verdicts, rates and coverage, and every
/// bucket with its smallest program, what everyone did with it, the command that
/// evaluates it again and the text of an issue. Several formats can be written at
/// once; a FILE of `-` is standard output. Without any, Markdown is printed.
///
/// The page is one file that needs nothing else and fetches nothing.
///
/// Divergences that are in no bucket yet, because they wait to be reduced, are shown by
/// the number of the first of the same ones.
///
/// Exit codes: 0 nothing has to be looked into, 1 there are open buckets, or
/// divergences in none yet, that are not on the known list (with --since: new ones),
/// 2 usage or environment. Inconclusive programs count for nothing.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix report --db x.db --html x.html
  twinix report --db x.db --since last-week.db --html x.html --markdown summary.md
  twinix report --db x.db --json | jq '.buckets[].signature'")]
pub struct ReportOptions {
    /// The file of the campaign
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The file of an earlier campaign: says which buckets are new, still open or
    /// gone
    #[arg(long, value_name = "OLD")]
    pub since: Option<PathBuf>,
    /// Write a page for a browser
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write Markdown, for an issue or the summary of a CI run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub markdown: Option<PathBuf>,
    /// Write JSON, as reports/schema/report.schema.json describes it
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub json: Option<PathBuf>,
    /// Write JUnit XML: each bucket is a test case
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub junit: Option<PathBuf>,
    /// Write SARIF 2.1.0, for code scanning
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub sarif: Option<PathBuf>,
}
