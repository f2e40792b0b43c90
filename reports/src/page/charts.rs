//! The charts, as shapes in a box of 600 × 160.

use std::fmt::Write;

use serde::Serialize;

use crate::{
    model::{Campaign, Run, Slice},
    templates::grouped,
};

/// The width of a chart.
const WIDTH: f64 = 600.0;
/// Its height.
const HEIGHT: f64 = 160.0;
/// How many moments of the throughput are shown.
const MOMENTS: u64 = 60;

/// A chart.
#[derive(Debug, Default, Serialize)]
pub struct Chart {
    title: &'static str,
    note: String,
    /// What the upper end of the axis is.
    top: String,
    /// What the left and the right end are.
    left: String,
    right: String,
    bars: Vec<Bar>,
    lines: Vec<Line>,
    legend: Vec<&'static str>,
    /// What it says, for those who do not see it.
    said: String,
}

/// A part of a column.
#[derive(Debug, Serialize)]
struct Bar {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    class: &'static str,
    title: String,
}

#[derive(Debug, Serialize)]
struct Line {
    points: String,
    area: String,
    class: &'static str,
}

/// All charts that there is something to show in.
pub fn charts(campaign: &Campaign) -> Vec<Chart> {
    let slices = &campaign.slices;
    let mut charts = Vec::new();
    if !slices.is_empty() {
        charts.push(verdicts(slices));
        charts.push(sums(
            slices,
            "Buckets found",
            "buckets",
            "divergence",
            |it| it.buckets,
        ));
        charts.push(sums(
            slices,
            "Features reached",
            "features",
            "known",
            |slice| slice.features,
        ));
    }
    charts.extend(throughput(&campaign.runs));
    charts
}

/// What a count of a slice is called, and how it is read.
type Kind = (&'static str, fn(&Slice) -> u64);

/// What does not agree, from the bottom up.
const KINDS: [Kind; 4] = [
    ("divergence", |slice| slice.divergence),
    ("drift", |slice| slice.drift),
    ("known", |slice| slice.known),
    ("inconclusive", |slice| slice.inconclusive),
];

fn verdicts(slices: &[Slice]) -> Chart {
    let height = |slice: &Slice| KINDS.iter().map(|(_, count)| count(slice)).sum::<u64>();
    let most = slices.iter().map(height).max().unwrap_or(0);
    let width = WIDTH / slices.len() as f64;
    let mut bars = Vec::new();
    for (place, slice) in slices.iter().enumerate() {
        let mut below = 0;
        for (name, count) in KINDS {
            let count = count(slice);
            if count == 0 {
                continue;
            }
            below += count;
            let scale = HEIGHT / most.max(1) as f64;
            bars.push(Bar {
                x: rounded(place as f64 * width),
                y: rounded(HEIGHT - below as f64 * scale),
                width: rounded((width - 1.0).max(width * 0.7)),
                height: rounded(count as f64 * scale),
                class: name,
                title: format!(
                    "{count} {name} of {} programs from {}",
                    grouped(slice.programs),
                    grouped(slice.first)
                ),
            });
        }
    }
    let programs = slices.first().map_or(0, |slice| slice.programs);
    Chart {
        title: "Programs that do not agree",
        note: format!("in each {}", grouped(programs)),
        top: grouped(most),
        left: "0".to_owned(),
        right: grouped(end(slices)),
        bars,
        legend: KINDS.iter().map(|(name, _)| *name).collect(),
        said: format!("At most {most} of {programs} programs in a row do not agree."),
        ..Chart::default()
    }
}

fn end(slices: &[Slice]) -> u64 {
    slices
        .last()
        .map_or(0, |slice| slice.first + slice.programs)
}

/// A count, added up over the campaign.
fn sums(
    slices: &[Slice],
    title: &'static str,
    what: &str,
    class: &'static str,
    count: impl Fn(&Slice) -> u64,
) -> Chart {
    let all: u64 = slices.iter().map(&count).sum();
    let end = end(slices);
    let mut sum = 0;
    let mut points = vec![(0.0, 0.0)];
    for slice in slices {
        sum += count(slice);
        let at = (slice.first + slice.programs) as f64 / end.max(1) as f64;
        points.push((at, sum as f64 / all.max(1) as f64));
    }
    Chart {
        title,
        note: "all programs up to there".to_owned(),
        top: grouped(all),
        left: "0".to_owned(),
        right: format!("{} programs", grouped(end)),
        lines: vec![line(&points, class)],
        said: format!("{all} {what} after {end} programs."),
        ..Chart::default()
    }
}

/// A line through points in the unit square.
fn line(points: &[(f64, f64)], class: &'static str) -> Line {
    let mut text = String::new();
    for (x, y) in points {
        // A little below the edge, so that a line along it can be seen.
        let y = HEIGHT - y * (HEIGHT - 2.0);
        let _ = write!(text, "{},{} ", rounded(x * WIDTH), rounded(y));
    }
    let points = text.trim_end().to_owned();
    let area = format!("0,{HEIGHT} {points} {WIDTH},{HEIGHT}");
    Line {
        points,
        area,
        class,
    }
}

/// Programs a second, over the time in which the campaign ran.
fn throughput(runs: &[Run]) -> Option<Chart> {
    let (all, items) = worked(runs)?;
    let width = (all / MOMENTS).max(1);
    let mut rates: Vec<f64> = Vec::new();
    let mut before = 0;
    let mut next = width;
    let mut steps = Vec::new();
    let mut time = 0;
    let mut entered = 0;
    for run in runs {
        for pair in run.moments.windows(2) {
            let [(from, had), (to, has)] = [pair[0], pair[1]];
            time += to.saturating_sub(from);
            entered += has.saturating_sub(had);
            steps.push((time, entered));
        }
    }
    let mut since = 0;
    for (time, entered) in steps {
        if time >= next || time == all {
            let seconds = (time - since) as f64 / 1000.0;
            if seconds > 0.0 {
                rates.push((entered - before) as f64 / seconds);
            }
            (before, since) = (entered, time);
            next = time + width;
        }
    }
    let most = rates.iter().copied().fold(0.0, f64::max);
    if rates.len() < 2 || most <= 0.0 {
        return None;
    }
    let last = (rates.len() - 1) as f64;
    let points: Vec<(f64, f64)> = rates
        .iter()
        .enumerate()
        .map(|(place, rate)| (place as f64 / last, rate / most))
        .collect();
    let mean = items as f64 * 1000.0 / all.max(1) as f64;
    Some(Chart {
        title: "Throughput",
        note: format!("{mean:.0} programs a second on average"),
        top: format!("{most:.0}/s"),
        left: "0".to_owned(),
        right: clock(all),
        lines: vec![line(&points, "neutral")],
        said: format!("{mean:.0} programs a second on average, {most:.0} at most."),
        ..Chart::default()
    })
}

/// How long the runs took together, in milliseconds, and how many programs they entered.
fn worked(runs: &[Run]) -> Option<(u64, u64)> {
    let ends = runs.iter().filter_map(|run| {
        let (first, last) = (run.moments.first()?, run.moments.last()?);
        Some((
            last.0.saturating_sub(first.0),
            last.1.saturating_sub(first.1),
        ))
    });
    let sum = ends.fold((0, 0), |(time, items), end| (time + end.0, items + end.1));
    (sum.0 > 0).then_some(sum)
}

/// Programs a second on average, where that is known.
pub fn rate(campaign: &Campaign) -> Option<f64> {
    let (time, items) = worked(&campaign.runs)?;
    Some(items as f64 * 1000.0 / time as f64)
}

fn clock(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{:.1} h", seconds as f64 / 3600.0),
    }
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_between_runs_is_no_slowness() {
        let run = |start: u64, items: u64| Run {
            moments: (0..=10)
                .map(|second| (start + second * 1000, items + second * 50))
                .collect(),
        };
        let campaign = Campaign {
            runs: vec![run(0, 0), run(9_000_000, 500)],
            ..Campaign::default()
        };
        assert_eq!(rate(&campaign), Some(50.0));
        let chart = throughput(&campaign.runs).unwrap();
        assert_eq!(chart.top, "50/s");
        assert_eq!(chart.right, "20 s");
        assert!(throughput(&[]).is_none());
    }

    #[test]
    fn a_column_is_as_high_as_its_parts() {
        let slice = Slice {
            programs: 100,
            divergence: 3,
            drift: 1,
            ..Slice::default()
        };
        let chart = verdicts(&[slice.clone(), Slice { drift: 0, ..slice }]);
        let bars: Vec<(f64, f64)> = chart.bars.iter().map(|bar| (bar.y, bar.height)).collect();
        assert_eq!(bars, [(40.0, 120.0), (0.0, 40.0), (40.0, 120.0)]);
    }
}
