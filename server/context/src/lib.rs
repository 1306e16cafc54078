//! What the syntax tree says about code: outlines, definitions, references, calls.
//!
//! [`Trees`] keeps the syntax trees of the files in use and brings one up to date when it is asked, from what the old
//! rope and the new one share. [`Index`] answers for a whole workspace: it reads files through a [`Source`], so open
//! buffers and proposals are seen like files on disk, and parses only those that can hold the answer.
//!
//! Everything is a function of the text alone: an incrementally parsed tree gives the outline that a fresh parse gives.
//! Line numbers are 1-based and inclusive and count LF, CRLF and CR; offsets are UTF-8 bytes.
//!
//! ```
//! use std::path::Path;
//!
//! use context::{SymbolKind, Trees};
//! use ropey::Rope;
//!
//! let trees = Trees::new();
//! let mut rope = Rope::from_str("/// Adds.\npub fn add(a: i32, b: i32) -> i32 {\n    a + b\n}\n");
//! let path = Path::new("src/lib.rs");
//!
//! let add = trees.enclosing(path, &rope, 3)?.ok_or("line 3 is in `add`")?;
//! assert_eq!(add.kind, SymbolKind::Function);
//! assert_eq!(add.signature, "pub fn add(a: i32, b: i32) -> i32");
//! assert_eq!(add.doc_text.as_deref(), Some("Adds."));
//!
//! rope.insert(rope.len_chars(), "fn sub() {}\n");
//! assert_eq!(trees.outline(path, &rope)?.len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod atlas;
mod catalog;
mod code;
mod code_kind;
mod digest;
mod edit;
mod error;
mod extract;
mod grammar;
mod history;
pub mod imports;
mod index;
mod language;
mod lookup;
mod mention;
mod packing;
mod parallel;
mod pieces;
mod rank;
mod ranking;
mod references;
mod select;
mod skeleton;
mod source;
mod standing;
mod symbol;
mod tree;
mod words;

pub use atlas::{Atlas, Freshness, Skip, Snapshot};
pub use catalog::Catalog;
pub use code_kind::CodeKind;
pub use digest::Digest;
pub use error::TreeError;
pub use history::{History, HistoryError, Past};
pub use index::{Index, Limits, Matches, References};
pub use language::{Comments, Language};
pub use mention::Named;
pub use rank::board;
pub use rank::board::Board;
pub use rank::live::Live;
pub use rank::past::Timeline;
pub use rank::piece::rows as piece_rows;
pub use rank::seed::{Cursor, Seed};
pub use references::Reference;
pub use select::{Fragment, FragmentSymbol, Level, SelectOptions, Selection, select};
pub use skeleton::{Declaration, Import, ImportedName, NameUse, Origin, SKELETON_CAP, Skeleton};
pub use source::{DiskSource, FILE_CAP, FILE_SIZE_CAP, Source, Stamp, walk};
pub use symbol::{Call, Param, Symbol, SymbolKind};
pub use tree::{PARSE_SIZE_CAP, Trees};
