//! What is seen of programs whose work is known.

use super::Watched;
use crate::io::MemoryIo;
use crate::job::{Input, Job, observe};
use crate::state::Settings;
use std::time::Duration;

fn watched_as(settings: Settings, program: &str) -> Watched {
    let job = Job {
        settings,
        ..Job::of(Input::Expression(program.as_bytes().to_vec()))
    };
    let observed = observe(&job, Box::new(MemoryIo::default()), Box::new(|_| {}));
    assert!(observed.result.is_ok(), "{:?}", observed.result);
    observed.watched
}

fn watched(program: &str) -> Watched {
    let settings = Settings {
        profile: Some(Duration::from_micros(100)),
        stats: true,
        ..Settings::default()
    };
    watched_as(settings, program)
}

#[test]
fn counters_count_what_the_program_says() {
    let stats =
        watched("let f = x: x.a; in [ (f { a = 1; }) (f { a = 2; }) ] ++ [ (1 + 2) ]").stats;
    let stats = stats.expect("it was asked for");
    assert_eq!(stats.function_calls, 2);
    assert_eq!(stats.lookups, 2);
    assert_eq!(stats.sets, 2);
    assert_eq!(stats.list_elements, 3);
    assert_eq!(stats.list_concats, 1);
    assert!(stats.symbols > 0 && stats.bytes > 0);
}

#[test]
fn most_of_the_time_is_in_the_function_that_does_the_work() {
    let program = "let
        count = n: if n == 0 then 0 else 1 + count (n - 1);
        idle = x: x;
      in idle (builtins.foldl' (sum: _: sum + count 1000) 0 (builtins.genList idle 200))";
    let profile = watched(program).profile.expect("it was asked for");
    let time = |has: &dyn Fn(&[String]) -> bool| -> Duration {
        let stacks = profile.stacks.iter().filter(|(stack, _)| has(stack));
        stacks.map(|(_, time)| *time).sum()
    };
    let all = time(&|_| true);
    let counting = time(&|stack| stack.iter().any(|it| it == "«string»:2:17:count"));
    assert!(
        counting * 2 > all,
        "{counting:?} of {all:?}: {}",
        profile.folded()
    );
    assert!(
        profile.folded().contains("builtin foldl'"),
        "{}",
        profile.folded()
    );
    // A function that calls itself is there once.
    let is_once = |(stack, _): &(Vec<String>, Duration)| {
        stack.iter().filter(|it| it.ends_with(":count")).count() <= 1
    };
    assert!(profile.stacks.iter().all(is_once));
}

#[test]
fn what_is_not_asked_for_is_not_there() {
    let watched = watched_as(Settings::default(), "1");
    assert!(watched.profile.is_none() && watched.stats.is_none());
}
