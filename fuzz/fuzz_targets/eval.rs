//! See `twinix_targets::eval`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(broken) = twinix_targets::eval::check(data) {
        panic!("{broken}");
    }
});
