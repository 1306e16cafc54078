//! Settings from several layers, each value with its origin; the workspaces that the user trusts ([`trust`]); and the
//! rules that the user approved while working ([`ApprovedRules`]).
//!
//! [`load`] reads the layers (managed, user, project, project local, editor, environment, flags), checks each
//! against one description of the settings (`schema.rs`), and merges them: later wins for taste, managed values
//! lock, and what comes with a project may only tighten. A mistake is an error with file, line, column and, for
//! a misspelt name, the name that was probably meant; what was read but not taken is a notice.

mod approved;
mod check;
mod document;
mod error;
mod examples;
mod fit;
mod identity;
mod layer;
mod load;
mod merge;
mod paths;
mod private_file;
mod read;
mod regular;
mod rules;
mod schema;
mod settings;
mod suggest;
mod tighten;
pub mod trust;

pub use approved::{ApprovedError, ApprovedRules};
pub use error::{ConfigError, Remark};
pub use examples::{Example, examples};
pub use layer::{Layer, Origin, Sources};
pub use load::{Config, ShownValue, load};
pub use paths::{Paths, PathsError};
pub use rules::Rule;
pub use schema::schema;
pub use settings::{
    BudgetSettings, ContextSettings, LoopPreset, LoopSettings, ModelSettings, PermissionSettings, Price, ProviderKind,
    ProviderSettings, ReviewMode, ReviewSettings, Routes, SandboxMode, SandboxSettings, Settings, TestSettings,
    Thresholds, WebSettings,
};
