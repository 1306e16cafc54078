//! The open hunks as a `hunks` block shows them.

use text::PositionEncoding;

use crate::stage::Stage;

pub(crate) fn shown(stage: &Stage) -> Vec<String> {
    let root = stage.project();
    let mut lines = Vec::new();
    for file in stage
        .runtime
        .reviews(PositionEncoding::Utf8)
        .into_iter()
        .flat_map(|review| review.files)
    {
        let path = file.uri.path().expect("a file");
        let path = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        for hunk in file.hunks {
            let (kind, state) = (format!("{:?}", file.kind), format!("{:?}", hunk.state));
            let line = hunk.range.start.line + 1;
            lines.push(format!("{path}:{line} {kind}, {state}, by {}", hunk.author).to_lowercase());
            lines.extend(hunk.old_text.lines().map(|line| format!("-{line}")));
            lines.extend(hunk.new_text.lines().map(|line| format!("+{line}")));
        }
    }
    match lines.is_empty() {
        true => vec!["none".to_owned()],
        false => lines,
    }
}
