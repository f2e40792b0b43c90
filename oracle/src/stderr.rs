//! Reads what a `nix-instantiate` wrote to standard error: the traces of the program, and the error in
//! the layout of its release.
//!
//! 2.3 writes one text with the position at its end (`…, at FILE:1:2`). 2.8 writes the message, then
//! the position, then the frames; later releases write the frames first, outermost first, and the
//! message last (`src/libutil/error.cc`, `showErrorInfo`).

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    dialect::Dialect,
    outcome::{Failure, Position},
    taxonomy::{self, ErrorKind},
};

/// One line of a release's trace of Nix calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What was being done, such as `while calling the 'throw' builtin`.
    pub text: String,
    /// Where, as far as it says so.
    pub position: Option<Position>,
}

/// Standard error, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stderr {
    /// What the program traced, and warnings that the program itself asked for, in order.
    pub traces: Vec<String>,
    /// The message of the error.
    pub message: String,
    /// The position of the message itself.
    pub position: Option<Position>,
    /// Whether there is room for a position in the message, but none is known: a `throw` has no room.
    pub unplaced: bool,
    /// The frames above the error, outermost first; only from 2.9 on.
    pub frames: Vec<Frame>,
    /// Whether the evaluator ran out of memory.
    pub out_of_memory: bool,
    /// Whether there is an error at all.
    pub is_error: bool,
    /// The last line, for a process that died.
    pub last_line: String,
    /// The message of 2.3 with its position still in it.
    uncut: Option<String>,
}

/// A line that begins one of these begins an entry of its own.
const ENTRIES: [&str; 4] = ["trace: ", "evaluation warning: ", "warning: ", "error:"];

/// How far 2.4 and later indent what belongs to an error.
const INDENT: &str = "       ";

/// What an evaluator says when its memory is used up; the garbage collector speaks for itself.
const OUT_OF_MEMORY: [&str; 3] = [
    "error: out of memory",
    "error: std::bad_alloc",
    "what():  std::bad_alloc",
];

/// What the loader says where there is not even room for the evaluator.
const CANNOT_BE_LOADED: &str = "failed to map segment from shared object";

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> =
            LazyLock::new(|| Regex::new($text).expect("the pattern is a constant that tests use"));
    };
}

pattern!(COLOUR, "\x1b\\[[0-9;]*m");
// 2.8 puts a suggestion right after the position where it shows no source.
pattern!(PLACE_LINE, r"^ {7,9}at (.+?:\d+:\d+):(Did you mean .*)?$");
pattern!(OLD_PLACE, r"(?s)^(.*) at ([^\n]+?:\d+:\d+)$");
pattern!(
    NOWHERE,
    r"(?s)^(.*?),? at (undefined position|0x[0-9a-f]+)$"
);
pattern!(
    OLD_DUPLICATE,
    r"^(.* '.*') at (\S+:\d+:\d+)( already defined at .*)$"
);
pattern!(OLD_FRAME, r"^(while |from call site).*:$");

impl Stderr {
    /// Takes standard error apart. Folders must have been renamed already.
    pub fn read(text: &str, dialect: Dialect) -> Self {
        Self::read_beside(text, dialect, false)
    }

    /// The same of an evaluation that may start `git`, which says things of its own in between.
    pub fn read_beside_git(text: &str, dialect: Dialect) -> Self {
        Self::read_beside(text, dialect, true)
    }

    fn read_beside(text: &str, dialect: Dialect, git: bool) -> Self {
        let text = COLOUR.replace_all(text, "");
        let lines: Vec<&str> = text.lines().collect();
        // What a helper of the evaluator reported comes before the evaluator's own error. But 2.3
        // leaves the lines of a message as they are, so there the first one counts.
        let start = if dialect == Dialect::V2_3 {
            lines.iter().position(|line| is_error_line(line))
        } else {
            let last = lines.iter().rposition(|line| is_error_line(line));
            last.or_else(|| {
                (dialect == Dialect::V2_8)
                    .then(|| wordless(&lines))
                    .flatten()
            })
        };
        let mut read = Self {
            traces: traces(&lines[..start.unwrap_or(lines.len())], git),
            out_of_memory: ran_out(&lines, start),
            last_line: lines
                .iter()
                .rfind(|line| !line.is_empty())
                .unwrap_or(&"")
                .to_string(),
            is_error: start.is_some(),
            ..Self::default()
        };
        if let Some(start) = start {
            if dialect == Dialect::V2_3 {
                read.read_old(&lines[start..]);
            } else {
                read.read_new(&lines[start..]);
            }
        }
        read
    }

    /// The error that it tells of.
    pub fn failure(&self, dialect: Dialect) -> Failure {
        self.failure_of(taxonomy::classify(self, dialect))
    }

    /// The error that it tells of, which is of this kind.
    pub fn failure_of(&self, kind: ErrorKind) -> Failure {
        match &self.uncut {
            // The texts of throw and abort are the program's, whatever they look like.
            Some(uncut) if matches!(kind, ErrorKind::Throw | ErrorKind::Abort) => {
                Failure::new(kind, uncut.clone(), None)
            }
            _ => {
                let inner = || {
                    self.frames
                        .iter()
                        .rev()
                        .find_map(|frame| frame.position.clone())
                };
                Failure::new(
                    kind,
                    self.message.clone(),
                    self.position.clone().or_else(inner),
                )
            }
        }
    }

    /// Whether one of the frames says this.
    pub fn has_frame(&self, text: &str) -> bool {
        self.frames.iter().any(|frame| frame.text.contains(text))
    }

    /// The frame right above the error.
    pub fn innermost(&self) -> Option<&Frame> {
        self.frames.last()
    }

    fn read_old(&mut self, lines: &[&str]) {
        let mut lines: Vec<&str> = lines.to_vec();
        if let Some(first) = lines.first_mut() {
            *first = first.strip_prefix("error:").unwrap_or(first).trim_start();
        }
        let message: Vec<&str> = lines
            .into_iter()
            .skip_while(|line| OLD_FRAME.is_match(line))
            .take_while(|line| !ends_message(line))
            .collect();
        let message = message.join("\n").trim_end().to_owned();
        if let Some(parts) = OLD_DUPLICATE.captures(&message) {
            self.position = parts[2].parse().ok();
            self.message = format!("{}{}", &parts[1], &parts[3]);
        } else if let Some(parts) = OLD_PLACE.captures(&message) {
            self.position = parts[2].parse().ok();
            self.message = parts[1].trim_end_matches(',').to_owned();
        } else if let Some(parts) = NOWHERE.captures(&message) {
            self.unplaced = true;
            self.message = parts[1].to_owned();
        } else {
            self.message.clone_from(&message);
        }
        self.uncut = Some(message);
    }

    fn read_new(&mut self, lines: &[&str]) {
        let first = lines[0].strip_prefix("error:").unwrap_or("").trim_start();
        let (first, rest) = if first.is_empty() {
            // An empty line sets the message off from the frames; later lines are the message's own.
            let is_inner = |line: &str| line.strip_prefix(INDENT).is_some_and(is_error_line);
            let before = lines
                .windows(2)
                .position(|pair| pair[0].is_empty() && is_inner(pair[1]));
            // Frames that say nothing are not printed, and then there is no such line.
            let only_silent = || lines.get(1).is_some_and(|line| is_inner(line)).then_some(1);
            let Some(at) = before.map(|before| before + 1).or_else(only_silent) else {
                return;
            };
            self.frames = frames(&lines[..at]);
            let first = lines[at]
                .trim_start()
                .strip_prefix("error:")
                .unwrap_or("")
                .trim_start();
            (first, &lines[at + 1..])
        } else {
            (first, &lines[1..])
        };
        let mut message = vec![first];
        for line in rest {
            if let Some(parts) = PLACE_LINE.captures(line) {
                self.position = parts[1].parse().ok();
                break;
            }
            if ends_message(line) {
                break;
            }
            message.push(line.strip_prefix(INDENT).unwrap_or(line));
        }
        message.join("\n").trim_end().clone_into(&mut self.message);
    }
}

/// Whether the evaluator itself says that it has no memory left: in its last words, or by its garbage
/// collector before them. What the program traced or threw says nothing about that.
fn ran_out(lines: &[&str], error: Option<usize>) -> bool {
    let thrown = lines.iter().any(|line| {
        line.contains("while calling the 'throw' builtin") || line.contains("'abort' builtin")
    });
    let last_words = lines.last().copied().unwrap_or_default();
    let collector = || {
        let before = &lines[..error.unwrap_or(lines.len())];
        before.iter().any(|line| {
            line.starts_with("GC Warning: Out of Memory")
                || line.starts_with("GC Warning: Failed to expand heap")
        })
    };
    !thrown
        && (OUT_OF_MEMORY.contains(&last_words.trim_start())
            || last_words.ends_with(CANNOT_BE_LOADED)
            || collector())
}

fn is_error_line(line: &str) -> bool {
    line.starts_with("error:")
}

/// Where the error is of which 2.8 says nothing at all: it leaves out `error:` where no words follow.
fn wordless(lines: &[&str]) -> Option<usize> {
    let last = lines.len().checked_sub(1)?;
    let at = if ends_message(lines[last]) {
        last.checked_sub(1)?
    } else {
        last
    };
    lines[at].is_empty().then_some(at)
}

/// Whether a line is an evaluator's own remark after the message.
fn ends_message(line: &str) -> bool {
    line.starts_with("(use '--show-trace'")
        || line.starts_with("Try '")
        || line.starts_with("       … ")
        || line.starts_with("       Did you mean ")
}

fn frames(lines: &[&str]) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for line in lines {
        if let Some(text) = line.strip_prefix("       … ") {
            frames.push(Frame {
                text: text.to_owned(),
                position: None,
            });
        } else if let (Some(parts), Some(frame)) = (PLACE_LINE.captures(line), frames.last_mut()) {
            frame.position = parts[1].parse().ok();
        }
    }
    frames
}

/// What releases say while they fetch.
fn is_of_fetchers(line: &str) -> bool {
    let ends = ["'...", "' into the Git cache..."];
    line.starts_with("unpacking '") && ends.iter().any(|end| line.ends_with(end))
}

/// How lines of `git` start that are not its error.
const OF_GIT: [&str; 5] = ["remote: ", "From /", "From file://", "fatal: ", "hint: "];

fn traces(lines: &[&str], git: bool) -> Vec<String> {
    let is_of_git = |line: &str| git && OF_GIT.iter().any(|start| line.starts_with(start));
    let mut traces: Vec<String> = Vec::new();
    let mut inside = false;
    for line in lines {
        if is_of_fetchers(line) || is_of_git(line) {
            inside = false;
        } else if ENTRIES.iter().any(|entry| line.starts_with(entry)) {
            inside = line.starts_with("trace: ") || line.starts_with("evaluation warning: ");
            if inside {
                traces.push((*line).to_owned());
            }
        } else if inside && let Some(trace) = traces.last_mut() {
            trace.push('\n');
            trace.push_str(line);
        }
    }
    traces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_position_of_2_3_ends_the_message() {
        let read = Stderr::read(
            "trace: a\nerror: attribute 'y' missing, at /pwd/u.nix:1:12\n",
            Dialect::V2_3,
        );
        assert_eq!(read.traces, ["trace: a"]);
        assert_eq!(read.message, "attribute 'y' missing");
        assert_eq!(read.position, "/pwd/u.nix:1:12".parse().ok());
    }

    #[test]
    fn the_trace_of_2_3_comes_before_its_message() {
        let text = "error: while evaluating 'f' at /pwd/u.nix:1:9, called from /pwd/u.nix:2:5:\n\
                    attribute 'y' missing, at /pwd/u.nix:1:12\n";
        assert_eq!(
            Stderr::read(text, Dialect::V2_3).message,
            "attribute 'y' missing"
        );
    }

    #[test]
    fn a_throw_of_2_3_keeps_a_text_that_looks_like_a_position() {
        let read = Stderr::read("error: look at me:1:2\n", Dialect::V2_3);
        assert_eq!(read.message, "look");
        let said = Stderr::read(
            "error: evaluation aborted with the following error message: 'x at a:1:2\n",
            Dialect::V2_3,
        );
        assert!(said.failure(Dialect::V2_3).message.ends_with("x at a:1:2"));
    }

    #[test]
    fn the_position_of_2_8_follows_the_message() {
        let text = "error: cannot add a string to an integer\n\n       at «string»:1:3:\n\n            1| 1+\n";
        let read = Stderr::read(text, Dialect::V2_8);
        assert_eq!(read.message, "cannot add a string to an integer");
        assert_eq!(read.position.unwrap().to_string(), "«string»:1:3");
    }

    #[test]
    fn an_empty_line_is_an_error_without_words_in_2_8() {
        let hint = "(use '--show-trace' to show detailed location information)\n";
        for text in ["\n".to_owned(), format!("trace: a\n\n{hint}")] {
            let read = Stderr::read(&text, Dialect::V2_8);
            assert!(read.is_error);
            assert_eq!(read.message, "");
            assert!(!Stderr::read(&text, Dialect::V2_26).is_error);
        }
        assert!(!Stderr::read("", Dialect::V2_8).is_error);
    }

    #[test]
    fn the_frames_of_2_26_come_first_and_the_message_may_look_like_an_error() {
        let text = "error:\n       error: attribute 'a' missing\n       at «string»:1:29:\n";
        let read = Stderr::read(text, Dialect::V2_34);
        assert_eq!(read.message, "attribute 'a' missing");
        let text = "error:\n       … while calling the 'throw' builtin\n         at /pwd/x:1:2:\n            1| x\n\n       error: a\n       b\n       error: c\n";
        let read = Stderr::read(text, Dialect::V2_26);
        assert_eq!(read.message, "a\nb\nerror: c");
        assert_eq!(
            read.innermost().unwrap().position,
            "/pwd/x:1:2".parse().ok()
        );
        assert_eq!(read.failure(Dialect::V2_26).kind, ErrorKind::Throw);
    }

    #[test]
    fn only_traces_and_warnings_of_the_program_are_kept() {
        let text = "warning: unknown setting\ntrace: a\nb\nwarning: x\nevaluation warning: w\n";
        let read = Stderr::read(text, Dialect::V2_34);
        assert_eq!(read.traces, ["trace: a\nb", "evaluation warning: w"]);
    }

    #[test]
    fn what_fetchers_say_is_in_no_trace() {
        for said in [
            "unpacking 'file:///x' into the Git cache...",
            "unpacking 'file:///x'...",
            "remote: Counting objects: 100% (3/3), done.",
            "From file:///pwd/r\n * [new branch]      master     -> master",
        ] {
            let text = format!("trace: a\n{said}\ntrace: b\n");
            let read = Stderr::read_beside_git(&text, Dialect::V2_34);
            assert_eq!(read.traces, ["trace: a", "trace: b"]);
        }
        let text = "trace: a\nfatal: b\n";
        assert_eq!(
            Stderr::read(text, Dialect::V2_34).traces,
            ["trace: a\nfatal: b"]
        );
    }

    #[test]
    fn colours_are_dropped() {
        let read = Stderr::read(
            "\u{1b}[31;1merror:\u{1b}[0m division by zero\n",
            Dialect::V2_26,
        );
        assert_eq!(read.message, "division by zero");
    }
}
