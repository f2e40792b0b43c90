//! What a mutated program may name: nothing outside its folder, nothing that changes by itself.
//!
//! [`scrub`] goes over the tokens of a program and changes those that could lead outside:
//!
//! | what | becomes |
//! |---|---|
//! | absolute and home paths (`/x`, `~/x`) | paths in the program's folder (`./x`) |
//! | `..` in paths | `.` |
//! | search paths, those of Nix itself aside (`<nixpkgs>`) | paths in the program's folder |
//! | unquoted URLs | strings, scrubbed as those |
//! | `://` in strings | `:` |
//! | `currentTime`, fetchers, `getEnv`, `nixPath` … ([`RENAMED`]) | builtins that touch nothing |
//! | in programs that name a builtin which reads files: `/` at the start of a string, `..` in strings, `dirOf`, `storeDir`, `<nix/x>` (`/x` as a string) | `/none/`, `.`, `baseNameOf`, `nixVersion`, `./nix/x` |
//!
//! A program that puts a path together from harmless pieces is not seen here; the sandbox of the
//! evaluators is what keeps it in. What is scrubbed once stays as it is when it is scrubbed again.

use rnix::{SyntaxKind::*, tokenize};

/// Builtins that no mutated program names, and what they become.
pub const RENAMED: &[(&str, &str)] = &[
    ("currentTime", "langVersion"),
    ("currentSystem", "nixVersion"),
    ("exec", "toJSON"),
    ("fetchClosure", "toString"),
    ("fetchFinalTree", "toString"),
    ("fetchGit", "toString"),
    ("fetchMercurial", "toString"),
    ("fetchTarball", "toString"),
    ("fetchTree", "toString"),
    ("fetchurl", "toString"),
    ("getEnv", "toJSON"),
    ("getFlake", "toString"),
    ("importNative", "elemAt"),
    ("nixPath", "nixVersion"),
    ("storePath", "toString"),
    ("__currentTime", "__langVersion"),
    ("__currentSystem", "__nixVersion"),
    ("__fetchurl", "toString"),
    ("__getEnv", "__toJSON"),
    ("__getFlake", "toString"),
    ("__nixPath", "__nixVersion"),
    ("__storePath", "toString"),
];

/// Builtins that read files by the strings or paths that they are given.
const READERS: &[&str] = &[
    "import",
    "scopedImport",
    "readFile",
    "readDir",
    "readFileType",
    "pathExists",
    "path",
    "filterSource",
    "hashFile",
    "findFile",
    "toPath",
];

/// What becomes of names that lead to folders, in programs that read files.
const RENAMED_FOR_READERS: &[(&str, &str)] = &[
    ("dirOf", "baseNameOf"),
    ("storeDir", "nixVersion"),
    ("__storeDir", "__nixVersion"),
];

/// Where absolute paths in strings lead: nothing is there. They stay absolute, for after the path of a
/// folder (`toString ./. + "/x"`) anything else would lead out of that.
const NOWHERE: &str = "/none";

/// Makes a program harmless; one that is harmless stays as it is.
pub fn scrub(program: &str) -> String {
    let reads = tokenize(program).into_iter().any(|(kind, text)| {
        let names = |text: &str| {
            READERS
                .iter()
                .any(|reader| text.trim_start_matches("__").contains(reader))
        };
        matches!(kind, TOKEN_IDENT | TOKEN_STRING_CONTENT) && names(text)
    });
    let mut result = String::with_capacity(program.len());
    let mut starts_string = false;
    let mut continues_path = false;
    for (kind, text) in tokenize(program) {
        match kind {
            TOKEN_PATH_ABS | TOKEN_PATH_HOME | TOKEN_PATH_REL => {
                // Pieces after an interpolation are tokens of the same kinds.
                if continues_path {
                    result.push_str(&inside(text));
                } else {
                    result.push_str(&relative(text));
                }
            }
            TOKEN_PATH_SEARCH if reads || !text.starts_with("<nix/") || text.contains("..") => {
                let name = text.trim_start_matches('<').trim_end_matches('>');
                result.push_str("./");
                result.push_str(&inside(name));
            }
            TOKEN_URI => {
                result.push('"');
                result.push_str(&content(text, reads, true));
                result.push('"');
            }
            TOKEN_STRING_CONTENT => result.push_str(&content(text, reads, starts_string)),
            TOKEN_IDENT => result.push_str(renamed(text, reads)),
            _ => result.push_str(text),
        }
        starts_string = kind == TOKEN_STRING_START;
        continues_path = match kind {
            TOKEN_PATH_ABS | TOKEN_PATH_HOME | TOKEN_PATH_REL => true,
            // Whether a path goes on after an interpolation cannot be told from one token: what looks
            // like an absolute path right behind `}` is harmless in neither reading but as a piece.
            TOKEN_INTERPOL_END => continues_path,
            _ => false,
        };
    }
    result
}

fn renamed(name: &str, reads: bool) -> &str {
    let also = if reads { RENAMED_FOR_READERS } else { &[] };
    RENAMED
        .iter()
        .chain(also)
        .find(|(from, _)| *from == name)
        .map_or(name, |(_, to)| to)
}

/// A path literal as one that starts in the program's folder and stays there.
fn relative(path: &str) -> String {
    let below = path.trim_start_matches(['~', '/']);
    let below = below.strip_prefix("./").unwrap_or(below);
    let below = inside(below);
    format!("./{}", below.trim_start_matches('/'))
}

/// A piece of a path without steps upwards.
fn inside(path: &str) -> String {
    let mut path = path.to_owned();
    while path.contains("..") {
        path = path.replace("..", ".");
    }
    path
}

/// The content of a string without addresses, and in programs that read files without ways out.
fn content(text: &str, reads: bool, starts: bool) -> String {
    let mut text = text.to_owned();
    while text.contains("://") {
        text = text.replace("://", ":");
    }
    for (from, to) in RENAMED {
        if text == *from {
            text = (*to).to_owned();
        }
    }
    if reads {
        if text.contains("..") && text.contains('/') || text == ".." {
            text = inside(&text);
        }
        if starts && text.starts_with('/') && !text.starts_with(NOWHERE) {
            text = format!("{NOWHERE}{text}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_moved_into_the_folder() {
        let program = "[ /etc/passwd ~/x <nixpkgs> <nix/fetchurl.nix> ../a/../../b ./c ]";
        insta::assert_snapshot!(scrub(program), @"[ ./etc/passwd ./x ./nixpkgs <nix/fetchurl.nix> ././a/././b ./c ]");
        insta::assert_snapshot!(scrub("[ ./a/${x}/../b /${y} /a${/b} ]"), @"[ ./a/${x}././b ./${y} ./a${./b} ]");
    }

    #[test]
    fn addresses_and_what_changes_are_gone() {
        let program = r#"[ (fetchTarball "https://example.org/x") http://example.org builtins.currentTime (builtins.${"currentTime"}) ]"#;
        insta::assert_snapshot!(scrub(program), @r#"[ (toString "https:example.org/x") "http:example.org" builtins.langVersion (builtins.${"langVersion"}) ]"#);
    }

    #[test]
    fn strings_lead_nowhere_where_files_are_read() {
        let program =
            r#"builtins.readFile "/etc/passwd" + builtins.readFile "${./.}/../x" + dirOf ./."#;
        insta::assert_snapshot!(scrub(program), @r#"builtins.readFile "/none/etc/passwd" + builtins.readFile "${./.}/./x" + baseNameOf ./."#);
        // As a string it is `/fetchurl.nix`.
        let internal = "builtins.readDir (toString <nix/fetchurl.nix>)";
        assert_eq!(
            scrub(internal),
            "builtins.readDir (toString ./nix/fetchurl.nix)"
        );
        let reads_nothing = r#"builtins.match "/a/.." "/a/..""#;
        assert_eq!(scrub(reads_nothing), reads_nothing);
    }

    #[test]
    fn what_is_harmless_stays() {
        for program in [
            "import ./a.nix",
            "\"a/b\" + ''c''",
            "x: x.y or \"/\"",
            "1.5 / 2",
        ] {
            assert_eq!(scrub(program), program);
        }
    }
}
