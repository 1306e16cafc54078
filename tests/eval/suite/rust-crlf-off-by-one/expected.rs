//! Lines of a text, as an editor counts them.

/// The number of lines; a text that ends in a line break has an empty line after it.
pub fn count(text: &str) -> usize {
    text.matches('\n').count() + 1
}

/// The line with this number, from 1.
pub fn line(text: &str, number: usize) -> Option<&str> {
    text.lines().nth(number - 1)
}
