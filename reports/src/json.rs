//! The report as JSON, as `reports/schema/report.schema.json` describes it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    issue::{Issue, issue},
    model::{Bucket, Campaign, Counts, Coverage, Evaluator, Run, Setting, Slice},
    templates::Error,
    trend::{Gone, State, Trend},
};

/// The version of the schema: another number means that a reader of the last one may fail.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    #[serde(flatten)]
    campaign: Head<'a>,
    buckets: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Since<'a>>,
}

/// A campaign without its buckets.
#[derive(Serialize)]
struct Head<'a> {
    name: &'a str,
    twinix: &'a str,
    subject: &'a Evaluator,
    oracles: &'a [Evaluator],
    seed: u64,
    generator: u32,
    settings: &'a [Setting],
    counts: &'a Counts,
    endings: &'a BTreeMap<String, u64>,
    modes: &'a BTreeMap<String, u64>,
    origins: &'a BTreeMap<String, u64>,
    slices: &'a [Slice],
    runs: &'a [Run],
    coverage: &'a Coverage,
    /// Divergences that are in no bucket yet.
    waiting: u64,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    bucket: &'a Bucket,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    issue: Issue,
}

#[derive(Serialize)]
struct Since<'a> {
    name: &'a str,
    programs: u64,
    new: usize,
    open: usize,
    gone: &'a [Gone],
}

/// The report as JSON.
///
/// # Errors
/// When it cannot be written.
pub fn json(campaign: &Campaign, trend: Option<&Trend>) -> Result<String, Error> {
    let entries = campaign.buckets.iter().map(|bucket| Entry {
        state: trend.and_then(|trend| trend.states.get(&bucket.number).copied()),
        issue: issue(campaign, bucket),
        bucket,
    });
    let report = Report {
        version: VERSION,
        campaign: Head {
            name: &campaign.name,
            twinix: &campaign.version,
            subject: &campaign.subject,
            oracles: &campaign.oracles,
            seed: campaign.seed,
            generator: campaign.generator,
            settings: &campaign.settings,
            counts: &campaign.counts,
            endings: &campaign.endings,
            modes: &campaign.modes,
            origins: &campaign.origins,
            slices: &campaign.slices,
            runs: &campaign.runs,
            coverage: &campaign.coverage,
            waiting: campaign.waiting(),
        },
        buckets: entries.collect(),
        since: trend.map(|trend| Since {
            name: &trend.since,
            programs: trend.programs,
            new: trend.count(State::New),
            open: trend.count(State::Open),
            gone: &trend.gone,
        }),
    };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::examples;

    const SCHEMA: &str = include_str!("../schema/report.schema.json");

    fn errors(report: &str) -> Vec<String> {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        assert!(jsonschema::meta::is_valid(&schema));
        let report: Value = serde_json::from_str(report).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors = validator.iter_errors(&report);
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    #[test]
    fn a_report_is_as_its_schema_says() {
        let campaign = examples::campaign();
        let none: [String; 0] = [];
        assert_eq!(errors(&json(&campaign, None).unwrap()), none);
        let text = json(&campaign, Some(&examples::trend())).unwrap();
        assert_eq!(errors(&text), none);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_schema_refuses_what_is_no_report() {
        let text = json(&examples::campaign(), None).unwrap();
        for (from, to) in [
            ("\"version\": 1", "\"version\": \"1\""),
            ("\"programs\"", "\"program\""),
            ("\"verdict\": \"divergence\"", "\"verdict\": \"different\""),
        ] {
            assert!(text.contains(from));
            assert_ne!(errors(&text.replace(from, to)).len(), 0, "{from}");
        }
    }
}
