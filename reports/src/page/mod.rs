//! The report as one page: everything is in it, nothing is fetched, and its policy forbids whatever a
//! program could bring along.
//!
//! What is the same size for every campaign is written by the template. Buckets are data in blocks of
//! JSON, which the script shows as far as somebody looks at them; it only ever makes text of them.

mod buckets;
mod charts;

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    model::{Campaign, Coverage, Evaluator, Reached, Setting},
    templates::{Error, fill, grouped},
    trend::{Gone, State, Trend},
};
use charts::Chart;
pub use charts::rate;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// All that the template shows.
#[derive(Serialize)]
struct Page<'a> {
    policy: String,
    style: &'static str,
    script: &'static str,
    name: &'a str,
    version: &'a str,
    subject: &'a Evaluator,
    oracles: &'a [Evaluator],
    seed: u64,
    generator: u32,
    settings: &'a [Setting],
    tiles: Vec<Tile>,
    since: Option<&'a str>,
    gone: &'a [Gone],
    why_gone: &'static str,
    charts: Vec<Chart>,
    lists: Vec<List>,
    coverage: &'a Coverage,
    unreached: Unreached,
    bucket_count: usize,
    index: String,
    blocks: Vec<String>,
}

/// A number that matters.
#[derive(Serialize)]
struct Tile {
    label: &'static str,
    value: String,
    note: String,
    /// A class: how the number is meant.
    tone: &'static str,
}

/// Shares of all programs.
#[derive(Serialize)]
struct List {
    title: &'static str,
    rows: Vec<Share>,
}

#[derive(Serialize)]
struct Share {
    name: String,
    count: u64,
    percent: String,
    /// The length of the bar, of 100.
    bar: f64,
}

/// How many of what there is were never reached.
#[derive(Serialize)]
struct Unreached {
    builtins: usize,
    instructions: usize,
}

/// The report as a page.
///
/// # Errors
/// When a template is wrong.
pub fn page(campaign: &Campaign, trend: Option<&Trend>) -> Result<String, Error> {
    let buckets = buckets::blocks(campaign, trend)?;
    let never = |reached: &[Reached]| reached.iter().filter(|one| one.kinds == 0).count();
    let coverage = &campaign.coverage;
    fill(
        "page.html",
        Page {
            policy: policy(),
            style: STYLE,
            script: SCRIPT,
            name: &campaign.name,
            version: &campaign.version,
            subject: &campaign.subject,
            oracles: &campaign.oracles,
            seed: campaign.seed,
            generator: campaign.generator,
            settings: &campaign.settings,
            tiles: tiles(campaign, trend),
            since: trend.map(|trend| trend.since.as_str()),
            gone: trend.map_or(&[], |trend| &trend.gone),
            why_gone: trend.map_or("", Trend::why_gone),
            charts: charts::charts(campaign),
            lists: lists(campaign),
            coverage,
            unreached: Unreached {
                builtins: never(&coverage.builtins),
                instructions: never(&coverage.instructions),
            },
            bucket_count: campaign.buckets.len(),
            index: buckets.index,
            blocks: buckets.details,
        },
    )
}

/// What the page may do: run its own script, use its own style, and nothing else.
fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    )
}

fn tiles(campaign: &Campaign, trend: Option<&Trend>) -> Vec<Tile> {
    let counts = &campaign.counts;
    let share = |count: u64| format!("{} %", percent(count, counts.programs));
    let open = campaign.open_buckets();
    let all = campaign.buckets.iter().filter(|it| !it.is_waiting());
    let known = all.count() - open;
    let tile = |label, value: String, note: String, tone| Tile {
        label,
        value,
        note,
        tone,
    };
    // Nothing is nothing to worry about.
    let tone = |count, tone| if count > 0 { tone } else { "" };
    let mut tiles = vec![tile(
        "Open buckets",
        grouped(open as u64),
        format!("{known} known"),
        if open > 0 { "bad" } else { "good" },
    )];
    let waiting = campaign.waiting();
    if waiting > 0 {
        let note = "divergences in no bucket yet".to_owned();
        tiles.push(tile("Not reduced yet", grouped(waiting), note, "bad"));
    }
    if let Some(trend) = trend {
        let new = trend.count(State::New);
        let is_good = if new > 0 { "bad" } else { "good" };
        tiles.push(tile("New", grouped(new as u64), String::new(), is_good));
        let open = trend.count(State::Open);
        tiles.push(tile("Still open", grouped(open as u64), String::new(), ""));
        let gone = trend.gone.len() as u64;
        tiles.push(tile("Gone", grouped(gone), trend.why_gone().to_owned(), ""));
    }
    let rate = charts::rate(campaign).map(|rate| format!("{rate:.0} a second"));
    tiles.extend([
        tile(
            "Programs",
            grouped(counts.programs),
            rate.unwrap_or_default(),
            "",
        ),
        tile("Agree", share(counts.agree), grouped(counts.agree), ""),
        tile(
            "Divergence",
            grouped(counts.divergence),
            share(counts.divergence),
            tone(counts.divergence, "divergence"),
        ),
        tile(
            "Drift",
            grouped(counts.drift),
            share(counts.drift),
            tone(counts.drift, "drift"),
        ),
        tile(
            "Inconclusive",
            grouped(counts.inconclusive),
            share(counts.inconclusive),
            tone(counts.inconclusive, "inconclusive"),
        ),
        tile(
            "Confirmed",
            grouped(counts.confirmed),
            format!("{} unconfirmed", grouped(counts.unconfirmed)),
            "",
        ),
    ]);
    tiles
}

/// A share of all, in percent, with as many digits as tell something.
pub fn percent(count: u64, all: u64) -> String {
    let share = 100.0 * count as f64 / all.max(1) as f64;
    // What is not quite everything is not shown as everything.
    let text = if count < all && share > 99.99 {
        "99.99".to_owned()
    } else {
        format!("{share:.2}")
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn lists(campaign: &Campaign) -> Vec<List> {
    let all = campaign.counts.programs;
    let list = |title, counts: &BTreeMap<String, u64>| {
        let mut rows: Vec<(&String, u64)> = counts.iter().map(|(name, &n)| (name, n)).collect();
        rows.sort_by_key(|&(name, count)| (std::cmp::Reverse(count), name));
        let most = rows.first().map_or(1, |row| row.1.max(1));
        let rows = rows.into_iter().map(|(name, count)| Share {
            name: name.clone(),
            count,
            percent: percent(count, all),
            bar: (100.0 * count as f64 / most as f64 * 10.0).round() / 10.0,
        });
        List {
            title,
            rows: rows.collect(),
        }
    };
    vec![
        list("How the newest oracle ended", &campaign.endings),
        list("What was asked for", &campaign.modes),
        list("Where programs came from", &campaign.origins),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    #[test]
    fn a_share_is_not_rounded_to_all_or_nothing() {
        assert_eq!(percent(1, 3), "33.33");
        assert_eq!(percent(99_999, 100_000), "99.99");
        assert_eq!(percent(5, 5), "100");
        assert_eq!(percent(0, 0), "0");
    }

    #[test]
    fn no_program_leaves_its_block() {
        let mut campaign = examples::campaign();
        let evil =
            "</script><script>alert(1)</script><!-- ]]> <img src=x onerror=alert(1)> \u{2028}";
        for text in [
            &mut campaign.name,
            &mut campaign.subject.name,
            &mut campaign.buckets[0].source.text,
            &mut campaign.settings[0].value,
        ] {
            *text = evil.to_owned();
        }
        campaign.buckets[1].signature = evil.to_owned();
        let page = page(&campaign, None).unwrap();
        assert_eq!(page.matches("<script").count(), 2 + 1);
        assert_eq!(page.matches("</script>").count(), 2 + 1);
        assert!(!page.contains("<img") && !page.contains("<!--"));
        assert!(page.contains("\\u003c/script\\u003e"));
    }

    #[test]
    fn a_page_shows_the_campaign() {
        let campaign = examples::campaign();
        let page = page(&campaign, Some(&examples::trend())).unwrap();
        let body = page.split("</style>").nth(1).unwrap();
        let body = body.split("<script id=").next().unwrap();
        insta::assert_snapshot!(body);
    }
}
