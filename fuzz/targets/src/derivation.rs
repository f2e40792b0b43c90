//! `derivation`: the text form of derivations and store paths go there and back
//! without loss.
//!
//! The first byte chooses: a text that may be a derivation, or a derivation that
//! is made of the bytes.

use crate::program::shown;
use crate::{Broken, Checked};
use arbitrary::{Arbitrary, Unstructured};
use std::collections::{BTreeMap, BTreeSet};
use twinix_evaluator::derivation::aterm::{
    Derivation, Output, Reading, Wanted, derivation_path, parse, parse_strictly,
};
use twinix_evaluator::derivation::store_path::{Method, StoreDir, is_derivation, name_of};
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::formats::hash::{Algorithm, digest};

/// The byte before a text.
pub const TEXT: u8 = b'D';

const DIRECTORY: &[u8] = b"/nix/store";

/// Checks a text, or a derivation made of the bytes.
///
/// # Errors
/// If something is lost on the way.
pub fn check(data: &[u8]) -> Checked {
    match data.split_first() {
        Some((&TEXT, text)) => Dialect::ALL.iter().try_for_each(|&dialect| {
            let store = store(dialect);
            check_path(store, text)?;
            check_strictly(store, text)?;
            match parse(store, text) {
                Ok(derivation) if is_plain(&derivation) => there_and_back(store, &derivation),
                _ => Ok(()),
            }
        }),
        Some((&first, rest)) => {
            let dialect = Dialect::ALL[usize::from(first) % Dialect::ALL.len()];
            let mut u = Unstructured::new(rest);
            match make(&mut u) {
                Ok(derivation) => {
                    there_and_back(store(dialect), &derivation)?;
                    // Also some that are not allowed.
                    let name = match make_name(&mut u) {
                        Ok(name) if u.ratio(7, 8).unwrap_or(true) => name,
                        _ => Arbitrary::arbitrary(&mut u).unwrap_or_default(),
                    };
                    check_derivation_path(store(dialect), &name, &derivation)
                }
                Err(_) => Ok(()),
            }
        }
        None => Ok(()),
    }
}

fn store(dialect: Dialect) -> StoreDir<'static> {
    StoreDir {
        directory: DIRECTORY,
        dialect,
    }
}

/// Whether nothing needs an escape that would get none.
fn is_plain(derivation: &Derivation) -> bool {
    fn names(wanted: &Wanted) -> Vec<&[u8]> {
        let inner = wanted.dynamic.values().flat_map(names);
        let own = wanted.outputs.iter().chain(wanted.dynamic.keys());
        own.map(Vec::as_slice).chain(inner).collect()
    }
    let paths = derivation.outputs.values().filter_map(Output::path);
    let wanted = derivation.input_derivations.values().flat_map(names);
    (derivation.outputs.keys())
        .chain(derivation.input_derivations.keys())
        .chain(&derivation.input_sources)
        .chain([&derivation.system])
        .map(Vec::as_slice)
        .chain(paths)
        .chain(wanted)
        .all(|text| !text.iter().any(|byte| b"\"\\\n\r\t".contains(byte)))
}

/// What is written reads as what was written.
fn there_and_back(store: StoreDir<'_>, derivation: &Derivation) -> Checked {
    let text = derivation.write(store.dialect);
    reads_as(store, &text, derivation)?;
    check_strictly(store, &text)
}

/// A text reads as a derivation, and that is written as the text.
fn reads_as(store: StoreDir<'_>, text: &[u8], derivation: &Derivation) -> Checked {
    let again = match parse(store, text) {
        Ok(again) => again,
        Err(error) => {
            return Err(Broken::new(format!(
                "what was written cannot be read: {error:?}\n{}",
                shown(text)
            )));
        }
    };
    if again != *derivation {
        return Err(Broken::new(format!(
            "{derivation:#?}\nis written as\n{}\nand read as\n{again:#?}",
            shown(text)
        )));
    }
    if again.write(store.dialect) != text {
        return Err(Broken::new(format!(
            "written again it is not\n{}",
            shown(text)
        )));
    }
    Ok(())
}

/// What a release reads is what anybody reads, but for what it makes of the attributes in `__json`.
fn check_strictly(store: StoreDir<'_>, text: &[u8]) -> Checked {
    let reading = Reading {
        name: b"name",
        require: &|_, _| Ok(()),
        blake3: true,
    };
    let Ok(strictly) = parse_strictly(store, reading, text) else {
        return Ok(());
    };
    let mut leniently = match parse(store, text) {
        Ok(leniently) => leniently,
        Err(error) => {
            return Err(Broken::new(format!(
                "only a release reads it: {error}\n{}",
                shown(text)
            )));
        }
    };
    let has_json = leniently.environment.contains_key(&b"__json"[..]);
    if store.dialect == Dialect::V2_3 {
        // Of outputs that it does not take for fixed it reads the path only.
        for (name, output) in &mut leniently.outputs {
            if let Some(Output::InputAddressed(_)) = strictly.outputs.get(name) {
                *output = Output::InputAddressed(output.path().unwrap_or_default().to_vec());
            }
        }
    }
    // The path of a fixed output is what a release makes it, whatever stands there.
    let fixed = |mut derivation: Derivation| {
        for output in derivation.outputs.values_mut() {
            if let Output::Fixed { path, .. } = output {
                path.clear();
            }
        }
        derivation
    };
    let (strictly, leniently) = (fixed(strictly), fixed(leniently));
    if has_json || strictly == leniently {
        return Ok(());
    }
    Err(Broken::new(format!(
        "a release reads\n{}\nas\n{strictly:#?}\nand not as\n{leniently:#?}",
        shown(text)
    )))
}

/// The path of a derivation is one, and keeps the name.
fn check_derivation_path(store: StoreDir<'_>, name: &[u8], derivation: &Derivation) -> Checked {
    let text = derivation.write(store.dialect);
    // Some names are not allowed.
    let Ok(path) = derivation_path(store, name, derivation, &text) else {
        return Ok(());
    };
    check_path(store, &path)?;
    let fine = store.is_object(&path)
        && is_derivation(&path)
        && name_of(&path) == [name, b".drv"].concat();
    if fine {
        Ok(())
    } else {
        Err(Broken::new(format!(
            "the derivation named {} has the path {}",
            shown(name),
            shown(&path)
        )))
    }
}

/// A path below an object splits into the object's and the rest; what is an
/// object has no rest.
fn check_path(store: StoreDir<'_>, path: &[u8]) -> Checked {
    let wrong = |what: &str| Err(Broken::new(format!("{what}: {}", shown(path))));
    let Some((object, rest)) = store.split(path) else {
        return match store.is_object(path) {
            true => wrong("an object is not in the store"),
            false => Ok(()),
        };
    };
    if [object, rest].concat() != path || !(rest.is_empty() || rest[0] == b'/') {
        return wrong("a path is split wrongly");
    }
    if store.is_object(path) && !rest.is_empty() {
        return wrong("something within an object is one");
    }
    Ok(())
}

/// A derivation out of random choices.
fn make(u: &mut Unstructured<'_>) -> arbitrary::Result<Derivation> {
    let mut derivation = Derivation {
        system: make_name(u)?,
        builder: u.arbitrary()?,
        arguments: u.arbitrary()?,
        environment: u.arbitrary()?,
        ..Derivation::default()
    };
    while u.arbitrary()? && derivation.outputs.len() < 4 {
        let name = make_name(u)?;
        let output = make_output(u, &name)?;
        derivation.outputs.insert(name, output);
    }
    while u.arbitrary()? && derivation.input_derivations.len() < 4 {
        let path = make_path(u)?;
        let wanted = make_wanted(u, 0)?;
        derivation.input_derivations.insert(path, wanted);
    }
    while u.arbitrary()? && derivation.input_sources.len() < 4 {
        derivation.input_sources.insert(make_path(u)?);
    }
    Ok(derivation)
}

fn make_output(u: &mut Unstructured<'_>, name: &[u8]) -> arbitrary::Result<Output> {
    let method = *u.choose(&[Method::Flat, Method::Nar, Method::Text])?;
    let algorithm = *u.choose(&[Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512])?;
    Ok(match u.int_in_range(0..=4)? {
        0 => Output::Deferred,
        1 => Output::Floating { method, algorithm },
        2 => Output::Impure { method, algorithm },
        3 => Output::Fixed {
            method,
            hash: digest(algorithm, name),
            path: make_path(u)?,
        },
        _ => Output::InputAddressed(make_path(u)?),
    })
}

/// A name of an output, or of an object: what has no such name needs no escapes,
/// so it gets none.
fn make_name(u: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    const ALPHABET: &[u8] = b"abcxyzABCXYZ0129+-._?=";
    let mut name = vec![*u.choose(ALPHABET)?];
    while u.arbitrary()? {
        name.push(*u.choose(ALPHABET)?);
    }
    Ok(name)
}

/// A store path.
fn make_path(u: &mut Unstructured<'_>) -> arbitrary::Result<Vec<u8>> {
    let name = make_name(u)?;
    Ok([DIRECTORY, b"/00000000000000000000000000000000-", &name].concat())
}

fn make_wanted(u: &mut Unstructured<'_>, depth: usize) -> arbitrary::Result<Wanted> {
    let mut dynamic = BTreeMap::new();
    // Choices that have run out are `false`, so that this ends.
    while depth < 3 && u.arbitrary()? {
        dynamic.insert(make_name(u)?, make_wanted(u, depth + 1)?);
    }
    let mut outputs = BTreeSet::new();
    while u.arbitrary()? {
        outputs.insert(make_name(u)?);
    }
    Ok(Wanted { outputs, dynamic })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeds::{Corpus, Seed, derivations};
    use std::path::Path;

    /// Nothing of what our evaluator writes is lost when it is read.
    #[test]
    fn derivations_of_the_corpus_are_written_as_they_were_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
        let corpus = Corpus::read(&folder).expect("the corpus is part of the repository");
        let store = store(Dialect::V2_34);
        let seeds = derivations(&corpus);
        // Others are about what is lost: what needs an escape in the system gets none.
        let is_faithful = |seed: &Seed| {
            seed.name.starts_with("seeds-derivation-") && !seed.name.contains("-system-")
        };
        assert!(seeds.iter().filter(|seed| is_faithful(seed)).count() > 20);
        for seed in seeds.into_iter().filter(is_faithful) {
            let text = &seed.bytes[1..];
            let derivation =
                parse(store, text).unwrap_or_else(|error| panic!("{}: {error}", seed.name));
            let again = derivation.write(store.dialect);
            assert_eq!(shown(&again), shown(text), "{}", seed.name);
            assert!(again == text, "{}", seed.name);
        }
    }

    /// 2.3 reads algorithms and hashes of fixed outputs only.
    #[test]
    fn what_a_release_does_not_read_may_be_anything() {
        for output in [
            r#""out","/nix/store/x",";","""#,
            r#""out","/nix/store/x","sha256","""#,
            r#""a","/nix/store/x","text:sha256","e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""#,
            r#""a","/nix/store/x","sha256","impure""#,
            r#""a","/nix/store/x","sha1","zz""#,
            // No release reads an output that is nowhere, and has no kind.
            r#""a","",";","""#,
        ] {
            let text =
                format!(r#"DDerive([({output}),("b","/nix/store/y","","")],[],[],"s","b",[],[])"#);
            assert_eq!(check(text.as_bytes()), Ok(()), "{output}");
        }
    }

    #[test]
    fn what_is_lost_is_broken() {
        let store = store(Dialect::V2_34);
        let derivation = Derivation {
            system: b"s".to_vec(),
            builder: b"b".to_vec(),
            arguments: vec![b"1".to_vec(), b"2".to_vec()],
            ..Derivation::default()
        };
        assert_eq!(there_and_back(store, &derivation), Ok(()));
        let mut other = derivation.clone();
        other.arguments.pop();
        let text = other.write(store.dialect);
        assert!(reads_as(store, &text, &derivation).is_err());
        assert!(reads_as(store, &text[1..], &derivation).is_err());
        assert!(reads_as(store, &[&*text, b" "].concat(), &other).is_err());
    }
}
