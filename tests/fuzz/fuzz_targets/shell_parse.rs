//! Any bytes, as a line in the most lenient place: no panic, no hang, no part stricter than its line; what bash
//! could not be handed, or what hides, is not allowed.

#![no_main]

use fuzz::policies;
use libfuzzer_sys::fuzz_target;
use permissions::{Confinement, Decision, Mode};

fuzz_target!(|bytes: &[u8]| {
    let line = String::from_utf8_lossy(bytes);
    let decision = policies().decide(&line, Mode::Auto, true, Confinement::Workbench);
    let hides = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if line.contains(hides) {
        assert_ne!(decision, Decision::Allow, "hidden characters were allowed: {line:?}");
    }
});
