//! Registries give names to flakes (`registry.cc`). The global one is in the network and is not read, so
//! only the names are known that the command line gives.

use crate::errors::{Error, ErrorKind, Result};
use crate::fetch::{Attr, FlakeRef, Input, Reading, Rulebook};
use crate::state::State;
use bstr::BString;

/// More steps than this, from entry to entry, are a circle.
const MOST_STEPS: usize = 100;

/// What a reference stands for.
pub struct Found {
    /// The input.
    pub input: Input,
    /// The directory of the flake in it, if the registry says so.
    pub directory: Option<BString>,
}

/// The input that an input stands for.
///
/// # Errors
/// If the registry does not know it, or leads in a circle.
pub fn look_up(state: &State<'_>, book: &Rulebook, wanted: &Input) -> Result<Found> {
    let mut found = Found {
        input: wanted.clone(),
        directory: None,
    };
    let entries = entries(state, book)?;
    let mut steps = 0;
    while let Some((from, to)) = entries
        .iter()
        .find(|(from, _)| covers(&from.input, &found.input))
    {
        steps += 1;
        if steps >= MOST_STEPS {
            return Err(Error::value(format!(
                "cycle detected in flake registry for '{}'",
                found.input.print(book)?
            )));
        }
        found.input = overridden(book, from, to, &found.input)?;
        found.directory = (!to.directory.is_empty()).then(|| to.directory.clone());
    }
    if found.input.is_direct() {
        return Ok(found);
    }
    Err(Error::new(
        ErrorKind::Io,
        format!(
            "cannot find flake '{}' in the flake registries: twinix reads none, as the global one is in the network",
            found.input.print(book)?
        ),
    ))
}

fn entries(state: &State<'_>, book: &Rulebook) -> Result<Vec<(FlakeRef, FlakeRef)>> {
    let reading = Reading {
        base: Some(&state.settings.base_directory),
        flake: true,
        relative: false,
    };
    let read = |text: &[u8]| FlakeRef::parse(book, text, reading);
    let mut entries = Vec::new();
    for (from, to) in &state.settings.flake_overrides {
        entries.push((read(from)?, read(to)?));
    }
    Ok(entries)
}

/// Whether an entry is about an input: its revision and branch do not count (`Input::contains`).
fn covers(entry: &Input, input: &Input) -> bool {
    if entry == input {
        return true;
    }
    let mut bare = input.clone();
    bare.attributes.remove("ref");
    bare.attributes.remove("rev");
    *entry == bare
}

/// The target of an entry, with the revision and branch that were asked for where the entry names none.
fn overridden(book: &Rulebook, from: &FlakeRef, to: &FlakeRef, asked: &Input) -> Result<Input> {
    let mut attributes = to.input.attributes.clone();
    for name in ["ref", "rev"] {
        if let Some(value @ Attr::Text(_)) = asked.attributes.get(name)
            && !from.input.attributes.has(name)
        {
            attributes.set(name, value.clone());
        }
    }
    if attributes == to.input.attributes {
        return Ok(to.input.clone());
    }
    Ok(Input::from_attributes(book, attributes)?)
}
