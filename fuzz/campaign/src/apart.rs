//! Threads that evaluate: apart from everything else, with a stack and a name of their own, so that an
//! evaluation that never looks at the time can be left behind. One thread serves for any number of
//! evaluations, because starting one costs about as much as evaluating a small program.

use std::{
    any::Any,
    cell::RefCell,
    fs, io,
    panic::{self, AssertUnwindSafe},
    sync::{Mutex, Once, PoisonError, mpsc},
    thread,
    time::Duration,
};

use rustix::{process::Pid, thread::gettid};
use twinix_oracle::home::Home;

/// The name of the threads, by which the panic hook knows them.
const NAME: &str = "twinix-subject";

/// The native stack of an evaluation. Programs cannot deepen it; this is ample.
const STACK: usize = 16 << 20;

thread_local! {
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Why there is no result.
#[derive(Debug)]
pub enum Lost {
    /// It panicked, with these words.
    Panicked(String),
    /// It took too long.
    Late,
    /// No thread could be started.
    NotStarted(io::Error),
}

type Work<T> = Box<dyn FnOnce() -> T + Send>;

/// A thread that waits for work.
struct Idle<T> {
    /// Where it was started, and stays.
    home: Option<Home>,
    /// As the system calls it.
    id: Pid,
    work: mpsc::Sender<Work<T>>,
    done: mpsc::Receiver<Result<T, String>>,
}

/// Any number of threads that do work with such a result.
pub struct Threads<T> {
    idle: Mutex<Vec<Idle<T>>>,
}

impl<T: Send + 'static> Threads<T> {
    /// No threads yet; from now on a panic in one of them says nothing on standard error.
    pub fn new() -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let usual = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                if thread::current().name() == Some(NAME) {
                    PANIC.with(|said| *said.borrow_mut() = info.to_string());
                } else {
                    usual(info);
                }
            }));
        });
        Self {
            idle: Mutex::default(),
        }
    }

    /// Does something in one of the threads, and waits for so long.
    ///
    /// # Errors
    /// When it comes to no result.
    pub fn run(
        &self,
        time: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Lost> {
        let thread = match self.waiting() {
            Some(thread) => thread,
            None => start().map_err(Lost::NotStarted)?,
        };
        if thread.work.send(Box::new(work)).is_err() {
            return Err(Lost::Panicked("the thread ended".to_owned()));
        }
        match wait(&thread.done, time, || used(thread.id)) {
            Ok(Ok(result)) => {
                self.idle().push(thread);
                Ok(result)
            }
            // Nobody knows what state a panic leaves a thread in: it ends here.
            Ok(Err(words)) => Err(Lost::Panicked(words)),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(Lost::Late),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                Err(Lost::Panicked("the thread ended".to_owned()))
            }
        }
    }

    /// A waiting thread at the home of this one.
    fn waiting(&self) -> Option<Idle<T>> {
        let home = Home::here();
        let mut idle = self.idle();
        let at = idle.iter().rposition(|thread| thread.home == home)?;
        Some(idle.swap_remove(at))
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle<T>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The longest that is waited at a time, and what a wait counts for at most.
const SLICE: Duration = Duration::from_millis(200);

/// So many times as long one is waited for that had no turn on a processor.
const STARVED: u32 = 4;

/// Waits for so long, but for the time in which this process was stopped, and longer where the machine is so busy that
/// the thread had less time than that: an evaluation that could not run is not late.
fn wait<T>(
    done: &mpsc::Receiver<T>,
    time: Duration,
    used: impl Fn() -> Option<Duration>,
) -> Result<T, mpsc::RecvTimeoutError> {
    let before = used();
    let mut waited = Duration::ZERO;
    let mut until = time;
    loop {
        let slice = SLICE.min(until.saturating_sub(waited));
        match done.recv_timeout(slice) {
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            other => return other,
        }
        waited += slice;
        if waited < until {
            continue;
        }
        let ran = used()
            .zip(before)
            .map(|(now, before)| now.saturating_sub(before));
        let owed = time.saturating_sub(ran.unwrap_or(time));
        until = (waited + owed).min(time * STARVED);
        if until <= waited {
            return Err(mpsc::RecvTimeoutError::Timeout);
        }
    }
}

/// How long a thread of this process ran on a processor; none where the system does not say.
fn used(thread: Pid) -> Option<Duration> {
    let file = format!("/proc/self/task/{}/schedstat", thread.as_raw_nonzero());
    let said = fs::read_to_string(file).ok()?;
    let nanoseconds = said.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

fn start<T: Send + 'static>() -> io::Result<Idle<T>> {
    let (work, works) = mpsc::channel::<Work<T>>();
    let (result, done) = mpsc::sync_channel(1);
    let (tell, told) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name(NAME.to_owned())
        .stack_size(STACK)
        .spawn(move || {
            if tell.send(gettid()).is_err() {
                return;
            }
            for work in works {
                let outcome = panic::catch_unwind(AssertUnwindSafe(work)).map_err(words);
                if result.send(outcome).is_err() {
                    // Nobody waits any more for one that is late.
                    break;
                }
            }
        })?;
    Ok(Idle {
        home: Home::here(),
        id: told.recv().map_err(io::Error::other)?,
        work,
        done,
    })
}

fn words(_: Box<dyn Any + Send>) -> String {
    PANIC.with(|said| said.borrow().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_serves_again() {
        let threads = Threads::new();
        let name = || thread::current().id();
        let minute = Duration::from_secs(60);
        let first = threads.run(minute, name).unwrap();
        assert_eq!(threads.run(minute, name).unwrap(), first);
        assert_ne!(first, thread::current().id());
    }

    #[test]
    fn a_panic_is_told() {
        let threads = Threads::<()>::new();
        let lost = threads.run(Duration::from_secs(60), || panic!("oh dear"));
        let Err(Lost::Panicked(words)) = lost else {
            panic!("no panic: {lost:?}");
        };
        assert!(words.contains("oh dear"), "{words}");
        assert!(threads.run(Duration::from_secs(60), || ()).is_ok());
    }

    #[test]
    fn one_that_is_late_is_left_behind() {
        let threads = Threads::new();
        let lost = threads.run(Duration::from_millis(10), || {
            thread::sleep(Duration::from_secs(60));
        });
        assert!(matches!(lost, Err(Lost::Late)), "{lost:?}");
        assert!(threads.run(Duration::from_secs(60), || ()).is_ok());
    }

    #[test]
    fn one_that_has_no_turn_is_waited_for_longer() {
        let wait_for = |ran: Duration| {
            let (_result, done) = mpsc::channel::<()>();
            let asked = std::cell::Cell::new(0);
            let began = std::time::Instant::now();
            let used = || Some(ran * asked.replace(asked.get() + 1));
            assert!(wait(&done, SLICE, used).is_err());
            began.elapsed()
        };
        assert!(wait_for(SLICE) < SLICE * 2);
        assert!(wait_for(SLICE / 8) >= SLICE * 2);
        let own = used(gettid());
        assert!(own.is_none_or(|own| own > Duration::ZERO));
    }

    #[test]
    fn what_comes_in_time_comes_whatever_the_slices() {
        let threads = Threads::new();
        let slow = || thread::sleep(SLICE * 5);
        assert!(threads.run(SLICE * 20, slow).is_ok());
        assert!(matches!(threads.run(SLICE / 2, slow), Err(Lost::Late)));
    }
}
