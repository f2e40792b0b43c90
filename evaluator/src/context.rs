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

/// A non-empty set of context elements, sorted, without duplicates.
#[derive(Clone, Copy, Debug)]
pub struct ContextSet<'h> {
    /// The elements.
    pub elements: &'h [ContextElement<'h>],
}
