//! Paths as text: canonical form, directory and last component.

/// The canonical form of an absolute path: no empty, `.` or `..` components, no
/// slash at the end (`CanonPath` in `canon-path.cc`).
pub fn canonical(path: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        return b"/".to_vec();
    }
    let mut out = Vec::with_capacity(path.len());
    for part in parts {
        out.push(b'/');
        out.extend_from_slice(part);
    }
    out
}

/// `path` from `base`, canonical.
pub fn absolute(path: &[u8], base: &[u8]) -> Vec<u8> {
    if path.first() == Some(&b'/') {
        canonical(path)
    } else {
        canonical(&[base, b"/", path].concat())
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
    use super::{absolute, canonical, parent};

    #[test]
    fn canonical_paths_have_no_dots() {
        assert_eq!(canonical(b"/"), b"/");
        assert_eq!(canonical(b"//a/./b/../c//"), b"/a/c");
        assert_eq!(canonical(b"/../.."), b"/");
    }

    #[test]
    fn relative_paths_start_at_the_base() {
        assert_eq!(absolute(b"../x", b"/a/b"), b"/a/x");
        assert_eq!(absolute(b"/x", b"/a/b"), b"/x");
        assert_eq!(parent(b"/a/b"), b"/a");
        assert_eq!(parent(b"/a"), b"/");
    }
}
