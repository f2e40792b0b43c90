//! What restricted and pure evaluation let a program read
//! (`AllowListSourceAccessor` in C++ Nix).

use crate::errors::{Error, ErrorKind, Result};
use std::cell::RefCell;

/// The paths a program may read.
#[derive(Debug)]
pub struct Access {
    /// `None`: all.
    allowed: Option<RefCell<Vec<Vec<u8>>>>,
    mode: &'static str,
}

impl Access {
    /// Everything may be read.
    pub fn unrestricted() -> Access {
        Access {
            allowed: None,
            mode: "",
        }
    }

    /// Nothing may be read but what is allowed later, in pure evaluation.
    pub fn pure() -> Access {
        Access {
            allowed: Some(RefCell::default()),
            mode: "pure evaluation mode (use '--impure' to override)",
        }
    }

    /// Nothing may be read but what is allowed later, in restricted evaluation.
    pub fn restricted() -> Access {
        Access {
            allowed: Some(RefCell::default()),
            mode: "restricted mode",
        }
    }

    /// Allows a path and all below it.
    pub fn allow(&self, path: &[u8]) {
        if let Some(allowed) = &self.allowed {
            allowed.borrow_mut().push(path.to_vec());
        }
    }

    /// Whether `path` may be read: it is below an allowed one, or above one
    /// (the way there may be seen).
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
        allowed
            .borrow()
            .iter()
            .any(|root| below(path, root) || below(root, path))
    }

    /// Fails if `path` may not be read.
    ///
    /// # Errors
    /// If so.
    pub fn check(&self, path: &[u8]) -> Result<()> {
        if self.permits(path) {
            return Ok(());
        }
        let path = String::from_utf8_lossy(path);
        Err(Error::new(
            ErrorKind::Restricted,
            format!(
                "access to absolute path '{path}' is forbidden in {}",
                self.mode
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::Access;

    #[test]
    fn what_is_below_or_above_an_allowed_path_may_be_read() {
        let access = Access::restricted();
        access.allow(b"/a/b");
        assert!(access.permits(b"/a/b"));
        assert!(access.permits(b"/a/b/c"));
        assert!(access.permits(b"/a"));
        assert!(!access.permits(b"/a/bc"));
        assert!(access.check(b"/x").is_err());
        assert!(Access::unrestricted().permits(b"/x"));
    }
}
