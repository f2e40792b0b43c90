//! The list of known differences in the corpus hides what it explains and nothing beside it.

#![allow(clippy::unwrap_used, reason = "a list that cannot be read fails")]

use std::path::Path;

use twinix_oracle::{
    Dialect,
    compare::Aspect,
    known::{Finding, KnownList},
};

const FETCHER: &str = "/nix/store/rag3588azm2n4fj0ccwy1xq3sgi6y33k-x.drv";
const OURS: &str = "/nix/store/skq5iv2gq9qmdbhbxrnjdd8zn60lqvsy-x.drv";

fn list() -> KnownList {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/known.toml");
    KnownList::read(&file).unwrap()
}

fn finding<'a>(program: &'a str, aspect: Aspect, subject: &'a str, oracle: &'a str) -> Finding<'a> {
    Finding {
        program,
        dialect: Dialect::V2_3,
        aspect,
        subject,
        oracle,
    }
}

#[test]
fn what_it_explains_is_known() {
    let list = list();
    let known = |finding: &Finding<'_>| list.find(finding).map(|entry| entry.id.clone());
    let found =
        |program, aspect, subject, oracle| known(&finding(program, aspect, subject, oracle));
    assert_eq!(
        found("builtins.valueSize (x: y)", Aspect::Value, "120", "96").as_deref(),
        Some("sizes-in-memory")
    );
    let thrown = "throw (toString (builtins.valueSize [ ]))";
    assert_eq!(
        found(thrown, Aspect::Message, "6914", "6951").as_deref(),
        Some("sizes-in-memory-are-thrown")
    );
    let text = "toFile \"x\" \"${<nix/fetchurl.nix>}\"";
    assert_eq!(
        found(text, Aspect::Value, OURS, FETCHER).as_deref(),
        Some("corepkgs-are-inputs")
    );
    let read = "builtins.stringLength (builtins.readFile <nix/fetchurl.nix>)";
    assert_eq!(
        found(read, Aspect::Value, "900", "1100").as_deref(),
        Some("corepkgs-are-read")
    );
}

#[test]
fn what_is_beside_it_is_not() {
    let list = list();
    let text = "toFile \"x\" \"${<nix/fetchurl.nix>}\"";
    let size = "builtins.valueSize 1";
    for neighbour in [
        // The builtin is in 2.3 only.
        Finding {
            dialect: Dialect::V2_34,
            ..finding(size, Aspect::Value, "1", "2")
        },
        finding(size, Aspect::Class, "24", "error (type): x"),
        finding(size, Aspect::Value, "true", "false"),
        finding("1 # valueSizes", Aspect::Value, "1", "2"),
        finding(text, Aspect::Class, OURS, "error (type): x"),
        finding("toFile \"x\" \"y\"", Aspect::Value, OURS, FETCHER),
        finding("<nix/fetchurl.nix>", Aspect::Value, "1", "2"),
    ] {
        let entry = list.find(&neighbour).map(|entry| &entry.id);
        assert_eq!(entry, None, "{neighbour:?}");
    }
}
