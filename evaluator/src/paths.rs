//! Paths as text: canonical form, directory and last component.

/// The canonical form of an absolute path: no empty, `.` or `..` components, no
/// slash at the end (`CanonPath` in `canon-path.cc`).
pub fn canonical(path: &[u8]) -> Vec<u8> {
    if is_canonical(path) {
        return path.to_vec();
    }
    let mut out = Vec::with_capacity(path.len() + 1);
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => out.truncate(out.iter().rposition(|&byte| byte == b'/').unwrap_or(0)),
            _ => {
                out.push(b'/');
                out.extend_from_slice(part);
            }
        }
    }
    if out.is_empty() {
        out.push(b'/');
    }
    out
}

/// The canonical form of a path that is no longer needed: most are canonical already.
pub fn into_canonical(path: Vec<u8>) -> Vec<u8> {
    if is_canonical(&path) {
        path
    } else {
        canonical(&path)
    }
}

/// Whether [`canonical`] gives the path as it is. Parts are short: looking at each byte is faster than
/// searching for slashes.
pub fn is_canonical(path: &[u8]) -> bool {
    match path {
        b"/" => true,
        [b'/', parts @ ..] => {
            (parts.split(|&byte| byte == b'/')).all(|part| !matches!(part, b"" | b"." | b".."))
        }
        _ => false,
    }
}

/// `path` from `base`, canonical.
pub fn absolute(path: &[u8], base: &[u8]) -> Vec<u8> {
    if path.first() == Some(&b'/') {
        canonical(path)
    } else {
        into_canonical([base, b"/", path].concat())
    }
}

/// The directory of a canonical path; `/` for `/`.
pub fn parent(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|&byte| byte == b'/') {
        None | Some(0) => b"/",
        Some(slash) => &path[..slash],
    }
}

#[cfg(test)]
mod tests {
    use super::{absolute, canonical, is_canonical, parent};

    #[test]
    fn canonical_paths_have_no_dots() {
        assert_eq!(canonical(b"/"), b"/");
        assert_eq!(canonical(b"//a/./b/../c//"), b"/a/c");
        assert_eq!(canonical(b"/../.."), b"/");
    }

    #[test]
    fn what_is_canonical_stays() {
        for path in ["/", "/a", "/a/.b", "/a/..b/c", "/.../x", "/a./b.."] {
            assert!(is_canonical(path.as_bytes()), "{path}");
            assert_eq!(canonical(path.as_bytes()), path.as_bytes());
        }
        for path in [
            "", "a", "//", "/a/", "/.", "/..", "/a/.", "/a/../b", "/a/./b", "/a//b",
        ] {
            assert!(!is_canonical(path.as_bytes()), "{path}");
        }
        assert_eq!(canonical(b"a/b"), b"/a/b");
        assert_eq!(canonical(b""), b"/");
        assert_eq!(canonical(b"/a/.."), b"/");
    }

    #[test]
    fn relative_paths_start_at_the_base() {
        assert_eq!(absolute(b"../x", b"/a/b"), b"/a/x");
        assert_eq!(absolute(b"/x", b"/a/b"), b"/x");
        assert_eq!(parent(b"/a/b"), b"/a");
        assert_eq!(parent(b"/a"), b"/");
    }
}
