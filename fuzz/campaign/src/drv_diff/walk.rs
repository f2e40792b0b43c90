//! Walks the inputs of two derivations side by side, each pair once, inputs before what needs them.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    rc::Rc,
};

use anyhow::Result;
use serde::Serialize;
use twinix_oracle::outcome::text_of_bytes;

use super::{
    fields::{Compared, Detail, FieldDiff, Renamed, compare, unexplained},
    pairs::{Pairs, pair, short_name},
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
    inputs: Pairs,
    next: usize,
}

struct Walk<'s> {
    sides: (&'s Side, &'s Side),
    frames: Vec<Frame>,
    /// The pairs that a pair needs.
    needs: HashMap<Pair, Vec<Pair>>,
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
        needs: HashMap::new(),
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
        if let Some(pair) = frame.inputs.both.get(frame.next) {
            let pair = pair.clone();
            frame.next += 1;
            walk.enter(pair)?;
        } else if let Some(frame) = walk.frames.pop() {
            walk.leave(&frame)?;
        }
    }
    walk.note_ways((from.to_vec(), to.to_vec()));
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
        let inputs = pair(self.sides.0.inputs(&a)?, self.sides.1.inputs(&b)?);
        self.needs.insert(paths.clone(), inputs.both.clone());
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
        let differs = |pair: &Pair| self.differ.get(pair).copied().unwrap_or(false);
        let through_inputs = frame.inputs.both.iter().any(differs);
        let same_path = frame.paths.0 == frame.paths.1;
        if same_path && frame.a.text == frame.b.text {
            if through_inputs {
                self.found.through_inputs += 1;
                self.differ.insert(frame.paths.clone(), true);
            }
            return Ok(());
        }
        let mut renamed = Renamed::default();
        for (path_a, path_b) in &frame.inputs.both {
            renamed.add(path_a, path_b);
            let (a, b) = (self.sides.0.read(path_a)?, self.sides.1.read(path_b)?);
            if let (Some(a), Some(b)) = (a, b) {
                renamed.add_outputs(&a.derivation, &b.derivation);
            }
        }
        let compared = Compared {
            a: (&frame.paths.0, &frame.a),
            b: (&frame.paths.1, &frame.b),
            inputs: &frame.inputs,
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
        self.found.differences.push(Differing {
            a: text_of_bytes(&paths.0),
            b: text_of_bytes(&paths.1),
            via: Vec::new(),
            fields,
        });
    }

    /// Notes the shortest way to each difference.
    fn note_ways(&mut self, start: Pair) {
        let mut before: HashMap<Pair, Pair> = HashMap::new();
        let mut queue = VecDeque::from([start.clone()]);
        while let Some(here) = queue.pop_front() {
            for next in self.needs.get(&here).into_iter().flatten() {
                if *next != start && !before.contains_key(next) {
                    before.insert(next.clone(), here.clone());
                    queue.push_back(next.clone());
                }
            }
        }
        for one in &mut self.found.differences {
            let key = |path: &str| path.as_bytes().to_vec();
            let mut here = (key(&one.a), key(&one.b));
            while let Some(next) = before.get(&here) {
                one.via.push(text_of_bytes(short_name(&next.0)));
                here.clone_from(next);
            }
            one.via.reverse();
        }
    }
}
