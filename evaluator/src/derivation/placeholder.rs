//! Placeholders: strings that stand for output paths which are not known until
//! something is built (`downstream-placeholder.cc`, `hashPlaceholder`).

use super::aterm::sha256;
use super::store_path::{HASH_LENGTH, name_of, output_path_name};
use crate::formats::hash::{Format, Hash, encode_nix32};

fn shown(hash: &Hash) -> Vec<u8> {
    [b"/", hash.print(Format::Nix32, false).as_bytes()].concat()
}

/// What `builtins.placeholder` gives: an output of the derivation in which it
/// stands.
pub fn own_output(output: &[u8]) -> Vec<u8> {
    shown(&sha256(&[b"nix-output:", output].concat()))
}

fn upstream_hash(derivation: &[u8], output: &[u8]) -> Hash {
    let base = derivation
        .rsplit(|&byte| byte == b'/')
        .next()
        .unwrap_or_default();
    let digest = base.get(..HASH_LENGTH).unwrap_or(base);
    let name = name_of(derivation);
    let name = name.strip_suffix(b".drv").unwrap_or(name);
    let text = [
        b"nix-upstream-output:",
        digest,
        b":",
        &output_path_name(name, output),
    ]
    .concat();
    sha256(&text)
}

/// An output of another derivation, whose content will decide its path.
/// `outputs`: the output, then the outputs of what it is, for derivations that
/// are outputs themselves.
pub fn upstream_output(derivation: &[u8], outputs: &[&[u8]]) -> Vec<u8> {
    let Some((first, rest)) = outputs.split_first() else {
        return derivation.to_vec();
    };
    let mut hash = upstream_hash(derivation, first);
    for output in rest {
        let text = [
            b"nix-computed-output:",
            encode_nix32(&hash.compressed(20)).as_bytes(),
            b":",
            output,
        ]
        .concat();
        hash = sha256(&text);
    }
    shown(&hash)
}

#[cfg(test)]
mod tests {
    use super::own_output;

    #[test]
    fn the_placeholder_of_out_is_that_of_the_manual() {
        assert_eq!(
            own_output(b"out"),
            b"/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9"
        );
    }
}
