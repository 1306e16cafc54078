//! A turn of the chat: what is said, what happens, what is asked meanwhile.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use base::{ApprovalRequest, CommandName, Decision, EventKind, Question, QuestionRequest, SessionId, Task, TurnState};
use engine::{RunRequest, Runtime, Started, Subscription, TurnOptions};

use super::input::{Input, Said};
use super::line::{HELP, Line};
use super::{Choices, review, screen, session};
use crate::place;

pub(super) struct Chat {
    runtime: Arc<Runtime>,
    folder: PathBuf,
    choices: Choices,
}

impl Chat {
    pub(super) fn new(runtime: Arc<Runtime>, folder: PathBuf, session: Option<SessionId>) -> Self {
        let choices = Choices {
            session,
            ..Choices::default()
        };
        Self {
            runtime,
            folder,
            choices,
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.folder
    }

    pub(super) async fn leave(&self) {
        self.runtime.shutdown().await;
    }

    pub(super) async fn obey(&mut self, line: Line, input: &mut Input) -> anyhow::Result<()> {
        let runtime = Arc::clone(&self.runtime);
        match line {
            Line::Nothing | Line::Quit => {}
            Line::Help => screen::say(HELP),
            Line::Say(words) => self.talk(CommandName::Edit, None, Some(words), input).await?,
            Line::Command { command, place, words } => self.talk(command, place, words, input).await?,
            Line::Sessions => session::list(&runtime, self.choices.session.as_ref())?,
            Line::Resume(given) => self.choices.session = Some(session::resume(&runtime, &given)?),
            Line::Fork(given) => {
                let source = match given {
                    Some(given) => session::resume(&runtime, &given)?,
                    None => self.session()?,
                };
                self.choices.session = Some(session::fork(&runtime, &source)?);
            }
            Line::New => self.choices.session = None,
            Line::Title(title) => runtime.store().rename_session(&self.session()?, &title)?,
            Line::Save(file) => {
                let file = file.map(|file| self.folder.join(file));
                session::save(&runtime, &self.session()?, file.as_deref())?;
            }
            Line::Diff => review::show(&runtime, &self.session()?),
            Line::Keep(number) => review::keep(&runtime, &self.session()?, number).await?,
            Line::Reject(number) => review::reject(&runtime, &self.session()?, number)?,
            Line::Undo => review::undo(&runtime).await?,
            Line::Model(None) => screen::say(self.choices.model.as_deref().unwrap_or("as the settings say")),
            Line::Model(model) => self.choices.model = model,
            Line::Mode(None) => screen::say(&format!("{:?}", self.choices.mode.unwrap_or_default()).to_lowercase()),
            Line::Mode(mode) => self.choices.mode = mode,
            Line::Cost => session::cost(&runtime, &self.session()?)?,
            Line::Memory => session::memory(&runtime)?,
        }
        Ok(())
    }

    fn session(&self) -> anyhow::Result<SessionId> {
        match &self.choices.session {
            Some(session) => Ok(session.clone()),
            None => bail!("nothing was said yet; say something, or :resume a session"),
        }
    }

    async fn talk(
        &mut self,
        command: CommandName,
        place: Option<String>,
        words: Option<String>,
        input: &mut Input,
    ) -> anyhow::Result<()> {
        let place = place
            .map(|place| place::parse_file_place(&place, &self.folder))
            .transpose()?;
        let (uri, span) = place.map_or((None, None), |place| (Some(place.uri), place.span));
        let task = Task {
            command,
            uri,
            span,
            diagnostics: Vec::new(),
            prompt: words,
        };
        let mut events = self.runtime.subscribe();
        let started = self.runtime.run(RunRequest {
            session: self.choices.session.clone(),
            model: self.choices.model.clone(),
            options: TurnOptions {
                is_attended: true,
                mode: self.choices.mode,
                ..TurnOptions::default()
            },
            ..RunRequest::new(task)
        })?;
        self.choices.session = Some(started.session.clone());
        self.follow(&started, &mut events, input).await;
        let proposed = review::proposals(&self.runtime, &started.session).len();
        if proposed > 0 {
            screen::say(&format!("{proposed} proposed; :diff shows, :keep and :reject decide"));
        }
        Ok(())
    }

    /// Until the turn ends.
    async fn follow(&self, started: &Started, events: &mut Subscription, input: &mut Input) {
        let mut has_words = false;
        let mut is_interrupted = false;
        loop {
            let event = tokio::select! {
                event = events.next() => event,
                // Over a pipe, the next line is the next thing to say.
                said = input.wait(), if input.is_terminal() => {
                    self.meanwhile(started, said, &mut is_interrupted);
                    continue;
                }
            };
            if event.session != started.session {
                continue;
            }
            match event.kind {
                EventKind::TextDelta { text } => {
                    has_words = !text.ends_with('\n');
                    screen::words(&text);
                }
                EventKind::ApprovalRequested(request) => self.permit(request, input).await,
                EventKind::QuestionAsked(request) => self.answer(request, input).await,
                EventKind::TurnCompleted { state, error, .. } => {
                    if has_words {
                        screen::end_of_words();
                    }
                    match (state, error) {
                        (TurnState::Stopped, _) => screen::say("(stopped)"),
                        (_, Some(error)) => screen::complain(&error),
                        _ => {}
                    }
                    return;
                }
                kind => {
                    // What is said after a tool begins on a line of its own.
                    if matches!(kind, EventKind::ToolStarted { .. }) && std::mem::take(&mut has_words) {
                        screen::end_of_words();
                    }
                    screen::happened(&kind);
                }
            }
        }
    }

    /// What the user does while the turn runs.
    fn meanwhile(&self, started: &Started, said: Option<Said>, is_interrupted: &mut bool) {
        match said {
            Some(Said::Line(line)) if !line.trim().is_empty() => {
                *is_interrupted = false;
                self.runtime.steer(&started.session, line);
            }
            Some(Said::Line(_)) => {}
            Some(Said::Interrupt) if !*is_interrupted => {
                *is_interrupted = true;
                screen::say("(what should it do instead? It hears at its next step. Ctrl+C again stops it)");
            }
            Some(Said::Interrupt) | None => {
                self.runtime.stop(Some(&started.turn));
            }
        }
    }

    async fn permit(&self, request: ApprovalRequest, input: &mut Input) {
        screen::ask_permission(&request);
        let decision = match input.next("allow? ").await {
            Some(Said::Line(line)) => decision(&line),
            Some(Said::Interrupt) | None => Decision::Reject { reason: None },
        };
        if !self.runtime.answer(&request.id, decision) {
            screen::say("(that question is closed already)");
        }
    }

    async fn answer(&self, request: QuestionRequest, input: &mut Input) {
        let mut answers = Vec::new();
        for question in &request.questions {
            screen::ask_question(&request.from, question);
            match input.next("answer> ").await {
                Some(Said::Line(line)) if !line.trim().is_empty() => answers.push(chosen(question, line.trim())),
                _ => {
                    answers.clear();
                    break;
                }
            }
        }
        if !self.runtime.answer_questions(&request.id, answers) {
            screen::say("(that question is closed already)");
        }
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
