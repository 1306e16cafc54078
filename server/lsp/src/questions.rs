//! Questions of the model, one prompt after the other. Declining one declines them all; a prompt that is ignored
//! leaves them open, and the engine's own timeout ends the wait.

use std::sync::Arc;

use base::{Choice, Question, QuestionRequest};
use engine::Voice;
use tower_lsp::gen_lsp_types::MessageType;

use crate::approvals::choose;
use crate::front::Front;
use crate::notifications::{InputParams, InputRequest};

const OTHER: &str = "Answer in words…";
const DECLINE: &str = "Do not answer";

/// Puts the questions to the user, beside whatever else happens.
/// `voice` answers in the session of another process; without one the session is here.
pub(crate) fn ask(front: &Arc<Front>, request: QuestionRequest, voice: Option<Voice>) {
    let front = Arc::clone(front);
    tokio::spawn(async move {
        let mut answers = Vec::new();
        for question in &request.questions {
            match put(&front, &request.from, question).await {
                Some(answer) => answers.push(answer),
                None => {
                    answers.clear();
                    break;
                }
            }
        }
        let is_open = match voice {
            Some(voice) => voice.answer_questions(request.id, answers).await.unwrap_or(false),
            None => front.runtime.answer_questions(&request.id, answers),
        };
        if !is_open {
            let message = "That question is closed already; the answer was not used.";
            front.show_message(MessageType::Info, message).await;
        }
    });
}

async fn put(front: &Front, from: &str, question: &Question) -> Option<String> {
    let mut titles: Vec<&str> = question.options.iter().map(|choice| choice.label.as_str()).collect();
    if front.client.options.input {
        if titles.is_empty() {
            return in_words(front, &question.question).await;
        }
        titles.push(OTHER);
    }
    titles.push(DECLINE);
    match choose(front, message(from, question), &titles).await.as_deref() {
        Some(OTHER) => in_words(front, &question.question).await,
        Some(DECLINE) | None => None,
        Some(label) => Some(label.to_owned()),
    }
}

async fn in_words(front: &Front, question: &str) -> Option<String> {
    let params = InputParams {
        title: question.to_owned(),
    };
    front
        .outbound
        .request::<InputRequest>(params)
        .await
        .ok()
        .flatten()?
        .text
}

fn message(from: &str, question: &Question) -> String {
    let mut message = format!("{from} asks: {}", question.question);
    for Choice { label, description } in &question.options {
        if !description.is_empty() {
            message.push_str(&format!("\n{label}: {description}"));
        }
    }
    message
}
