//! References of files in the store: a string that was read from there is as bound to other store objects as the
//! object that it was read from.

use crate::context::ContextElement;
use crate::derivation::store::{is_valid, references};
use crate::derivation::store_path::HASH_LENGTH;
use crate::dialect::Behaviour;
use crate::state::State;

/// What the text of a file in the store refers to: the same as its object does, from 2.26 on only what is in the
/// text (`prim_readFile`).
pub(super) fn references_in<'h>(
    state: &State<'h>,
    path: &[u8],
    text: &[u8],
) -> Vec<ContextElement<'h>> {
    let store = state.store_dir();
    if !state.has(Behaviour::FilesKeepReferences) {
        return Vec::new();
    }
    let Some((object, _)) = store.split(path) else {
        return Vec::new();
    };
    if !is_valid(state, object) {
        return Vec::new();
    }
    // What cannot be read refers to nothing.
    let mut found = references(state, object).unwrap_or_default();
    if state.has(Behaviour::ReferencesAreInText) {
        found.retain(|reference| {
            let hash = store
                .inside(reference)
                .and_then(|base| base.get(..HASH_LENGTH));
            hash.is_some_and(|hash| memchr::memmem::find(text, hash).is_some())
        });
    }
    let elements = found.iter();
    elements
        .map(|path| ContextElement::Plain(state.heap.alloc_slice(path)))
        .collect()
}
