//! Reads bash: a text becomes a tree of commands with every word taken apart.
//!
//! The reader is total. Whatever it cannot follow it notes as a [`Problem`], steps over and reads on, so that a
//! command which must never run is seen behind any nonsense in front of it. A line with a problem is never
//! allowed by itself. Like bash, it reads nested constructs in place: the extent of `$(…)` is what its own
//! commands say, here-documents and `case` patterns included, never a guess at a closing bracket.
//!
//! Nothing here knows what a command does, nor the value of a variable.

mod compound;
mod grammar;
mod parameters;
mod quotes;
mod reader;
mod redirects;
mod text;
mod tree;
mod words;

pub(crate) use reader::{Context, Problem, Reader, flattened};
pub(crate) use text::{concern_of, shown};
pub(crate) use tree::{
    Assign, Command, Item, Kind, Link, List, Operator, Parameter, Piece, Pipeline, Redirect, RedirectOp, Simple,
    Target, Word,
};

#[cfg(test)]
mod tests;
