//! The evaluators of a reduction: a fast way to ask each for candidates, and a sure one for the result.

use anyhow::{Result, bail};
use twinix_oracle::{Dialect, Evaluator, snapshot::Snapshot, template::CommandTemplate};

use crate::{
    evaluators::{Chooser, Chosen, INSTALL},
    subject::Vm,
};

/// An evaluator.
pub enum Side {
    /// Our own.
    Own(Vm),
    /// An installed release, through servers.
    Served(Box<Snapshot>),
    /// Any other command.
    Command(CommandTemplate),
}

impl Side {
    fn choose(
        chooser: &mut Chooser,
        name: &str,
        dialect: Option<Dialect>,
        jobs: usize,
    ) -> Result<Self> {
        Ok(match chooser.choose(name, dialect)? {
            Chosen::Own => Self::Own(Vm::new()),
            Chosen::Installed(oracle) => Self::Served(Box::new(Snapshot::new(oracle, jobs))),
            Chosen::Command(command) => Self::Command(command),
        })
    }

    /// The fast way to ask it.
    pub fn fast(&self) -> &dyn Evaluator {
        match self {
            Self::Served(snapshot) => snapshot.as_ref(),
            _ => self.fresh(),
        }
    }

    /// The way to ask it that nothing earlier has an influence on.
    pub fn fresh(&self) -> &dyn Evaluator {
        match self {
            Self::Own(vm) => vm,
            Self::Served(snapshot) => snapshot.fresh(),
            Self::Command(command) => command,
        }
    }
}

/// The subject and the oracles.
pub struct Sides {
    pub subject: Side,
    pub oracles: Vec<Side>,
}

impl Sides {
    /// Chooses them by their names, for so many candidates at once.
    ///
    /// # Errors
    /// When one of them is not there, or there is no oracle.
    pub fn choose(
        subject: Option<&str>,
        oracles: &[String],
        dialects: &[Dialect],
        jobs: usize,
    ) -> Result<Self> {
        let mut chooser = Chooser::default();
        let dialect = dialects.first().copied();
        let subject = Side::choose(&mut chooser, subject.unwrap_or("twinix"), dialect, jobs)?;
        let mut chosen = Vec::new();
        for name in oracles {
            if name == "recorded" {
                bail!(
                    "recorded outcomes say nothing about smaller programs: name a release that is \
                     installed, or a command"
                );
            }
            chosen.push(Side::choose(&mut chooser, name, dialect, jobs)?);
        }
        if oracles.is_empty() {
            let all = if dialects.is_empty() {
                &Dialect::ALL
            } else {
                dialects
            };
            for oracle in chooser.one_of_each(all) {
                chosen.push(Side::Served(Box::new(Snapshot::new(oracle, jobs))));
            }
        }
        if chosen.is_empty() {
            bail!("there is no C++ Nix to compare with: {INSTALL}");
        }
        Ok(Self {
            subject,
            oracles: chosen,
        })
    }

    /// The fast way to ask the oracles.
    pub fn fast(&self) -> Vec<&dyn Evaluator> {
        self.oracles.iter().map(Side::fast).collect()
    }

    /// The sure way to ask the oracles.
    pub fn fresh(&self) -> Vec<&dyn Evaluator> {
        self.oracles.iter().map(Side::fresh).collect()
    }
}
