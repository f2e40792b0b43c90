//! Reads a campaign's file as a whole, for reports. Only this knows both the tables and what a report
//! tells. Files of other versions are read as far as they go: what a table lacks is left out.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use anyhow::{Context, Result};
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;
use twinix_evaluator::{builtins, observation::Opcode};
use twinix_oracle::outcome::text_of_bytes;
use twinix_reports::{
    Bucket, Campaign, Counts, Coverage, Ending, Evaluator, File, Reached, Run, Setting, Slice,
    Source, Survey,
};

use super::{super::totals::newest, reader::Reader};

/// How many slices the items are shown in.
const SLICES: u64 = 48;

/// How many moments of a run are shown.
const MOMENTS: usize = 2_000;

/// The name of a constant of ours in the names of builtins.
const BUILTINS: &str = "builtins.";

impl Reader {
    /// The campaign as a report tells it. Commands in it name `path`.
    ///
    /// # Errors
    /// When it cannot be read, or nothing was ever started in it.
    pub fn survey(&self, path: &Path) -> Result<Campaign> {
        let db = self.db();
        let plan: String = db
            .query_row("SELECT plan FROM campaign", [], |row| row.get(0))
            .optional()?
            .context("no campaign was started in this file")?;
        let mut plan: Value = serde_json::from_str(&plan)?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        let number = |plan: &Value, name: &str| plan[name].as_u64().unwrap_or_default();
        let mut campaign = Campaign {
            name: name.to_string_lossy().into_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            subject: evaluator(&plan["subject"]),
            oracles: plan["oracles"]
                .as_array()
                .map(|all| all.iter().map(evaluator).collect())
                .unwrap_or_default(),
            seed: number(&plan, "seed"),
            generator: u32::try_from(number(&plan, "generator_version"))?,
            ..Campaign::default()
        };
        if let Some(fields) = plan.as_object_mut() {
            for shown in ["subject", "oracles", "seed", "generator_version"] {
                fields.remove(shown);
            }
        }
        flatten("", &plan, &mut campaign.settings);
        count(db, &mut campaign)?;
        campaign.slices = slices(db, campaign.counts.programs)?;
        campaign.runs = runs(db)?;
        campaign.coverage = coverage(db)?;
        campaign.buckets = buckets(self, path)?;
        Ok(campaign)
    }
}

fn evaluator(who: &Value) -> Evaluator {
    Evaluator {
        name: who["name"].as_str().unwrap_or_default().to_owned(),
        identity: who["identity"].as_str().map(str::to_owned),
    }
}

/// A plan as names and values.
fn flatten(place: &str, value: &Value, settings: &mut Vec<Setting>) {
    let value = match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let place = match place {
                    "" => name.clone(),
                    _ => format!("{place}.{name}"),
                };
                flatten(&place, value, settings);
            }
            return;
        }
        Value::Null => return,
        Value::String(text) => text.clone(),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(words).collect();
            all.join(", ")
        }
        _ => value.to_string(),
    };
    settings.push(Setting {
        name: place.to_owned(),
        value,
    });
}

/// A part of a list: a pair is a thing and its weight.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(words).collect::<Vec<_>>().join(" "),
        _ => value.to_string(),
    }
}

fn count(db: &Connection, campaign: &mut Campaign) -> Result<()> {
    let mut query = db.prepare(
        "SELECT verdict, outcomes, again, duplicate_of IS NOT NULL AS twice, mode,
                substr(origin, 1, instr(origin || ' ', ' ') - 1) AS made, count(*)
         FROM items GROUP BY verdict, outcomes, again, twice, mode, made",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (verdict, outcomes, again): (String, String, Option<String>) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let programs: u64 = row.get(6)?;
        let counts = &mut campaign.counts;
        counts.programs += programs;
        *verdict_in(counts, &verdict) += programs;
        match again.as_deref() {
            Some("confirmed") => counts.confirmed += programs,
            Some(_) => counts.unconfirmed += programs,
            None => {}
        }
        if row.get(3)? {
            counts.duplicates += programs;
        }
        let ending = newest(&outcomes).unwrap_or("none").to_owned();
        *campaign.endings.entry(ending).or_default() += programs;
        *campaign.modes.entry(row.get(4)?).or_default() += programs;
        *campaign.origins.entry(row.get(5)?).or_default() += programs;
    }
    Ok(())
}

fn verdict_in<'a>(counts: &'a mut Counts, verdict: &str) -> &'a mut u64 {
    match verdict {
        "agree" => &mut counts.agree,
        "divergence" => &mut counts.divergence,
        "drift" => &mut counts.drift,
        "known" => &mut counts.known,
        _ => &mut counts.inconclusive,
    }
}

fn slices(db: &Connection, programs: u64) -> Result<Vec<Slice>> {
    let width = round_up(programs.div_ceil(SLICES));
    let mut slices: Vec<Slice> = (0..programs.div_ceil(width))
        .map(|place| Slice {
            first: place * width,
            programs: width.min(programs - place * width),
            ..Slice::default()
        })
        .collect();
    let mut each = |query: &str, add: &mut dyn FnMut(&mut Slice, &Row<'_>) -> Result<()>| {
        let mut query = db.prepare(query)?;
        let mut rows = query.query([width])?;
        while let Some(row) = rows.next()? {
            let place: usize = row.get(0)?;
            if let Some(slice) = slices.get_mut(place) {
                add(slice, row)?;
            }
        }
        Ok::<_, anyhow::Error>(())
    };
    each(
        "SELECT item / ?1, verdict, count(*) FROM items WHERE verdict <> 'agree' GROUP BY 1, 2",
        &mut |slice, row| {
            let (verdict, programs): (String, u64) = (row.get(1)?, row.get(2)?);
            *match verdict.as_str() {
                "divergence" => &mut slice.divergence,
                "drift" => &mut slice.drift,
                "known" => &mut slice.known,
                _ => &mut slice.inconclusive,
            } += programs;
            Ok(())
        },
    )?;
    each(
        "SELECT item / ?1, sum(length(new)) / 8 FROM programs WHERE new IS NOT NULL GROUP BY 1",
        &mut |slice, row| {
            slice.features = row.get(1)?;
            Ok(())
        },
    )?;
    each(
        "SELECT first / ?1, count(*) FROM buckets GROUP BY 1",
        &mut |slice, row| {
            slice.buckets = row.get(1)?;
            Ok(())
        },
    )?;
    Ok(slices)
}

/// The next number that is easy to read: 1, 2 or 5 with zeros.
fn round_up(number: u64) -> u64 {
    let mut ten = 1_u64;
    loop {
        for digit in [1, 2, 5] {
            if digit * ten >= number {
                return digit * ten;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

fn runs(db: &Connection) -> Result<Vec<Run>> {
    if !has(db, "pace", "run")? {
        return Ok(Vec::new());
    }
    let mut query = db.prepare("SELECT run, at, items FROM pace ORDER BY run, at")?;
    let mut rows = query.query([])?;
    let mut runs: BTreeMap<u64, Run> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let run = runs.entry(row.get(0)?).or_default();
        run.moments.push((row.get(1)?, row.get(2)?));
    }
    let mut runs: Vec<Run> = runs.into_values().collect();
    for run in &mut runs {
        thin(&mut run.moments);
    }
    Ok(runs)
}

/// Leaves out moments between others; the last one stays.
fn thin(moments: &mut Vec<(u64, u64)>) {
    let step = moments.len().div_ceil(MOMENTS);
    let last = moments.len().saturating_sub(1);
    let mut place = 0;
    moments.retain(|_| {
        let stays = place % step == 0 || place == last;
        place += 1;
        stays
    });
}

fn coverage(db: &Connection) -> Result<Coverage> {
    let number = |query: &str| -> Result<u64> { Ok(db.query_row(query, [], |row| row.get(0))?) };
    let mut coverage = Coverage {
        features: number("SELECT count(*) FROM features")?,
        kept: number("SELECT count(*) FROM programs WHERE new IS NOT NULL")?,
        syntax: syntax(db)?,
        ..Coverage::default()
    };
    coverage.unnamed = coverage.features;
    if !has(db, "names", "name")? {
        return Ok(coverage);
    }
    let mut builtins = every(builtins::registered().map(|builtin| builtin.name));
    let mut instructions = every(Opcode::ALL.iter().map(|opcode| opcode.name()));
    let mut query = db.prepare("SELECT name, items FROM names JOIN features USING (feature)")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        coverage.unnamed = coverage.unnamed.saturating_sub(1);
        if let Some((name, ending)) = subject(&name) {
            let place = match name.strip_prefix(BUILTINS) {
                Some(name) => builtins.get_mut(name),
                None => instructions.get_mut(name),
            };
            if let Some(reached) = place {
                reached.add(ending, row.get(1)?);
            }
        }
    }
    coverage.builtins = builtins.into_values().collect();
    coverage.instructions = instructions.into_values().collect();
    Ok(coverage)
}

fn every(names: impl Iterator<Item = &'static str>) -> BTreeMap<String, Reached> {
    let reached = |name: &str| Reached {
        name: name.to_owned(),
        ..Reached::default()
    };
    names.map(|name| (name.to_owned(), reached(name))).collect()
}

/// What ran, and how it ended: `builtins.map function list: value`, `JumpIfFalse(if) bool: value`. None of
/// calls and of what everyone did.
fn subject(feature: &str) -> Option<(&str, Ending)> {
    let (ran, ending) = feature.rsplit_once(": ")?;
    let ending = match ending {
        "value" => Ending::Value,
        "error" => Ending::Error,
        "passed" => Ending::Passed,
        _ => return None,
    };
    let name = ran.split([' ', '(']).next()?;
    Some((name, ending))
}

fn syntax(db: &Connection) -> Result<Vec<twinix_reports::SyntaxKind>> {
    let mut survey = Survey::default();
    let mut query = db.prepare(
        "SELECT text, outcomes FROM programs JOIN items USING (item) WHERE new IS NOT NULL",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (text, outcomes): (Vec<u8>, String) = (row.get(0)?, row.get(1)?);
        survey.add(
            &String::from_utf8_lossy(&text),
            newest(&outcomes).unwrap_or_default(),
        );
    }
    Ok(survey.finish())
}

fn buckets(reader: &Reader, path: &Path) -> Result<Vec<Bucket>> {
    let db = reader.db();
    let reduced = if has(db, "buckets", "reduced")? {
        "reduced"
    } else {
        "NULL"
    };
    let mut query = db.prepare(&format!(
        "SELECT bucket, verdict, signature, items, first, smallest, {reduced} FROM buckets
         ORDER BY bucket"
    ))?;
    let mut rows = query.query([])?;
    let mut modes: HashMap<u64, String> = HashMap::new();
    let mut buckets = Vec::new();
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let (smallest, reduced): (u64, Option<u64>) = (row.get(5)?, row.get(6)?);
        let item = reduced.unwrap_or(smallest);
        let mode = match modes.get(&item) {
            Some(mode) => mode.clone(),
            None => db
                .query_row("SELECT mode FROM items WHERE item = ?1", [item], |row| {
                    row.get(0)
                })
                .optional()?
                .unwrap_or_default(),
        };
        modes.insert(item, mode.clone());
        let table = match reduced {
            Some(_) => ("reduced", "reduced_files", "reduced"),
            None => ("programs", "files", "divergences"),
        };
        buckets.push(Bucket {
            number,
            verdict: row.get(1)?,
            signature: row.get(2)?,
            programs: row.get(3)?,
            first: row.get(4)?,
            item,
            mode,
            source: source(db, item, table.0, table.1)?,
            check: check(db, item, table.2)?,
            replay: format!("twinix replay --db {} --bucket {number}", quoted(path)),
        });
    }
    Ok(buckets)
}

/// A program with the files beside it, from the tables that have them.
fn source(db: &Connection, item: u64, table: &str, beside: &str) -> Result<Source> {
    let found: Option<(Vec<u8>, String)> = db
        .prepare_cached(&format!(
            "SELECT text, features FROM {table} WHERE item = ?1"
        ))?
        .query_row([item], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((text, features)) = found else {
        return Ok(Source::default());
    };
    let mut source = Source {
        size: text.len() as u64,
        text: text_of_bytes(&text),
        is_reduced: table == "reduced",
        features: features.split_whitespace().map(str::to_owned).collect(),
        files: Vec::new(),
    };
    let mut query = db.prepare_cached(&format!(
        "SELECT path, content FROM {beside} WHERE item = ?1 ORDER BY path"
    ))?;
    let mut rows = query.query([item])?;
    while let Some(row) = rows.next()? {
        let (path, content): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?);
        source.size += content.len() as u64;
        source.files.push(File {
            path: text_of_bytes(&path),
            text: text_of_bytes(&content),
        });
    }
    Ok(source)
}

/// What was found about a program; none where it was not kept, or another version wrote it.
fn check(db: &Connection, item: u64, table: &str) -> Result<Option<twinix_oracle::verdict::Check>> {
    let found: Option<Option<String>> = db
        .prepare_cached(&format!("SELECT found FROM {table} WHERE item = ?1"))?
        .query_row([item], |row| row.get(0))
        .optional()?;
    Ok(found
        .flatten()
        .and_then(|text| serde_json::from_str(&text).ok()))
}

/// Whether a table has a column.
fn has(db: &Connection, table: &str, column: &str) -> Result<bool> {
    let query = "SELECT count(*) > 0 FROM pragma_table_info(?1) WHERE name = ?2";
    Ok(db.query_row(query, [table, column], |row| row.get(0))?)
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | '@');
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.into_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_say_what_ran_and_how_it_ended() {
        let of = |name| subject(name).map(|(name, _)| name);
        assert_eq!(
            subject("builtins.map function list: value"),
            Some(("builtins.map", Ending::Value))
        );
        assert_eq!(of("JumpIfFalse(if) bool: error"), Some("JumpIfFalse"));
        assert_eq!(of("Constant: passed"), Some("Constant"));
        assert_eq!(of("Call > builtins.map"), None);
        assert_eq!(of("Strict agree value|value"), None);
    }

    #[test]
    fn slices_are_easy_to_read() {
        assert_eq!(
            [0, 1, 3, 21, 167, 501].map(round_up),
            [1, 1, 5, 50, 200, 1000]
        );
    }

    #[test]
    fn the_last_moment_stays() {
        let mut moments: Vec<(u64, u64)> = (0..10_000).map(|at| (at, at)).collect();
        thin(&mut moments);
        assert!(moments.len() <= MOMENTS + 1);
        assert_eq!(moments.last(), Some(&(9_999, 9_999)));
    }

    #[test]
    fn a_shell_takes_a_path_as_it_is() {
        assert_eq!(quoted(Path::new("/a/x-1.db")), "/a/x-1.db");
        assert_eq!(quoted(Path::new("a b's")), r"'a b'\''s'");
    }
}
