//! Reading `flake.nix` without evaluating it: what is said of inputs must be
//! literal (`readFlake`, `parseFlakeInputs` in `flake.cc`).

use super::lockfile::{InputPath, parse_input_path};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::fetch::attrs::{Attr, Attributes};
use crate::fetch::{FlakeRef, Reading, Rulebook};
use crate::load::{parse_file, resolve_program};
use crate::positions::Pos;
use crate::state::State;
use crate::symbols::Symbol;
use crate::syntax::ast::{AttrSet, DefKind, Expr, ExprRef, Lambda, Lazy};
use bstr::{BString, ByteSlice};
use std::collections::BTreeMap;

/// How deep variables may stand for each other.
const MAX_VARIABLES: usize = 64;

/// An input as a flake asks for it.
#[derive(Clone, Debug, Default)]
pub struct FlakeInput {
    /// What to fetch; none: what the registry has under the input's name.
    pub reference: Option<FlakeRef>,
    /// Whether it is a flake, not just any tree.
    pub is_flake: bool,
    /// The input that it is to be the same as.
    pub follows: Option<InputPath>,
    /// What its own inputs are to be.
    pub overrides: BTreeMap<BString, FlakeInput>,
}

/// What a `flake.nix` says.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The inputs.
    pub inputs: BTreeMap<BString, FlakeInput>,
    /// How it itself wants to be fetched.
    pub own: Attributes,
}

/// What an expression is without evaluating it.
enum Literal<'h> {
    String(&'h [u8]),
    Path(&'h [u8]),
    Int(i64),
    Bool(bool),
    Set(&'h AttrSet<'h>),
    Function(&'h Lambda<'h>),
    List(&'h [Lazy<'h>]),
    Float,
    Null,
    Thunk,
}

impl Literal<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Literal::String(_) => "a string",
            Literal::Path(_) => "a path",
            Literal::Int(_) => "an integer",
            Literal::Bool(_) => "a Boolean",
            Literal::Set(_) => "a set",
            Literal::Function(_) => "a function",
            Literal::List(_) => "a list",
            Literal::Float => "a float",
            Literal::Null => "null",
            Literal::Thunk => "a thunk",
        }
    }
}

/// Reads flakes.
pub struct Reader<'s, 'h> {
    /// The evaluation.
    pub state: &'s State<'h>,
    /// The rules of references.
    pub book: &'s Rulebook,
    /// What is put before the paths of `follows`.
    pub prefix: &'s [BString],
    /// The directory of the flake.
    pub directory: &'s [u8],
    /// What messages call the flake.
    pub shown: String,
}

/// The sets whose attributes a variable may mean, innermost last.
type Scopes<'h> = Vec<&'h AttrSet<'h>>;

impl<'h> Reader<'_, 'h> {
    /// Reads `flake.nix`.
    ///
    /// # Errors
    /// If it is missing, no program, or not as a flake must be.
    pub fn read(&self) -> Result<Source> {
        let file = crate::paths::canonical(&[self.directory, b"/flake.nix"].concat());
        self.check_there(&file)?;
        let program = parse_file(self.state, &file)?;
        // A name that nothing defines is a problem of the file, even if what it says is never evaluated.
        resolve_program(self.state, program)?;
        let Expr::Attrs(set) = *program else {
            return Err(Error::value(format!(
                "file '{}' must be an attribute set",
                file.as_bstr()
            )));
        };
        let mut source = Source::default();
        let scopes = enter(&Vec::new(), set);
        let find = |name: &str| {
            let symbol = self.state.symbols.find(name.as_bytes())?;
            set.defs.iter().find(|def| def.name == symbol)
        };
        if let Some(def) = find("description") {
            let literal = self.definition(set, def.name, &scopes);
            self.expect(&literal, "a string", def.pos)?;
        }
        if let Some(def) = find("inputs") {
            let literal = self.definition(set, def.name, &scopes);
            let may_configure = self.state.has(Behaviour::FlakesConfigureThemselves);
            self.inputs(
                &literal,
                def.pos,
                &scopes,
                may_configure.then_some(&mut source.own),
            )?
            .into_iter()
            .for_each(|(name, input)| {
                source.inputs.insert(name, input);
            });
        }
        let Some(def) = find("outputs") else {
            return Err(Error::value(format!(
                "flake '{}' lacks attribute 'outputs'",
                self.shown
            )));
        };
        let literal = self.definition(set, def.name, &scopes);
        let Literal::Function(function) = literal else {
            return Err(self.unexpected("a function", &literal, def.pos));
        };
        for formal in function.formals.iter().flat_map(|formals| formals.list) {
            let name = self.state.symbols.name(formal.name);
            if &*name == b"self" {
                continue;
            }
            let reading = Reading {
                base: None,
                flake: true,
                relative: false,
            };
            let reference = FlakeRef::parse(self.book, &name, reading)?;
            source
                .inputs
                .entry((&*name).into())
                .or_insert_with(|| FlakeInput {
                    reference: Some(reference),
                    is_flake: true,
                    ..FlakeInput::default()
                });
        }
        if let Some(def) = find("nixConfig") {
            let literal = self.definition(set, def.name, &scopes);
            self.configuration(&literal, def.pos, &scopes)?;
        }
        for def in in_order(set) {
            let name = self.state.symbols.text(def.name);
            if !["description", "inputs", "outputs", "nixConfig"].contains(&name.as_str()) {
                return Err(Error::value(format!(
                    "flake '{}' has an unsupported attribute '{name}', at {}",
                    self.shown,
                    self.state.describe_pos(def.pos)
                )));
            }
        }
        Ok(source)
    }

    /// 2.8 looks for a link first, and so never comes to its words for a flake that is not there.
    fn check_there(&self, file: &[u8]) -> Result<()> {
        if self.state.has(Behaviour::UrlPathsAreDecoded) {
            return Ok(());
        }
        self.state.io.kind(file).map(drop).map_err(|error| {
            let (file, why) = (String::from_utf8_lossy(file), error.describe());
            Error::new(ErrorKind::Io, format!("getting status of '{file}': {why}"))
        })
    }

    fn unexpected(&self, wanted: &str, found: &Literal<'_>, pos: Pos) -> Error {
        Error::value(format!(
            "expected {wanted} but got {} at {}",
            found.kind(),
            self.state.describe_pos(pos)
        ))
    }

    fn expect(&self, found: &Literal<'_>, wanted: &str, pos: Pos) -> Result<()> {
        if found.kind() == wanted {
            Ok(())
        } else {
            Err(self.unexpected(wanted, found, pos))
        }
    }

    /// What an attribute is defined as.
    fn definition(&self, set: &'h AttrSet<'h>, name: Symbol, scopes: &Scopes<'h>) -> Literal<'h> {
        match set.defs.iter().find(|def| def.name == name) {
            Some(def) if def.kind == DefKind::Plain => self.literal(def.value.expr, scopes, 0),
            // It means what is outside of its own set.
            Some(def) if def.kind == DefKind::Inherited => {
                let outer = &scopes[..scopes.len() - usize::from(set.recursive.get())];
                self.literal(def.value.expr, &outer.to_vec(), 0)
            }
            _ => Literal::Thunk,
        }
    }

    fn literal(&self, expr: ExprRef<'h>, scopes: &Scopes<'h>, depth: usize) -> Literal<'h> {
        match *expr {
            Expr::String(text) => Literal::String(text),
            Expr::Path(path) => Literal::Path(path),
            Expr::Int(n) => Literal::Int(n),
            Expr::Float(_) => Literal::Float,
            Expr::List(items) => Literal::List(items),
            Expr::Lambda(function) => Literal::Function(function),
            Expr::Attrs(set) if set.dynamic.iter().next().is_none() => Literal::Set(set),
            Expr::Var(var) if depth < MAX_VARIABLES => {
                let found = scopes.iter().enumerate().rev().find_map(|(level, set)| {
                    let def = set.defs.iter().find(|def| def.name == var.name)?;
                    Some((level, def))
                });
                match found {
                    Some((level, def)) if def.kind == DefKind::Plain => {
                        let scopes = scopes[..=level].to_vec();
                        match self.literal(def.value.expr, &scopes, depth + 1) {
                            // What only forcing would turn into a value stays a
                            // thunk behind a variable.
                            Literal::Set(_) | Literal::List(_) | Literal::Function(_) => {
                                Literal::Thunk
                            }
                            literal => literal,
                        }
                    }
                    Some(_) => Literal::Thunk,
                    None => match self.state.symbols.text(var.name).as_str() {
                        "true" => Literal::Bool(true),
                        "false" => Literal::Bool(false),
                        "null" => Literal::Null,
                        _ => Literal::Thunk,
                    },
                }
            }
            _ => Literal::Thunk,
        }
    }

    fn inputs(
        &self,
        literal: &Literal<'h>,
        pos: Pos,
        scopes: &Scopes<'h>,
        mut own: Option<&mut Attributes>,
    ) -> Result<BTreeMap<BString, FlakeInput>> {
        let Literal::Set(set) = *literal else {
            return Err(self.unexpected("a set", literal, pos));
        };
        let scopes = enter(scopes, set);
        let mut inputs = BTreeMap::new();
        for def in in_order(set) {
            let name = self.state.symbols.name(def.name);
            let literal = self.definition(set, def.name, &scopes);
            if &*name == b"self" && self.state.has(Behaviour::FlakesConfigureThemselves) {
                let Some(own) = own.as_deref_mut() else {
                    return Err(Error::value(format!(
                        "'self' input attribute not allowed at {}",
                        self.state.describe_pos(def.pos)
                    )));
                };
                let Literal::Set(set) = literal else {
                    return Err(self.unexpected("a set", &literal, def.pos));
                };
                let scopes = enter(&scopes, set);
                for def in in_order(set) {
                    let literal = self.definition(set, def.name, &scopes);
                    self.attribute(def.name, &literal, own)?;
                }
                continue;
            }
            let input = self.input(&literal, def.pos, &scopes, &name)?;
            inputs.insert((&*name).into(), input);
        }
        Ok(inputs)
    }

    fn attribute(&self, name: Symbol, literal: &Literal<'_>, to: &mut Attributes) -> Result<()> {
        let name = self.state.symbols.name(name);
        let shown = String::from_utf8_lossy(&name);
        let value = match *literal {
            Literal::String(text) => Attr::Text(text.into()),
            Literal::Bool(flag) => Attr::Bool(flag),
            Literal::Int(n) => Attr::Number(n as u64),
            _ => {
                // It is not evaluated, which only shows where something has to be made.
                let kind = match literal {
                    Literal::List([]) if self.state.has(Behaviour::EmptyListIsValue) => "a list",
                    Literal::Set(_) | Literal::List(_) | Literal::Function(_) => "a thunk",
                    other => other.kind(),
                };
                return Err(Error::value(format!(
                    "flake input attribute '{shown}' is {kind} while a string, Boolean, or integer is expected"
                )));
            }
        };
        to.add(&*name, value);
        Ok(())
    }

    fn input(
        &self,
        literal: &Literal<'h>,
        pos: Pos,
        scopes: &Scopes<'h>,
        input_name: &[u8],
    ) -> Result<FlakeInput> {
        let Literal::Set(set) = *literal else {
            return Err(self.unexpected("a set", literal, pos));
        };
        let scopes = enter(scopes, set);
        let mut input = FlakeInput {
            is_flake: true,
            ..FlakeInput::default()
        };
        let mut attributes = Attributes::new();
        let mut url: Option<BString> = None;
        for def in in_order(set) {
            let name = self.state.symbols.text(def.name);
            let literal = self.definition(set, def.name, &scopes);
            let mut read = || -> Result<()> {
                match name.as_str() {
                    "url" => {
                        let text = self.url(&literal, def.pos)?;
                        attributes.add("url", Attr::Text(text.clone()));
                        url = Some(text);
                    }
                    "flake" => match literal {
                        Literal::Bool(flag) => input.is_flake = flag,
                        _ => return Err(self.unexpected("a Boolean", &literal, def.pos)),
                    },
                    "inputs" => {
                        input.overrides = self.inputs(&literal, def.pos, &scopes, None)?;
                    }
                    "follows" => {
                        let Literal::String(text) = literal else {
                            return Err(self.unexpected("a string", &literal, def.pos));
                        };
                        let mut path = self.prefix.to_vec();
                        path.extend(parse_input_path(self.book, text)?);
                        input.follows = Some(path);
                    }
                    _ => self.attribute(def.name, &literal, &mut attributes)?,
                }
                Ok(())
            };
            read().map_err(|error| {
                error.traced(
                    def.pos,
                    format!("while evaluating flake attribute '{name}'"),
                )
            })?;
        }
        if attributes.has("type") {
            let reference = FlakeRef::from_attributes(self.book, attributes);
            input.reference = Some(reference.map_err(|problem| {
                Error::from(problem).traced(pos, "while evaluating flake input")
            })?);
        } else {
            attributes.remove("url");
            if let Some((name, _)) = attributes.iter().next() {
                return Err(Error::value(format!(
                    "unexpected flake input attribute '{name}', at {}",
                    self.state.describe_pos(pos)
                )));
            }
            if let Some(url) = &url {
                let recent = self.book.is_recent();
                let reading = Reading {
                    base: (!recent).then_some(self.directory),
                    flake: input.is_flake,
                    relative: recent,
                };
                input.reference = Some(FlakeRef::parse(self.book, url, reading)?);
            }
        }
        let late = self.state.has(Behaviour::FlakesConfigureThemselves);
        if late && input.reference.is_some() && input.follows.is_some() {
            return Err(Error::value(format!(
                "flake input has both a flake reference and a follows attribute, at {}",
                self.state.describe_pos(pos)
            )));
        }
        if !late && input.follows.is_none() && input.reference.is_none() {
            input.reference = Some(named(self.book, input_name)?);
        }
        Ok(input)
    }

    fn url(&self, literal: &Literal<'_>, pos: Pos) -> Result<BString> {
        let recent = self.book.is_recent();
        match *literal {
            Literal::String(text) => Ok(text.into()),
            Literal::Path(path) if recent => {
                let here = crate::paths::canonical(self.directory);
                Ok([b"path:".as_slice(), &relative(&here, path)]
                    .concat()
                    .into())
            }
            _ if recent => Err(Error::value(format!(
                "expected a string or a path but got {} at {}",
                literal.kind(),
                self.state.describe_pos(pos)
            ))),
            _ => Err(self.unexpected("a string", literal, pos)),
        }
    }

    /// Settings are not applied, but what is no setting is refused.
    fn configuration(&self, literal: &Literal<'h>, pos: Pos, scopes: &Scopes<'h>) -> Result<()> {
        let Literal::Set(set) = *literal else {
            return Err(self.unexpected("a set", literal, pos));
        };
        let scopes = enter(scopes, set);
        for def in in_order(set) {
            let literal = self.definition(set, def.name, &scopes);
            if let Literal::List(items) = literal
                && !items
                    .iter()
                    .all(|item| matches!(item.expr, Expr::String(_)))
            {
                return Err(Error::type_error(format!(
                    "list element in flake configuration setting '{}' is a list while a string is expected",
                    self.state.symbols.text(def.name)
                )));
            }
            if matches!(
                literal,
                Literal::Set(_)
                    | Literal::Function(_)
                    | Literal::Float
                    | Literal::Null
                    | Literal::Thunk
            ) {
                return Err(Error::value(format!(
                    "flake configuration setting '{}' is {}",
                    self.state.symbols.text(def.name),
                    literal.kind()
                )));
            }
        }
        Ok(())
    }
}

/// The entry of the registry under a name.
///
/// # Errors
/// If it is no name.
pub fn named(book: &Rulebook, name: &[u8]) -> Result<FlakeRef> {
    let mut attributes = Attributes::new();
    attributes.set_text("type", "indirect");
    attributes.set_text("id", name);
    Ok(FlakeRef::from_attributes(book, attributes)?)
}

/// The scopes inside of a set.
fn enter<'h>(scopes: &Scopes<'h>, set: &'h AttrSet<'h>) -> Scopes<'h> {
    let mut scopes = scopes.clone();
    if set.recursive.get() {
        scopes.push(set);
    }
    scopes
}

/// The definitions in the order in which C++ Nix walks over a set.
fn in_order<'h>(set: &'h AttrSet<'h>) -> Vec<&'h crate::syntax::ast::AttrDef<'h>> {
    let mut defs: Vec<_> = set.defs.iter().collect();
    defs.sort_by_key(|def| def.name);
    defs
}

/// A path from a directory (`CanonPath::makeRelative`).
fn relative(from: &[u8], to: &[u8]) -> Vec<u8> {
    let names = |path: &'_ [u8]| -> Vec<Vec<u8>> {
        path.split_str("/")
            .filter(|name| !name.is_empty())
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (from, to) = (names(from), names(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut parts: Vec<Vec<u8>> = vec![b"..".to_vec(); from.len() - shared];
    parts.extend_from_slice(&to[shared..]);
    if parts.is_empty() {
        return b".".to_vec();
    }
    parts.join(b"/".as_slice())
}
