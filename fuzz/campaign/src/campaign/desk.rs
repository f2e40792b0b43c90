//! Where a worker lays the program that it examines: one folder for all programs that are a single
//! file, since making and removing a folder for each costs more than evaluating it.

use std::io;

use twinix_oracle::{Program, program::Placed, scratch::ScratchFolder};

use super::item::Source;

/// The folder of a worker.
pub struct Desk {
    folder: ScratchFolder,
}

impl Desk {
    /// An empty desk.
    ///
    /// # Errors
    /// If its folder cannot be made.
    pub fn new() -> io::Result<Self> {
        let folder = ScratchFolder::new("twinix-")?;
        Ok(Self { folder })
    }

    /// Lays a program on the desk, in place of the last one, where it stays until the next one is laid.
    /// One with files beside it gets a folder of its own.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn lay(&self, name: &str, source: &Source) -> io::Result<Placed> {
        let mut program = Program::text(name, source.text.as_slice());
        if source.files.is_empty() {
            return program.place_in(self.folder.path());
        }
        for (path, content) in &source.files {
            program = program.with_sibling(path, content.as_slice())?;
        }
        program.place()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_program_sees_no_file_of_an_earlier_one() {
        let desk = Desk::new().unwrap();
        let beside = |laid: &Placed| fs::read_dir(laid.root()).unwrap().count();
        let mut source = Source {
            text: b"1".to_vec(),
            ..Source::default()
        };
        assert_eq!(beside(&desk.lay("a", &source).unwrap()), 1);
        source.files.insert("x/y".into(), b"2".to_vec());
        assert_eq!(beside(&desk.lay("b", &source).unwrap()), 2);
        source.files.clear();
        let laid = desk.lay("c", &source).unwrap();
        assert_eq!(beside(&laid), 1);
        assert_eq!(laid.program().source().unwrap(), b"1");
    }
}
