//! The report as SARIF 2.1.0, for code scanning: each bucket is a result, its program an artifact that the
//! log brings along.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    issue::issue,
    model::{Bucket, Campaign},
    templates::{Error, visible},
    trend::{State, Trend},
};

/// Where the format is described.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What the verdicts mean.
const RULES: [(&str, &str, &str); 4] = [
    (
        "divergence",
        "error",
        "The subject does something that no release of C++ Nix does.",
    ),
    (
        "rewrite",
        "error",
        "The subject does something else with a program that was rewritten so that it means the same.",
    ),
    (
        "drift",
        "warning",
        "The subject does what another release of C++ Nix does than the one whose dialect it speaks.",
    ),
    (
        "known",
        "note",
        "The subject differs in a way that is on the list of known divergences.",
    ),
];

/// The report as SARIF.
///
/// # Errors
/// When it cannot be written.
pub fn sarif(campaign: &Campaign, trend: Option<&Trend>) -> Result<String, Error> {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|(id, level, text)| {
            json!({
                "id": id,
                "shortDescription": { "text": text },
                "defaultConfiguration": { "level": level },
            })
        })
        .collect();
    let mut results: Vec<Value> = campaign
        .buckets
        .iter()
        .map(|bucket| result(campaign, bucket, trend))
        .collect();
    let gone = trend.map_or(&[][..], |trend| &trend.gone);
    results.extend(gone.iter().map(|gone| {
        json!({
            "ruleId": rule(&gone.verdict).0,
            "ruleIndex": rule(&gone.verdict).1,
            "message": { "text": visible(&gone.signature) },
            "partialFingerprints": fingerprint(&gone.verdict, &gone.signature),
            "baselineState": "absent",
        })
    }));
    let artifacts: Vec<Value> = campaign
        .buckets
        .iter()
        .map(|bucket| {
            json!({
                "location": { "uri": uri(bucket) },
                "contents": { "text": bucket.source.text },
            })
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "twinix",
                "semanticVersion": campaign.version,
                "rules": rules,
            } },
            "automationDetails": { "id": format!("twinix/{}/", segment(&campaign.name)) },
            "columnKind": "unicodeCodePoints",
            "artifacts": artifacts,
            "results": results,
            "properties": {
                "subject": campaign.subject.name,
                "oracles": campaign.oracles.iter().map(|it| &it.name).collect::<Vec<_>>(),
                "seed": campaign.seed,
                "programs": campaign.counts.programs,
            },
        }],
    });
    let mut text = serde_json::to_string_pretty(&log)?;
    text.push('\n');
    Ok(text)
}

fn result(campaign: &Campaign, bucket: &Bucket, trend: Option<&Trend>) -> Value {
    let issue = issue(campaign, bucket);
    let (id, index) = rule(&bucket.verdict);
    let mut result = json!({
        "ruleId": id,
        "ruleIndex": index,
        "level": RULES[index].1,
        "message": { "text": issue.title, "markdown": issue.body },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(bucket) },
            "region": { "startLine": 1 },
        } }],
        "partialFingerprints": fingerprint(&bucket.verdict, &bucket.signature),
        "occurrenceCount": bucket.programs.max(1),
        "properties": {
            "signature": visible(&bucket.signature),
            "replay": bucket.replay,
        },
    });
    let Some(fields) = result.as_object_mut() else {
        return result;
    };
    if !bucket.is_open() {
        let known = json!([{ "kind": "external", "status": "accepted" }]);
        fields.insert("suppressions".to_owned(), known);
    }
    if let Some(state) = trend.and_then(|trend| trend.states.get(&bucket.number)) {
        let state = match state {
            State::New => "new",
            State::Open | State::Known => "unchanged",
        };
        fields.insert("baselineState".to_owned(), state.into());
    }
    result
}

/// The rule of a verdict and its place.
fn rule(verdict: &str) -> (&'static str, usize) {
    let found = RULES.iter().position(|(id, ..)| *id == verdict);
    let place = found.unwrap_or(0);
    (RULES[place].0, place)
}

/// What stays the same from run to run.
fn fingerprint(verdict: &str, signature: &str) -> BTreeMap<&'static str, String> {
    let text = format!("{verdict} {signature}");
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    BTreeMap::from([("twinixSignature/v1", format!("{hash:016x}"))])
}

fn uri(bucket: &Bucket) -> String {
    match bucket.is_waiting() {
        true => format!("items/{}/program.nix", bucket.item),
        false => format!("buckets/{}/program.nix", bucket.number),
    }
}

/// A text as a part of a path.
fn segment(text: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
            c
        } else {
            '-'
        }
    };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    /// The parts of the format that the report uses, as the standard describes them.
    const PARTS: &str = include_str!("../schema/sarif-parts.schema.json");

    #[test]
    fn the_log_is_as_the_standard_says() {
        let schema: Value = serde_json::from_str(PARTS).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let campaign = examples::campaign();
        let trend = examples::trend();
        for trend in [None, Some(&trend)] {
            let text = sarif(&campaign, trend).unwrap();
            let log: Value = serde_json::from_str(&text).unwrap();
            let errors = validator.iter_errors(&log);
            let errors: Vec<String> = errors
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(errors, Vec::<String>::new());
            // Every result names its rule, and a program that the log has.
            let run = &log["runs"][0];
            for result in run["results"].as_array().unwrap() {
                let place = result["ruleIndex"].as_u64().unwrap() as usize;
                assert_eq!(
                    run["tool"]["driver"]["rules"][place]["id"],
                    result["ruleId"]
                );
            }
        }
        let mut log: Value = serde_json::from_str(&sarif(&campaign, None).unwrap()).unwrap();
        log["runs"][0]["results"][0]["level"] = "grave".into();
        assert!(!validator.is_valid(&log));
    }

    #[test]
    fn a_log_of_buckets() {
        let text = sarif(&examples::campaign(), Some(&examples::trend())).unwrap();
        insta::assert_snapshot!(text);
    }
}
