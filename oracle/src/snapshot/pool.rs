//! The servers of one release, shared by any number of threads.

use std::{
    collections::HashSet,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use super::server::{Server, Shape};
use crate::home::Home;

/// How many servers wait for work, for each that may work at the same time: a campaign asks in up to sixteen
/// ways, and each needs a server of its own.
const IDLE: usize = 16;

/// Servers that wait, and how many work.
pub(super) struct Pool {
    most: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    /// The one that was used last is last.
    idle: Vec<Idle>,
    busy: usize,
    /// Shapes that no server can serve.
    refused: HashSet<Shape>,
}

/// A server that waits.
struct Idle {
    shape: Shape,
    /// Where it was started, and stays.
    home: Option<Home>,
    server: Server,
}

/// A right to let one server work.
pub(super) struct Turn<'pool> {
    pool: &'pool Pool,
}

impl Pool {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            state: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No panic can leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a server may work.
    pub(super) fn turn(&self) -> Turn<'_> {
        let mut state = self.state();
        while state.busy >= self.most {
            state = self
                .freed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.busy += 1;
        Turn { pool: self }
    }

    pub(super) fn is_refused(&self, shape: &Shape) -> bool {
        self.state().refused.contains(shape)
    }

    pub(super) fn refuse(&self, shape: Shape) {
        self.state().refused.insert(shape);
    }
}

impl Turn<'_> {
    /// A waiting server of this shape, at the home of the thread that asks.
    pub(super) fn take(&self, shape: &Shape) -> Option<Server> {
        let home = Home::here();
        let mut state = self.pool.state();
        let serves = |idle: &Idle| idle.shape == *shape && idle.home == home;
        let at = state.idle.iter().rposition(serves)?;
        Some(state.idle.remove(at).server)
    }

    /// Lets a server wait for the next program.
    pub(super) fn keep(&self, shape: Shape, server: Server) {
        let idle = Idle {
            shape,
            home: Home::here(),
            server,
        };
        let mut state = self.pool.state();
        state.idle.push(idle);
        let surplus = if state.idle.len() > self.pool.most * IDLE {
            Some(state.idle.remove(0))
        } else {
            None
        };
        // It is ended without making others wait.
        drop(state);
        drop(surplus);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.pool.state().busy -= 1;
        self.pool.freed.notify_one();
    }
}
