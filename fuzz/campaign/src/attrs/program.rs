//! The program that looks at a batch of attributes, and what it answers.

use std::path::{Path as FilePath, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use twinix_oracle::{Outcome, Program, outcome::Answer, program::Delivery};

/// The names that lead to an attribute.
pub type Path = Vec<String>;

/// The names in `a.b."c d"`.
pub fn path(text: &str) -> Path {
    let mut names = vec![String::new()];
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            '.' if !quoted => names.push(String::new()),
            character => {
                if let Some(last) = names.last_mut() {
                    last.push(character);
                }
            }
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// A path as the user writes it.
pub fn shown(path: &Path) -> String {
    if path.is_empty() {
        return "(the whole set)".to_owned();
    }
    let names: Vec<String> = path
        .iter()
        .map(|name| {
            if name.contains(['.', '"', ' ']) {
                format!("\"{name}\"")
            } else {
                name.clone()
            }
        })
        .collect();
    names.join(".")
}

/// The file that a package set comes from.
pub struct Root {
    file: PathBuf,
    literal: String,
}

impl Root {
    /// The set that a file (or a folder with a `default.nix`) gives, called without arguments where it
    /// is a function.
    ///
    /// # Errors
    /// If its path cannot be written in a Nix program.
    pub fn new(file: &FilePath) -> Result<Self> {
        let Some(text) = file.to_str() else {
            bail!("{}: the path is not UTF-8", file.display());
        };
        Ok(Self {
            file: file.to_owned(),
            literal: format!("(/. + {})", string(text)),
        })
    }

    /// The file.
    pub fn file(&self) -> &FilePath {
        &self.file
    }

    /// The program that looks at some attributes.
    pub fn program(&self, paths: &[Path]) -> Program {
        let mut list = String::new();
        for path in paths {
            list.push_str("  [");
            for name in path {
                list.push(' ');
                list.push_str(&string(name));
            }
            list.push_str(" ]\n");
        }
        let text = LOOK
            .replace("@FILE@", &self.literal)
            .replace("@PATHS@", &list);
        Program::text("attributes", text).delivered(Delivery::Expression)
    }
}

/// A string literal.
fn string(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace("${", "\\${");
    format!("\"{escaped}\"")
}

/// Says of each attribute what it is; of a derivation, which; of a set to go into, what is in it. What
/// `tryEval` catches is caught, all else fails the whole batch.
const LOOK: &str = r#"let
  given = import @FILE@;
  root = if builtins.isFunction given then given { } else given;
  select = path: builtins.foldl' (set: name: builtins.getAttr name set) root path;
  enters = path: set: path == [ ] || (set.recurseForDerivations or false);
  describe = path: value:
    if !builtins.isAttrs value then { kind = builtins.typeOf value; }
    else if value.type or "" == "derivation" then
      { kind = "derivation"; path = builtins.unsafeDiscardStringContext value.drvPath; }
    else if enters path value then { kind = "set"; children = builtins.attrNames value; }
    else { kind = "set"; };
  look = path:
    let seen = describe path (select path); in
    let tried = builtins.tryEval (builtins.deepSeq seen seen); in
    if tried.success then tried.value else { kind = "caught"; };
in map look [
@PATHS@]
"#;

/// What an attribute is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Seen {
    /// `derivation`, `set`, another type, `caught`, or, of what fails for good, `error` and its kind.
    pub kind: String,
    /// The names of the attributes to look at next.
    #[serde(default)]
    pub children: Vec<String>,
}

impl Seen {
    /// Enters it no further.
    pub fn end_at(&mut self, is_end: bool) {
        if is_end && !self.children.is_empty() {
            self.children.clear();
            self.kind.push_str(" (too deep to be entered)");
        }
    }

    /// What one attribute is that was looked at alone.
    pub fn alone(outcome: &Outcome) -> Self {
        let kind = match &outcome.answer {
            Answer::Value(text) => {
                if let Ok([seen]) = seen(text).map(<[Seen; 1]>::try_from).unwrap_or(Err(vec![])) {
                    return seen;
                }
                "value".to_owned()
            }
            Answer::Error(failure) => format!("error ({})", failure.kind),
            Answer::Resource(limit) => limit.to_string(),
            Answer::Crash(_) => "crash".to_owned(),
        };
        Self {
            kind,
            children: Vec::new(),
        }
    }
}

/// What the program answered.
///
/// # Errors
/// If that is not what such a program answers.
pub fn seen(json: &str) -> Result<Vec<Seen>> {
    serde_json::from_str(json).with_context(|| format!("unexpected answer: {json:.200}"))
}

#[cfg(test)]
mod tests {
    use super::{Root, path, seen, shown};

    #[test]
    fn paths_are_read_and_shown() {
        assert_eq!(path("a.\"b.c\".d"), ["a", "b.c", "d"]);
        assert_eq!(shown(&path("a.\"b.c\".d")), "a.\"b.c\".d");
        assert!(path("").is_empty());
    }

    #[test]
    fn names_are_quoted_in_the_program() {
        let root = Root::new("/x \"y\"".as_ref()).unwrap();
        let program = root.program(&[vec!["a${b}".to_owned()]]);
        let text = String::from_utf8(program.source().unwrap()).unwrap();
        assert!(text.contains(r#"import (/. + "/x \"y\"")"#), "{text}");
        assert!(text.contains(r#"[ "a\${b}" ]"#), "{text}");
    }

    #[test]
    fn answers_are_read() {
        let all = seen(r#"[{"kind":"derivation","path":"/x"},{"kind":"set","children":["a"]}]"#);
        let all = all.unwrap();
        assert_eq!(all[0].kind, "derivation");
        assert_eq!(all[1].children, ["a"]);
        assert!(seen("1").is_err());
    }
}
