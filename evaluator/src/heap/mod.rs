//! The arena that every object of one evaluation lives in, and the tagged
//! words that point into it.
//!
//! This is the one module of the workspace that contains `unsafe`. Everything
//! it exports is safe to use; the invariants that make it so are:
//!
//! 1. **Nothing moves and nothing is freed** before the [`Heap`] itself is
//!    dropped. A reference `&'h T` handed out by `Heap` therefore stays valid
//!    for as long as the heap is borrowed (`'h`).
//! 2. **No destructor runs** for what lives in the arena: only types without
//!    drop glue can be allocated (checked at compile time).
//! 3. **A word's tag tells the type behind its pointer.** Words are made only
//!    by the constructors of this module, each of which pairs a tag with an
//!    object of the matching layout.
//! 4. **Lengths are stored in the object** and every index is checked against
//!    them, so no safe call can read outside an object.
//! 5. **Words are invariant in `'h`**, so a word of one heap can never be
//!    stored in an object of a heap that outlives it.
//! 6. A heap is used by one thread: it is neither `Send` nor `Sync`, which its
//!    `Cell`s ensure.
//! 7. **Every byte of an object is written before a reference to it is made.**
//!
//! The module runs under Miri (`scripts/miri`).
#![allow(
    unsafe_code,
    reason = "the audited module: see the invariants in the module docs"
)]

mod arena;
mod attrs;
mod env;
mod growing;
mod objects;
mod thunk;
mod word;

pub use arena::Heap;
pub use attrs::Attrs;
pub use env::Env;
pub use objects::{Bytes, Key, Keys, List, PartialCall};
pub use thunk::{Thunk, ThunkState};
pub use word::{Closure, Function, Value, View};

#[cfg(test)]
mod tests;
