//! Lists of names, as text between white space: to be read, and extended, at a glance.

pub(crate) fn is_in(list: &str, name: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == name)
}
