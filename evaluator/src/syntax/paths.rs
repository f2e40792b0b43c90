//! Path literals: made absolute and canonical while parsing.

/// Appends the canonical form of `path` (absolute) to `out`: no empty, `.` or
/// `..` segments, as `canonPath` in C++ Nix.
fn push_canonical(path: &[u8], out: &mut Vec<u8>) {
    for segment in path.split(|&byte| byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => {
                let parent = memchr::memrchr(b'/', out).unwrap_or(0);
                out.truncate(parent);
            }
            _ => {
                out.push(b'/');
                out.extend_from_slice(segment);
            }
        }
    }
}

/// The path that `literal` means in the folder `base`; a trailing slash (before
/// an interpolation) stays.
pub fn absolute(literal: &[u8], base: &[u8], out: &mut Vec<u8>) {
    out.clear();
    if !literal.starts_with(b"/") {
        push_canonical(base, out);
    }
    push_canonical(literal, out);
    if out.is_empty() {
        out.push(b'/');
    }
    if literal.len() > 1 && literal.ends_with(b"/") {
        out.push(b'/');
    }
}

#[cfg(test)]
mod tests {
    use super::absolute;

    fn resolved(literal: &str, base: &str) -> String {
        let mut out = Vec::new();
        absolute(literal.as_bytes(), base.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn relative_paths_start_from_the_base() {
        assert_eq!(resolved("./a/../b", "/x/y"), "/x/y/b");
        assert_eq!(resolved("../../../a", "/x/y"), "/a");
        assert_eq!(resolved("./.", "/"), "/");
    }

    #[test]
    fn a_slash_before_an_interpolation_stays() {
        assert_eq!(resolved("./", "/x"), "/x/");
        assert_eq!(resolved("/a//b/", "/x"), "/a/b/");
        assert_eq!(resolved("/", "/x"), "/");
    }
}
