//! Fetching: references to trees and files outside of the program, and how
//! they are read where that needs no network (`src/libfetchers`).

pub mod archive;
pub mod attrs;
pub mod cache_url;
pub mod dates;
pub mod git;
pub mod input;
pub mod problem;
pub mod reference;
pub mod schemes;
pub mod source;
pub mod store;
pub mod url;

pub use attrs::{Attr, Attributes};
pub use input::{Input, Rulebook};
pub use problem::Problem;
pub use reference::{FlakeRef, Reading};
