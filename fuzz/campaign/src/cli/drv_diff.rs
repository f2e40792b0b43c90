//! What `twinix drv-diff` accepts.

use std::path::PathBuf;

use clap::Args;

/// The options of `drv-diff`.
///
/// Walks the inputs of both derivations side by side, each pair once, inputs
/// first, and says where the difference comes from: the first derivation that
/// differs in more than the paths of its inputs, and in which of its fields.
/// Inputs are paired by path, else by name, else by name without version.
///
/// Exit codes: 0 equal, 1 different, 2 usage or something cannot be read.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix drv-diff /nix/store/…-hello-2.10.drv /nix/store/…-hello-2.12.drv
  twinix drv-diff /tmp/a/nix/store/…-hello.drv /tmp/b/nix/store/…-hello.drv
  twinix drv-diff --store /tmp/a --store /tmp/b /nix/store/…-x.drv /nix/store/…-x.drv --json")]
pub struct DrvDiffOptions {
    /// A .drv file, or the store path of a derivation
    pub a: String,
    /// The other one
    pub b: String,
    /// Where the store of A is: `/nix/store/x` is DIR/nix/store/x. Given twice:
    /// first that of A, then that of B. Default: what stands before /nix/store in
    /// the path, else /
    #[arg(long, value_name = "DIR")]
    pub store: Vec<PathBuf>,
    /// Show every derivation that differs in itself, not only the first
    #[arg(long)]
    pub all: bool,
    /// How many equal lines are shown around different ones
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub context: usize,
    /// Print all differences as JSON
    #[arg(long)]
    pub json: bool,
}
