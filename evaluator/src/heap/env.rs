//! Environments: the captured variables of one activation of a unit.

use super::arena::Heap;
use super::word::Value;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// How many slots the upper bits of the first word can tell.
const LARGE: usize = 0xFFFF;
const SIZE_SHIFT: u32 = 48;
const POINTER_MASK: usize = (1 << SIZE_SHIFT) - 1;

/// A pointer to an environment: a link to the one around it and a fixed number
/// of slots.
///
/// Layout: one word with the outer environment's address in its lower 48 bits
/// and the number of slots in its upper 16, then the slots. An environment of
/// 65,535 slots or more has their number in a word before the first.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Env<'h> {
    pointer: NonNull<*mut u8>,
    invariant: PhantomData<Cell<&'h ()>>,
}

impl<'h> Env<'h> {
    /// A new environment of `slots` empty slots within `outer`.
    #[inline]
    pub fn new(heap: &'h Heap, outer: Option<Env<'h>>, slots: usize) -> Env<'h> {
        let outer = outer.map_or(std::ptr::null_mut(), |env| {
            env.pointer.as_ptr().cast::<u8>()
        });
        let large = slots >= LARGE;
        let words = 1 + slots + usize::from(large);
        let mut pointer = heap.take(words * 8);
        // SAFETY: `take` gave `words` words; each is written below before the
        // environment is shared.
        unsafe {
            if large {
                pointer.cast::<usize>().write(slots);
                pointer = pointer.add(8);
            }
            let size = slots.min(LARGE);
            let first = pointer.cast::<*mut u8>();
            first.write(outer.map_addr(|address| address | (size << SIZE_SHIFT)));
            let slot = first.add(1).cast::<Value<'h>>();
            for i in 0..slots {
                slot.add(i).write(Value::empty());
            }
            Env {
                pointer: first,
                invariant: PhantomData,
            }
        }
    }

    /// The number of slots.
    #[inline(always)]
    pub fn len(self) -> usize {
        // SAFETY: the first word of an environment is always readable; a large
        // one has its size in the word before.
        unsafe {
            let size = self.pointer.read().addr() >> SIZE_SHIFT;
            if size == LARGE {
                self.pointer.cast::<usize>().sub(1).read()
            } else {
                size
            }
        }
    }

    /// Whether there are no slots.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The environment around this one.
    #[inline(always)]
    pub fn outer(self) -> Option<Env<'h>> {
        // SAFETY: the lower bits are null or the address of an environment of
        // the same heap.
        let outer = unsafe { self.pointer.read() }.map_addr(|address| address & POINTER_MASK);
        NonNull::new(outer.cast::<*mut u8>()).map(|pointer| Env {
            pointer,
            invariant: PhantomData,
        })
    }

    #[inline(always)]
    fn slot(self, index: usize) -> &'h Cell<Value<'h>> {
        assert!(index < self.len(), "a slot's index comes from its own unit");
        // SAFETY: the index is within the slots, all of which were written.
        unsafe {
            self.pointer
                .add(1 + index)
                .cast::<Cell<Value<'h>>>()
                .as_ref()
        }
    }

    /// The slot's content; `Empty` if it was not filled yet.
    #[inline(always)]
    pub fn get(self, index: usize) -> Value<'h> {
        self.slot(index).get()
    }

    /// Fills a slot.
    #[inline(always)]
    pub fn set(self, index: usize, value: Value<'h>) {
        self.slot(index).set(value);
    }

    #[inline(always)]
    pub(super) fn into_raw(env: Option<Env<'h>>) -> *mut u8 {
        env.map_or(std::ptr::null_mut(), |env| env.pointer.as_ptr().cast())
    }

    /// # Safety
    /// `raw` came from [`Env::into_raw`] of the same heap.
    #[inline(always)]
    pub(super) unsafe fn from_raw(raw: *mut u8) -> Option<Env<'h>> {
        NonNull::new(raw.cast()).map(|pointer| Env {
            pointer,
            invariant: PhantomData,
        })
    }
}
