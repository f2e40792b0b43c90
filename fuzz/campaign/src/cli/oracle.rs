//! What `twinix oracle` accepts.

use clap::Subcommand;
use twinix_oracle::Dialect;

/// The jobs about oracles.
#[derive(Subcommand, Debug)]
pub enum OracleVerb {
    /// List the oracles of this machine: those installed here, and every nix-instantiate on the search path.
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Install releases of C++ Nix from Debian's packages, side by side, without root.
    ///
    /// `twinix oracle install` gets all four, `twinix oracle install 2.3 2.34` only these.
    ///
    /// They go to $TWINIX_ORACLES, by default ~/.local/share/twinix/oracles. The
    /// mirror is the one of the machine's own apt sources, or $TWINIX_MIRROR.
    Install {
        /// Which releases. Default: all four
        #[arg(value_name = "RELEASE")]
        releases: Vec<Dialect>,
    },
    /// Say what is wrong with the oracles, and what to do about it.
    ///
    /// Exit codes: 0 all four are there and well, 2 not so.
    Doctor {
        /// Print the diagnosis as JSON
        #[arg(long)]
        json: bool,
    },
}
