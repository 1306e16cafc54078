//! Cutting a list into pages.

/// How many pages `items` need when `per_page` fit on one.
pub fn page_count(items: usize, per_page: usize) -> usize {
    items / per_page
}

/// The items of a page; pages count from 1.
pub fn page<T>(items: &[T], number: usize, per_page: usize) -> &[T] {
    let start = (number - 1) * per_page;
    let end = (start + per_page).min(items.len());
    &items[start.min(end)..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_not_full_counts() {
        assert_eq!(page_count(10, 5), 2);
        assert_eq!(page_count(11, 5), 3);
        assert_eq!(page_count(0, 5), 0);
    }

    #[test]
    fn the_last_page_is_short() {
        assert_eq!(page(&[1, 2, 3], 2, 2), [3]);
    }
}
