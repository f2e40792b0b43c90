//! See `twinix_targets::differential`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: twinix_targets::differential::start(), |data: &[u8]| {
    if let Err(broken) = twinix_targets::differential::check(data) {
        panic!("{broken}");
    }
});
