//! Makes the plan of a campaign from the command line and from what is stored, and refuses what would
//! make it another campaign.

use anyhow::{Context, Result, bail};
use twinix_oracle::{known::KnownList, sandbox, settings::Mode};

use super::{
    examine::Examiner,
    given,
    item::Source,
    plan::{Budget, Plan},
    store::Store,
};
use crate::identity;
use crate::{
    cli::FuzzOptions,
    evaluators::tell_of_flags,
    parties::{Parties, Speed, Who},
};

/// How many programs make an epoch.
const EPOCH: u64 = 1024;

/// The share of programs that are made from kept ones.
const MUTATED: f64 = 0.2;

/// The share of programs that are rewritten.
const REWRITTEN: f64 = 0.05;

/// The share of programs that are asked again whatever was found.
const SAMPLED: f64 = 0.01;

/// Wall time of an evaluation, in milliseconds.
const TIME: u64 = 2000;

/// Memory of an evaluation, in MiB.
const MEMORY: u64 = 2048;

/// How divergences are reduced.
const BUDGET: Budget = Budget {
    first: 3,
    tests: 1500,
};

/// What is asked of the evaluators, each with its weight: the canonical notation sees the most. Releases instantiate in
/// a process for each program, with a store of their own, which takes some eighty times as long as the rest.
const MODES: [(Mode, u32); 7] = [
    (Mode::Canonical, 480),
    (Mode::Strict, 288),
    (Mode::Json, 144),
    (Mode::Lazy, 144),
    (Mode::Xml, 108),
    (Mode::Parse, 36),
    (Mode::Instantiate, 4),
];

/// The weight of programs that are instantiated where the user says that some are to be.
const INSTANTIATED: u32 = 120;

/// A campaign that can begin, or go on.
pub struct Campaign {
    /// The file.
    pub store: Store,
    /// What examines items.
    pub examiner: Examiner,
    /// The programs that the user gave.
    pub given: Vec<Source>,
}

/// Sets a campaign up.
///
/// # Errors
/// When something that it needs is not there, or the file holds another campaign.
pub fn set_up(options: &FuzzOptions) -> Result<Campaign> {
    let store = Store::open(&options.db)?;
    if options.anew {
        store.forget()?;
    }
    let stored = store.plan()?;
    let parties = parties(options, stored.as_ref())?;
    let given = given::read(&options.corpus)?;
    let known = match &options.around.known {
        Some(file) => KnownList::read(file)?,
        None => KnownList::default(),
    };
    warn_of_the_open();
    let all = parties.oracles.iter().chain([&parties.subject]);
    tell_of_flags(all.map(|party| party.who().name.as_str()));
    let plan = plan(options, stored.as_ref(), &parties, &given)?;
    match &stored {
        None => store.start(&plan)?,
        Some(stored) => refuse_other(options, stored, &plan)?,
    }
    let examiner = Examiner {
        plan,
        parties,
        known,
    };
    Ok(Campaign {
        store,
        examiner,
        given,
    })
}

/// Says so where nothing keeps programs in but what evaluators do about it.
#[expect(clippy::print_stderr, reason = "a warning, whatever else is printed")]
fn warn_of_the_open() {
    if let Some(why) = sandbox::refusal() {
        eprintln!(
            "warning: evaluators cannot be shut in on this machine ({why}): only --restrict-eval keeps programs from \
             other files"
        );
    }
}

/// Those that the command line names, else those of the stored campaign, else our own and every release
/// that is installed.
fn parties(options: &FuzzOptions, stored: Option<&Plan>) -> Result<Parties> {
    let dialect = options.dialect.or(stored.and_then(|plan| plan.dialect));
    let subject = match (&options.sides.subject, stored) {
        (Some(name), _) => name,
        (None, Some(plan)) => &plan.subject.name,
        (None, None) => "twinix",
    };
    let mut names = options.sides.oracle.clone();
    if let (true, Some(plan)) = (names.is_empty(), stored) {
        names.extend(plan.oracles.iter().map(|oracle| oracle.name.clone()));
    }
    let speed = if options.fresh {
        Speed::Fresh
    } else {
        // A worker asks one at a time, in about a dozen ways that each need a server.
        Speed::Served(2 * super::jobs(options))
    };
    Parties::choose(subject, &names, dialect.as_slice(), speed)
}

/// What everyone can be asked for.
fn modes(parties: &Parties, wanted: &[Mode]) -> Result<Vec<(Mode, u32)>> {
    let can = |mode: Mode| {
        let mut all = parties.oracles.iter().chain([&parties.subject]);
        all.all(|party| party.can(mode))
    };
    let is_wanted = |mode: Mode| wanted.is_empty() || wanted.contains(&mode);
    if let Some(mode) = wanted.iter().find(|mode| !can(**mode)) {
        let mode = serde_json::to_value(mode)?;
        bail!("a command that is asked with --mode {mode} has to take {{flags}}");
    }
    let mut modes = MODES.to_vec();
    modes.retain(|&(mode, _)| can(mode) && is_wanted(mode));
    for (mode, weight) in &mut modes {
        if *mode == Mode::Instantiate && !wanted.is_empty() {
            *weight = INSTANTIATED;
        }
    }
    if modes.is_empty() {
        bail!("these evaluators can be asked for nothing in common");
    }
    Ok(modes)
}

fn plan(
    options: &FuzzOptions,
    stored: Option<&Plan>,
    parties: &Parties,
    given: &[Source],
) -> Result<Plan> {
    let mut generator = match stored {
        Some(plan) => plan.generator.clone(),
        None => twinix_generator::Config::default(),
    };
    if let Some(validity) = options.validity {
        generator.validity = validity;
    }
    let modes = match (options.mode.is_empty(), stored) {
        (true, Some(plan)) => plan.modes.clone(),
        _ => {
            let wanted: Vec<Mode> = options.mode.iter().map(|&mode| mode.into()).collect();
            modes(parties, &wanted)?
        }
    };
    let known = match &options.around.known {
        Some(file) => {
            let text = std::fs::read(file).with_context(|| file.display().to_string())?;
            Some(blake3::hash(&text).to_hex()[..16].to_owned())
        }
        None => None,
    };
    let corpus = (!given.is_empty()).then(|| given::hash(given).to_string());
    let or = |chosen: Option<u64>, kept: fn(&Plan) -> u64, usual: u64| {
        chosen.unwrap_or_else(|| stored.map_or(usual, kept))
    };
    let share = |chosen: Option<f64>, kept: fn(&Plan) -> u32, usual: f64| {
        chosen.map_or_else(
            || stored.map_or_else(|| millionths(usual), kept),
            millionths,
        )
    };
    let mutated = share(options.mutate, |plan| plan.mutated, MUTATED);
    let rewritten = share(options.rewrite, |plan| plan.rewritten, REWRITTEN);
    if mutated + rewritten > millionths(1.0) {
        bail!(
            "--mutate and --rewrite are shares of the same programs: together {} is more than 1",
            f64::from(mutated + rewritten) / f64::from(millionths(1.0))
        );
    }
    Ok(Plan {
        seed: or(options.seed, |plan| plan.seed, 1),
        generator_version: twinix_generator::VERSION,
        generator,
        twinix: Some(identity::of_this_program()?),
        subject: parties.subject.who().clone(),
        oracles: parties
            .oracles
            .iter()
            .map(|one| one.who().clone())
            .collect(),
        dialect: options.dialect.or(stored.and_then(|plan| plan.dialect)),
        modes,
        mutated,
        rewritten,
        corpus,
        known,
        confirmed: options
            .confirm
            .or_else(|| stored.and_then(|plan| plan.confirmed)),
        sampled: share(options.sample, |plan| plan.sampled, SAMPLED),
        epoch: or(options.epoch, |plan| plan.epoch, EPOCH),
        reduced: budget(options, stored),
        time: options.timeout.map_or_else(
            || stored.map_or(TIME, |plan| plan.time),
            |seconds| (seconds * 1000.0).round() as u64,
        ),
        memory: or(options.max_memory, |plan| plan.memory, MEMORY),
        shard: options.shard.or(stored.and_then(|plan| plan.shard)),
    })
}

fn budget(options: &FuzzOptions, stored: Option<&Plan>) -> Option<Budget> {
    let kept = match stored {
        Some(plan) => plan.reduced,
        None => Some(BUDGET),
    };
    let chosen = options.reduce_first.is_some() || options.candidates.is_some();
    if options.no_reduce || (kept.is_none() && !chosen) {
        return None;
    }
    let kept = kept.unwrap_or(BUDGET);
    Some(Budget {
        first: options.reduce_first.unwrap_or(kept.first),
        tests: options.candidates.unwrap_or(kept.tests),
    })
}

fn refuse_other(options: &FuzzOptions, stored: &Plan, plan: &Plan) -> Result<()> {
    let differences = stored.differences(plan);
    if differences.is_empty() {
        return Ok(());
    }
    bail!(
        "the campaign in {} was made with other settings, so it cannot go on with these:\n  {}\n\
         give the same ones (those that are left out are taken from the file; --known and --corpus \
         are not), another --db, or --anew to start over in this file, which keeps what the oracles \
         answered",
        options.db.display(),
        differences.join("\n  ")
    )
}

/// The plan of generated programs of a seed, whoever evaluates them.
pub fn plan_of_seed(seed: u64, validity: f64) -> Plan {
    Plan {
        seed,
        generator_version: twinix_generator::VERSION,
        generator: twinix_generator::Config {
            validity,
            ..twinix_generator::Config::default()
        },
        twinix: None,
        subject: Who {
            name: "twinix".to_owned(),
            identity: None,
        },
        oracles: Vec::new(),
        dialect: None,
        modes: MODES.to_vec(),
        mutated: millionths(MUTATED),
        rewritten: millionths(REWRITTEN),
        corpus: None,
        known: None,
        confirmed: None,
        sampled: millionths(SAMPLED),
        epoch: EPOCH,
        reduced: Some(BUDGET),
        time: TIME,
        memory: MEMORY,
        shard: None,
    }
}

fn millionths(share: f64) -> u32 {
    (share * 1e6).round() as u32
}
