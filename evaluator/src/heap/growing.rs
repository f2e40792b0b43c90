//! Room behind the bytes or elements of a long value: a value that is made by appending to the one that was
//! made last lies in the same memory, so that a loop of appends does not copy what it has on each turn.

use super::arena::{ALIGN, Heap};
use std::cell::Cell;
use std::ptr::NonNull;

/// What is shorter is copied.
pub(super) const WORTH_SHARING: usize = 128;

/// The end of what was appended last.
///
/// Invariants: `used` is null, or `used..end` is memory of the heap that no reference covers and no other
/// object has; what lies before `used`, back to the start of the last result, was written and stays as it
/// is.
pub(super) struct Growing {
    used: Cell<*mut u8>,
    end: Cell<*mut u8>,
}

impl Growing {
    pub const fn new() -> Growing {
        Growing {
            used: Cell::new(std::ptr::null_mut()),
            end: Cell::new(std::ptr::null_mut()),
        }
    }

    /// Memory that begins with the `size` bytes from `left` on and has room for so many more, which the
    /// caller writes at once.
    ///
    /// # Safety
    /// From `left` on are so many bytes, at least one, that live as long as the heap.
    pub unsafe fn append(
        &self,
        heap: &Heap,
        left: *const u8,
        size: usize,
        more: usize,
    ) -> NonNull<u8> {
        let (used, end) = (self.used.get(), self.end.get());
        let is_last = !used.is_null() && left.addr() + size == used.addr();
        if is_last && end.addr() - used.addr() >= more {
            // SAFETY: `more` bytes are left in the same object, and those of `left` lie right before them,
            // in the same chunk because nothing else ends there.
            unsafe {
                self.used.set(used.add(more));
                return NonNull::new_unchecked(used.sub(size));
            }
        }
        let length = size + more;
        // Twice as much if this is the second append in a row.
        let room = if is_last && heap.has_room(2 * length) {
            (2 * length).next_multiple_of(ALIGN)
        } else {
            length
        };
        let start = heap.take(room);
        // SAFETY: `take` gave `room` bytes, which nothing else has; `left` is no longer than that.
        unsafe {
            std::ptr::copy_nonoverlapping(left, start.as_ptr(), size);
            self.used.set(start.as_ptr().add(length));
            self.end.set(start.as_ptr().add(room));
        }
        start
    }
}
