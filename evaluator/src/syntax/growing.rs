//! A list in the arena that the parser may still append to: merging attribute
//! paths and adding arguments to a call happen after the node was made.

use crate::heap::Heap;
use std::cell::Cell;

/// An append-only list of references into the arena.
pub struct Growing<'h, T> {
    slots: Cell<&'h [Cell<Option<&'h T>>]>,
    len: Cell<usize>,
}

impl<'h, T> Growing<'h, T> {
    /// An empty list.
    pub fn new() -> Self {
        Growing {
            slots: Cell::new(&[]),
            len: Cell::new(0),
        }
    }

    /// An empty list with room for `capacity` items.
    pub fn with_capacity(heap: &'h Heap, capacity: usize) -> Self {
        Growing {
            slots: Cell::new(heap.alloc_cells(capacity, None)),
            len: Cell::new(0),
        }
    }

    /// Moves `item` into the arena and appends it.
    pub fn push(&self, heap: &'h Heap, item: T) -> &'h T {
        let item = heap.alloc(item);
        self.push_ref(heap, item);
        item
    }

    /// Appends an item that is in the arena already.
    pub fn push_ref(&self, heap: &'h Heap, item: &'h T) {
        let len = self.len.get();
        if len == self.slots.get().len() {
            let larger = heap.alloc_cells((len * 2).max(2), None);
            for (new, old) in larger.iter().zip(self.slots.get()) {
                new.set(old.get());
            }
            self.slots.set(larger);
        }
        self.slots.get()[len].set(Some(item));
        self.len.set(len + 1);
    }

    /// Keeps the first `len` items; does nothing where there are no more.
    pub fn truncate(&self, len: usize) {
        self.len.set(self.len().min(len));
    }

    /// The number of items.
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index`, if there is one.
    pub fn get(&self, index: usize) -> Option<&'h T> {
        self.slots.get()[..self.len.get()]
            .get(index)
            .and_then(Cell::get)
    }

    /// The items in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'h T> + DoubleEndedIterator + use<'h, T> {
        let slots = self.slots.get();
        slots[..self.len.get()].iter().map(|slot| {
            slot.get()
                .expect("every slot below the length was filled by push")
        })
    }
}

impl<T> Default for Growing<'_, T> {
    fn default() -> Self {
        Growing::new()
    }
}
