//! Lets work that keeps its state come to an orderly end at a signal, instead of ending the program at
//! once.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

static ORDERLY: AtomicBool = AtomicBool::new(false);
static ASKED: AtomicBool = AtomicBool::new(false);
static LAST_WORDS: Mutex<String> = Mutex::new(String::new());

/// From now on this is said where a signal ends the program; nothing, if it is empty.
pub fn say_last(words: String) {
    if let Ok(mut last) = LAST_WORDS.lock() {
        *last = words;
    }
}

/// What is to be said where a signal ends the program.
pub fn last_words() -> Option<String> {
    let last = LAST_WORDS.lock().ok()?.clone();
    (!last.is_empty()).then_some(last)
}

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
