//! Long sessions in each of the four wire formats: with faults at random, killed at any moment, and looked at byte by
//! byte.
//!
//! The model is a loopback server. It follows one script of 200 steps and takes from each request how far the
//! conversation has come, so it can be asked the same thing twice, by another process, or after an answer that broke.
//! In every request that it sees, each tool call must have its one result.

mod fault;
mod faults;
mod hearing;
mod kills;
mod prefix;
mod process;
mod script;
mod server;
mod speech;
mod vendor;
