//! See `twinix_targets::eval` and `twinix_targets::leaks`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let sound = twinix_targets::eval::check(data);
    if let Err(broken) = sound.and_then(|()| twinix_targets::leaks::check(data)) {
        panic!("{broken}");
    }
});
