//! Where a worker lays the program that it examines: one folder for all programs that are a single
//! file, since making and removing a folder for each costs more than evaluating it.

use std::{fs, io};

use twinix_oracle::{
    Program,
    program::{FILE_NAME, Placed},
    scratch::ScratchFolder,
};

use super::item::Source;

/// The folder of a worker.
pub struct Desk {
    folder: ScratchFolder,
}

/// A program on disk, until this value goes away or the next one is laid.
pub struct Laid {
    program: Program,
    _own_folder: Option<Placed>,
}

impl Laid {
    /// The program.
    pub fn program(&self) -> &Program {
        &self.program
    }
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

    /// Lays a program on the desk, in place of the last one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn lay(&self, name: &str, source: &Source) -> io::Result<Laid> {
        if source.files.is_empty() {
            fs::write(self.folder.path().join(FILE_NAME), &source.text)?;
            return Ok(Laid {
                program: Program::file_in(self.folder.path(), FILE_NAME)?.named(name),
                _own_folder: None,
            });
        }
        let mut program = Program::text(name, source.text.as_slice());
        for (path, content) in &source.files {
            program = program.with_sibling(path, content.as_slice())?;
        }
        let placed = program.place()?;
        Ok(Laid {
            program: placed.program().clone(),
            _own_folder: Some(placed),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_sees_no_file_of_an_earlier_one() {
        let desk = Desk::new().unwrap();
        let beside = |laid: &Laid| {
            let folder = laid.program().path().unwrap().parent().unwrap().to_owned();
            fs::read_dir(folder).unwrap().count()
        };
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
