//! The evaluators of a campaign, each in a fast way to ask it and in one that nothing earlier can have
//! had an influence on.

use anyhow::Result;
use twinix_oracle::{
    Dialect, Evaluator,
    discover::Oracle,
    settings::Mode,
    snapshot::{Counters, Snapshot},
    template::CommandTemplate,
};

use super::{identity, plan::Who};
use crate::{
    evaluators::{Chooser, Chosen},
    subject::Vm,
};

/// How installed releases are asked.
#[derive(Debug, Clone, Copy)]
pub enum Speed {
    /// Through so many servers at once.
    Served(usize),
    /// In a process for each program.
    Fresh,
}

/// What it is.
enum Kind {
    Own(Vm),
    /// Through servers.
    Served(Snapshot),
    /// A process for each program.
    Installed(Oracle),
    Command(CommandTemplate),
}

/// An evaluator.
pub struct Party {
    kind: Kind,
    who: Who,
}

impl Party {
    /// The evaluator of a name.
    ///
    /// # Errors
    /// When there is none.
    pub fn choose(
        chooser: &mut Chooser,
        name: &str,
        dialect: Option<Dialect>,
        speed: Speed,
    ) -> Result<Self> {
        Ok(match chooser.choose(name, dialect)? {
            Chosen::Own => Self::new(Kind::Own(Vm::new()), Some(identity::of_this_program()?)),
            Chosen::Installed(oracle) => Self::installed(oracle, speed)?,
            Chosen::Command(command) => Self::new(Kind::Command(command), None),
        })
    }

    /// An installed C++ Nix.
    ///
    /// # Errors
    /// When its executable cannot be read.
    pub fn installed(oracle: Oracle, speed: Speed) -> Result<Self> {
        let identity = identity::of_installed(&oracle.launch)?;
        let kind = match speed {
            Speed::Served(servers) => Kind::Served(Snapshot::new(oracle, servers)),
            Speed::Fresh => Kind::Installed(oracle),
        };
        Ok(Self::new(kind, Some(identity)))
    }

    fn new(kind: Kind, identity: Option<String>) -> Self {
        let mut party = Self {
            kind,
            who: Who {
                name: String::new(),
                identity,
            },
        };
        party.who.name = party.fast().name().to_owned();
        party
    }

    /// Name and identity.
    pub fn who(&self) -> &Who {
        &self.who
    }

    /// The virtual machine, if that is what it is.
    pub fn own(&self) -> Option<&Vm> {
        match &self.kind {
            Kind::Own(vm) => Some(vm),
            _ => None,
        }
    }

    /// The fast way to ask.
    pub fn fast(&self) -> &dyn Evaluator {
        match &self.kind {
            Kind::Served(snapshot) => snapshot,
            _ => self.fresh(),
        }
    }

    /// What its servers did, if it has any, and what was last in their way.
    pub fn servers(&self) -> Option<(Counters, Option<String>)> {
        match &self.kind {
            Kind::Served(snapshot) => Some((snapshot.counters(), snapshot.trouble())),
            _ => None,
        }
    }

    /// The way to ask that no earlier program can have had an influence on.
    pub fn fresh(&self) -> &dyn Evaluator {
        match &self.kind {
            Kind::Own(vm) => vm,
            Kind::Served(snapshot) => snapshot.fresh(),
            Kind::Installed(oracle) => oracle,
            Kind::Command(command) => command,
        }
    }

    /// What its answers are kept under; none where they are not worth it, or nothing tells whether it
    /// is still the same evaluator.
    pub fn kept_under(&self) -> Option<&str> {
        match &self.kind {
            Kind::Served(_) | Kind::Installed(_) => self.who.identity.as_deref(),
            Kind::Own(_) | Kind::Command(_) => None,
        }
    }

    /// Whether it can be asked for something.
    pub fn can(&self, mode: Mode) -> bool {
        match &self.kind {
            Kind::Own(_) | Kind::Served(_) | Kind::Installed(_) => true,
            Kind::Command(command) if command.takes_flags() => mode != Mode::Canonical,
            Kind::Command(_) => mode == Mode::Strict,
        }
    }
}
