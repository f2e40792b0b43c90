//! Names folders of this machine in outcomes by fixed words, so that an outcome is the same on every
//! machine and in every evaluator.

use std::{cmp::Reverse, path::Path};

/// Which folder is called what.
#[derive(Debug, Clone, Default)]
pub struct Places {
    known: Vec<(String, &'static str)>,
}

impl Places {
    /// Calls `folder` by `name`. The root of the file system keeps its own name.
    pub fn call(mut self, folder: &Path, name: &'static str) -> Self {
        if let Some(text) = folder.to_str().filter(|text| text.len() > 1) {
            self.known.push((text.to_owned(), name));
            // The longest first: a folder inside another has its own name.
            self.known.sort_by_key(|(text, _)| Reverse(text.len()));
        }
        self
    }

    /// Puts the fixed words in the place of the folders, also where a program has glued something to
    /// the name (`./. + "x"`): the names of scratch folders occur by no other chance.
    pub fn rename(&self, text: &str) -> String {
        self.known
            .iter()
            .fold(text.to_owned(), |text, (folder, name)| {
                if text.contains(folder.as_str()) {
                    text.replace(folder, name)
                } else {
                    text
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_renamed_wherever_it_occurs() {
        let places = Places::default().call(Path::new("/tmp/a7xq"), "/pwd");
        assert_eq!(
            places.rename("at /tmp/a7xq/x.nix:1:2, \"/tmp/a7xq\" /tmp/a7xqx /tmp/b"),
            "at /pwd/x.nix:1:2, \"/pwd\" /pwdx /tmp/b"
        );
    }

    #[test]
    fn a_folder_inside_another_has_its_own_name() {
        let places = Places::default()
            .call(Path::new("/tmp/a"), "/outer")
            .call(Path::new("/tmp/a/b"), "/in");
        assert_eq!(places.rename("/tmp/a/b/c /tmp/a/c"), "/in/c /outer/c");
    }

    #[test]
    fn the_root_keeps_its_name() {
        assert_eq!(
            Places::default().call(Path::new("/"), "/pwd").rename("/x"),
            "/x"
        );
    }
}
