//! The commands that are typed into a prompt.

use std::path::Path;

use base::CommandName;
use engine::Mode;

use crate::options;
use crate::place::{self, FilePlace, PlaceError};

/// One command, understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Slash {
    /// A command of the palette, at a place, with words.
    Command {
        command: CommandName,
        place: Option<String>,
        words: Option<String>,
    },
    Model(Option<String>),
    Mode(Option<Mode>),
    Context(Bill),
    Compact,
    Rewind(Back),
    /// Of the session that is named, or of this one.
    Fork(Option<String>),
    Cost,
    Memory,
    /// A command of the user's own, if there is one of that name.
    Own {
        name: String,
        words: Option<String>,
    },
}

/// How far the files that the agent wrote are taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    LastTurn,
    Checkpoint(u64),
    Undo,
}

/// What is to be done about the pieces of the workspace that turns begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bill {
    Show,
    Pin(String),
    Drop(String),
    Clear,
}

/// A command as it is offered.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub name: &'static str,
    pub does: &'static str,
    /// What may follow.
    pub hint: Option<&'static str>,
}

const fn known(name: &'static str, does: &'static str, hint: Option<&'static str>) -> Known {
    Known { name, does, hint }
}

/// What a session itself is told; the commands of the palette and the user's own stand before them.
pub const OF_SESSION: [Known; 8] = [
    known(
        "context",
        "What the last turn began with; pin, drop or clear",
        Some("pin PATH | drop PATH | clear"),
    ),
    known("compact", "Summarise the conversation before the next answer", None),
    known(
        "rewind",
        "Take back the files that the agent wrote",
        Some("STEP | undo"),
    ),
    known("fork", "Go on with a copy of this session", None),
    known("model", "Another model from now on", Some("PROVIDER/MODEL")),
    known("mode", "How much it may do by itself", Some("plan | ask | edit | auto")),
    known("cost", "What this session used", None),
    known("memory", "What is remembered", None),
];

/// What may follow a command of the palette.
pub(crate) const PLACE: &str = "FILE[:LINE] and words";
pub(crate) const WORDS: &str = "words";

/// None where the line is something to say: it begins with no slash, or with a path.
///
/// # Errors
/// What is wrong with the command, for people.
pub fn parse(line: &str) -> Result<Option<Slash>, String> {
    let line = line.trim();
    let Some(command) = line.strip_prefix('/') else {
        return Ok(None);
    };
    let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let rest = rest.trim();
    let given = || (!rest.is_empty()).then(|| rest.to_owned());
    Ok(Some(match name {
        "model" => Slash::Model(given()),
        "mode" => Slash::Mode(given().map(|id| options::mode(&id)).transpose()?),
        "context" => Slash::Context(context(rest)?),
        "compact" => Slash::Compact,
        "rewind" => Slash::Rewind(back(rest)?),
        "fork" => Slash::Fork(given()),
        "cost" => Slash::Cost,
        "memory" => Slash::Memory,
        name => match CommandName::parse(name) {
            Some(command) => palette(command, rest),
            None if name.contains('/') || name.is_empty() => return Ok(None),
            None => Slash::Own {
                name: name.to_owned(),
                words: given(),
            },
        },
    }))
}

/// `/fix src/a.rs:10 and nothing else`.
fn palette(command: CommandName, rest: &str) -> Slash {
    let (place, words) = match rest.split_once(char::is_whitespace) {
        _ if command.needs_words() => (None, Some(rest)),
        Some((place, words)) => (Some(place), Some(words.trim())),
        None => (Some(rest), None),
    };
    let some = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Slash::Command {
        command,
        place: some(place),
        words: some(words),
    }
}

/// The place that a command of the palette names, relative to `folder`, and its words. One that works without a file has
/// words alone where their first is no place.
///
/// # Errors
/// What is wrong with the place, for people.
pub fn at(
    command: CommandName,
    place: Option<String>,
    words: Option<String>,
    folder: &Path,
) -> Result<(Option<FilePlace>, Option<String>), PlaceError> {
    let Some(named) = place else { return Ok((None, words)) };
    match place::parse(&named, folder) {
        Ok(place) => Ok((Some(place), words)),
        Err(_) if !command.needs_file() => {
            let words = words.map_or_else(|| named.clone(), |words| format!("{named} {words}"));
            Ok((None, Some(words)))
        }
        Err(error) => Err(error),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Result<Option<Slash>, &str>) {
        match (parse(line), expect) {
            (Err(why), Err(expect)) => assert!(why.starts_with(expect), "{why}"),
            (parsed, expect) => assert_eq!(parsed, expect.map_err(str::to_owned), "{line}"),
        }
    }

    #[test]
    fn what_is_said_is_no_command() {
        for line in ["why is it slow?", "/usr/bin is on the path", "", "/"] {
            check(line, Ok(None));
        }
    }

    #[test]
    fn models_and_modes() {
        check("/mode auto", Ok(Some(Slash::Mode(Some(Mode::Auto)))));
        check("/mode", Ok(Some(Slash::Mode(None))));
        check(
            "/mode wild",
            Err("there is no mode `wild`; the modes are plan, ask, edit and auto"),
        );
        check(" /model p/m ", Ok(Some(Slash::Model(Some("p/m".into())))));
    }

    #[test]
    fn files_are_taken_back_and_the_conversation_is_shortened() {
        check("/rewind", Ok(Some(Slash::Rewind(Back::LastTurn))));
        check("/rewind 3", Ok(Some(Slash::Rewind(Back::Checkpoint(3)))));
        check("/rewind undo", Ok(Some(Slash::Rewind(Back::Undo))));
        check("/rewind all", Err("/rewind takes the number of a step"));
        check("/compact", Ok(Some(Slash::Compact)));
    }

    #[test]
    fn context_is_shown_and_chosen() {
        let bill = |bill| Ok(Some(Slash::Context(bill)));
        check("/context", bill(Bill::Show));
        check("/context pin  a b.rs ", bill(Bill::Pin("a b.rs".into())));
        check("/context drop a.rs", bill(Bill::Drop("a.rs".into())));
        check("/context clear", bill(Bill::Clear));
        check(
            "/context pin",
            Err("/context pin needs PATH, as in `/context pin src/main.rs`"),
        );
    }

    #[test]
    fn commands_have_a_place_and_words() {
        let command = |command, place: Option<&str>, words: Option<&str>| {
            Ok(Some(Slash::Command {
                command,
                place: place.map(str::to_owned),
                words: words.map(str::to_owned),
            }))
        };
        check(
            "/fix a.rs:3 only this",
            command(CommandName::Fix, Some("a.rs:3"), Some("only this")),
        );
        check("/explain a.rs", command(CommandName::Explain, Some("a.rs"), None));
        check(
            "/ask where is it?",
            command(CommandName::Ask, None, Some("where is it?")),
        );
        check("/test", command(CommandName::Test, None, None));
    }

    #[test]
    fn what_works_without_a_file_takes_words_alone() {
        let folder = Path::new("/nowhere");
        let split = |command| at(command, Some("only".into()), Some("the parser".into()), folder);
        let (place, words) = split(CommandName::Review).unwrap();
        assert_eq!((place, words.as_deref()), (None, Some("only the parser")));
        assert!(split(CommandName::Fix).is_err());
    }

    #[test]
    fn every_known_command_is_understood() {
        for known in OF_SESSION {
            assert!(
                parse(&format!("/{}", known.name)).is_ok_and(|parsed| parsed.is_some()),
                "{}",
                known.name
            );
        }
    }
}
