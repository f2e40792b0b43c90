//! See `twinix_targets::metamorphic`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(broken) = twinix_targets::metamorphic::check(data) {
        panic!("{broken}");
    }
});
