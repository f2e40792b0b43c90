//! The generator of random Nix programs: types, scope and a swarm configuration become program text.
