//! Flakes: reading `flake.nix` and `flake.lock`, and evaluating what they
//! lock (`src/libflake`).

pub mod registry;
