//! The bump allocator: chunks of growing size, freed whole.

use super::growing::Growing;
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::cell::{Cell, RefCell};
use std::mem::{align_of, needs_drop, size_of};
use std::ptr::NonNull;

/// Every object starts at a multiple of this, which leaves the three lowest
/// bits of its address for a tag.
pub(super) const ALIGN: usize = 8;

/// What the system maps at the least.
const PAGE: usize = 4096;

const FIRST_CHUNK: usize = 64 * 1024;
const LARGEST_CHUNK: usize = 64 * 1024 * 1024;

/// Page faults are the main cost of a bump allocator: so much is mapped at once, when it is about to be used.
const WINDOW: usize = 512 * 1024;

/// Has the system back memory that is about to be written. Small pages, not huge ones: of those that other
/// processes have just given back there are always some, while whole huge pages are cleared from cold
/// memory, and on a virtual machine that gives free memory back to its host they are taken from there first.
fn populate(start: NonNull<u8>, size: usize) {
    #[cfg(all(target_os = "linux", not(miri)))]
    {
        use rustix::mm::{Advice, madvise};
        // SAFETY: the range is part of the chunk that was just allocated, or of the one in use behind what is
        // handed out. Reading and writing nothing, the advice changes how it is backed, not what is in it;
        // that it is not taken costs time only.
        let _ = unsafe { madvise(start.as_ptr().cast(), size, Advice::LinuxPopulateWrite) };
    }
    #[cfg(not(all(target_os = "linux", not(miri))))]
    let _ = (start, size);
}

/// Memory of one evaluation. Allocation is a pointer bump; everything is freed
/// at once when the heap is dropped.
pub struct Heap {
    next: Cell<*mut u8>,
    /// Where the window ends in which objects are made.
    end: Cell<*mut u8>,
    /// Where the chunk ends that the window is in.
    chunk_end: Cell<*mut u8>,
    chunks: RefCell<Vec<(NonNull<u8>, Layout)>>,
    full_chunks: Cell<usize>,
    current_size: Cell<usize>,
    limit: Cell<usize>,
    /// Steps until the limits are looked at.
    ticks: Cell<u64>,
    /// Steps that were left out because memory was taken.
    skipped: Cell<u64>,
    /// Where the string ends that was made last by appending.
    pub(super) growing_bytes: Growing,
    /// The same for lists.
    pub(super) growing_items: Growing,
}

impl Heap {
    /// An empty heap; the first allocation takes its first chunk.
    pub fn new() -> Heap {
        Heap {
            next: Cell::new(std::ptr::null_mut()),
            end: Cell::new(std::ptr::null_mut()),
            chunk_end: Cell::new(std::ptr::null_mut()),
            chunks: RefCell::new(Vec::new()),
            full_chunks: Cell::new(0),
            current_size: Cell::new(0),
            limit: Cell::new(usize::MAX),
            ticks: Cell::new(1),
            skipped: Cell::new(0),
            growing_bytes: Growing::new(),
            growing_items: Growing::new(),
        }
    }

    /// Bytes handed out so far, padding and the tails of full chunks included.
    pub fn allocated(&self) -> usize {
        let left = self.chunk_end.get().addr() - self.next.get().addr();
        self.full_chunks.get() + self.current_size.get() - left
    }

    /// Sets the number of bytes past which [`Heap::over_limit`] says so.
    pub fn set_limit(&self, bytes: usize) {
        self.limit.set(bytes);
    }

    /// Whether more bytes were handed out than the limit allows. Allocation
    /// itself never fails: who runs a program asks at each call.
    pub fn over_limit(&self) -> bool {
        self.allocated() > self.limit.get()
    }

    /// Whether `bytes` more would stay within the limit: asked before a single
    /// large allocation.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.allocated().saturating_add(bytes) <= self.limit.get()
    }

    /// Counts a step; whether it is time to look at the limits. New memory makes
    /// it time: little programs that grow quickly take few steps.
    #[inline(always)]
    pub fn tick(&self) -> bool {
        let left = self.ticks.get() - 1;
        self.ticks.set(left);
        left == 0
    }

    /// Counts steps that were done elsewhere; at least one is left.
    pub fn skip_ticks(&self, steps: u64) {
        let left = self.ticks.get();
        let skipped = steps.min(left.saturating_sub(1));
        self.ticks.set(left - skipped);
    }

    /// Starts to count `interval` steps anew. The number of those of the last
    /// interval that were left out.
    pub fn restart_ticks(&self, interval: u64) -> u64 {
        self.ticks.set(interval);
        self.skipped.take()
    }

    /// Room for `bytes` bytes (rounded up to [`ALIGN`]), uninitialised.
    #[inline(always)]
    pub(super) fn take(&self, bytes: usize) -> NonNull<u8> {
        let bytes = (bytes + (ALIGN - 1)) & !(ALIGN - 1);
        let next = self.next.get();
        if self.end.get().addr() - next.addr() >= bytes && !next.is_null() {
            // SAFETY: `bytes` more stay within the chunk, as just compared, and
            // `next` is not null.
            unsafe {
                self.next.set(next.add(bytes));
                NonNull::new_unchecked(next)
            }
        } else {
            self.take_further(bytes)
        }
    }

    /// Moves the window on, to what follows in the chunk or to a new one.
    #[cold]
    #[inline(never)]
    fn take_further(&self, bytes: usize) -> NonNull<u8> {
        let (next, end) = (self.next.get(), self.end.get());
        let Some(start) = NonNull::new(next) else {
            return self.take_from_new_chunk(bytes);
        };
        if self.chunk_end.get().addr() - next.addr() < bytes {
            return self.take_from_new_chunk(bytes);
        }
        let missing = bytes - (end.addr() - next.addr());
        let size = missing
            .next_multiple_of(WINDOW)
            .min(self.chunk_end.get().addr() - end.addr());
        if let Some(end) = NonNull::new(end) {
            populate(end, size);
        }
        // SAFETY: the window ends within the chunk, or where that does, and has `bytes` bytes from `next` on.
        unsafe {
            self.end.set(end.add(size));
            self.next.set(next.add(bytes));
        }
        start
    }

    #[cold]
    #[inline(never)]
    fn take_from_new_chunk(&self, bytes: usize) -> NonNull<u8> {
        let doubled = (self.current_size.get() * 2).clamp(FIRST_CHUNK, LARGEST_CHUNK);
        let size = doubled.max(bytes);
        let layout = Layout::from_size_align(size, PAGE)
            .expect("a chunk's size is a real object's size rounded up, far below isize::MAX");
        // SAFETY: the layout's size is at least FIRST_CHUNK, so not zero.
        let Some(start) = NonNull::new(unsafe { alloc(layout) }) else {
            handle_alloc_error(layout)
        };
        assert!(
            start.addr().get() >> 48 == 0,
            "this evaluator packs sizes into the upper 16 bits of an address"
        );
        let window = bytes.next_multiple_of(WINDOW).min(size);
        populate(start, window);
        let left = self.ticks.get();
        if left > 1 {
            self.skipped.set(self.skipped.get() + left - 1);
            self.ticks.set(1);
        }
        self.chunks.borrow_mut().push((start, layout));
        self.full_chunks
            .set(self.full_chunks.get() + self.current_size.get());
        self.current_size.set(size);
        // SAFETY: all stay within (or one past) the chunk of `size` bytes, of which the window is a part that
        // has at least `bytes` bytes.
        unsafe {
            self.next.set(start.as_ptr().add(bytes));
            self.end.set(start.as_ptr().add(window));
            self.chunk_end.set(start.as_ptr().add(size));
        }
        start
    }

    /// Moves `value` into the heap.
    #[inline]
    pub fn alloc<T>(&self, value: T) -> &T {
        const { assert!(!needs_drop::<T>() && align_of::<T>() <= ALIGN) };
        let place = self.take(size_of::<T>()).cast::<T>();
        // SAFETY: `take` gave room for a `T`, aligned, that nothing else uses
        // (invariant 1); it is written before it is shared (invariant 7).
        unsafe {
            place.write(value);
            place.as_ref()
        }
    }

    /// Copies `items` into the heap.
    #[inline]
    pub fn alloc_slice<T: Copy>(&self, items: &[T]) -> &[T] {
        const { assert!(align_of::<T>() <= ALIGN) };
        if items.is_empty() {
            return &[];
        }
        let place = self.take(size_of_val(items)).cast::<T>();
        // SAFETY: `take` gave room for `items.len()` values of `T`, aligned and
        // disjoint from `items`; all are written before they are shared.
        unsafe {
            std::ptr::copy_nonoverlapping(items.as_ptr(), place.as_ptr(), items.len());
            std::slice::from_raw_parts(place.as_ptr(), items.len())
        }
    }

    /// Copies the items of two slices into the heap, as one.
    pub fn alloc_joined<T: Copy>(&self, first: &[T], second: &[T]) -> &[T] {
        self.alloc_from_iter((0..first.len() + second.len()).map(|index| {
            match index.checked_sub(first.len()) {
                None => first[index],
                Some(index) => second[index],
            }
        }))
    }

    /// Moves the items of an iterator into the heap.
    pub fn alloc_from_iter<T>(&self, mut items: impl ExactSizeIterator<Item = T>) -> &[T] {
        const { assert!(!needs_drop::<T>() && align_of::<T>() <= ALIGN) };
        let count = items.len();
        if count == 0 {
            return &[];
        }
        let bytes = count
            .checked_mul(size_of::<T>())
            .expect("a count of items comes from a list that exists already");
        let place = self.take(bytes).cast::<T>();
        // SAFETY: `take` gave room for `count` values of `T`, aligned; an
        // iterator that yields fewer stops the loop before the slice is made.
        unsafe {
            for i in 0..count {
                let item = items.next().expect("the iterator told its exact size");
                place.add(i).write(item);
            }
            std::slice::from_raw_parts(place.as_ptr(), count)
        }
    }

    /// `count` cells that hold `value`.
    pub fn alloc_cells<T: Copy>(&self, count: usize, value: T) -> &[Cell<T>] {
        const { assert!(align_of::<T>() <= ALIGN) };
        if count == 0 {
            return &[];
        }
        let bytes = count
            .checked_mul(size_of::<T>())
            .expect("a count of cells comes from a list that exists already");
        let place = self.take(bytes).cast::<Cell<T>>();
        // SAFETY: `take` gave room for `count` values of `T`, aligned; all are
        // written before they are shared.
        unsafe {
            for i in 0..count {
                place.add(i).write(Cell::new(value));
            }
            std::slice::from_raw_parts(place.as_ptr(), count)
        }
    }
}

impl Default for Heap {
    fn default() -> Heap {
        Heap::new()
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        for (start, layout) in self.chunks.get_mut().drain(..) {
            // SAFETY: allocated in `take_from_new_chunk` with this layout, and
            // freed only here; no `&'h` outlives the heap.
            unsafe { dealloc(start.as_ptr(), layout) }
        }
    }
}
