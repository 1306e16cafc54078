//! Which files a request is about: each signal scores all files on its own, and the fusion makes one order of them.
//!
//! [`query`], [`cursor`] and [`live`] list the signals with their weights; how these were found is told in the crate's README.

pub(crate) mod board;
pub(crate) mod cursor;
pub(crate) mod fusion;
pub(crate) mod inquiry;
pub(crate) mod live;
pub(crate) mod near;
pub(crate) mod past;
pub(crate) mod piece;
pub(crate) mod query;
pub(crate) mod rated;
pub(crate) mod seed;
pub(crate) mod symbols;
pub(crate) mod text;
pub(crate) mod written;

pub use board::board;
