//! Names of code in the query: who declares them, who uses them.

use crate::catalog::{ByTerm, Catalog, Holders};
use crate::rank::board::Scores;
use crate::words;

/// A name that more files declare is no name for one of them.
const HOLDERS_CAP: usize = 40;

/// Files that declare a name of the query.
pub(crate) fn declaring(catalog: &Catalog, names: &[String]) -> Scores {
    shared_out(catalog, &catalog.declaring, names)
}

/// Files that use a name of the query.
pub(crate) fn using(catalog: &Catalog, names: &[String]) -> Scores {
    shared_out(catalog, &catalog.using, names)
}

/// Each name is shared out among the files that have it: the fewer, the more each gets.
fn shared_out(catalog: &Catalog, holders: &ByTerm<Holders>, names: &[String]) -> Scores {
    let mut scores = vec![0.0; catalog.files.len()];
    for name in names {
        let files = holders.get(&words::hash(name.as_bytes()));
        let Some(files) = files.filter(|files| files.len() <= HOLDERS_CAP) else {
            continue;
        };
        for held in files {
            scores[held.file as usize] += 1.0 / (files.len() as f32).sqrt();
        }
    }
    scores
}
