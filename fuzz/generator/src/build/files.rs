//! Files beside the program, and programs beside it.

use std::path::PathBuf;

use super::Generator;
use crate::{
    print::{self, Style},
    raw,
    scope::Variable,
    swarm::Feature,
    tree::{Expr, Part},
    types::{Place, Str, Type},
};

pub(super) fn import(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let file = generator.program_beside(wanted, Vec::new())?;
    Some(generator.call("import", [file]))
}

pub(super) fn scoped_import(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let of = generator.random(false);
    let value = generator.expr(&of);
    let name = generator.name();
    // What is brought in this way is visible like a global.
    let variable = Variable::new(&name, of);
    let file = generator.program_beside(wanted, vec![variable])?;
    Some(generator.call("scopedImport", [Expr::set([(name, value)]), file]))
}

/// A file that is copied to the store because a string refers to it.
pub(super) fn copied(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if *wanted != Type::Str(Str::Any) {
        return None;
    }
    let place = generator.pick(&[Place::File, Place::Folder]);
    let path = generator.path_literal(place);
    Some(Expr::Str(vec![Part::Hole(path)]))
}

impl Generator<'_> {
    /// Puts a file beside the program; the path of it.
    pub(super) fn file(&mut self, name: &str, content: &[u8]) -> String {
        self.files
            .entry(PathBuf::from(name))
            .or_insert_with(|| content.to_vec());
        format!("./{name}")
    }

    /// The path of a file of text.
    pub(super) fn text_file(&mut self) -> String {
        const TEXTS: [(&str, &str); 5] = [
            ("a.txt", "some text\n"),
            ("b.txt", ""),
            ("data.json", "{\"a\": [1, 2.5, null]}"),
            ("dir/a", "é $x ${y}\r\n"),
            ("data.toml", "a = 1\n"),
        ];
        let (name, text) = self.pick(&TEXTS);
        self.mass += 24;
        self.file(name, text.as_bytes())
    }

    /// The path of a folder.
    pub(super) fn folder(&mut self) -> String {
        self.file("dir/a", "é $x ${y}\r\n".as_bytes());
        if self.chance(40) {
            self.file("dir/sub/b", b"b");
        }
        self.mass += 24;
        if self.files.contains_key(&PathBuf::from("dir/sub/b")) && self.chance(30) {
            return "./dir/sub".to_owned();
        }
        "./dir".to_owned()
    }

    /// A program in a file of its own that sees only these variables.
    fn program_beside(&mut self, wanted: &Type, variables: Vec<Variable>) -> Option<Expr> {
        if self.in_file || self.files.len() > 4 {
            return None;
        }
        let outer = std::mem::take(&mut self.scope);
        let loops = std::mem::replace(&mut self.loops, 0);
        self.in_file = true;
        self.scope.push(variables);
        let root = self.expr(wanted);
        self.in_file = false;
        self.scope = outer;
        self.loops = loops;
        let style = if self.chance(50) {
            self.swarm.style
        } else {
            Style::default()
        };
        let text = print::print(&root, style, self.choices);
        let number = self.files.len();
        let (name, path) = if self.chance(20) && self.on(Feature::File) {
            (format!("p{number}/default.nix"), format!("./p{number}"))
        } else {
            (format!("p{number}.nix"), format!("./p{number}.nix"))
        };
        // Relative paths in it start where it is: only beside the program are they the same.
        let path = if name.contains('/') && text.contains("./") {
            let name = format!("p{number}.nix");
            self.file(&name, &raw::bytes(&text))
        } else {
            self.file(&name, &raw::bytes(&text));
            path
        };
        Some(Expr::Path(vec![Part::Text(path)]))
    }
}
