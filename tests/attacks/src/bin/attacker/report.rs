//! What the attacker says, a line for each thing it tried, so that the test knows it was really tried.

use std::fmt::Display;
use std::io::Write;

/// `tried WHAT: ok`, or with the error.
pub(crate) fn tried<T, E: Display>(what: &str, result: Result<T, E>) -> Option<T> {
    match result {
        Ok(value) => {
            say(&format!("tried {what}: ok"));
            Some(value)
        }
        Err(error) => {
            say(&format!("tried {what}: {error}"));
            None
        }
    }
}

pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A variable that the scene sets; an attack without its target has not been made.
pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        say(&format!("{name} is not set"));
        std::process::exit(2)
    })
}

pub(crate) fn number(name: &str) -> usize {
    variable(name).parse().unwrap_or_default()
}
