//! A failure as a release of C++ Nix prints it to standard error
//! (`showErrorInfo` in `error.cc`).

use super::escapes::without_escapes;
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, TraceLine};
use crate::positions::{Location, Origin, Pos};
use crate::state::State;
use rustc_hash::FxHashSet;

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
            self.out.extend_from_slice(b"\nerror: ");
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
        for line in trace.iter().rev() {
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
            self.out.extend_from_slice(
                b"\n(stack trace truncated; use '--show-trace' to show the full, detailed trace)\n",
            );
        }
    }

    fn repeated(&mut self, lines: &mut Vec<&TraceLine>, count: &mut usize) {
        if lines.len() > FEW {
            let omitted = format!("\n({} duplicate frames omitted)\n", lines.len());
            self.out.extend_from_slice(omitted.as_bytes());
        } else {
            for line in lines.iter() {
                self.line(line, count);
            }
        }
        lines.clear();
    }

    fn line(&mut self, line: &TraceLine, count: &mut usize) {
        self.out.extend_from_slice("\n… ".as_bytes());
        self.out.extend_from_slice(line.text.as_bytes());
        self.out.push(b'\n');
        if self.place(line.pos, "  ") {
            *count += 1;
        }
    }

    /// The layout of 2.4 to 2.8: the message, then the trace, innermost first.
    fn message_first(mut self) -> Vec<u8> {
        let error = self.error;
        self.message();
        if self.state.positions.locate(error.pos()).is_some() {
            self.out.push(b'\n');
            self.place_apart(error.pos());
        }
        self.suggestions();
        if self.show_trace {
            for line in error.trace().iter() {
                self.out.extend_from_slice("\n… ".as_bytes());
                self.out.extend_from_slice(line.text.as_bytes());
                self.out.push(b'\n');
                if self.state.positions.locate(line.pos).is_some() {
                    self.out.push(b'\n');
                    self.place_apart(line.pos);
                }
            }
        }
        self.finish()
    }

    /// The layout of 2.3: one text, in which the trace comes first.
    fn prefixes(mut self) -> Vec<u8> {
        let error = self.error;
        self.out.extend_from_slice(b"error: ");
        let trace = error.trace();
        if self.show_trace {
            for line in trace.iter().rev() {
                self.out.extend_from_slice(line.text.as_bytes());
                self.at(line.pos);
                self.out.extend_from_slice(b":\n");
            }
        }
        self.out.extend_from_slice(error.message());
        if !matches!(error.kind(), ErrorKind::Throw | ErrorKind::Abort) {
            if !matches!(error.kind(), ErrorKind::Parse) {
                self.out.push(b',');
            }
            self.at(error.pos());
        }
        self.out.push(b'\n');
        if !trace.is_empty() && !self.show_trace {
            self.out.extend_from_slice(
                b"(use '--show-trace' to show detailed location information)\n",
            );
        }
        self.out
    }

    fn at(&mut self, pos: Pos) {
        if let Some(location) = self.state.positions.locate(pos) {
            let place = format!(" at {}", self.told(&location));
            self.out.extend_from_slice(place.as_bytes());
        }
    }

    fn message(&mut self) {
        self.out.extend_from_slice(self.error.message());
        self.out.push(b'\n');
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
        let place = format!("{indent}at {}:", self.told(&location));
        self.out.extend_from_slice(place.as_bytes());
        self.excerpt(pos, &location);
        self.out.push(b'\n');
        true
    }

    fn place_apart(&mut self, pos: Pos) {
        let Some(location) = self.state.positions.locate(pos) else {
            return;
        };
        let place = format!("at {}:\n", self.told(&location));
        self.out.extend_from_slice(place.as_bytes());
        self.excerpt(pos, &location);
        self.out.push(b'\n');
    }

    fn excerpt(&mut self, pos: Pos, location: &Location) {
        let Some([before, line, after]) = self.state.positions.excerpt(pos) else {
            return;
        };
        let mut numbered = |number: u32, text: Option<Vec<u8>>| {
            if let Some(text) = text {
                let start = format!("\n {number:>5}| ");
                self.out.extend_from_slice(start.as_bytes());
                self.out.extend_from_slice(&text);
            }
        };
        numbered(location.line.saturating_sub(1), before);
        numbered(location.line, line);
        let caret = format!("\n      |{}^", " ".repeat(location.column as usize));
        self.out.extend_from_slice(caret.as_bytes());
        let mut numbered = |number: u32, text: Option<Vec<u8>>| {
            if let Some(text) = text {
                let start = format!("\n {number:>5}| ");
                self.out.extend_from_slice(start.as_bytes());
                self.out.extend_from_slice(&text);
            }
        };
        numbered(location.line + 1, after);
    }

    fn told(&self, location: &Location) -> String {
        let old = self.state.has(Behaviour::TracesArePrefixes);
        let origin = match &location.origin {
            Origin::File(path) => String::from_utf8_lossy(path).into_owned(),
            Origin::String | Origin::Stdin if old => "(string)".to_owned(),
            Origin::String => "«string»".to_owned(),
            Origin::Stdin => "«stdin»".to_owned(),
        };
        format!("{origin}:{}:{}", location.line, location.column)
    }

    /// Indents what follows the first line and drops what a terminal would take
    /// for a command.
    fn finish(self) -> Vec<u8> {
        let text = self.out.trim_ascii_end();
        let mut out = Vec::with_capacity(text.len() + 16);
        for (index, line) in text.split(|&byte| byte == b'\n').enumerate() {
            if index > 0 {
                out.push(b'\n');
            }
            let start = out.len();
            out.extend_from_slice(if index == 0 { b"error: " } else { b"       " });
            out.extend_from_slice(line);
            let kept = out[start..].trim_ascii_end().len();
            out.truncate(start + kept);
        }
        let mut out = without_escapes(&out);
        out.push(b'\n');
        out
    }
}
