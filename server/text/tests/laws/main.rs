//! What holds for every text, every proposal and everything a user may type: laws, tried on random small documents
//! in which line breaks of all kinds, repeated lines and characters of every width are frequent.

#![expect(clippy::unwrap_used, reason = "what cannot be unwrapped here is a failed test")]

mod diff;
mod documents;
mod images;
mod merge;
mod patches;
mod rebase;
