//! Values: one machine word each, a pointer or a small scalar with a tag.

use super::arena::Heap;
use super::attrs::Attrs;
use super::env::Env;
use super::objects::{Bytes, List, PartialCall};
use super::thunk::Thunk;
use crate::compiler::Unit;
use crate::syntax::ast::Lambda;
use std::marker::PhantomData;
use std::num::NonZero;
use std::ptr::NonNull;

/// The three lowest bits of a word.
mod tag {
    /// A pointer to a [`super::Boxed`]: floats, large integers, paths, partial calls.
    pub const BOXED: usize = 0;
    pub const INT: usize = 1;
    pub const THUNK: usize = 2;
    pub const ATTRS: usize = 3;
    pub const LIST: usize = 4;
    pub const STRING: usize = 5;
    pub const CLOSURE: usize = 6;
    /// No pointer: null, the booleans, a builtin, an empty slot.
    pub const IMMEDIATE: usize = 7;
    pub const MASK: usize = 7;
}

/// What stands in the bits above an immediate's tag.
mod immediate {
    pub const EMPTY: usize = 0;
    pub const NULL: usize = 1;
    pub const FALSE: usize = 2;
    pub const TRUE: usize = 3;
    /// Builtins: this plus the builtin's number.
    pub const BUILTIN: usize = 16;
}

const INT_BITS: u32 = 61;

/// What a [`tag::BOXED`] word points to.
#[repr(C)]
struct Boxed<T> {
    kind: BoxedKind,
    content: T,
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
enum BoxedKind {
    Int,
    Float,
    Path,
    Partial,
    PartialFunction,
    Suspended,
}

/// A function made by a lambda: its code and the environment it closes over.
#[derive(Clone, Copy)]
pub struct Closure<'h> {
    /// The lambda's code.
    pub unit: &'h Unit<'h>,
    /// The environment of the unit in which the lambda stands, if that unit
    /// (or one around it) has one.
    pub env: Option<Env<'h>>,
}

/// A function made by a lambda, with the arguments that it was given so far:
/// `a: b: e` is one function of two arguments.
#[derive(Clone, Copy)]
pub struct Function<'h> {
    /// The code and its environment.
    pub closure: &'h Closure<'h>,
    /// Fewer arguments than the code takes.
    pub given: &'h [Value<'h>],
}

impl<'h> Function<'h> {
    /// The lambda that takes the next argument.
    pub fn lambda(self) -> &'h Lambda<'h> {
        self.closure.unit.lambdas[self.given.len()]
    }
}

/// A value of the language, or a thunk that will become one, or an empty slot.
///
/// Eight bytes, `Copy`. Compare two words with [`Value::same`] to ask whether
/// they are the same object.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Value<'h> {
    word: NonNull<u8>,
    invariant: PhantomData<std::cell::Cell<&'h ()>>,
}

/// A word taken apart.
#[derive(Clone, Copy)]
pub enum View<'h> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A double.
    Float(f64),
    /// A string with its context.
    String(Bytes<'h>),
    /// A path: absolute, canonical.
    Path(Bytes<'h>),
    /// A list.
    List(List<'h>),
    /// An attribute set.
    Attrs(Attrs<'h>),
    /// A function made by a lambda.
    Closure(Function<'h>),
    /// A builtin that has no argument yet: its number in the table of builtins.
    Builtin(u32),
    /// A builtin with some of its arguments.
    Partial(PartialCall<'h>),
    /// Something not evaluated yet, or evaluated in place.
    Thunk(&'h Thunk<'h>),
    /// A result that is a thunk itself: what `break` gives.
    Suspended(&'h Thunk<'h>),
    /// A slot of an environment that was not filled yet. No program sees it.
    Empty,
}

impl<'h> Value<'h> {
    #[inline(always)]
    fn immediate(payload: usize) -> Value<'h> {
        let bits = (payload << 3) | tag::IMMEDIATE;
        Value {
            word: NonNull::without_provenance(
                NonZero::new(bits).expect("the tag's bits are set, so the word is not zero"),
            ),
            invariant: PhantomData,
        }
    }

    #[inline(always)]
    fn tagged<T>(pointer: NonNull<T>, tag: usize) -> Value<'h> {
        Value {
            word: pointer.cast::<u8>().map_addr(|address| address | tag),
            invariant: PhantomData,
        }
    }

    /// The empty slot.
    #[inline(always)]
    pub fn empty() -> Value<'h> {
        Value::immediate(immediate::EMPTY)
    }

    /// `null`
    #[inline(always)]
    pub fn null() -> Value<'h> {
        Value::immediate(immediate::NULL)
    }

    /// `true` or `false`
    #[inline(always)]
    pub fn bool(b: bool) -> Value<'h> {
        Value::immediate(if b { immediate::TRUE } else { immediate::FALSE })
    }

    /// The builtin with this number.
    pub fn builtin(number: u32) -> Value<'h> {
        Value::immediate(immediate::BUILTIN + number as usize)
    }

    /// An integer; those past 61 bits are boxed in `heap`.
    #[inline(always)]
    pub fn int(heap: &'h Heap, n: i64) -> Value<'h> {
        let shift = 64 - INT_BITS;
        if (n << shift) >> shift == n {
            let bits = ((n as usize) << 3) | tag::INT;
            Value {
                word: NonNull::without_provenance(
                    NonZero::new(bits).expect("the tag's bits are set, so the word is not zero"),
                ),
                invariant: PhantomData,
            }
        } else {
            Value::boxed(heap, BoxedKind::Int, n)
        }
    }

    fn boxed<T: Copy>(heap: &'h Heap, kind: BoxedKind, content: T) -> Value<'h> {
        let object = heap.alloc(Boxed { kind, content });
        Value::tagged(NonNull::from(object), tag::BOXED)
    }

    /// A double.
    pub fn float(heap: &'h Heap, x: f64) -> Value<'h> {
        Value::boxed(heap, BoxedKind::Float, x)
    }

    /// A path; `path` is absolute and canonical.
    pub fn path(heap: &'h Heap, path: Bytes<'h>) -> Value<'h> {
        Value::boxed(heap, BoxedKind::Path, path)
    }

    /// A builtin with some of its arguments.
    pub fn partial(heap: &'h Heap, call: PartialCall<'h>) -> Value<'h> {
        Value::boxed(heap, BoxedKind::Partial, call)
    }

    /// A function with some of its arguments; `given` is fewer than it takes.
    pub fn partial_function(
        heap: &'h Heap,
        closure: &'h Closure<'h>,
        given: &'h [Value<'h>],
    ) -> Value<'h> {
        assert!(
            given.len() < closure.unit.lambdas.len(),
            "a function with all its arguments is called"
        );
        Value::boxed(
            heap,
            BoxedKind::PartialFunction,
            Function { closure, given },
        )
    }

    /// A result that is a thunk itself. Who forces it again evaluates `thunk`.
    pub fn suspended(heap: &'h Heap, thunk: &'h Thunk<'h>) -> Value<'h> {
        Value::boxed(heap, BoxedKind::Suspended, thunk)
    }

    /// The word for a string.
    #[inline(always)]
    pub fn string(s: Bytes<'h>) -> Value<'h> {
        Value::tagged(s.pointer(), tag::STRING)
    }

    /// The word for a list.
    #[inline(always)]
    pub fn list(l: List<'h>) -> Value<'h> {
        Value::tagged(l.pointer(), tag::LIST)
    }

    /// The word for an attribute set.
    #[inline(always)]
    pub fn attrs(a: Attrs<'h>) -> Value<'h> {
        Value::tagged(a.pointer(), tag::ATTRS)
    }

    /// The word for a function.
    #[inline(always)]
    pub fn closure(c: &'h Closure<'h>) -> Value<'h> {
        Value::tagged(NonNull::from(c), tag::CLOSURE)
    }

    /// The word for a thunk.
    #[inline(always)]
    pub fn thunk(t: &'h Thunk<'h>) -> Value<'h> {
        Value::tagged(NonNull::from(t), tag::THUNK)
    }

    #[inline(always)]
    fn tag(self) -> usize {
        self.word.addr().get() & tag::MASK
    }

    #[inline(always)]
    fn untagged<T>(self) -> NonNull<T> {
        let tag = self.tag();
        // SAFETY: a tagged pointer is at least ALIGN, so it stays non-null
        // without its tag.
        unsafe { NonNull::new_unchecked(self.word.as_ptr().map_addr(|a| a - tag)).cast() }
    }

    /// Takes the word apart.
    #[inline(always)]
    pub fn view(self) -> View<'h> {
        // SAFETY (all blocks): invariant 3, the tag and kind name the type of
        // the object; invariant 1, it lives for 'h.
        match self.tag() {
            tag::INT => View::Int((self.word.addr().get() as i64) >> 3),
            tag::THUNK => View::Thunk(unsafe { self.untagged::<Thunk<'h>>().as_ref() }),
            tag::ATTRS => View::Attrs(unsafe { Attrs::from_pointer(self.untagged()) }),
            tag::LIST => View::List(unsafe { List::from_pointer(self.untagged()) }),
            tag::STRING => View::String(unsafe { Bytes::from_pointer(self.untagged()) }),
            tag::CLOSURE => View::Closure(Function {
                closure: unsafe { self.untagged::<Closure<'h>>().as_ref() },
                given: &[],
            }),
            tag::BOXED => {
                let kind = unsafe { self.untagged::<BoxedKind>().read() };
                match kind {
                    BoxedKind::Int => {
                        View::Int(unsafe { self.untagged::<Boxed<i64>>().as_ref() }.content)
                    }
                    BoxedKind::Float => {
                        View::Float(unsafe { self.untagged::<Boxed<f64>>().as_ref() }.content)
                    }
                    BoxedKind::Path => {
                        View::Path(unsafe { self.untagged::<Boxed<Bytes<'h>>>().as_ref() }.content)
                    }
                    BoxedKind::Partial => View::Partial(
                        unsafe { self.untagged::<Boxed<PartialCall<'h>>>().as_ref() }.content,
                    ),
                    BoxedKind::PartialFunction => View::Closure(
                        unsafe { self.untagged::<Boxed<Function<'h>>>().as_ref() }.content,
                    ),
                    BoxedKind::Suspended => View::Suspended(
                        unsafe { self.untagged::<Boxed<&'h Thunk<'h>>>().as_ref() }.content,
                    ),
                }
            }
            _ => match self.word.addr().get() >> 3 {
                immediate::EMPTY => View::Empty,
                immediate::NULL => View::Null,
                immediate::FALSE => View::Bool(false),
                immediate::TRUE => View::Bool(true),
                builtin => View::Builtin((builtin - immediate::BUILTIN) as u32),
            },
        }
    }

    /// The integer, if this is one that fits the word: the fast path of arithmetic.
    #[inline(always)]
    pub fn small_int(self) -> Option<i64> {
        (self.tag() == tag::INT).then(|| (self.word.addr().get() as i64) >> 3)
    }

    /// The boolean, if this is one.
    #[inline(always)]
    pub fn as_bool(self) -> Option<bool> {
        let bits = self.word.addr().get();
        const FALSE: usize = (immediate::FALSE << 3) | tag::IMMEDIATE;
        const TRUE: usize = (immediate::TRUE << 3) | tag::IMMEDIATE;
        match bits {
            FALSE => Some(false),
            TRUE => Some(true),
            _ => None,
        }
    }

    /// The thunk, if this is one.
    #[inline(always)]
    pub fn as_thunk(self) -> Option<&'h Thunk<'h>> {
        // SAFETY: invariants 1 and 3.
        (self.tag() == tag::THUNK).then(|| unsafe { self.untagged::<Thunk<'h>>().as_ref() })
    }

    /// The thunk that this result is, if it is one.
    #[inline(always)]
    pub fn as_suspended(self) -> Option<&'h Thunk<'h>> {
        if self.tag() != tag::BOXED {
            return None;
        }
        match self.view() {
            View::Suspended(thunk) => Some(thunk),
            _ => None,
        }
    }

    /// What is to be forced to evaluate a result further: its thunk, if it is
    /// one itself.
    #[inline(always)]
    pub fn again(self) -> Value<'h> {
        self.as_suspended().map_or(self, Value::thunk)
    }

    /// The attribute set, if this is one.
    #[inline(always)]
    pub fn as_attrs(self) -> Option<Attrs<'h>> {
        // SAFETY: invariants 1 and 3.
        (self.tag() == tag::ATTRS).then(|| unsafe { Attrs::from_pointer(self.untagged()) })
    }

    /// The list, if this is one.
    #[inline(always)]
    pub fn as_list(self) -> Option<List<'h>> {
        // SAFETY: invariants 1 and 3.
        (self.tag() == tag::LIST).then(|| unsafe { List::from_pointer(self.untagged()) })
    }

    /// The string, if this is one.
    #[inline(always)]
    pub fn as_string(self) -> Option<Bytes<'h>> {
        // SAFETY: invariants 1 and 3.
        (self.tag() == tag::STRING).then(|| unsafe { Bytes::from_pointer(self.untagged()) })
    }

    /// The closure, if this is one.
    #[inline(always)]
    pub fn as_closure(self) -> Option<&'h Closure<'h>> {
        // SAFETY: invariants 1 and 3.
        (self.tag() == tag::CLOSURE).then(|| unsafe { self.untagged::<Closure<'h>>().as_ref() })
    }

    /// The number of the builtin, if this is one without arguments.
    #[inline(always)]
    pub fn as_builtin(self) -> Option<u32> {
        let payload = self.word.addr().get() >> 3;
        (self.tag() == tag::IMMEDIATE && payload >= immediate::BUILTIN)
            .then(|| (payload - immediate::BUILTIN) as u32)
    }

    /// Whether this is the empty slot.
    #[inline(always)]
    pub fn is_empty_slot(self) -> bool {
        self.word.addr().get() == (immediate::EMPTY << 3) | tag::IMMEDIATE
    }

    /// Whether both words are the same object (or the same scalar).
    #[inline(always)]
    pub fn same(self, other: Value<'h>) -> bool {
        self.word == other.word
    }

    /// The word's bits: an identity for sets of visited objects, nothing else.
    #[inline(always)]
    pub fn identity(self) -> usize {
        self.word.addr().get()
    }

    /// This value, or what its thunk was evaluated to. `None` while it is not
    /// evaluated (or failed).
    #[inline(always)]
    pub fn evaluated(self) -> Option<Value<'h>> {
        match self.as_thunk() {
            None => Some(self),
            Some(thunk) => thunk.value(),
        }
    }

    #[inline(always)]
    pub(super) fn word(self) -> NonNull<u8> {
        self.word
    }

    /// # Safety
    /// `word` came from [`Value::word`] of a value of the same heap.
    #[inline(always)]
    pub(super) unsafe fn from_word(word: NonNull<u8>) -> Value<'h> {
        Value {
            word,
            invariant: PhantomData,
        }
    }
}
