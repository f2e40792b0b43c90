//! Generator frames: Rust code that forces and calls by yielding requests to
//! the VM, so that no program can deepen the native stack.

use crate::errors::Result;
use crate::heap::Value;
use crate::positions::Pos;
use crate::state::State;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// The state, shared by the VM and its generators.
pub type Shared<'h> = Rc<State<'h>>;

/// What runs in a generator frame.
pub type Coroutine<'h> = Pin<Box<dyn Future<Output = Result<Value<'h>>> + 'h>>;

/// Makes a coroutine, given its line to the VM.
pub type Body<'h> = Box<dyn FnOnce(Co<'h>) -> Coroutine<'h> + 'h>;

/// What a generator asks of the VM. Errors come back as the response, except
/// for limits.
pub enum Request<'h> {
    /// Evaluate a value, within so many calls.
    Force(Value<'h>, Pos, u32),
    /// Call the function in the slot of the machine with so many of its arguments, within so many calls.
    Call(u8, Pos, u32),
    /// Run another generator in a frame of its own, within so many calls.
    Run(Body<'h>, u32),
    /// Look at the limits and go on.
    Pause,
    /// Show what there is of the generator's value to what needs it before it is done.
    Reveal(Value<'h>),
}

/// Through which a machine and its generators talk: one is enough for all of them, because only one runs at
/// a time, and what it asks for is taken before another does.
pub(super) struct Slot<'h> {
    request: Cell<Option<Request<'h>>>,
    response: Cell<Option<Response<'h>>>,
    /// What a generator that asks for a call wants called. The request itself stays small that way.
    pub function: Cell<Value<'h>>,
    pub arguments: [Cell<Value<'h>>; 3],
}

impl<'h> Slot<'h> {
    pub fn new() -> Slot<'h> {
        Slot {
            request: Cell::new(None),
            response: Cell::new(None),
            function: Cell::new(Value::empty()),
            arguments: std::array::from_fn(|_| Cell::new(Value::empty())),
        }
    }
}

/// What a generator does when it is resumed.
pub(super) enum Turn<'h> {
    /// It ends.
    Ended(Result<Value<'h>>),
    /// It asks for something.
    Asks(Request<'h>),
}

/// Resumes a generator with the answer to its last request; when it starts, nobody looks at that.
pub(super) fn resume<'h>(
    slot: &Slot<'h>,
    generator: &mut Coroutine<'h>,
    response: Response<'h>,
) -> Turn<'h> {
    slot.response.set(Some(response));
    let mut context = Context::from_waker(Waker::noop());
    match generator.as_mut().poll(&mut context) {
        Poll::Ready(result) => Turn::Ended(result),
        Poll::Pending => match slot.request.take() {
            Some(request) => Turn::Asks(request),
            None => unreachable!("a generator waits for nothing but what it asks for"),
        },
    }
}

/// The future of an answer.
struct Ask<'a, 'h> {
    slot: &'a Slot<'h>,
    request: Option<Request<'h>>,
}

impl<'h> Future for Ask<'_, 'h> {
    type Output = Response<'h>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Response<'h>> {
        if let Some(request) = self.request.take() {
            self.slot.request.set(Some(request));
            return Poll::Pending;
        }
        match self.slot.response.take() {
            Some(response) => Poll::Ready(response),
            None => unreachable!("a generator that asked for something is resumed with an answer"),
        }
    }
}

/// The arguments of a builtin or call: as many as there are, then empty slots.
pub type Arguments<'h> = [Value<'h>; 3];

/// The answer to a [`Request`].
pub type Response<'h> = Result<Value<'h>>;

/// A generator's line to the VM.
pub struct Co<'h> {
    slot: Rc<Slot<'h>>,
    /// How many calls are under way around what it asks for, itself included.
    pub depth: u32,
    /// Where the generator was called.
    pub pos: Pos,
}

/// Makes a generator of a function that gets a line to the VM.
pub(super) fn start<'h>(
    slot: Rc<Slot<'h>>,
    depth: u32,
    pos: Pos,
    body: impl FnOnce(Co<'h>) -> Coroutine<'h>,
) -> Coroutine<'h> {
    body(Co { slot, depth, pos })
}

impl<'h> Co<'h> {
    /// The line to the VM from within a walk that counts as so many calls.
    pub fn within(&self, levels: u32) -> Co<'h> {
        Co {
            slot: Rc::clone(&self.slot),
            depth: self.depth.saturating_add(levels),
            pos: self.pos,
        }
    }

    /// The same, a level further out: for a call that C++ Nix does not count.
    pub fn uncounted(&self) -> Co<'h> {
        Co {
            slot: Rc::clone(&self.slot),
            depth: self.depth.saturating_sub(1),
            pos: self.pos,
        }
    }

    /// Requests are awaited where they are made, without an `async fn` between:
    /// each would be a state machine more to walk through on every answer.
    fn ask(&self, request: Request<'h>) -> impl Future<Output = Response<'h>> + use<'_, 'h> {
        Ask {
            slot: &self.slot,
            request: Some(request),
        }
    }

    /// The value, evaluated.
    ///
    /// # Errors
    /// If its evaluation fails.
    pub async fn force(&self, value: Value<'h>) -> Result<Value<'h>> {
        match value.evaluated() {
            Some(done) => Ok(done),
            None => self.ask(Request::Force(value, self.pos, self.depth)).await,
        }
    }

    /// The value, evaluated; `pos` is where it is needed.
    ///
    /// # Errors
    /// If its evaluation fails.
    pub async fn force_at(&self, value: Value<'h>, pos: Pos) -> Result<Value<'h>> {
        match value.evaluated() {
            Some(done) => Ok(done),
            None => self.ask(Request::Force(value, pos, self.depth)).await,
        }
    }

    /// As [`Co::force_at`], within a walk that counts as so many calls.
    ///
    /// # Errors
    /// If its evaluation fails.
    pub async fn force_within(&self, value: Value<'h>, pos: Pos, levels: u32) -> Result<Value<'h>> {
        match value.evaluated() {
            Some(done) => Ok(done),
            None => {
                let depth = self.depth.saturating_add(levels);
                self.ask(Request::Force(value, pos, depth)).await
            }
        }
    }

    /// The result of calling `function`, evaluated. The arguments may be thunks.
    ///
    /// # Errors
    /// If the call fails.
    pub fn call(
        &self,
        function: Value<'h>,
        arguments: &[Value<'h>],
    ) -> impl Future<Output = Result<Value<'h>>> + use<'_, 'h> {
        self.call_at(function, arguments, self.pos)
    }

    /// As [`Co::call`]; `pos` is where the call stands.
    ///
    /// # Errors
    /// If the call fails.
    pub fn call_at(
        &self,
        function: Value<'h>,
        arguments: &[Value<'h>],
        pos: Pos,
    ) -> impl Future<Output = Result<Value<'h>>> + use<'_, 'h> {
        // As many as there are; what is behind them nobody looks at.
        for (place, &argument) in self.slot.arguments.iter().zip(arguments) {
            place.set(argument);
        }
        self.slot.function.set(function);
        // The VM empties the slot before anyone else can fill it: this future
        // is awaited where it is made.
        self.ask(Request::Call(arguments.len() as u8, pos, self.depth))
    }

    /// Lets the VM look at its limits: for work that asks nothing else of it.
    ///
    /// # Errors
    /// If a limit is reached.
    pub async fn pause(&self) -> Result<()> {
        self.ask(Request::Pause).await.map(|_| ())
    }

    /// Lets this be seen as the generator's value until it has one (2.3 makes some values in place).
    ///
    /// # Errors
    /// None of its own.
    pub async fn reveal(&self, value: Value<'h>) -> Result<()> {
        self.ask(Request::Reveal(value)).await.map(|_| ())
    }

    /// The result of another generator, which runs in a frame of its own: how
    /// generators recurse.
    ///
    /// # Errors
    /// If the generator fails.
    pub async fn run(&self, body: impl FnOnce(Co<'h>) -> Coroutine<'h> + 'h) -> Result<Value<'h>> {
        self.ask(Request::Run(Box::new(body), self.depth)).await
    }
}
