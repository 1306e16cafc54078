/// The middle of the values; none of no values.
pub fn median(values: &[f64]) -> Option<f64> {
    // TODO: sort a copy and take the middle
    todo!("{}", values.len())
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_middle_is_found() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }
}
