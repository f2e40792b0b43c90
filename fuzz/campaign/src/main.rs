//! The `twinix` command line.

fn main() {}
