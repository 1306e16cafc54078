//! From our types to LSP types.

use std::collections::HashMap;

use base::{FileReview, Uri};
use ropey::Rope;
use text::{PositionEncoding, Span};
use tower_lsp::gen_lsp_types as lsp;
use workspace::EditorFile;

use crate::front::Front;

/// The one annotation that a confirmed edit uses; every edit of it is confirmed on its own.
const CONFIRM: &str = "singletree";
/// Lines of a change in a hint's message.
const PREVIEW: usize = 12;

pub(crate) fn uri(uri: &Uri) -> lsp::Uri {
    lsp::Uri(uri.as_str().to_owned())
}

pub(crate) fn encoding(encoding: PositionEncoding) -> lsp::PositionEncodingKind {
    match encoding {
        PositionEncoding::Utf8 => lsp::PositionEncodingKind::UTF8,
        PositionEncoding::Utf16 => lsp::PositionEncodingKind::UTF16,
        PositionEncoding::Utf32 => lsp::PositionEncodingKind::UTF32,
    }
}

pub(crate) fn range(span: Span) -> lsp::Range {
    let position = |at: text::Position| lsp::Position {
        line: at.line,
        character: at.character,
    };
    lsp::Range {
        start: position(span.start),
        end: position(span.end),
    }
}

/// One `TextDocumentEdit` a file, in order: a client may check the version of each document's first edit only.
pub(crate) fn document_changes(
    files: &[EditorFile],
    encoding: PositionEncoding,
    confirm: bool,
) -> Vec<lsp::DocumentChange> {
    let annotation_id = || confirm.then(|| CONFIRM.to_owned());
    files
        .iter()
        .flat_map(|file| match file {
            EditorFile::Edit {
                uri: edited,
                version,
                edits,
                base,
            } => {
                let edits = text_edits(edits, base, encoding);
                vec![text_document_edit(edited, *version, edits.into_iter(), annotation_id())]
            }
            EditorFile::Create { uri: created, text } => {
                let create = lsp::CreateFile {
                    uri: uri(created),
                    options: Some(lsp::CreateFileOptions {
                        overwrite: Some(false),
                        ignore_if_exists: Some(false),
                    }),
                    annotation_id: annotation_id(),
                };
                // Neovim takes an empty file for one empty line, which an insertion would leave at the end.
                let whole = lsp::Range {
                    start: lsp::Position { line: 0, character: 0 },
                    end: lsp::Position { line: 1, character: 0 },
                };
                let replace = lsp::TextEdit {
                    range: whole,
                    new_text: text.clone(),
                };
                let fill = text_document_edit(created, None, [replace].into_iter(), annotation_id());
                vec![lsp::DocumentChange::CreateFile(create), fill]
            }
            EditorFile::Delete { uri: deleted, .. } => vec![lsp::DocumentChange::DeleteFile(lsp::DeleteFile {
                uri: uri(deleted),
                options: Some(lsp::DeleteFileOptions {
                    recursive: Some(false),
                    ignore_if_not_exists: Some(false),
                }),
                annotation_id: annotation_id(),
            })],
            EditorFile::Rename { from, to } => vec![lsp::DocumentChange::RenameFile(lsp::RenameFile {
                old_uri: uri(from),
                new_uri: uri(to),
                options: Some(lsp::RenameFileOptions {
                    overwrite: Some(false),
                    ignore_if_exists: Some(false),
                }),
                annotation_id: annotation_id(),
            })],
        })
        .collect()
}

fn text_edits(edits: &[text::Edit], base: &Rope, encoding: PositionEncoding) -> Vec<lsp::TextEdit> {
    let mut free = 0;
    let mut sent = Vec::with_capacity(edits.len());
    for edit in edits {
        // Editors differ in how they order edits that touch.
        let is_clear = |moved: &text::Edit| moved.range.start > free || sent.is_empty();
        let moved = before_last_break(edit, base).filter(is_clear);
        free = edit.range.end;
        let edit = moved.as_ref().unwrap_or(edit);
        sent.push(lsp::TextEdit {
            range: range(text::to_span(base, &edit.range, encoding)),
            new_text: edit.text.clone(),
        });
    }
    sent
}

/// An insertion behind the last line break, as the same insertion in front of it. An editor that keeps lines without
/// their breaks has no place behind the last one: Neovim 0.10 leaves an empty line there.
fn before_last_break(edit: &text::Edit, base: &Rope) -> Option<text::Edit> {
    let end = base.len_bytes();
    if edit.range != (end..end) {
        return None;
    }
    let last_two = base
        .byte_slice(base.char_to_byte(base.len_chars().saturating_sub(2))..)
        .to_string();
    let is_last = |text: &str, line_break: &&str| text.ends_with(*line_break);
    let line_break = ["\r\n", "\n"].into_iter().find(|it| is_last(&last_two, it))?;
    // A break of another kind would change the one that is there.
    let is_same = ["\r\n", "\n"].into_iter().find(|it| is_last(&edit.text, it)) == Some(line_break);
    let lines = edit.text.strip_suffix(line_break).filter(|_| is_same)?;
    let at = end - line_break.len();
    Some(text::Edit {
        range: at..at,
        text: format!("{line_break}{lines}"),
    })
}

/// The annotation that [`document_changes`] names. Every id must be declared: some clients assert it.
pub(crate) fn annotations(label: &str) -> HashMap<String, lsp::ChangeAnnotation> {
    let annotation = lsp::ChangeAnnotation {
        label: label.to_owned(),
        needs_confirmation: Some(true),
        description: None,
    };
    HashMap::from([(CONFIRM.to_owned(), annotation)])
}

fn text_document_edit(
    document: &Uri,
    version: Option<i32>,
    edits: impl Iterator<Item = lsp::TextEdit>,
    annotation_id: Option<String>,
) -> lsp::DocumentChange {
    let edits = edits.map(|text_edit| match &annotation_id {
        Some(id) => lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit {
            annotation_id: id.clone(),
            text_edit,
        }),
        None => lsp::Edit::TextEdit(text_edit),
    });
    lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
        text_document: lsp::OptionalVersionedTextDocumentIdentifier {
            version,
            text_document_identifier: lsp::TextDocumentIdentifier { uri: uri(document) },
        },
        edits: edits.collect(),
    })
}

/// For clients that know only `changes`: unversioned edits by document.
pub(crate) fn plain_changes(files: &[EditorFile], encoding: PositionEncoding) -> HashMap<lsp::Uri, Vec<lsp::TextEdit>> {
    let mut changes: HashMap<lsp::Uri, Vec<lsp::TextEdit>> = HashMap::new();
    for file in files {
        if let EditorFile::Edit {
            uri: edited,
            edits,
            base,
            ..
        } = file
        {
            let edits = text_edits(edits, base, encoding);
            changes.entry(uri(edited)).or_default().extend(edits);
        }
    }
    changes
}

/// Open hunks as hints, so that any editor shows where they are and what they do.
pub(crate) fn hints<'a>(front: &'a Front, file: &'a FileReview) -> impl Iterator<Item = lsp::Diagnostic> + 'a {
    file.hunks.iter().filter(|hunk| hunk.state.is_open()).map(|hunk| {
        let preview = text::unified(&hunk.old_text, &hunk.new_text, 0);
        let lines: Vec<&str> = preview.lines().filter(|line| !line.starts_with("@@")).collect();
        let more = lines.len().saturating_sub(PREVIEW);
        let shown = lines[..lines.len() - more].join("\n");
        let rest = if more == 0 {
            String::new()
        } else {
            format!("\n… {more} more lines")
        };
        lsp::Diagnostic {
            range: range(hunk.range),
            severity: Some(lsp::DiagnosticSeverity::Hint),
            source: Some("singletree".into()),
            message: lsp::Message::String(
                format!("{}\n{shown}{rest}", front.title_of(file, hunk))
                    .trim_end()
                    .to_owned(),
            ),
            ..Default::default()
        }
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(file: EditorFile, confirm: bool, expect: &Expect) {
        let changes = document_changes(&[file], PositionEncoding::Utf16, confirm);
        expect.assert_eq(
            &changes
                .iter()
                .map(|change| serde_json::to_string(change).unwrap() + "\n")
                .collect::<String>(),
        );
    }

    fn edit(version: Option<i32>) -> EditorFile {
        let edits = vec![
            text::Edit {
                range: 5..6,
                text: "c".to_owned(),
            },
            text::Edit {
                range: 8..8,
                text: "d\r\n".to_owned(),
            },
        ];
        EditorFile::Edit {
            uri: Uri::parse("file:///a.rs").unwrap(),
            version,
            edits,
            base: Rope::from_str("a𝒳b\r\n"),
        }
    }

    #[test]
    fn edits_are_versioned_and_counted_in_the_clients_units() {
        check(
            edit(Some(7)),
            false,
            &expect![[r#"
            {"textDocument":{"version":7,"uri":"file:///a.rs"},"edits":[{"range":{"start":{"line":0,"character":3},"end":{"line":0,"character":4}},"newText":"c"},{"range":{"start":{"line":1,"character":0},"end":{"line":1,"character":0}},"newText":"d\r\n"}]}
        "#]],
        );
    }

    #[test]
    fn what_is_added_at_the_end_goes_in_front_of_the_last_break() {
        let check = |base: &str, text: &str, expect: Option<(usize, &str)>| {
            let end = base.len();
            let edit = text::Edit {
                range: end..end,
                text: text.to_owned(),
            };
            let moved = before_last_break(&edit, &Rope::from_str(base));
            let moved = moved.as_ref().map(|edit| (edit.range.start, edit.text.as_str()));
            assert_eq!(moved, expect, "{text:?} behind {base:?}");
        };
        check("a\n", "\nb\n", Some((1, "\n\nb")));
        check("a\r\n", "b\r\n", Some((1, "\r\nb")));
        check("a\r\n", "b\n", None);
        check("a\n", "b", None);
        check("a", "\nb\n", None);
        check("", "b\n", None);
    }

    #[test]
    fn every_annotation_is_declared() {
        check(
            edit(None),
            true,
            &expect![[r#"
            {"textDocument":{"version":null,"uri":"file:///a.rs"},"edits":[{"annotationId":"singletree","range":{"start":{"line":0,"character":3},"end":{"line":0,"character":4}},"newText":"c"},{"annotationId":"singletree","range":{"start":{"line":1,"character":0},"end":{"line":1,"character":0}},"newText":"d\r\n"}]}
        "#]],
        );
        assert!(annotations("x").contains_key(CONFIRM));
    }

    #[test]
    fn a_created_file_is_filled() {
        let uri = Uri::parse("file:///b.rs").unwrap();
        check(
            EditorFile::Create {
                uri,
                text: "x\n".to_owned(),
            },
            false,
            &expect![[r#"
            {"uri":"file:///b.rs","options":{"overwrite":false,"ignoreIfExists":false},"kind":"create"}
            {"textDocument":{"version":null,"uri":"file:///b.rs"},"edits":[{"range":{"start":{"line":0,"character":0},"end":{"line":1,"character":0}},"newText":"x\n"}]}
        "#]],
        );
    }
}
