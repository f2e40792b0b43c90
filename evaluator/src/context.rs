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
}

impl ContextElement<'_> {
    /// The text form: `=PATH`, `!OUTPUT!PATH` or `PATH`; `short`: without the
    /// store's directory.
    pub fn encoded(&self, store: &[u8], short: bool) -> Vec<u8> {
        let shown = |path: &[u8]| {
            let base = path
                .strip_prefix(store)
                .and_then(|rest| rest.strip_prefix(b"/"));
            match base {
                Some(base) if short => base.to_vec(),
                _ => path.to_vec(),
            }
        };
        match self {
            ContextElement::Plain(path) => shown(path),
            ContextElement::Whole(path) => [b"=".as_slice(), &shown(path)].concat(),
            ContextElement::Output(path, output) => {
                [b"!".as_slice(), output, b"!", &shown(path)].concat()
            }
        }
    }
}

/// A non-empty set of context elements, sorted, without duplicates.
#[derive(Clone, Copy, Debug)]
pub struct ContextSet<'h> {
    /// The elements.
    pub elements: &'h [ContextElement<'h>],
}
