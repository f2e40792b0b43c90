//! An oracle that is asked once: what it answered is kept in a file, and later runs read it there. A
//! release answers a program the same every time, so only new programs cost a process.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use twinix_oracle::{Dialect, Evaluator, Outcome, Program, Settings, Unavailable};

/// One line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    outcome: Outcome,
}

/// What oracles answered before, and the file that it is kept in.
pub struct Memory {
    outcomes: Mutex<BTreeMap<String, Outcome>>,
    file: Mutex<File>,
}

impl Memory {
    /// Reads the file, or makes it. A line that was cut off by an interruption is forgotten.
    ///
    /// # Errors
    /// When the file can be neither read nor made.
    pub fn open(path: &Path) -> Result<Self> {
        let named = || path.display().to_string();
        let mut outcomes = BTreeMap::new();
        match File::open(path) {
            Ok(file) => {
                let mut is_empty = true;
                for line in BufReader::new(file).lines() {
                    is_empty = false;
                    let line = line.with_context(named)?;
                    if let Ok(line) = serde_json::from_str::<Line>(&line) {
                        outcomes.insert(line.key, line.outcome);
                    }
                }
                if outcomes.is_empty() && !is_empty {
                    bail!(
                        "{} is no file that --remember made: give another one",
                        named()
                    );
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).with_context(named)?;
                }
            }
            Err(error) => return Err(error).with_context(named),
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .with_context(named)?;
        Ok(Self {
            outcomes: Mutex::new(outcomes),
            file: Mutex::new(file),
        })
    }

    fn find(&self, key: &str) -> Option<Outcome> {
        let outcomes = self.outcomes.lock();
        let outcomes = outcomes.unwrap_or_else(PoisonError::into_inner);
        outcomes.get(key).cloned()
    }

    fn keep(&self, key: String, outcome: &Outcome) -> io::Result<()> {
        let line = Line {
            key,
            outcome: outcome.clone(),
        };
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(text.as_bytes())?;
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        outcomes.insert(line.key, line.outcome);
        Ok(())
    }
}

/// An oracle with a memory.
pub struct Remembered {
    oracle: Box<dyn Evaluator>,
    memory: Arc<Memory>,
}

impl Remembered {
    /// The oracle, asked only what is not remembered.
    pub fn new(oracle: Box<dyn Evaluator>, memory: Arc<Memory>) -> Self {
        Self { oracle, memory }
    }
}

impl Evaluator for Remembered {
    fn name(&self) -> &str {
        self.oracle.name()
    }

    fn dialect(&self) -> Option<Dialect> {
        self.oracle.dialect()
    }

    fn follows_dialect(&self) -> bool {
        self.oracle.follows_dialect()
    }

    fn evaluate(&self, program: &Program, settings: &Settings) -> Result<Outcome, Unavailable> {
        let text = program.source().map_err(Unavailable::Program)?;
        let key = format!(
            "{} {:?} {:?} {:?} {:?} {}",
            self.oracle.name(),
            settings.mode,
            program.delivery(),
            settings.features,
            settings.flags,
            String::from_utf8_lossy(&text)
        );
        if let Some(outcome) = self.memory.find(&key) {
            return Ok(outcome);
        }
        let outcome = self.oracle.evaluate(program, settings)?;
        let is_final = matches!(outcome.class(), "value" | "error");
        if is_final {
            self.memory
                .keep(key, &outcome)
                .map_err(Unavailable::Program)?;
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tempfile::TempDir;

    use super::*;

    struct Counting<'c>(&'c AtomicUsize);

    impl Evaluator for Counting<'_> {
        fn name(&self) -> &str {
            "counting"
        }

        fn dialect(&self) -> Option<Dialect> {
            None
        }

        fn evaluate(&self, _: &Program, _: &Settings) -> Result<Outcome, Unavailable> {
            let asked = self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Outcome::value(asked.to_string()))
        }
    }

    static ASKED: AtomicUsize = AtomicUsize::new(0);

    fn ask(file: &Path, text: &str) -> String {
        let memory = Arc::new(Memory::open(file).unwrap());
        let oracle = Remembered::new(Box::new(Counting(&ASKED)), memory);
        let outcome = oracle.evaluate(&Program::text("p", text), &Settings::default());
        outcome.unwrap().to_string()
    }

    #[test]
    fn what_was_answered_once_is_not_asked_again() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("a/memory.jsonl");
        assert_eq!(ask(&file, "x"), "0");
        assert_eq!(ask(&file, "x"), "0");
        assert_eq!(ask(&file, "y"), "1");
        let mut text = fs::read(&file).unwrap();
        text.truncate(text.len() - 5);
        fs::write(&file, text).unwrap();
        assert_eq!(ask(&file, "y"), "2");
    }
}
