//! Examines one item: asks everyone, decides the verdict, and asks again in fresh processes what is to
//! be relied on.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use twinix_evaluator::observation::Feature;
use twinix_oracle::{
    Dialect, Outcome, Precision, Program, Settings, Unavailable, Verdict,
    chance::take_back,
    clock::same_but_for_clock,
    compare::{Aspect, compare, same_words},
    known::KnownList,
    outcome::{Answer, Crash, Limit, text_of_bytes},
    settings::Mode,
    taxonomy::ErrorKind,
    verdict::{Against, Check, decide},
};

use super::{
    examined::{Again, Bucket, Examined, REWRITE_VERDICT, Spent, combination, number},
    item::{Hash, Item, Origin, Source},
    knowledge::Knowledge,
    plan::Plan,
    store::Reader,
};
use crate::parties::{Parties, Party, Way};

/// What comes before the name of a rewrite where others have the name of an oracle.
const REWRITE: &str = "rewrite ";

/// How many times as much of everything all of them get where one reached a limit and another did not. Texts that only
/// C++ Nix has room for are short beside that.
const PATIENCE: u32 = 4;

/// Everything that examining needs besides the item.
pub struct Examiner {
    /// The plan.
    pub plan: Plan,
    /// Who is asked.
    pub parties: Parties,
    /// What is known.
    pub known: KnownList,
}

/// One round of questions.
struct Round<'a> {
    examiner: &'a Examiner,
    reader: Option<&'a Reader>,
    way: Way,
    /// The only oracle that is asked, by its place; all if there is none.
    alone: Option<usize>,
    /// How many times as much of everything evaluators get.
    patience: u32,
    /// Whether releases get that many times the time as well.
    is_deep: bool,
    answers: Vec<(Hash, Outcome)>,
    /// The questions whose answers were remembered.
    recalled: Vec<Hash>,
    /// Whether the subject, where it is our own, says what ran.
    is_observed: bool,
    /// What ran in the subject, where it is our own.
    reached: Vec<Feature>,
    /// Whether that used much, so that what is made of the program would slow down the campaign.
    is_costly: bool,
    spent: Spent,
}

impl Examiner {
    /// Examines an item.
    ///
    /// # Errors
    /// When an evaluator cannot be asked at all, or the store cannot be read.
    pub fn examine(
        &self,
        item: Item,
        knowledge: &Knowledge,
        reader: Option<&Reader>,
    ) -> Result<Examined> {
        let began = Instant::now();
        let hash = item.source.hash();
        let mut round = self.round(reader, Way::Fast);
        let mut check = round.check(&item)?;
        let mut bucket = bucket_of(&check);
        let mut again = None;
        let mut refuted = Vec::new();
        let is_late = check.against.iter().any(is_late);
        let is_cut = check.against.iter().any(is_cut);
        let has_to_be_confirmed = self.has_to_be_confirmed(bucket.as_ref(), knowledge)
            || check.against.iter().any(came_to_no_end);
        if item.is_sampled || has_to_be_confirmed || is_late {
            let late = is_late.then_some(&check);
            let mut fresh = round.in_fresh_processes(&item, late)?;
            // Who got more of everything is expected to do something else.
            let is_same = does_the_same(&check, &fresh, is_late);
            again = Some(if is_same {
                Again::Confirmed
            } else {
                Again::Disputed
            });
            if !is_same && self.parties.subject.own().is_some() {
                contradict(&check, &mut fresh);
            }
            check = fresh;
            bucket = bucket_of(&check);
            if !is_same {
                // Nobody is to remember what was just refuted, whoever entered it.
                let answers = round.answers.drain(..);
                refuted.extend(answers.map(|(hash, _)| hash));
                refuted.append(&mut round.recalled);
            }
        }
        let Round {
            answers,
            reached,
            is_costly,
            mut spent,
            ..
        } = round;
        // What ended at a limit may end elsewhere another time, so it reached nothing for sure.
        let features = if is_costly || is_cut {
            Vec::new()
        } else {
            features(&item, &check, &reached)
        };
        spent.all = began.elapsed();
        Ok(Examined {
            item,
            hash,
            check,
            bucket,
            again,
            features,
            reached,
            answers,
            refuted,
            spent,
        })
    }

    /// Asks about an item in some way, all oracles or one alone, and nothing else.
    ///
    /// # Errors
    /// When an evaluator cannot be asked at all.
    pub fn ask(&self, item: &Item, way: Way, alone: Option<usize>) -> Result<Check> {
        let mut round = self.round(None, way);
        round.alone = alone;
        round.check(item)
    }

    fn round<'a>(&'a self, reader: Option<&'a Reader>, way: Way) -> Round<'a> {
        Round {
            examiner: self,
            reader,
            way,
            alone: None,
            patience: 1,
            is_deep: false,
            answers: Vec::new(),
            recalled: Vec::new(),
            is_observed: true,
            reached: Vec::new(),
            is_costly: false,
            spent: Spent {
                oracles: vec![Duration::ZERO; self.parties.oracles.len()],
                ..Spent::default()
            },
        }
    }

    fn has_to_be_confirmed(&self, bucket: Option<&Bucket>, knowledge: &Knowledge) -> bool {
        let Some(bucket) = bucket.filter(|bucket| bucket.verdict != "known") else {
            return false;
        };
        let most = self.plan.confirmed;
        most.is_none_or(|most| knowledge.in_group(&bucket.key()) < most)
    }
}

impl Round<'_> {
    /// Asks everyone about an item.
    fn check(&mut self, item: &Item) -> Result<Check> {
        let name = format!("item {}", item.index);
        let program = &program(&name, &item.source)?;
        let mut answers = Vec::new();
        let mut unavailable = Vec::new();
        for (place, oracle) in self.examiner.parties.oracles.iter().enumerate() {
            if self.alone.is_some_and(|alone| alone != place) {
                continue;
            }
            let dialect = oracle.fast().dialect().unwrap_or(Dialect::NEWEST);
            let began = Instant::now();
            let answer = self.ask(oracle, program, &item.source, (item.mode, dialect));
            self.spent.oracles[place] += began.elapsed();
            match answer? {
                Ok(outcome) => answers.push((oracle.who().name.clone(), dialect, outcome)),
                Err(why) => unavailable.push((oracle.who().name.clone(), why)),
            }
        }
        answers.sort_by_key(|(_, dialect, _)| *dialect);
        let dialects = answers.iter().map(|(_, dialect, _)| *dialect);
        let ours = match self.ask_subject(program, &item.source, item.mode, dialects)? {
            Ok(ours) => ours,
            Err(why) => {
                unavailable.push((self.examiner.parties.subject.who().name.clone(), why));
                answers.clear();
                BTreeMap::new()
            }
        };
        let mut check = self.decide(&name, item, answers, &ours, unavailable);
        let subject = self.examiner.parties.subject.fast();
        let plan = &self.examiner.plan;
        let settings = |dialect| plan.settings(item.mode, &item.source, dialect);
        let precision = Precision::default().asked(item.mode, subject.dialect());
        take_back(&mut check, program, subject, &precision, &settings);
        if let Some(original) = &item.original {
            self.compare_with(original, item, &ours, &mut check)?;
        }
        // An oracle that said nothing does not agree.
        if let (Verdict::Agree, Some((name, why))) = (&check.verdict, check.unavailable.first()) {
            check.verdict = Verdict::Inconclusive {
                why: format!("{name} gave no outcome: {why}"),
            };
        }
        Ok(check)
    }

    /// Holds a rewritten program against what it was rewritten from, in the subject alone.
    fn compare_with(
        &mut self,
        original: &Source,
        item: &Item,
        ours: &BTreeMap<Dialect, Outcome>,
        check: &mut Check,
    ) -> Result<()> {
        let Some((&dialect, _)) = ours.last_key_value() else {
            return Ok(());
        };
        let name = match &item.origin {
            Origin::Rewritten(rewrite, _) => format!("{REWRITE}{rewrite}"),
            origin => origin.to_string(),
        };
        let program = program(&name, original)?;
        // What the original reached is not what the item reached.
        let reached = std::mem::take(&mut self.reached);
        // 2.3 shows what some calls make before it is done; then it matters where the call stands.
        if dialect == Dialect::V2_3 {
            let newest = self.ask_subject(&program, original, item.mode, [Dialect::NEWEST])?;
            let recurses = |outcome: &Outcome| matches!(outcome.failure(), Some(failure) if failure.kind == ErrorKind::InfiniteRecursion);
            if newest.is_ok_and(|newest| newest.values().any(recurses)) {
                self.reached = reached;
                return Ok(());
            }
        }
        let before = self.ask_subject(&program, original, item.mode, [dialect])?;
        self.reached = reached;
        if let Some(before) = before.ok().and_then(|before| before.get(&dialect).cloned()) {
            let answers = vec![(name.clone(), dialect, before)];
            let alone = self.decide(&name, item, answers, ours, Vec::new());
            // How far a tab in a message goes depends on the length of the position before it.
            let is_layout = |one: &Against| {
                (one.comparison.difference.as_ref()).is_some_and(|found| {
                    found.aspect == Aspect::Message && same_words(&found.subject, &found.oracle)
                })
            };
            for one in alone.against.into_iter().filter(|one| !is_layout(one)) {
                check.add(one);
            }
        }
        Ok(())
    }

    fn decide(
        &self,
        name: &str,
        item: &Item,
        answers: Vec<(String, Dialect, Outcome)>,
        ours: &BTreeMap<Dialect, Outcome>,
        unavailable: Vec<(String, String)>,
    ) -> Check {
        let text = text_of_bytes(&item.source.text);
        let known = &self.examiner.known;
        let subject = self.examiner.parties.subject.fast().dialect();
        let precision = Precision::default().asked(item.mode, subject);
        decide(name, &text, answers, ours, unavailable, &precision, known)
    }

    /// What the subject does in each dialect, or why it cannot be asked.
    fn ask_subject(
        &mut self,
        program: &Program,
        source: &Source,
        mode: Mode,
        dialects: impl IntoIterator<Item = Dialect>,
    ) -> Result<Result<BTreeMap<Dialect, Outcome>, String>> {
        let subject = &self.examiner.parties.subject;
        let mut ours: BTreeMap<Dialect, Outcome> = BTreeMap::new();
        let dialects: Vec<Dialect> = dialects.into_iter().collect();
        let newest = dialects.iter().max().copied();
        for dialect in dialects {
            if ours.contains_key(&dialect) {
                continue;
            }
            let outcome = match ours.values().next() {
                Some(outcome) if !subject.fast().follows_dialect() => outcome.clone(),
                _ => {
                    let began = Instant::now();
                    // In the others it runs as it does for users.
                    self.is_observed = Some(dialect) == newest;
                    let answer = self.ask(subject, program, source, (mode, dialect));
                    self.spent.subject += began.elapsed();
                    match answer? {
                        Ok(outcome) => outcome,
                        Err(why) => return Ok(Err(why)),
                    }
                }
            };
            ours.insert(dialect, outcome);
        }
        Ok(Ok(ours))
    }

    /// Asks an evaluator, or remembers what it answered. The inner error says why it cannot be asked
    /// for this.
    fn ask(
        &mut self,
        party: &Party,
        program: &Program,
        source: &Source,
        (mode, dialect): (Mode, Dialect),
    ) -> Result<Result<Outcome, String>> {
        // One that speaks a dialect of its own is asked in that.
        let dialect = party.fast().dialect().unwrap_or(dialect);
        let plan = &self.examiner.plan;
        let mut settings = plan.settings(mode, source, dialect);
        if self.patience > 1 {
            let limits = &mut settings.limits;
            // What takes a release that long never ends: its regular expressions do not. To get too deep has an end.
            if self.is_deep || std::ptr::eq(party, &self.examiner.parties.subject) {
                limits.time *= self.patience;
            }
            limits.memory *= u64::from(self.patience);
            limits.output *= 4 * self.patience as usize;
        }
        let settings = &settings;
        if let (Way::Fast, true, Some(vm)) = (self.way, self.is_observed, party.own()) {
            let done = vm.observe(program, settings)?;
            self.reached = done.hits.iter().map(|(hit, _)| hit).collect();
            self.is_costly |= done.is_costly;
            return Ok(Ok(done.outcome));
        }
        let evaluator = party.by(self.way);
        let hash = match (self.way, party.kept_under()) {
            (Way::Fast, Some(identity)) => {
                let reader = plan.twinix.as_deref().unwrap_or_default();
                Some(question(reader, source, identity, settings))
            }
            _ => None,
        };
        if let Some(hash) = hash
            && let Some(reader) = self.reader
            && let Some(outcome) = reader.answer(hash)?
        {
            self.recalled.push(hash);
            return Ok(Ok(outcome));
        }
        let outcome = match evaluator.evaluate(program, settings) {
            Ok(outcome) => outcome,
            Err(Unavailable::Unsupported(why)) => return Ok(Err(why)),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot ask {}", evaluator.name()));
            }
        };
        // What ended at a limit may do better another time.
        let is_final = matches!(outcome.answer, Answer::Value(_) | Answer::Error(_));
        if let Some(hash) = hash.filter(|_| is_final) {
            self.answers.push((hash, outcome.clone()));
        }
        Ok(Ok(outcome))
    }

    /// Asks everyone again, with nothing remembered and nothing kept running. Where one was late all get more of everything;
    /// if that is not enough for the subject where an oracle has an answer, it differs.
    fn in_fresh_processes(&mut self, item: &Item, late: Option<&Check>) -> Result<Check> {
        let began = Instant::now();
        let mut round = self.examiner.round(None, Way::Fresh);
        if let Some(late) = late {
            round.patience = PATIENCE;
            round.is_deep = late.against.iter().any(is_deep);
        }
        let mut check = round.check(item)?;
        if late.is_some() {
            check.settle(is_alone_at_a_limit);
        }
        self.spent.fresh += began.elapsed();
        Ok(check)
    }
}

/// A program as evaluators are given it.
pub(super) fn program(name: &str, source: &Source) -> Result<Program> {
    let mut program = Program::text(name, source.text.as_slice());
    for (path, content) in &source.files {
        program = program.with_sibling(path, content.as_slice())?;
    }
    Ok(program)
}

/// Whether an oracle crashed, which says as much about the server that asked it as about the oracle.
fn came_to_no_end(one: &Against) -> bool {
    is_undecided(one) && matches!(one.oracle_outcome.answer, Answer::Crash(_))
}

/// Whether one side reached a limit and the other did not. How deep it gets a release says in as many words as there are
/// levels, for which there may never be room enough.
fn is_late(one: &Against) -> bool {
    let is_long = matches!(one.oracle_outcome.answer, Answer::Resource(Limit::Output));
    is_undecided(one)
        && is_at_a_limit(&one.subject_outcome) != is_at_a_limit(&one.oracle_outcome)
        && !(is_deep(one) && is_long)
}

/// Whether calls of the subject got too deep.
fn is_deep(one: &Against) -> bool {
    (one.subject_outcome.failure()).is_some_and(|failure| failure.kind == ErrorKind::RecursionDepth)
}

/// Whether one side reached a limit.
fn is_cut(one: &Against) -> bool {
    is_at_a_limit(&one.subject_outcome) || is_at_a_limit(&one.oracle_outcome)
}

fn is_undecided(one: &Against) -> bool {
    matches!(one.verdict, Verdict::Inconclusive { .. })
}

fn is_at_a_limit(outcome: &Outcome) -> bool {
    matches!(outcome.answer, Answer::Resource(_))
}

/// Whether the subject reached a limit where an oracle has an answer.
fn is_alone_at_a_limit(one: &Against) -> bool {
    is_at_a_limit(&one.subject_outcome)
        && matches!(
            one.oracle_outcome.answer,
            Answer::Value(_) | Answer::Error(_)
        )
}

/// What tells a question to an evaluator from every other one; `reader` is the build of twinix, which reads the
/// outcome from what the evaluator printed.
fn question(reader: &str, source: &Source, identity: &str, settings: &Settings) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(reader.as_bytes());
    hasher.update(&source.hash().0);
    hasher.update(identity.as_bytes());
    hasher.update(format!("{settings:?}").as_bytes());
    Hash::of(&hasher)
}

/// The bucket of a check; a program that only differs from what it was rewritten from is kept apart.
pub(super) fn bucket_of(check: &Check) -> Option<Bucket> {
    let is_rewrite = |one: &Against| one.oracle.starts_with(REWRITE);
    if !check.against.iter().any(is_rewrite) {
        return Bucket::of(check);
    }
    let is_grave = |one: &&Against| one.verdict == check.verdict;
    if check.against.iter().filter(is_grave).all(is_rewrite) {
        let mut bucket = Bucket::of(check)?;
        if !matches!(check.verdict, Verdict::Known { .. }) {
            bucket.verdict = REWRITE_VERDICT;
        }
        return Some(bucket);
    }
    // What an oracle says is the same whatever it was rewritten from.
    let mut alone = check.clone();
    alone.against.retain(|one| !is_rewrite(one));
    Bucket::of(&alone)
}

/// Whether two checks of one program say the same, of the evaluators as well as of the verdict. How a
/// process dies and which limit it reaches is chance; where there were `more` of everything, who was at a limit may do
/// anything.
fn does_the_same(one: &Check, other: &Check, more: bool) -> bool {
    let is_same =
        |one: &Outcome, other: &Outcome| more && is_at_a_limit(one) || is_same(one, other);
    let mut pairs = one.against.iter().zip(&other.against);
    (more || std::mem::discriminant(&one.verdict) == std::mem::discriminant(&other.verdict))
        && one.against.len() == other.against.len()
        && pairs.all(|(one, other)| {
            is_same(&one.oracle_outcome, &other.oracle_outcome)
                && is_same(&one.subject_outcome, &other.subject_outcome)
        })
}

/// Where our own machine does something else when it is asked again, and the oracle does not, that is a bug, whatever the
/// oracle does.
fn contradict(first: &Check, again: &mut Check) {
    for (first, again) in first.against.iter().zip(&mut again.against) {
        let (before, after) = (&first.subject_outcome, &again.subject_outcome);
        let is_ours = is_same(&first.oracle_outcome, &again.oracle_outcome);
        if is_ours && !is_same(before, after) && !is_at_a_limit(before) && !is_at_a_limit(after) {
            let message = format!("asked again it does something else: {before}, then {after}");
            again.subject_outcome = Outcome::new(Answer::Crash(Crash { signal: 0, message }));
            again.comparison = compare(
                &again.subject_outcome,
                &again.oracle_outcome,
                &Precision::default(),
            );
            again.verdict = Verdict::Divergence;
        }
    }
    again.summarise();
}

/// Whether two outcomes are the same but for what is chance.
fn is_same(one: &Outcome, other: &Outcome) -> bool {
    match (&one.answer, &other.answer) {
        (Answer::Crash(_), Answer::Crash(_)) | (Answer::Resource(_), Answer::Resource(_)) => true,
        // A second may have passed.
        (Answer::Value(text), Answer::Value(later)) => {
            same_but_for_clock(text, later)
                && traces_are_the_same(one, other)
                && one.derivations == other.derivations
        }
        (Answer::Error(failure), Answer::Error(later)) => {
            let mut later = later.clone();
            if same_but_for_clock(&failure.message, &later.message) {
                later.message.clone_from(&failure.message);
            }
            *failure == later
                && traces_are_the_same(one, other)
                && one.derivations == other.derivations
        }
        _ => one == other,
    }
}

fn traces_are_the_same(one: &Outcome, other: &Outcome) -> bool {
    let mut pairs = one.traces.iter().zip(&other.traces);
    one.traces.len() == other.traces.len()
        && pairs.all(|(trace, later)| same_but_for_clock(trace, later))
}

/// What an item reached: what ran, and the tuple of what everyone did.
fn features(item: &Item, check: &Check, reached: &[Feature]) -> Vec<i64> {
    if matches!(check.verdict, Verdict::Inconclusive { .. }) {
        return Vec::new();
    }
    let ran = reached.iter().map(|feature| feature.id().cast_signed());
    let mut features: Vec<i64> = ran.collect();
    features.push(number(&combination(item, check)));
    features.sort_unstable();
    features.dedup();
    features
}

#[cfg(test)]
mod tests;
