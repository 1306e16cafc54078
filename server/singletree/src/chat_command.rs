//! `singletree chat`: a plain conversation in a terminal or over a pipe.
//!
//! A line is something to say, unless it begins with `:` (the session and its review) or `/` (a command, the model). What
//! is typed while a turn runs is told to it at its next step; Ctrl+C asks what it should do instead, and a second one
//! stops it. Changes stay proposals until `:keep`. A session that another process has open is talked in there.

mod following;
mod input;
mod line;
mod review;
mod screen;
mod session;
mod talk;

use std::process::ExitCode;

use base::SessionId;
use engine::ContextChoices;
use permissions::Mode;

use crate::cli::ChatArgs;
use crate::exit;
use crate::place;
use crate::wiring::{self, Home};
use input::Input;
use talk::{Chat, Next};

pub(crate) async fn run(args: ChatArgs) -> anyhow::Result<ExitCode> {
    let folder = std::env::current_dir()?;
    let root = place::workspace_root(&folder)?;
    let runtime = wiring::headless(&Home::Environment, &root, args.model, "`singletree chat`")?;
    let session = match &args.session {
        None => None,
        Some(given) => match crate::sessions::find(runtime.store(), given)? {
            Ok(found) => Some(found.id),
            Err(reason) => return exit::with(exit::USAGE, &reason),
        },
    };
    runtime.look_around();
    let mut chat = Chat::new(runtime, folder);
    let mut input = Input::start()?;
    screen::greet(&chat, input.is_terminal());
    if let Some(session) = session {
        chat.resume(session).await?;
    }
    talk(&mut chat, &mut input).await;
    chat.leave().await;
    Ok(ExitCode::SUCCESS)
}

async fn talk(chat: &mut Chat, input: &mut Input) {
    let mut prompted = None;
    loop {
        let prompt = chat.prompt();
        if prompt != prompted {
            prompt.into_iter().for_each(|prompt| input.prompt(prompt));
            prompted = prompt;
        }
        match chat.next(input).await {
            Next::Happened(event) => {
                if chat.show(*event).await {
                    prompted = None;
                }
            }
            Next::Alone => {
                chat.be_alone();
                prompted = None;
            }
            Next::Said(said) => {
                prompted = None;
                match chat.hear(said).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => screen::complain(&exit::why(&error)),
                }
            }
        }
    }
}

/// What the next turns are done with.
#[derive(Clone, Debug, Default)]
struct Choices {
    session: Option<SessionId>,
    model: Option<String>,
    mode: Option<Mode>,
    context: ContextChoices,
    /// The conversation is summarised before the next answer.
    compact: bool,
}
