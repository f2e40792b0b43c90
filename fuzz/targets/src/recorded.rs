//! Programs of the corpus with what each release did, kept beside them: what `differential` compares with where no
//! release is installed. A program that nobody has asked a release about has no outcome there, so an input does not
//! make a program but chooses one, and rewrites it in ways that must not matter.

use crate::metamorphic::{self, says_nothing};
use crate::oracles::{Answered, Case, Site, outcome};
use crate::{Broken, Checked};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Display;
use std::os::unix::{ffi::OsStrExt, fs::PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, io};
use twinix_evaluator::name_order::NameOrder;
use twinix_oracle::recorded::{Record, RecordedSettings};
use twinix_oracle::signature::Signature;
use twinix_oracle::taxonomy::ErrorKind;
use twinix_oracle::verdict::Check;
use twinix_oracle::{Dialect, Outcome, Program};
use walkdir::WalkDir;

/// The program of a folder.
const FOLDER: &str = "default.nix";

/// How messages name what is in the store.
const STORE: &str = "'/nix/store/";

/// Parts of texts that make paths of which the system says more than what they come to.
const UNPLAIN: [&str; 5] = ["/../", "/..\"", "/./", "/.\"", "/\""];

/// The programs that have a record and can be held against it here.
static RECORDS: LazyLock<Records> = LazyLock::new(|| {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    match Records::read(&corpus) {
        Ok(records) => records,
        Err(why) => panic!("cannot read the corpus in '{}': {why}", corpus.display()),
    }
});

/// Chooses a program of the corpus by the first two bytes and rewrites by the others, and compares what it does with
/// what is recorded of it.
///
/// # Errors
/// If our evaluator differs from a release; the signature says how.
pub fn check(data: &[u8]) -> Checked {
    match RECORDS.chosen(data) {
        Some((program, choices)) => program.check(choices),
        None => Ok(()),
    }
}

/// Reads the corpus, which otherwise the first input waits for.
///
/// # Panics
/// If it cannot be read, or has no program with a record.
pub fn start() {
    // Otherwise it would run for hours and find nothing.
    assert!(
        !RECORDS.programs.is_empty(),
        "no program of the corpus has a record to compare with"
    );
}

/// Programs with records, in the order of their numbers.
struct Records {
    programs: Vec<Recorded>,
    /// How many programs that are asked about in the usual way were left out, by the reason.
    left_out: BTreeMap<&'static str, usize>,
}

/// A program with its record.
#[derive(Clone, Debug)]
struct Recorded {
    /// Its file, from the folder of the corpus on.
    file: PathBuf,
    /// What its file makes of 0 to 65535. An input names a program by it, so that it is the same one when others come.
    number: u16,
    case: Case,
    outcomes: BTreeMap<Dialect, Outcome>,
}

/// A program after some rewrites, held against what is recorded of it.
struct Held {
    text: Vec<u8>,
    rewrites: Vec<&'static str>,
    check: Check,
}

impl Records {
    fn read(corpus: &Path) -> Result<Records, String> {
        let mut records = Records {
            programs: Vec::new(),
            left_out: BTreeMap::new(),
        };
        for area in ["regressions", "seeds"] {
            for file in programs_below(&corpus.join(area)).map_err(|error| error.to_string())? {
                let below = file.strip_prefix(corpus).unwrap_or(&file);
                let named = |why: &dyn Display| format!("{}: {why}", below.display());
                let record = Record::of(&file).map_err(|error| named(&error))?;
                let Some(record) = record.filter(|record| is_usual(&record.settings)) else {
                    continue;
                };
                let case = read(&file, &record).map_err(|error| named(&error))?;
                let case = case.and_then(|case| match differs_here(&case, &record) {
                    Some(why) => Err(why),
                    None => Ok(case),
                });
                match case {
                    Ok(case) => records.programs.push(Recorded {
                        file: below.to_owned(),
                        number: number_of(below),
                        case,
                        outcomes: record.outcomes,
                    }),
                    Err(why) => *records.left_out.entry(why).or_default() += 1,
                }
            }
        }
        let programs = &mut records.programs;
        programs.sort_by(|a, b| (a.number, &a.file).cmp(&(b.number, &b.file)));
        Ok(records)
    }

    /// The program that an input chooses, and what is left of the input for rewrites: the first one with at least the
    /// number that the input begins with, or else the first of all.
    fn chosen<'d>(&self, data: &'d [u8]) -> Option<(&Recorded, &'d [u8])> {
        let (number, choices) = data.split_at(data.len().min(2));
        let byte = |at: usize| number.get(at).copied().unwrap_or_default();
        let number = u16::from_le_bytes([byte(0), byte(1)]);
        let place = (self.programs).partition_point(|program| program.number < number);
        let program = self.programs.get(place).or(self.programs.first())?;
        Some((program, choices))
    }
}

/// A number of 16 bits for a file, the same everywhere (FNV-1a, folded).
fn number_of(file: &Path) -> u16 {
    let bytes = file.as_os_str().as_bytes();
    let hash = bytes.iter().fold(0x811c_9dc5_u32, |hash, &byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash >> 16) as u16 ^ hash as u16
}

/// The programs below a folder: each `.nix`, but of a folder with a `default.nix` only that. What lies beside it is
/// there for it to read.
fn programs_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut programs = Vec::new();
    let mut walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry?;
        if entry.file_type().is_dir() {
            let program = entry.path().join(FOLDER);
            if program.is_file() {
                programs.push(program);
                walk.skip_current_dir();
            }
        } else if entry.path().extension() == Some(OsStr::new("nix")) {
            programs.push(entry.into_path());
        }
    }
    Ok(programs)
}

/// Whether a program is asked about as one that was generated: its whole value, without flags.
fn is_usual(settings: &RecordedSettings) -> bool {
    let usual = RecordedSettings {
        features: settings.features.clone(),
        ..RecordedSettings::default()
    };
    *settings == usual
}

/// Reads a program with the files beside it, or says why they cannot be in memory: that has files and the folders
/// which they are in, and nothing else.
fn read(file: &Path, record: &Record) -> io::Result<Result<Case, &'static str>> {
    let mut files = BTreeMap::new();
    if file.ends_with(FOLDER) {
        let folder = file.parent().unwrap_or(Path::new(""));
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry?;
            let path = entry.path();
            if entry.path_is_symlink() {
                return Ok(Err("a link lies beside it"));
            }
            if entry.file_type().is_dir() {
                if fs::read_dir(path)?.next().is_none() {
                    return Ok(Err("an empty folder lies beside it"));
                }
                continue;
            }
            if entry.metadata()?.permissions().mode() & 0o111 != 0 {
                return Ok(Err("an executable file lies beside it"));
            }
            let below = path.strip_prefix(folder).unwrap_or(path);
            if path != file {
                files.insert(below.to_owned(), fs::read(path)?);
            }
        }
    }
    Ok(Ok(Case {
        text: fs::read(file)?,
        files,
        features: record.settings.features.clone(),
        ..Case::default()
    }))
}

/// Why a program does something else in memory than where releases were asked.
fn differs_here(case: &Case, record: &Record) -> Option<&'static str> {
    // Releases have a store that nothing can be put into, so that what they download is not there; in memory it is.
    let looks_into_store = record.outcomes.values().any(|outcome| {
        let failure = outcome.failure();
        failure.is_some_and(|it| it.kind == ErrorKind::Io && it.message.contains(STORE))
    });
    if looks_into_store {
        return Some("a release looked in vain for something in its store");
    }
    // 2.3 and 2.8 hand a path to the system as it is written, which says that there is no `a/..` where there is no `a`,
    // and no `a/` where `a` is a file. Memory takes each path for what it comes to.
    let text = String::from_utf8_lossy(&case.text);
    let is_written = UNPLAIN.iter().any(|part| text.contains(part));
    (text.contains("toString") && is_written)
        .then_some("it writes a path with steps back or a slash at its end")
}

impl Recorded {
    fn check(&self, choices: &[u8]) -> Checked {
        let held = self.hold(choices);
        match Signature::of(&held.check) {
            None => Ok(()),
            Some(signature) => Err(Broken::new(format!(
                "{signature}\n{} after {:?}:\n{}\n{:#?}",
                self.file.display(),
                held.rewrites,
                String::from_utf8_lossy(&held.text),
                held.check.against
            ))),
        }
    }

    fn hold(&self, choices: &[u8]) -> Held {
        let mut rewritten = self.case.clone();
        let mut rewrites = Vec::new();
        if !choices.is_empty()
            && let Some(text) = self.text_to_rewrite()
        {
            for (text, rewrite) in metamorphic::rewrites(choices, text) {
                rewritten.text = text.into_bytes();
                rewrites.push(rewrite.name);
            }
        }
        let site = self.site();
        let mut answers: Vec<Answered> = Vec::new();
        let mut ours = BTreeMap::new();
        for (&dialect, recorded) in &self.outcomes {
            let done = rewritten.run(&site, dialect, NameOrder::default());
            if !rewrites.is_empty() && (!self.has_meaning(dialect) || says_nothing(&done)) {
                continue;
            }
            answers.push((format!("{dialect} (recorded)"), dialect, recorded.clone()));
            ours.insert(dialect, outcome(&done, dialect));
        }
        let program = Program::text(self.file.to_string_lossy(), &*rewritten.text);
        Held {
            check: rewritten.held(&site, &program, answers, &ours),
            text: rewritten.text,
            rewrites,
        }
    }

    fn site(&self) -> Site {
        let name = self.file.file_name().unwrap_or_default();
        Site::of(Path::new(name))
    }

    /// The text, where neither the program nor a file beside it can see how it is written.
    fn text_to_rewrite(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.case.text).ok()?;
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        // What cannot be rewritten at any place sees itself.
        let is_blind = |(_, text): (_, &Vec<u8>)| {
            std::str::from_utf8(text).is_ok_and(|text| {
                !text.contains(&*name) && metamorphic::rewrites(&[], text).next().is_some()
            })
        };
        let is_program = |path: &Path| path.extension() == Some(OsStr::new("nix"));
        let mut beside = self.case.files.iter().filter(|(path, _)| is_program(path));
        let sees_itself = text.contains(&*name);
        (!sees_itself && !self.misses_names_in_time(text) && beside.all(is_blind)).then_some(text)
    }

    /// Whether the program looks for a name that no `with` has. Arguments that are such names are looked for before
    /// the call, but only in a set that was evaluated until then, which a rewrite of the function may do:
    /// `with { a = 0; }; (b: a) 0 c` fails to call 0 in 2.8, and `with { a = 0; }; (let b = 0; in a) c` to find `c`.
    fn misses_names_in_time(&self, text: &str) -> bool {
        let is_missing = |outcome: &Outcome| {
            let failure = outcome.failure();
            failure.is_some_and(|it| it.kind == ErrorKind::UndefinedVariable)
        };
        text.contains("with") && self.outcomes.values().any(is_missing)
    }

    /// Whether rewrites must not change what the program does in this dialect.
    fn has_meaning(&self, dialect: Dialect) -> bool {
        let run = |dialect| self.case.run(&self.site(), dialect, NameOrder::default());
        let is_old = dialect == Dialect::V2_3;
        metamorphic::has_meaning(&run(dialect), is_old, || run(Dialect::NEWEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinix_oracle::outcome::Answer;
    use twinix_oracle::verdict::Verdict;

    /// How many of a hundred programs that are asked about in the usual way can at least be held against their records.
    const LEAST: usize = 94;

    /// Choices for rewrites, which a number makes.
    fn choices(number: usize) -> Vec<u8> {
        let mut state = number as u64;
        let mut next = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            (state >> 56) as u8
        };
        // The first ones are much the same for all numbers.
        (0..72).map(|_| next()).skip(8).collect()
    }

    /// The program that is named so.
    fn program(file: &str) -> Recorded {
        let mut programs = RECORDS.programs.iter();
        let found = programs.find(|program| program.file == Path::new(file));
        found.expect("the corpus has the program").clone()
    }

    #[test]
    fn most_of_the_corpus_is_there_in_order() {
        let there = RECORDS.programs.len();
        let all = there + RECORDS.left_out.values().sum::<usize>();
        assert!(
            there * 100 >= all * LEAST,
            "{there} of {all}: {:?}",
            RECORDS.left_out
        );
        let programs = &RECORDS.programs;
        assert!(programs.is_sorted_by(|a, b| (a.number, &a.file) < (b.number, &b.file)));
    }

    #[test]
    fn every_program_does_what_is_recorded_of_it() {
        let (mut compared, mut open) = (0, 0);
        for program in &RECORDS.programs {
            assert_eq!(program.check(&[]).err(), None);
            let against = program.hold(&[]).check.against;
            assert_eq!(against.len(), program.outcomes.len());
            compared += against.len();
            let is_open = |verdict: &Verdict| *verdict != Verdict::Agree;
            open += (against.iter()).filter(|one| is_open(&one.verdict)).count();
        }
        // What ends at a limit says nothing.
        assert!(open * 200 < compared, "{open} of {compared} say nothing");
    }

    #[test]
    fn rewritten_programs_do_what_is_recorded_of_them() {
        let (mut tried, mut rewritten) = (0, 0);
        for (number, program) in RECORDS.programs.iter().enumerate().step_by(5) {
            let choices = choices(number);
            let broken = program.check(&choices).err();
            assert_eq!(
                broken,
                None,
                "{}",
                broken.as_ref().map(Broken::to_string).unwrap_or_default()
            );
            let held = program.hold(&choices);
            tried += 1;
            rewritten +=
                usize::from(held.text != program.case.text && !held.check.against.is_empty());
            assert_eq!(held.text, program.hold(&choices).text);
        }
        assert!(
            rewritten * 2 > tried,
            "{rewritten} of {tried} are rewritten and compared"
        );
    }

    #[test]
    fn what_is_not_recorded_is_broken() {
        let mut program = program("seeds/operators/add-coercible-sets.nix");
        let choices = choices(1);
        assert_eq!(program.check(&choices), Ok(()));
        let outcome = program.outcomes.get_mut(&Dialect::V2_8);
        let outcome = outcome.expect("every release has a value for it");
        outcome.answer = Answer::Value("something else".to_owned());
        for choices in [&[][..], &choices] {
            let said = program
                .check(choices)
                .err()
                .map(|broken| broken.to_string());
            assert!(said.is_some_and(|said| said.starts_with("2.8|value|")));
        }
    }

    #[test]
    fn two_bytes_choose_a_program_whatever_others_there_are() {
        let mut records = Records {
            programs: RECORDS.programs.clone(),
            left_out: BTreeMap::new(),
        };
        let middle = records.programs.len() / 2;
        let before = records.programs[middle - 1].number;
        // Of those with one number the first is chosen.
        let at = middle + (records.programs[middle..]).partition_point(|it| it.number == before);
        let Recorded { file, number, .. } = records.programs[at].clone();
        let [low, high] = number.to_le_bytes();
        let input = [low, high, b'r'];
        let chosen = |records: &Records, data: &[u8]| {
            let (program, choices) = records.chosen(data).expect("there are programs");
            (program.file.clone(), choices.to_vec())
        };
        assert_eq!(chosen(&records, &input), (file.clone(), b"r".to_vec()));
        let first = records.programs[0].file.clone();
        assert_eq!(chosen(&records, b""), (first.clone(), Vec::new()));
        let last = records.programs.last().expect("there are programs").number;
        if last < u16::MAX {
            assert_eq!(chosen(&records, b"\xff\xff"), (first, Vec::new()));
        }
        records.programs.remove(0);
        records.programs.pop();
        assert_eq!(chosen(&records, &input).0, file);
        records.programs.clear();
        assert!(records.chosen(b"").is_none());
    }

    #[test]
    fn what_sees_itself_stays_as_it_is() {
        for file in [
            "seeds/flake-references/print-a-forge.nix",
            "seeds/bindings/with-is-looked-into-by-an-earlier-argument.nix",
        ] {
            assert_eq!(program(file).hold(&choices(1)).rewrites, [""; 0], "{file}");
        }
    }
}
