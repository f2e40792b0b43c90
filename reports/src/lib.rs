//! Reports: a campaign as HTML, Markdown, JSON, JUnit and SARIF.
//!
//! A [`Campaign`] is all that a report tells, read by whoever knows where campaigns are kept. This crate
//! knows nothing of stores, evaluators or the command line: a report is a function of a campaign and,
//! where there is one, of an earlier campaign ([`Trend`]).
//!
//! Programs and what evaluators said about them are written by a fuzzer: every format escapes all of it,
//! whatever it is.

mod compared;
mod highlight;
mod issue;
mod json;
mod junit;
mod markdown;
mod model;
mod page;
mod sarif;
mod shorten;
mod syntax;
mod templates;
mod trend;

pub use issue::{Issue, issue};
pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use model::{
    Bucket, Campaign, Counts, Coverage, Ending, Evaluator, File, Reached, Run, Setting, Slice,
    Source, SyntaxKind,
};
pub use page::page;
pub use sarif::sarif;
pub use syntax::Survey;
pub use templates::Error;
pub use trend::{Gone, State, Trend};

#[cfg(test)]
mod examples;
