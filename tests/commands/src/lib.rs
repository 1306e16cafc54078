//! What agents type into a shell and what must come of it.
//!
//! `corpus/*.rows` holds the command lines, each under a heading with its verdict and the reason; [`rows`] reads
//! them. [`Scratch`] is the repository that the lines speak about, [`Trace`] what a line did when it was run for
//! real. The tests judge every row, trace the readers, and compare the policy with a real bash.

mod lines;
mod repository;
mod row;
mod scratch;
mod trace;

pub use lines::{Random, damaged, woven};
pub use repository::Repository;
pub use row::{Case, Row, Trusted, cases, rows};
pub use scratch::Scratch;
pub use trace::{Trace, Tracer};
