//! The index of a workspace, without what may hold secrets, and without conversations: what was said of the code is not the
//! code, and has the words of the next question.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use context::Atlas;
use permissions::{Action, Decision, Policy, PolicyConfig};

/// Kept in the cache folder between processes. Nothing is read yet.
pub(crate) fn open(cache: Option<PathBuf>, roots: Vec<PathBuf>) -> anyhow::Result<Atlas> {
    let built_in = Policy::new(PolicyConfig {
        roots: roots.clone(),
        ..PolicyConfig::default()
    })?;
    // A verdict looks at every folder above a file, and each refresh asks for all files again.
    let judged = Mutex::<HashMap<u64, bool>>::default();
    let is_left_out = move |path: &Path| {
        if chat::place::is_chat_file(path) {
            return true;
        }
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        let key = hasher.finish();
        let known = |key| judged.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
        known(key).unwrap_or_else(|| {
            let is_secret = built_in.judge(&Action::Read { path }).decision != Decision::Allow;
            judged
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(key, is_secret);
            is_secret
        })
    };
    Ok(Atlas::open(roots, cache).skipping(Box::new(is_left_out)))
}
