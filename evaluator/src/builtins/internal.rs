//! Sources that are part of the evaluator: `derivation` and `<nix/…>`.

use crate::dialect::Behaviour;
use crate::io::{Content, Node, Tree};
use crate::state::State;
use std::borrow::Cow;

/// The directory of the files that `<nix/…>` finds (`corepkgs-prefix` of 2.4 to
/// 2.18; later releases keep them in a file system of their own).
const DIRECTORY: &[u8] = b"/__corepkgs__";

/// The directory of the files that `<nix/…>` finds in the release: 2.3 has them
/// on the disk.
pub fn directory<'s>(state: &'s State<'_>) -> Cow<'s, [u8]> {
    if state.has(Behaviour::CorepkgsAreBuiltIn) {
        return Cow::Borrowed(DIRECTORY);
    }
    Cow::Owned([state.settings.data_dir.as_slice(), b"/nix/corepkgs"].concat())
}

/// The text of `derivation`.
pub const DERIVATION: &[u8] = include_bytes!("internal/derivation.nix");

/// The text of `derivation` with the places of older releases.
pub const OLD_DERIVATION: &[u8] = include_bytes!("internal/derivation-old.nix");

/// The text of `derivation` in the release.
pub fn derivation(state: &State<'_>) -> Cow<'static, [u8]> {
    if state.has(Behaviour::DerivationIsReadFirst) {
        Cow::Borrowed(DERIVATION)
    } else if state.has(Behaviour::CorepkgsAreBuiltIn) {
        // There the text starts with an empty line.
        Cow::Owned([b"\n", OLD_DERIVATION].concat())
    } else {
        Cow::Borrowed(OLD_DERIVATION)
    }
}

/// The text of what imports the files of derivations.
pub const IMPORTED: &[u8] = include_bytes!("internal/imported.nix");

/// The content of a file in [`directory`].
pub fn source(state: &State<'_>, path: &[u8]) -> Option<&'static [u8]> {
    match name(state, path)? {
        b"fetchurl.nix" if state.has(Behaviour::FetchurlMayBeImpure) => {
            Some(include_bytes!("internal/fetchurl.nix"))
        }
        b"fetchurl.nix" => Some(include_bytes!("internal/fetchurl-pure.nix")),
        b"buildenv.nix" if !state.has(Behaviour::CorepkgsAreBuiltIn) => {
            Some(include_bytes!("internal/buildenv.nix"))
        }
        b"derivation.nix" if !state.has(Behaviour::CorepkgsAreBuiltIn) => Some(OLD_DERIVATION),
        _ => None,
    }
}

/// Puts the files of [`directory`] where the evaluation sees them, in the releases that have them in a file system of
/// their own, which can be looked at like any other.
pub fn mount(state: &State<'_>) {
    if !state.has(Behaviour::CorepkgsHaveNoDirectory) || state.io.kind(DIRECTORY).is_ok() {
        return;
    }
    let mut tree = Tree::default();
    let mut put = |name: &[u8], text: &[u8]| {
        let file = Node::File {
            executable: false,
            content: Content::Bytes(text.into()),
        };
        tree.insert(&[name], file);
    };
    if let Some(text) = source(state, &[DIRECTORY, b"/fetchurl.nix"].concat()) {
        put(b"fetchurl.nix", text);
    }
    // Later it lies beside this file system.
    if !state.has(Behaviour::InternalSourcesHaveScheme) {
        put(b"derivation-internal.nix", DERIVATION);
    }
    state.trees.mount(DIRECTORY, tree);
}

/// Whether the files in [`directory`] can only be imported: in 2.4 to 2.18 there is no directory.
pub fn are_only_imported(state: &State<'_>) -> bool {
    state.has(Behaviour::CorepkgsAreBuiltIn) && !state.has(Behaviour::CorepkgsHaveNoDirectory)
}

/// Whether a path is the root of a file system of these files.
pub fn is_root(state: &State<'_>, path: &[u8]) -> bool {
    state.has(Behaviour::CorepkgsHaveNoDirectory) && name(state, path) == Some(b"")
}

/// Whether a path may be read wherever access is limited.
pub fn is_allowed(state: &State<'_>, path: &[u8]) -> bool {
    name(state, path).is_some_and(|name| !name.is_empty() || !are_only_imported(state))
}

/// A path in the file system of these files, as errors of that show it.
pub fn in_file_system(state: &State<'_>, path: &[u8]) -> Option<String> {
    let name = name(state, path).filter(|_| state.has(Behaviour::CorepkgsHaveNoDirectory))?;
    let name = String::from_utf8_lossy(name);
    Some(if state.has(Behaviour::InternalSourcesHaveScheme) {
        format!("<nix/{name}>")
    } else {
        format!("/{name}")
    })
}

/// A path as it is printed.
pub fn shown<'p>(state: &State<'_>, path: &'p [u8]) -> Cow<'p, [u8]> {
    match name(state, path) {
        Some(name) if state.has(Behaviour::CorepkgsHaveNoDirectory) => {
            Cow::Owned([b"<nix/", name, b">"].concat())
        }
        _ => Cow::Borrowed(path),
    }
}

/// The text of a path where it becomes part of another, which lies on the disk: a file system of its own is not a part of
/// the text (`ExprConcatStrings::eval` in `eval.cc`).
pub fn on_disk<'p>(state: &State<'_>, path: &'p [u8]) -> &'p [u8] {
    match path.strip_prefix(DIRECTORY) {
        Some(rest @ [b'/', ..]) if state.has(Behaviour::CorepkgsHaveNoDirectory) => rest,
        Some([]) if state.has(Behaviour::CorepkgsHaveNoDirectory) => b"/",
        _ => path,
    }
}

/// The name of a file in [`directory`]; empty for the directory itself.
pub fn name<'p>(state: &State<'_>, path: &'p [u8]) -> Option<&'p [u8]> {
    let rest = if state.has(Behaviour::CorepkgsAreBuiltIn) {
        path.strip_prefix(DIRECTORY)?
    } else {
        path.strip_prefix(state.settings.data_dir.as_slice())?
            .strip_prefix(b"/nix/corepkgs")?
    };
    match rest {
        [] => Some(rest),
        [b'/', name @ ..] => Some(name),
        _ => None,
    }
}
