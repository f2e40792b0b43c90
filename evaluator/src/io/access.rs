//! What restricted and pure evaluation let a program read
//! (`AllowListSourceAccessor` in C++ Nix).

use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use std::cell::RefCell;

/// The paths a program may read.
#[derive(Debug)]
pub struct Access {
    /// `None`: all.
    allowed: Option<RefCell<Vec<Vec<u8>>>>,
    dialect: Dialect,
    pure: bool,
}

impl Access {
    /// Everything may be read.
    pub fn unrestricted() -> Access {
        Access {
            allowed: None,
            dialect: Dialect::default(),
            pure: false,
        }
    }

    /// Nothing may be read but what is allowed later, in pure evaluation.
    pub fn pure(dialect: Dialect) -> Access {
        Access {
            allowed: Some(RefCell::default()),
            dialect,
            pure: true,
        }
    }

    /// Nothing may be read but what is allowed later, in restricted evaluation.
    pub fn restricted(dialect: Dialect) -> Access {
        Access {
            pure: false,
            ..Access::pure(dialect)
        }
    }

    /// Whether everything may be read.
    pub fn is_unrestricted(&self) -> bool {
        self.allowed.is_none()
    }

    /// Allows a path and all below it.
    pub fn allow(&self, path: &[u8]) {
        if let Some(allowed) = &self.allowed {
            allowed.borrow_mut().push(path.to_vec());
        }
    }

    /// Whether `path` may be read: it is below an allowed one or, in later
    /// releases, above one (the way there may be seen).
    pub fn permits(&self, path: &[u8]) -> bool {
        let Some(allowed) = &self.allowed else {
            return true;
        };
        let below = |path: &[u8], root: &[u8]| {
            root == b"/"
                || path
                    .strip_prefix(root)
                    .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
        };
        let parents = self.dialect.has(Behaviour::AccessIncludesParents);
        allowed
            .borrow()
            .iter()
            .any(|root| below(path, root) || parents && below(root, path))
    }

    /// Fails if `path` may not be read.
    ///
    /// # Errors
    /// If so.
    pub fn check(&self, path: &[u8]) -> Result<()> {
        self.check_as("absolute path", path, self.pure)
    }

    /// Fails if the path that another one leads to through links may not be read,
    /// in the releases that tell the two apart.
    ///
    /// # Errors
    /// If so.
    pub fn check_target(&self, path: &[u8]) -> Result<()> {
        self.check_as("canonical path", path, false)
    }

    fn check_as(&self, what: &str, path: &[u8], pure: bool) -> Result<()> {
        if self.permits(path) {
            return Ok(());
        }
        let terse = self.dialect.has(Behaviour::AccessErrorsAreTerse);
        let what = if terse { "path" } else { what };
        let mode = if terse || !pure {
            "restricted mode"
        } else if self.dialect.has(Behaviour::AccessIncludesParents) {
            "pure evaluation mode (use '--impure' to override)"
        } else {
            "pure eval mode (use '--impure' to override)"
        };
        let path = String::from_utf8_lossy(path);
        Err(Error::new(
            ErrorKind::Restricted,
            format!("access to {what} '{path}' is forbidden in {mode}"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::Access;
    use crate::dialect::Dialect;

    #[test]
    fn what_is_below_or_above_an_allowed_path_may_be_read() {
        let access = Access::restricted(Dialect::V2_34);
        access.allow(b"/a/b");
        assert!(access.permits(b"/a/b"));
        assert!(access.permits(b"/a/b/c"));
        assert!(access.permits(b"/a"));
        assert!(!access.permits(b"/a/bc"));
        assert!(access.check(b"/x").is_err());
        assert!(Access::unrestricted().permits(b"/x"));
    }

    #[test]
    fn older_releases_do_not_show_the_way() {
        let access = Access::restricted(Dialect::V2_8);
        access.allow(b"/a/b");
        assert!(access.permits(b"/a/b/c"));
        assert!(!access.permits(b"/a"));
    }

    #[test]
    fn errors_are_worded_by_release() {
        let words = |access: Access| {
            let error = access.check(b"/x").err().unwrap();
            String::from_utf8_lossy(error.message()).into_owned()
        };
        assert_eq!(
            words(Access::pure(Dialect::V2_3)),
            "access to path '/x' is forbidden in restricted mode"
        );
        assert_eq!(
            words(Access::pure(Dialect::V2_8)),
            "access to absolute path '/x' is forbidden in pure eval mode (use '--impure' to override)"
        );
    }
}
