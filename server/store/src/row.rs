//! The checksum that every row carries.

use std::fmt;

use rusqlite::Row;
use rusqlite::types::ValueRef;
use serde::de::DeserializeOwned;

/// A row whose checksum does not fit what it says, or that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DamagedRow {
    pub table: &'static str,
    /// The row's sequence number or id.
    pub key: String,
}

impl fmt::Display for DamagedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} of {}", self.key, self.table)
    }
}

/// BLAKE3 over the fields, each with its length before it so that no two rows share one image. The row's key
/// is among them: a row that moved is as damaged as one that changed.
pub(crate) fn checksum(fields: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for field in fields {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field);
    }
    *hasher.finalize().as_bytes()
}

pub(crate) fn record_checksum(seq: i64, session: &str, payload: &str) -> [u8; 32] {
    checksum(&[&seq.to_le_bytes(), session.as_bytes(), payload.as_bytes()])
}

/// Reads the columns `seq, session, payload, checksum` (in that order) of a row in `items` or `reviews`.
/// Nothing in them is trusted before the checksum fits: not even that text is text.
pub(crate) fn record<T: DeserializeOwned>(
    table: &'static str,
    row: &Row<'_>,
) -> rusqlite::Result<Result<T, DamagedRow>> {
    let seq: i64 = row.get(0)?;
    let verified = || {
        let (session, payload, sum) = (bytes(row, 1)?, bytes(row, 2)?, bytes(row, 3)?);
        let fits = sum == checksum(&[&seq.to_le_bytes(), session, payload]);
        fits.then(|| serde_json::from_slice(payload).ok()).flatten()
    };
    Ok(verified().ok_or_else(|| DamagedRow {
        table,
        key: seq.to_string(),
    }))
}

pub(crate) fn bytes<'a>(row: &'a Row<'_>, column: usize) -> Option<&'a [u8]> {
    match row.get_ref(column) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => Some(bytes),
        _ => None,
    }
}
