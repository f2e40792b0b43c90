//! See `twinix_targets::derivation`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(broken) = twinix_targets::derivation::check(data) {
        panic!("{broken}");
    }
});
