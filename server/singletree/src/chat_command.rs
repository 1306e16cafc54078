//! `singletree chat`: a plain conversation in a terminal or over a pipe.
//!
//! A line is something to say, unless it begins with `:` (the session and its review) or `/` (a command, the model). What
//! is typed while a turn runs is told to it at its next step; Ctrl+C asks what it should do instead, and a second one
//! stops it. Changes stay proposals until `:keep`.

mod input;
mod line;
mod review;
mod screen;
mod session;
mod talk;

use std::process::ExitCode;

use base::SessionId;
use permissions::Mode;

use crate::cli::ChatArgs;
use crate::exit;
use crate::place;
use crate::wiring::{self, Home};
use input::{Input, Said};
use line::Line;
use talk::Chat;

pub(crate) async fn run(args: ChatArgs) -> anyhow::Result<ExitCode> {
    let folder = std::env::current_dir()?;
    let root = place::workspace_root(&folder)?;
    let runtime = wiring::headless(&Home::Environment, &root, args.model)?;
    let session = match &args.session {
        None => None,
        Some(given) => match crate::sessions::find(runtime.store(), given)? {
            Ok(found) => Some(found.id),
            Err(reason) => return exit::with(exit::USAGE, &reason),
        },
    };
    let mut chat = Chat::new(runtime, folder, session);
    let mut input = Input::start();
    screen::greet(&chat, input.is_terminal());
    while let Some(said) = input.next("you> ").await {
        match said {
            Said::Interrupt => screen::say("(:quit or Ctrl+D ends the chat)"),
            Said::Line(line) => match line::parse(&line) {
                Ok(Line::Quit) => break,
                Ok(line) => {
                    if let Err(error) = chat.obey(line, &mut input).await {
                        screen::complain(&format!("{error:#}"));
                    }
                }
                Err(why) => screen::complain(&why),
            },
        }
    }
    chat.leave().await;
    Ok(ExitCode::SUCCESS)
}

/// What the next turns are done with.
#[derive(Clone, Debug, Default)]
struct Choices {
    session: Option<SessionId>,
    model: Option<String>,
    mode: Option<Mode>,
}
