//! Lets work that keeps its state come to an orderly end at a signal, instead of ending the program at
//! once.

use std::sync::atomic::{AtomicBool, Ordering};

static ORDERLY: AtomicBool = AtomicBool::new(false);
static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first signal only asks to stop; another one still ends the program.
pub fn take_care() {
    ORDERLY.store(true, Ordering::SeqCst);
}

/// Whether someone asked to stop.
pub fn is_asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}

/// Asks to stop. Whether somebody takes care of it.
pub fn ask() -> bool {
    let first = !ASKED.swap(true, Ordering::SeqCst);
    first && ORDERLY.load(Ordering::SeqCst)
}
