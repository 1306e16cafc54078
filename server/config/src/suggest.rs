//! The name that a misspelt one was probably meant to be.

/// The candidate nearest to `word`, if it is near: at most a third of its letters differ.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let near = candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate));
    let (distance, candidate) = near.min_by_key(|(distance, _)| *distance)?;
    let allowed = (candidate.chars().count().max(word.chars().count()) / 3).max(1);
    (distance <= allowed).then_some(candidate)
}

/// Letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expect: Option<&str>) {
        assert_eq!(
            nearest(word, ["model", "models", "providers", "permissions", "base_url"]),
            expect
        );
    }

    #[test]
    fn slips_are_recognised() {
        check("modle", Some("model"));
        check("Provider", Some("providers"));
        check("permisions", Some("permissions"));
        check("base-url", Some("base_url"));
    }

    #[test]
    fn another_word_is_not() {
        check("colour", None);
        check("x", None);
    }
}
