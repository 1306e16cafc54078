//! What became of the files of a rewind, in words.

use workspace::{RewindVerdict, Rewound, RewoundFile, Workspace};

/// A line for each file.
#[must_use]
pub fn lines(workspace: &Workspace, rewound: &Rewound) -> Vec<String> {
    let line = |file: &RewoundFile| {
        let (name, [done, why]) = (workspace.relative(&file.path), words(workspace, file));
        match why.is_empty() {
            true => format!("{done:<9} {name}"),
            false => format!("{done:<9} {name}: {why}"),
        }
    };
    rewound.files.iter().map(line).collect()
}

/// What was done, in a word, and why or how.
#[must_use]
pub fn words(workspace: &Workspace, file: &RewoundFile) -> [String; 2] {
    let (done, why) = match (&file.verdict, &file.failure) {
        (_, Some(failure)) => ("failed", failure.clone()),
        (RewindVerdict::Restore, _) => ("restored", String::new()),
        (RewindVerdict::MoveBack { from }, _) => ("moved", format!("back from {}", workspace.relative(from))),
        (RewindVerdict::GoBack { to }, _) => ("removed", format!("moved back to {}", workspace.relative(to))),
        (RewindVerdict::Remove, _) => ("removed", String::new()),
        (RewindVerdict::Unchanged, _) => ("unchanged", String::new()),
        (RewindVerdict::Left(because), _) => ("left", because.to_string()),
        (RewindVerdict::Beside { of }, _) => ("saved", format!("what {} was", workspace.relative(of))),
    };
    [done.to_owned(), why]
}
