//! Installs every oracle into an empty folder: some 160 MB from the package mirror, so only on request.
//!
//! `TWINIX_ORACLES=$(mktemp -d) cargo test -p twinix-oracle --test install -- --ignored --nocapture`

use std::env;

use twinix_oracle::{
    Dialect, doctor,
    install::{Step, install},
};

#[test]
#[ignore = "downloads some 160 MB"]
fn every_oracle_can_be_installed() {
    assert!(
        env::var_os("TWINIX_ORACLES").is_some(),
        "set TWINIX_ORACLES to an empty folder, so that no oracle in use is touched"
    );
    let show = |dialect, step: &Step| println!("{dialect}: {step:?}");
    for (dialect, installed) in install(&Dialect::ALL, &show) {
        let oracle = installed.unwrap();
        assert_eq!(oracle.dialect, dialect);
    }
    let diagnosis = doctor::examine();
    assert!(diagnosis.missing.is_empty(), "{diagnosis:?}");
}
