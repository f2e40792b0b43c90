//! What decides every verdict of a campaign. It is kept in the store: a campaign is resumed under the
//! same plan or not at all, so that its verdicts are those of one run.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use twinix_generator::build::WISHES;
use twinix_oracle::{
    Dialect, Settings,
    settings::{Limits, Mode},
};

use super::{item::Source, shard::Shard};
use crate::{flags::is_feature, header, parties::Who};

/// How many times as long a program with a store may take: it starts `git` and the like.
const PATIENCE_WITH_STORES: u32 = 3;

/// The flags that keep a program to its own folder and, where it has one, to its store. What is fetched is in that
/// folder as well; `path:` names no file, so releases ask whether it is allowed.
pub fn restricting(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Parse => &[],
        Mode::Instantiate => &[
            "--restrict-eval",
            "-I",
            ".",
            "-I",
            "/nix/store",
            "--option",
            "allowed-uris",
            "path: git+file:",
        ],
        _ => &["--restrict-eval", "-I", "."],
    }
}

/// What the first line of a program that is instantiated tells the command besides: which attributes to take,
/// arguments, and settings. Anything else there could let it read more than it may.
pub(super) fn told(mode: Mode, text: &[u8]) -> Vec<String> {
    const ALLOWED: [(&str, usize); 5] = [
        ("-A", 1),
        ("--attr", 1),
        ("--arg", 2),
        ("--argstr", 2),
        ("--option", 2),
    ];
    const SETTINGS: [&str; 9] = [
        "allow-import-from-derivation",
        "lint-absolute-path-literals",
        "lint-short-path-literals",
        "lint-url-literals",
        "max-call-depth",
        "pure-eval",
        "show-trace",
        "trace-verbose",
        "warn-dirty",
    ];
    let header = header::settings(text).filter(|header| header.mode == mode);
    let Some(header) = header.filter(|_| mode == Mode::Instantiate) else {
        return Vec::new();
    };
    let mut told = Vec::new();
    let mut words = header.flags.as_slice();
    while let Some((flag, rest)) = words.split_first() {
        let count = ALLOWED.iter().find(|(allowed, _)| allowed == flag);
        let given = count.and_then(|(_, count)| rest.split_at_checked(*count));
        let Some((values, rest)) = given else {
            return Vec::new();
        };
        if flag == "--option" && !SETTINGS.contains(&values[0].as_str()) {
            return Vec::new();
        }
        told.push(flag.clone());
        told.extend_from_slice(values);
        words = rest;
    }
    told
}

/// The plan of a campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// The version of the generator.
    pub generator_version: u32,
    /// Which programs are generated.
    pub generator: twinix_generator::Config,
    /// The build of twinix that evaluates, compares and reduces.
    #[serde(default)]
    pub twinix: Option<String>,
    /// The evaluator under test.
    pub subject: Who,
    /// The references.
    pub oracles: Vec<Who>,
    /// The dialect that commands speak.
    pub dialect: Option<Dialect>,
    /// What is asked of the evaluators, each with its weight.
    pub modes: Vec<(Mode, u32)>,
    /// How many programs in a million are made from others.
    pub mutated: u32,
    /// How many programs in a million are rewritten so that they mean the same, and have to do the same.
    pub rewritten: u32,
    /// The programs that were given: a hash of them.
    pub corpus: Option<String>,
    /// The known list: a hash of it.
    pub known: Option<String>,
    /// How many divergences of each bucket are confirmed before only a sample is; all if there is no
    /// number.
    pub confirmed: Option<u64>,
    /// How many in a million of those that need not be confirmed are asked again in fresh processes.
    pub sampled: u32,
    /// How many programs make an epoch: what is learnt in one guides the one after the next.
    pub epoch: u64,
    /// How divergences are reduced, if they are.
    #[serde(default)]
    pub reduced: Option<Budget>,
    /// Wall time of each evaluation, in milliseconds.
    pub time: u64,
    /// Memory of each evaluation, in MiB.
    pub memory: u64,
    /// The part of the campaign that is in this file, where it can be shared: then items depend on the
    /// plan and on their numbers alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

/// How much is done to reduce the divergences of a campaign. It is counted, not timed, so that every run
/// finds the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// How many divergences of each signature are reduced in any case; of the later ones only those that
    /// are not told by the words of an earlier one.
    pub first: u64,
    /// How many candidates are tested for one of them.
    pub tests: u64,
}

impl Plan {
    /// The settings of an evaluation of a program in a dialect. No program may read what lies outside its folder. One
    /// that wants any experimental feature gets all that any program wants: a server serves programs of
    /// the same settings only, and should not be alone with one.
    pub fn settings(&self, mode: Mode, source: &Source, dialect: Dialect) -> Settings {
        let wants_features = !source.features.is_empty();
        let flags = restricting(mode).iter().map(|&flag| flag.to_owned());
        // An older release warns of a feature in the middle of its report.
        let of_evaluator = dialect.name().parse().unwrap_or_default();
        let known = WISHES.iter().filter(|name| is_feature(name, of_evaluator));
        let features = known.map(|&feature| feature.to_owned());
        let patience = if mode == Mode::Instantiate {
            PATIENCE_WITH_STORES
        } else {
            1
        };
        Settings {
            mode,
            flags: flags.chain(told(mode, &source.text)).collect(),
            features: if wants_features {
                features.collect()
            } else {
                Vec::new()
            },
            dialect: Some(dialect),
            limits: Limits {
                time: Duration::from_millis(self.time) * patience,
                memory: self.memory << 20,
                ..Limits::default()
            },
            ..Settings::default()
        }
    }

    /// The newest dialect in which the subject is asked.
    pub fn newest_dialect(&self) -> Dialect {
        let of = |who: &Who| {
            let is_of = |dialect: &Dialect| {
                who.name == dialect.name() || who.name.starts_with(&format!("{dialect}."))
            };
            Dialect::ALL.into_iter().find(is_of)
        };
        let newest = self.oracles.iter().filter_map(of).max();
        newest.or(self.dialect).unwrap_or(Dialect::NEWEST)
    }

    /// In what two plans differ, in words: the flag, what it is here and what it is there.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let values = (serde_json::to_value(self), serde_json::to_value(other));
        if let (Ok(here), Ok(there)) = values {
            differ("", &here, &there, &mut found);
        }
        found
    }
}

fn differ(place: &str, here: &Value, there: &Value, found: &mut Vec<String>) {
    if let (Value::Object(mine), Value::Object(theirs)) = (here, there) {
        let names = mine
            .keys()
            .chain(theirs.keys().filter(|name| !mine.contains_key(*name)));
        for name in names {
            let place = match place {
                "" => name.clone(),
                _ => format!("{place}.{name}"),
            };
            let of = |set: &serde_json::Map<String, Value>| {
                set.get(name).cloned().unwrap_or(Value::Null)
            };
            differ(&place, &of(mine), &of(theirs), found);
        }
    } else if here != there {
        found.push(told_apart(place, here, there));
    }
}

/// A setting that differs, by the flag that sets it.
fn told_apart(place: &str, here: &Value, there: &Value) -> String {
    let flag = match place {
        "subject.identity" => return "the subject is another executable than it was".to_owned(),
        "twinix" => return "this is another build of twinix".to_owned(),
        "corpus" => return "the programs of --corpus are other ones".to_owned(),
        "known" => return "the list of --known is another one".to_owned(),
        "reduced" if here.is_null() => return "--no-reduce was given".to_owned(),
        "reduced" => return "--no-reduce was not given".to_owned(),
        "oracles" if names(here) == names(there) => {
            return "an oracle is another executable than it was".to_owned();
        }
        "seed" => "--seed",
        "subject.name" => "--subject",
        "oracles" => "--oracle",
        "dialect" => "--dialect",
        "modes" => "--mode",
        "generator.validity" => "--validity",
        "mutated" => "--mutate",
        "rewritten" => "--rewrite",
        "sampled" => "--sample",
        "confirmed" => "--confirm",
        "epoch" => "--epoch",
        "reduced.first" => "--reduce-first",
        "reduced.tests" => "--candidates",
        "time" => "--timeout",
        "memory" => "--max-memory",
        "shard" => "--shard",
        other => other,
    };
    let shown = |value: &Value| match (flag, value) {
        ("--mutate" | "--rewrite" | "--sample", Value::Number(millionths)) => {
            format!("{}", millionths.as_f64().unwrap_or_default() / 1e6)
        }
        ("--timeout", Value::Number(milliseconds)) => {
            format!("{}", milliseconds.as_f64().unwrap_or_default() / 1e3)
        }
        ("--oracle" | "--mode", Value::Array(_)) => names(value).join(", "),
        ("--confirm", Value::Null) => "all".to_owned(),
        (_, Value::String(text)) => text.clone(),
        _ => value.to_string(),
    };
    format!("{flag} was {}, not {}", shown(here), shown(there))
}

/// The names in a list of evaluators, or of modes with their weights.
fn names(list: &Value) -> Vec<String> {
    let entries = list.as_array().map_or(&[][..], Vec::as_slice);
    let name = |entry: &Value| {
        let named = entry.get("name").or_else(|| entry.get(0));
        named.and_then(Value::as_str).map(str::to_owned)
    };
    entries.iter().filter_map(name).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn plan() -> Plan {
        let who = |name: &str| Who {
            name: name.to_owned(),
            identity: None,
        };
        Plan {
            seed: 1,
            generator_version: 1,
            generator: twinix_generator::Config::default(),
            twinix: None,
            subject: who("twinix"),
            oracles: vec![who("2.34.8")],
            dialect: None,
            modes: vec![(Mode::Strict, 1), (Mode::Json, 1)],
            mutated: 250_000,
            rewritten: 0,
            corpus: None,
            known: None,
            confirmed: None,
            sampled: 10_000,
            epoch: 8,
            reduced: None,
            time: 1000,
            memory: 1024,
            shard: None,
        }
    }

    #[test]
    fn a_release_is_asked_only_for_features_that_it_knows() {
        let features = |wants: bool, dialect| {
            let source = Source {
                features: wants.then(|| "flakes".to_owned()).into_iter().collect(),
                ..Source::default()
            };
            plan().settings(Mode::Strict, &source, dialect).features
        };
        assert_eq!(features(true, Dialect::V2_3), Vec::<String>::new());
        assert_eq!(
            features(true, Dialect::V2_8),
            [
                "ca-derivations",
                "fetch-closure",
                "flakes",
                "impure-derivations"
            ]
        );
        assert_eq!(features(true, Dialect::V2_34).len(), WISHES.len());
        assert_eq!(features(false, Dialect::V2_34), Vec::<String>::new());
    }

    #[test]
    fn a_program_takes_attributes_and_arguments_and_nothing_else() {
        let told = |text: &str| told(Mode::Instantiate, text.as_bytes()).join(" ");
        assert_eq!(
            told("# instantiate: -A a --arg x 1+1\n1"),
            "-A a --arg x 1+1"
        );
        for text in [
            "# instantiate: -A a -I /\n1",
            "# instantiate: --arg x\n1",
            "# instantiate: --option allowed-uris file:\n1",
            "1",
            "# flags: -A a\n1",
        ] {
            assert_eq!(told(text), "", "{text}");
        }
    }

    #[test]
    fn differences_are_named() {
        let mut other = plan();
        assert_eq!(plan().differences(&other), Vec::<String>::new());
        other.seed = 2;
        other.subject.identity = Some("x".to_owned());
        other.generator.validity = 0.5;
        assert_eq!(
            plan().differences(&other),
            [
                "--validity was 0.9, not 0.5",
                "--seed was 1, not 2",
                "the subject is another executable than it was"
            ]
        );
        let mut other = plan();
        other.oracles.push(other.subject.clone());
        other.mutated = 500_000;
        other.modes = vec![(Mode::Strict, 1)];
        assert_eq!(
            plan().differences(&other),
            [
                "--mode was strict, json, not strict",
                "--mutate was 0.25, not 0.5",
                "--oracle was 2.34.8, not 2.34.8, twinix",
            ]
        );
    }
}
