//! Chooses the subject and the oracles that the command line asks for.

use anyhow::{Context, Result, bail};
use twinix_oracle::{
    Dialect, Evaluator,
    discover::{Found, Oracle, discover},
    recorded::RecordedOracle,
    template::CommandTemplate,
};

use crate::subject::Vm;

/// What to say where there is no oracle.
const INSTALL: &str = "install them with `twinix oracle install` (from Debian's packages, a minute, \
     no root needed), or use `--oracle recorded` for programs with recorded outcomes";

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
        let found = self.found.get_or_insert_with(discover);
        if let Ok(dialect) = name.parse::<Dialect>() {
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

    /// The subject.
    pub fn subject(
        &mut self,
        wanted: Option<&str>,
        dialect: Option<Dialect>,
    ) -> Result<Box<dyn Evaluator>> {
        Ok(match wanted {
            None | Some("twinix") => Box::new(Vm::new()),
            Some(command) if command.contains("{file}") => {
                Box::new(CommandTemplate::new(command, dialect)?)
            }
            Some(name) => Box::new(self.by_name(name)?),
        })
    }

    /// The oracles; `has_records` tells whether recorded outcomes could serve.
    pub fn oracles(
        &mut self,
        wanted: &[String],
        dialects: &[Dialect],
        has_records: bool,
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
                command if command.contains("{file}") => oracles.push(Box::new(
                    CommandTemplate::new(command, dialects.first().copied())?,
                )),
                name => oracles.push(Box::new(self.by_name(name)?)),
            }
        }
        if wanted.is_empty() {
            for oracle in self.one_of_each(all) {
                oracles.push(Box::new(oracle));
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
