//! Values as text, without forcing anything: the result of an evaluation, and
//! the values that error messages mention.

mod ambiguous;
mod brief;
pub mod describe;
pub(crate) mod escapes;
mod indented;
mod report;

pub use ambiguous::{print, print_for_trace};
pub use brief::brief;
pub(crate) use indented::{chomped, indented};
pub use report::report;

#[cfg(test)]
mod tests;
