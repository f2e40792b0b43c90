//! See `twinix_targets::reducer`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(broken) = twinix_targets::reducer::check(data) {
        panic!("{broken}");
    }
});
