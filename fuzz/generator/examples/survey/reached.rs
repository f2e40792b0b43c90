//! What a survey that is large enough has to have seen, and what nothing can show it, each with the reason.

use std::collections::{BTreeMap, BTreeSet};

use rnix::SyntaxKind;
use twinix_evaluator::observation::Opcode;
use twinix_generator::{
    build::FAULTS,
    builtins::{How, TABLE},
    forms::FORMS,
};

/// So many programs have every fault, node, opcode and spelling in them: the rarest is in one of a few thousand.
pub const ENOUGH: u64 = 10_000;

/// So many call every builtin with and without success.
const ENOUGH_CALLS: u64 = 100_000;

/// Builtins that never have a value here.
const WITHOUT_VALUE: &[(&str, &str)] = &[
    ("throw", "it is there to fail"),
    ("abort", "it is there to fail"),
    (
        "valueSize",
        "of it only is asked whether it is more than nothing",
    ),
    ("fetchClosure", "it asks another store"),
    ("fetchMercurial", "its program is not in the sandbox"),
    ("fetchGit", STORED),
    ("fetchurl", STORED),
    ("fetchTarball", STORED),
    ("fetchTree", STORED),
    ("getFlake", STORED),
    ("outputOf", STORED),
    ("storePath", STORED),
];

/// Those programs are looked at by the test `stored` and by campaigns.
const STORED: &str = "it does in programs with a store only";

/// Builtins that never fail by themselves, nor with what they evaluate.
const WITHOUT_FAILURE: &[(&str, &str)] = &[
    ("break", "it hands its argument on"),
    ("valueSize", "it looks at its argument only"),
    (
        "derivation",
        "it is written in Nix and fails within derivationStrict",
    ),
    ("getFlake", STORED),
];

/// What was seen.
#[derive(Default)]
pub struct Reached {
    pub kinds: BTreeSet<SyntaxKind>,
    pub opcodes: BTreeSet<Opcode>,
    pub faults: BTreeMap<String, u64>,
    /// Programs that use a spelling.
    pub forms: BTreeMap<&'static str, u64>,
    pub succeeded: BTreeMap<&'static str, u64>,
    /// With an error of their own.
    pub failed: BTreeMap<&'static str, u64>,
    /// With an error of what they evaluated or called.
    pub passed: BTreeMap<&'static str, u64>,
}

impl Reached {
    /// The kinds of nodes and tokens that were not seen, but those of errors.
    pub fn missing_kinds(&self) -> Vec<SyntaxKind> {
        use rowan::Language;
        (0..=SyntaxKind::NODE_WITH as u16)
            .map(|kind| rnix::NixLanguage::kind_from_raw(rowan::SyntaxKind(kind)))
            .filter(|kind| !matches!(kind, SyntaxKind::TOKEN_ERROR | SyntaxKind::NODE_ERROR))
            .filter(|kind| !self.kinds.contains(kind))
            .collect()
    }

    pub fn missing_forms(&self) -> Vec<&'static str> {
        let forms = FORMS.iter().copied();
        forms
            .filter(|form| !self.forms.contains_key(form))
            .collect()
    }

    fn missing_faults(&self) -> Vec<&'static str> {
        let names = FAULTS.iter().map(|row| row.name);
        names
            .filter(|name| !self.faults.contains_key(*name))
            .collect()
    }

    fn missing_opcodes(&self) -> Vec<Opcode> {
        let all = Opcode::ALL.iter().copied();
        all.filter(|opcode| !self.opcodes.contains(opcode))
            .collect()
    }

    /// Builtins for which something is missing, but those of which it is known.
    fn missing_calls(
        seen: &[&BTreeMap<&'static str, u64>],
        known: &[(&str, &str)],
    ) -> Vec<&'static str> {
        let rows = TABLE
            .iter()
            .filter(|builtin| !matches!(builtin.how, How::Constant(_)));
        let names: BTreeSet<_> = rows.map(|builtin| builtin.name).collect();
        let is_known = |name: &str| known.iter().any(|(row, _)| *row == name);
        names
            .into_iter()
            .filter(|name| !is_known(name) && seen.iter().all(|seen| !seen.contains_key(name)))
            .collect()
    }

    /// Prints what is missing; whether that is nothing, as far as so many programs have to show it. Where nothing or
    /// everything fails, builtins do not do both.
    pub fn print(&self, programs: u64, dial: f64) -> bool {
        let without_value = Self::missing_calls(&[&self.succeeded], WITHOUT_VALUE);
        let without_failure = Self::missing_calls(&[&self.failed, &self.passed], WITHOUT_FAILURE);
        let (faults, opcodes) = (self.missing_faults(), self.missing_opcodes());
        println!("  faults never seen      {faults:?}");
        println!("  opcodes never seen     {opcodes:?}");
        println!("  builtins never with a value {without_value:?}");
        println!("  builtins never failing      {without_failure:?}");
        for (names, what) in [
            (WITHOUT_VALUE, "never has a value"),
            (WITHOUT_FAILURE, "never fails"),
        ] {
            for (name, why) in names {
                println!("    {name} {what}: {why}");
            }
        }
        let own = Self::missing_calls(&[&self.failed], WITHOUT_FAILURE);
        println!("  … that fail only with what they evaluate or call {own:?}");
        for form in FORMS {
            let count = self.forms.get(form).copied().unwrap_or_default();
            println!("  {count:6} {form}");
        }
        let forms = self.missing_forms();
        println!("  spellings never made   {forms:?}");
        let is_mixed = 0.0 < dial && dial < 1.0;
        let calls = !is_mixed
            || programs < ENOUGH_CALLS
            || without_value.is_empty() && without_failure.is_empty();
        let rest = programs < ENOUGH
            || forms.is_empty()
                && self.missing_kinds().is_empty()
                && opcodes.is_empty()
                && (dial == 1.0 || faults.is_empty());
        calls && rest
    }
}
