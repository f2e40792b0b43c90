//! What is refused although its kind is right, a family a file.

mod closures;
mod contexts;
mod derivations;
mod lookups;
mod numbers;
mod sources;

pub(super) use closures::closure;
pub(super) use contexts::{context, forged};
pub(super) use derivations::derivation;
pub(super) use lookups::looked_up;
pub(super) use numbers::number;
pub(super) use sources::source;
