use crate::builtins::internal::{DERIVATION, OLD_DERIVATION};

/// Where errors in `derivation` point to, as those of C++ Nix do: the line and
/// column of each word, counted from 1.
fn place(text: &'static [u8], word: &str) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(text).ok()?;
    text.lines()
        .enumerate()
        .find_map(|(line, words)| Some((line + 1, words.find(word)? + 1)))
}

#[test]
fn positions_are_those_of_the_releases() {
    let place = |word| place(DERIVATION, word);
    assert_eq!(place("drvAttrs@{"), Some((30, 1)));
    assert_eq!(place("derivationStrict drvAttrs"), Some((37, 12)));
    assert_eq!(place("(builtins.listToAttrs"), Some((41, 8)));
    assert_eq!(place("map (one:"), Some((43, 13)));
    assert_eq!(place("outPath = builtins"), Some((50, 7)));
    assert_eq!(place("builtins.getAttr"), Some((50, 17)));
    assert_eq!(place("map byName outputs"), Some((57, 17)));
    assert_eq!(place("(builtins.head"), Some((60, 1)));
}

#[test]
fn positions_are_those_of_older_releases() {
    let place = |word| place(OLD_DERIVATION, word);
    assert_eq!(place("drvAttrs@{"), Some((4, 1)));
    assert_eq!(place("derivationStrict drvAttrs"), Some((8, 12)));
    assert_eq!(place("map (one:"), Some((11, 13)));
    assert_eq!(place("builtins.getAttr"), Some((18, 19)));
    assert_eq!(place("map byName outputs"), Some((25, 17)));
}
