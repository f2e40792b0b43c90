//! Tells the user what goes on: how far long work is, on a terminal only, and what else there is to say.

use std::{
    io::{IsTerminal, Write, stderr},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// A line that tells how many of `all` are done. It goes to standard error, and only to a terminal.
pub fn counted(all: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(all as u64).with_message(what);
    // The template is a constant; without it the bar only looks plainer.
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} ({eta} left)") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A line that tells what is being done, for work that cannot be counted.
pub fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// So many threads; by default one for each processor.
pub fn pool(jobs: Option<usize>) -> anyhow::Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.unwrap_or(0))
        .build()?;
    Ok(pool)
}

/// Says something to a user who waits for it, below a line that is drawn again and again.
pub fn say_on_terminal(text: &str) {
    if stderr().is_terminal() {
        say(&format!("\n{text}"));
    }
}

/// Says something to the user, beside the results.
pub fn say(text: &str) {
    // Nobody is left to be told that nobody can be told.
    let _ = writeln!(stderr(), "{text}");
}
