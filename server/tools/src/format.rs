//! `format`: the editor's formatter for a file or some of its lines; what it would change is proposed.

use permissions::{Grant, OwnedAction, WriteKind};
use serde::Deserialize;
use text::{Position, PositionEncoding, Span};
use workspace::IdeService;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::ide::{self, change, places, places::TwoTexts};
use crate::output::{ToolOutput, count};
use crate::propose;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

const AUTHOR: &str = "editor: format";

#[derive(Clone)]
pub(crate) struct Format;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: String,
    first_line: Option<usize>,
    last_line: Option<usize>,
}

impl Builtin for Format {
    type Arguments = Arguments;

    const NAME: &'static str = "format";
    const DESCRIPTION: &'static str = "Proposes what the editor's formatter makes of a file or of some lines. It formats the user's \
        text; lines that you propose to change stay as they are.";
    const KEYS: &'static [Key] = &[
        Key::required("path", Kind::Text, ""),
        Key::optional("first_line", Kind::Line, ""),
        Key::optional("last_line", Kind::Line, ""),
    ];
    const TIER: Tier = Tier::Write;
    const NEEDS: Option<IdeService> = Some(IdeService::Format);

    fn title(arguments: &Arguments) -> String {
        format!("Format {}", arguments.path)
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(propose::modify(&cx.path(&arguments.path)?))
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let editor = ide::editor(cx, IdeService::Format).ok_or(ToolError::NoEditor)?;
        let path = cx.path(&arguments.path)?;
        let shown = cx.shown(&path);
        let span = span(&arguments, &TwoTexts::of(cx, &path)?, editor.encoding());
        let edits = ide::wait(cx, editor.format(places::uri(cx, &path), span))?;
        let carried = change::carry(cx, &path, &edits, editor.encoding())?;
        let blocked = match carried.blocked.as_slice() {
            [] => String::new(),
            lines => format!(
                "{} where you propose changes stay as they are: format them by `edit`\n",
                count(lines.len(), "place")
            ),
        };
        if carried.edits.is_empty() {
            let answer = format!("{shown} is formatted already {}\n{blocked}", ide::BY_EDITOR);
            return Ok(ToolOutput::new(answer, format!("nothing to format in {shown}")));
        }
        let grant = propose::grant(cx, grants, &path, WriteKind::Modify)?;
        let staged = change::stage(cx, grant, AUTHOR, carried)?;
        let summary = format!("proposed {} in {shown}", count(staged.hunks.len(), "hunk"));
        let mut output = ToolOutput::new(format!("{summary} {}\n{blocked}", ide::BY_EDITOR), summary);
        output.append(&staged.unified);
        output.staged = Some(staged);
        Ok(output)
    }
}

/// The lines that are meant, in the user's text; none for the whole file, and where they are only proposed.
fn span(arguments: &Arguments, texts: &TwoTexts, encoding: PositionEncoding) -> Option<Span> {
    let rope = &texts.view.rope;
    let (first, last) = match (arguments.first_line, arguments.last_line) {
        (None, None) => return None,
        (first, last) => (first.or(last)?, last.or(first)?),
    };
    let start = |line: usize| rope.line_to_byte((line - 1).min(rope.len_lines().saturating_sub(1)));
    let begin = texts.users_position(start(first), encoding)?;
    let end = texts.users_position(start(last.max(first) + 1), encoding)?;
    Some(Span {
        start: Position { character: 0, ..begin },
        end,
    })
}
