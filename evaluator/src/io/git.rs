//! How `git` is asked about repositories, by whoever starts it.

/// What a run of `git` gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitAnswer {
    /// Its exit status; none if a signal ended it.
    pub status: Option<i32>,
    /// Its standard output.
    pub output: Vec<u8>,
    /// Its standard error.
    pub errors: Vec<u8>,
}

/// The variables under which a question about the repository in this directory is answered: it is there, not
/// somewhere above, nothing is written or downloaded, and nobody is asked.
pub fn git_environment(directory: &[u8]) -> [(&'static str, Vec<u8>); 5] {
    let end = directory.iter().rposition(|&byte| byte == b'/');
    let above = end
        .filter(|&end| end > 0)
        .map_or(b"/".as_slice(), |end| &directory[..end]);
    [
        ("GIT_CEILING_DIRECTORIES", above.to_vec()),
        ("LC_ALL", b"C".to_vec()),
        ("GIT_TERMINAL_PROMPT", b"0".to_vec()),
        ("GIT_OPTIONAL_LOCKS", b"0".to_vec()),
        ("GIT_NO_LAZY_FETCH", b"1".to_vec()),
    ]
}
