//! Flakes: folders beside the program, with inputs beside each other and sometimes a lock file.

use super::Generator;
use crate::{
    print, raw,
    tree::{Binding, Expr, Formal, Key, Op, Param, Part},
    types::{Str, Type},
};

/// An input of the flake.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    /// Another flake.
    Sub,
    /// A folder that is none.
    Data,
    /// What another input is.
    Follows,
    /// A flake with an input of its own.
    Two,
}

const INPUTS: [Input; 4] = [Input::Sub, Input::Data, Input::Follows, Input::Two];

impl Input {
    fn name(self) -> &'static str {
        match self {
            Self::Sub => "a",
            Self::Data => "b",
            Self::Follows => "c",
            Self::Two => "d",
        }
    }
}

/// A lock file: what it says of its inputs, as one of the versions says it.
fn lock(inputs: &[Input], version: u8, parents: bool) -> String {
    let parent = if parents { ", \"parent\": []" } else { "" };
    let mut nodes = String::new();
    let mut of_root = Vec::new();
    for input in inputs {
        let name = input.name();
        let (path, more) = match input {
            Input::Sub => ("./sub", ""),
            Input::Data => ("./data", ", \"flake\": false"),
            Input::Follows => {
                of_root.push("\"c\": [\"a\"]".to_owned());
                continue;
            }
            Input::Two => ("./two", ", \"inputs\": {\"e\": [\"b\"]}"),
        };
        of_root.push(format!("\"{name}\": \"{name}\""));
        let place = format!("{{\"path\": \"{path}\", \"type\": \"path\"}}");
        nodes.push_str(&format!(
            "\"{name}\": {{\"locked\": {place}, \"original\": {place}{parent}{more}}}, "
        ));
    }
    let of_root = of_root.join(", ");
    format!(
        "{{\"nodes\": {{{nodes}\"root\": {{\"inputs\": {{{of_root}}}}}}}, \"root\": \"root\", \"version\": {version}}}\n"
    )
}

fn at(path: &[&str], value: Expr) -> Binding {
    let keys = path.iter().map(|name| Key::Static((*name).to_owned()));
    Binding::Value(keys.collect(), value)
}

fn set(bindings: Vec<Binding>) -> Expr {
    Expr::Set {
        recursive: false,
        bindings,
    }
}

/// Takes some attributes, and others.
fn taking(names: &[&str], ellipsis: bool, whole: bool, body: Expr) -> Expr {
    let formals = names.iter().map(|name| Formal {
        name: (*name).to_owned(),
        default: None,
    });
    let param = Param::Pattern {
        formals: formals.collect(),
        ellipsis,
        whole: whole.then(|| "inputs".to_owned()),
    };
    Expr::Lambda(param, Box::new(body))
}

impl Generator<'_> {
    /// A string that a flake beside the program has to do with.
    pub(super) fn of_flake(&mut self) -> Expr {
        if !self.wishes("flakes") {
            return self.fetched_file();
        }
        if self.chance(45) {
            return self.odd_flake();
        }
        let mut inputs = Vec::new();
        // 2.8 does not lock inputs here.
        let has_inputs = self.chance(70);
        for input in INPUTS {
            let can = match input {
                Input::Follows => inputs.contains(&Input::Sub),
                // It takes the folder from the outer flake.
                Input::Two => inputs.contains(&Input::Data),
                _ => has_inputs,
            };
            if can && self.chance(50) {
                inputs.push(input);
            }
        }
        let flake = self.flake(&inputs);
        self.part_of(flake, &inputs)
    }

    /// Puts a flake with these inputs beside the program; what `getFlake` gives for it.
    fn flake(&mut self, inputs: &[Input]) -> Expr {
        let tops = [
            "fl0/flake.nix",
            "fl1/flake.nix",
            "fl2/flake.nix",
            "fl3/flake.nix",
        ];
        let there = |top: &&str| self.files.contains_key(std::path::Path::new(top));
        let folder = format!("fl{}", tops.iter().filter(|top| there(top)).count());
        let top = self.top(inputs);
        self.flake_file(&format!("{folder}/flake.nix"), &top);
        if inputs.contains(&Input::Sub) {
            let sub = self.sub();
            self.flake_file(&format!("{folder}/sub/flake.nix"), &sub);
        }
        if inputs.contains(&Input::Data) {
            self.file(&format!("{folder}/data/a.txt"), b"some text\n");
        }
        if inputs.contains(&Input::Two) {
            let two = self.two();
            self.flake_file(&format!("{folder}/two/flake.nix"), &two);
        }
        if self.chance(35) {
            let version = self.pick(&[7, 7, 7, 6, 5]);
            let parents = self.chance(60);
            let text = lock(inputs, version, parents);
            self.file(&format!("{folder}/flake.lock"), text.as_bytes());
        }
        self.mass += 60;
        let mut address = self.address("path:", format!("./{folder}"));
        if self.chance(13) {
            let more = self.pick(&["?lastModified=5", "?revCount=3", "?dir="]);
            address = Expr::binary(Op::Add, address, Expr::text(more));
        }
        self.call("getFlake", [address])
    }

    fn flake_file(&mut self, name: &str, flake: &Expr) {
        // The input of a flake is read without being evaluated: `let in` would be in the way.
        let style = print::Style {
            rare: 0,
            ..self.swarm.style
        };
        let text = print::print(flake, style, self.choices);
        self.file(name, &raw::bytes(&text));
    }

    /// Something that is only seen in a flake.
    fn inside(&mut self) -> Expr {
        let scope = std::mem::take(&mut self.scope);
        let loops = std::mem::replace(&mut self.loops, 0);
        let in_file = std::mem::replace(&mut self.in_file, true);
        let (depth, fault) = (self.depth, self.fault.clone());
        self.depth = self.depth.max(self.swarm.depth.saturating_sub(3));
        let made = self.certain(&Type::Str(Str::Plain));
        self.depth = depth;
        self.in_file = in_file;
        self.scope = scope;
        self.loops = loops;
        let text = print::print(&made, print::Style::default(), self.choices);
        // Relative paths would start where the flake is, and half a character is not to be written as JSON.
        let is_half = text.contains("ubstring") || raw::is_in(&text);
        if text.contains("./") || text.contains("..") || is_half {
            // A fault in what was given up is in no program.
            self.fault = fault;
            Expr::text("x")
        } else {
            made
        }
    }

    fn top(&mut self, inputs: &[Input]) -> Expr {
        let mut bindings = Vec::new();
        if self.chance(30) {
            bindings.push(at(&["description"], Expr::text("a flake")));
        }
        let mut names = vec!["self"];
        for input in inputs {
            let name = input.name();
            names.push(name);
            bindings.extend(self.declared(*input, name));
        }
        if self.chance(12) {
            bindings.push(at(&["nixConfig", "bash-prompt"], Expr::text("$ ")));
        }
        if self.chance(8) {
            bindings.push(at(
                &["inputs", "self", "submodules"],
                self.boolean_without_scope(false),
            ));
        }
        let mut outputs = vec![
            at(&["x"], self.inside()),
            at(
                &["y"],
                Expr::Str(vec![
                    Part::Text("y".to_owned()),
                    Part::Hole(Expr::select(Expr::var("self"), "x")),
                ]),
            ),
            at(
                &["f"],
                Expr::lambda("n", Expr::Str(vec![Part::Hole(Expr::var("n"))])),
            ),
        ];
        for input in inputs {
            let name = input.name();
            let whole = Expr::var(name);
            let value = match input {
                Input::Data => {
                    let file = Expr::Str(vec![Part::Hole(whole), Part::Text("/a.txt".to_owned())]);
                    let read = Expr::select(Expr::var("builtins"), "readFile");
                    Expr::call(read, [file])
                }
                _ => Expr::select(whole, "x"),
            };
            outputs.push(at(&["of", name], value));
        }
        let outputs = set(self.shuffled(outputs));
        let ellipsis = self.chance(40);
        let whole = self.chance(40);
        bindings.push(at(&["outputs"], taking(&names, ellipsis, whole, outputs)));
        set(self.shuffled(bindings))
    }

    /// What a flake says of an input.
    fn declared(&mut self, input: Input, name: &str) -> Vec<Binding> {
        let one = |field: &str, value: Expr| at(&["inputs", name, field], value);
        match input {
            Input::Sub => {
                let url = one("url", Expr::text("path:./sub"));
                if self.chance(30) {
                    let fields = [("type", Expr::text("path")), ("path", Expr::text("./sub"))];
                    let fields = fields.map(|(field, value)| at(&["inputs", name, field], value));
                    return fields.into();
                }
                vec![url]
            }
            Input::Data => vec![
                one("url", Expr::text("path:./data")),
                one("flake", Expr::var("false")),
            ],
            Input::Follows => vec![one("follows", Expr::text("a"))],
            Input::Two => vec![
                one("url", Expr::text("path:./two")),
                at(&["inputs", name, "inputs", "e", "follows"], Expr::text("b")),
            ],
        }
    }

    fn boolean_without_scope(&mut self, value: bool) -> Expr {
        Expr::var(if value { "true" } else { "false" })
    }

    fn sub(&mut self) -> Expr {
        let x = self.inside();
        let outputs = set(vec![at(&["x"], x)]);
        set(vec![at(
            &["outputs"],
            taking(&["self"], false, false, outputs),
        )])
    }

    fn two(&mut self) -> Expr {
        let e = Expr::select(Expr::var("e"), "outPath");
        let base = Expr::call(Expr::select(Expr::var("builtins"), "baseNameOf"), [e]);
        let outputs = set(vec![at(&["x"], base)]);
        let inputs = [
            at(&["inputs", "e", "url"], Expr::text("path:../data")),
            at(&["inputs", "e", "flake"], Expr::var("false")),
        ];
        let outputs = at(&["outputs"], taking(&["self", "e"], false, false, outputs));
        set(inputs.into_iter().chain([outputs]).collect())
    }

    /// A string made of a flake.
    fn part_of(&mut self, flake: Expr, inputs: &[Input]) -> Expr {
        let below = |path: &[&str]| {
            let keys = path.iter().map(|name| Key::Static((*name).to_owned()));
            Expr::Select(Box::new(flake.clone()), keys.collect(), None)
        };
        let drawn = self.below(13);
        let found = match drawn {
            0 => below(&["x"]),
            1 => below(&["y"]),
            2 => below(&["outputs", "x"]),
            3 => {
                let function = below(&["f"]);
                let argument = self.certain(&Type::Str(Str::Plain));
                return Expr::call(function, [argument]);
            }
            4 => below(&["outPath"]),
            5 => below(&["narHash"]),
            6 => below(&["_type"]),
            7 => Expr::Str(vec![Part::Hole(flake)]),
            8 => below(&["sourceInfo"]),
            9 => {
                let names = self.call("attrNames", [flake]);
                return self.call("toJSON", [names]);
            }
            10 => {
                let file = Expr::Str(vec![Part::Hole(flake), Part::Text("/flake.nix".to_owned())]);
                let set = self.call("import", [file]);
                let names = self.call("attrNames", [set]);
                return self.call("toJSON", [names]);
            }
            _ => match inputs {
                [] => below(&["x"]),
                _ => {
                    let input = inputs[self.below(inputs.len() as u32) as usize].name();
                    match self.below(4) {
                        0 => below(&["inputs", input, "outPath"]),
                        1 => below(&["inputs", input, "sourceInfo"]),
                        _ => below(&["of", input]),
                    }
                }
            },
        };
        self.call("toJSON", [found])
    }
}
