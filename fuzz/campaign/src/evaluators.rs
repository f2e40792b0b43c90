//! Chooses the subject and the oracles that the command line asks for.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use twinix_oracle::{
    Dialect, Evaluator,
    discover::{Found, Oracle, discover},
    recorded::RecordedOracle,
    snapshot::Snapshot,
    template::CommandTemplate,
};

use crate::{progress::say, subject::Vm};

/// What to say where there is no oracle.
pub const INSTALL: &str = "install them with `twinix oracle install` (from Debian's packages, a minute, \
     no root needed), or use `--oracle recorded` for programs with recorded outcomes";

/// What a command has in it, which tells it from a name.
const FILE: &str = "{file}";

/// Whether an evaluator is called as a command.
pub fn is_command(name: &str) -> bool {
    name.contains(FILE)
}

/// Says of commands that take no flags what is not asked of them, and how to have it asked.
pub fn tell_of_flags<'a>(names: impl IntoIterator<Item = &'a str>) {
    let mut commands: Vec<&str> = names.into_iter().filter(|name| is_command(name)).collect();
    commands.retain(|name| {
        CommandTemplate::new(name, None).is_ok_and(|command| !command.takes_flags())
    });
    commands.dedup();
    for command in commands {
        say(&format!(
            "the command '{command}' has no {{flags}}: it is asked for whole values only (--eval --strict), gives no outcome \
             where a program needs --extra-experimental-features or the like, and is not told --restrict-eval; to have \
             all asked, write {{flags}} as a word of its own where `nix-instantiate` has its flags, as in \
             'my-nix {{flags}} {{file}}'"
        ));
    }
}

/// An evaluator by what it is.
pub enum Chosen {
    /// Our own.
    Own,
    /// An installed C++ Nix.
    Installed(Oracle),
    /// Any other command.
    Command(CommandTemplate),
}

/// Refuses a subject that speaks one dialect, nobody knows which, beside oracles of several: its errors
/// would be read as those of another.
///
/// # Errors
/// In that case.
pub fn speaks_for_all(subject: &dyn Evaluator, oracles: &[&dyn Evaluator]) -> Result<()> {
    let dialects: BTreeSet<Dialect> = oracles.iter().filter_map(|one| one.dialect()).collect();
    if dialects.len() > 1 && subject.dialect().is_none() && !subject.follows_dialect() {
        bail!(
            "the oracles are of several releases: say with --dialect which one the subject speaks, or \
             put {{dialect}} into its command"
        );
    }
    Ok(())
}

/// Chooses, looking for the installed oracles only where it has to.
#[derive(Default)]
pub struct Chooser {
    found: Option<Found>,
}

impl Chooser {
    /// One oracle of each release that is installed.
    pub fn one_of_each(&mut self, dialects: &[Dialect]) -> Vec<Oracle> {
        let found = self.found.get_or_insert_with(discover);
        found.select(dialects).0.into_iter().cloned().collect()
    }

    fn by_name(&mut self, name: &str) -> Result<Oracle> {
        if name.contains(['{', ' ', '/']) {
            bail!(
                "the command '{name}' does not say where the program goes: put {{file}} into it (there are \
                 {{file}}, {{root}}, {{dialect}} and {{flags}})"
            );
        }
        let found = self.found.get_or_insert_with(discover);
        // An exact version is that one and no other of its release.
        let release = Dialect::ALL.into_iter().find(|it| it.name() == name);
        if let Some(dialect) = release {
            return found
                .select(&[dialect])
                .0
                .first()
                .map(|&oracle| oracle.clone())
                .with_context(|| {
                    format!(
                        "Nix {dialect} is not installed: run `twinix oracle install {dialect}`, \
                         or use `--oracle recorded` for programs with recorded outcomes"
                    )
                });
        }
        let there: Vec<&str> = found.oracles.iter().map(|one| one.name.as_str()).collect();
        found
            .oracles
            .iter()
            .find(|oracle| oracle.name == name)
            .cloned()
            .with_context(|| {
                format!(
                    "there is no evaluator '{name}': give a release (2.3, 2.8, 2.26, 2.34), \
                     an exact version ({}), or a command with {{file}} in it",
                    there.join(", ")
                )
            })
    }

    /// The evaluator of a name: `twinix` or `rust` for our own, a release, an exact version, or a
    /// command, which speaks this dialect if it is known to speak one.
    pub fn choose(&mut self, name: &str, dialect: Option<Dialect>) -> Result<Chosen> {
        Ok(match name {
            "twinix" | "rust" => Chosen::Own,
            command if is_command(command) => {
                let command = CommandTemplate::new(command, dialect)?;
                command.sees_enough()?;
                Chosen::Command(command)
            }
            name => Chosen::Installed(self.by_name(name)?),
        })
    }

    /// The subject.
    pub fn subject(
        &mut self,
        wanted: Option<&str>,
        dialect: Option<Dialect>,
    ) -> Result<Box<dyn Evaluator>> {
        Ok(match self.choose(wanted.unwrap_or("twinix"), dialect)? {
            Chosen::Own => Box::new(Vm::new()),
            Chosen::Installed(oracle) => Box::new(oracle),
            Chosen::Command(command) => Box::new(command),
        })
    }

    /// The oracles; `has_records` tells whether recorded outcomes could serve.
    pub fn oracles(
        &mut self,
        wanted: &[String],
        dialects: &[Dialect],
        has_records: bool,
    ) -> Result<Vec<Box<dyn Evaluator>>> {
        self.oracles_by(wanted, dialects, has_records, &|oracle| Box::new(oracle))
    }

    /// The oracles, the installed ones behind so many servers each.
    pub fn served(
        &mut self,
        wanted: &[String],
        dialects: &[Dialect],
        servers: usize,
    ) -> Result<Vec<Box<dyn Evaluator>>> {
        self.oracles_by(wanted, dialects, false, &|oracle| {
            Box::new(Snapshot::new(oracle, servers))
        })
    }

    fn oracles_by(
        &mut self,
        wanted: &[String],
        dialects: &[Dialect],
        has_records: bool,
        installed: &dyn Fn(Oracle) -> Box<dyn Evaluator>,
    ) -> Result<Vec<Box<dyn Evaluator>>> {
        let all = if dialects.is_empty() {
            &Dialect::ALL
        } else {
            dialects
        };
        let recorded = || {
            all.iter()
                .map(|&dialect| Box::new(RecordedOracle::new(dialect)) as Box<dyn Evaluator>)
        };
        let mut oracles: Vec<Box<dyn Evaluator>> = Vec::new();
        for name in wanted {
            match name.as_str() {
                "recorded" => oracles.extend(recorded()),
                name => oracles.push(match self.choose(name, dialects.first().copied())? {
                    Chosen::Own => Box::new(Vm::new()),
                    Chosen::Installed(oracle) => installed(oracle),
                    Chosen::Command(command) => Box::new(command),
                }),
            }
        }
        oracles.retain(|oracle| {
            oracle
                .dialect()
                .is_none_or(|dialect| all.contains(&dialect))
        });
        if oracles.is_empty() && !wanted.is_empty() {
            bail!(
                "--dialect {} leaves none of the oracles {}",
                list(dialects.iter()),
                wanted.join(", ")
            );
        }
        if wanted.is_empty() {
            for oracle in self.one_of_each(all) {
                oracles.push(installed(oracle));
            }
            if oracles.is_empty() && has_records {
                oracles.extend(recorded());
            }
        }
        if oracles.is_empty() {
            bail!("there is no C++ Nix to compare with: {INSTALL}");
        }
        Ok(oracles)
    }
}

fn list<T: ToString>(all: impl Iterator<Item = T>) -> String {
    all.map(|one| one.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}
