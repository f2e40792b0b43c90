//! String contexts: which store objects a string refers to.

/// One element of a string's context (`src/libexpr/value/context.hh`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ContextElement<'h> {
    /// A store path that is an input by itself.
    Plain(&'h [u8]),
    /// A derivation and all its outputs and inputs (`=` in the text form).
    Whole(&'h [u8]),
    /// One output of a derivation: its path and the output's name
    /// (`!output!path` in the text form).
    Output(&'h [u8], &'h [u8]),
    /// An output of a derivation that is itself an output (`!b!a!path`).
    Nested(Nested<'h>),
}

/// An output of an output of a derivation, however often (`outputOf`, feature
/// `dynamic-derivations`).
///
/// The order is that of C++ Nix, which compares such elements from the outside
/// in: what nests less comes first, then what the path says, then the outputs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Nested<'h> {
    depth: usize,
    derivation: &'h [u8],
    outputs: &'h [&'h [u8]],
}

impl<'h> Nested<'h> {
    /// The derivation whose path is known.
    pub fn derivation(&self) -> &'h [u8] {
        self.derivation
    }

    /// The output of the derivation, then the output of the derivation that this
    /// is, and so on: two at least.
    pub fn outputs(&self) -> &'h [&'h [u8]] {
        self.outputs
    }
}

impl<'h> ContextElement<'h> {
    /// An output of a derivation: of the one at the path or, where there are
    /// several names, of the one that is the output before.
    pub fn output(derivation: &'h [u8], outputs: &'h [&'h [u8]]) -> ContextElement<'h> {
        match outputs {
            [] => ContextElement::Plain(derivation),
            [output] => ContextElement::Output(derivation, output),
            _ => ContextElement::Nested(Nested {
                depth: outputs.len(),
                derivation,
                outputs,
            }),
        }
    }

    /// The store object that the element names.
    pub fn path(&self) -> &'h [u8] {
        match self {
            ContextElement::Plain(path)
            | ContextElement::Whole(path)
            | ContextElement::Output(path, _) => path,
            ContextElement::Nested(nested) => nested.derivation,
        }
    }

    /// The text form: `=PATH`, `!OUTPUT!PATH` or `PATH`; `short`: without the
    /// store's directory.
    pub fn encoded(&self, store: &[u8], short: bool) -> Vec<u8> {
        let path = self.path();
        let base = path
            .strip_prefix(store)
            .and_then(|rest| rest.strip_prefix(b"/"));
        let shown = match base {
            Some(base) if short => base,
            _ => path,
        };
        match self {
            ContextElement::Plain(_) => shown.to_vec(),
            ContextElement::Whole(_) => [b"=".as_slice(), shown].concat(),
            ContextElement::Output(_, output) => [b"!".as_slice(), output, b"!", shown].concat(),
            ContextElement::Nested(nested) => {
                let mut text = Vec::new();
                for output in nested.outputs.iter().rev() {
                    text.push(b'!');
                    text.extend_from_slice(output);
                }
                text.push(b'!');
                text.extend_from_slice(shown);
                text
            }
        }
    }

    /// As the command line names it: `PATH^OUTPUT`, `PATH (deep)` or `PATH`.
    pub fn installable(&self) -> Vec<u8> {
        let mut text = self.path().to_vec();
        let outputs: &[&[u8]] = match self {
            ContextElement::Plain(_) => &[],
            ContextElement::Whole(_) => {
                text.extend_from_slice(b" (deep)");
                &[]
            }
            ContextElement::Output(_, output) => &[output],
            ContextElement::Nested(nested) => nested.outputs,
        };
        for output in outputs {
            text.push(b'^');
            text.extend_from_slice(output);
        }
        text
    }
}

/// A non-empty set of context elements, sorted, without duplicates.
#[derive(Clone, Copy, Debug)]
pub struct ContextSet<'h> {
    /// The elements.
    pub elements: &'h [ContextElement<'h>],
    /// Whether names of outputs are still to be read (`vm/nested_outputs.rs`).
    pub unread: bool,
}

#[cfg(test)]
mod tests {
    use super::ContextElement;

    #[test]
    fn elements_have_two_text_forms() {
        let names: [&[u8]; 2] = [b"a", b"b"];
        let path = b"/s/x.drv".as_slice();
        let shown = |element: ContextElement<'_>| {
            let short = element.encoded(b"/s", true);
            let text = [short.as_slice(), b" ", &element.installable()].concat();
            String::from_utf8(text).unwrap()
        };
        assert_eq!(shown(ContextElement::output(path, &[])), "x.drv /s/x.drv");
        assert_eq!(shown(ContextElement::Whole(path)), "=x.drv /s/x.drv (deep)");
        assert_eq!(
            shown(ContextElement::output(path, &names[..1])),
            "!a!x.drv /s/x.drv^a"
        );
        assert_eq!(
            shown(ContextElement::output(path, &names)),
            "!b!a!x.drv /s/x.drv^a^b"
        );
    }

    #[test]
    fn what_nests_less_comes_first() {
        let outputs: [&[u8]; 3] = [b"a", b"a", b"a"];
        let of = |path: &'static [u8], n: usize| ContextElement::output(path, &outputs[..n]);
        assert!(of(b"/z", 1) < of(b"/a", 2));
        assert!(of(b"/z", 2) < of(b"/a", 3));
        assert!(of(b"/a", 2) < of(b"/z", 2));
    }
}
