//! A failure as a release of C++ Nix prints it to standard error
//! (`showErrorInfo` in `error.cc`).

use super::escapes::{Terminal, without_escapes};
use super::{chomped, indented};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, TraceLine};
use crate::positions::{Location, Origin, Pos};
use crate::state::State;
use rustc_hash::FxHashSet;
use std::borrow::Cow;

/// How many lines are printed before a trace is cut short; a line with a
/// position counts twice.
const SHORT: usize = 3;

/// How many lines that were printed before are printed again rather than
/// counted.
const FEW: usize = 5;

/// The text that goes to standard error, with its last newline.
pub fn report(state: &State<'_>, error: &Error, show_trace: bool) -> Vec<u8> {
    let report = Report {
        state,
        error,
        show_trace,
        out: Vec::new(),
    };
    if state.has(Behaviour::TracesComeLast) {
        report.message_first()
    } else if state.has(Behaviour::TracesArePrefixes) {
        report.prefixes()
    } else {
        report.traces_first()
    }
}

const RED: &[u8] = b"\x1b[31;1m";
const WARNING: &[u8] = b"\x1b[35;1m";
const BLUE: &[u8] = b"\x1b[34;1m";
const NORMAL: &[u8] = b"\x1b[0m";

/// The lines before, at and after a position.
type Excerpt = [Option<Vec<u8>>; 3];

/// What releases before 2.9 say when they keep a trace to themselves.
const HINT: &[u8] = b"(use '--show-trace' to show detailed location information)\n";

const ATTRIBUTE: &str = "while evaluating the attribute '";
const FILE: &str = "while evaluating the file '";

/// Whether this is what follows `while calling ` in the line of a builtin or
/// functor.
fn is_builtin(called: &str) -> bool {
    called.ends_with(" builtin") || called.starts_with("a functor")
}

/// A line of trace as 2.8 has it, if it does: it knows few of those that there
/// are since 2.14.
fn in_2_8(line: &TraceLine) -> Option<(Cow<'_, str>, Pos)> {
    const KNOWN: [&str; 6] = [
        ATTRIBUTE,
        FILE,
        "while adding path '",
        "while fetching the input '",
        "while realising the context of ",
        "while decoding a JSON string",
    ];
    let text = &*line.text;
    if line.always || text == "from call site" || KNOWN.iter().any(|known| text.starts_with(known))
    {
        return Some((Cow::Borrowed(text), line.pos));
    }
    let name = text
        .strip_prefix("while calling ")
        .filter(|name| !is_builtin(name))?;
    Some((Cow::Owned(format!("while evaluating {name}")), line.pos))
}

struct Report<'a, 'h> {
    state: &'a State<'h>,
    error: &'a Error,
    show_trace: bool,
    out: Vec<u8>,
}

impl Report<'_, '_> {
    /// The layout since 2.9: outermost first, the message last.
    fn traces_first(mut self) -> Vec<u8> {
        let error = self.error;
        let trace = error.trace();
        if !trace.is_empty() {
            self.trace(&trace);
            self.out.push(b'\n');
            self.painted(RED, b"error:");
            self.out.push(b' ');
        }
        self.message();
        self.place(error.pos(), "");
        self.suggestions();
        self.finish()
    }

    fn trace(&mut self, trace: &[TraceLine]) {
        let mut seen = FxHashSet::default();
        let mut repeated: Vec<&TraceLine> = Vec::new();
        let (mut count, mut cut) = (0, false);
        // A line that says nothing is not printed, but it is there.
        for line in trace.iter().rev().filter(|line| !line.text.is_empty()) {
            cut |= !self.show_trace && count > SHORT;
            if cut && !line.always {
                continue;
            }
            if !seen.insert((line.pos, line.text.as_ref())) {
                repeated.push(line);
                continue;
            }
            self.repeated(&mut repeated, &mut count);
            count += 1;
            self.line(line, &mut count);
        }
        self.repeated(&mut repeated, &mut count);
        if cut {
            self.out.push(b'\n');
            self.painted(
                WARNING,
                b"(stack trace truncated; use '--show-trace' to show the full, detailed trace)",
            );
            self.out.push(b'\n');
        }
    }

    fn repeated(&mut self, lines: &mut Vec<&TraceLine>, count: &mut usize) {
        if lines.len() > FEW {
            let omitted = format!("({} duplicate frames omitted)", lines.len());
            self.out.push(b'\n');
            self.painted(WARNING, omitted.as_bytes());
            self.out.push(b'\n');
        } else {
            for line in lines.iter() {
                self.line(line, count);
            }
        }
        lines.clear();
    }

    fn line(&mut self, line: &TraceLine, count: &mut usize) {
        self.out.extend_from_slice("\n… ".as_bytes());
        self.hint(line.text.as_bytes());
        self.out.push(b'\n');
        if self.place(line.pos, "  ") {
            *count += 1;
        }
    }

    /// The layout of 2.4 to 2.8: the message, then the trace, innermost first.
    fn message_first(mut self) -> Vec<u8> {
        let error = self.error;
        let trace = error.trace();
        let old: Vec<(Cow<'_, str>, Pos)> = trace.iter().filter_map(in_2_8).collect();
        self.message();
        if self.state.positions.locate(error.pos()).is_some() {
            self.out.push(b'\n');
            self.place_apart(error.pos());
        }
        self.suggestions();
        if self.show_trace {
            for (text, pos) in &old {
                self.out.extend_from_slice("\n… ".as_bytes());
                self.out.extend_from_slice(text.as_bytes());
                self.out.push(b'\n');
                if self.state.positions.locate(*pos).is_some() {
                    self.out.push(b'\n');
                    self.place_apart(*pos);
                }
            }
        }
        let hint = !old.is_empty() && !self.show_trace;
        let mut out = self.finish();
        if hint {
            out.extend_from_slice(HINT);
        }
        out
    }

    /// The layout of 2.3: one text, in which the trace comes first.
    fn prefixes(mut self) -> Vec<u8> {
        let error = self.error;
        self.out.extend_from_slice(b"error: ");
        let prefixes = self.prefixes_of(&error.trace());
        if self.show_trace {
            self.out.extend_from_slice(prefixes.concat().as_bytes());
        }
        self.out.extend_from_slice(error.message());
        match error.kind() {
            // What a program throws has no position, a syntax error tells it
            // in its message.
            ErrorKind::Throw | ErrorKind::Abort | ErrorKind::Parse => {}
            kind => {
                if let Some(location) = self.state.positions.locate(error.pos()) {
                    let comma = match kind {
                        ErrorKind::UndefinedVariable | ErrorKind::Assert => "",
                        _ => ",",
                    };
                    let place = format!("{comma} at {}", self.told(&location));
                    self.out.extend_from_slice(place.as_bytes());
                }
            }
        }
        self.out.push(b'\n');
        if !prefixes.is_empty() && !self.show_trace {
            self.out.extend_from_slice(HINT);
        }
        without_escapes(&self.out, Terminal::of(self.state.dialect()))
    }

    /// The trace of 2.3, outermost first.
    fn prefixes_of(&self, trace: &[TraceLine]) -> Vec<String> {
        let place = |pos| match self.state.positions.locate(pos) {
            Some(location) => self.told(&location),
            None => "undefined position".to_owned(),
        };
        let mut prefixes = Vec::new();
        for (index, line) in trace.iter().enumerate() {
            if let Some(name) = line.text.strip_prefix("while calling ") {
                let caller = trace
                    .get(index + 1)
                    .filter(|line| line.text == "from call site")
                    .map_or(Pos::NONE, |line| line.pos);
                if !is_builtin(name) {
                    let name = match name {
                        "anonymous lambda" => "anonymous function",
                        name => name,
                    };
                    prefixes.push(format!(
                        "while evaluating {name} at {}, called from {}:\n",
                        place(line.pos),
                        place(caller)
                    ));
                }
            } else if line.text.starts_with(ATTRIBUTE) {
                prefixes.push(format!("{} at {}:\n", line.text, place(line.pos)));
            } else if line.always || line.text.starts_with(FILE) {
                prefixes.push(format!("{}\n", line.text));
            }
        }
        prefixes.reverse();
        prefixes
    }

    fn message(&mut self) {
        let error = self.error;
        match error.kind() {
            ErrorKind::Throw => self.out.extend_from_slice(error.message()),
            _ => self.hint(error.message()),
        }
        self.out.push(b'\n');
    }

    /// A text in a colour. Nobody sees it, but a command for a terminal that a program began and did not end goes
    /// on to the next one.
    fn painted(&mut self, colour: &[u8], text: &[u8]) {
        self.out.extend_from_slice(colour);
        self.out.extend_from_slice(text);
        self.out.extend_from_slice(NORMAL);
    }

    /// Words of the evaluator; what is quoted in them has a colour (`HintFmt`).
    fn hint(&mut self, text: &[u8]) {
        for (index, part) in text.split(|&byte| byte == b'\'').enumerate() {
            match index {
                0 => {}
                _ if index % 2 == 1 => self.out.extend_from_slice(&[b"'", WARNING].concat()),
                _ => self.out.extend_from_slice(&[NORMAL, b"'"].concat()),
            }
            self.out.extend_from_slice(part);
        }
    }

    fn suggestions(&mut self) {
        let names = self.error.suggestions();
        let Some((last, others)) = names.split_last() else {
            return;
        };
        let meant = if others.is_empty() {
            format!("Did you mean {last}?\n")
        } else {
            format!("Did you mean one of {} or {last}?\n", others.join(", "))
        };
        self.out.extend_from_slice(meant.as_bytes());
    }

    /// A position with the lines around it; whether there is one.
    fn place(&mut self, pos: Pos, indent: &str) -> bool {
        let Some(location) = self.state.positions.locate(pos) else {
            return false;
        };
        self.out.extend_from_slice(indent.as_bytes());
        self.painted(BLUE, format!("at {}", self.told(&location)).as_bytes());
        self.out.push(b':');
        if let Some(lines) = self.state.positions.excerpt(pos) {
            self.lines(&location, lines);
        }
        self.out.push(b'\n');
        true
    }

    fn place_apart(&mut self, pos: Pos) {
        let Some(location) = self.state.positions.locate(pos) else {
            return;
        };
        let place = format!("at {}:", self.told(&location));
        self.out.extend_from_slice(place.as_bytes());
        let lines = match &location.origin {
            Origin::File(_) => self.whole_lines(pos, &location),
            _ => self.state.positions.excerpt(pos),
        };
        if let Some(lines) = lines {
            self.out.push(b'\n');
            self.lines(&location, lines);
            self.out.push(b'\n');
        }
    }

    /// The lines around a position in a file, as the releases see them that take
    /// for a line only what a newline ends.
    fn whole_lines(&self, pos: Pos, location: &Location) -> Option<Excerpt> {
        let text = self.state.positions.source(pos)?;
        let mut lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
        lines.pop();
        let number = location.line as usize;
        let line = |number: usize| lines.get(number.checked_sub(1)?).map(|line| line.to_vec());
        let at = line(number)?;
        Some([line(number - 1), Some(at), line(number + 1)])
    }

    fn lines(&mut self, location: &Location, [before, line, after]: Excerpt) {
        self.numbered(location.line.saturating_sub(1), before);
        self.numbered(location.line, line);
        let margin = format!("\n      |{}", " ".repeat(location.column as usize));
        self.out.extend_from_slice(margin.as_bytes());
        self.painted(RED, b"^");
        self.numbered(location.line + 1, after);
    }

    fn numbered(&mut self, number: u32, text: Option<Vec<u8>>) {
        if let Some(text) = text {
            let start = format!("\n {number:>5}| ");
            self.out.extend_from_slice(start.as_bytes());
            self.out.extend_from_slice(&text);
        }
    }

    fn told(&self, location: &Location) -> String {
        let origin = match &location.origin {
            Origin::File(path) => String::from_utf8_lossy(path).into_owned(),
            Origin::Internal(name) => self.state.internal_path(name),
            Origin::String | Origin::Stdin if self.state.has(Behaviour::TracesArePrefixes) => {
                "(string)".to_owned()
            }
            Origin::String => "«string»".to_owned(),
            Origin::Stdin => "«stdin»".to_owned(),
        };
        format!("{origin}:{}:{}", location.line, location.column)
    }

    /// Indents what follows the first line and drops what a terminal would take
    /// for a command.
    fn finish(self) -> Vec<u8> {
        if chomped(&self.out).is_empty() && self.state.has(Behaviour::TracesComeLast) {
            // They leave out `error:` where no words follow.
            return b"\n".to_vec();
        }
        let out = indented(b"error: ", &self.out);
        let mut out = without_escapes(&out, Terminal::of(self.state.dialect()));
        out.push(b'\n');
        out
    }
}
