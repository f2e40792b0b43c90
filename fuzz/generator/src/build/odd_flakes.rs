//! Flakes that say what they say in unusual ways, and those that may not say it so.

use super::Generator;
use crate::tree::Expr;

/// What a flake may say of itself; each is about something else.
const ABOUT: [&[&str]; 3] = [
    &[
        "description = \"s\";",
        "description = ''s'';",
        "\"description\" = \"x\";",
        "${\"description\"} = \"x\";",
        "description = https:x;",
        "# about\n",
    ],
    &[
        "nixConfig = { a = \"x\"; b = 1; c = true; d = [ \"a\" \"b\" ]; };",
        "nixConfig.bash-prompt = ''$ '';",
        "nixConfig = { a = ./sub; b = false; c = [ ]; };",
        "nixConfig = rec { };",
        "nixConfig = { };",
    ],
    &[
        "inputs.self.submodules = true;",
        "inputs.self.lfs = false;",
        "inputs = { self.submodules = false; };",
        "inputs.self.submodules = 1;",
        "inputs.self.submodules = \"s\";",
        "inputs.self = { };",
    ],
];

/// Inputs, each by a name of its own.
const INPUTS: [&str; 24] = [
    "inputs.a1.url = \"path:./sub\";",
    "inputs.a2.url = ./sub;",
    "inputs.a3 = { type = \"path\"; path = \"./sub\"; };",
    "inputs.a4 = { type = \"path\"; path = \"./sub\"; lastModified = 5; };",
    "inputs.a5.url = \"./sub\";",
    "inputs.\"a 6\".url = \"path:./sub\";",
    "inputs.\"7\".url = \"path:./sub\";",
    "inputs.a8.follows = \"\";",
    "inputs.a9.follows = \"/\";",
    "inputs.b1 = { url = \"path:./data\"; flake = false; };",
    "inputs.b2 = { url = \"path:./sub\"; flake = true; };",
    "inputs.b3 = { url = \"path:./sub\"; inputs.c.follows = \"a1\"; };",
    "inputs.b4 = { url = \"path:./sub\"; inputs = { }; };",
    "inputs.b5 = { url = \"path:./sub\"; inputs = rec { }; };",
    "inputs.c1.url = \"path:./two\";",
    "inputs.c2 = { url = \"path:./two\"; inputs.e.url = \"path:./sub\"; };",
    "inputs.c3 = { url = \"path:./two\"; inputs.e.follows = \"\"; };",
    "inputs.c4 = { url = \"path:./two\"; inputs.e = { }; };",
    "inputs.c5 = { url = \"path:./two\"; inputs.e.inputs.f.follows = \"c5\"; };",
    "inputs.c6 = { url = \"path:./two\"; inputs.z.follows = \"c6\"; };",
    "inputs.c7 = { url = \"path:./two\"; inputs.e.flake = true; };",
    "inputs.d1.url = \"path:./two\"; inputs.d2.follows = \"d1/e\";",
    "inputs.d3.url = \"path:./two\"; inputs.d4 = { url = \"path:./two\"; inputs.e.follows = \"d3/e\"; };",
    "inputs = { d5 = { url = \"path:./sub\"; }; };",
];

const OUTPUTS: [&str; 9] = [
    "{ self, ... }: { x = \"v\"; }",
    "{ self, ... }@inputs: { x = inputs.self.y; y = 1; }",
    "inputs: { x = builtins.attrNames inputs; }",
    "inputs: { x = builtins.mapAttrs (_: input: input._type or \"none\") inputs; }",
    "{ ... }: rec { x = y; y = 1; }",
    "{ self, ... }: { outPath = \"x\"; x = 3; }",
    "{ self, ... }: { inputs = 1; x = self.inputs; }",
    "({ self, ... }: { _type = \"y\"; x = self._type; })",
    "{ self, ... }: { x = toString self; }",
];

/// Something of each kind that a file may hold.
const LITERALS: [&str; 22] = [
    "\"s\"",
    "./sub",
    "1",
    "(-1)",
    "true",
    "null",
    "{ }",
    "{ b = 1; }",
    "x: x",
    "{ y }: y",
    "[ ]",
    "[ \"a\" ]",
    "[ 1 ]",
    "1.5",
    "\"a\" + \"b\"",
    "let q = 1; in q",
    "\"${\"s\"}\"",
    "undefined",
    "if true then 1 else 2",
    "rec { }",
    "<x>",
    "builtins.x",
];

/// Places, and what may stand in them.
const PLACES: [(&str, &[&str]); 13] = [
    ("description = @;", &["\"s\""]),
    ("inputs = @;", &["{ }", "rec { }"]),
    ("inputs.a = @;", &[]),
    ("inputs.a.url = @;", &["./sub", "<x>"]),
    (
        "inputs.a.url = \"path:./sub\"; inputs.a.flake = @;",
        &["true"],
    ),
    ("inputs.a.follows = @;", &["\"s\""]),
    ("inputs.a.type = @; inputs.a.path = \"./sub\";", &["\"s\""]),
    ("inputs.a.url = \"path:./sub\"; inputs.a.foo = @;", &[]),
    (
        "inputs.a = { type = \"path\"; path = \"./sub\"; lastModified = @; };",
        &["1"],
    ),
    ("nixConfig = @;", &["{ }", "rec { }", "{ b = 1; }"]),
    (
        "nixConfig.a = @;",
        &["\"s\"", "./sub", "1", "true", "[ ]", "[ \"a\" ]"],
    ),
    ("foo = @;", &[]),
    (
        "inputs.a.url = \"path:./sub\"; inputs.a.inputs = @;",
        &["{ }", "rec { }"],
    ),
];

/// Attributes that no flake has.
const WRONG: [&str; 32] = [
    "inherit (builtins) description;",
    "inherit x;",
    "description2 = \"y\";",
    "edition = 1;",
    "inputs.self.foo = true;",
    "inputs.self.url = \"x\";",
    "nixConfig.a = [ \"a\" 1 ];",
    "nixConfig.a.b = 1;",
    "inputs.b.follows = \"self\";",
    "inputs.b.follows = \"b/c\";",
    "inputs.b.follows = \"b\";",
    "inputs.b.follows = \"a b\";",
    "inputs.b.follows = \"1\";",
    "inputs.c.follows = \"d\"; inputs.d.follows = \"c\";",
    "inputs.b = { };",
    "inputs.b.flake = false;",
    "inputs.b = { url = \"path:./sub\"; follows = \"a\"; };",
    "inputs.b = { url = \"path:./sub\"; type = \"path\"; };",
    "inputs.b.type = \"path\";",
    "inputs.b.id = \"x\";",
    "inputs.b = { type = \"indirect\"; id = \"x\"; };",
    "inputs.b = { type = \"github\"; owner = \"o\"; repo = \"r\"; };",
    "inputs.b = { type = \"tarball\"; url = \"https://h/x\"; };",
    "inputs.b = { url = \"path:./sub\"; dir = \"x\"; };",
    "inputs.b.url = \"path:./none\";",
    "inputs.b.url = \"sub\";",
    "inputs.b.url = \"github:o\";",
    "inputs.b.url = \"nixpkgs\";",
    "inputs.b.url = \"path:./sub#x\";",
    "inputs.b.url = \"path:./sub?foo=1\";",
    "inputs.b.url = \"path:./data\";",
    "inputs.b = { url = \"path:./two\"; inputs.e.follows = \"b/e\"; };",
];

/// Files that are no flakes.
const NO_FLAKES: [&str; 24] = [
    "",
    "{ }",
    "1",
    "\"s\"",
    "x: { outputs = { self }: { }; }",
    "assert true; { outputs = { self }: { }; }",
    "with { }; { outputs = { self }: { }; }",
    "let x = 1; in { outputs = { self }: { x = 1; }; }",
    "{ outputs = { self }: { }; } // { }",
    "{ outputs = { self }: { x = 1; }; ",
    "{ outputs = { self }: { x = undefined; }; }",
    "{ outputs = 1; }",
    "{ outputs = { }: { x = 1; }; }",
    "{ outputs = { self }: 1; }",
    "{ outputs = { self }: null; }",
    "{ outputs = { self }: { x = self.y; }; }",
    "{ outputs = { self, a }: { }; }",
    "{ outputs = { self, a ? 1 }: { x = a; }; }",
    "{ outputs = { self }: throw \"no\"; }",
    "{ outputs = { self }: abort \"no\"; }",
    "{ outputs = { self }: self; }",
    "{ outputs = { self }@i: { x = i.self.x; }; }",
    "{ outputs = \"s\"; }",
    "rec { d = \"x\"; outputs = { self }: { }; }",
];

/// A lock file of a flake whose one input is a flake beside it, and what may be in its places.
struct Places {
    name: &'static str,
    usual: &'static str,
    odd: &'static [&'static str],
    wrong: &'static [&'static str],
}

const LOCKED: &str = "{\"type\": \"path\", \"path\": \"./sub\"}";

const LOCK: [Places; 8] = [
    Places {
        name: "locked",
        usual: LOCKED,
        odd: &[
            "{\"type\": \"path\", \"path\": \"./sub\", \"narHash\": \"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"}",
            "{\"type\": \"path\", \"path\": \"./sub\", \"lastModified\": 1.5}",
            "{\"type\": \"path\", \"path\": \"./sub\", \"rev\": \"abc\"}",
        ],
        wrong: &[
            "1",
            "null",
            "[]",
            "{}",
            "{\"type\": 1}",
            "{\"type\": \"path\"}",
            "{\"type\": \"path\", \"path\": \"./sub\", \"narHash\": \"x\"}",
            "{\"type\": \"path\", \"path\": \"./sub\", \"foo\": 1}",
            "{\"type\": \"path\", \"path\": \"./sub\", \"lastModified\": \"x\"}",
            "{\"type\": \"path\", \"path\": \"./sub\", \"revCount\": null}",
            "{\"type\": \"path\", \"path\": \"./sub\", \"revCount\": [1]}",
            "{\"type\": \"path\", \"path\": \"./none\"}",
            "{\"type\": \"path\", \"path\": \"/nowhere\"}",
            "{\"type\": \"indirect\", \"id\": \"x\"}",
            "{\"type\": \"github\", \"owner\": \"o\", \"repo\": \"r\"}",
            "{\"type\": \"github\", \"owner\": \"o\", \"repo\": \"r\", \"rev\": \"0123456789abcdef0123456789abcdef01234567\"}",
            "{\"uri\": \"x\"}",
        ],
    },
    Places {
        name: "original",
        usual: LOCKED,
        odd: &[
            "{\"type\": \"path\", \"path\": \"./sub\", \"narHash\": \"x\"}",
            "{\"type\": \"path\", \"path\": \"./sub\", \"dir\": \"x\"}",
            "{\"type\": \"path\", \"path\": \"./none\"}",
            "{\"type\": \"indirect\", \"id\": \"x\"}",
            "{\"type\": \"github\", \"owner\": \"o\", \"repo\": \"r\"}",
            "{\"type\": \"tarball\", \"url\": \"https://h/x?dir=d\", \"dir\": \"d\"}",
        ],
        wrong: &[
            "1",
            "\"zz\"",
            "{}",
            "{\"type\": \"path\"}",
            "{\"url\": \"path:./sub\"}",
        ],
    },
    Places {
        name: "parent",
        usual: "[]",
        odd: &["[\"a\"]", "[]"],
        wrong: &["1", "null", "{}", "[1]", "\"zz\"", "true"],
    },
    Places {
        name: "flake",
        usual: "true",
        odd: &["true"],
        wrong: &["1", "null", "\"true\"", "[]", "{}", "false"],
    },
    Places {
        name: "inputs",
        usual: "{}",
        odd: &["null", "[]", "{\"b\": [\"a\"]}"],
        wrong: &[
            "1",
            "\"zz\"",
            "[\"a\"]",
            "{\"a\": \"a\"}",
            "{\"a\": 1}",
            "{\"a\": \"zz\"}",
            "[1]",
        ],
    },
    Places {
        name: "info",
        usual: "{}",
        odd: &[
            "{\"type\": \"path\"}",
            "{\"narHash\": \"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"}",
            "{\"lastModified\": 5, \"revCount\": 3}",
        ],
        wrong: &[
            "1",
            "\"zz\"",
            "{\"foo\": 1}",
            "{\"narHash\": \"x\"}",
            "{\"lastModified\": \"x\"}",
        ],
    },
    Places {
        name: "root",
        usual: "{\"a\": \"a\"}",
        odd: &[
            "null",
            "[]",
            "{}",
            "{\"a\": [\"a\"]}",
            "{\"a\": []}",
            "{\"a\": [\"b\"]}",
            "{\"b\": \"a\"}",
            "{\"a\": \"a\", \"b\": \"a\"}",
            "{\"a\": \"a\", \"b\": [\"a\"]}",
            "{\"a\": \"a\", \"b\": [\"a\", \"c\"]}",
        ],
        wrong: &[
            "1",
            "{\"a\": 1}",
            "{\"a\": \"zz\"}",
            "{\"a\": \"root\"}",
            "{\"a\": [1]}",
        ],
    },
    Places {
        name: "version",
        usual: "7",
        odd: &["7", "6", "5"],
        wrong: &["4", "8", "null", "\"7\"", "-1", "99"],
    },
];

/// Lock files that are none.
const NO_LOCKS: [&str; 9] = [
    "{",
    "[]",
    "1",
    "null",
    "{}",
    "\"x\"",
    "{\"version\": 7, \"nodes\": {}}",
    "{\"version\": 7, \"nodes\": {\"root\": {}}, \"root\": 1}",
    "{\"version\": 7, \"nodes\": {\"root\": {}}, \"root\": \"root\"} x",
];

/// A lock file with something else in one place.
fn lock(place: usize, value: &str) -> String {
    let at = |name: &str| {
        let (number, found) = LOCK
            .iter()
            .enumerate()
            .find(|(_, places)| places.name == name)
            .map_or((usize::MAX, ""), |(number, places)| (number, places.usual));
        if number == place { value } else { found }
    };
    let own = ["locked", "original", "parent", "flake", "inputs", "info"]
        .map(|name| format!("\"{name}\": {}", at(name)))
        .join(", ");
    format!(
        "{{\"nodes\": {{\"a\": {{{own}}}, \"root\": {{\"inputs\": {}}}}}, \"root\": \"root\", \"version\": {}}}\n",
        at("root"),
        at("version")
    )
}

const LOCKED_FLAKE: &str =
    "{ inputs.a.url = \"path:./sub\"; outputs = { self, a }: { x = a.x; }; }";

impl Generator<'_> {
    /// A string made of a flake that is unusual.
    pub(super) fn odd_flake(&mut self) -> Expr {
        if self.chance(45) {
            let place = self.below(LOCK.len() as u32) as usize;
            let value = self.pick(LOCK[place].odd);
            return self.flake_of(LOCKED_FLAKE, &lock(place, value));
        }
        let mut lines: Vec<&str> = Vec::new();
        for about in ABOUT {
            if self.chance(50) {
                lines.push(self.pick(about));
            }
        }
        let inputs = self.shuffled(INPUTS.to_vec());
        lines.extend(&inputs[..self.below(4) as usize]);
        let outputs = format!("outputs = {};", self.pick(&OUTPUTS));
        lines.push(&outputs);
        let lines = self.shuffled(lines).join("\n  ");
        self.flake_of(&format!("{{\n  {lines}\n}}\n"), "")
    }

    /// A flake that is none, or whose outputs fail.
    pub(super) fn wrong_flake(&mut self) -> Expr {
        if !self.wishes("flakes") {
            return self.wrongly_fetched();
        }
        match self.below(10) {
            0 | 1 => {
                let text = self.pick(&NO_FLAKES);
                self.flake_of(text, "")
            }
            2..=4 => {
                let (place, right) = self.pick(&PLACES);
                let wrong = LITERALS.iter().filter(|literal| !right.contains(literal));
                let wrong: Vec<&str> = wrong.copied().collect();
                let line = place.replace('@', self.pick(&wrong));
                self.flake_of(
                    &format!("{{ {line} outputs = {{ self, ... }}: {{ x = 1; }}; }}"),
                    "",
                )
            }
            5 | 6 => {
                let line = self.pick(&WRONG);
                self.flake_of(
                    &format!("{{ {line} outputs = {{ self, ... }}: {{ x = 1; }}; }}"),
                    "",
                )
            }
            7 => {
                let lock = self.pick(&NO_LOCKS);
                self.flake_of(LOCKED_FLAKE, lock)
            }
            _ => {
                let place = self.below(LOCK.len() as u32) as usize;
                let value = self.pick(LOCK[place].wrong);
                self.flake_of(LOCKED_FLAKE, &lock(place, value))
            }
        }
    }

    /// What a flake beside the program gives under `x`.
    fn flake_of(&mut self, text: &str, lock: &str) -> Expr {
        let number = (0..9)
            .find(|number| {
                let there = format!("odd{number}/sub/flake.nix");
                !self.files.contains_key(std::path::Path::new(&there))
            })
            .unwrap_or(9);
        let folder = format!("odd{number}");
        let files = [
            ("flake.nix", text),
            ("flake.lock", lock),
            (
                "sub/flake.nix",
                "{ outputs = { self }: { x = \"sub\"; }; }\n",
            ),
            (
                "two/flake.nix",
                "{ inputs.e = { url = \"path:../data\"; flake = false; }; outputs = { self, e, ... }: { x = \"two\"; }; }\n",
            ),
            ("data/a.txt", "some text\n"),
        ];
        for (name, content) in files {
            if !content.is_empty() {
                self.file(&format!("{folder}/{name}"), content.as_bytes());
            }
        }
        self.mass += 60;
        let address = self.address("path:", format!("./{folder}"));
        let flake = self.call("getFlake", [address]);
        let found = Expr::select(flake, "x");
        self.call("toJSON", [found])
    }
}
