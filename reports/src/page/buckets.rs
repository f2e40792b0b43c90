//! The buckets as the page's script reads them: an index of all, and the details in blocks that are only
//! parsed when somebody opens one of their buckets.

use serde::Serialize;

use crate::{
    compared::{Compared, of_bucket},
    highlight::runs,
    issue::{self, Issue},
    model::{Bucket, Campaign, File},
    shorten,
    templates::{Error, visible},
    trend::{State, Trend},
};

/// How many buckets are in a block.
const BLOCK: usize = 50;

/// How much of a program is in the index, to be shown in the table and searched.
const EXCERPT: usize = 160;

/// The data of a page.
pub struct Blocks {
    /// The index.
    pub index: String,
    /// The details.
    pub details: Vec<String>,
}

#[derive(Serialize)]
struct Index<'a> {
    block: usize,
    trend: bool,
    rows: Vec<Row<'a>>,
}

/// A row of the table: number, verdict, state, signature, programs, first, bytes, whether the program is
/// minimal, how it begins.
#[derive(Serialize)]
struct Row<'a>(
    i64,
    &'a str,
    &'static str,
    String,
    u64,
    u64,
    u64,
    bool,
    String,
);

#[derive(Serialize)]
struct Detail<'a> {
    item: u64,
    mode: &'a str,
    program: Vec<(u8, String)>,
    files: Vec<Beside>,
    features: &'a [String],
    compared: Vec<Compared>,
    replay: &'a str,
    issue: Issue,
}

#[derive(Serialize)]
struct Beside {
    path: String,
    program: Vec<(u8, String)>,
}

/// The data of all buckets.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn blocks(campaign: &Campaign, trend: Option<&Trend>) -> Result<Blocks, Error> {
    let rows = campaign.buckets.iter().map(|bucket| row(bucket, trend));
    let index = Index {
        block: BLOCK,
        trend: trend.is_some(),
        rows: rows.collect(),
    };
    let blocks = campaign.buckets.chunks(BLOCK).map(|buckets| {
        let details: Vec<Detail<'_>> = buckets.iter().map(|it| detail(campaign, it)).collect();
        script(&details)
    });
    Ok(Blocks {
        index: script(&index)?,
        details: blocks.collect::<Result<_, _>>()?,
    })
}

fn row<'a>(bucket: &'a Bucket, trend: Option<&Trend>) -> Row<'a> {
    let text = visible(&bucket.source.text);
    let words: Vec<&str> = text.split_whitespace().take(EXCERPT).collect();
    let state = match trend.and_then(|trend| trend.states.get(&bucket.number)) {
        Some(state) => state.name(),
        None if bucket.is_open() => "",
        None => State::Known.name(),
    };
    Row(
        bucket.number,
        &bucket.verdict,
        state,
        visible(&bucket.signature),
        bucket.programs,
        bucket.first,
        bucket.source.size,
        bucket.source.is_reduced,
        words.join(" ").chars().take(EXCERPT).collect(),
    )
}

fn detail<'a>(campaign: &Campaign, bucket: &'a Bucket) -> Detail<'a> {
    let compared = of_bucket(bucket);
    let beside = |file: &File| Beside {
        path: visible(&file.path),
        program: coloured(&file.text),
    };
    Detail {
        item: bucket.item,
        mode: &bucket.mode,
        program: coloured(&bucket.source.text),
        files: bucket.source.files.iter().map(beside).collect(),
        features: &bucket.source.features,
        issue: issue::of(campaign, bucket, &compared),
        compared,
        replay: &bucket.replay,
    }
}

fn coloured(program: &str) -> Vec<(u8, String)> {
    let shown = shorten::around(program, 0);
    let runs = runs(&shown);
    let runs = runs.into_iter();
    runs.map(|(look, text)| (look as u8, visible(text)))
        .collect()
}

/// JSON that no content takes out of its `<script>`.
fn script(data: &impl Serialize) -> Result<String, Error> {
    let json = serde_json::to_string(data)?;
    let mut safe = String::with_capacity(json.len() + json.len() / 16);
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            _ => safe.push(c),
        }
    }
    Ok(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_is_read_back() {
        let evil = "</script><!--<script>]]>&amp;\u{2028}\"\\";
        let text = script(&evil).unwrap();
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), evil);
    }
}
