//! See `twinix_targets::print_parse`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(broken) = twinix_targets::print_parse::check(data) {
        panic!("{broken}");
    }
});
