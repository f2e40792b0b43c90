//! Shows what was found about one program: the verdict, and how the outcomes differ, side by side where
//! they are short and line by line where they are long.

use std::fmt::Write;

use console::measure_text_width;
use twinix_oracle::{
    Outcome, Verdict,
    compare::Aspect,
    diff::{Side, hunks},
    verdict::{Against, Check},
};

use crate::style::Look;

/// The width of the column of verdicts.
const VERDICT: usize = 12;

/// How many lines of a long difference are shown.
const MOST_LINES: usize = 60;

/// What was found about one program, as text.
pub fn check(check: &Check, subject: &str, look: Look, verbose: bool) -> String {
    let mut text = String::new();
    let verdict = look.verdict(
        &check.verdict,
        format!("{:<VERDICT$}", check.verdict.name()),
    );
    line(
        &mut text,
        format_args!("{verdict} {}", look.bold(&check.program)),
    );
    text.push_str(&body(check, subject, look, verbose));
    text
}

/// What was found about one program, without the line that says which and the verdict.
pub fn body(check: &Check, subject: &str, look: Look, verbose: bool) -> String {
    let mut text = String::new();
    if check.against.is_empty() {
        let reasons = &check.unavailable;
        if let Some((name, why)) = reasons.first() {
            line(
                &mut text,
                format_args!("  {} no outcome: {why}", look.bold(name)),
            );
        }
        if reasons.len() > 1 {
            let others = reasons.len() - 1;
            line(
                &mut text,
                format_args!("  and none of {others} other oracles"),
            );
        }
        return text;
    }
    for group in groups(check) {
        let oracles = look.bold(names(&group));
        let one = group[0];
        match (&one.verdict, &one.comparison.difference) {
            (Verdict::Agree, _) => {
                if verbose {
                    line(&mut text, format_args!("  {oracles}"));
                    outcome(&mut text, &one.oracle_outcome, look);
                }
            }
            (Verdict::Inconclusive { why }, _) => {
                line(&mut text, format_args!("  {oracles} inconclusive: {why}"));
            }
            (Verdict::Known { id, link }, _) if !verbose => {
                line(&mut text, format_args!("  {oracles} known: {id} ({link})"));
            }
            (verdict, Some(difference)) => {
                let aspect = difference.aspect;
                line(&mut text, format_args!("  {oracles} {verdict}: {aspect}"));
                let sides = (difference.subject.as_str(), difference.oracle.as_str());
                show_sides(&mut text, aspect, sides, (subject, "oracle"), look);
                // That two kinds differ says little without what was said.
                if matches!(aspect, Aspect::Kind | Aspect::Catchable) {
                    let first = group[0];
                    for (who, one) in [
                        (subject, &first.subject_outcome),
                        ("oracle", &first.oracle_outcome),
                    ] {
                        let said = one.to_string();
                        let said = visible(said.lines().next().unwrap_or_default());
                        line(&mut text, format_args!("    {} {said}", look.dim(who)));
                    }
                }
            }
            (verdict, None) => line(&mut text, format_args!("  {oracles} {verdict}")),
        }
    }
    if verbose {
        for (name, why) in &check.unavailable {
            line(
                &mut text,
                format_args!("  {} no outcome: {why}", look.bold(name)),
            );
        }
    }
    text
}

/// The oracles that were found the same about, in the order of their dialects.
fn groups(check: &Check) -> Vec<Vec<&Against>> {
    let mut groups: Vec<Vec<&Against>> = Vec::new();
    for one in &check.against {
        let same = groups.iter_mut().find(|group| {
            group[0].verdict == one.verdict
                && group[0].comparison.difference == one.comparison.difference
                && (one.verdict != Verdict::Agree || group[0].oracle_outcome == one.oracle_outcome)
        });
        match same {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

fn names(group: &[&Against]) -> String {
    let names: Vec<&str> = group.iter().map(|one| one.oracle.as_str()).collect();
    names.join(", ")
}

fn outcome(text: &mut String, outcome: &Outcome, look: Look) {
    for trace in outcome.traces.iter().flat_map(|trace| trace.lines()) {
        line(text, format_args!("    {}", look.dim(visible(trace))));
    }
    for one in outcome.to_string().lines().take(MOST_LINES) {
        line(text, format_args!("    {}", visible(one)));
    }
}

fn show_sides(
    text: &mut String,
    aspect: Aspect,
    sides: (&str, &str),
    titles: (&str, &str),
    look: Look,
) {
    let room = (look.width - 7) / 2;
    let fits = |side: &str| side.lines().count() <= 1 && measure_text_width(&visible(side)) <= room;
    let (subject, oracle) = sides;
    if fits(subject) && fits(oracle) {
        let width = |text: &str| measure_text_width(&visible(text));
        let column = width(subject).max(width(titles.0)).max(12);
        let mut row = |left: (String, usize), right: String| {
            let padding = " ".repeat(column - left.1);
            line(text, format_args!("    {}{padding} │ {right}", left.0));
        };
        let dim = |title: &str| look.dim(title).to_string();
        row((dim(titles.0), width(titles.0)), dim(titles.1));
        row(
            (look.subject(visible(subject)).to_string(), width(subject)),
            look.oracle(visible(oracle)).to_string(),
        );
        return;
    }
    if aspect != Aspect::Value && aspect != Aspect::Traces && aspect != Aspect::Derivations {
        let width = measure_text_width(titles.0).max(measure_text_width(titles.1));
        let pad = |title: &str| format!("{title}{}", " ".repeat(width - measure_text_width(title)));
        let (ours, theirs) = (look.subject(visible(subject)), look.oracle(visible(oracle)));
        line(text, format_args!("    {} {ours}", look.dim(pad(titles.0))));
        line(
            text,
            format_args!("    {} {theirs}", look.dim(pad(titles.1))),
        );
        return;
    }
    let legend = format!("- {}, + {}", titles.1, titles.0);
    line(text, format_args!("    {}", look.dim(legend)));
    let lines = hunks(subject, oracle, 2);
    let left_out = lines.len().saturating_sub(MOST_LINES);
    for one in lines.into_iter().take(MOST_LINES) {
        match one {
            None => line(text, format_args!("    {}", look.dim("…"))),
            Some(one) => {
                let shown = visible(&one.text);
                match one.side {
                    Side::Both => line(text, format_args!("      {shown}")),
                    Side::Subject => {
                        line(
                            text,
                            format_args!("    {}", look.subject(format!("+ {shown}"))),
                        );
                    }
                    Side::Oracle => {
                        line(
                            text,
                            format_args!("    {}", look.oracle(format!("- {shown}"))),
                        );
                    }
                }
            }
        }
    }
    if left_out > 0 {
        let rest = format!("… {left_out} more lines, all of them with --json");
        line(text, format_args!("    {}", look.dim(rest)));
    }
}

/// A text that cannot do anything to a terminal, nor fill it with one line.
fn visible(text: &str) -> String {
    const MOST: usize = 1000;
    let mut shown: String = text
        .chars()
        .take(MOST)
        .flat_map(|c| {
            let hidden = c.is_control() && c != '\t';
            let escaped = hidden.then(|| c.escape_default());
            escaped.into_iter().flatten().chain((!hidden).then_some(c))
        })
        .collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(content);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinix_oracle::{
        Dialect, Evaluator, Precision, Program, Settings, Unavailable, known::KnownList,
        outcome::Failure, taxonomy::ErrorKind, verdict::check as decide,
    };

    struct Parrot(&'static str, Option<Dialect>, Outcome);

    impl Evaluator for Parrot {
        fn name(&self) -> &str {
            self.0
        }

        fn dialect(&self) -> Option<Dialect> {
            self.1
        }

        fn evaluate(&self, _: &Program, _: &Settings) -> Result<Outcome, Unavailable> {
            Ok(self.2.clone())
        }
    }

    fn shown(subject: Outcome, old: Outcome, new: Outcome, verbose: bool) -> String {
        let oracles = [
            Parrot("2.3.7", Some(Dialect::V2_3), old.clone()),
            Parrot("2.8.0", Some(Dialect::V2_8), old),
            Parrot("2.34.8", Some(Dialect::V2_34), new),
        ];
        let found = decide(
            &Program::text("corpus/x.nix", "1"),
            &Parrot("twinix", None, subject),
            &oracles.each_ref().map(|oracle| oracle as &dyn Evaluator),
            &Settings::default(),
            &Precision::default(),
            &KnownList::default(),
        )
        .unwrap();
        let look = Look {
            colour: false,
            width: 80,
        };
        check(&found, "twinix", look, verbose)
    }

    #[test]
    fn short_values_stand_side_by_side() {
        let text = shown(
            Outcome::value("[ 1 3 ]"),
            Outcome::value("[ 1 2 ]"),
            Outcome::value("[ 1 3 ]"),
            false,
        );
        insta::assert_snapshot!(text);
    }

    #[test]
    fn long_values_are_shown_line_by_line() {
        let value = |last: u32| {
            let list: Vec<String> = (0..30).map(|n| format!("a{n} = {n};")).collect();
            Outcome::value(format!("{{ {} z = {last}; }}", list.join(" ")))
        };
        insta::assert_snapshot!(shown(value(1), value(2), value(2), false));
    }

    #[test]
    fn errors_differ_by_kind() {
        let error = |kind, message| Outcome::error(Failure::new(kind, message, None));
        insta::assert_snapshot!(shown(
            error(ErrorKind::Type, "cannot add"),
            error(ErrorKind::Throw, "a\u{1b}[31m"),
            Outcome::value("1"),
            false
        ));
    }

    #[test]
    fn a_long_error_stands_under_the_value() {
        let message = "cannot coerce a set to a string: ".repeat(4);
        insta::assert_snapshot!(shown(
            Outcome::error(Failure::new(ErrorKind::Type, message, None)),
            Outcome::value("1"),
            Outcome::value("1"),
            false
        ));
    }

    #[test]
    fn what_agrees_is_shown_on_request() {
        let one = || Outcome::value("1");
        insta::assert_snapshot!(shown(one(), one(), one(), true));
    }

    #[test]
    fn nothing_of_a_program_reaches_the_terminal_as_a_command() {
        assert_eq!(visible("a\u{1b}[2Jb\r"), "a\\u{1b}[2Jb\\r");
        assert!(visible(&"x".repeat(9000)).chars().count() < 2000);
    }
}
