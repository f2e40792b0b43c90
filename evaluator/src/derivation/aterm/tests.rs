use super::{Derivation, Output, Wanted, derivation_path, parse};
use crate::derivation::store_path::{Method, StoreDir};
use crate::dialect::Dialect;
use crate::formats::hash::{Algorithm, digest};

const STORE: StoreDir<'static> = StoreDir {
    directory: b"/nix/store",
    dialect: Dialect::V2_34,
};

fn example() -> Derivation {
    let mut derivation = Derivation {
        system: b"x86_64-linux".to_vec(),
        builder: b"/bin/\"sh\"".to_vec(),
        arguments: vec![b"-c".to_vec(), b"a\n\tb\r\\".to_vec()],
        ..Derivation::default()
    };
    derivation.outputs.insert(
        b"out".to_vec(),
        Output::InputAddressed(b"/nix/store/a".to_vec()),
    );
    derivation.outputs.insert(
        b"fixed".to_vec(),
        Output::Fixed {
            method: Method::Nar,
            hash: digest(Algorithm::Sha1, b"x"),
            path: b"/nix/store/b".to_vec(),
        },
    );
    derivation.outputs.insert(
        b"floating".to_vec(),
        Output::Floating {
            method: Method::Flat,
            algorithm: Algorithm::Sha512,
        },
    );
    derivation.outputs.insert(
        b"impure".to_vec(),
        Output::Impure {
            method: Method::Text,
            algorithm: Algorithm::Sha256,
        },
    );
    derivation
        .outputs
        .insert(b"later".to_vec(), Output::Deferred);
    let mut wanted = Wanted::default();
    wanted.outputs.extend([b"out".to_vec(), b"dev".to_vec()]);
    derivation
        .input_derivations
        .insert(b"/nix/store/c.drv".to_vec(), wanted);
    derivation.input_sources.insert(b"/nix/store/d".to_vec());
    derivation
        .environment
        .insert(b"name".to_vec(), b"with \"quotes\"".to_vec());
    derivation
}

#[test]
fn what_is_written_is_read_back() {
    let mut derivation = example();
    let text = derivation.write(Dialect::V2_34);
    assert_eq!(parse(STORE, &text).unwrap(), derivation);
    let inner = Wanted {
        outputs: [b"bin".to_vec()].into(),
        ..Wanted::default()
    };
    if let Some(wanted) = derivation
        .input_derivations
        .get_mut(b"/nix/store/c.drv".as_slice())
    {
        wanted.dynamic.insert(b"out".to_vec(), inner);
    }
    let text = derivation.write(Dialect::V2_34);
    assert!(text.starts_with(b"DrvWithVersion(\"xp-dyn-drv\",["));
    assert_eq!(parse(STORE, &text).unwrap(), derivation);
}

#[test]
fn the_text_is_that_of_the_releases() {
    insta::assert_snapshot!(String::from_utf8_lossy(&example().write(Dialect::V2_34)));
}

#[test]
fn what_is_cut_short_is_refused() {
    let text = example().write(Dialect::V2_34);
    for end in 0..text.len() {
        assert!(parse(STORE, &text[..end]).is_err());
    }
}

#[test]
fn a_derivation_is_addressed_by_its_text() {
    // derivation { name = "x"; system = "x"; builder = "y"; } in every release
    let text = br#"Derive([("out","/nix/store/zark6p6dzrisxbv4q35sfkcwv0h8cdkr-x","","")],[],[],"x","y",[],[("builder","y"),("name","x"),("out","/nix/store/zark6p6dzrisxbv4q35sfkcwv0h8cdkr-x"),("system","x")])"#;
    let derivation = parse(STORE, text).unwrap();
    assert_eq!(derivation.write(Dialect::V2_34), text);
    let path = derivation_path(STORE, b"x", &derivation, text).unwrap();
    assert_eq!(path, b"/nix/store/pkfm7lbh708385q529jjhybyy7hrgmj5-x.drv");
}
