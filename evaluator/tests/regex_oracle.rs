//! Random patterns and subjects, matched and split by us and by C++ Nix.
//!
//! The oracle is the command in `TWINIX_REGEX_ORACLE` (a `nix-instantiate`), else
//! the `nix-instantiate` on the search path. `TWINIX_REGEX_SECONDS` and
//! `TWINIX_REGEX_SEED` make it a longer or another run.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test panics to fail and says what it skipped"
)]

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use twinix_evaluator::regex::{Captures, Limits, Regex};

const CASES_A_PROCESS: usize = 40;

/// What patterns that need not be valid are strung together from.
const SYNTAX: &[&str] = &[
    "a",
    "b",
    "c",
    "-",
    "-",
    "^",
    "$",
    "(",
    ")",
    "(",
    ")",
    "|",
    "*",
    "+",
    "?",
    "{",
    "}",
    "{1}",
    "{2,",
    ",",
    "3",
    "[",
    "]",
    "[",
    "]",
    "[^",
    "[]",
    "\\",
    ".",
    ":",
    "=",
    "[:alpha:]",
    "[:",
    ":]",
    "[.a.]",
    "[=b=]",
    "[.",
    ".]",
    "\\.",
    "\\]",
];

/// A small deterministic source of random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// Valid patterns over `a` and `b`, rich in groups, empty parts and loops.
fn pattern(random: &mut Random, depth: u32) -> String {
    let mut text = String::new();
    let alternatives = 1 + random.below(3) / 2 + random.below(4) / 3;
    for alternative in 0..alternatives {
        if alternative > 0 {
            text.push('|');
        }
        for _ in 0..random.below(4) {
            if random.below(16) == 0 {
                text.push_str(random.pick(&["^", "$"]));
                continue;
            }
            if depth > 0 && random.below(2) == 0 {
                let _ = write!(text, "({})", pattern(random, depth - 1));
            } else {
                text.push_str(random.pick(&["a", "a", "b", "b", "ab", ".", "[ab]", "[^a]", "c"]));
            }
            for _ in 0..random.below(5) / 3 + random.below(12) / 11 {
                text.push_str(random.pick(&["*", "*", "+", "?", "{0}", "{2}", "{1,}", "{0,2}"]));
            }
        }
    }
    text
}

fn subject(random: &mut Random) -> String {
    (0..random.below(8))
        .map(|_| random.pick(&["a", "a", "a", "b", "b", "c"]))
        .collect()
}

fn json_groups(subject: &str, captures: &Captures) -> String {
    let groups: Vec<String> = captures
        .groups
        .iter()
        .map(|group| match group {
            Some((start, end)) => format!("\"{}\"", &subject[*start..*end]),
            None => "null".to_owned(),
        })
        .collect();
    format!("[{}]", groups.join(","))
}

/// What `[ (match p s) (split p s) ]` is in JSON.
fn ours(pattern: &str, subject: &str) -> String {
    let regex = Regex::new(pattern.as_bytes()).unwrap();
    let matched = regex.full_match(subject.as_bytes(), Limits::default());
    let matched = match matched.unwrap() {
        Some(captures) => json_groups(subject, &captures),
        None => "null".to_owned(),
    };
    let mut parts = Vec::new();
    let mut rest = 0;
    for found in regex
        .find_iter(subject.as_bytes(), Limits::default())
        .unwrap()
    {
        let found = found.unwrap();
        parts.push(format!("\"{}\"", &subject[rest..found.span.0]));
        parts.push(json_groups(subject, &found));
        rest = found.span.1;
    }
    parts.push(format!("\"{}\"", &subject[rest..]));
    format!("[{matched},[{}]]", parts.join(","))
}

/// Evaluates `program` with a limit of `seconds`: the standard output, if it
/// succeeds.
fn evaluate(oracle: &str, program: &str, seconds: u64) -> Option<String> {
    // C++ Nix heeds gentler signals only between evaluation steps.
    let output = Command::new("timeout")
        .args([
            "--signal=KILL",
            &seconds.to_string(),
            oracle,
            "--eval",
            "-E",
            program,
        ])
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(())?;
    String::from_utf8(output.stdout).ok()
}

/// What the oracle makes of the same, a line for each case.
fn theirs(oracle: &str, cases: &[(String, String)], seconds: u64) -> Option<Vec<String>> {
    let mut program = String::from(
        "builtins.concatStringsSep \"\\n\" (map (c: builtins.toJSON \
         [ (builtins.match c.p c.s) (builtins.split c.p c.s) ]) [",
    );
    for (pattern, subject) in cases {
        let _ = write!(
            program,
            "{{p={};s={};}}",
            literal(pattern),
            literal(subject)
        );
    }
    program.push_str("])");
    let text = evaluate(oracle, &program, seconds)?;
    let quoted = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    let lines: Vec<String> = quoted
        .split("\\n")
        .map(|line| line.replace("\\\"", "\""))
        .collect();
    (lines.len() == cases.len()).then_some(lines)
}

/// `text` as a Nix string.
fn literal(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('$', "\\$");
    format!("\"{escaped}\"")
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// The oracle's command, or why there is none.
fn oracle() -> Result<String, String> {
    let oracle = std::env::var("TWINIX_REGEX_ORACLE").unwrap_or("nix-instantiate".to_owned());
    let works = evaluate(&oracle, "1", 10).is_some();
    works.then_some(()).ok_or(format!(
        "skipped: `{oracle}` evaluates nothing; set TWINIX_REGEX_ORACLE to a nix-instantiate"
    ))?;
    Ok(oracle)
}

/// Runs `batch` until the time is up and says how much was compared.
fn until_time_is_up(mut batch: impl FnMut(&str, &mut Random) -> usize) {
    let oracle = match oracle() {
        Ok(oracle) => oracle,
        Err(reason) => return println!("{reason}"),
    };
    let mut random = Random(number("TWINIX_REGEX_SEED", 1));
    let end = Instant::now() + Duration::from_secs(number("TWINIX_REGEX_SECONDS", 1));
    let mut compared = 0;
    while Instant::now() < end {
        compared += batch(&oracle, &mut random);
    }
    println!("{compared} cases compared with `{oracle}`");
}

#[test]
fn random_patterns_agree_with_the_oracle() {
    until_time_is_up(|oracle, random| {
        let cases: Vec<(String, String)> = (0..CASES_A_PROCESS)
            .map(|_| (pattern(random, 2), subject(random)))
            .collect();
        // Some patterns take libstdc++ exponential time.
        let Some(expected) = theirs(oracle, &cases, 1) else {
            return 0;
        };
        for ((pattern, subject), expected) in cases.iter().zip(expected) {
            assert_eq!(
                ours(pattern, subject),
                expected,
                "{pattern:?} on {subject:?}"
            );
        }
        cases.len()
    });
}

#[test]
fn the_oracle_accepts_the_same_patterns() {
    until_time_is_up(|oracle, random| {
        let pattern: String = (0..1 + random.below(9))
            .map(|_| random.pick(SYNTAX))
            .collect();
        let cases = [(pattern.clone(), subject(random))];
        let expected = theirs(oracle, &cases, 1).map(|lines| lines.concat());
        let valid = Regex::new(pattern.as_bytes()).is_ok();
        let ours = valid.then(|| ours(&pattern, &cases[0].1));
        assert_eq!(ours, expected, "{cases:?}");
        1
    });
}
