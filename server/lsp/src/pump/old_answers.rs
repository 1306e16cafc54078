//! What `prose` wrote for an editor to open is removed when it is old, or more than a user looks through: nobody else
//! does it. The answers are in their sessions, and a diff is written anew when it is asked for.

use std::fs::{DirEntry, FileTimes, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Not opened for so long.
const OLD: Duration = Duration::from_secs(14 * DAY.as_secs());
/// Beyond so many, the ones that were opened last stay.
const MOST: usize = 200;
/// However many there are: an editor, perhaps of another process, has just opened it.
const FRESH: Duration = DAY;

/// Notes that an editor opens the file now. Only the time of access says so: an editor that shows it already would ask
/// about a file that was changed.
pub(super) fn note_opened(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_times(FileTimes::new().set_accessed(SystemTime::now()))
}

/// Removes what is old by `now`. Other files that somebody put there stay.
pub(super) fn remove(folder: &Path, now: SystemTime) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut ours: Vec<(Duration, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((unopened_for(&entry, now)?, entry.path())))
        .collect();
    ours.sort();
    for (nth, (age, path)) in ours.iter().enumerate() {
        if (*age > OLD || (nth >= MOST && *age > FRESH))
            && let Err(error) = std::fs::remove_file(path)
        {
            tracing::debug!(%error, path = %path.display(), "an old answer stays");
        }
    }
}

/// How long ago one of our files was written or opened last; none for anything else.
fn unopened_for(entry: &DirEntry, now: SystemTime) -> Option<Duration> {
    let name = entry.file_name();
    let name = name.to_str()?;
    let is_ours =
        (name.starts_with("trn_") && name.ends_with(".md")) || (name.starts_with("review-") && name.ends_with(".diff"));
    // Of a link, its own.
    let metadata = entry.metadata().ok().filter(|metadata| is_ours && metadata.is_file())?;
    let last = metadata.modified().ok().max(metadata.accessed().ok())?;
    // A clock that was set back makes nothing old.
    Some(now.duration_since(last).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, name: &str, at: SystemTime) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, "text").unwrap();
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_times(FileTimes::new().set_accessed(at).set_modified(at))
            .unwrap();
        path
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_nobody_opened_for_long_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let long_ago = now - OLD - DAY;
        put(folder.path(), "trn_old.md", long_ago);
        put(folder.path(), "review-0123456789abcdef.diff", long_ago);
        put(folder.path(), "trn_new.md", now - OLD + DAY);
        put(folder.path(), "my notes.md", long_ago);
        let opened = put(folder.path(), "trn_opened.md", long_ago);
        note_opened(&opened).unwrap();
        assert_eq!(
            opened.metadata().unwrap().modified().unwrap(),
            long_ago,
            "to an editor it is the same"
        );
        std::fs::create_dir(folder.path().join("trn_folder.md")).unwrap();
        remove(folder.path(), now);
        assert_eq!(
            names(folder.path()),
            ["my notes.md", "trn_folder.md", "trn_new.md", "trn_opened.md"]
        );
    }

    #[test]
    fn of_too_many_the_last_ones_stay_and_those_of_today() {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        for nth in 0..MOST + 5 {
            let at = now - 2 * DAY - Duration::from_secs(nth as u64);
            put(folder.path(), &format!("trn_{nth:03}.md"), at);
        }
        remove(folder.path(), now);
        assert_eq!(names(folder.path()).len(), MOST);
        assert!(!folder.path().join(format!("trn_{MOST}.md")).exists(), "the oldest");

        for nth in 0..MOST + 5 {
            put(folder.path(), &format!("trn_today_{nth}.md"), now);
        }
        remove(folder.path(), now);
        assert_eq!(names(folder.path()).len(), MOST + 5, "all of today, and none of before");
    }

    #[test]
    fn a_folder_that_is_not_there_is_no_trouble() {
        remove(Path::new("/nonexistent/answers"), SystemTime::now());
    }
}
