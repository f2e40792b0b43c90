//! Programs that are made of kept ones by mutation: of the text, or of a file beside it, for what is
//! imported is seldom reached by a change of the text that imports it.

use std::{
    collections::BTreeMap,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use anyhow::Result;
use arbitrary::Unstructured;
use twinix_generator::mutate;

use super::{
    dice::Dice,
    item::{BYTES, Kept, LONGEST, Source},
};

/// How often, in millionths, a file beside the text is changed, where there is one.
const BESIDE: u32 = 250_000;

/// The most bytes that a program has with the files of others.
const ROOM: usize = 64 << 10;

/// A changed program and those it was made from; none where nothing was kept, or it cannot be changed.
pub(super) fn make(dice: &mut Dice, kept: &mut dyn Kept) -> Result<Option<(Source, Vec<u64>)>> {
    let donors = dice.below(3);
    let mut chosen = Vec::new();
    for _ in 0..=donors {
        chosen.extend(kept.choose(dice.number()));
    }
    let Some((&parent, donors)) = chosen.split_first() else {
        return Ok(None);
    };
    let mut source = kept.program(parent)?;
    let mut programs = Vec::new();
    for &donor in donors {
        let program = kept.program(donor)?;
        if str::from_utf8(&program.text).is_ok() {
            programs.push(program);
        }
    }
    let texts: Vec<&str> = programs
        .iter()
        .filter_map(|program| str::from_utf8(&program.text).ok())
        .collect();
    let place = place(dice, &source);
    let bytes = dice.bytes(BYTES);
    let Some(place) = place else {
        return Ok(None);
    };
    let Ok(text) = mutate::mutate(&mut Unstructured::new(&bytes), place.text, &texts) else {
        return Ok(None);
    };
    match place.file.map(Path::to_owned) {
        None => source.text = text.into_bytes(),
        Some(path) => drop(source.files.insert(path, text.into_bytes())),
    }
    for donor in programs {
        bring(&mut source, donor);
    }
    // All that were chosen, of use or not: the item is made again from these.
    Ok(Some((source, chosen)))
}

/// What is changed.
struct Place<'a> {
    /// The file beside the text, if it is one.
    file: Option<&'a Path>,
    text: &'a str,
}

/// Chooses it: mostly the text. None where nothing is both short and UTF-8.
fn place<'a>(dice: &mut Dice, source: &'a Source) -> Option<Place<'a>> {
    let usable = |file: Option<&'a Path>, content: &'a [u8]| {
        let text = str::from_utf8(content).ok()?;
        (text.len() <= LONGEST).then_some(Place { file, text })
    };
    let main = usable(None, &source.text);
    let mut beside: Vec<Place<'_>> = (source.files.iter())
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "nix"))
        .filter_map(|(path, content)| usable(Some(path), content))
        .collect();
    let is_beside = dice.happens(BESIDE);
    let number = dice.below(beside.len() as u64) as usize;
    if beside.is_empty() || main.is_some() && !is_beside {
        return main;
    }
    Some(beside.swap_remove(number))
}

/// Adds what parts of a donor may ask for: its features, and those of its files that the program speaks of, where there is
/// room for them. Others would hardly be read (`readDir ./.`), and pile up: after 600,000 programs a kept one had 67.
fn bring(source: &mut Source, donor: Source) {
    for feature in donor.features {
        if !source.features.contains(&feature) {
            source.features.push(feature);
        }
    }
    let mut left = donor.files;
    let mut texts = vec![source.text.clone()];
    texts.extend(source.files.values().cloned());
    while let Some(text) = texts.pop() {
        let asked_for = left.extract_if(.., |path, _| speaks_of(&text, path));
        for (path, content) in asked_for {
            if is_free(&source.files, &path) && source.size() + content.len() <= ROOM {
                texts.push(content.clone());
                source.files.insert(path, content);
            }
        }
    }
}

/// Whether a text has a path that leads to a file, or to a folder above it: a slash and the first of its names.
fn speaks_of(text: &[u8], path: &Path) -> bool {
    let Some(first) = path.iter().next() else {
        return false;
    };
    let mut name = vec![b'/'];
    name.extend_from_slice(first.as_bytes());
    memchr::memmem::find(text, &name).is_some()
}

/// Whether nothing has this name, nor has a file the name of one of its folders or the other way round.
fn is_free(files: &BTreeMap<PathBuf, Vec<u8>>, path: &Path) -> bool {
    files
        .keys()
        .all(|taken| !taken.starts_with(path) && !path.starts_with(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Programs(Vec<Source>);

    impl Kept for Programs {
        fn choose(&mut self, number: u64) -> Option<u64> {
            Some(super::super::dice::scaled(number, self.0.len() as u64))
        }

        fn program(&self, item: u64) -> Result<Source> {
            Ok(self.0[item as usize].clone())
        }
    }

    fn source(text: &[u8], files: &[(&str, &str)]) -> Source {
        Source {
            text: text.to_vec(),
            files: (files.iter())
                .map(|&(path, content)| (path.into(), content.into()))
                .collect(),
            features: Vec::new(),
        }
    }

    fn made(programs: &[Source]) -> Vec<Option<(Source, Vec<u64>)>> {
        let mut kept = Programs(programs.to_vec());
        (0..300)
            .map(|index| make(&mut Dice::new(1, index), &mut kept).unwrap())
            .collect()
    }

    #[test]
    fn the_text_is_changed_mostly_and_a_nix_file_beside_it_now_and_then() {
        let before = source(
            b"import ./a.nix + import ./b/c.nix",
            &[("a.nix", "1 + 2"), ("b/c.nix", "3 * 4"), ("d.txt", "5 + 6")],
        );
        let all = made(std::slice::from_ref(&before));
        assert_eq!(all, made(std::slice::from_ref(&before)));
        let changed = |path: &str| {
            let made = all.iter().flatten();
            made.filter(|(made, _)| made.files[Path::new(path)] != before.files[Path::new(path)])
                .count()
        };
        assert!(changed("a.nix") > 15 && changed("b/c.nix") > 15);
        assert_eq!(changed("d.txt"), 0);
        let text = all.iter().flatten();
        let text = text.filter(|(made, _)| made.text != before.text).count();
        assert!((180..270).contains(&text), "{text}");
        assert!(all.iter().flatten().all(|(made, _)| {
            let files = made.files.iter();
            let differ = files.filter(|(path, content)| before.files[*path] != **content);
            differ.count() + usize::from(made.text != before.text) <= 1
        }));
    }

    #[test]
    fn where_the_text_is_no_text_a_file_is_changed() {
        let before = source(b"\"\xff\"", &[("a.nix", "1 + 2")]);
        let all = made(&[before]);
        assert!(
            all.iter()
                .flatten()
                .all(|(made, _)| made.text == b"\"\xff\"")
        );
        assert!(all.iter().flatten().count() == 300);
        assert!(
            made(&[source(b"\"\xff\"", &[])])
                .iter()
                .all(Option::is_none)
        );
    }

    #[test]
    fn a_donor_that_is_no_text_is_left_out_alone() {
        let programs = [source(b"[ 1 2 ]", &[]), source(b"\"\xff\"", &[("a", "x")])];
        let all = made(&programs);
        let first = all.iter().flatten();
        let first: Vec<_> = first.filter(|(_, parents)| parents[0] == 0).collect();
        assert!(first.len() > 100);
        assert!(first.iter().any(|(_, parents)| parents.contains(&1)));
        assert!(first.iter().all(|(made, _)| made.files.is_empty()));
    }

    #[test]
    fn files_of_donors_come_along_where_their_names_are_free() {
        let text = b"[ ./a.nix ./b (import ./d/e) ./large ]";
        let mut taker = source(text, &[("a.nix", "mine"), ("b", "a file")]);
        let mut donor = source(
            b"2",
            &[("a.nix", "its"), ("b/c", "beneath a file"), ("d/e", "new")],
        );
        donor.features.push("flakes".to_owned());
        donor.files.insert("large".into(), vec![0; ROOM]);
        bring(&mut taker, donor);
        let files: Vec<_> = taker.files.iter().collect();
        let expected = [("a.nix", "mine"), ("b", "a file"), ("d/e", "new")]
            .map(|(path, content)| (PathBuf::from(path), content.as_bytes().to_vec()));
        assert!(
            files
                .into_iter()
                .eq(expected.iter().map(|(path, content)| (path, content)))
        );
        assert_eq!(taker.features, ["flakes"]);
    }

    #[test]
    fn files_of_donors_that_nothing_speaks_of_stay_behind() {
        let mut taker = source(b"import ./a.nix", &[("x", "of no use")]);
        let donor = source(
            b"2",
            &[
                ("a.nix", "readFile (./. + \"/d\" + \"/e\")"),
                ("d/e", "read by a.nix"),
                ("d/f", "in a folder that is read"),
                ("h", "./g"),
                ("g", "asked for by what stays behind"),
                ("nix", "of no use either"),
            ],
        );
        bring(&mut taker, donor);
        let files = taker.files.keys().map(|path| path.to_string_lossy());
        let expected = ["a.nix", "d/e", "d/f", "x"];
        assert_eq!(files.collect::<Vec<_>>(), expected);
    }
}
