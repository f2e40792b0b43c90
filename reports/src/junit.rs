//! The report as JUnit XML: each bucket is a test case, and one that somebody has to look into is a
//! failure. Against an earlier campaign only new buckets fail.

use serde::Serialize;

use crate::{
    issue::issue,
    model::{Bucket, Campaign},
    templates::{Error, fill},
    trend::{State, Trend},
};

#[derive(Serialize)]
struct Suite {
    name: String,
    subject: String,
    oracles: String,
    seed: u64,
    programs: u64,
    failures: usize,
    skipped: usize,
    cases: Vec<Case>,
}

#[derive(Serialize)]
struct Case {
    class: String,
    name: String,
    failure: bool,
    skipped: Option<&'static str>,
    title: String,
    text: String,
}

/// The report as JUnit XML. A campaign without buckets is one case that passes: a suite without any is
/// taken for a mistake.
///
/// # Errors
/// When a template is wrong.
pub fn junit(campaign: &Campaign, trend: Option<&Trend>) -> Result<String, Error> {
    let mut cases: Vec<Case> = campaign
        .buckets
        .iter()
        .map(|bucket| case(campaign, bucket, trend))
        .collect();
    if cases.is_empty() {
        cases.push(Case {
            class: "divergence".to_owned(),
            name: "no program diverges".to_owned(),
            failure: false,
            skipped: None,
            title: String::new(),
            text: String::new(),
        });
    }
    let oracles: Vec<&str> = campaign.oracles.iter().map(|it| it.name.as_str()).collect();
    fill(
        "junit.xml",
        Suite {
            name: campaign.name.clone(),
            subject: campaign.subject.name.clone(),
            oracles: oracles.join(", "),
            seed: campaign.seed,
            programs: campaign.counts.programs,
            failures: cases.iter().filter(|case| case.failure).count(),
            skipped: cases.iter().filter(|case| case.skipped.is_some()).count(),
            cases,
        },
    )
}

fn case(campaign: &Campaign, bucket: &Bucket, trend: Option<&Trend>) -> Case {
    let state = trend.and_then(|trend| trend.states.get(&bucket.number));
    let skipped = match state {
        _ if !bucket.is_open() => Some("known"),
        Some(State::Open) => Some("still open"),
        _ => None,
    };
    let issue = issue(campaign, bucket);
    Case {
        class: bucket.verdict.clone(),
        name: bucket.signature.clone(),
        failure: skipped.is_none(),
        skipped,
        title: issue.title,
        text: issue.body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    #[test]
    fn each_bucket_is_a_case() {
        let campaign = examples::campaign();
        insta::assert_snapshot!(junit(&campaign, None).unwrap());
        let text = junit(&campaign, Some(&examples::trend())).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let count = |name| {
            document
                .descendants()
                .filter(|it| it.has_tag_name(name))
                .count()
        };
        assert_eq!(count("testcase"), campaign.buckets.len());
        assert_eq!(count("failure"), 1);
        assert_eq!(count("skipped"), campaign.buckets.len() - 1);
    }

    #[test]
    fn any_program_is_valid_xml() {
        let mut campaign = examples::campaign();
        let evil = "]]></failure>\0\u{1b}\u{ffff}\r\u{b}\"&<";
        campaign.buckets[0].source.text = evil.to_owned();
        campaign.buckets[0].signature = evil.to_owned();
        campaign.name = evil.to_owned();
        let text = junit(&campaign, None).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let failure = document.descendants().find(|it| it.has_tag_name("failure"));
        assert!(failure.unwrap().text().unwrap().contains("]]></failure>␀␛"));
    }

    #[test]
    fn nothing_diverging_is_a_case_that_passes() {
        let text = junit(&Campaign::default(), None).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let cases = document
            .descendants()
            .filter(|it| it.has_tag_name("testcase"));
        assert_eq!(cases.count(), 1);
        assert!(!text.contains("<failure"));
    }
}
