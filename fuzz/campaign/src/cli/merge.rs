//! What `twinix merge` accepts.

use std::path::PathBuf;

use clap::Args;

/// The options of `merge`.
///
/// Makes one campaign of the shards of one (`twinix fuzz --shard I/N`), which may
/// have run on any number of machines: the file is then the one that the campaign
/// would have left on one machine. It goes as far as every shard does; when they
/// have gone on, the same command takes over the rest.
///
/// No evaluator is asked. Divergences that were reduced in no shard, because in it
/// they looked like another one, wait in the file: `twinix fuzz --db FILE
/// --programs N` reduces them.
///
/// Exit codes: 0 merged, 2 usage or environment, such as a shard that is missing or
/// of another campaign.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix fuzz --shard 0/2 --programs 5000 --db 0.db   on one machine
  twinix fuzz --shard 1/2 --programs 5000 --db 1.db   on another one
  twinix merge 0.db 1.db --into all.db")]
pub struct MergeOptions {
    /// The files of all shards
    #[arg(value_name = "DB", required = true)]
    pub shards: Vec<PathBuf>,
    /// The file of the campaign, made where there is none
    #[arg(long, value_name = "FILE")]
    pub into: PathBuf,
}
