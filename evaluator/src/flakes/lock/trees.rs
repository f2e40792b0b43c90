//! The trees that flakes are in: each is fetched once, and read as often as it is asked for.

use super::{Flake, Locker};
use crate::errors::{Error, Result};
use crate::fetch::FlakeRef;
use crate::fetch::attrs::Attr;
use crate::fetch::store::fetch_to_store;
use crate::flakes::registry;
use crate::flakes::source::Reader;
use bstr::BString;

impl Locker<'_, '_> {
    /// Fetches a tree, once; gives its path and the reference with all that is
    /// now known.
    pub(super) fn tree(&mut self, reference: &FlakeRef) -> Result<(Vec<u8>, FlakeRef)> {
        let known = self.fetched.iter().find(|(asked, ..)| asked == reference);
        if let Some((_, path, locked)) = known {
            return Ok((path.clone(), locked.clone()));
        }
        let mut input = reference.input.clone();
        let mut directory = reference.directory.clone();
        if !input.is_direct() {
            if self.state.settings.pure {
                return Err(Error::value(format!(
                    "'{}' is an indirect flake reference, but registry lookups are not allowed",
                    reference.print(self.book)?
                )));
            }
            let found = registry::look_up(self.state, self.book, &input)?;
            input = found.input;
            directory = found.directory.unwrap_or(directory);
        }
        let (object, mut input) = fetch_to_store(self.state, self.book, &input)?;
        if self.book.is_recent() {
            input.attributes.set("__final", Attr::Bool(true));
        }
        let locked = FlakeRef { input, directory };
        self.fetched
            .push((reference.clone(), object.path.clone(), locked.clone()));
        Ok((object.path, locked))
    }

    /// Fetches and reads a flake.
    pub(super) fn flake(&mut self, reference: &FlakeRef, prefix: &[BString]) -> Result<Flake> {
        let (object, locked) = self.tree(reference)?;
        let flake = self.read(reference, &object, locked.clone(), prefix)?;
        let mut wanted = locked.clone();
        for (name, value) in flake.source.own.iter() {
            if name != "submodules" && name != "lfs" {
                return Err(Error::value(format!(
                    "flake 'self' attribute '{name}' is not supported"
                )));
            }
            wanted.input.attributes.set(name.clone(), value.clone());
        }
        if wanted == locked {
            return Ok(flake);
        }
        wanted.input.attributes.remove("narHash");
        wanted.input.attributes.remove("__final");
        let (object, locked) = self.tree(&wanted)?;
        self.read(reference, &object, locked, prefix)
    }

    fn read(
        &self,
        reference: &FlakeRef,
        object: &[u8],
        locked: FlakeRef,
        prefix: &[BString],
    ) -> Result<Flake> {
        let directory = super::below(object, &locked.directory);
        self.read_at(reference, directory, locked, prefix)
    }

    pub(super) fn read_at(
        &self,
        reference: &FlakeRef,
        directory: Vec<u8>,
        locked: FlakeRef,
        prefix: &[BString],
    ) -> Result<Flake> {
        let shown = if self.book.is_recent() {
            reference.print(self.book)?
        } else {
            locked.print(self.book)?
        };
        let reader = Reader {
            state: self.state,
            book: self.book,
            prefix,
            directory: &directory,
            shown: shown.to_string(),
        };
        let source = reader.read()?;
        Ok(Flake {
            source,
            locked,
            directory,
        })
    }
}
