//! Thunks: suspended computations that are overwritten by their result.

use super::arena::Heap;
use super::env::Env;
use super::word::Value;
use crate::compiler::Unit;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

mod tag {
    pub const UNIT: usize = 0;
    pub const UNIT_RUNNING: usize = 1;
    pub const CALL: usize = 2;
    pub const DONE: usize = 4;
    pub const FAILED: usize = 5;
    /// A pointer to the two words of the running thunk.
    pub const REVEALED: usize = 6;
    pub const MASK: usize = 7;
    pub const RUNNING: usize = 1;
    /// These bits are those of `DONE` in it and in `REVEALED`, and in no other.
    pub const HAS_VALUE: usize = 5;
}

/// How many values a call can have: as numbers these lie below any address.
const LONGEST_CALL: usize = 64;

/// A suspended computation. Two words: the state with a pointer or number in
/// it, and the environment or the result. A thunk for a call has the function
/// and its arguments behind it; one for a call with one argument shares its
/// function with others and has nothing behind it.
#[repr(C)]
pub struct Thunk<'h> {
    state: Cell<*mut u8>,
    content: Cell<*mut u8>,
    invariant: PhantomData<Cell<&'h ()>>,
}

/// What a thunk is at the moment.
#[derive(Clone, Copy)]
pub enum ThunkState<'h> {
    /// Code that was not run yet, and the environment to run it in.
    Suspended(&'h Unit<'h>, Option<Env<'h>>),
    /// A call that was not made yet: the function, then its arguments.
    Call(&'h [Value<'h>]),
    /// The same for a function that other thunks have as well, and one argument.
    Apply(Value<'h>, Value<'h>),
    /// Being evaluated further out; it is no call.
    Blackhole,
    /// Evaluated; the value is no thunk.
    Done(Value<'h>),
    /// Evaluation failed with the error of this number.
    Failed(u32),
}

impl<'h> Thunk<'h> {
    /// A thunk that runs `unit` in `env`.
    #[inline(always)]
    pub fn suspend(heap: &'h Heap, unit: &'h Unit<'h>, env: Option<Env<'h>>) -> &'h Thunk<'h> {
        heap.alloc(Thunk {
            state: Cell::new(std::ptr::from_ref(unit).cast_mut().cast::<u8>()),
            content: Cell::new(Env::into_raw(env)),
            invariant: PhantomData,
        })
    }

    /// A thunk that calls the first of `call` with the others as arguments.
    #[inline]
    pub fn suspend_call(heap: &'h Heap, call: &[Value<'h>]) -> &'h Thunk<'h> {
        assert!(
            (1..=LONGEST_CALL).contains(&call.len()),
            "a call has a function and a few arguments"
        );
        let place = heap.take((2 + call.len()) * 8);
        let state = std::ptr::without_provenance_mut::<u8>((call.len() << 3) | tag::CALL);
        // SAFETY: `take` gave two words for the thunk and one for each value of
        // the call; all are written before a reference is made. The pointer to
        // the call stays valid as long as the thunk, being the same object.
        unsafe {
            let behind = place.add(16).cast::<Value<'h>>();
            std::ptr::copy_nonoverlapping(call.as_ptr(), behind.as_ptr(), call.len());
            let thunk = place.cast::<Thunk<'h>>();
            thunk.write(Thunk {
                state: Cell::new(state),
                content: Cell::new(behind.as_ptr().cast()),
                invariant: PhantomData,
            });
            thunk.as_ref()
        }
    }

    /// A thunk that calls a function with one argument. The function is shared by all that are made of it.
    #[inline]
    pub fn suspend_apply(
        heap: &'h Heap,
        function: &'h Value<'h>,
        argument: Value<'h>,
    ) -> &'h Thunk<'h> {
        let place = std::ptr::from_ref(function).cast_mut().cast::<u8>();
        assert!(
            place.addr() >> 3 > LONGEST_CALL,
            "no object lies at the first addresses"
        );
        heap.alloc(Thunk {
            state: Cell::new(place.map_addr(|address| address | tag::CALL)),
            content: Cell::new(argument.word().as_ptr()),
            invariant: PhantomData,
        })
    }

    #[inline(always)]
    fn tag(&self) -> usize {
        self.state.get().addr() & tag::MASK
    }

    /// What the thunk is now.
    #[inline(always)]
    pub fn state(&self) -> ThunkState<'h> {
        // SAFETY (all blocks): the tag says what the two words hold; each was
        // written by a constructor or transition of this type.
        match self.tag() {
            tag::DONE | tag::REVEALED => ThunkState::Done(unsafe { self.result() }),
            tag::UNIT => {
                ThunkState::Suspended(unsafe { &*self.state.get().cast::<Unit<'h>>() }, unsafe {
                    Env::from_raw(self.content.get())
                })
            }
            tag::CALL => match self.state.get().addr() >> 3 {
                length @ 1..=LONGEST_CALL => ThunkState::Call(unsafe {
                    std::slice::from_raw_parts(self.content.get().cast::<Value<'h>>(), length)
                }),
                // A pointer, which `suspend_apply` compared with the longest call.
                _ => {
                    let function = self.state.get().map_addr(|address| address & !tag::MASK);
                    ThunkState::Apply(unsafe { *function.cast::<Value<'h>>() }, unsafe {
                        self.result()
                    })
                }
            },
            tag::FAILED => ThunkState::Failed((self.state.get().addr() >> 3) as u32),
            _ => ThunkState::Blackhole,
        }
    }

    /// # Safety
    /// The thunk is done or revealed, or one for a call with one argument.
    #[inline(always)]
    unsafe fn result(&self) -> Value<'h> {
        // SAFETY: `finish`, `reveal` or `suspend_apply` stored a value's word there.
        unsafe { Value::from_word(NonNull::new_unchecked(self.content.get())) }
    }

    /// The value, if the thunk was evaluated.
    #[inline(always)]
    pub fn value(&self) -> Option<Value<'h>> {
        // SAFETY: the tag says that it is done or revealed.
        (self.tag() & tag::HAS_VALUE == tag::DONE).then(|| unsafe { self.result() })
    }

    /// Marks a thunk that runs a unit as being evaluated. One that is a call is not marked: who asks for it
    /// meanwhile makes the call again (`EvalState::forceValue` in `eval-inline.hh`).
    #[inline(always)]
    pub fn enter(&self) {
        debug_assert!(self.tag() == tag::UNIT);
        self.state
            .set(self.state.get().map_addr(|address| address | tag::RUNNING));
    }

    /// Shows what there is of the value of a thunk that is still running.
    pub fn reveal(&self, heap: &'h Heap, value: Value<'h>) {
        if matches!(self.tag(), tag::UNIT_RUNNING | tag::CALL) {
            let words: &'h [*mut u8] = heap.alloc_slice(&[self.state.get(), self.content.get()]);
            let place = words.as_ptr().cast_mut().cast::<u8>();
            self.state
                .set(place.map_addr(|address| address | tag::REVEALED));
        }
        if self.tag() == tag::REVEALED {
            self.content.set(value.word().as_ptr());
        }
    }

    /// Whether the value is still being evaluated, and shown before its time.
    pub fn is_revealed(&self) -> bool {
        self.tag() == tag::REVEALED
    }

    /// Takes [`Thunk::enter`] back: the thunk can be evaluated again. A call that showed what there is of its value
    /// keeps that: it was not marked, so nothing takes it back.
    pub fn restore(&self) {
        if self.is_revealed() {
            let place = self
                .state
                .get()
                .map_addr(|address| address & !tag::MASK)
                .cast::<*mut u8>();
            // SAFETY: `reveal` made the pointer from a slice of two words, which
            // lives for 'h.
            let (state, content) = unsafe { (place.read(), place.add(1).read()) };
            if state.addr() & tag::MASK == tag::CALL {
                self.state.set(std::ptr::without_provenance_mut(tag::DONE));
                return;
            }
            self.state.set(state);
            self.content.set(content);
        }
        if self.tag() == tag::UNIT_RUNNING {
            self.state
                .set(self.state.get().map_addr(|address| address & !tag::RUNNING));
        }
    }

    /// A thunk of its own for the same computation, as far as it has come.
    pub fn copy(&self, heap: &'h Heap) -> &'h Thunk<'h> {
        heap.alloc(Thunk {
            state: self.state.clone(),
            content: self.content.clone(),
            invariant: PhantomData,
        })
    }

    /// Overwrites the thunk by its value. A value that is a thunk itself leaves
    /// it suspended.
    #[inline(always)]
    pub fn finish(&self, value: Value<'h>) {
        debug_assert!(value.as_thunk().is_none());
        if let Some(other) = value.as_suspended() {
            self.content.set(other.content.get());
            self.state.set(other.state.get());
            return;
        }
        self.content.set(value.word().as_ptr());
        self.state.set(std::ptr::without_provenance_mut(tag::DONE));
    }

    /// Overwrites the thunk by the number of the error it failed with.
    pub fn fail(&self, error: u32) {
        self.state.set(std::ptr::without_provenance_mut(
            ((error as usize) << 3) | tag::FAILED,
        ));
    }
}
