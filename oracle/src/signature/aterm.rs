//! In which field the derivations of two evaluators differ first, whatever they are called.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

/// The fields of a derivation's ATerm, in the order in which they are written.
const FIELDS: [&str; 7] = [
    "outputs",
    "input-derivations",
    "input-sources",
    "system",
    "builder",
    "arguments",
    "environment",
];

/// The order in which a difference is looked for: that of the outputs, and of the inputs' names, follows
/// from the others.
const ORDER: [usize; 7] = [3, 4, 5, 6, 2, 1, 0];

/// The names in an environment that Nix gives, or that mean something to it; all others are the
/// program's.
const NAMED: &[&str] = &[
    "__contentAddressed",
    "__impure",
    "__json",
    "__structuredAttrs",
    "args",
    "builder",
    "name",
    "out",
    "outputHash",
    "outputHashAlgo",
    "outputHashMode",
    "outputs",
    "system",
];

/// The field in which the derivations differ; `None` where they do not.
pub(super) fn differing_field(
    oracle: &BTreeMap<String, String>,
    subject: &BTreeMap<String, String>,
) -> Option<String> {
    let only = |mine: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        mine.iter()
            .filter(|(path, term)| other.get(*path) != Some(term))
            .map(|(path, term)| (name(path).to_owned(), term.clone()))
            .collect::<Vec<_>>()
    };
    let (theirs, ours) = (only(oracle, subject), only(subject, oracle));
    if theirs.is_empty() && ours.is_empty() {
        return None;
    }
    let pairs = theirs.iter().filter_map(|(name, term)| {
        let (_, other) = ours.iter().find(|(other, _)| other == name)?;
        Some((term, other))
    });
    let mut field: Option<(usize, String)> = None;
    let mut paired = false;
    for (term, other) in pairs {
        paired = true;
        if let Some(found) = of_terms(term, other)
            && field.as_ref().is_none_or(|(rank, _)| found.0 < *rank)
        {
            field = Some(found);
        }
    }
    Some(match field {
        Some((_, field)) => field,
        // Nothing but hashes differs: of the derivation itself, or of what cannot be seen here.
        None if paired => "hash".to_owned(),
        None if ours.len() < theirs.len() => "derivation-lacks".to_owned(),
        None if ours.len() > theirs.len() => "derivation-exceeds".to_owned(),
        None => "name".to_owned(),
    })
}

/// The name of a derivation, without folder and hash.
fn name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split_once('-').map_or(file, |(_, name)| name)
}

/// The first field that differs by more than hashes, with its rank in [`ORDER`].
fn of_terms(oracle: &str, subject: &str) -> Option<(usize, String)> {
    let (theirs, ours) = (fields(oracle), fields(subject));
    for (rank, &at) in ORDER.iter().enumerate() {
        let (Some(a), Some(b)) = (theirs.get(at), ours.get(at)) else {
            return Some((ORDER.len(), "term".to_owned()));
        };
        let (a, b) = (without_hashes(a), without_hashes(b));
        if a == b {
            continue;
        }
        let name = FIELDS.get(at).copied().unwrap_or("term");
        if name != "environment" {
            return Some((rank, name.to_owned()));
        }
        return Some((rank, format!("environment-{}", variable(&a, &b))));
    }
    None
}

/// The first variable of two environments that differs, if it is one that Nix knows.
fn variable(oracle: &str, subject: &str) -> &'static str {
    let (theirs, ours) = (parts(oracle), parts(subject));
    let differing = theirs
        .iter()
        .find(|pair| !ours.contains(pair))
        .or_else(|| ours.iter().find(|pair| !theirs.contains(pair)));
    let name = differing.and_then(|pair| parts(pair).first().copied().map(str::to_owned));
    NAMED
        .iter()
        .find(|known| name.as_deref() == Some(&format!("\"{known}\"")))
        .copied()
        .unwrap_or("other")
}

fn without_hashes(text: &str) -> String {
    static HASH: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"[0-9a-df-np-sv-z]{32}|[0-9a-f]{40,}|/[0-9a-df-np-sv-z]{52}").ok()
    });
    match HASH.as_ref() {
        Some(pattern) => pattern.replace_all(text, "#").into_owned(),
        None => text.to_owned(),
    }
}

/// The fields of `Derive(…)`.
fn fields(term: &str) -> Vec<&str> {
    let inner = term.find('(').and_then(|start| term.get(start..));
    inner.map(parts).unwrap_or_default()
}

/// The parts of a bracketed text, split at the commas of the outermost level.
fn parts(text: &str) -> Vec<&str> {
    let Some(inner) = text.get(1..text.len().saturating_sub(1)) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in inner.char_indices() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => quoted = true,
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.extend(inner.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    if start < inner.len() {
        parts.extend(inner.get(start..));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derivation(name: &str, hash: char, builder: &str, env: &str) -> BTreeMap<String, String> {
        let hash = hash.to_string().repeat(32);
        let path = format!("/nix/store/{hash}-{name}.drv");
        let term = format!(
            r#"Derive([("out","/nix/store/{hash}-{name}","","")],[],[],"x86_64-linux","{builder}",[],[("name","{name}"),{env}("out","/nix/store/{hash}-{name}")])"#
        );
        BTreeMap::from([(path, term)])
    }

    fn field(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> String {
        differing_field(a, b).unwrap()
    }

    #[test]
    fn hashes_hide_no_field() {
        let plain = derivation("a", 'a', "/bin/sh", "");
        assert_eq!(
            field(&plain, &derivation("a", 'b', "/bin/bash", "")),
            "builder"
        );
        assert_eq!(
            field(&plain, &derivation("a", 'b', "/bin/sh", r#"("x","1, ]"),"#)),
            "environment-other"
        );
        assert_eq!(
            field(
                &plain,
                &derivation("a", 'b', "/bin/sh", r#"("__json","1"),"#)
            ),
            "environment-__json"
        );
        assert_eq!(field(&plain, &derivation("a", 'b', "/bin/sh", "")), "hash");
        assert_eq!(field(&plain, &derivation("b", 'b', "/bin/sh", "")), "name");
        assert_eq!(field(&plain, &BTreeMap::new()), "derivation-lacks");
        assert_eq!(differing_field(&plain, &plain), None);
    }

    #[test]
    fn the_name_of_the_derivation_does_not_matter() {
        let pair = |name: &str| {
            field(
                &derivation(name, 'a', "/bin/sh", ""),
                &derivation(name, 'b', "/bin/bash", ""),
            )
        };
        assert_eq!(pair("a"), pair("some-package-1.2"));
    }
}
