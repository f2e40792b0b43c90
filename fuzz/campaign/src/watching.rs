//! `--profile` and `--stats` of `eval` and `instantiate`: where the time went, as folded stacks and as a flame
//! graph, and how much there was of everything, as C++ Nix says it under `NIX_SHOW_STATS`.
#![allow(
    clippy::print_stderr,
    reason = "statistics go where C++ Nix prints them"
)]

use std::{
    ffi::OsString,
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use cpu_time::ProcessTime;
use inferno::flamegraph;
use serde_json::json;
use twinix_evaluator::{
    profile::{Profile, Stats, Watched},
    state::Settings,
};

use crate::cli::EvalOptions;

/// How often it is noted what is under way.
const PERIOD: Duration = Duration::from_millis(1);

/// Has an evaluation watched as the options say.
pub fn watch(settings: &mut Settings, options: &EvalOptions) {
    settings.profile = options.profile.is_some().then_some(PERIOD);
    settings.stats = options.stats;
}

/// What was seen of all evaluations of a command.
pub struct Seen {
    profile: Option<Profile>,
    stats: Option<Stats>,
    began: ProcessTime,
}

impl Seen {
    /// Nothing yet.
    pub fn nothing() -> Self {
        Self {
            profile: None,
            stats: None,
            began: ProcessTime::now(),
        }
    }

    /// Adds what was seen of one.
    pub fn add(&mut self, watched: Watched) {
        if let Some(more) = watched.profile {
            let profile = self.profile.get_or_insert_default();
            profile.stacks.extend(more.stacks);
        }
        if let Some(more) = watched.stats {
            *self.stats.get_or_insert_default() += more;
        }
    }

    /// Writes the profile and prints the statistics.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn tell(&self, options: &EvalOptions) -> Result<()> {
        if let (Some(profile), Some(at)) = (&self.profile, &options.profile) {
            write_profile(profile, at)?;
        }
        if let Some(stats) = &self.stats {
            eprintln!("{:#}", shown(stats, self.began.elapsed()));
        }
        Ok(())
    }
}

fn write_profile(profile: &Profile, at: &Path) -> Result<()> {
    let folded = profile.folded();
    let text = with_ending(at, ".folded");
    fs::write(&text, &folded).with_context(|| format!("cannot write {}", text.display()))?;
    if folded.is_empty() {
        eprintln!(
            "warning: the evaluation was over before anything could be noted of it; {} is empty",
            text.display()
        );
        return Ok(());
    }
    let graph = with_ending(at, ".svg");
    let context = || format!("cannot write {}", graph.display());
    let file = File::create(&graph).with_context(context)?;
    let mut options = flamegraph::Options::default();
    "twinix eval".clone_into(&mut options.title);
    "us".clone_into(&mut options.count_name);
    flamegraph::from_lines(&mut options, folded.lines(), BufWriter::new(file))
        .map_err(|error| anyhow!(error))
        .with_context(context)?;
    eprintln!("wrote {} and {}", text.display(), graph.display());
    Ok(())
}

/// A path with one of the two endings, whether or not the user gave one of them.
fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let is_ours = |given: &std::ffi::OsStr| given == "svg" || given == "folded";
    let stem = match path.extension() {
        Some(given) if is_ours(given) => path.with_extension(""),
        _ => path.to_owned(),
    };
    let mut name = OsString::from(stem);
    name.push(ending);
    name.into()
}

fn shown(stats: &Stats, time: Duration) -> serde_json::Value {
    json!({
        "cpuTime": time.as_secs_f64(),
        "time": { "cpu": time.as_secs_f64() },
        "nrFunctionCalls": stats.function_calls,
        "nrPrimOpCalls": stats.builtin_calls,
        "nrThunks": stats.thunks,
        "nrThunksEvaluated": stats.evaluated,
        "nrLookups": stats.lookups,
        "nrOpUpdates": stats.updates,
        "envs": { "number": stats.envs },
        "sets": { "number": stats.sets },
        "list": { "elements": stats.list_elements, "concats": stats.list_concats },
        "symbols": { "number": stats.symbols },
        "heap": { "bytes": stats.bytes },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_added_to_what_the_user_said() {
        assert_eq!(
            with_ending(Path::new("a/b.c"), ".svg"),
            Path::new("a/b.c.svg")
        );
        assert_eq!(with_ending(Path::new("a.svg"), ".svg"), Path::new("a.svg"));
        assert_eq!(
            with_ending(Path::new("a.svg"), ".folded"),
            Path::new("a.folded")
        );
    }
}
