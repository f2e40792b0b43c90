//! Swarm testing: each program is generated with its own subset of features, its own weights and its own
//! size, because programs that use everything rarely use anything much.

use crate::{
    choices::Choices,
    config::{Config, Release},
    print::{Space, Style},
};

macro_rules! features {
    ($($name:ident $percent:literal $doc:literal,)*) => {
        /// A feature that a program may use or not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Feature {
            $(#[doc = $doc] $name,)*
        }

        /// Every feature, how many of a hundred programs may use it, and what it is.
        pub const FEATURES: &[(Feature, u8, &str)] = &[$((Feature::$name, $percent, $doc),)*];
    };
}

features! {
    Core 100 "what no program can do without",
    Let 85 "`let`, its definitions in any order",
    LegacyLet 12 "`let { body = …; }`",
    Recursive 55 "`rec` sets",
    With 50 "`with`, also within one another",
    Assert 40 "`assert` of what is true",
    If 75 "`if`",
    Apply 75 "calls of functions on the spot and of functions that variables hold",
    Pattern 65 "functions of sets: defaults, `...`, `@`",
    Functor 35 "sets with `__functor`",
    Coerced 35 "sets with `__toString` and `outPath`",
    Select 75 "attribute paths, `or`",
    Has 55 "`?`",
    Parts 30 "sets whose definition is spread over several places",
    Overrides 8 "`__overrides`",
    Dynamic 40 "names that are computed",
    Inherit 55 "`inherit`, also from a set",
    Interpolation 70 "`${…}` in strings",
    Indented 50 "strings in two single quotes",
    Uri 20 "strings written as URIs",
    Odd 30 "names that need quotes",
    Shadow 45 "variables that hide others, and globals",
    Operators 90 "operators",
    Desugared 12 "definitions of the functions behind operators: `__sub`, `__lessThan`, `__findFile` …",
    Edges 45 "numbers at the edges of their types",
    Floats 65 "floating-point numbers",
    Builtins 95 "builtins",
    Point 30 "builtins and partial calls as values",
    Lazy 70 "what fails where it is not evaluated",
    TryEval 45 "`tryEval` of what fails and of what does not",
    Trace 30 "`trace` and its kin",
    Recursion 35 "functions that call themselves and each other, a bounded number of times",
    Fold 50 "`foldl'`, `genericClosure`",
    Sort 45 "`sort` with many comparators",
    Regex 35 "regular expressions",
    Json 40 "JSON to and fro",
    Toml 25 "TOML",
    Xml 20 "XML",
    Version 30 "version strings",
    Hash 35 "hashes",
    Context 40 "strings with contexts",
    Derivation 30 "derivations",
    File 40 "files beside the program",
    Import 35 "programs beside the program",
    Path 45 "paths",
    SearchPath 15 "the search path",
    Position 25 "`__curPos`, `unsafeGetAttrPos`",
    Cycle 20 "values that contain themselves",
    Bytes 20 "strings that are not UTF-8",
    Pipe 8 "pipe operators, behind their feature",
    Fetch 15 "fetchers and flake references",
    Raw 2 "bytes that are no UTF-8, in the text of the program",
}

/// What one program is generated with.
#[derive(Clone, Debug)]
pub struct Swarm {
    features: u64,
    /// Factors of the weights of productions, by their index in the table modulo the length.
    pub weights: [u8; 16],
    /// How many nodes the program may have.
    pub size: i32,
    /// How deep it may be.
    pub depth: u32,
    /// Whether one fault is planted.
    pub fault: bool,
    /// The oldest release whose builtins and syntax it keeps to.
    pub oldest: Release,
    /// How it is printed.
    pub style: Style,
}

impl Swarm {
    /// Draws a swarm configuration.
    pub fn draw(choices: &mut dyn Choices, config: &Config) -> Swarm {
        // Bytes that have run out choose 0: no fault, few features, little layout.
        // Most of what a store can refuse ends the program: they are few, and more of them fail.
        let validity = if config.store && config.validity < 1.0 {
            config.validity * 0.75
        } else {
            config.validity
        };
        let share = (validity.clamp(0.0, 1.0) * 10_000.0).round() as u32;
        let fault = share == 0 || choices.below(10_000) >= share;
        let size = draw_size(choices, config.size.max(4));
        let mut features = 0;
        for &(feature, percent, _) in FEATURES {
            if choices.below(100) >= 100 - u32::from(percent) {
                features |= 1 << feature as u8;
            }
        }
        let mut swarm = Swarm {
            features,
            weights: [1; 16],
            size: size as i32,
            depth: 5 + size / 16 + choices.below(4),
            fault,
            oldest: Release::V2_3,
            style: style(choices),
        };
        swarm.style.raw = swarm.has(Feature::Raw);
        for weight in &mut swarm.weights {
            *weight = [2, 1, 3, 5, 8][choices.below(5) as usize];
        }
        let newest = config.releases.last().copied().unwrap_or(Release::V2_34);
        let oldest = config.releases.first().copied().unwrap_or(newest);
        let releases: Vec<Release> = config.releases.iter().copied().collect();
        swarm.oldest = match choices.below(6) {
            4 | 5 => newest,
            // The second: most of the builtins that are new came with it.
            3 if releases.len() > 2 => releases[1],
            _ => oldest,
        };
        let allowed = [
            (config.files, &[Feature::File, Feature::Import][..]),
            (config.derivations, &[Feature::Derivation, Feature::Context]),
            (
                config.experimental && newest >= Release::V2_26,
                &[Feature::Pipe],
            ),
            (config.fetchers, &[Feature::Fetch]),
        ];
        for (_, features) in allowed.iter().filter(|(allowed, _)| !allowed) {
            for &feature in *features {
                swarm.features &= !(1 << feature as u8);
            }
        }
        swarm
    }

    /// The same with every feature.
    #[cfg(test)]
    pub(crate) fn with_everything(self) -> Swarm {
        Swarm {
            features: u64::MAX,
            ..self
        }
    }

    /// Whether a feature may be used.
    pub fn has(&self, feature: Feature) -> bool {
        feature == Feature::Core || self.features & (1 << feature as u8) != 0
    }
}

/// Mostly small programs, some of the full size.
fn draw_size(choices: &mut dyn Choices, most: u32) -> u32 {
    let bound = match choices.below(8) {
        0 => most / 12,
        1..=3 => most / 5,
        4..=6 => most / 2,
        _ => most,
    };
    3 + choices.below(bound.max(4))
}

fn style(choices: &mut dyn Choices) -> Style {
    let space = [
        Space::Line,
        Space::Lines,
        Space::Lines,
        Space::Dense,
        Space::Wild,
    ];
    let mut percent = |often: &[u8]| often[choices.below(often.len() as u32) as usize];
    let style = Style {
        space: Space::Line,
        comments: percent(&[0, 0, 4, 20]),
        parentheses: percent(&[0, 0, 3, 12]),
        quotes: percent(&[0, 0, 8, 30]),
        spread: percent(&[0, 30, 80]),
        escapes: percent(&[0, 0, 10]),
        rare: percent(&[0, 0, 4, 25]),
        raw: false,
    };
    Style {
        space: space[choices.below(5) as usize],
        ..style
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::Stream;

    #[test]
    fn features_fit_their_set() {
        assert!(FEATURES.len() <= 64);
    }

    #[test]
    fn the_dial_decides_how_many_programs_have_a_fault() {
        for dial in [0.0, 0.25, 0.9, 1.0] {
            let config = Config {
                validity: dial,
                ..Config::default()
            };
            let mut choices = Stream::new(5);
            let faults = (0..4000)
                .filter(|_| Swarm::draw(&mut choices, &config).fault)
                .count();
            let share = faults as f64 / 4000.0;
            assert!((share - (1.0 - dial)).abs() < 0.02, "{dial}: {share}");
        }
    }

    #[test]
    fn switches_take_features_away() {
        let config = Config {
            files: false,
            derivations: false,
            ..Config::default()
        };
        let mut choices = Stream::new(5);
        for _ in 0..200 {
            let swarm = Swarm::draw(&mut choices, &config);
            assert!(!swarm.has(Feature::File) && !swarm.has(Feature::Derivation));
        }
    }
}
