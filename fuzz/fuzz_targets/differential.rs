//! See `twinix_targets::differential`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    // Otherwise it would run for hours and find nothing.
    init: assert!(
        twinix_targets::oracles::are_there(),
        "no release is installed to compare with: `twinix oracle install`"
    ),
    |data: &[u8]| {
        if let Err(broken) = twinix_targets::differential::check(data) {
            panic!("{broken}");
        }
    }
);
