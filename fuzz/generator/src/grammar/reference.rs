//! References to flakes and trees, as 2.26 and later read them (`flakeref.cc`, the schemes below `libfetchers`).

use super::{address, pick};
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
    address::authority(choices)
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

/// Unusual ones that can be parsed.
const UNUSUAL: [&str; 40] = [
    "github:o/r/b/c",
    "github:o/r/0123456789abcdef0123456789abcdef01234567/x",
    "github:o/r?rev=0123456789ABCDEF0123456789abcdef01234567",
    "github:o/r?host=h-x.org",
    "github:o/r?foo=1",
    "github:o/r?narHash=sha256-47DEQpj8HBSa%2B/TImW%2B5JCeuQeRkm5NMpJWZG3hSuFU=",
    "github:o%2Fp/r",
    "gitlab:o/r/b?host=h",
    "sourcehut:o/r?ref=b",
    "flake:a/b/0123456789abcdef0123456789abcdef01234567",
    "path:a",
    "path:./a?dir=b",
    "path:///a",
    "path://u@/a",
    "path:/a?rev=x",
    "path:/a?narHash=x",
    "git+https://h/x?ref=a&rev=0123456789abcdef0123456789abcdef01234567",
    "git+https://h/x?name=n&foo=bar",
    "git+file:a",
    "git+foo://h/x",
    "hg+ssh://h/x?ref=b",
    "hg+file:///a?rev=0123456789abcdef0123456789abcdef01234567",
    "https://h/x?rev=abc&revCount=4&lastModified=5",
    "https://h/x?revCount=x&foo",
    "file:a",
    "https:///x",
    "https:x",
    "https:/x",
    "https://h",
    "https://h?x=y",
    "https://h/x?a=b&a=c&=d&e=",
    "https://h/x?a=b c",
    "https://h/x?a=\"",
    "https://h/x?[]=1",
    "https://h/x?%41=%42",
    "https://h/%2f",
    "/a/b?dir=c",
    "/a b",
    "/",
    "/a//b/",
];

/// One that can be parsed.
pub fn valid(choices: &mut dyn Choices) -> String {
    let dir = pick(choices, &["dir=d", "dir=a/b"]);
    match choices.below(12) {
        9.. => pick(choices, &UNUSUAL).to_owned(),
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

/// Those that are refused.
const BROKEN: [&str; 74] = [
    "",
    " ",
    "#",
    "?",
    "::",
    ":x",
    "1x:y",
    "h+t.t-p:x",
    "HTTPS://h/x",
    "github:",
    "github:o",
    "github://o/r",
    "github:o/r/.x",
    "github:o/r/a..b",
    "github:o/r?rev=abc",
    "github:o/r/b?ref=c",
    "github:o/r/0123456789abcdef0123456789abcdef01234567?rev=0123456789abcdef0123456789abcdef01234567",
    "github:o/r/b?rev=0123456789abcdef0123456789abcdef01234567",
    "github:o/r?ref=a&rev=0123456789abcdef0123456789abcdef01234567",
    "github:o/r?ref=a..b",
    "github:o/r?host=h_x",
    "github:o/r#a",
    "github:o/r#a^b",
    "github:o/r#%zz",
    "gitlab:a/b?ref=x y z'",
    "flake:",
    "flake:0",
    "flake:0/",
    "flake://a",
    "flake:a/b/c",
    "flake:a/.b",
    "flake:a/.b/c",
    "flake:a/b/c/d",
    "nixpkgs#x",
    "nixpkgs/a b",
    "a#%zz",
    "a?b=c",
    "a/b/c",
    "~a",
    ".",
    "..",
    "./a",
    "../a?dir=b#c",
    "/a/b?dir=c#d",
    "/a?b=%zz",
    "/a#%zz",
    "path://h/a",
    "path:/a?foo=1",
    "path:/a?lastModified=x",
    "path:/a?lastModified=99999999999999999999",
    "path:/a?revCount=-1",
    "path:/a%2fb",
    "git:x",
    "git+https://h/x?ref=.x",
    "git+https://h/x?rev=xyz&ref=.x",
    "git+https://h/x?shallow=1&verifyCommit=1",
    "git+https://h/x?publicKey=k&keytype=ssh-rsa",
    "git+https://h/x?publicKeys=[]",
    "git+https://h/x?publicKeys=%5B%7B%22key%22%3A%22a%22%7D%5D",
    "hg+file:///a?ref=.x",
    "hg+foo://h",
    "hg://h/x",
    "foo:bar",
    "ftp://h/x.tar",
    "file://h/a.zip",
    "tarball+foo:/x",
    "file+git://h/x",
    "file+:x",
    "https://h/x#y",
    "https://h/x#a b",
    "https://h/x#\"",
    "https://h/x#a^b",
    "https://h/x##",
    "https://u[@h/x",
];

/// One that is refused.
pub fn broken(choices: &mut dyn Choices) -> &'static str {
    pick(choices, &BROKEN)
}
