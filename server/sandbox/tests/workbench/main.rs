//! Each line of *Where commands run* in the architecture page is a test here, run as the user who runs the tests and,
//! where that is root, as an ordinary user too.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod basics;
mod bench;
mod caches;
mod contained;
mod ends;
mod levels;
mod network;
mod ordinary;
mod remains;
mod speed;
mod times;
