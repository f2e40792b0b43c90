//! See `twinix_targets::parse`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(broken) = twinix_targets::parse::check(data) {
        panic!("{broken}");
    }
});
