use crate::builtins::internal::DERIVATION;

/// Where errors in `derivation` point to, as those of C++ Nix do.
#[test]
fn positions_are_those_of_the_releases() {
    let text = std::str::from_utf8(DERIVATION).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[36].find("derivationStrict"), Some(11));
    assert_eq!(lines[49].find("outPath"), Some(6));
    assert_eq!(lines[49].find("builtins.getAttr"), Some(16));
}
