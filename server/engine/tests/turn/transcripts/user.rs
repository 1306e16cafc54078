//! What the user does in a transcript, and when: an answer waits for its question, and a word for what was heard.

use base::{CommandName, Decision, Task};
use engine::{RunRequest, Said};
use text::PositionEncoding;
use workspace::Selection;

use super::document::{Block, Mistake, Played};
use super::scene::Scene;

impl Scene {
    pub(crate) async fn user(&mut self, block: &Block) -> Played<()> {
        for (line, text) in block.numbered() {
            self.act(text).await.map_err(|message| Mistake { line, message })?;
        }
        Ok(())
    }

    async fn act(&mut self, text: &str) -> Result<(), String> {
        let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
        match (verb, rest) {
            ("waits", _) => {
                let words = rest.strip_prefix("for ").ok_or("write `waits for WORDS`")?;
                self.hear(words).await
            }
            ("steer", words) => {
                let session = self.session.clone().ok_or("there is no session")?;
                let task = Task {
                    prompt: Some(words.to_owned()),
                    ..Task::new(CommandName::Edit)
                };
                let request = RunRequest {
                    session: Some(session),
                    ..RunRequest::new(task)
                };
                match self.stage().runtime.say(request) {
                    Ok(Said::Told(_)) => Ok(()),
                    Ok(Said::Started(_)) => Err("no turn ran".to_owned()),
                    Err(error) => Err(error.to_string()),
                }
            }
            ("stop", "") => {
                let is_stopped = self.stage().runtime.stop(None);
                is_stopped.then_some(()).ok_or_else(|| "nothing runs".to_owned())
            }
            ("allow", "") => self.decide(Decision::Once).await,
            ("allow", "for the session") => self.decide(Decision::Session).await,
            ("allow", "always") => self.decide(Decision::Always).await,
            ("refuse", reason) => {
                let reason = (!reason.is_empty()).then(|| reason.to_owned());
                self.decide(Decision::Reject { reason }).await
            }
            ("answer", answers) => {
                let answers = answers.split('|').map(|answer| answer.trim().to_owned());
                self.reply(answers.collect()).await
            }
            ("decline", "") => self.reply(Vec::new()).await,
            ("keep", "") => {
                let runtime = &self.stage().runtime;
                let open = runtime.reviews(PositionEncoding::Utf8);
                let files = open.into_iter().flat_map(|review| review.files);
                let paths: Vec<_> = files.filter_map(|file| file.uri.path()).collect();
                let editor = runtime.disk_editor(&paths).map_err(|verdict| verdict.reason)?;
                let kept = runtime.keep(&Selection::default(), &editor).await;
                kept.map(drop).map_err(|error| error.to_string())
            }
            ("reject", "") => {
                let rejected = self.stage().runtime.reject(&Selection::default());
                rejected.map(drop).map_err(|error| error.to_string())
            }
            _ => Err(format!(
                "a user cannot `{text}`: they wait for, steer, stop, allow, refuse, answer, decline, keep, reject"
            )),
        }
    }

    async fn decide(&mut self, decision: Decision) -> Result<(), String> {
        let id = loop {
            match self.approvals.pop_front() {
                Some(id) => break id,
                None => self.listen().await?,
            }
        };
        let is_open = self.stage().runtime.answer(&id, decision);
        is_open.then_some(()).ok_or_else(|| "the question is closed".to_owned())
    }

    async fn reply(&mut self, answers: Vec<String>) -> Result<(), String> {
        let id = loop {
            match self.questions.pop_front() {
                Some(id) => break id,
                None => self.listen().await?,
            }
        };
        let is_open = self.stage().runtime.answer_questions(&id, answers);
        is_open.then_some(()).ok_or_else(|| "the question is closed".to_owned())
    }

    /// Waits until fronts hear a line with these words that the user has not heard before.
    async fn hear(&mut self, words: &str) -> Result<(), String> {
        loop {
            let unheard = self.log.lines.iter().skip(self.heard);
            if let Some(at) = unheard.into_iter().position(|line| line.contains(words)) {
                self.heard += at;
                return Ok(());
            }
            self.listen()
                .await
                .map_err(|why| format!("nobody hears `{words}`: {why}"))?;
        }
    }
}
