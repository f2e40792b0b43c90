//! `twinix report`: tells of a campaign, in any number of formats at once.

use std::{
    fs,
    io::{Write, stdout},
    path::Path,
    process::ExitCode,
};

use anyhow::{Context, Result, ensure};
use twinix_reports::{Campaign, Error, State, Trend};

use crate::{campaign::survey, cli::ReportOptions, progress::say};

/// Where standard output is meant.
const STDOUT: &str = "-";

/// A format: how a campaign is told.
type Format = fn(&Campaign, Option<&Trend>) -> Result<String, Error>;

/// Runs the verb.
pub fn report(options: &ReportOptions) -> Result<ExitCode> {
    let formats: [(&Option<_>, Format); 5] = [
        (&options.html, twinix_reports::page),
        (&options.markdown, twinix_reports::markdown),
        (&options.json, twinix_reports::json),
        (&options.junit, twinix_reports::junit),
        (&options.sarif, twinix_reports::sarif),
    ];
    let mut wanted: Vec<(&Path, Format)> = formats
        .iter()
        .filter_map(|(file, format)| Some((file.as_deref()?, *format)))
        .collect();
    if wanted.is_empty() {
        wanted.push((Path::new(STDOUT), twinix_reports::markdown));
    }
    let printed = wanted.iter().filter(|(file, _)| *file == Path::new(STDOUT));
    ensure!(
        printed.count() <= 1,
        "only one format can be printed: give the others a file"
    );
    refuse_places(options, &wanted)?;
    let campaign = survey(&options.db)?;
    let trend = match &options.since {
        Some(earlier) => {
            let earlier = survey(earlier)?;
            if let Some(warning) = differs(&earlier, &campaign) {
                say(&warning);
            }
            Some(Trend::new(&earlier, &campaign))
        }
        None => None,
    };
    for (file, format) in wanted {
        let text = format(&campaign, trend.as_ref())?;
        if file == Path::new(STDOUT) {
            stdout().lock().write_all(text.as_bytes())?;
        } else {
            fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
            say(&format!("wrote {}", file.display()));
        }
    }
    let is_bad = match &trend {
        Some(trend) => trend.count(State::New) > 0,
        None => campaign.buckets.iter().any(twinix_reports::Bucket::is_open),
    };
    Ok(ExitCode::from(u8::from(is_bad)))
}

/// Refuses to write over a campaign, or two formats into one file.
fn refuse_places(options: &ReportOptions, wanted: &[(&Path, Format)]) -> Result<()> {
    let whole = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let campaigns = [Some(options.db.as_path()), options.since.as_deref()];
    for (index, (file, _)) in wanted.iter().enumerate() {
        let place = whole(file);
        ensure!(
            !campaigns
                .iter()
                .flatten()
                .any(|campaign| whole(campaign) == place),
            "{} is the campaign itself: give the report another file",
            file.display()
        );
        ensure!(
            !wanted[..index]
                .iter()
                .any(|(other, _)| whole(other) == place),
            "two formats are to be written to {}: give each a file",
            file.display()
        );
    }
    Ok(())
}

/// What makes two campaigns hard to compare: other evaluators, not what they were called, find other
/// things.
fn differs(earlier: &Campaign, campaign: &Campaign) -> Option<String> {
    let names = |of: &Campaign| {
        let oracles: Vec<&str> = of.oracles.iter().map(|it| it.name.as_str()).collect();
        format!("{} against {}", of.subject.name, oracles.join(", "))
    };
    let (before, now) = (names(earlier), names(campaign));
    (before != now).then(|| {
        format!(
            "warning: {} is of {before}, {} of {now}: what is new or gone may only be so because others \
             were compared",
            earlier.name, campaign.name
        )
    })
}
