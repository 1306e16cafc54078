//! What a line of the chat means.

use chat::slash::{self, Slash};

/// One line, understood.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    Nothing,
    Say(String),
    /// A command that every chat has.
    Slash(Slash),
    Help,
    Quit,
    Sessions,
    Resume(String),
    New,
    Title(String),
    Save(Option<String>),
    Diff,
    Keep(Option<usize>),
    Reject(Option<usize>),
    Undo,
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
        ":fork" => Ok(Line::Slash(Slash::Fork(given()))),
        ":new" => Ok(Line::New),
        ":title" => needed("TEXT").map(Line::Title),
        ":save" => Ok(Line::Save(given())),
        ":diff" => Ok(Line::Diff),
        ":keep" => number(word, rest).map(Line::Keep),
        ":reject" => number(word, rest).map(Line::Reject),
        ":undo" => Ok(Line::Undo),
        _ if word.starts_with(':') => Err(format!("there is no `{word}`; :help shows what there is")),
        _ => Ok(match slash::parse(line)? {
            Some(command) => Line::Slash(command),
            None => Line::Say(line.to_owned()),
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
        check(":keep 2", Ok(Line::Keep(Some(2))));
        check(":keep", Ok(Line::Keep(None)));
        check(
            ":keep 0",
            Err(":keep takes the number that :diff shows, or nothing for all"),
        );
    }

    #[test]
    fn what_every_chat_has_is_asked_of_it() {
        check("/compact", Ok(Line::Slash(Slash::Compact)));
        check(":fork ses_1", Ok(Line::Slash(Slash::Fork(Some("ses_1".into())))));
    }
}
