//! The conversation: what the user says and does, and what happens in the session meanwhile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use base::{CommandName, Decision, Event, Question, SessionId, Task};
use chat::slash::{self, Bill, Slash};
use engine::{ContextChoices, Link, LinkError, RunRequest, Runtime, Said as Heard, TurnOptions};

use super::following::{Following, Open};
use super::input::{Input, Said};
use super::line::{self, HELP, Line};
use super::{Choices, review, screen, session};
use crate::place;
use crate::printable::printable;

pub(super) struct Chat {
    runtime: Arc<Runtime>,
    folder: PathBuf,
    choices: Choices,
    /// To the chosen session, here or in the process that owns it; none before the first word, and where it can only be
    /// read.
    link: Option<Link>,
    following: Following,
}

/// What comes next.
pub(super) enum Next {
    Said(Option<Said>),
    Happened(Box<Event>),
    /// The session's owner has gone.
    Alone,
}

impl Chat {
    pub(super) fn new(runtime: Arc<Runtime>, folder: PathBuf) -> Self {
        Self {
            runtime,
            folder,
            choices: Choices::default(),
            link: None,
            following: Following::default(),
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.folder
    }

    pub(super) async fn leave(&self) {
        self.runtime.shutdown().await;
    }

    /// What the user is asked for now; nothing while a turn works for them.
    pub(super) fn prompt(&self) -> Option<&'static str> {
        match self.following.asks() {
            Some(Open::Permission(_)) => Some("allow? "),
            Some(Open::Questions(..)) => Some("answer> "),
            None if self.following.is_awaiting() => None,
            None => Some("you> "),
        }
    }

    pub(super) async fn next(&mut self, input: &mut Input) -> Next {
        // Over a pipe, the next line is the next thing to say.
        let is_heard = input.is_terminal() || self.prompt().is_some();
        let Some(link) = &mut self.link else {
            return Next::Said(input.wait().await);
        };
        tokio::select! {
            event = link.next() => event.map_or(Next::Alone, |event| Next::Happened(Box::new(event))),
            said = input.wait(), if is_heard => Next::Said(said),
        }
    }

    /// Does what the user wants; false if that is to leave.
    pub(super) async fn hear(&mut self, said: Option<Said>) -> anyhow::Result<bool> {
        if let Some(open) = self.following.take_question() {
            self.answer(open, said.as_ref()).await?;
            return Ok(true);
        }
        match said {
            None => return self.end_of_input().await,
            Some(Said::Interrupt) => self.interrupt().await?,
            Some(Said::Line(line)) if self.following.is_awaiting() => {
                if !line.trim().is_empty() {
                    self.say(CommandName::Edit, None, Some(line)).await?;
                }
            }
            Some(Said::Line(line)) => match line::parse(&line).map_err(anyhow::Error::msg)? {
                Line::Quit => return Ok(false),
                line => self.obey(line).await?,
            },
        }
        Ok(true)
    }

    /// Shows what happened; true at the end of a turn.
    pub(super) async fn show(&mut self, event: Event) -> bool {
        let is_end = self.following.show(event);
        if let Some(link) = self.link.as_ref().filter(|_| is_end) {
            // An owner that has gone is told of by itself.
            let proposed = review::proposals(link).await.map_or(0, |proposals| proposals.len());
            if proposed > 0 {
                screen::say(&format!("{proposed} proposed; :diff shows, :keep and :reject decide"));
            }
        }
        is_end
    }

    /// The owner has gone: the next word goes on from what is stored.
    pub(super) fn be_alone(&mut self) {
        self.following.cut();
        if let Some((pid, front)) = self.link.take().as_ref().and_then(|link| link.owner()) {
            screen::say(&format!(
                "({front}, process {pid}, has gone; what you say next goes on with the session here)"
            ));
        }
    }

    /// Goes on with a stored session.
    pub(super) async fn resume(&mut self, id: SessionId) -> anyhow::Result<()> {
        self.choose(Some(id.clone()));
        match self.link(&id).await {
            Ok(_) => Ok(()),
            Err(LinkError::ReadOnly { session, why }) => {
                crate::sessions::print(self.runtime.store(), &session)?;
                screen::complain(&format!("it can only be read: {why}"));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn obey(&mut self, line: Line) -> anyhow::Result<()> {
        let runtime = Arc::clone(&self.runtime);
        match line {
            Line::Nothing | Line::Quit => {}
            Line::Help => screen::say(HELP),
            Line::Say(words) => self.say(CommandName::Edit, None, Some(words)).await?,
            Line::Slash(command) => self.command(command).await?,
            Line::Sessions => session::list(&runtime, self.choices.session.as_ref())?,
            Line::Resume(given) => {
                let id = session::find(&runtime, &given)?;
                self.resume(id).await?;
            }
            Line::New => self.choose(None),
            Line::Title(title) => runtime.store().rename_session(&self.session()?, &title)?,
            Line::Save(file) => {
                let file = file.map(|file| self.folder.join(file));
                session::save(&runtime, &self.session()?, file.as_deref())?;
            }
            Line::Diff => review::show(self.reviewed().await?, runtime.workspace()).await?,
            Line::Keep(number) => review::keep(self.reviewed().await?, number).await?,
            Line::Reject(number) => review::reject(self.reviewed().await?, number).await?,
            Line::Undo => review::undo(&runtime, self.link.as_ref()).await?,
        }
        Ok(())
    }

    async fn command(&mut self, command: Slash) -> anyhow::Result<()> {
        let runtime = Arc::clone(&self.runtime);
        match command {
            Slash::Command { command, place, words } => self.say(command, place, words).await?,
            Slash::Own { name, words } => self.own(&name, words).await?,
            Slash::Fork(given) => {
                let source = match given {
                    Some(given) => session::find(&runtime, &given)?,
                    None => self.session()?,
                };
                self.choose(Some(session::fork(&runtime, &source)?));
            }
            Slash::Model(None) => screen::say(self.choices.model.as_deref().unwrap_or("as the settings say")),
            Slash::Model(model) => self.choices.model = model,
            Slash::Mode(None) => screen::say(&format!("{:?}", self.choices.mode.unwrap_or_default()).to_lowercase()),
            Slash::Mode(mode) => self.choices.mode = mode,
            Slash::Context(bill) => self.context(bill)?,
            Slash::Compact => {
                self.session()?;
                self.choices.compact = true;
                screen::say("(the conversation is summarised before the next answer)");
            }
            Slash::Rewind(back) => review::rewind(&runtime, self.link.as_ref(), self.session()?, back).await?,
            Slash::Cost => session::cost(&runtime, &self.session()?)?,
            Slash::Memory => session::memory(&runtime)?,
        }
        Ok(())
    }

    /// Shows what the last turn began with, or chooses for the next ones.
    fn context(&mut self, bill: Bill) -> anyhow::Result<()> {
        let name = |path: &str| -> anyhow::Result<String> {
            let root = place::workspace_root(&self.folder)?;
            Ok(chat::place::in_workspace(path, &[&self.folder, &root], &root)?)
        };
        let choices = &mut self.choices.context;
        match bill {
            Bill::Show => {
                match self.following.bill() {
                    Some(bill) => screen::bill(bill),
                    None => screen::say("no turn has begun with context yet"),
                }
                choices.lines().for_each(|line| screen::say(&printable(&line)));
            }
            Bill::Pin(path) => choices.pin(name(&path)?),
            Bill::Drop(path) => choices.leave_out(name(&path)?),
            Bill::Clear => *choices = ContextChoices::default(),
        }
        Ok(())
    }

    fn session(&self) -> anyhow::Result<SessionId> {
        match &self.choices.session {
            Some(session) => Ok(session.clone()),
            None => bail!("nothing was said yet; say something, or :resume a session"),
        }
    }

    fn choose(&mut self, session: Option<SessionId>) {
        self.following.cut();
        self.link = None;
        self.choices.session = session;
    }

    async fn reviewed(&mut self) -> anyhow::Result<&Link> {
        let session = self.session()?;
        Ok(self.link(&session).await?)
    }

    /// The link to the chosen session, made if need be.
    async fn link(&mut self, session: &SessionId) -> Result<&Link, LinkError> {
        let link = match self.link.take() {
            Some(link) => link,
            None => {
                let link = Link::open(&self.runtime, session).await?;
                if let Some((pid, front)) = link.owner() {
                    screen::say(&format!(
                        "(attached to {front}, process {pid}, which has this session open)"
                    ));
                }
                link
            }
        };
        Ok(self.link.insert(link))
    }

    /// Begins a turn, or is told to the one that runs.
    async fn say(&mut self, command: CommandName, place: Option<String>, words: Option<String>) -> anyhow::Result<()> {
        let (place, words) = slash::at(command, place, words, &self.folder)?;
        let (uri, span) = place.map_or((None, None), |place| (Some(place.uri), place.span));
        let request = self.request(Task {
            uri,
            span,
            prompt: words,
            ..Task::new(command)
        });
        self.send(request).await
    }

    /// A command of the user's own.
    async fn own(&mut self, name: &str, words: Option<String>) -> anyhow::Result<()> {
        let own = self.runtime.user_commands();
        let Some(command) = own.get(name) else {
            bail!("there is no command `/{name}`; :help shows what there is");
        };
        let request = self.request(Task {
            prompt: words,
            ..Task::new(CommandName::Ask)
        });
        self.send(self.runtime.as_command(command, request)).await
    }

    /// As the user chose it.
    fn request(&mut self, task: Task) -> RunRequest {
        RunRequest {
            model: self.choices.model.clone(),
            options: TurnOptions {
                is_attended: true,
                mode: self.choices.mode,
                context: self.choices.context.clone(),
                compact: std::mem::take(&mut self.choices.compact),
                ..TurnOptions::default()
            },
            ..RunRequest::new(task)
        }
    }

    async fn send(&mut self, request: RunRequest) -> anyhow::Result<()> {
        let heard = match self.choices.session.clone() {
            Some(session) => self.link(&session).await?.say(request).await?,
            None => {
                let (link, heard) = Link::begin(&self.runtime, request)?;
                self.choices.session = Some(link.session().clone());
                self.link = Some(link);
                heard
            }
        };
        if let Heard::Told(_) = heard {
            screen::say("(it hears that at its next step)");
        }
        self.following.await_end(&heard.turn().turn);
        Ok(())
    }

    /// The first time asks what the turn should do instead, the second stops it.
    async fn interrupt(&mut self) -> anyhow::Result<()> {
        let Some(turn) = self.following.running().cloned() else {
            screen::say("(:quit or Ctrl+D ends the chat)");
            return Ok(());
        };
        if !self.following.interrupt() {
            screen::say("(what should it do instead? It hears at its next step. Ctrl+C again stops it)");
        } else if let Some(link) = &self.link {
            link.stop(Some(&turn)).await?;
        }
        Ok(())
    }

    /// Stops a turn of our own, and leaves; one in another process goes on there.
    async fn end_of_input(&mut self) -> anyhow::Result<bool> {
        match &self.link {
            Some(link) if link.owner().is_none() && self.following.is_awaiting() => {
                link.stop(self.following.running()).await?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn answer(&mut self, mut open: Open, said: Option<&Said>) -> anyhow::Result<()> {
        let line = match said {
            Some(Said::Line(line)) => Some(line.trim()),
            Some(Said::Interrupt) | None => None,
        };
        let question = open.question().cloned();
        let Some(link) = &self.link else { return Ok(()) };
        let was_open = match &mut open {
            Open::Permission(request) => {
                let decision = line.map_or(Decision::Reject { reason: None }, decision);
                link.answer(request.id.clone(), decision).await?
            }
            Open::Questions(request, answers) => {
                match (question, line) {
                    (Some(question), Some(line)) if !line.is_empty() => answers.push(chosen(&question, line)),
                    _ => answers.clear(),
                }
                if !answers.is_empty() && answers.len() < request.questions.len() {
                    open.put();
                    self.following.put_back(open);
                    return Ok(());
                }
                link.answer_questions(request.id.clone(), std::mem::take(answers))
                    .await?
            }
        };
        if !was_open {
            screen::say("(that question is closed already)");
        }
        self.following.asks().into_iter().for_each(Open::put);
        Ok(())
    }
}

/// In doubt it is a no.
fn decision(line: &str) -> Decision {
    let (word, rest) = line.trim().split_once(char::is_whitespace).unwrap_or((line.trim(), ""));
    match word.to_lowercase().as_str() {
        "y" | "yes" | "once" => Decision::Once,
        "s" | "session" => Decision::Session,
        "a" | "always" => Decision::Always,
        _ => Decision::Reject {
            reason: Some(rest.trim().to_owned()).filter(|reason| !reason.is_empty()),
        },
    }
}

/// The labels behind the numbers, or the user's own words.
fn chosen(question: &Question, line: &str) -> String {
    let label = |number: &str| {
        let number: usize = number.trim().parse().ok()?;
        question
            .options
            .get(number.checked_sub(1)?)
            .map(|choice| choice.label.clone())
    };
    let labels: Option<Vec<String>> = line.split(',').map(label).collect();
    labels.map_or_else(|| line.to_owned(), |labels| labels.join(", "))
}

#[cfg(test)]
mod tests {
    use base::Choice;

    use super::*;

    #[test]
    fn only_a_clear_yes_is_one() {
        for (line, expect) in [
            ("y", Decision::Once),
            ("Session", Decision::Session),
            ("a", Decision::Always),
            ("", Decision::Reject { reason: None }),
            ("what?", Decision::Reject { reason: None }),
            (
                "n use make",
                Decision::Reject {
                    reason: Some("use make".into()),
                },
            ),
        ] {
            assert_eq!(decision(line), expect, "{line}");
        }
    }

    #[test]
    fn numbers_stand_for_labels() {
        let choice = |label: &str| Choice {
            label: label.into(),
            description: String::new(),
        };
        let question = Question {
            question: "Which?".into(),
            options: vec![choice("red"), choice("blue")],
            multiple: true,
        };
        assert_eq!(chosen(&question, "2"), "blue");
        assert_eq!(chosen(&question, "1, 2"), "red, blue");
        assert_eq!(chosen(&question, "3"), "3");
        assert_eq!(chosen(&question, "green, please"), "green, please");
    }
}
