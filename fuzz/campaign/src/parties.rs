//! The evaluators of a campaign or a reduction, each in a fast way to ask it and in one that nothing
//! earlier can have had an influence on.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use twinix_oracle::{
    Dialect, Evaluator,
    discover::Oracle,
    settings::Mode,
    snapshot::{Counters, Snapshot},
    template::CommandTemplate,
};

use crate::{
    evaluators::{Chooser, Chosen, INSTALL, speaks_for_all},
    identity,
    subject::Vm,
};

/// Who an evaluator is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Its name.
    pub name: String,
    /// What tells its executable from others, where that is known.
    pub identity: Option<String>,
}

/// How installed releases are asked.
#[derive(Debug, Clone, Copy)]
pub enum Speed {
    /// Through so many servers at once.
    Served(usize),
    /// In a process for each program.
    Fresh,
}

/// How someone is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The fast way.
    Fast,
    /// The way that no earlier program can have had an influence on.
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
    fn choose(
        chooser: &mut Chooser,
        name: &str,
        dialect: Option<Dialect>,
        speed: Speed,
    ) -> Result<Self> {
        Ok(match chooser.choose(name, dialect)? {
            Chosen::Own => Self::new(Kind::Own(Vm::new()), Some(identity::of_this_program()?)),
            Chosen::Installed(oracle) => Self::installed(oracle, speed)?,
            Chosen::Command(command) => {
                let identity = identity::of_files(&command.files())?;
                Self::new(Kind::Command(command), Some(identity))
            }
        })
    }

    /// An installed C++ Nix.
    fn installed(oracle: Oracle, speed: Speed) -> Result<Self> {
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

    /// It, to be asked in a way.
    pub fn by(&self, way: Way) -> &dyn Evaluator {
        match way {
            Way::Fast => self.fast(),
            Way::Fresh => self.fresh(),
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

/// The subject and the oracles.
pub struct Parties {
    /// The evaluator under test.
    pub subject: Party,
    /// The references.
    pub oracles: Vec<Party>,
}

impl Parties {
    /// Chooses them by their names; where no oracle is named, every release of these dialects that is
    /// installed, or every one if there are no dialects either.
    ///
    /// # Errors
    /// When one of them is not there, or there is no oracle.
    pub fn choose(
        subject: &str,
        oracles: &[String],
        dialects: &[Dialect],
        speed: Speed,
    ) -> Result<Self> {
        let mut chooser = Chooser::default();
        let dialect = dialects.first().copied();
        let mut chosen = Vec::new();
        for name in oracles {
            if name == "recorded" {
                bail!(
                    "recorded outcomes say nothing about other programs: name a release that is \
                     installed, or a command"
                );
            }
            let party = Party::choose(&mut chooser, name, dialect, speed)?;
            if chosen
                .iter()
                .any(|other: &Party| other.who.name == party.who.name)
            {
                bail!("the oracle {} is named twice: name it once", party.who.name);
            }
            chosen.push(party);
        }
        if oracles.is_empty() {
            let all = if dialects.is_empty() {
                &Dialect::ALL
            } else {
                dialects
            };
            for oracle in chooser.one_of_each(all) {
                chosen.push(Party::installed(oracle, speed)?);
            }
        }
        if chosen.is_empty() {
            bail!("there is no C++ Nix to compare with: {INSTALL}");
        }
        let parties = Self {
            subject: Party::choose(&mut chooser, subject, dialect, speed)?,
            oracles: chosen,
        };
        speaks_for_all(parties.subject.fast(), &parties.oracles_by(Way::Fast))?;
        Ok(parties)
    }

    /// The oracles, to be asked in a way.
    pub fn oracles_by(&self, way: Way) -> Vec<&dyn Evaluator> {
        self.oracles.iter().map(|party| party.by(way)).collect()
    }
}
