//! Reading derivations, as each release reads them: also those that somebody wrote by hand, and what is none.

use super::{Derivation, Output, Wanted};
use crate::builtins::derivation::hash_error;
use crate::derivation::store_path::{Method, StoreDir, output_path_name};
use crate::dialect::Behaviour;
use crate::errors::{Error, Result};
use crate::formats::hash::{Algorithm, ParseOptions, parse_algorithm, parse_any, parse_unprefixed};
use crate::formats::json::{Json, normal};

/// How deep the outputs of outputs may nest.
const MAX_DYNAMIC: usize = 64;

/// What has to be known to read a derivation as a release does.
#[derive(Clone, Copy)]
pub struct Reading<'r> {
    /// The name of the derivation.
    pub name: &'r [u8],
    /// Fails unless a feature is enabled, of which it is said what needs it.
    pub require: &'r dyn Fn(&str, &str) -> Result<()>,
    /// Whether the hash BLAKE3 may be used.
    pub blake3: bool,
}

/// Why a text is no derivation.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ParseError(String);

/// Why a text is no derivation to a release.
#[derive(Debug)]
pub enum Unread {
    /// It has not the form of one.
    Malformed(String),
    /// Something in it is not what it has to be.
    Wrong(Error),
}

impl From<Error> for Unread {
    fn from(error: Error) -> Self {
        Unread::Wrong(error)
    }
}

type Parsed<T> = std::result::Result<T, Unread>;

struct Parser<'t> {
    store: StoreDir<'t>,
    /// Nothing where whatever has the form of a derivation is one.
    reading: Option<Reading<'t>>,
    text: &'t [u8],
    at: usize,
    /// Whether the outputs of outputs may be wanted.
    dynamic: bool,
}

/// Reads the text form of a derivation, whatever the paths in it are.
///
/// # Errors
/// If it is none.
pub fn parse(store: StoreDir<'_>, text: &[u8]) -> std::result::Result<Derivation, ParseError> {
    read(store, None, text).map_err(|why| match why {
        Unread::Malformed(message) => ParseError(message),
        Unread::Wrong(error) => ParseError(error.to_string()),
    })
}

/// Reads the text form of a derivation as the release does.
///
/// # Errors
/// If it is none, or none that the release knows.
pub fn parse_strictly(
    store: StoreDir<'_>,
    reading: Reading<'_>,
    text: &[u8],
) -> Parsed<Derivation> {
    read(store, Some(reading), text)
}

fn read<'t>(
    store: StoreDir<'t>,
    reading: Option<Reading<'t>>,
    text: &'t [u8],
) -> Parsed<Derivation> {
    let mut parser = Parser {
        store,
        reading,
        text,
        at: 0,
        dynamic: false,
    };
    let mut derivation = Derivation::default();
    parser.start()?;
    let mut outputs = Vec::new();
    parser.items(|parser| {
        parser.expect("(")?;
        let name = parser.string()?;
        let mut fields = [Vec::new(), Vec::new(), Vec::new()];
        for (number, field) in fields.iter_mut().enumerate() {
            parser.expect(",")?;
            *field = if number == 0 && !parser.is_typed() {
                parser.path()?
            } else {
                parser.string()?
            };
        }
        parser.expect(")")?;
        if parser.is_typed() {
            let output = parser.output(&name, fields)?;
            derivation.outputs.entry(name).or_insert(output);
        } else {
            outputs.push((name, fields));
        }
        Ok(())
    })?;
    parser.expect(",[")?;
    parser.items(|parser| {
        parser.expect("(")?;
        let path = parser.path()?;
        let wanted = if parser.is_versioned() {
            parser.expect(",")?;
            parser.wanted(0)?
        } else {
            parser.expect(",[")?;
            parser.outputs_wanted()?
        };
        if parser.is_typed() {
            parser.object(&path)?;
        }
        parser.expect(")")?;
        derivation.input_derivations.insert(path, wanted);
        Ok(())
    })?;
    parser.expect_list()?;
    parser.items(|parser| {
        let path = parser.path()?;
        derivation.input_sources.insert(path);
        Ok(())
    })?;
    if parser.is_typed() {
        for path in &derivation.input_sources {
            parser.object(path)?;
        }
    }
    parser.expect(",")?;
    derivation.system = parser.string()?;
    parser.expect(",")?;
    derivation.builder = parser.string()?;
    parser.expect(",[")?;
    parser.items(|parser| {
        let argument = parser.string()?;
        derivation.arguments.push(argument);
        Ok(())
    })?;
    parser.expect(",[")?;
    parser.items(|parser| {
        parser.expect("(")?;
        let name = parser.string()?;
        parser.expect(",")?;
        let value = parser.string()?;
        parser.expect(")")?;
        derivation.environment.insert(name, value);
        Ok(())
    })?;
    parser.expect(")")?;
    let alone = outputs.len() == 1;
    for (name, fields) in outputs {
        let output = parser.output_of_no_kind(&name, fields, alone)?;
        derivation.outputs.insert(name, output);
    }
    if parser.reading.is_some()
        && parser.has(Behaviour::JsonAttributeIsParsed)
        && let Some(json) = derivation.environment.get_mut(b"__json".as_slice())
    {
        *json = normal_json(json)?;
    }
    Ok(derivation)
}

impl Parser<'_> {
    fn has(&self, behaviour: Behaviour) -> bool {
        self.store.dialect.has(behaviour)
    }

    /// Whether outputs are of different kinds, and paths have to be those of store objects.
    fn is_typed(&self) -> bool {
        self.has(Behaviour::OutputsHaveKinds)
    }

    fn is_versioned(&self) -> bool {
        self.reading.is_none() || self.has(Behaviour::DerivationsHaveVersions)
    }

    fn options(&self) -> ParseOptions {
        ParseOptions {
            release: self.store.dialect,
            blake3: self.reading.is_none_or(|reading| reading.blake3),
        }
    }

    fn require(&self, feature: &str, reason: &str) -> Result<()> {
        (self.reading).map_or(Ok(()), |reading| (reading.require)(feature, reason))
    }

    /// Reads up to the list of outputs.
    fn start(&mut self) -> Parsed<()> {
        if !self.is_versioned() {
            return self.expect("Derive([");
        }
        if self.text.is_empty() && self.has(Behaviour::OutputsAreCheckedFirst) {
            return malformed("file is empty (possible filesystem corruption)");
        }
        self.expect("D")?;
        match self.text.get(self.at) {
            Some(b'e') => self.expect("erive(")?,
            Some(b'r') => {
                self.expect("rvWithVersion(")?;
                let version = self.string()?;
                if version != b"xp-dyn-drv" {
                    let version = String::from_utf8_lossy(&version);
                    return malformed(format!(
                        "Unknown derivation ATerm format version '{version}'"
                    ));
                }
                let name = self.reading.map_or(&b""[..], |reading| reading.name);
                let name = String::from_utf8_lossy(name);
                let reason = format!("derivation '{name}', ATerm format version 'xp-dyn-drv'");
                self.require("dynamic-derivations", &reason)?;
                self.dynamic = true;
                self.expect(",")?;
            }
            _ => {
                let what = "derivation does not start with 'Derive' or 'DrvWithVersion'";
                return Err(Error::value(what).into());
            }
        }
        self.expect("[")
    }

    fn eat(&mut self, wanted: &str) -> bool {
        let found = self.text[self.at..].starts_with(wanted.as_bytes());
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn expect(&mut self, wanted: &str) -> Parsed<()> {
        if self.eat(wanted) {
            return Ok(());
        }
        malformed(format!("expected string '{wanted}'"))
    }

    /// Reads what a list that is not the first thing begins with.
    fn expect_list(&mut self) -> Parsed<()> {
        if self.is_versioned() {
            self.expect(",")?;
            return self.expect("[");
        }
        self.expect(",[")
    }

    /// Reads what is in a list, whose items nothing has to be between.
    fn items(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        loop {
            if !self.eat(",") && self.eat("]") {
                return Ok(());
            }
            item(self)?;
        }
    }

    fn string(&mut self) -> Parsed<Vec<u8>> {
        self.expect("\"")?;
        let mut out = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(stop) = memchr::memchr2(b'"', b'\\', rest) else {
                return malformed("unterminated string in derivation");
            };
            out.extend_from_slice(&rest[..stop]);
            self.at += stop + 1;
            if rest[stop] == b'"' {
                return Ok(out);
            }
            let Some(&escape) = rest.get(stop + 1) else {
                return malformed("unterminated string in derivation");
            };
            self.at += 1;
            out.push(match escape {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                other => other,
            });
        }
    }

    fn path(&mut self) -> Parsed<Vec<u8>> {
        let path = self.string()?;
        self.absolute(&path)?;
        Ok(path)
    }

    fn absolute(&self, path: &[u8]) -> Parsed<()> {
        if self.reading.is_none() || path.first() == Some(&b'/') {
            return Ok(());
        }
        let path = String::from_utf8_lossy(path);
        malformed(format!("bad path '{path}' in derivation"))
    }

    /// Fails unless this is the path of a store object.
    fn object(&self, path: &[u8]) -> Parsed<()> {
        if self.reading.is_some() {
            self.store.check_object(path)?;
        }
        Ok(())
    }

    fn outputs_wanted(&mut self) -> Parsed<Wanted> {
        let mut wanted = Wanted::default();
        self.items(|parser| {
            let name = parser.string()?;
            wanted.outputs.insert(name);
            Ok(())
        })?;
        Ok(wanted)
    }

    fn wanted(&mut self, depth: usize) -> Parsed<Wanted> {
        if !self.dynamic {
            self.expect("[")?;
            return self.outputs_wanted();
        }
        if self.eat("[") {
            return self.outputs_wanted();
        }
        if !self.eat("(") {
            return malformed("invalid inputDrvs entry in derivation");
        }
        if depth >= MAX_DYNAMIC {
            return malformed("outputs of outputs nest too deep");
        }
        self.expect("[")?;
        let mut wanted = self.outputs_wanted()?;
        self.expect(",[")?;
        self.items(|parser| {
            parser.expect("(")?;
            let name = parser.string()?;
            parser.expect(",")?;
            let inner = parser.wanted(depth + 1)?;
            parser.expect(")")?;
            wanted.dynamic.insert(name, inner);
            Ok(())
        })?;
        self.expect(")")?;
        Ok(wanted)
    }

    fn output(&self, output: &[u8], fields: [Vec<u8>; 3]) -> Parsed<Output> {
        let [path, algorithm, hash] = fields;
        if algorithm.is_empty() {
            if path.is_empty() {
                return Ok(Output::Deferred);
            }
            self.absolute(&path)?;
            self.object(&path)?;
            return Ok(Output::InputAddressed(path));
        }
        let (method, algorithm) = self.method(&algorithm)?;
        let unknown = |of: &str, kind| {
            if path.is_empty() {
                return Ok(kind);
            }
            malformed(format!(
                "{of} derivation output should not specify output path"
            ))
        };
        match hash.as_slice() {
            b"impure" => {
                self.require("impure-derivations", "")?;
                unknown("impure", Output::Impure { method, algorithm })
            }
            b"" => {
                self.require("ca-derivations", "")?;
                unknown("content-addressing", Output::Floating { method, algorithm })
            }
            text => {
                self.absolute(&path)?;
                let hash = parse_unprefixed(self.options(), text, algorithm).map_err(hash_error)?;
                // The path that is written there is not looked at.
                let follows = self.reading.and_then(|reading| {
                    let name = output_path_name(reading.name, output);
                    self.store.fixed_output(method, &hash, &name).ok()
                });
                let path = follows.unwrap_or(path);
                Ok(Output::Fixed { method, hash, path })
            }
        }
    }

    /// An output where the release tells no kinds: where whatever has the form is a derivation it has the kind that it has
    /// in other releases, if it can be read so.
    fn output_of_no_kind(
        &self,
        output: &[u8],
        fields: [Vec<u8>; 3],
        alone: bool,
    ) -> Parsed<Output> {
        if self.reading.is_none() {
            let is_nowhere = fields[0].is_empty();
            let known = self.output(output, fields.clone());
            if known.is_ok() || is_nowhere {
                return known;
            }
        }
        self.untyped_output(output, fields, alone)
    }

    /// An output where there is one kind: `out` alone may have a hash, which nobody reads in others.
    fn untyped_output(&self, output: &[u8], fields: [Vec<u8>; 3], alone: bool) -> Parsed<Output> {
        let [path, algorithm, hash] = fields;
        if hash.is_empty() {
            return Ok(Output::InputAddressed(path));
        }
        let is_fixed = alone && output == b"out";
        let read = self.method(&algorithm).and_then(|(method, algorithm)| {
            let hash = parse_any(self.options(), &hash, Some(algorithm)).map_err(hash_error)?;
            Ok((method, hash))
        });
        match read {
            Ok((method, hash)) => Ok(Output::Fixed { method, hash, path }),
            Err(error) if is_fixed => Err(error),
            Err(_) => Ok(Output::InputAddressed(path)),
        }
    }

    fn method(&self, described: &[u8]) -> Parsed<(Method, Algorithm)> {
        let known: &[Method] = if self.is_versioned() {
            &[Method::Nar, Method::Text, Method::Git]
        } else {
            &[Method::Nar]
        };
        let prefixed = known.iter().find_map(|&method| {
            let name = described.strip_prefix(method.prefix().as_bytes())?;
            Some((method, name))
        });
        let (method, name) = prefixed.unwrap_or((Method::Flat, described));
        match method {
            Method::Text => {
                self.require("dynamic-derivations", "text-hashed derivation output")?;
            }
            Method::Git => self.require("git-hashing", "")?,
            Method::Flat | Method::Nar => {}
        }
        let algorithm = parse_algorithm(self.options(), name).map_err(hash_error)?;
        Ok((method, algorithm))
    }
}

fn malformed<T>(message: impl Into<String>) -> Parsed<T> {
    Err(Unread::Malformed(message.into()))
}

/// `__json` as nlohmann's library writes what it read.
///
/// # Errors
/// If it is no object.
pub fn normal_json(text: &[u8]) -> Result<Vec<u8>> {
    let failed = |message: &[u8]| {
        Error::value([b"cannot process __json attribute: ".as_slice(), message].concat())
    };
    let json = Json::parse_whole(text).map_err(|error| failed(&error.message))?;
    if !matches!(json, Json::Object(_)) {
        let message = format!(
            "[json.exception.type_error.302] type must be object, but is {}",
            normal::type_name(&json)
        );
        return Err(failed(message.as_bytes()));
    }
    normal::text(&json).map_err(|error| failed(error.message().as_bytes()))
}
