//! The report as Markdown, short enough for an issue or the summary of a CI run.

use serde::Serialize;

use crate::{
    issue::{Issue, issue},
    model::{Bucket, Campaign, Counts},
    page,
    templates::{Error, fill},
    trend::{Gone, State, Trend},
};

/// How many buckets are in the table.
const MOST_ROWS: usize = 50;

/// How many are shown with all that is known of them.
const MOST_ISSUES: usize = 10;

/// The longest excerpt of a program.
const EXCERPT: usize = 60;

#[derive(Serialize)]
struct Report<'a> {
    name: &'a str,
    version: &'a str,
    verdict: String,
    subject: &'a str,
    oracles: String,
    seed: u64,
    since: Option<&'a str>,
    counts: &'a Counts,
    rate: Option<String>,
    rows: Vec<Row<'a>>,
    more: usize,
    gone: &'a [Gone],
    why_gone: &'static str,
    issues: Vec<Section>,
    untold: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    number: String,
    state: &'static str,
    verdict: &'a str,
    programs: u64,
    signature: &'a str,
    excerpt: String,
}

#[derive(Serialize)]
struct Section {
    name: String,
    #[serde(flatten)]
    issue: Issue,
}

/// The report as Markdown.
///
/// # Errors
/// When a template is wrong.
pub fn markdown(campaign: &Campaign, trend: Option<&Trend>) -> Result<String, Error> {
    let state = |bucket: &Bucket| match trend.and_then(|it| it.states.get(&bucket.number)) {
        Some(state) => *state,
        None if bucket.is_open() => State::Open,
        None => State::Known,
    };
    let mut buckets: Vec<&Bucket> = campaign.buckets.iter().collect();
    buckets.sort_by_key(|bucket| {
        let order = std::cmp::Reverse((bucket.programs, bucket.first));
        (state(bucket), order)
    });
    let rows = buckets.iter().take(MOST_ROWS).map(|bucket| Row {
        number: match bucket.is_waiting() {
            true => format!("item {}", bucket.item),
            false => bucket.number.to_string(),
        },
        state: state(bucket).name(),
        verdict: &bucket.verdict,
        programs: bucket.programs,
        signature: &bucket.signature,
        excerpt: excerpt(&bucket.source.text),
    });
    // With an earlier campaign at hand only what is new has to be told in full.
    let is_told = |bucket: &&&Bucket| match trend {
        Some(_) => state(bucket) == State::New,
        None => bucket.is_open(),
    };
    let issues = buckets.iter().filter(is_told).take(MOST_ISSUES);
    let untold = buckets.iter().filter(is_told).count();
    let oracles: Vec<String> = campaign
        .oracles
        .iter()
        .map(|oracle| format!("**{}**", oracle.name))
        .collect();
    fill(
        "report.md",
        Report {
            name: &campaign.name,
            version: &campaign.version,
            verdict: verdict(campaign, trend),
            subject: &campaign.subject.name,
            oracles: oracles.join(", "),
            seed: campaign.seed,
            since: trend.map(|trend| trend.since.as_str()),
            counts: &campaign.counts,
            rate: page::rate(campaign).map(|rate| format!("{rate:.0}")),
            rows: rows.collect(),
            more: buckets.len().saturating_sub(MOST_ROWS),
            gone: trend.map_or(&[], |trend| &trend.gone),
            why_gone: trend.map_or("", Trend::why_gone),
            issues: issues
                .map(|bucket| Section {
                    name: bucket.title(),
                    issue: issue(campaign, bucket),
                })
                .collect(),
            untold: untold.saturating_sub(MOST_ISSUES),
        },
    )
}

/// The whole in some words.
fn verdict(campaign: &Campaign, trend: Option<&Trend>) -> String {
    let open = campaign.open_buckets();
    let waiting = match campaign.waiting() {
        0 => String::new(),
        1 => ", 1 divergence is not reduced yet".to_owned(),
        waiting => format!(", {waiting} divergences are not reduced yet"),
    };
    match trend {
        None if open == 0 => format!("no open buckets{waiting}"),
        None => format!("{open} open {}{waiting}", buckets(open)),
        Some(trend) => {
            let new = trend.count(State::New);
            let still = trend.count(State::Open);
            let gone = trend.gone.len();
            format!(
                "{new} new {}, {still} still open, {gone} gone{waiting}",
                buckets(new)
            )
        }
    }
}

fn buckets(count: usize) -> &'static str {
    if count == 1 { "bucket" } else { "buckets" }
}

/// The beginning of a program, in one line.
fn excerpt(program: &str) -> String {
    let words: Vec<&str> = program.split_whitespace().take(EXCERPT).collect();
    let line = words.join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    #[test]
    fn a_summary_for_an_issue() {
        let campaign = examples::campaign();
        insta::assert_snapshot!("all", markdown(&campaign, None).unwrap());
        let trend = examples::trend();
        insta::assert_snapshot!("since", markdown(&campaign, Some(&trend)).unwrap());
    }

    #[test]
    fn what_the_table_has_no_room_for_is_counted() {
        let mut campaign = examples::campaign();
        let text = markdown(&campaign, None).unwrap();
        assert!(!text.contains(" more."), "{text}");
        let bucket = campaign.buckets[0].clone();
        campaign.buckets.resize(MOST_ROWS + 3, bucket);
        let text = markdown(&campaign, None).unwrap();
        assert!(text.contains("\nand 3 more.\n"), "{text}");
        let untold = campaign.open_buckets() - MOST_ISSUES;
        let told = format!("\n{untold} more are told in full");
        assert!(text.contains(&told), "{untold} in {text}");
    }

    #[test]
    fn no_program_leaves_its_cell() {
        let mut campaign = examples::campaign();
        campaign.buckets[0].source.text = "`|` \n| </details> <b>".to_owned();
        let text = markdown(&campaign, None).unwrap();
        assert!(
            text.contains("| ``` `\\|` \\| </details> <b> ``` |")
                || text.contains("| `` `\\|` \\| </details> <b> `` |"),
            "{text}"
        );
    }
}
