//! What a line of the chat means.

use base::CommandName;
use permissions::Mode;

/// One line, understood.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    Nothing,
    Say(String),
    /// A command of the palette, at a place, with words.
    Command {
        command: CommandName,
        place: Option<String>,
        words: Option<String>,
    },
    Help,
    Quit,
    Sessions,
    Resume(String),
    Fork(Option<String>),
    New,
    Title(String),
    Save(Option<String>),
    Diff,
    Keep(Option<usize>),
    Reject(Option<usize>),
    Undo,
    Model(Option<String>),
    Mode(Option<Mode>),
    Cost,
    Memory,
    Context(Bill),
    Compact,
    Rewind(Back),
}

/// How far the files that the agent wrote are taken back.
#[derive(Debug, PartialEq)]
pub(super) enum Back {
    LastTurn,
    Checkpoint(u64),
    Undo,
}

/// What is to be done about the pieces of the workspace that turns begin with.
#[derive(Debug, PartialEq)]
pub(super) enum Bill {
    Show,
    Pin(String),
    Drop(String),
    Clear,
}

pub(super) const HELP: &str = "\
A line is said to the agent. While it works, a line is told to it at its next step;
Ctrl+C asks what it should do instead, twice stops it.
  :sessions            the sessions of this workspace
  :resume ID           go on with one (`last`, or the beginning of its id)
  :fork [ID]           go on with a copy of it
  :new                 begin another session
  :title TEXT          name this session
  :save [FILE]         say where it is kept, or write it down as Markdown
  :diff                what is proposed, by number
  :keep [N] :reject [N]  all of it, or one
  :undo                take back the last keep or reject
  /model [P/M]         another model from now on
  /mode [plan|ask|edit|auto]
  /context             what the last turn began with, and what it cost
  /context pin|drop PATH, /context clear  from now on: first, never, as the index says
  /compact             summarise the conversation before the next answer
  /rewind [N|undo]     the files that the agent wrote as before its last turn, or before step N of
                       `singletree rewind --list`; or the last rewind taken back
  /cost  /memory       what this session used; what is remembered
  /explain F[:L] … and ask, edit, fix, document, test, refactor, complete
  :quit";

/// # Errors
/// What is wrong with the line, for the user.
pub(super) fn parse(line: &str) -> Result<Line, String> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let given = || (!rest.is_empty()).then(|| rest.to_owned());
    let needed = |what: &str| given().ok_or_else(|| format!("{word} needs {what}, as in `{word} {what}`"));
    match word {
        "" => Ok(Line::Nothing),
        ":help" | "/help" | ":?" => Ok(Line::Help),
        ":quit" | ":q" | "/quit" => Ok(Line::Quit),
        ":sessions" => Ok(Line::Sessions),
        ":resume" => needed("ID").map(Line::Resume),
        ":fork" | "/fork" => Ok(Line::Fork(given())),
        ":new" => Ok(Line::New),
        ":title" => needed("TEXT").map(Line::Title),
        ":save" => Ok(Line::Save(given())),
        ":diff" => Ok(Line::Diff),
        ":keep" => number(word, rest).map(Line::Keep),
        ":reject" => number(word, rest).map(Line::Reject),
        ":undo" => Ok(Line::Undo),
        "/model" => Ok(Line::Model(given())),
        "/mode" => mode(rest).map(Line::Mode),
        "/context" => context(rest).map(Line::Context),
        "/compact" => Ok(Line::Compact),
        "/rewind" => back(rest).map(Line::Rewind),
        "/cost" => Ok(Line::Cost),
        "/memory" => Ok(Line::Memory),
        _ if word.starts_with('/') => command(word, rest),
        _ if word.starts_with(':') => Err(format!("there is no `{word}`; :help shows what there is")),
        _ => Ok(Line::Say(line.to_owned())),
    }
}

fn context(rest: &str) -> Result<Bill, String> {
    let (verb, path) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let path = path.trim();
    match (verb, path) {
        ("", _) => Ok(Bill::Show),
        ("clear", "") => Ok(Bill::Clear),
        ("pin" | "drop", "") => Err(format!(
            "/context {verb} needs PATH, as in `/context {verb} src/main.rs`"
        )),
        ("pin", path) => Ok(Bill::Pin(path.to_owned())),
        ("drop", path) => Ok(Bill::Drop(path.to_owned())),
        _ => Err(
            "/context shows what the last turn began with; `/context pin PATH`, `/context drop PATH` and \
                  `/context clear` say what the next ones do"
                .to_owned(),
        ),
    }
}

fn back(rest: &str) -> Result<Back, String> {
    match rest {
        "" => Ok(Back::LastTurn),
        "undo" => Ok(Back::Undo),
        step => step.parse().map(Back::Checkpoint).map_err(|_| {
            "/rewind takes the number of a step that `singletree rewind --list` shows, `undo`, or nothing for the last \
             turn"
                .to_owned()
        }),
    }
}

fn number(word: &str, rest: &str) -> Result<Option<usize>, String> {
    match rest {
        "" | "all" => Ok(None),
        digits => match digits.parse() {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(format!("{word} takes the number that :diff shows, or nothing for all")),
        },
    }
}

fn mode(rest: &str) -> Result<Option<Mode>, String> {
    match rest {
        "" => Ok(None),
        "plan" => Ok(Some(Mode::Plan)),
        "ask" => Ok(Some(Mode::Ask)),
        "edit" => Ok(Some(Mode::Edit)),
        "auto" => Ok(Some(Mode::Auto)),
        other => Err(format!(
            "there is no mode `{other}`; the modes are plan, ask, edit and auto"
        )),
    }
}

/// `/fix src/a.rs:10 and nothing else`; a line that begins with a path is something to say.
fn command(word: &str, rest: &str) -> Result<Line, String> {
    let Some(command) = CommandName::parse(&word[1..]) else {
        return match word[1..].contains('/') {
            true => Ok(Line::Say(format!("{word} {rest}").trim_end().to_owned())),
            false => Err(format!("there is no command `{word}`; :help shows what there is")),
        };
    };
    let (place, words) = match rest.split_once(char::is_whitespace) {
        _ if command.needs_words() => (None, Some(rest)),
        Some((place, words)) => (Some(place), Some(words.trim())),
        None => (Some(rest), None),
    };
    let some = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(Line::Command {
        command,
        place: some(place),
        words: some(words),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Result<Line, &str>) {
        assert_eq!(
            parse(line).as_ref().map_err(String::as_str),
            expect.as_ref().map_err(|why| *why)
        );
    }

    #[test]
    fn what_is_said_and_what_is_done() {
        check("  why is it slow? ", Ok(Line::Say("why is it slow?".into())));
        check(
            "/usr/bin is on the path",
            Ok(Line::Say("/usr/bin is on the path".into())),
        );
        check("", Ok(Line::Nothing));
        check(":resume ses_1", Ok(Line::Resume("ses_1".into())));
        check(":resume", Err(":resume needs ID, as in `:resume ID`"));
        check(":nonsense", Err("there is no `:nonsense`; :help shows what there is"));
        check(
            "/nonsense",
            Err("there is no command `/nonsense`; :help shows what there is"),
        );
        check(":keep 2", Ok(Line::Keep(Some(2))));
        check(":keep", Ok(Line::Keep(None)));
        check(
            ":keep 0",
            Err(":keep takes the number that :diff shows, or nothing for all"),
        );
        check("/mode auto", Ok(Line::Mode(Some(Mode::Auto))));
        check(
            "/mode wild",
            Err("there is no mode `wild`; the modes are plan, ask, edit and auto"),
        );
    }

    #[test]
    fn files_are_taken_back_and_the_conversation_is_shortened() {
        check("/rewind", Ok(Line::Rewind(Back::LastTurn)));
        check("/rewind 3", Ok(Line::Rewind(Back::Checkpoint(3))));
        check("/rewind undo", Ok(Line::Rewind(Back::Undo)));
        check(
            "/rewind all",
            Err(
                "/rewind takes the number of a step that `singletree rewind --list` shows, `undo`, or nothing for the last turn",
            ),
        );
        check("/compact", Ok(Line::Compact));
    }

    #[test]
    fn context_is_shown_and_chosen() {
        check("/context", Ok(Line::Context(Bill::Show)));
        check("/context pin  a b.rs ", Ok(Line::Context(Bill::Pin("a b.rs".into()))));
        check("/context drop a.rs", Ok(Line::Context(Bill::Drop("a.rs".into()))));
        check("/context clear", Ok(Line::Context(Bill::Clear)));
        check(
            "/context pin",
            Err("/context pin needs PATH, as in `/context pin src/main.rs`"),
        );
    }

    #[test]
    fn commands_have_a_place_and_words() {
        let command = |command, place: Option<&str>, words: Option<&str>| Line::Command {
            command,
            place: place.map(str::to_owned),
            words: words.map(str::to_owned),
        };
        check(
            "/fix a.rs:3 only this",
            Ok(command(CommandName::Fix, Some("a.rs:3"), Some("only this"))),
        );
        check("/explain a.rs", Ok(command(CommandName::Explain, Some("a.rs"), None)));
        check(
            "/ask where is it?",
            Ok(command(CommandName::Ask, None, Some("where is it?"))),
        );
        check("/test", Ok(command(CommandName::Test, None, None)));
    }
}
