//! One item of a campaign: which program is evaluated, and how. It follows from the plan, the item's
//! number and the programs that were kept before, so any worker can make it, and so can a later run.

use std::{collections::BTreeMap, fmt, path::PathBuf, str::FromStr};

use anyhow::{Result, bail};
use arbitrary::Unstructured;
use twinix_generator::{Generated, generate, metamorphic};
use twinix_oracle::settings::Mode;

use super::{dice::Dice, mutated, plan::Plan};

/// How many bytes decide about a change to a program; what they do not decide is left as it is.
pub(super) const BYTES: usize = 1024;

/// The longest program that is changed further: longer ones only cost time.
pub(super) const LONGEST: usize = 32 << 10;

/// A program as it is kept: with the files beside it, and the experimental features that it wants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// The text.
    pub text: Vec<u8>,
    /// The files beside it, by path.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// The features.
    pub features: Vec<String>,
}

impl From<Generated> for Source {
    fn from(made: Generated) -> Self {
        Self {
            text: made.text,
            files: made.files,
            features: made.features,
        }
    }
}

impl Source {
    /// What tells it from every other program.
    pub fn hash(&self) -> Hash {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &[u8]| {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        };
        add(&self.text);
        for (path, content) in &self.files {
            add(path.as_os_str().as_encoded_bytes());
            add(content);
        }
        for feature in &self.features {
            add(feature.as_bytes());
        }
        Hash::of(&hasher)
    }

    /// How long it is, all files counted.
    pub fn size(&self) -> usize {
        self.text.len() + self.files.values().map(Vec::len).sum::<usize>()
    }
}

/// Half of a BLAKE3 hash: enough to tell any number of programs apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Hash(pub [u8; 16]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Hash {
    /// The hash of what was put in.
    pub fn of(hasher: &blake3::Hasher) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        Self(half)
    }
}

/// Where a program came from. The numbers are those of items whose programs were kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The user gave it.
    Given,
    /// It was generated.
    Generated,
    /// It is the first of these programs, changed, with parts of the others.
    Mutated(Vec<u64>),
    /// It is a program, rewritten so that it means the same: which rewrite, and the item that was
    /// rewritten, if it was not made for this.
    Rewritten(String, Option<u64>),
}

impl Origin {
    /// The word for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Generated => "generated",
            Self::Mutated(_) => "mutated",
            Self::Rewritten(..) => "rewritten",
        }
    }

    /// The items that it was made from.
    pub fn parents(&self) -> Vec<u64> {
        match self {
            Self::Given | Self::Generated => Vec::new(),
            Self::Mutated(parents) => parents.clone(),
            Self::Rewritten(_, parent) => parent.iter().copied().collect(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        if let Self::Rewritten(rewrite, _) = self {
            write!(f, " {rewrite}")?;
        }
        for parent in self.parents() {
            write!(f, " {parent}")?;
        }
        Ok(())
    }
}

impl FromStr for Origin {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut words = text.split(' ');
        let name = words.next().unwrap_or_default();
        Ok(match name {
            "given" => Self::Given,
            "generated" => Self::Generated,
            "mutated" => Self::Mutated(words.map(str::parse).collect::<Result<_, _>>()?),
            "rewritten" => {
                let rewrite = words.next().unwrap_or_default().to_owned();
                Self::Rewritten(rewrite, words.next().map(str::parse).transpose()?)
            }
            _ => bail!("'{text}' is not where a program comes from"),
        })
    }
}

/// The programs that were kept.
pub trait Kept {
    /// The item that a number chooses, or none where none was kept.
    fn choose(&mut self, number: u64) -> Option<u64>;

    /// Its program.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn program(&self, item: u64) -> Result<Source>;
}

/// One item.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its number.
    pub index: u64,
    /// What is asked of the evaluators.
    pub mode: Mode,
    /// The program.
    pub source: Source,
    /// The program that it has to do the same as.
    pub original: Option<Source>,
    /// Where the program came from.
    pub origin: Origin,
    /// Whether it is asked again in fresh processes, whatever is found.
    pub is_sampled: bool,
}

/// Makes an item.
///
/// # Errors
/// When a kept program cannot be read.
pub fn make(plan: &Plan, index: u64, given: &[Source], kept: &mut dyn Kept) -> Result<Item> {
    let drawn = Drawn::of(plan, index);
    let Drawn {
        mut dice,
        mode,
        is_sampled,
        kind,
        seed,
    } = drawn;
    let item = |source, original, origin| Item {
        index,
        mode,
        source,
        original,
        origin,
        is_sampled,
    };
    let place = usize::try_from(index).ok();
    if let Some(source) = place.and_then(|place| given.get(place)) {
        return Ok(item(source.clone(), None, Origin::Given));
    }
    let (mutated, rewritten) = (u64::from(plan.mutated), u64::from(plan.rewritten));
    if kind < mutated {
        if let Some((source, parents)) = mutated::make(&mut dice, kept)? {
            return Ok(item(source, None, Origin::Mutated(parents)));
        }
    } else if kind < mutated + rewritten && mode != Mode::Instantiate {
        // What it takes to be instantiated stands in the first line, and may not once a program is rewritten.
        // Half of them are programs that were worth keeping.
        let parent = if dice.happens(500_000) {
            kept.choose(dice.number())
        } else {
            dice.number();
            None
        };
        let original = match parent {
            Some(parent) => kept.program(parent)?,
            None => generate(seed, &asked_for(plan, mode)).into(),
        };
        if let Some((source, rewrite)) = rewrite(&mut dice, &original) {
            let origin = Origin::Rewritten(rewrite.to_owned(), parent);
            return Ok(Item {
                mode: telling(plan, mode, rewrite),
                ..item(source, Some(original), origin)
            });
        }
    }
    let source = generate(seed, &asked_for(plan, mode)).into();
    Ok(item(source, None, Origin::Generated))
}

/// Makes an item that is known to have been generated: it may have been meant to be made of kept programs that were of no
/// use for it.
pub fn generated(plan: &Plan, index: u64) -> Item {
    let drawn = Drawn::of(plan, index);
    Item {
        index,
        mode: drawn.mode,
        source: generate(drawn.seed, &asked_for(plan, drawn.mode)).into(),
        original: None,
        origin: Origin::Generated,
        is_sampled: drawn.is_sampled,
    }
}

/// What is decided about an item before anything else.
struct Drawn {
    /// What decides the rest.
    dice: Dice,
    mode: Mode,
    is_sampled: bool,
    /// Which kind of program it is to be, in millionths.
    kind: u64,
    /// What a generated program is made from.
    seed: u64,
}

impl Drawn {
    fn of(plan: &Plan, index: u64) -> Self {
        let mut dice = Dice::new(plan.seed, index);
        Self {
            mode: mode(plan, dice.number()),
            is_sampled: dice.happens(plan.sampled),
            kind: dice.below(1_000_000),
            seed: dice.number(),
            dice,
        }
    }
}

/// What is generated for a mode: where derivations are instantiated a program has a store.
fn asked_for(plan: &Plan, mode: Mode) -> twinix_generator::Config {
    twinix_generator::Config {
        store: mode == Mode::Instantiate,
        ..plan.generator.clone()
    }
}

fn mode(plan: &Plan, number: u64) -> Mode {
    let all: u64 = plan
        .modes
        .iter()
        .map(|&(_, weight)| u64::from(weight))
        .sum();
    let mut left = super::dice::scaled(number, all);
    for &(mode, weight) in &plan.modes {
        match left.checked_sub(u64::from(weight)) {
            Some(rest) => left = rest,
            None => return mode,
        }
    }
    Mode::Strict
}

/// How a rewritten program is asked for: how far a value is evaluated, which parts of it are shared and
/// how it is written is not what a rewrite promises to leave alone.
fn telling(plan: &Plan, mode: Mode, rewrite: &str) -> Mode {
    let has = |mode| plan.modes.iter().any(|&(other, _)| other == mode);
    match mode {
        Mode::Json => mode,
        // It has the names of parameters.
        Mode::Xml if !["rename-parameter", "formal-select"].contains(&rewrite) => mode,
        _ if has(Mode::Canonical) => Mode::Canonical,
        _ => Mode::Strict,
    }
}

/// Rewrites the text, never a file beside it: that may be read as text, or imported where names mean
/// something else, so that what is safe in it cannot be told from it alone.
fn rewrite(dice: &mut Dice, original: &Source) -> Option<(Source, &'static str)> {
    let bytes = dice.bytes(BYTES);
    let text = str::from_utf8(&original.text).ok()?;
    if text.len() > LONGEST {
        return None;
    }
    let rewritten = metamorphic::rewrite(&mut Unstructured::new(&bytes), text);
    let (text, rewrite) = rewritten.ok()??;
    let source = Source {
        text: text.into_bytes(),
        ..original.clone()
    };
    Some((source, rewrite.name))
}

#[cfg(test)]
mod tests {
    use super::{super::plan::tests::plan, *};

    /// Keeps two programs.
    struct Two;

    impl Kept for Two {
        fn choose(&mut self, number: u64) -> Option<u64> {
            Some(super::super::dice::scaled(number, 2))
        }

        fn program(&self, item: u64) -> Result<Source> {
            Ok(Source {
                text: format!("[ {item} (x: x) {{ a = 1 + 2; }} ]").into_bytes(),
                ..Source::default()
            })
        }
    }

    struct Nothing;

    impl Kept for Nothing {
        fn choose(&mut self, _: u64) -> Option<u64> {
            None
        }

        fn program(&self, item: u64) -> Result<Source> {
            bail!("item {item} was not kept")
        }
    }

    fn items(plan: &Plan, kept: &mut dyn Kept) -> Vec<Item> {
        (0..200)
            .map(|index| make(plan, index, &[], kept).unwrap())
            .collect()
    }

    #[test]
    fn an_item_follows_from_its_number() {
        let plan = plan();
        let all = items(&plan, &mut Two);
        for item in &all {
            let again = make(&plan, item.index, &[], &mut Two).unwrap();
            assert_eq!(again.source, item.source);
            assert_eq!((again.mode, &again.origin), (item.mode, &item.origin));
        }
        let mutated = all.iter().filter(|item| item.origin.name() == "mutated");
        assert!((25..75).contains(&mutated.count()));
        let json = all.iter().filter(|item| item.mode == Mode::Json);
        assert!((60..140).contains(&json.count()));
    }

    #[test]
    fn where_nothing_is_kept_everything_is_generated() {
        let all = items(&plan(), &mut Nothing);
        assert!(all.iter().all(|item| item.origin == Origin::Generated));
    }

    #[test]
    fn what_was_generated_is_made_again_without_what_was_kept() {
        /// Keeps what cannot be changed.
        struct Useless;

        impl Kept for Useless {
            fn choose(&mut self, _: u64) -> Option<u64> {
                Some(0)
            }

            fn program(&self, _: u64) -> Result<Source> {
                Ok(Source {
                    text: b"\"\xff\"".to_vec(),
                    ..Source::default()
                })
            }
        }

        let plan = plan();
        for item in items(&plan, &mut Useless) {
            if item.origin == Origin::Generated {
                let again = generated(&plan, item.index);
                assert_eq!(again.source, item.source);
                assert_eq!((again.mode, again.is_sampled), (item.mode, item.is_sampled));
            }
        }
    }

    #[test]
    fn what_the_user_gave_comes_first() {
        let given = [Source {
            text: b"1".to_vec(),
            ..Source::default()
        }];
        let first = make(&plan(), 0, &given, &mut Nothing).unwrap();
        assert_eq!(
            (first.source, first.origin),
            (given[0].clone(), Origin::Given)
        );
        let second = make(&plan(), 1, &given, &mut Nothing).unwrap();
        assert_eq!(second.origin, Origin::Generated);
    }

    #[test]
    fn an_origin_is_read_back() {
        for origin in [
            Origin::Given,
            Origin::Generated,
            Origin::Mutated(vec![3, 14]),
            Origin::Rewritten("eta".to_owned(), None),
            Origin::Rewritten("eta".to_owned(), Some(7)),
        ] {
            assert_eq!(origin.to_string().parse::<Origin>().unwrap(), origin);
        }
        assert!("stolen".parse::<Origin>().is_err());
    }

    #[test]
    fn every_part_of_a_program_tells_it_apart() {
        let source = |text: &str, file: &str| Source {
            text: text.into(),
            files: BTreeMap::from([("a".into(), file.into())]),
            features: Vec::new(),
        };
        assert_eq!(source("1", "2").hash(), source("1", "2").hash());
        assert_ne!(source("1", "2").hash(), source("12", "").hash());
    }
}
