//! Which texts are flake names, branches and commits (`url-parts.hh`).

use super::super::url::Rules;
use bstr::ByteSlice;

/// `flakeIdRegex`
pub fn is_flake_id(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte))
}

/// `revRegex`: a SHA-1 in hexadecimal.
pub fn is_revision(text: &[u8]) -> bool {
    text.len() == 40 && text.iter().all(u8::is_ascii_hexdigit)
}

/// `refRegex`: what may be a branch or tag in a flake reference.
pub fn is_reference(text: &[u8], rules: Rules) -> bool {
    let old = rules == Rules::Verbatim;
    text.first()
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'@' && !old)
        && text.iter().all(|byte| {
            byte.is_ascii_alphanumeric() || b"_./-".contains(byte) || b"@+".contains(byte) && !old
        })
}

/// Whether Git would take it for a branch or tag: `badGitRefRegex` until 2.26,
/// libgit2 in 2.34 (`isLegalRefName`).
pub fn is_git_reference(text: &[u8], rules: Rules) -> bool {
    let forbidden = |byte: &u8| byte.is_ascii_control() || b" :?^~[\\*".contains(byte);
    if text.is_empty()
        || text == b"@"
        || text.iter().any(forbidden)
        || text.contains_str("..")
        || text.contains_str("@{")
        || text.ends_with(b".")
    {
        return false;
    }
    let segments_are_good = text.split_str("/").all(|segment| {
        !segment.is_empty() && !segment.starts_with(b".") && !segment.ends_with(b".lock")
    });
    let old = rules != Rules::Rfc3986;
    if old {
        // A leading slash is refused, a dash is not.
        return segments_are_good;
    }
    segments_are_good && (!text.starts_with(b"-") || text.contains(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_flakes_start_with_a_letter() {
        assert!(is_flake_id(b"nixpkgs-2_x"));
        assert!(!is_flake_id(b"1a") && !is_flake_id(b"") && !is_flake_id(b"a.b"));
    }

    #[test]
    fn git_refuses_what_it_cannot_store() {
        for bad in [
            "", "@", "a..b", "a b", "a.lock", "a.lock/b", "/a", "a/", "a//b", ".a", "a/.b", "a@{b",
            "a.",
        ] {
            for rules in [Rules::Decoded, Rules::Rfc3986] {
                assert!(!is_git_reference(bad.as_bytes(), rules), "{bad}");
            }
        }
        assert!(is_git_reference(b"-x", Rules::Decoded));
        assert!(!is_git_reference(b"-x", Rules::Rfc3986));
    }
}
