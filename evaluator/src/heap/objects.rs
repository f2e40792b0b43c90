//! Objects of variable size: strings, lists, keys of attribute sets, partial calls.
//!
//! Each is a thin pointer to a length followed by the elements.

use super::arena::Heap;
use super::word::Value;
use crate::context::ContextSet;
use crate::positions::Pos;
use crate::symbols::Symbol;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A string: bytes (usually but not always UTF-8) and its context.
///
/// Layout: a word with the length in its lower 63 bits; if the topmost bit is
/// set, a word with a pointer to the context; the bytes.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Bytes<'h> {
    pointer: NonNull<usize>,
    invariant: PhantomData<Cell<&'h ()>>,
}

const HAS_CONTEXT: usize = 1 << 63;

impl<'h> Bytes<'h> {
    /// Copies `bytes` into the heap, without context.
    pub fn new(heap: &'h Heap, bytes: &[u8]) -> Bytes<'h> {
        Bytes::concat(heap, &[bytes], None)
    }

    /// Copies `bytes` into the heap, with a context (`None` is the empty one).
    pub fn with_context(
        heap: &'h Heap,
        bytes: &[u8],
        context: Option<&'h ContextSet<'h>>,
    ) -> Bytes<'h> {
        Bytes::concat(heap, &[bytes], context)
    }

    /// One string out of `parts`.
    pub fn concat(
        heap: &'h Heap,
        parts: &[&[u8]],
        context: Option<&'h ContextSet<'h>>,
    ) -> Bytes<'h> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        let header = if context.is_some() { 16 } else { 8 };
        let pointer = heap.take(header + length).cast::<usize>();
        // SAFETY: `take` gave the header and `length` bytes; all are written
        // before the string is shared.
        unsafe {
            match context {
                None => pointer.write(length),
                Some(context) => {
                    pointer.write(length | HAS_CONTEXT);
                    pointer.add(1).cast::<&ContextSet<'h>>().write(context);
                }
            }
            let mut place = pointer.cast::<u8>().add(header);
            for part in parts {
                std::ptr::copy_nonoverlapping(part.as_ptr(), place.as_ptr(), part.len());
                place = place.add(part.len());
            }
        }
        Bytes {
            pointer,
            invariant: PhantomData,
        }
    }

    /// The bytes.
    #[inline(always)]
    pub fn bytes(self) -> &'h [u8] {
        // SAFETY: the header tells the length of what follows it.
        unsafe {
            let header = self.pointer.read();
            let skip = if header & HAS_CONTEXT != 0 { 2 } else { 1 };
            std::slice::from_raw_parts(
                self.pointer.add(skip).cast::<u8>().as_ptr(),
                header & !HAS_CONTEXT,
            )
        }
    }

    /// The context; `None` is the empty one.
    #[inline(always)]
    pub fn context(self) -> Option<&'h ContextSet<'h>> {
        // SAFETY: the header tells whether the second word is a context.
        unsafe {
            (self.pointer.read() & HAS_CONTEXT != 0)
                .then(|| self.pointer.add(1).cast::<&'h ContextSet<'h>>().read())
        }
    }

    #[inline(always)]
    pub(super) fn pointer(self) -> NonNull<usize> {
        self.pointer
    }

    /// # Safety
    /// `pointer` came from [`Bytes::pointer`] of the same heap.
    #[inline(always)]
    pub(super) unsafe fn from_pointer(pointer: NonNull<usize>) -> Bytes<'h> {
        Bytes {
            pointer,
            invariant: PhantomData,
        }
    }
}

/// A list. Layout: the length, then the elements.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct List<'h> {
    pointer: NonNull<usize>,
    invariant: PhantomData<Cell<&'h ()>>,
}

impl<'h> List<'h> {
    /// Copies `items` into the heap.
    #[inline]
    pub fn new(heap: &'h Heap, items: &[Value<'h>]) -> List<'h> {
        List::concat(heap, &[items])
    }

    /// One list out of `parts`.
    pub fn concat(heap: &'h Heap, parts: &[&[Value<'h>]]) -> List<'h> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        let pointer = heap.take(8 + length * 8).cast::<usize>();
        // SAFETY: `take` gave a word for the length and one for each element.
        unsafe {
            pointer.write(length);
            let mut place = pointer.add(1).cast::<Value<'h>>();
            for part in parts {
                std::ptr::copy_nonoverlapping(part.as_ptr(), place.as_ptr(), part.len());
                place = place.add(part.len());
            }
        }
        List {
            pointer,
            invariant: PhantomData,
        }
    }

    /// The elements.
    #[inline(always)]
    pub fn items(self) -> &'h [Value<'h>] {
        // SAFETY: the first word tells how many values follow it.
        unsafe {
            std::slice::from_raw_parts(
                self.pointer.add(1).cast::<Value<'h>>().as_ptr(),
                self.pointer.read(),
            )
        }
    }

    #[inline(always)]
    pub(super) fn pointer(self) -> NonNull<usize> {
        self.pointer
    }

    /// # Safety
    /// `pointer` came from [`List::pointer`] of the same heap.
    #[inline(always)]
    pub(super) unsafe fn from_pointer(pointer: NonNull<usize>) -> List<'h> {
        List {
            pointer,
            invariant: PhantomData,
        }
    }
}

/// The name of an attribute and where it was defined.
#[derive(Clone, Copy)]
pub struct Key {
    /// The attribute's name.
    pub name: Symbol,
    /// Where it was defined.
    pub pos: Pos,
}

/// The keys of an attribute set, sorted by symbol, shared by all sets that one
/// literal makes. Layout: the length, then the keys.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Keys<'h> {
    pointer: NonNull<usize>,
    invariant: PhantomData<Cell<&'h ()>>,
}

impl<'h> Keys<'h> {
    /// Copies `keys` into the heap.
    ///
    /// They must be ascending by symbol: look-up relies on it (a violation gives
    /// wrong answers, not undefined behaviour). Each stands there once, but for a
    /// second `drvPath` of old releases: the first is found.
    pub fn new(heap: &'h Heap, keys: &[Key]) -> Keys<'h> {
        debug_assert!(keys.windows(2).all(|pair| pair[0].name <= pair[1].name));
        let pointer = heap.take(8 + size_of_val(keys)).cast::<usize>();
        // SAFETY: `take` gave a word for the length and eight bytes a key.
        unsafe {
            pointer.write(keys.len());
            let place = pointer.add(1).cast::<Key>();
            std::ptr::copy_nonoverlapping(keys.as_ptr(), place.as_ptr(), keys.len());
        }
        Keys {
            pointer,
            invariant: PhantomData,
        }
    }

    /// The keys, ascending by symbol.
    #[inline(always)]
    pub fn as_slice(self) -> &'h [Key] {
        // SAFETY: the first word tells how many keys follow it.
        unsafe {
            std::slice::from_raw_parts(
                self.pointer.add(1).cast::<Key>().as_ptr(),
                self.pointer.read(),
            )
        }
    }

    /// The index of `name`.
    #[inline]
    pub fn find(self, name: Symbol) -> Option<usize> {
        let keys = self.as_slice();
        if keys.len() <= 8 {
            return keys.iter().position(|key| key.name == name);
        }
        keys.binary_search_by(|key| key.name.cmp(&name)).ok()
    }

    /// Whether both are the same object.
    #[inline(always)]
    pub fn same(self, other: Keys<'h>) -> bool {
        self.pointer == other.pointer
    }
}

/// A builtin with fewer arguments than it takes.
#[derive(Clone, Copy)]
pub struct PartialCall<'h> {
    /// The builtin's number in the table of builtins.
    pub builtin: u32,
    /// The arguments so far.
    pub arguments: &'h [Value<'h>],
}
