//! Flakes: reading `flake.nix` and `flake.lock`, and evaluating what they
//! lock (`src/libflake`).

pub mod call;
pub mod lock;
pub mod lockfile;
pub mod registry;
pub mod source;
