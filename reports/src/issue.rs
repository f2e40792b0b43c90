//! The text of an issue for a bucket: all that a maintainer needs, and nothing that breaks out of it.

use std::fmt::Write;

use serde::Serialize;

use crate::{
    compared::{Compared, Part, Row, of_bucket},
    model::{Bucket, Campaign},
    templates::visible,
};

/// The longest title.
const TITLE: usize = 120;

/// An issue to be filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Its title, in one line.
    pub title: String,
    /// Its text, in Markdown.
    pub body: String,
}

/// The issue of a bucket.
pub fn issue(campaign: &Campaign, bucket: &Bucket) -> Issue {
    of(campaign, bucket, &of_bucket(bucket))
}

/// The issue of a bucket of which it is known what subject and oracles did.
pub fn of(campaign: &Campaign, bucket: &Bucket, compared: &[Compared]) -> Issue {
    Issue {
        title: title(campaign, bucket),
        body: body(campaign, bucket, compared),
    }
}

fn title(campaign: &Campaign, bucket: &Bucket) -> String {
    let mut fields = bucket.signature.split('|');
    let mut field = || fields.next().unwrap_or_default();
    let (releases, aspect, change, words) = (field(), field(), field(), field());
    let mut title = format!("{} differs from ", campaign.subject.name);
    match releases {
        "all" | "" => title.push_str("every release"),
        _ => title.push_str(&releases.replace(',', ", ")),
    }
    let _ = write!(title, " in {aspect}: {change}");
    if !matches!(words, "" | "none") {
        let _ = write!(title, " ({words})");
    }
    let line = visible(&title).replace(['\n', '\t'], " ");
    match line.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn body(campaign: &Campaign, bucket: &Bucket, compared: &[Compared]) -> String {
    let mut text = String::new();
    let source = &bucket.source;
    let what = if source.is_reduced {
        "Minimal program"
    } else {
        "Program"
    };
    let _ = writeln!(
        text,
        "{what}, evaluated as {}:\n\n{}",
        code(&bucket.mode),
        fenced("nix", &source.text)
    );
    for file in &source.files {
        let _ = writeln!(
            text,
            "{}:\n\n{}",
            code(&file.path),
            fenced("nix", &file.text)
        );
    }
    for one in compared {
        let oracles = one.oracles.join(", ");
        if one.verdict == "agree" {
            let _ = writeln!(text, "{oracles}: the same.\n");
            continue;
        }
        let aspect = one.aspect.map(|aspect| format!(" in {aspect}"));
        let _ = writeln!(
            text,
            "{oracles} (−) against {} (+): {}{}\n\n{}",
            campaign.subject.name,
            one.verdict,
            aspect.unwrap_or_default(),
            fenced("diff", &diff(&one.rows))
        );
        if !one.derivations.is_empty() {
            let _ = writeln!(
                text,
                "Derivations:\n\n{}",
                fenced("diff", &diff(&one.derivations))
            );
        }
    }
    let _ = writeln!(text, "Again: {}\n", code(&bucket.replay));
    let _ = writeln!(text, "Signature: {}\n", code(&bucket.signature));
    let times = match bucket.programs {
        1 => "once".to_owned(),
        programs => format!("{programs} times"),
    };
    let _ = writeln!(
        text,
        "Found {times} by twinix {}, seed {}, program {}.",
        campaign.version, campaign.seed, bucket.item
    );
    text
}

/// Rows as a unified difference.
pub fn diff(rows: &[Row]) -> String {
    let mut text = String::new();
    let line = |parts: &[Part]| -> String { parts.iter().map(|part| part.1.as_str()).collect() };
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for row in rows {
        if let Row::Differ(oracle, subject) = row {
            removed.extend(oracle.as_deref().map(line));
            added.extend(subject.as_deref().map(line));
            continue;
        }
        flush(&mut text, &mut removed, &mut added);
        let _ = match row {
            Row::LeftOut(lines) => writeln!(text, "  … {lines} lines"),
            Row::Both(line) => writeln!(text, "  {line}"),
            Row::Differ(..) => Ok(()),
        };
    }
    flush(&mut text, &mut removed, &mut added);
    text
}

fn flush(text: &mut String, removed: &mut Vec<String>, added: &mut Vec<String>) {
    for line in removed.drain(..) {
        let _ = writeln!(text, "- {line}");
    }
    for line in added.drain(..) {
        let _ = writeln!(text, "+ {line}");
    }
}

/// A block of code that no content ends early.
pub fn fenced(language: &str, content: &str) -> String {
    let content = visible(content);
    let fence = "`".repeat(longest_run(&content).max(2) + 1);
    let end = if content.ends_with('\n') || content.is_empty() {
        ""
    } else {
        "\n"
    };
    format!("{fence}{language}\n{content}{end}{fence}\n")
}

/// Code within a line.
pub fn code(content: &str) -> String {
    let content = visible(content).replace(['\n', '\t'], " ");
    let fence = "`".repeat(longest_run(&content) + 1);
    let space = if content.starts_with(['`', ' ']) || content.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{content}{space}{fence}")
}

/// The length of the longest run of backquotes.
fn longest_run(content: &str) -> usize {
    let runs = content.split(|c| c != '`');
    runs.map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    #[test]
    fn an_issue_has_all_that_a_maintainer_needs() {
        let campaign = examples::campaign();
        let Issue { title, body } = issue(&campaign, &campaign.buckets[0]);
        insta::assert_snapshot!(format!("{title}\n\n{body}"));
    }

    #[test]
    fn no_program_ends_its_block() {
        assert_eq!(
            fenced("nix", "a\n````\n# b"),
            "`````nix\na\n````\n# b\n`````\n"
        );
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb"), "`a b`");
    }
}
