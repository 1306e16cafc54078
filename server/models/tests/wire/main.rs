//! Providers against a server that really speaks HTTP, well and badly.
//!
//! The fault server is raw TCP: what an HTTP library would not let us send is what we want to see survived.

#![expect(clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

mod amends;
mod cuts;
mod detection;
mod faults;
mod keys;
mod message;
mod retries;
mod sdk;
mod server;
mod vendor;
