//! Nothing is left behind, whatever a program does. A test binary of its own, because it sets where
//! scratch folders go for its whole process.

use std::{fs, time::Duration};

use twinix_oracle::{Dialect, Evaluator, Program, Settings, discover::discover, settings::Limits};

#[test]
fn nothing_is_left_behind() {
    let folder = tempfile::TempDir::new().unwrap();
    tempfile::env::override_temp_dir(folder.path()).unwrap();
    let (oracles, missing) = (discover(), Dialect::ALL.len());
    let (oracles, absent) = oracles.select(&Dialect::ALL);
    if absent.len() == missing {
        println!("skipped: no oracle is installed");
    }
    let limits = Limits {
        time: Duration::from_millis(500),
        ..Limits::default()
    };
    let settings = Settings {
        limits,
        ..Settings::default()
    };
    for oracle in oracles {
        for text in [
            "1",
            "throw \"x\"",
            "builtins.toFile \"a\" \"b\"",
            "builtins.fetchurl \"http://example.invalid/x\"",
            "builtins.match \"(a+)+b\" \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
            "import (derivation { name = \"a\"; system = \"x86_64-linux\"; builder = \"b\"; })",
        ] {
            oracle
                .evaluate(&Program::text("p", text), &settings)
                .unwrap();
        }
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}
