//! Whether a proposal has arrived: the proof of a Keep, taken from the text and from nothing else.
//!
//! `there` is all that stands at the hunk's place since its edit was sent: what the editor put there, what the
//! user typed right before and behind it meanwhile, what a formatter made of it.

use std::ops::Range;

/// Where in `there` the new text stands; none if it cannot be told from the old one, or from something else.
pub(crate) fn find(there: &str, old: &str, new: &str) -> Option<Range<usize>> {
    if there == new {
        return Some(0..there.len());
    }
    if there == old {
        return None;
    }
    if is_reformatted(there, old, new) {
        return Some(0..there.len());
    }
    // A part of the old text proves nothing: it may be what the user left of it.
    if new.is_empty() || old.contains(new) || (!old.is_empty() && !new.contains(old) && there.contains(old)) {
        return None;
    }
    let starts_line = |at: &usize| there[..*at].is_empty() || there[..*at].ends_with(['\n', '\r']);
    let mut places = there.match_indices(new).map(|(at, _)| at).filter(starts_line);
    places.next().map(|at| at..at + new.len())
}

/// The same but for white space: a formatter ran in the same moment.
fn is_reformatted(there: &str, old: &str, new: &str) -> bool {
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    let wanted = dense(new);
    !wanted.is_empty() && wanted == dense(there) && wanted != dense(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(there: &str, old: &str, new: &str, expect: Option<&str>) {
        assert_eq!(find(there, old, new).map(|range| &there[range]), expect);
    }

    #[test]
    fn the_new_text_is_found_beside_what_was_typed() {
        check("b\n", "a\n", "b\n", Some("b\n"));
        check("typed b\n", "a\n", "b\n", None);
        check("typed\nb\nmore", "a\n", "b\n", Some("b\n"));
        check("", "a\n", "", Some(""));
        check("b\ntyped", "", "b\n", Some("b\n"));
        check("a\nb\ntyped", "a\n", "a\nb\n", Some("a\nb\n"));
    }

    #[test]
    fn a_formatter_may_have_run() {
        check("f(1, 2)\n", "f(1)\n", "f( 1,2 )\n", Some("f(1, 2)\n"));
        check("  a\n", "a\n", "    a\n", None);
    }

    #[test]
    fn the_old_text_or_a_part_of_it_is_no_proof() {
        check("a\n", "a\n", "b\n", None);
        check("b\nc2\n", "b\nc\n", "b\n", None);
        check("typed", "a\n", "", None);
        check("a\ntyped", "a\n", "", None);
        check("b", "", "b\nc\n", None);
        check("a\nb\n", "a\n", "b\n", None);
    }
}
