//! What the command that instantiates a program is told besides: the attributes that it takes, and arguments. It stands
//! in the first line of the program, `# instantiate: -A a --arg x 1`.

use super::{Fault, Generator};
use crate::{
    tree::{Expr, Formal, Param},
    types::{Str, Type},
};

/// How a derivation lies in the value of a program, outermost first, and the flags with which it is found there.
struct Way {
    steps: &'static [Step],
    flags: &'static str,
}

#[derive(Clone, Copy)]
enum Step {
    /// An attribute of this name, beside another.
    In(&'static str),
    /// The second element of a list.
    Second,
    /// The result of a function that takes these, the first with a default.
    Takes(&'static [(&'static str, bool)]),
    /// The result of one that takes more than it names.
    TakesMore(&'static [(&'static str, bool)]),
    /// The result of a set that is called.
    Functor,
    /// The result of a function of anything, which nobody calls.
    Uncalled,
}

use Step::{Functor, In, Second, Takes, TakesMore, Uncalled};

const WAYS: [Way; 21] = [
    Way {
        steps: &[In("a")],
        flags: "-A a",
    },
    Way {
        steps: &[In("a"), In("b")],
        flags: "-A a.b",
    },
    Way {
        steps: &[In("a.b"), In("c")],
        flags: "-A \"a.b\".c",
    },
    Way {
        steps: &[In("a"), Second],
        flags: "-A a.1",
    },
    Way {
        steps: &[Second, In("b")],
        flags: "--attr 1.b",
    },
    Way {
        steps: &[Takes(&[("x", true)])],
        flags: "--arg x 1",
    },
    Way {
        steps: &[Takes(&[("x", true)])],
        flags: "--argstr x y",
    },
    Way {
        steps: &[Takes(&[("x", false)])],
        flags: "--arg x 1+1",
    },
    Way {
        steps: &[Takes(&[("x", false), ("y", true)])],
        flags: "--argstr x 1 --argstr y \"\"",
    },
    Way {
        steps: &[Takes(&[("x", false)])],
        flags: "--arg x {a=1;}",
    },
    Way {
        steps: &[Takes(&[("x", true)])],
        flags: "--arg y throw\"no\"",
    },
    Way {
        steps: &[TakesMore(&[("x", false)])],
        flags: "--arg x [] --arg y ./a.txt",
    },
    Way {
        steps: &[TakesMore(&[])],
        flags: "--arg x 1",
    },
    Way {
        steps: &[Takes(&[("x", false)]), In("a")],
        flags: "--arg x null -A a",
    },
    Way {
        steps: &[In("a"), Takes(&[("x", false)])],
        flags: "-A a --arg x 1.5",
    },
    Way {
        steps: &[In("a"), Takes(&[("x", true)]), In("b")],
        flags: "-A a.b --argstr x z",
    },
    Way {
        steps: &[Functor, In("a")],
        flags: "-A a",
    },
    Way {
        steps: &[In("a"), Functor, Takes(&[("x", false)])],
        flags: "-A a --arg x true",
    },
    Way {
        steps: &[In("a")],
        flags: "-A a -A a",
    },
    Way {
        steps: &[In("a"), In("a")],
        flags: "-A a.a -A \"a\".a",
    },
    Way {
        steps: &[],
        flags: "--arg x 1 --arg x 2",
    },
];

/// Settings with which a program does the same, each in a release that knows it; the others warn of them.
const SETTINGS: [&str; 10] = [
    "lint-url-literals warn",
    "lint-absolute-path-literals warn",
    "lint-short-path-literals warn",
    "trace-verbose true",
    "warn-dirty false",
    "max-call-depth 9000",
    "max-call-depth many",
    "allow-import-from-derivation false",
    "show-trace yes",
    "show-trace maybe",
];

/// Ways that lead to an error.
const WRONG: [Way; 20] = [
    Way {
        steps: &[],
        flags: "--option pure-eval true",
    },
    Way {
        steps: &[Takes(&[]), Takes(&[("x", true)]), In("a")],
        flags: "-A a",
    },
    Way {
        steps: &[In("1")],
        flags: "-A \"1\"",
    },
    Way {
        steps: &[In("a")],
        flags: "-A b",
    },
    Way {
        steps: &[In("abc")],
        flags: "-A abd",
    },
    Way {
        steps: &[In("a"), In("b")],
        flags: "-A a.b.c.d",
    },
    Way {
        steps: &[In("a")],
        flags: "-A 0",
    },
    Way {
        steps: &[In("a"), Second],
        flags: "-A a.7",
    },
    Way {
        steps: &[In("a"), Second],
        flags: "-A a.x",
    },
    Way {
        steps: &[In("a")],
        flags: "-A a..b",
    },
    Way {
        steps: &[In("a")],
        flags: "-A \"a",
    },
    Way {
        steps: &[Takes(&[("x", false)])],
        flags: "--arg y 1",
    },
    Way {
        steps: &[In("a"), Takes(&[("x", false)])],
        flags: "-A a.b",
    },
    Way {
        steps: &[Takes(&[("x", false)])],
        flags: "--arg x throw\"no\"",
    },
    Way {
        steps: &[Takes(&[("x", false)])],
        flags: "--arg x nothing",
    },
    Way {
        steps: &[Takes(&[("x", false)])],
        flags: "--arg x {",
    },
    Way {
        steps: &[Uncalled],
        flags: "-A a",
    },
    Way {
        steps: &[Uncalled, In("a")],
        flags: "--arg x 1",
    },
    Way {
        steps: &[In("a")],
        flags: "-A a -A b",
    },
    Way {
        steps: &[Functor, Uncalled],
        flags: "-A a",
    },
];

impl Generator<'_> {
    /// A derivation that the command has to be told how to find.
    pub(super) fn asked_for(&mut self, derivation: Expr) -> Expr {
        let way = &WAYS[self.below(WAYS.len() as u32) as usize];
        self.placed(derivation, way, None)
    }

    /// One that it does not find, or what is found as it should not be.
    pub(super) fn asked_in_vain(&mut self, derivation: Expr) -> Expr {
        let way = &WRONG[self.below(WRONG.len() as u32) as usize];
        self.fault = Fault::Planted("what the command is told".to_owned());
        // An argument fails where it is looked at.
        self.placed(derivation, way, Some("x"))
    }

    /// Sometimes a setting.
    pub(super) fn set_for_command(&mut self) {
        if self.chance(25) {
            let setting = self.pick(&SETTINGS);
            let before = self.command.take().unwrap_or_default();
            self.command = Some(
                format!("{before} --option {setting}")
                    .trim_start()
                    .to_owned(),
            );
        }
    }

    fn placed(&mut self, derivation: Expr, way: &Way, looked_at: Option<&str>) -> Expr {
        self.command = Some(way.flags.to_owned());
        let mut value = derivation;
        for step in way.steps.iter().rev() {
            value = match *step {
                In(name) => {
                    let other = self.certain(&Type::Str(Str::Plain));
                    let fields = vec![(name, value), ("other", other)];
                    Expr::set(self.shuffled(fields))
                }
                Second => Expr::List(vec![Expr::Int(7), value, Expr::Int(8)]),
                Takes(names) => function(names, false, looked_at, value),
                TakesMore(names) => function(names, true, looked_at, value),
                Functor => Expr::set([("__functor", Expr::lambda("_", value))]),
                Uncalled => Expr::lambda("x", value),
            };
        }
        value
    }
}

/// A function of a set of these; the names that need not be given have a default.
fn function(names: &[(&str, bool)], ellipsis: bool, looked_at: Option<&str>, result: Expr) -> Expr {
    let formals = names.iter().map(|&(name, is_given)| Formal {
        name: name.to_owned(),
        default: is_given.then_some(Expr::Int(0)),
    });
    let parameter = Param::Pattern {
        formals: formals.collect(),
        ellipsis,
        whole: None,
    };
    let is_there = |looked_at: &&str| names.iter().any(|(name, _)| name == looked_at);
    let body = match looked_at.filter(is_there) {
        Some(name) => {
            let forced = Expr::select(Expr::var("builtins"), "seq");
            Expr::call(forced, [Expr::var(name), result])
        }
        None => result,
    };
    Expr::Lambda(parameter, Box::new(body))
}
