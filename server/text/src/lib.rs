//! Plain text, byte for byte: positions, edits, byte images, line endings, diffs, alignment and three-way rebase.
//!
//! Everything here is pure: no files, no clock, no threads. Offsets are UTF-8 byte offsets into the decoded text
//! unless a name says otherwise. A rope holds the text with its own line endings; `\n`, `\r\n` and a lone `\r`
//! break lines, as in the Language Server Protocol, and nothing else does.

mod alignment;
mod diff;
mod edit;
mod eol;
mod hash;
mod image;
mod lines;
mod merge;
mod position;
mod rebase;
mod tokens;
mod unified;

pub use alignment::Alignment;
pub use diff::{LineHunk, diff_edits, diff_lines};
pub use edit::{Edit, EditError, apply};
pub use eol::{Eol, adapt_eol, dominant_eol};
pub use hash::{hash, hash_bytes, hash_str};
pub use image::{ByteImage, DecodeError, Decoded, EncodeError, Encoding, decode};
pub use lines::{find_lines, is_line_start, whole_lines};
pub use merge::{MergeConflict, merge3};
pub use position::{
    Position, PositionEncoding, PositionError, Span, to_offset, to_offset_clamped, to_position, to_range,
    to_range_clamped, to_span,
};
pub use rebase::{Change, Rebased, rebase};
pub use unified::{unified, unified_bytes};
