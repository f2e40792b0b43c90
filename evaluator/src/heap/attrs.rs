//! Attribute sets, and sets that lie over others: what `//` makes of a large left and a small right operand
//! does not copy the large one.

use super::arena::Heap;
use super::objects::{Key, Keys};
use super::word::Value;
use crate::positions::Pos;
use crate::symbols::Symbol;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// An attribute set: its keys and as many values.
///
/// Layout of a plain set: a pointer to the keys, then the values. The lowest bits of the first word, which
/// such a pointer has not, tell the other two kinds: a [`Layers`] object, and one whose layers were merged
/// since, whose first word points to the plain set that they made.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Attrs<'h> {
    pointer: NonNull<*mut u8>,
    invariant: PhantomData<Cell<&'h ()>>,
}

/// The lowest bits of the first word of a set.
mod kind {
    pub const PLAIN: usize = 0;
    pub const LAYERS: usize = 1;
    pub const MERGED: usize = 2;
    pub const MASK: usize = 3;
}

/// A small plain set over another set, whose attributes it hides. Behind the set's first word, which is
/// `top` until they are merged.
#[repr(C)]
#[derive(Clone, Copy)]
struct Layers<'h> {
    top: *mut u8,
    below: Attrs<'h>,
    heap: &'h Heap,
}

/// A set of fewer attributes is copied rather than covered.
const WORTH_COVERING: usize = 16;

/// A layer has more than so many times as many attributes as the one above it. So there are few layers
/// however often a set is updated, and all the merging together costs n log n for n updates by one.
const RATIO: usize = 4;

impl<'h> Attrs<'h> {
    /// A set of `keys` with `values` in the same order.
    #[inline]
    pub fn new(heap: &'h Heap, keys: Keys<'h>, values: &[Value<'h>]) -> Attrs<'h> {
        assert_eq!(keys.as_slice().len(), values.len(), "one value a key");
        let pointer = heap.take(8 + size_of_val(values)).cast::<Keys<'h>>();
        // SAFETY: `take` gave a word for the keys and one for each value.
        unsafe {
            pointer.write(keys);
            let place = pointer.add(1).cast::<Value<'h>>();
            std::ptr::copy_nonoverlapping(values.as_ptr(), place.as_ptr(), values.len());
        }
        Attrs::at(pointer.cast())
    }

    #[inline(always)]
    fn at(pointer: NonNull<*mut u8>) -> Attrs<'h> {
        Attrs {
            pointer,
            invariant: PhantomData,
        }
    }

    /// `left // right`, neither of them empty.
    pub fn update(heap: &'h Heap, left: Attrs<'h>, right: Attrs<'h>) -> Attrs<'h> {
        let (mut below, mut top) = (left, right.plain());
        while let Some(layers) = below.layers() {
            let upper = layers.top();
            if upper.len() > RATIO * top.len() {
                break;
            }
            top = merge(heap, upper, top);
            below = layers.below;
        }
        let size = match below.layers() {
            // More than its upper layer, which is larger than `top`.
            Some(_) => usize::MAX,
            None => {
                below = below.plain();
                below.len()
            }
        };
        if size < WORTH_COVERING || size <= top.len().saturating_mul(RATIO) {
            return merge(heap, below, top);
        }
        let pointer = heap.take(size_of::<Layers<'h>>());
        let first = top.pointer.as_ptr().cast::<u8>();
        // SAFETY: `take` gave room for the object, aligned, which is written before it is shared.
        unsafe {
            pointer.cast::<Layers<'h>>().write(Layers {
                top: first.map_addr(|address| address | kind::LAYERS),
                below,
                heap,
            });
        }
        Attrs::at(pointer.cast())
    }

    /// The first word.
    #[inline(always)]
    fn first(self) -> *mut u8 {
        // SAFETY: every kind of set has a first word, which is written before the set is shared.
        unsafe { self.pointer.read() }
    }

    /// The set's layers, if it has some that were not merged.
    #[inline(always)]
    fn layers(self) -> Option<Layers<'h>> {
        // SAFETY: the bits tell that the set is such an object.
        (self.first().addr() & kind::MASK == kind::LAYERS)
            .then(|| unsafe { self.pointer.cast::<Layers<'h>>().read() })
    }

    /// The same set as one layer.
    #[inline(always)]
    fn plain(self) -> Attrs<'h> {
        if self.first().addr() & kind::MASK == kind::PLAIN {
            return self;
        }
        self.merged()
    }

    #[inline(never)]
    fn merged(self) -> Attrs<'h> {
        let Some(layers) = self.layers() else {
            let target = self.first().map_addr(|address| address & !kind::MASK);
            // SAFETY: the word of a merged set points to a plain set of the same heap, whose pointer was
            // not null when it was stored below.
            return unsafe { Attrs::at(NonNull::new_unchecked(target.cast())) };
        };
        // The upper ones first: they are small.
        let (heap, mut top, mut below) = (layers.heap, layers.top(), layers.below);
        while let Some(layers) = below.layers() {
            top = merge(heap, layers.top(), top);
            below = layers.below;
        }
        let plain = merge(heap, below.plain(), top);
        let target = plain.pointer.as_ptr().cast::<u8>();
        // SAFETY: the object belongs to the heap and its first word is only ever read by value.
        unsafe {
            self.pointer
                .write(target.map_addr(|address| address | kind::MERGED));
        }
        plain
    }

    /// The keys, ascending by symbol.
    #[inline(always)]
    pub fn keys(self) -> Keys<'h> {
        self.plain().plain_keys()
    }

    /// The keys of a set that is plain.
    #[inline(always)]
    fn plain_keys(self) -> Keys<'h> {
        assert!(self.first().addr() & kind::MASK == kind::PLAIN);
        // SAFETY: the first word of a plain set is its keys.
        unsafe { self.pointer.cast::<Keys<'h>>().read() }
    }

    /// The values of a set that is plain and has these keys.
    #[inline(always)]
    fn plain_values(self, keys: Keys<'h>) -> &'h [Value<'h>] {
        assert!(self.plain_keys().same(keys));
        // SAFETY: `new` wrote as many values as there are keys.
        unsafe {
            std::slice::from_raw_parts(
                self.pointer.add(1).cast::<Value<'h>>().as_ptr(),
                keys.as_slice().len(),
            )
        }
    }

    /// The values, in the order of the keys.
    #[inline(always)]
    pub fn values(self) -> &'h [Value<'h>] {
        let plain = self.plain();
        plain.plain_values(plain.plain_keys())
    }

    /// The number of attributes.
    #[inline(always)]
    pub fn len(self) -> usize {
        self.keys().as_slice().len()
    }

    /// Whether there are no attributes.
    #[inline(always)]
    pub fn is_empty(self) -> bool {
        // What has layers is not.
        self.first().addr() & kind::MASK == kind::PLAIN && self.len() == 0
    }

    /// Where `name` is: a set of one layer, and the index in it.
    #[inline(always)]
    pub fn find(self, name: Symbol) -> Option<(Attrs<'h>, usize)> {
        if self.first().addr() & kind::MASK == kind::PLAIN {
            return self.keys().find(name).map(|index| (self, index));
        }
        self.find_below(name)
    }

    #[inline(never)]
    fn find_below(self, name: Symbol) -> Option<(Attrs<'h>, usize)> {
        let mut set = self;
        while let Some(layers) = set.layers() {
            let top = layers.top();
            if let Some(index) = top.keys().find(name) {
                return Some((top, index));
            }
            set = layers.below;
        }
        let plain = set.plain();
        plain.keys().find(name).map(|index| (plain, index))
    }

    /// The value of `name`.
    #[inline(always)]
    pub fn get(self, name: Symbol) -> Option<Value<'h>> {
        if self.first().addr() & kind::MASK == kind::PLAIN {
            let keys = self.plain_keys();
            return keys.find(name).map(|index| self.plain_values(keys)[index]);
        }
        self.find_below(name)
            .map(|(set, index)| set.values()[index])
    }

    /// The value of `name` and where it was defined.
    pub fn get_with_pos(self, name: Symbol) -> Option<(Value<'h>, Pos)> {
        self.find(name)
            .map(|(set, index)| (set.values()[index], set.keys().as_slice()[index].pos))
    }

    /// Keys and values, ascending by symbol.
    pub fn iter(self) -> impl ExactSizeIterator<Item = (Key, Value<'h>)> + use<'h> {
        self.keys()
            .as_slice()
            .iter()
            .copied()
            .zip(self.values().iter().copied())
    }

    #[inline(always)]
    pub(super) fn pointer(self) -> NonNull<*mut u8> {
        self.pointer
    }

    /// # Safety
    /// `pointer` came from [`Attrs::pointer`] of the same heap.
    #[inline(always)]
    pub(super) unsafe fn from_pointer(pointer: NonNull<*mut u8>) -> Attrs<'h> {
        Attrs::at(pointer)
    }
}

impl<'h> Layers<'h> {
    /// The upper layer, a plain set.
    fn top(self) -> Attrs<'h> {
        let top = self.top.map_addr(|address| address & !kind::MASK);
        // SAFETY: made of a set's pointer in `update`, which is not null.
        unsafe { Attrs::at(NonNull::new_unchecked(top.cast())) }
    }
}

/// Sets of up to so many attributes together are merged without memory of the system.
const SMALL: usize = 64;

/// A plain set of both; of attributes that both have, the right one counts.
fn merge<'h>(heap: &'h Heap, left: Attrs<'h>, right: Attrs<'h>) -> Attrs<'h> {
    let room = left.len() + right.len();
    let no_key = Key {
        name: Symbol(0),
        pos: Pos::NONE,
    };
    if room <= SMALL {
        let (mut keys, mut values) = ([no_key; SMALL], [Value::empty(); SMALL]);
        merge_in(heap, left, right, &mut keys, &mut values)
    } else {
        let (mut keys, mut values) = (vec![no_key; room], vec![Value::empty(); room]);
        merge_in(heap, left, right, &mut keys, &mut values)
    }
}

/// As [`merge`], put together in `keys` and `values`, which have room for all.
fn merge_in<'h>(
    heap: &'h Heap,
    left: Attrs<'h>,
    right: Attrs<'h>,
    keys: &mut [Key],
    values: &mut [Value<'h>],
) -> Attrs<'h> {
    let (left_keys, right_keys) = (left.keys().as_slice(), right.keys().as_slice());
    let (left_values, right_values) = (left.values(), right.values());
    let (mut i, mut j, mut end) = (0, 0, 0);
    while let (Some(a), Some(b)) = (left_keys.get(i), right_keys.get(j)) {
        if a.name < b.name {
            keys[end] = *a;
            values[end] = left_values[i];
            i += 1;
        } else {
            keys[end] = *b;
            values[end] = right_values[j];
            j += 1;
            i += usize::from(a.name == b.name);
        }
        end += 1;
    }
    // Only one of them has any left.
    for (rest_keys, rest_values) in [
        (&left_keys[i..], &left_values[i..]),
        (&right_keys[j..], &right_values[j..]),
    ] {
        let from = end;
        end += rest_keys.len();
        keys[from..end].copy_from_slice(rest_keys);
        values[from..end].copy_from_slice(rest_values);
    }
    Attrs::new(heap, Keys::new(heap, &keys[..end]), &values[..end])
}
