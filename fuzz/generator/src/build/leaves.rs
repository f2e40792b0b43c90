//! Leaves: variables, literals and the smallest expressions of a type.

use super::Generator;
use crate::{
    scope::Variable,
    swarm::Feature,
    tree::{Binding, Expr, Formal, Key, Op, Param, Part},
    types::{Place, Str, Type},
};

impl Generator<'_> {
    /// The smallest expression of a type: a variable or a literal.
    pub(super) fn leaf(&mut self, wanted: &Type) -> Expr {
        if self.chance(65)
            && let Some(variable) = self.fitting(wanted)
        {
            return variable;
        }
        self.literal(wanted)
    }

    fn literal(&mut self, wanted: &Type) -> Expr {
        match wanted {
            Type::Null => self.global("null"),
            Type::Bool => {
                let value = self.chance(50);
                self.boolean(value)
            }
            Type::Int(bits) => Expr::int(self.integer(*bits)),
            Type::Float => self.float(),
            Type::Str(Str::Name) => Expr::Str(vec![Part::Text(self.store_name())]),
            Type::Str(_) => Expr::Str(vec![Part::Text(self.characters_of(wanted))]),
            Type::Path(place) => self.path_literal(*place),
            Type::List(item, least) => {
                let size = u32::from(*least) + self.below(3);
                Expr::List((0..size).map(|_| self.leaf(item)).collect())
            }
            Type::Set(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, of)| (name.clone(), self.leaf(of)))
                    .collect();
                Expr::set(fields)
            }
            Type::Map(value) => {
                let mut fields: Vec<(String, Expr)> = Vec::new();
                for _ in 0..self.below(3) {
                    let name = self.attribute();
                    if fields.iter().all(|(other, _)| *other != name) {
                        fields.push((name, self.leaf(value)));
                    }
                }
                Expr::set(fields)
            }
            Type::Fun(_, to) => {
                let hidden = vec![Variable::reserved("_")];
                let body = self.with_variables(hidden, |generator| generator.leaf(to));
                Expr::lambda("_", body)
            }
            Type::Formals(fields, to) => {
                let formals = fields.iter().map(|(name, _)| Formal {
                    name: name.clone(),
                    default: None,
                });
                let formals = formals.collect();
                // The names of the arguments hide others: only what has no variables is safe.
                let body = self.without_variables(|generator| generator.leaf(to));
                Expr::Lambda(
                    Param::Pattern {
                        formals,
                        ellipsis: true,
                        whole: None,
                    },
                    Box::new(body),
                )
            }
            Type::Derivation => self.small_derivation(),
            Type::Opaque => {
                let of = [
                    Type::Int(63),
                    Type::Str(Str::Plain),
                    Type::Null,
                    Type::list(Type::Null),
                ];
                let at = self.below(of.len() as u32) as usize;
                self.literal(&of[at])
            }
        }
    }

    /// Makes something that sees no variables.
    pub(super) fn without_variables<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let scope = std::mem::take(&mut self.scope);
        let made = make(self);
        self.scope = scope;
        made
    }

    /// An integer of at most so many bits.
    pub(super) fn integer(&mut self, bits: u8) -> i64 {
        let bits = u32::from(bits.min(63));
        let most = (1i128 << bits) - 1;
        let within = |number: i128| number.clamp(-most - 1, most) as i64;
        if self.on(Feature::Edges) && self.chance(25) {
            let edge = match self.below(6) {
                0 => most,
                1 => -most - 1,
                2 => (1 << 31) - 1,
                3 => 1 << 53,
                4 => -(1 << 31),
                _ => i128::from(self.below(64) as u8),
            };
            let edge = if self.chance(20) {
                1i128 << (edge & 63)
            } else {
                edge
            };
            return within(edge);
        }
        match self.below(8) {
            0..=4 => within(i128::from(self.below(10))),
            5 => within(i128::from(self.below(1000))),
            6 => within(-i128::from(self.below(100))),
            _ => within(i128::from(self.below(u32::MAX)) << self.below(24)),
        }
    }

    /// A floating-point number.
    pub(super) fn float(&mut self) -> Expr {
        const USUAL: [&str; 9] = [
            "1.5", "0.1", "2.0", "100.25", "3.14159", "0.5", "10.", "0.25", "0.0",
        ];
        const EDGES: [&str; 12] = [
            "0.0",
            "1.0e308",
            "1.7976931348623157e308",
            "2.2250738585072014e-308",
            "1.0e15",
            "123456789.123456789",
            "1.0e-7",
            "9007199254740993.0",
            "1.0E6",
            "0.30000000000000004",
            "1.0e+2",
            "999999.5",
        ];
        if self.on(Feature::Edges) && self.chance(25) {
            // Any digits: how they are printed is a matter of rounding.
            let (whole, part) = (self.below(2000), self.below(1_000_000));
            let power = i64::from(self.below(60)) - 30;
            let number = match self.below(3) {
                0 => format!("{whole}.{part:06}"),
                1 => format!("{}.{part}e{power}", whole % 10),
                _ => format!("{whole}.{part}"),
            };
            // A number of several digits may not begin with zero.
            return Expr::Float(number);
        }
        if self.chance(20) {
            return Expr::Float(self.power_of_ten());
        }
        let text = if self.on(Feature::Edges) && self.chance(40) {
            self.pick(&EDGES)
        } else {
            self.pick(&USUAL)
        };
        let number = Expr::Float(text.to_owned());
        if self.chance(25) {
            Expr::Negate(Box::new(number))
        } else {
            number
        }
    }

    /// A number of a few digits near a power of ten: notations change there, from 0.001 down and from
    /// 100000 up.
    pub(super) fn power_of_ten(&mut self) -> String {
        let digits = self.pick(&["1", "5", "1234", "99", "999999"]);
        if self.chance(60) {
            let zeros = self.pick(&[3, 3, 2, 4, 5, 6]);
            return format!("0.{}{digits}", "0".repeat(zeros));
        }
        let zeros = self.below(15) as usize;
        format!("{digits}{}.0", "0".repeat(zeros))
    }

    /// Text of a string.
    pub(super) fn characters(&mut self) -> String {
        const WORDS: [&str; 14] = [
            "",
            "a",
            "foo",
            "hello world",
            "x=1",
            "A-b_c",
            "1.2.3",
            "/a/b",
            "0",
            "true",
            "a\nb",
            "  ",
            "a,b;c",
            "é",
        ];
        const ODD: [&str; 24] = [
            "$${a}",
            "a''b",
            "&",
            "<a&b>",
            "\u{c}",
            "]]>",
            "\"",
            "\\",
            "${x}",
            "$",
            "$$",
            "''",
            "'",
            "\t",
            "\r\n",
            "\\n",
            "{}",
            "\u{0}",
            " \u{7f}",
            "\u{1f600}",
            "''${",
            "#",
            "\n\n  \n",
            "\u{feff}",
        ];
        let mut text = self.pick(&WORDS).to_owned();
        if self.chance(20) {
            let odd = self.pick(&ODD);
            // Older releases end a string at its first NUL, the newest takes none in a path: fewer of them.
            if odd != "\u{0}" || self.chance(30) {
                text.push_str(odd);
            }
            text.push_str(self.pick(&WORDS));
        }
        self.mass += text.len() as u32;
        text
    }

    /// Text that can be the name of a store object, or of an attribute.
    pub(super) fn store_name(&mut self) -> String {
        const NAMES: [&str; 12] = [
            "a", "b", "foo", "x-1.0", "name", "out", "Z9", "a+b", "q?=1", "lib_x", "key", "foo-bar",
        ];
        self.pick(&NAMES).to_owned()
    }

    /// A path at which there is what is wanted.
    pub(super) fn path_literal(&mut self, place: Place) -> Expr {
        match place {
            Place::Folder => Expr::Path(vec![Part::Text(self.folder())]),
            Place::File => Expr::Path(vec![Part::Text(self.text_file())]),
            Place::Any => match self.below(3) {
                0 if self.on(Feature::File) => self.path_literal(Place::File),
                1 if self.on(Feature::File) => self.path_literal(Place::Folder),
                _ => {
                    const NOTHING: [&str; 4] =
                        ["./nothing", "./no/thing.nix", "./a-b_c+d", "./x/../y"];
                    Expr::Path(vec![Part::Text(self.pick(&NOTHING).to_owned())])
                }
            },
        }
    }

    /// A key of a path that selects a name.
    pub(super) fn key(&mut self, name: &str) -> Key {
        if self.on(Feature::Dynamic) && self.chance(15) {
            let whole = Expr::text(name);
            return Key::Dynamic(match self.below(3) {
                0 if name.is_char_boundary(1) && name.len() > 1 => Expr::Str(vec![
                    Part::Text(name[..1].to_owned()),
                    Part::Hole(Expr::text(&name[1..])),
                ]),
                1 => Expr::bind("_k", whole, Expr::var("_k")),
                _ => whole,
            });
        }
        Key::Static(name.to_owned())
    }

    /// A key that is known only when it is evaluated.
    pub(super) fn computed_key(&mut self, name: &str) -> Key {
        Key::Dynamic(if self.chance(50) {
            Expr::binary(Op::Add, Expr::text(name), Expr::text(""))
        } else {
            Expr::bind("_k", Expr::text(name), Expr::var("_k"))
        })
    }

    /// A definition of a name.
    pub(super) fn binding(&mut self, name: &str, value: Expr) -> Binding {
        Binding::named(name, value)
    }
}
