//! What `twinix instantiate` accepts.

use clap::Args;

use super::EvalOptions;

/// The options of `instantiate`: those of `nix-instantiate`.
///
/// Prints the path of each derivation that the value is or holds: of a set all
/// attributes by name, of the sets in it those with `recurseForDerivations`, of
/// a list all elements. With `--store DIR` the derivations, the texts of
/// `toFile` and the sources that they need are written to DIR/nix/store.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  twinix instantiate release.nix -A hello
  twinix instantiate -E 'import <nixpkgs> { }' -A hello --store /tmp/s
  twinix instantiate '<nixpkgs/nixos>' -A system --dialect 2.8 --json")]
pub struct InstantiateOptions {
    /// How the program is evaluated.
    #[command(flatten)]
    pub eval: EvalOptions,
}
