//! References to flakes and trees, as 2.26 and later read them (`flakeref.cc`, the schemes below `libfetchers`).

use super::pick;
use crate::choices::Choices;

const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";

const HASH: &str = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/// Parameters, of which some are taken.
fn parameters(choices: &mut dyn Choices, among: &[&str]) -> String {
    let mut text = String::new();
    for parameter in among {
        if choices.below(4) == 3 {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(parameter);
        }
    }
    text
}

fn word(choices: &mut dyn Choices) -> &'static str {
    pick(choices, &["a", "o", "nix-pkgs", "A_b", "x.y", "r2", "0"])
}

fn host(choices: &mut dyn Choices) -> &'static str {
    pick(
        choices,
        &[
            "h",
            "example.org",
            "h:80",
            "u@h",
            "u:p@h:99",
            "127.0.0.1",
            "[::1]",
            "H.x",
        ],
    )
}

fn place(choices: &mut dyn Choices) -> String {
    let mut text = String::new();
    for _ in 0..=choices.below(3) {
        text.push('/');
        text.push_str(pick(
            choices,
            &[
                "a",
                "b.git",
                "x.tar.gz",
                "c.zip",
                "a%20b",
                "d-1",
                "e~f",
                "x.tgz",
                "y.tar.zst",
                "+",
            ],
        ));
    }
    text
}

/// One that can be parsed.
pub fn valid(choices: &mut dyn Choices) -> String {
    let dir = pick(choices, &["dir=d", "dir=a/b"]);
    match choices.below(9) {
        0 | 1 => {
            let forge = pick(choices, &["github", "gitlab", "sourcehut"]);
            let owner = if forge == "sourcehut" {
                "~u"
            } else {
                word(choices)
            };
            let repository = word(choices);
            let version = match choices.below(4) {
                0 => format!("/{}", word(choices)),
                1 => format!("/{REVISION}"),
                _ => String::new(),
            };
            let version_too = match choices.below(3) {
                0 if version.is_empty() => "ref=b",
                1 if version.is_empty() => "rev=0123456789abcdef0123456789abcdef01234567",
                _ => dir,
            };
            let more = parameters(choices, &[version_too, "host=example.org"]);
            format!("{forge}:{owner}/{repository}{version}{more}")
        }
        2 => {
            let narrow = format!("narHash={}", HASH.replace('+', "%2B"));
            let revision = format!("rev={REVISION}");
            let more = ["lastModified=5", "revCount=7", &narrow, &revision, dir];
            format!("path:{}{}", place(choices), parameters(choices, &more))
        }
        3 | 4 => {
            let scheme = pick(
                choices,
                &["git+https", "git+http", "git+ssh", "git", "git+git"],
            );
            let revision = format!("rev={REVISION}");
            let more = [
                "ref=b",
                &revision,
                dir,
                "shallow=1",
                "submodules=1",
                "allRefs=1",
            ];
            let (host, place) = (host(choices), place(choices));
            format!("{scheme}://{host}{place}{}", parameters(choices, &more))
        }
        5 => {
            let more = parameters(choices, &["ref=b", dir]);
            format!("hg+https://{}{}{more}", host(choices), place(choices))
        }
        6 | 7 => {
            let scheme = pick(
                choices,
                &[
                    "https",
                    "http",
                    "tarball+https",
                    "file+https",
                    "file",
                    "tarball+file",
                ],
            );
            let host = if scheme.ends_with("file") {
                ""
            } else {
                host(choices)
            };
            let more = [
                "narHash=sha256-47DEQpj8HBSa%2B/TImW%2B5JCeuQeRkm5NMpJWZG3hSuFU=",
                "q=1",
                dir,
            ];
            let place = place(choices);
            format!("{scheme}://{host}{place}{}", parameters(choices, &more))
        }
        _ => {
            let scheme = pick(choices, &["flake:", ""]);
            let id = pick(choices, &["nixpkgs", "a", "a_b-c", "x1"]);
            let version = match choices.below(4) {
                0 => "/release-20.03".to_owned(),
                1 => format!("/{REVISION}"),
                2 => format!("/b/{REVISION}"),
                _ => String::new(),
            };
            format!("{scheme}{id}{version}")
        }
    }
}

/// One that is refused.
pub fn broken(choices: &mut dyn Choices) -> &'static str {
    pick(
        choices,
        &[
            "",
            "::",
            "github:o",
            "github:",
            "github:o/r?ref=a&rev=0123456789abcdef0123456789abcdef01234567",
            "github:o/r?rev=abc",
            "github:o/r/x?ref=y",
            "gitlab:a/b?ref=x y z'",
            "path:/a?foo=1",
            "path:/a?lastModified=x",
            "path:/a?revCount=-1",
            "git+foo://h/x",
            "git+https://h/p?rev=xyz",
            "foo:bar",
            "flake:a/b/c/d",
            "flake:0/",
            "nixpkgs#x",
            "https://h/x#y",
            "https://h/x?a=%zz",
            "https://h/%zz",
            "https://h:99999/x",
            "tarball+foo:/x",
            "file+:x",
            "path://h/x",
            "hg+foo://x/y",
            "./a",
        ],
    )
}
