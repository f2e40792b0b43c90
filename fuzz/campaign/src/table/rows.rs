//! From builtins, kinds and signatures to rows: one program for each builtin, position and kind, and
//! those about builtins as values. Which builtins a release has, and how many arguments they take, is
//! what the evaluator's own table says; where that is wrong the rows differ.

use std::{collections::BTreeMap, io};

use twinix_evaluator::{
    builtins::{Builtin, registered},
    dialect::Dialect as OurDialect,
};
use twinix_oracle::{Dialect, Program, Settings, settings::Mode};

use super::{
    kinds::KINDS,
    signatures::{HOLE, SIGNATURES, Signature},
};

/// One program of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is about: `substring 1 = float` is `substring` with a float in its second position.
    pub name: String,
    /// The program.
    pub text: String,
    /// The releases that have what it is about.
    pub dialects: Vec<Dialect>,
    /// The experimental feature that it needs.
    pub feature: Option<&'static str>,
    /// How its value is shown.
    pub mode: Mode,
}

impl Row {
    /// The program, beside the files that rows read.
    ///
    /// # Errors
    /// Never: the files lie beside the program.
    pub fn program(&self) -> io::Result<Program> {
        Program::text(format!("table: {}", self.name), self.text.as_bytes())
            .with_sibling("file", "1")?
            .with_sibling("scoped", "a")?
            .with_sibling("folder/a", "x")?
            .with_sibling("folder/b", "y")
    }

    /// The settings under which it is evaluated.
    pub fn settings(&self, base: &Settings) -> Settings {
        Settings {
            mode: self.mode,
            features: self.feature.iter().map(|&name| name.to_owned()).collect(),
            ..base.clone()
        }
    }
}

/// Whether any release has a builtin of this name.
pub fn is_builtin(name: &str) -> bool {
    registered().any(|builtin| builtin.name == name)
}

/// All rows about these builtins, or about all.
pub fn rows(names: &[String]) -> Vec<Row> {
    let is_wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut rows = Vec::new();
    if names.is_empty() {
        rows.extend(of_the_set());
    }
    let mut seen: Vec<&str> = Vec::new();
    for builtin in registered().filter(|builtin| is_wanted(builtin.name)) {
        if !seen.contains(&builtin.name) {
            seen.push(builtin.name);
            rows.extend(of_the_name(builtin));
        }
        if let Some(signature) = SIGNATURES.iter().find(|row| row.name == builtin.name) {
            rows.extend(of_the_builtin(builtin, signature));
        }
    }
    rows
}

/// Rows by the releases that have what they are about, so that each is asked only of those.
pub fn by_dialects(rows: Vec<Row>) -> BTreeMap<Vec<Dialect>, Vec<Row>> {
    let mut groups: BTreeMap<Vec<Dialect>, Vec<Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.dialects.clone()).or_default().push(row);
    }
    groups
}

/// The releases that have the builtin.
fn dialects_of(builtin: &Builtin) -> Vec<Dialect> {
    let releases = OurDialect::ALL.into_iter().zip(Dialect::ALL);
    releases
        .filter(|(ours, _)| *ours >= builtin.since && builtin.until.is_none_or(|end| *ours < end))
        .map(|(_, dialect)| dialect)
        .collect()
}

fn row(name: String, text: String, mode: Mode) -> Row {
    Row {
        name,
        text,
        dialects: Dialect::ALL.to_vec(),
        feature: None,
        mode,
    }
}

/// What there is to ask of `builtins` as a whole. The time and the version are not.
fn of_the_set() -> Vec<Row> {
    [
        ("names", "builtins.attrNames builtins"),
        (
            "types",
            "builtins.mapAttrs (name: value: if name == \"derivation\" then name else builtins.typeOf value) builtins",
        ),
        (
            "constants",
            "[ builtins.langVersion builtins.storeDir builtins.currentSystem builtins.nixVersion (map (entry: entry.prefix) builtins.nixPath) ]",
        ),
        ("itself", "builtins.builtins.builtins == builtins"),
        (
            "no positions",
            "map (name: builtins.unsafeGetAttrPos name builtins) (builtins.attrNames builtins)",
        ),
    ]
    .into_iter()
    .map(|(name, text)| row(format!("builtins: {name}"), text.to_owned(), Mode::Canonical))
    .collect()
}

/// What there is to ask in every release, also in those without the builtin.
fn of_the_name(builtin: &Builtin) -> Vec<Row> {
    let name = builtin.name;
    let mut rows = vec![
        row(
            format!("{name}: is there"),
            format!("builtins ? {name}"),
            Mode::Strict,
        ),
        row(
            format!("{name}: selected"),
            format!("builtins.{name}"),
            Mode::Strict,
        ),
    ];
    for (kind, global) in [("global", name.to_owned()), ("hidden", format!("__{name}"))] {
        rows.push(row(
            format!("{name}: {kind}"),
            format!("builtins.typeOf {global}"),
            Mode::Strict,
        ));
    }
    rows
}

/// The rows of a builtin in the releases that have it.
fn of_the_builtin(builtin: &Builtin, signature: &Signature) -> Vec<Row> {
    let name = builtin.name;
    let arity = usize::from(builtin.arity);
    let valid = signature.valid;
    let mut rows = Vec::new();
    let mut add = |what: String, text: String, mode: Mode| {
        rows.push(Row {
            dialects: dialects_of(builtin),
            feature: builtin.feature,
            ..row(format!("{name}: {what}"), text, mode)
        });
    };
    let call = |arguments: &[&str]| format!("builtins.{name} {}", arguments.join(" "));

    add(
        "functionArgs".to_owned(),
        format!("builtins.functionArgs builtins.{name}"),
        Mode::Canonical,
    );
    add(
        "type".to_owned(),
        format!("with builtins; [ (typeOf {name}) (isFunction {name}) ({name} == {name}) ]"),
        Mode::Strict,
    );
    add("valid".to_owned(), call(valid), Mode::Canonical);
    let mut too_many = valid.to_vec();
    too_many.push("1");
    add(
        "an argument too many".to_owned(),
        call(&too_many),
        Mode::Canonical,
    );
    for given in 1..arity {
        let prefix = &valid[..given];
        add(format!("{given} given"), call(prefix), Mode::Strict);
        add(
            format!("type with {given} given"),
            format!("builtins.typeOf ({})", call(prefix)),
            Mode::Strict,
        );
        add(
            format!("functionArgs with {given} given"),
            format!("builtins.functionArgs ({})", call(prefix)),
            Mode::Canonical,
        );
        let throws = vec!["(throw \"unused\")"; given];
        add(
            format!("{given} given that throw"),
            call(&throws),
            Mode::Strict,
        );
    }
    for position in 0..arity {
        for kind in KINDS {
            let mut arguments = valid.to_vec();
            arguments[position] = kind.text;
            let called = call(&arguments);
            add(
                format!("{position} = {}, caught", kind.name),
                format!("builtins.tryEval (builtins.deepSeq ({called}) null)"),
                Mode::Strict,
            );
            add(
                format!("{position} = {}", kind.name),
                called,
                Mode::Canonical,
            );
        }
    }
    for hole in signature.holes {
        for kind in KINDS {
            add(
                format!("{hole} = {}", kind.name),
                format!("builtins.{name} {}", hole.replace(HOLE, kind.text)),
                Mode::Canonical,
            );
        }
    }
    // Which of several arguments is looked at first shows only where all of them are wrong.
    if arity > 1 {
        for first in 0..arity {
            let mut arguments = vec!["(throw \"other\")"; arity];
            arguments[first] = "(abort \"this\")";
            add(
                format!("all throw, {first} aborts"),
                call(&arguments),
                Mode::Canonical,
            );
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_builtin_has_a_signature_of_its_arity() {
        for builtin in registered() {
            let signature = SIGNATURES.iter().find(|row| row.name == builtin.name);
            let given = signature.map(|row| row.valid.len());
            assert_eq!(given, Some(usize::from(builtin.arity)), "{}", builtin.name);
        }
    }

    #[test]
    fn every_signature_is_of_a_builtin() {
        for signature in SIGNATURES {
            assert!(
                registered().any(|builtin| builtin.name == signature.name),
                "{}",
                signature.name
            );
            for hole in signature.holes {
                assert!(hole.contains(HOLE), "{hole}");
            }
        }
    }

    #[test]
    fn rows_of_one_release_differ_in_their_names() {
        for dialect in Dialect::ALL {
            let mut names = BTreeSet::new();
            for row in rows(&[]) {
                if row.dialects.contains(&dialect) {
                    assert!(names.insert(row.name.clone()), "{}", row.name);
                }
            }
        }
    }

    #[test]
    fn only_the_builtins_that_are_asked_for_have_rows() {
        let some = rows(&["head".to_owned()]);
        assert!(some.iter().all(|row| row.name.starts_with("head: ")));
        assert!(some.iter().any(|row| row.text == "builtins.head null"));
        assert!(some.len() > 2 * KINDS.len());
    }
}
