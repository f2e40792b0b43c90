//! Values as text, without forcing anything: the result of an evaluation, and
//! the values that error messages mention.

mod ambiguous;
pub mod describe;
mod brief;

pub use ambiguous::print;
pub use brief::brief;
