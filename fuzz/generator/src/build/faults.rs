//! Faults: programs that fail do so for one reason, at a place that is certain to be evaluated.

use super::{Fault, Generator, raw, references, refused};
use crate::{
    builtins::{Argument, How, Letters, Pattern, TABLE},
    grammar::broken,
    swarm::Feature,
    tree::{Expr, Formal, Key, Op, Param, Part},
    types::{Str, Type},
};

/// A kind of fault.
pub struct Row {
    /// What is wrong.
    pub name: &'static str,
    /// How often it is chosen.
    pub weight: u32,
    /// An expression that fails in this way.
    pub make: fn(&mut Generator<'_>) -> Expr,
}

const fn row(name: &'static str, weight: u32, make: fn(&mut Generator<'_>) -> Expr) -> Row {
    Row { name, weight, make }
}

/// Every kind of fault.
#[rustfmt::skip]
pub const FAULTS: &[Row] = &[
    row("a builtin is called with something wrong", 90, |generator| {
        let name = any_builtin(generator);
        generator.wrong_call(name)
    }),
    row("throw", 10, |generator| {
        // Some of what terminals obey is taken out of messages.
        let message = if generator.chance(15) {
            let text = ["\u{1b}[31mred\u{1b}[0m", "\u{1b}]8;;x\u{7}y", "a\u{7}\rb", "\u{1b}", "\t\u{1b}Mx\n"];
            Expr::text(generator.pick(&text))
        } else {
            generator.expr(&Type::Str(Str::Any))
        };
        generator.call("throw", [message])
    }),
    row("abort", 5, |generator| {
        let message = generator.expr(&Type::Str(Str::Any));
        generator.call("abort", [message])
    }),
    row("an assertion that does not hold", 6, |generator| {
        let condition = generator.known(false);
        let body = generator.expr(&Type::Int(8));
        Expr::Assert(Box::new(condition), Box::new(body))
    }),
    row("an assertion that two values are equal", 5, |generator| generator.unequal()),
    row("a name that with does not bring", 3, |generator| {
        let of = generator.random(false);
        let value = generator.expr(&of);
        let whole = Expr::set([("a", value)]);
        Expr::With(Box::new(whole), Box::new(Expr::var("not-defined")))
    }),
    row("an operator gets what it cannot take", 25, wrong_operand),
    row("an attribute is missing", 8, missing),
    row("something is called that is no function", 5, |generator| {
        let function = generator.expr(&Type::Int(63));
        let argument = generator.expr(&Type::Null);
        Expr::call(function, [argument])
    }),
    row("an argument is missing or is not known", 6, wrong_arguments),
    row("infinite recursion", 3, |generator| match generator.below(3) {
        0 => Expr::bind("_x", Expr::var("_x"), Expr::var("_x")),
        1 => {
            let whole = Expr::set([("a", Expr::select(Expr::var("_x"), "a"))]);
            Expr::select(Expr::bind("_x", whole, Expr::var("_x")), "a")
        }
        _ => Expr::bind("_x", Expr::binary(Op::Add, Expr::var("_x"), Expr::Int(1)), Expr::var("_x")),
    }),
    row("a division by zero", 3, |generator| {
        let one = generator.expr(&Type::Int(30));
        let zero = if generator.chance(30) { Expr::Float("0.0".to_owned()) } else { Expr::Int(0) };
        Expr::binary(Op::Div, one, zero)
    }),
    row("an overflow", 3, |generator| {
        let (op, one, two) = generator.pick(&[
            (Op::Add, i64::MAX, 1),
            (Op::Sub, i64::MIN, 1),
            (Op::Mul, i64::MAX, 2),
            (Op::Div, i64::MIN, -1),
            (Op::Mul, i64::MIN, -1),
        ]);
        Expr::binary(op, Expr::int(one), Expr::int(two))
    }),
    row("a condition that is no boolean", 4, |generator| {
        let condition = generator.wrong(Pattern::Bool);
        let (yes, no) = (generator.expr(&Type::Null), generator.expr(&Type::Null));
        if generator.chance(30) {
            Expr::Assert(Box::new(condition), Box::new(yes))
        } else {
            Expr::choose(condition, yes, no)
        }
    }),
    row("what is not in the search path", 2, |_| Expr::Search("no/such-thing".to_owned())),
    row("a with of what is no set", 3, |generator| {
        let whole = generator.wrong(Pattern::Map(&Pattern::Any));
        Expr::With(Box::new(whole), Box::new(Expr::var("not-defined")))
    }),
    row("a string is made of what is none", 10, |generator| {
        let inner = generator.wrong(Pattern::Coercible);
        match generator.below(4) {
            0 => Expr::Indented(vec![Part::Hole(generator.uncoercible())]),
            1 => {
                let items = vec![Expr::text("a"), generator.uncoercible()];
                generator.call("concatStringsSep", [Expr::text(","), Expr::List(items)])
            }
            2 => Expr::Str(vec![Part::Hole(generator.uncoercible())]),
            _ => Expr::Str(vec![Part::Text("a".to_owned()), Part::Hole(inner)]),
        }
    }),
    row("a name is computed of what is no string", 3, |generator| {
        let name = generator.expr(&Type::Int(8));
        let value = generator.expr(&Type::Null);
        let whole = Expr::Set {
            recursive: generator.chance(30),
            bindings: vec![crate::tree::Binding::Value(vec![Key::Dynamic(name)], value)],
        };
        generator.call("attrNames", [whole])
    }),
    row("a name is defined twice", 3, |generator| {
        let one = Expr::Str(vec![Part::Hole(Expr::text("a"))]);
        let binding = |key| crate::tree::Binding::Value(vec![key], Expr::Int(1));
        let bindings = vec![binding(Key::Static("a".to_owned())), binding(Key::Dynamic(one))];
        let recursive = generator.chance(30);
        Expr::Set { recursive, bindings }
    }),
    row("something is no UTF-8", 2, raw::refused),
    row("a NUL is refused", 2, raw::refused_nul),
    row("a path where nothing is", 4, |generator| {
        let name = generator.pick(&["readFile", "import", "readDir", "hashFile"]);
        let nothing = Expr::Path(vec![Part::Text("./no/thing".to_owned())]);
        match name {
            "hashFile" => generator.call(name, [Expr::text("sha256"), nothing]),
            _ => generator.call(name, [nothing]),
        }
    }),
    row("a reference to a flake that is none", 12, references::broken),
    row("a fetch that is refused", 16, references::refused),
    row("the fault is deep inside", 8, |generator| {
        let inner = generator.small_fault();
        let of = generator.random(true);
        let beside = generator.expr(&of);
        let whole = match generator.below(3) {
            0 => Expr::List(vec![beside, inner]),
            1 => Expr::set([("a", beside), ("b", inner)]),
            _ => Expr::set([("a", Expr::List(vec![beside, Expr::set([("b", inner)])]))]),
        };
        match generator.below(4) {
            0 => generator.call("toJSON", [whole]),
            1 => generator.call("toXML", [whole]),
            _ => generator.call("deepSeq", [whole, Expr::Int(1)]),
        }
    }),
    row("two things fail, and one of them first", 14, |generator| {
        let (one, two) = (generator.some_failure(1), generator.some_failure(2));
        let third = generator.some_failure(3);
        match generator.below(9) {
            0 => generator.call("foldl'", [one, two, Expr::List(vec![third])]),
            1 => {
                let name = generator.pick(&["elemAt", "map", "filter", "removeAttrs", "hasAttr", "getAttr", "match", "intersectAttrs", "catAttrs"]);
                generator.call(name, [one, two])
            }
            2 => {
                let name = generator.pick(&["substring", "replaceStrings"]);
                generator.call(name, [one, two, third])
            }
            3 => Expr::call(one, [two]),
            4 => Expr::Str(vec![Part::Hole(one), Part::Text(" ".to_owned()), Part::Hole(two)]),
            5 => {
                let binding = |name: Expr, value| crate::tree::Binding::Value(vec![Key::Dynamic(name)], value);
                let bindings = vec![binding(one, Expr::Int(1)), binding(two, Expr::Int(2))];
                let whole = Expr::Set { recursive: false, bindings };
                generator.call("attrNames", [whole])
            }
            6 => Expr::Select(Box::new(one), vec![Key::Dynamic(two)], None),
            7 => {
                let (field, other) = (generator.attribute(), "zz");
                let whole = Expr::set([(field.as_str(), one), (other, two)]);
                generator.call("deepSeq", [whole, Expr::Int(1)])
            }
            _ => {
                let op = generator.pick(&[
                    Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Less, Op::LessEqual, Op::More, Op::Equal, Op::NotEqual,
                    Op::Concat, Op::Update, Op::And, Op::Or, Op::Implies,
                ]);
                Expr::binary(op, one, two)
            }
        }
    }),
    row("what tryEval does not catch", 6, |generator| {
        let inner = match generator.below(3) {
            0 => missing(generator),
            1 => generator.call("abort", [Expr::text("not caught")]),
            _ => Expr::binary(Op::Add, Expr::Int(1), Expr::set::<&str>([])),
        };
        generator.call("tryEval", [inner])
    }),
    row("an item fails that is evaluated", 8, |generator| {
        let items = Expr::List(vec![generator.small_fault()]);
        let truth = generator.boolean(true);
        match generator.below(6) {
            0 | 1 => generator.call("partition", [Expr::lambda("_", truth), items]),
            2 => generator.call("elem", [Expr::Int(1), items]),
            3 => generator.call("catAttrs", [Expr::text("a"), items]),
            4 => generator.call("listToAttrs", [items]),
            _ => {
                let last = Expr::lambda("_", Expr::lambda("_x", Expr::var("_x")));
                generator.call("foldl'", [last, Expr::Int(0), items])
            }
        }
    }),
    row("a malformed text", 16, |generator| {
        if generator.chance(40) {
            let text = broken::json(generator.choices);
            generator.call("fromJSON", [Expr::text(&text)])
        } else {
            let text = broken::toml(generator.choices);
            generator.call("fromTOML", [Expr::text(&text)])
        }
    }),
    row("a malformed hash", 5, |generator| {
        if !generator.has_named("convertHash") {
            return refused::number(generator);
        }
        let (algorithm, hash) = broken::hash(generator.choices);
        let format = generator.pick(&["base16", "nix32", "sri", "sri", "hex"]);
        let mut fields = vec![("hash", Expr::text(hash)), ("toHashFormat", Expr::text(format))];
        if generator.chance(80) {
            fields.push(("hashAlgo", Expr::text(algorithm)));
        } else {
            fields.remove(1);
        }
        generator.call("convertHash", [Expr::set(fields)])
    }),
    row("a context that is refused", 7, refused::forged),
    row("a source that is not copied", 8, refused::source),
    row("a closure that fails", 7, refused::closure),
    row("a file that is not found or read", 6, refused::looked_up),
    row("a number that is out of range", 6, refused::number),
    row("what nothing calls has to be a function", 5, |generator| generator.asked_for_a_function()),
    row("a large value is of the wrong kind", 7, |generator| {
        let (name, wrong) = match generator.below(4) {
            0 => (generator.pick(&["length", "attrNames", "isString"]), generator.bulky_text()),
            1 => (generator.pick(&["attrNames", "stringLength"]), generator.bulky_list()),
            _ => (generator.pick(&["length", "concatLists"]), generator.bulky_set()),
        };
        match name {
            "isString" => Expr::Negate(Box::new(wrong)),
            _ => generator.call(name, [wrong]),
        }
    }),
    row("a context where none may be", 24, refused::context),
    row("a derivation that cannot be made", 20, |generator| {
        if generator.config.derivations { refused::derivation(generator) } else { missing(generator) }
    }),
    row("JSON of bytes that are no text", 5, |generator| {
        let (start, text) = generator.pick(&[(0i64, "é"), (1, "é"), (0, "\u{1f600}")]);
        let arguments = [Expr::int(start), Expr::Int(1), Expr::text(text)];
        let bytes = generator.call("substring", arguments);
        let whole = match generator.below(3) {
            0 => bytes,
            1 => Expr::List(vec![bytes]),
            _ => Expr::set([("a", bytes)]),
        };
        generator.call("toJSON", [whole])
    }),
    row("a number in JSON that is too large", 6, |generator| {
        let number = generator.pick(&["9223372036854775808", "18446744073709551615", "10000000000000000000"]);
        let text = match generator.below(3) {
            0 => number.to_owned(),
            1 => format!("[{number}]"),
            _ => format!("{{\"a\": {number}}}"),
        };
        generator.call("fromJSON", [Expr::text(&text)])
    }),
    row("a malformed regular expression", 7, |generator| {
        let name = generator.pick(&["match", "split"]);
        let text = broken::regex(generator.choices);
        generator.call(name, [Expr::text(text), Expr::text("aaa")])
    }),
];

/// Builtins that do not fail: `break` hands its argument on, and how large a value is nobody is asked.
const NEVER_FAILS: [&str; 2] = ["break", "valueSize"];

/// Any builtin of the program's release.
pub(super) fn any_builtin(generator: &mut Generator<'_>) -> &'static str {
    let usable = |generator: &Generator<'_>, name: &str| {
        let fetches = name.starts_with("fetch") || name == "getFlake";
        (generator.on(Feature::Fetch) || !fetches) && !NEVER_FAILS.contains(&name)
    };
    // The few that need a feature are rarely there: then they come first.
    let rare = generator.chance(30);
    let named = |generator: &Generator<'_>, rare: bool| -> Vec<&'static str> {
        let rows = TABLE.iter().filter(|builtin| {
            generator.has_builtin(builtin)
                && !matches!(builtin.how, How::Constant(_))
                && (!rare || builtin.feature.is_some())
        });
        rows.map(|builtin| builtin.name)
            .filter(|name| usable(generator, name))
            .collect()
    };
    let mut names = named(generator, rare);
    if names.is_empty() {
        names = named(generator, false);
    }
    generator.pick(&names)
}

/// An operand of a type that the operator does not take.
fn wrong_operand(generator: &mut Generator<'_>) -> Expr {
    let (op, of, pattern) = match generator.below(10) {
        0 => (Op::Sub, Type::Int(30), Pattern::Int(0)),
        1 => (Op::Mul, Type::Int(30), Pattern::Int(0)),
        2 => (
            Op::Concat,
            Type::list(Type::Null),
            Pattern::List(&Pattern::Any),
        ),
        3 => (
            Op::Update,
            Type::map(Type::Null),
            Pattern::Map(&Pattern::Any),
        ),
        4 => (Op::And, Type::Bool, Pattern::Bool),
        7 => (Op::Or, Type::Bool, Pattern::Bool),
        8 => (Op::Implies, Type::Bool, Pattern::Bool),
        5 => (Op::Less, Type::Int(30), Pattern::Int(0)),
        6 => (Op::Add, Type::Str(Str::Plain), Pattern::Coercible),
        _ => {
            let inner = generator.wrong(Pattern::Bool);
            return if generator.chance(50) {
                Expr::Not(Box::new(inner))
            } else {
                let inner = generator.wrong(Pattern::Int(0));
                Expr::Negate(Box::new(inner))
            };
        }
    };
    // What does not decide: the other side is evaluated.
    let right = if of == Type::Bool {
        generator.boolean(op != Op::Or)
    } else {
        generator.expr(&of)
    };
    let wrong = generator.wrong(pattern);
    // What is added to a string may be no string on the right only: on the left it decides.
    if op == Op::Add || generator.chance(50) {
        Expr::binary(op, right, wrong)
    } else {
        Expr::binary(op, wrong, right)
    }
}

pub(super) fn missing(generator: &mut Generator<'_>) -> Expr {
    let of = generator.random(false);
    let whole = match generator.below(3) {
        0 => generator.expr(&of),
        1 => generator.expr(&Type::map(of)),
        _ => Expr::set([("a", generator.expr(&of))]),
    };
    let mut path = vec![Key::Static("missing".to_owned())];
    if generator.chance(30) {
        path.push(Key::Static("more".to_owned()));
    }
    Expr::Select(Box::new(whole), path, None)
}

fn wrong_arguments(generator: &mut Generator<'_>) -> Expr {
    let formal = |name: &str, default| Formal {
        name: name.to_owned(),
        default,
    };
    let value = generator.expr(&Type::Int(8));
    let default = generator.chance(40).then_some(Expr::Int(1));
    let formals = vec![formal("x", default), formal("y", None)];
    let ellipsis = generator.chance(30);
    let body = Expr::binary(Op::Add, Expr::var("x"), Expr::var("y"));
    let function = Expr::Lambda(
        Param::Pattern {
            formals,
            ellipsis,
            whole: None,
        },
        Box::new(body),
    );
    let given = match generator.below(3) {
        0 => Expr::set([("x", value)]),
        1 if !ellipsis => Expr::set([("x", Expr::Int(1)), ("y", value), ("zz", Expr::Int(3))]),
        _ => return Expr::call(function, [value]),
    };
    Expr::call(function, [given])
}

impl Generator<'_> {
    /// The program's fault: an expression that fails.
    pub(super) fn plant(&mut self) -> Expr {
        let weights: Vec<u32> = FAULTS.iter().map(|row| row.weight).collect();
        let row = &FAULTS[self.weighted(&weights).unwrap_or(0)];
        self.fault = Fault::Planting(row.name);
        let fault = (row.make)(self);
        if self.fault == Fault::Planting(row.name) {
            self.fault = Fault::Planted(row.name.to_owned());
        }
        fault
    }

    /// One of several failures that can be told apart.
    fn some_failure(&mut self, number: u64) -> Expr {
        match self.below(4) {
            0 => Expr::binary(Op::Div, Expr::Int(number), Expr::Int(0)),
            1 => self.call("abort", [Expr::text(&format!("abort {number}"))]),
            2 => Expr::select(Expr::set::<&str>([]), &format!("missing{number}")),
            _ => self.call("throw", [Expr::text(&format!("throw {number}"))]),
        }
    }

    /// What `toString` makes a string of, and interpolation does not.
    fn uncoercible(&mut self) -> Expr {
        let of = self.pick(&[0usize, 1, 2, 3]);
        self.leaf(&[Type::Int(63), Type::Null, Type::Bool, Type::Float][of])
    }

    fn small_fault(&mut self) -> Expr {
        match self.below(3) {
            0 => self.call("throw", [Expr::text("deep")]),
            1 => Expr::binary(Op::Add, Expr::Int(1), Expr::set::<&str>([])),
            _ => missing(self),
        }
    }

    /// A program that fails before it comes to its value.
    pub(super) fn with_fault(&mut self, root: Expr) -> Expr {
        let fault = self.plant();
        match self.below(4) {
            0 => self.call("seq", [fault, root]),
            1 => {
                let condition = Expr::binary(Op::Equal, fault, Expr::Int(1));
                Expr::Assert(Box::new(condition), Box::new(root))
            }
            2 => Expr::bind("_fault", fault, fault_first(root)),
            _ => self.call("deepSeq", [Expr::List(vec![fault]), root]),
        }
    }

    /// A value that is not what a pattern wants.
    pub(super) fn wrong(&mut self, pattern: Pattern) -> Expr {
        let kinds: &[Type] = match pattern {
            Pattern::Ordered => &[Type::Null, Type::Bool],
            Pattern::Int(_) | Pattern::Count | Pattern::Rounded => {
                &[Type::Str(Str::Plain), Type::Null, Type::Bool]
            }
            Pattern::List(_) | Pattern::Some(_) => {
                &[Type::Int(63), Type::Null, Type::Str(Str::Plain)]
            }
            Pattern::Map(_) | Pattern::Set(_) => &[Type::Int(63), Type::Null, Type::Bool],
            Pattern::Bool => &[Type::Int(63), Type::Null, Type::Str(Str::Plain)],
            Pattern::Fun(..) | Pattern::Fun2(..) => &[Type::Int(63), Type::Bool, Type::Null],
            _ => &[],
        };
        match self.below(6) {
            0 if !matches!(pattern, Pattern::Fun(..) | Pattern::Fun2(..)) => {
                Expr::lambda("_", Expr::Int(1))
            }
            1 if !matches!(pattern, Pattern::Map(_) | Pattern::Set(_) | Pattern::Own(_)) => {
                Expr::set::<&str>([])
            }
            2 => self.call("throw", [Expr::text("argument")]),
            _ if kinds.is_empty() => Expr::lambda("x", Expr::var("x")),
            _ => {
                let at = self.below(kinds.len() as u32) as usize;
                self.expr(&kinds[at])
            }
        }
    }

    /// A call of a builtin in which one argument is not what it should be.
    pub(super) fn wrong_call(&mut self, name: &'static str) -> Expr {
        if let Fault::Planting(kind) = self.fault {
            self.fault = Fault::Planted(format!("{kind}: {name}"));
        }
        let function = self.builtin(name);
        let rows: Vec<_> = TABLE
            .iter()
            .filter(|builtin| builtin.name == name)
            .collect();
        let at = self.below(rows.len() as u32) as usize;
        let takes: &'static [Argument] = rows[at].takes;
        let never = matches!(rows[at].how, How::Never(_));
        // A store has the derivation that `outputOf` asks for, and a path that is right is not always wrong.
        let may_succeed = name == "storePath" || self.config.store && name == "outputOf";
        let strict: Vec<usize> = (0..takes.len()).filter(|&at| takes[at].strict).collect();
        let wrong = if strict.is_empty() || never && !may_succeed && self.chance(50) {
            None
        } else {
            Some(self.pick(&strict))
        };
        let mut letters = Letters::default();
        let mut arguments = Vec::with_capacity(takes.len());
        for (at, argument) in takes.iter().enumerate() {
            arguments.push(if wrong == Some(at) {
                self.wrong_argument(argument.of)
            } else {
                self.filled_argument(argument.of, &mut letters)
            });
        }
        if wrong.is_none() && !never {
            // Nothing that it can be given makes it fail, but what it is given may.
            let aborted = self.call("abort", [Expr::text(name)]);
            return Expr::call(function, [aborted]);
        }
        Expr::call(function, arguments)
    }

    /// An argument that holds something: whether a function is one shows only when it is called.
    fn filled_argument(&mut self, pattern: Pattern, letters: &mut Letters) -> Expr {
        match pattern {
            Pattern::List(item) if !matches!(item, Pattern::Coercible) => {
                match self.type_of(*item, letters) {
                    Some(of) => Expr::List(vec![self.expr(&of)]),
                    None => self.argument(pattern, false, letters),
                }
            }
            Pattern::Map(value) => match self.type_of(*value, letters) {
                Some(of) => Expr::set([("a", self.expr(&of))]),
                None => self.argument(pattern, false, letters),
            },
            Pattern::Count => Expr::Int(3),
            _ => self.argument(pattern, false, letters),
        }
    }

    fn wrong_argument(&mut self, pattern: Pattern) -> Expr {
        match pattern {
            // Any value will do, so the value is none.
            Pattern::Any | Pattern::A | Pattern::B | Pattern::D | Pattern::Data => {
                self.small_fault()
            }
            _ => self.wrong(pattern),
        }
    }
}

/// The body of `let _fault = …;`, which comes to it first.
fn fault_first(root: Expr) -> Expr {
    let compared = Expr::binary(Op::Equal, Expr::var("_fault"), Expr::Int(1));
    Expr::Assert(
        Box::new(Expr::binary(
            Op::Or,
            compared.clone(),
            Expr::Not(Box::new(compared)),
        )),
        Box::new(root),
    )
}
