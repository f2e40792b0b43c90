//! Builds a typed tree: every expression is made for a type, from what is in scope.

use std::{collections::BTreeMap, path::PathBuf, rc::Rc};

use crate::{
    builtins::{self, Argument, Builtin, Letters, Pattern},
    choices::Choices,
    config::{Config, Release},
    lossless::scope::GLOBALS,
    names,
    scope::{Candidate, Scope, Variable},
    swarm::{Feature, Swarm},
    tree::{Expr, Key, Op},
    types::{self, Fields, Type},
};

mod archives;
mod arguments;
mod asked;
mod bindings;
mod booleans;
mod bulky;
mod calls;
mod carried;
mod contexts;
mod control;
mod derivations;
mod faults;
mod fetched;
mod files;
mod flakes;
mod functions;
mod grouped;
mod handwritten;
mod lazy;
mod leaves;
mod lists;
mod loops;
mod moved;
mod nearly;
mod numbers;
mod odd_flakes;
mod opaque;
mod outputs;
mod packing;
mod passed_over;
mod paths;
mod productions;
mod raw;
mod references;
mod refused;
mod repositories;
mod repository;
mod sets;
mod sized;
mod sources;
mod stored;
mod strings;
#[cfg(test)]
mod tests;
mod texts;
mod trees;
mod uncalled;
mod untouched;
mod wrongly_fetched;

pub use faults::FAULTS;
pub use productions::{Goal, PRODUCTIONS, Production};

/// How large the value of a program may become, roughly, in bytes.
const LARGEST: u32 = 3000;

/// The experimental features that programs may want.
pub const WISHES: &[&str] = &[
    "blake3-hashes",
    "ca-derivations",
    "dynamic-derivations",
    "fetch-closure",
    "fetch-tree",
    "flakes",
    "git-hashing",
    "impure-derivations",
    "parse-toml-timestamps",
    "pipe-operators",
];

/// Whether the program's fault is planted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    /// It has none.
    None,
    /// It is to have one.
    Wanted,
    /// It is being made, and is of this kind.
    Planting(&'static str),
    /// It has it.
    Planted(String),
}

/// What a program is built with.
pub struct Generator<'a> {
    choices: &'a mut dyn Choices,
    config: &'a Config,
    swarm: Swarm,
    scope: Scope,
    /// Nodes that may still be made.
    fuel: i32,
    depth: u32,
    /// Whether what is being made is certain to be evaluated.
    certain: bool,
    fault: Fault,
    /// How many loops there are around what is being made.
    loops: u8,
    /// Roughly how large the values are that were made so far.
    mass: u32,
    files: BTreeMap<PathBuf, Vec<u8>>,
    features: Vec<String>,
    /// How many numbered traces there are.
    traces: u32,
    /// Whether what is being made is a file of its own.
    in_file: bool,
    /// What the command that instantiates the program is told.
    command: Option<String>,
}

/// What was built.
pub struct Built {
    /// The program.
    pub root: Expr,
    /// The files beside it.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// The features it wants.
    pub features: Vec<String>,
    /// What the command that instantiates it is told besides.
    pub command: Option<String>,
    /// How it is printed.
    pub swarm: Swarm,
    /// What is wrong with it, if anything is.
    pub fault: Option<String>,
}

/// Builds a program.
pub fn build(choices: &mut dyn Choices, config: &Config) -> Built {
    let swarm = Swarm::draw(choices, config);
    let fault = if swarm.fault {
        Fault::Wanted
    } else {
        Fault::None
    };
    let mut generator = Generator {
        choices,
        config,
        scope: Scope::default(),
        fuel: swarm.size,
        depth: 0,
        certain: true,
        fault,
        loops: 0,
        mass: 0,
        files: BTreeMap::new(),
        features: Vec::new(),
        traces: 0,
        in_file: false,
        command: None,
        swarm,
    };
    generator.wish();
    let root = generator.root();
    let Generator {
        files,
        mut features,
        swarm,
        fault,
        command,
        ..
    } = generator;
    let fault = match fault {
        Fault::Planted(what) => Some(what),
        _ => None,
    };
    features.sort_unstable();
    features.dedup();
    Built {
        root,
        files,
        features,
        command,
        swarm,
        fault,
    }
}

impl Generator<'_> {
    /// Decides which experimental features the program wants.
    fn wish(&mut self) {
        if self.on(Feature::Pipe) {
            self.features.push("pipe-operators".to_owned());
        }
        if !self.config.experimental {
            return;
        }
        let is_new = self.since(Release::V2_26);
        for &name in WISHES {
            let (feature, percent) = match name {
                "pipe-operators" => continue,
                "parse-toml-timestamps" => (Feature::Toml, 40),
                "blake3-hashes" => (Feature::Hash, 40),
                "fetch-closure" | "fetch-tree" | "flakes" => (Feature::Fetch, 50),
                _ => (Feature::Derivation, 40),
            };
            // With a store a program is about what it fetches and derives; a release that cannot says so.
            let is_of_store = matches!(feature, Feature::Fetch | Feature::Derivation);
            let wanted = if is_of_store && self.config.store {
                self.chance(80)
            } else {
                is_new && self.on(feature) && self.chance(percent)
            };
            if wanted {
                self.features.push(name.to_owned());
            }
        }
    }

    fn root(&mut self) -> Expr {
        if self.config.store && self.chance(85) {
            return self.stored_root();
        }
        let derivations = self.on(Feature::Derivation) && self.chance(25);
        let wanted = match self.below(4) {
            _ if self.config.store => Type::Derivation,
            0 if derivations => Type::Derivation,
            1 if derivations => Type::set([("a", Type::Derivation), ("b", Type::Derivation)]),
            0 => Type::Opaque,
            1 => types::record(self.choices, 2, false),
            2 => Type::some(types::random(self.choices, 2, false)),
            _ => types::random(self.choices, 3, false),
        };
        let root = self.make(&wanted, true);
        if self.fault == Fault::Wanted {
            return self.with_fault(root);
        }
        // The command does not call a function unless it is given arguments for it.
        if self.fault == Fault::None && self.chance(3) {
            self.called_by_the_command(root)
        } else {
            root
        }
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.choices.below(bound)
    }

    /// Whether something of this chance happens; bytes that ran out say no.
    fn chance(&mut self, percent: u32) -> bool {
        self.below(100) >= 100 - percent.min(100)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u32) as usize]
    }

    /// Which of some weighted things is chosen.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> Option<usize> {
        let sum: u32 = weights.iter().sum();
        if sum == 0 {
            return None;
        }
        let mut drawn = self.below(sum);
        weights.iter().position(|&weight| {
            let here = drawn < weight;
            drawn = drawn.wrapping_sub(weight);
            here
        })
    }

    /// Whether the program wants an experimental feature.
    fn wishes(&self, feature: &str) -> bool {
        self.features.iter().any(|wanted| wanted == feature)
    }

    fn on(&self, feature: Feature) -> bool {
        self.swarm.has(feature)
    }

    /// Whether a release's builtins and syntax may be used.
    fn since(&self, release: Release) -> bool {
        self.swarm.oldest >= release
    }

    /// Whether nothing large is to be begun any more.
    fn tired(&self) -> bool {
        self.fuel <= 0 || self.depth >= self.swarm.depth || self.choices.dry()
    }

    /// An expression of a type that may or may not be evaluated.
    pub(crate) fn expr(&mut self, wanted: &Type) -> Expr {
        self.make(wanted, false)
    }

    /// An expression of a type that is evaluated whenever what it is part of is.
    pub(crate) fn certain(&mut self, wanted: &Type) -> Expr {
        self.make(wanted, self.certain)
    }

    fn make(&mut self, wanted: &Type, certain: bool) -> Expr {
        let outer = std::mem::replace(&mut self.certain, certain);
        self.depth += 1;
        self.fuel -= 1;
        let made = if certain && self.fault == Fault::Wanted && self.chance(12) {
            self.plant()
        } else if self.tired() || self.chance(2 * self.depth) {
            self.leaf(wanted)
        } else {
            productions::produce(self, wanted)
        };
        self.depth -= 1;
        self.certain = outer;
        made
    }

    /// An expression for a body that is evaluated for each of several items.
    fn in_loop(&mut self, wanted: &Type) -> Expr {
        self.loops += 1;
        let body = self.expr(wanted);
        self.loops -= 1;
        body
    }

    /// A random type, small where there is little room.
    fn random(&mut self, data: bool) -> Type {
        let depth = if self.tired() {
            0
        } else {
            2.min(self.swarm.depth - self.depth)
        };
        types::random(self.choices, depth, data)
    }

    /// A name for a new variable.
    fn name(&mut self) -> String {
        let shadow = self.on(Feature::Shadow);
        for _ in 0..4 {
            let name = names::variable(self.choices, shadow);
            if shadow && self.chance(30) || !self.scope.defines(name) {
                return name.to_owned();
            }
        }
        names::variable(self.choices, false).to_owned()
    }

    /// The name of an attribute, as odd as the swarm allows.
    fn attribute(&mut self) -> String {
        let odd = self.on(Feature::Odd);
        names::attribute(self.choices, odd).to_owned()
    }

    /// A global constant, or the same by another name where it is hidden.
    fn global(&mut self, name: &str) -> Expr {
        if self.scope.defines(name) || self.chance(2) {
            Expr::select(Expr::var("builtins"), name)
        } else {
            Expr::var(name)
        }
    }

    fn boolean(&mut self, value: bool) -> Expr {
        self.global(if value { "true" } else { "false" })
    }

    /// Whether a builtin exists for the program.
    pub(crate) fn has_builtin(&self, builtin: &Builtin) -> bool {
        let newest = self
            .config
            .releases
            .last()
            .copied()
            .unwrap_or(Release::V2_34);
        let reads = |argument: &Argument| matches!(argument.of, Pattern::Text | Pattern::Folder);
        self.since(builtin.since)
            && (self.on(Feature::File) || !builtin.takes.iter().any(reads))
            && builtin.until.is_none_or(|until| newest < until)
            && builtin.feature.is_none_or(|feature| self.wishes(feature))
    }

    fn has_named(&self, name: &str) -> bool {
        builtins::named(name).is_some_and(|builtin| self.has_builtin(builtin))
    }

    /// A builtin, by one of its names.
    pub(crate) fn builtin(&mut self, name: &str) -> Expr {
        let is_global = GLOBALS.contains(&name);
        let qualified = || Expr::select(Expr::var("builtins"), name);
        let global = if is_global {
            name.to_owned()
        } else {
            format!("__{name}")
        };
        match self.below(if is_global { 4 } else { 16 }) {
            1..=3 if !self.scope.defines(&global) && names::is_identifier(&global) => {
                Expr::Var(global)
            }
            4 if !self.scope.defines(name) && self.on(Feature::With) => {
                Expr::With(Box::new(Expr::var("builtins")), Box::new(Expr::var(name)))
            }
            5 if self.on(Feature::Dynamic) => Expr::Select(
                Box::new(Expr::var("builtins")),
                vec![Key::Dynamic(Expr::text(name))],
                None,
            ),
            _ => qualified(),
        }
    }

    /// A call of a builtin.
    fn call(&mut self, name: &str, arguments: impl IntoIterator<Item = Expr>) -> Expr {
        let function = self.builtin(name);
        self.applied(function, arguments.into_iter().collect())
    }

    /// A call, with a pipe where there may be one.
    pub(crate) fn applied(&mut self, function: Expr, mut arguments: Vec<Expr>) -> Expr {
        if self.on(Feature::Pipe)
            && !self.in_file
            && self.chance(30)
            && let Some(last) = arguments.pop()
        {
            let function = Expr::call(function, arguments);
            return if self.chance(50) {
                Expr::binary(Op::PipeRight, last, function)
            } else {
                Expr::binary(Op::PipeLeft, function, last)
            };
        }
        Expr::call(function, arguments)
    }

    /// A variable, if there is one whose type is as wanted.
    fn variable(&mut self, wanted: impl Fn(&Type) -> bool) -> Option<(Expr, Type)> {
        let scale = 8u32.saturating_pow(u32::from(self.loops));
        let room = LARGEST.saturating_sub(self.mass);
        let found = self.scope.candidates(self.loops, false, |of, mass| {
            (!of.grows() || mass.saturating_mul(scale) <= room) && wanted(of)
        });
        if found.is_empty() {
            return None;
        }
        let at = self.below(found.len() as u32) as usize;
        let Candidate { name, of, mass } = self.scope.use_of(found[at])?;
        if of.grows() {
            self.mass += mass.saturating_mul(scale);
        }
        Some((Expr::Var(name), of))
    }

    /// A variable whose values are of a type.
    fn fitting(&mut self, wanted: &Type) -> Option<Expr> {
        self.variable(|of| of.fits(wanted)).map(|(expr, _)| expr)
    }

    /// Makes something, and says roughly how large its value is.
    fn weigh<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> (T, u32) {
        let before = self.mass;
        let made = make(self);
        (made, 4 + self.mass.saturating_sub(before))
    }

    /// Makes something where these variables are visible.
    fn with_variables<T>(
        &mut self,
        variables: Vec<Variable>,
        make: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.scope.push(variables);
        let made = make(self);
        self.scope.pop();
        made
    }

    /// A variable that is defined here.
    fn defined(&self, name: &str, of: &Type) -> Variable {
        Variable {
            loops: self.loops,
            ..Variable::new(name, of.clone())
        }
    }

    /// The type of an argument that a pattern describes, if a type does.
    fn type_of(&mut self, pattern: Pattern, letters: &mut Letters) -> Option<Type> {
        use crate::types::{Place, Str};
        Some(match pattern {
            Pattern::Any => self.random(false),
            Pattern::A | Pattern::B => {
                let depth = u32::from(!self.tired());
                letters.get(pattern, || types::random(self.choices, depth, false))
            }
            Pattern::D => {
                let depth = u32::from(!self.tired());
                letters.get(pattern, || types::random(self.choices, depth, true))
            }
            Pattern::Data => self.random(true),
            Pattern::Ordered => {
                let drawn = self.pick(&[0, 1, 2]);
                letters.get(pattern, || match drawn {
                    0 => Type::Int(63),
                    1 => Type::Str(Str::Plain),
                    _ => Type::Float,
                })
            }
            Pattern::Bool => Type::Bool,
            Pattern::Int(bits) => Type::Int(bits),
            Pattern::Str => Type::Str(Str::Any),
            Pattern::Plain => Type::Str(Str::Plain),
            Pattern::Name => Type::Str(Str::Name),
            Pattern::List(item) => Type::list(self.type_of(*item, letters)?),
            Pattern::Some(item) => Type::some(self.type_of(*item, letters)?),
            Pattern::Map(value) => Type::map(self.type_of(*value, letters)?),
            Pattern::Set(fields) => {
                let mut of = Fields::new();
                for (name, field) in fields {
                    of.push(((*name).to_owned(), self.type_of(*field, letters)?));
                }
                Type::Set(Rc::new(of))
            }
            Pattern::Fun(from, to) => {
                Type::fun(self.type_of(*from, letters)?, self.type_of(*to, letters)?)
            }
            Pattern::Fun2(one, two, to) => {
                let inner = Type::fun(self.type_of(*two, letters)?, self.type_of(*to, letters)?);
                Type::fun(self.type_of(*one, letters)?, inner)
            }
            Pattern::Path => Type::Path(Place::Any),
            Pattern::Folder => Type::Path(Place::Folder),
            Pattern::Text => Type::Path(Place::File),
            Pattern::Coercible
            | Pattern::Shown
            | Pattern::Count
            | Pattern::Rounded
            | Pattern::Version
            | Pattern::Package
            | Pattern::Algorithm
            | Pattern::Slashes
            | Pattern::Absolute
            | Pattern::Own(_) => return None,
        })
    }
}
