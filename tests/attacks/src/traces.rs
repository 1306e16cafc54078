//! Traces of an attack: files that are not as they were, and processes that are still there.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A file's number, mode, owner, size, times of content and of attributes, and content.
type Print = (u64, u32, u32, u64, [i64; 4], Vec<u8>);

/// Of everything below a folder.
#[derive(Default)]
pub(crate) struct Prints(BTreeMap<PathBuf, Print>);

impl Prints {
    pub(crate) fn of(folder: &Path, without: &[PathBuf]) -> Self {
        let mut prints = Self::default();
        prints.take(folder, without);
        prints
    }

    pub(crate) fn take(&mut self, path: &Path, without: &[PathBuf]) {
        if without.iter().any(|left_out| left_out == path) {
            return;
        }
        let Ok(found) = fs::symlink_metadata(path) else { return };
        let times = [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()];
        let bytes = match found.is_file() {
            true => fs::read(path).unwrap_or_default(),
            false => Vec::new(),
        };
        let print = (found.ino(), found.mode(), found.uid(), found.size(), times, bytes);
        self.0.insert(path.to_owned(), print);
        if found.is_dir() {
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                self.take(&entry.path(), without);
            }
        }
    }

    pub(crate) fn compared_with(&self, after: &Self) -> Vec<String> {
        let mut harm = Vec::new();
        for (path, print) in &self.0 {
            match after.0.get(path) {
                None => harm.push(format!("{} is gone", path.display())),
                Some(now) if now != print => {
                    let shown = |print: &Print| format!("{:?} {:?}", (print.0, print.1, print.2, print.3), print.4);
                    let (was, is) = (shown(print), shown(now));
                    harm.push(format!("{} is not as it was: {was}, now {is}", path.display()));
                }
                Some(_) => {}
            }
        }
        let new = after.0.keys().filter(|path| !self.0.contains_key(*path));
        harm.extend(new.map(|path| format!("{} is new", path.display())));
        harm
    }
}

/// Processes whose arguments or environment name the scene.
pub(crate) fn processes_of(base: &Path) -> Vec<i32> {
    let name = base.as_os_str().as_encoded_bytes();
    let names_it = |file: PathBuf| {
        let bytes = fs::read(file).unwrap_or_default();
        bytes.windows(name.len()).any(|window| window == name)
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| names_it(entry.path().join("cmdline")) || names_it(entry.path().join("environ")))
        .filter_map(|entry| entry.file_name().to_string_lossy().parse().ok())
        .collect()
}
