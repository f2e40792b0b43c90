//! Objects of variable size: strings, lists, keys of attribute sets, partial calls.
//!
//! Each is a thin pointer to a length followed by the elements.

use super::arena::Heap;
use super::growing::WORTH_SHARING;
use super::word::Value;
use crate::context::ContextSet;
use crate::positions::Pos;
use crate::symbols::Symbol;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// A string: bytes (usually but not always UTF-8) and its context.
///
/// Layout: a word with the length in its lower 62 bits; if the topmost bit is
/// set, a word with a pointer to the context; the bytes, or if the bit below is set, a pointer to bytes
/// that lie elsewhere in the heap (or for ever).
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Bytes<'h> {
    pointer: NonNull<usize>,
    invariant: PhantomData<Cell<&'h ()>>,
}

const HAS_CONTEXT: usize = 1 << 63;
/// Of strings and lists: what they consist of lies elsewhere.
const SHARED: usize = 1 << 62;
const LENGTH: usize = SHARED - 1;

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

    /// A string of its own that consists of bytes which are there already.
    pub fn sharing(
        heap: &'h Heap,
        bytes: &'h [u8],
        context: Option<&'h ContextSet<'h>>,
    ) -> Bytes<'h> {
        if bytes.len() < WORTH_SHARING {
            return Bytes::concat(heap, &[bytes], context);
        }
        // SAFETY: a slice of 'h.
        unsafe { Bytes::elsewhere(heap, NonNull::from(bytes).cast(), bytes.len(), context) }
    }

    /// As [`Bytes::concat`] without context; where the first part is the longest by far and is what was made
    /// last by this, it is not copied.
    #[inline]
    pub fn append(heap: &'h Heap, parts: &[&'h [u8]]) -> Bytes<'h> {
        match parts.split_first() {
            Some((left, others)) if left.len() >= WORTH_SHARING => {
                Bytes::append_to(heap, left, others)
            }
            _ => Bytes::concat(heap, parts, None),
        }
    }

    fn append_to(heap: &'h Heap, left: &'h [u8], others: &[&'h [u8]]) -> Bytes<'h> {
        let more: usize = others.iter().map(|part| part.len()).sum();
        if left.len() < more {
            let parts: Vec<&[u8]> = [left].iter().chain(others).copied().collect();
            return Bytes::concat(heap, &parts, None);
        }
        // SAFETY: the bytes of `left` live for 'h, and behind them is room for the others then.
        unsafe {
            let start = (heap.growing_bytes).append(heap, left.as_ptr(), left.len(), more);
            let mut place = start.add(left.len());
            for part in others {
                std::ptr::copy_nonoverlapping(part.as_ptr(), place.as_ptr(), part.len());
                place = place.add(part.len());
            }
            Bytes::elsewhere(heap, start, left.len() + more, None)
        }
    }

    /// A string of so many bytes from `start` on, which were written and stay as they are for 'h.
    ///
    /// # Safety
    /// They are there.
    unsafe fn elsewhere(
        heap: &'h Heap,
        start: NonNull<u8>,
        length: usize,
        context: Option<&'h ContextSet<'h>>,
    ) -> Bytes<'h> {
        let words = if context.is_some() { 3 } else { 2 };
        let pointer = heap.take(words * 8).cast::<usize>();
        // SAFETY: `take` gave the words, which are written before the string is shared.
        unsafe {
            match context {
                None => pointer.write(length | SHARED),
                Some(context) => {
                    pointer.write(length | SHARED | HAS_CONTEXT);
                    pointer.add(1).cast::<&ContextSet<'h>>().write(context);
                }
            }
            pointer.add(words - 1).cast::<NonNull<u8>>().write(start);
        }
        Bytes {
            pointer,
            invariant: PhantomData,
        }
    }

    /// The bytes.
    #[inline(always)]
    pub fn bytes(self) -> &'h [u8] {
        // SAFETY: the header tells the length of what follows it, or of what the pointer points to that
        // follows it.
        unsafe {
            let header = self.pointer.read();
            let start = self.pointer.add(1).cast::<u8>();
            if header <= LENGTH {
                return std::slice::from_raw_parts(start.as_ptr(), header);
            }
            let skip = if header & HAS_CONTEXT != 0 { 8 } else { 0 };
            let mut start = start.add(skip);
            if header & SHARED != 0 {
                start = start.cast::<NonNull<u8>>().read();
            }
            std::slice::from_raw_parts(start.as_ptr(), header & LENGTH)
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

/// A list. Layout: the length, then the elements; or if the bit below the topmost one is set, a pointer to
/// elements that lie elsewhere in the heap.
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

    /// A list of the values of an iterator, which may make objects of the heap.
    pub fn of(heap: &'h Heap, mut values: impl ExactSizeIterator<Item = Value<'h>>) -> List<'h> {
        let length = values.len();
        let pointer = heap.take(8 + length * 8).cast::<usize>();
        // SAFETY: `take` gave a word for the length and one for each element. All are written before the
        // list is shared: an iterator that yields fewer than it told panics before.
        unsafe {
            pointer.write(length);
            let place = pointer.add(1).cast::<Value<'h>>();
            for index in 0..length {
                let value = values.next().expect("the iterator told its exact size");
                place.add(index).write(value);
            }
        }
        List {
            pointer,
            invariant: PhantomData,
        }
    }

    /// A list of its own that consists of elements which are there already.
    pub fn sharing(heap: &'h Heap, items: &'h [Value<'h>]) -> List<'h> {
        if size_of_val(items) < WORTH_SHARING {
            return List::new(heap, items);
        }
        // SAFETY: a slice of 'h.
        unsafe { List::elsewhere(heap, NonNull::from(items).cast(), items.len()) }
    }

    /// Two lists in one; where the left one is long and is what was made last by this, it is not copied.
    pub fn append(heap: &'h Heap, left: List<'h>, right: List<'h>) -> List<'h> {
        let (left, right) = (left.items(), right.items());
        let (size, more) = (size_of_val(left), size_of_val(right));
        if size < WORTH_SHARING.max(more) {
            return List::concat(heap, &[left, right]);
        }
        // SAFETY: the elements of `left` live for 'h, and behind them is room for those of `right` then;
        // memory of the heap is aligned for values, and `more` is a multiple of their size.
        unsafe {
            let start = (heap.growing_items).append(heap, left.as_ptr().cast(), size, more);
            let start = start.cast::<Value<'h>>();
            let place = start.add(left.len());
            std::ptr::copy_nonoverlapping(right.as_ptr(), place.as_ptr(), right.len());
            List::elsewhere(heap, start, left.len() + right.len())
        }
    }

    /// A list of so many elements from `start` on, which were written and stay as they are for 'h.
    ///
    /// # Safety
    /// They are there.
    unsafe fn elsewhere(heap: &'h Heap, start: NonNull<Value<'h>>, length: usize) -> List<'h> {
        let pointer = heap.take(16).cast::<usize>();
        // SAFETY: `take` gave two words, which are written before the list is shared.
        unsafe {
            pointer.write(length | SHARED);
            pointer.add(1).cast::<NonNull<Value<'h>>>().write(start);
        }
        List {
            pointer,
            invariant: PhantomData,
        }
    }

    /// The elements.
    #[inline(always)]
    pub fn items(self) -> &'h [Value<'h>] {
        // SAFETY: the first word tells how many values follow it, or lie where the pointer points to that
        // follows it.
        unsafe {
            let header = self.pointer.read();
            let start = self.pointer.add(1).cast::<Value<'h>>();
            if header <= LENGTH {
                return std::slice::from_raw_parts(start.as_ptr(), header);
            }
            let start = start.cast::<NonNull<Value<'h>>>().read();
            std::slice::from_raw_parts(start.as_ptr(), header & LENGTH)
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
