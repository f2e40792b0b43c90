//! Walks the inputs of two derivations side by side, each pair once, inputs before what needs them.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use anyhow::Result;
use serde::Serialize;
use twinix_evaluator::derivation::store_path::name_of;
use twinix_oracle::outcome::text_of_bytes;

use super::{
    fields::{Compared, Detail, FieldDiff, Renamed, compare, unexplained},
    pairs::pair,
    side::{Read, Side},
};

/// What a walk found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Whether there is no difference at all.
    pub equal: bool,
    /// The paths that were compared.
    pub a: String,
    /// See there.
    pub b: String,
    /// How many pairs of derivations were looked at.
    pub compared: usize,
    /// How many of them differ only because their inputs do.
    pub through_inputs: usize,
    /// Those that differ in themselves, inputs first.
    pub differences: Vec<Differing>,
}

/// Two derivations that differ in themselves.
#[derive(Debug, Serialize)]
pub struct Differing {
    /// The path of the first.
    pub a: String,
    /// The path of the second.
    pub b: String,
    /// The names of the derivations that lead here, from the one that was asked about.
    pub via: Vec<String>,
    /// In what they differ.
    pub fields: Vec<FieldDiff>,
}

type Pair = (Vec<u8>, Vec<u8>);

/// A pair whose inputs are being looked at.
struct Frame {
    paths: Pair,
    a: Rc<Read>,
    b: Rc<Read>,
    inputs: Vec<Pair>,
    next: usize,
}

struct Walk<'s> {
    sides: (&'s Side, &'s Side),
    frames: Vec<Frame>,
    seen: HashSet<Pair>,
    /// Which pairs that were seen differ.
    differ: HashMap<Pair, bool>,
    found: Found,
}

/// Compares two derivations with all their inputs.
///
/// # Errors
/// When a file cannot be read.
pub fn walk(a: &Side, b: &Side, from: &[u8], to: &[u8]) -> Result<Found> {
    let mut walk = Walk {
        sides: (a, b),
        frames: Vec::new(),
        seen: HashSet::new(),
        differ: HashMap::new(),
        found: Found {
            equal: true,
            a: text_of_bytes(from),
            b: text_of_bytes(to),
            compared: 0,
            through_inputs: 0,
            differences: Vec::new(),
        },
    };
    walk.enter((from.to_vec(), to.to_vec()))?;
    while let Some(frame) = walk.frames.last_mut() {
        if let Some(pair) = frame.inputs.get(frame.next) {
            let pair = pair.clone();
            frame.next += 1;
            walk.enter(pair)?;
        } else if let Some(frame) = walk.frames.pop() {
            walk.leave(&frame)?;
        }
    }
    let found = walk.found;
    Ok(Found {
        equal: found.differences.is_empty() && found.through_inputs == 0,
        ..found
    })
}

impl Walk<'_> {
    fn enter(&mut self, paths: Pair) -> Result<()> {
        let is_itself = paths.0 == paths.1 && self.sides.0.is_same(self.sides.1);
        if is_itself || !self.seen.insert(paths.clone()) {
            return Ok(());
        }
        self.found.compared += 1;
        let (a, b) = (self.sides.0.read(&paths.0)?, self.sides.1.read(&paths.1)?);
        let (a, b) = match (a, b) {
            (Some(a), Some(b)) => (a, b),
            // A store without its inputs is fine as long as they are the same.
            (None, None) if paths.0 == paths.1 => return Ok(()),
            (a, b) => {
                let there =
                    |is: bool| Some(if is { "there" } else { "not in the store" }.to_owned());
                let detail = Detail::Text {
                    a: there(a.is_some()),
                    b: there(b.is_some()),
                };
                let field = "drvPath".to_owned();
                self.differs(&paths, vec![FieldDiff { field, detail }]);
                return Ok(());
            }
        };
        let inputs = {
            let keys = |read: &Rc<Read>| -> Vec<Vec<u8>> {
                read.derivation.input_derivations.keys().cloned().collect()
            };
            let (a, b) = (keys(&a), keys(&b));
            let pairs = pair(a.iter().map(Vec::as_slice), b.iter().map(Vec::as_slice));
            (pairs.both.iter())
                .map(|&(a, b)| (a.to_vec(), b.to_vec()))
                .collect()
        };
        self.frames.push(Frame {
            paths,
            a,
            b,
            inputs,
            next: 0,
        });
        Ok(())
    }

    fn leave(&mut self, frame: &Frame) -> Result<()> {
        let (a, b) = (&frame.a.derivation, &frame.b.derivation);
        let differs = |pair: &Pair| self.differ.get(pair).copied().unwrap_or(false);
        let through_inputs = frame.inputs.iter().any(differs);
        let same_path = frame.paths.0 == frame.paths.1;
        if same_path && frame.a.text == frame.b.text {
            if through_inputs {
                self.found.through_inputs += 1;
                self.differ.insert(frame.paths.clone(), true);
            }
            return Ok(());
        }
        let mut renamed = Renamed::default();
        for (path_a, path_b) in &frame.inputs {
            renamed.add(path_a, path_b);
            let (a, b) = (self.sides.0.read(path_a)?, self.sides.1.read(path_b)?);
            if let (Some(a), Some(b)) = (a, b) {
                renamed.add_outputs(&a.derivation, &b.derivation);
            }
        }
        let compared = Compared {
            a: (&frame.paths.0, a),
            b: (&frame.paths.1, b),
            inputs: pair(
                a.input_derivations.keys().map(Vec::as_slice),
                b.input_derivations.keys().map(Vec::as_slice),
            ),
        };
        let mut fields = compare(&compared, renamed, self.sides);
        if fields.is_empty() && !through_inputs {
            fields = unexplained(&compared);
        }
        if fields.is_empty() {
            self.found.through_inputs += 1;
            self.differ.insert(frame.paths.clone(), true);
        } else {
            self.differs(&frame.paths, fields);
        }
        Ok(())
    }

    fn differs(&mut self, paths: &Pair, fields: Vec<FieldDiff>) {
        self.differ.insert(paths.clone(), true);
        let name = |path: &[u8]| text_of_bytes(name_of(path));
        self.found.differences.push(Differing {
            a: text_of_bytes(&paths.0),
            b: text_of_bytes(&paths.1),
            via: (self.frames.iter())
                .map(|frame| name(&frame.paths.0))
                .collect(),
            fields,
        });
    }
}
