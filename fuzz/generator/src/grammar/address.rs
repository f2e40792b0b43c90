//! Addresses: what stands between the scheme and the path, and in queries, and what may not.

use super::pick;
use crate::choices::Choices;

/// What is an authority to every release that looks at it.
const AUTHORITIES: [&str; 20] = [
    "h",
    "example.org",
    "h:80",
    "u@h",
    "u:p@h:99",
    "u:@h",
    "%41:%42@h",
    "a!b:c=d@h",
    "127.0.0.1",
    "[::1]",
    "[::1]:80",
    "[2001:db8::1]",
    "[::1%25eth0]",
    "[v1.a:b]",
    "H.x",
    "h_x",
    "h%41",
    "h:",
    "h:080",
    "a,b;c",
];

/// What is none to the newest.
const NO_AUTHORITIES: [&str; 22] = [
    "[::1",
    "[zz]",
    "[]",
    "[v.a]",
    "[v1.]",
    "[vz.a]",
    "[::1%25]",
    "[::1%eth0]",
    "::1",
    "::1%eth0",
    "a:b:c",
    "h:x",
    "h:0",
    "h:65536",
    "h:99999999",
    "h^",
    "h%zz",
    "u[@h",
    "u%4@h",
    "h\\",
    "{",
    "a b",
];

/// Paths and what follows them that are none to the newest.
const NO_PATHS: [&str; 17] = [
    "/%zz", "/%4", "/%", "/%z1", "/%1z", "/%+1", "/% 1", "/%-1", "/x y", "/x\"y", "/[x]", "/^",
    "/x?a=%zz", "/x?a=%4", "/x?a=^", "/x?%zz=1", "/x#%zz",
];

/// An authority.
pub fn authority(choices: &mut dyn Choices) -> &'static str {
    pick(choices, &AUTHORITIES)
}

/// An address that is none: what is wrong with it is before its path, in it, or behind it.
pub fn broken(choices: &mut dyn Choices) -> String {
    let scheme = pick(choices, &["https", "http", "git+https", "tarball+http"]);
    if choices.below(2) == 0 {
        format!("{scheme}://{}/x", pick(choices, &NO_AUTHORITIES))
    } else {
        format!("{scheme}://h{}", pick(choices, &NO_PATHS))
    }
}

/// An address behind which there is nothing, for the search path.
pub fn passed_over(choices: &mut dyn Choices) -> String {
    let scheme = pick(choices, &["https", "http", "file", "git", "ssh", "channel"]);
    match choices.below(6) {
        0 => format!(
            "channel:{}",
            pick(choices, &["x", "x y", "", "a/b", "nixos-20.03"])
        ),
        1 | 2 => format!("{scheme}://{}/x", pick(choices, &NO_AUTHORITIES)),
        3 => format!("{scheme}://{}/x", authority(choices)),
        _ => {
            let host = if scheme == "file" { "" } else { "h" };
            format!("{scheme}://{host}{}", pick(choices, &NO_PATHS))
        }
    }
}
