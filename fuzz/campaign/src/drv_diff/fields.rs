//! Compares two derivations field by field. What follows from other differences is none of its own: the
//! paths of inputs that differ, and of its own outputs.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use twinix_evaluator::derivation::{
    aterm::{Derivation, Output, Wanted},
    store_path::HASH_LENGTH,
};
use twinix_oracle::outcome::text_of_bytes;

use super::{
    pairs::{Input, Pairs, pair, short_name},
    side::{Read, STORE, Side},
};

/// How a field of two derivations differs. Fields are named as `nix derivation show` names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldDiff {
    /// The field, such as `env.src`.
    pub field: String,
    /// What each has.
    #[serde(flatten)]
    pub detail: Detail,
}

/// The two sides of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Detail {
    /// A text; `None` where one has no such field.
    Text {
        /// What A has.
        a: Option<String>,
        /// What B has.
        b: Option<String>,
    },
    /// A set or list, of which the elements are shown that only one has, or all where order counts.
    #[serde(rename_all = "camelCase")]
    List {
        /// What only A has.
        only_a: Vec<String>,
        /// What only B has.
        only_b: Vec<String>,
    },
    /// A source of another content, with the texts where it is one.
    #[serde(rename_all = "camelCase")]
    Source {
        /// The source of A.
        a: String,
        /// The source of B.
        b: String,
        /// What stands in that of A.
        #[serde(skip_serializing_if = "Option::is_none")]
        text_a: Option<String>,
        /// What stands in that of B.
        #[serde(skip_serializing_if = "Option::is_none")]
        text_b: Option<String>,
    },
}

/// Store paths of B, and those of A that stand in their place, by the hash part of B's.
#[derive(Default)]
pub struct Renamed(HashMap<Vec<u8>, (Vec<u8>, Vec<u8>)>);

impl Renamed {
    /// Puts `a` in the place of `b`.
    pub fn add(&mut self, a: &[u8], b: &[u8]) {
        let hash = hash_of(b);
        if a != b && hash.len() == HASH_LENGTH {
            self.0.insert(hash.to_vec(), (b.to_vec(), a.to_vec()));
        }
    }

    /// Puts the outputs of one derivation in the place of another's.
    pub fn add_outputs(&mut self, a: &Derivation, b: &Derivation) {
        for (name, output) in &b.outputs {
            if let (Some(b), Some(a)) = (output.path(), a.outputs.get(name).and_then(Output::path))
            {
                self.add(a, b);
            }
        }
    }

    /// A text of B as A would have it.
    fn apply(&self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = memchr::memmem::find(rest, STORE) {
            let (before, found) = rest.split_at(at);
            out.extend_from_slice(before);
            let place = self
                .0
                .get(hash_of(found))
                .filter(|(b, _)| found.starts_with(b));
            if let Some((b, a)) = place {
                out.extend_from_slice(a);
                rest = &found[b.len()..];
            } else {
                out.extend_from_slice(STORE);
                rest = &found[STORE.len()..];
            }
        }
        out.extend_from_slice(rest);
        out
    }
}

/// The hash part of a store path.
fn hash_of(path: &[u8]) -> &[u8] {
    path.get(STORE.len() + 1..STORE.len() + 1 + HASH_LENGTH)
        .unwrap_or_default()
}

/// The two derivations that are compared, with their inputs in pairs.
pub struct Compared<'d> {
    /// The first and its path.
    pub a: (&'d [u8], &'d Read),
    /// The second and its path.
    pub b: (&'d [u8], &'d Read),
    /// Their input derivations.
    pub inputs: &'d Pairs,
}

/// The fields in which two derivations differ, but for what follows from their inputs; `renamed` holds
/// the paths of the inputs.
pub fn compare(
    compared: &Compared<'_>,
    mut renamed: Renamed,
    sides: (&Side, &Side),
) -> Vec<FieldDiff> {
    let (a, b) = (&compared.a.1.derivation, &compared.b.1.derivation);
    let mut found = Vec::new();
    let (name_a, name_b) = (short_name(compared.a.0), short_name(compared.b.0));
    text(&mut found, "name", Some(name_a), Some(name_b));
    outputs(&mut found, a, b);
    renamed.add_outputs(a, b);

    input_derivations(&mut found, compared);
    let sources = pair(sources(compared.a.1), sources(compared.b.1));
    for (a, b) in &sources.both {
        // The derivation files of inputs that differ are sources, too, where all outputs are wanted.
        if a != b && renamed.apply(b) != *a {
            found.push(source(a, b, sides));
            renamed.add(a, b);
        }
    }
    list(&mut found, "inputSrcs", &sources.only_a, &sources.only_b);

    text(&mut found, "system", Some(&a.system), Some(&b.system));
    let builder = renamed.apply(&b.builder);
    text(&mut found, "builder", Some(&a.builder), Some(&builder));
    let arguments: Vec<Vec<u8>> = b.arguments.iter().map(|one| renamed.apply(one)).collect();
    if a.arguments != arguments {
        let lines = |list: &[Vec<u8>]| list.join(&b'\n');
        let (a, b) = (lines(&a.arguments), lines(&arguments));
        text(&mut found, "args", Some(&a), Some(&b));
    }
    let environment: BTreeMap<&[u8], Vec<u8>> = (b.environment.iter())
        .map(|(name, value)| (name.as_slice(), renamed.apply(value)))
        .collect();
    let mut names: Vec<&[u8]> = a.environment.keys().map(Vec::as_slice).collect();
    names.extend(environment.keys());
    names.sort_unstable();
    names.dedup();
    for name in names {
        let field = format!("env.{}", text_of_bytes(name));
        let a = a.environment.get(name).map(Vec::as_slice);
        text(
            &mut found,
            &field,
            a,
            environment.get(name).map(Vec::as_slice),
        );
    }
    found
}

/// The difference of two derivations that are the same in all fields, with the same inputs, and still
/// have different paths: one of them is not what its path says.
pub fn unexplained(compared: &Compared<'_>) -> Vec<FieldDiff> {
    let mut found = Vec::new();
    let (a, b) = (&compared.a.1.derivation, &compared.b.1.derivation);
    for (name, output) in &a.outputs {
        let field = format!("outputs.{}.path", text_of_bytes(name));
        let other = b.outputs.get(name).and_then(Output::path);
        text(&mut found, &field, output.path(), other);
    }
    if found.is_empty() {
        text(
            &mut found,
            "drvPath",
            Some(compared.a.0),
            Some(compared.b.0),
        );
    }
    found
}

fn text(found: &mut Vec<FieldDiff>, field: &str, a: Option<&[u8]>, b: Option<&[u8]>) {
    if a != b {
        found.push(FieldDiff {
            field: field.to_owned(),
            detail: Detail::Text {
                a: a.map(text_of_bytes),
                b: b.map(text_of_bytes),
            },
        });
    }
}

fn list(found: &mut Vec<FieldDiff>, field: &str, a: &[Vec<u8>], b: &[Vec<u8>]) {
    if !a.is_empty() || !b.is_empty() {
        let texts = |list: &[Vec<u8>]| list.iter().map(|one| text_of_bytes(one)).collect();
        found.push(FieldDiff {
            field: field.to_owned(),
            detail: Detail::List {
                only_a: texts(a),
                only_b: texts(b),
            },
        });
    }
}

/// The sources of a derivation, by where it mentions them last: first it lists them.
fn sources(read: &Read) -> Vec<Input> {
    (read.derivation.input_sources.iter())
        .map(|path| Input {
            path: path.clone(),
            content: None,
            mentioned: memchr::memmem::rfind(&read.text, path),
        })
        .collect()
}

fn source(a: &[u8], b: &[u8], sides: (&Side, &Side)) -> FieldDiff {
    let (text_a, text_b) = match (sides.0.text(a), sides.1.text(b)) {
        (Some(a), Some(b)) => (Some(a), Some(b)),
        _ => (None, None),
    };
    FieldDiff {
        field: "inputSrcs".to_owned(),
        detail: Detail::Source {
            a: text_of_bytes(a),
            b: text_of_bytes(b),
            text_a,
            text_b,
        },
    }
}

/// What is known of the content of an output; the path follows from the rest.
fn promised(output: &Output) -> String {
    match output {
        Output::InputAddressed(_) | Output::Deferred => "input-addressed".to_owned(),
        Output::Fixed { method, hash, .. } => {
            use twinix_evaluator::formats::hash::Format;
            format!(
                "fixed {}{}",
                method.prefix(),
                hash.print(Format::Base16, true)
            )
        }
        Output::Floating { method, algorithm } => {
            format!("content-addressed {}{}", method.prefix(), algorithm.name())
        }
        Output::Impure { method, algorithm } => {
            format!("impure {}{}", method.prefix(), algorithm.name())
        }
    }
}

fn outputs(found: &mut Vec<FieldDiff>, a: &Derivation, b: &Derivation) {
    let mut names: Vec<&Vec<u8>> = a.outputs.keys().chain(b.outputs.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let field = format!("outputs.{}", text_of_bytes(name));
        let of = |derivation: &Derivation| derivation.outputs.get(name).map(promised);
        let (a, b) = (of(a), of(b));
        text(
            found,
            &field,
            a.as_deref().map(str::as_bytes),
            b.as_deref().map(str::as_bytes),
        );
    }
}

fn input_derivations(found: &mut Vec<FieldDiff>, compared: &Compared<'_>) {
    let (a, b) = (&compared.a.1.derivation, &compared.b.1.derivation);
    let inputs = compared.inputs;
    list(found, "inputDrvs", &inputs.only_a, &inputs.only_b);
    for (path_a, path_b) in &inputs.both {
        let wanted = |derivation: &Derivation, path: &[u8]| {
            derivation.input_derivations.get(path).map(outputs_of)
        };
        let (of_a, of_b) = (wanted(a, path_a), wanted(b, path_b));
        if of_a != of_b {
            let field = format!("inputDrvs.{}", text_of_bytes(short_name(path_a)));
            let bytes = |text: Option<String>| text.map(String::into_bytes);
            let (of_a, of_b) = (bytes(of_a), bytes(of_b));
            text(found, &field, of_a.as_deref(), of_b.as_deref());
        }
    }
}

/// The outputs that are wanted of an input, as one text.
fn outputs_of(wanted: &Wanted) -> String {
    let mut names: Vec<String> = wanted
        .outputs
        .iter()
        .map(|name| text_of_bytes(name))
        .collect();
    names.extend((wanted.dynamic.keys()).map(|name| format!("{}.…", text_of_bytes(name))));
    names.join(" ")
}

#[cfg(test)]
mod tests {
    use super::Renamed;

    #[test]
    fn paths_of_inputs_are_put_in_each_others_place() {
        let (one, two) = ("1".repeat(32), "2".repeat(32));
        let mut renamed = Renamed::default();
        renamed.add(
            format!("/nix/store/{one}-x-1").as_bytes(),
            format!("/nix/store/{two}-x-2").as_bytes(),
        );
        let text = format!("a /nix/store/{two}-x-2/bin:/nix/store/{one}-y /nix/store/{two}-z");
        assert_eq!(
            String::from_utf8(renamed.apply(text.as_bytes())).unwrap(),
            format!("a /nix/store/{one}-x-1/bin:/nix/store/{one}-y /nix/store/{two}-z")
        );
    }
}
