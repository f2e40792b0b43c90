//! What the harness and a server say to each other; `snapshot/protocol.h` says the same in C, and the two
//! change together.

use std::io::{self, Read};

/// The bytes of a reply.
const LENGTH: usize = 32;

/// The name of the variable that says which file to stop at.
pub(super) const STOP_AT: &str = "TWINIX_SNAPSHOT_STOP_AT";

/// The name of the variable that says after how many seconds a run that nobody watches ends.
pub(super) const LIFETIME: &str = "TWINIX_SNAPSHOT_LIFETIME";

/// What a server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// From now on this process serves.
    Forked(i32),
    /// The program ended by itself.
    Done {
        /// The exit status.
        status: i32,
        /// What it did that cannot be undone.
        taint: Taint,
        /// Bytes of standard output.
        output: u64,
        /// Bytes of standard error.
        errors: u64,
    },
    /// The process that served is gone, with this wait status.
    Died(i32),
}

/// Why the process that served a program cannot serve another one: bits, of which those that are not
/// named here mean that it lost memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taint(u32);

impl Taint {
    pub(super) const STARTED_PROCESS: u32 = 1;
    pub(super) const STARTED_THREAD: u32 = 2;
    pub(super) const WROTE_FILE: u32 = 4;

    pub(super) fn any(self) -> bool {
        self.0 != 0
    }

    pub(super) fn has(self, what: u32) -> bool {
        self.0 & what != 0
    }
}

impl Reply {
    /// Waits for the next reply.
    ///
    /// # Errors
    /// When the line is closed, the time is up, or what comes is no reply.
    pub(super) fn read(line: &mut impl Read) -> io::Result<Self> {
        let mut bytes = [0; LENGTH];
        line.read_exact(&mut bytes)?;
        Self::of(&bytes)
    }

    fn of(bytes: &[u8; LENGTH]) -> io::Result<Self> {
        let word = |at: usize| {
            let mut word = [0; 4];
            word.copy_from_slice(&bytes[at..at + 4]);
            u32::from_ne_bytes(word)
        };
        let long = |at: usize| {
            let mut long = [0; 8];
            long.copy_from_slice(&bytes[at..at + 8]);
            u64::from_ne_bytes(long)
        };
        let value = word(4).cast_signed();
        match word(0) {
            1 => Ok(Self::Forked(value)),
            2 => Ok(Self::Done {
                status: value,
                taint: Taint(word(8)),
                output: long(16),
                errors: long(24),
            }),
            3 => Ok(Self::Died(value)),
            kind => Err(io::Error::other(format!("a reply of the kind {kind}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(words: [u32; 4], output: u64, errors: u64) -> Vec<u8> {
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        bytes.extend(output.to_ne_bytes());
        bytes.extend(errors.to_ne_bytes());
        bytes
    }

    #[test]
    fn replies_are_read_one_after_the_other() {
        let mut line = bytes([1, 77, 0, 0], 0, 0);
        line.extend(bytes([2, 1, 6, 0], 5, 9));
        let mut line = line.as_slice();
        assert_eq!(Reply::read(&mut line).unwrap(), Reply::Forked(77));
        let Reply::Done {
            status,
            taint,
            output,
            errors,
        } = Reply::read(&mut line).unwrap()
        else {
            panic!("it is not done");
        };
        assert_eq!((status, output, errors), (1, 5, 9));
        assert!(taint.has(Taint::WROTE_FILE) && taint.has(Taint::STARTED_THREAD));
        assert!(!taint.has(Taint::STARTED_PROCESS));
        assert!(Reply::read(&mut line).is_err());
    }

    #[test]
    fn another_record_is_refused() {
        let line = bytes([9, 0, 0, 0], 0, 0);
        assert!(Reply::read(&mut line.as_slice()).is_err());
    }
}
