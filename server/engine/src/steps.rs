//! The loop of a turn: a model answer and its tool results in alternation, until an answer calls no tool.
//!
//! The loop goes on if and only if the answer holds tool calls; prose never controls it. Every item is in the store
//! before the step after it, so a process that dies here leaves a session that can go on. Whatever goes wrong has a
//! bounded way out (`recovery`), and a turn that must end early says what is done and what is pending (`closing`).

use base::{Block, EventKind, Message, Role, StopReason, ToolResult, TurnState, Usage};
use models::routing::{Chain, Failure};
use models::{ModelError, Request, ToolChoice};
use prompts::Prompt;
use store::{CallCost, Item};

use crate::answer::{self, Answer, End};
use crate::autotest::AutoTest;
use crate::breakpoint;
use crate::cache_watch::Prefix;
use crate::circles::{Circles, Intervention, ObservedCall};
use crate::closing;
use crate::model::{self, Model};
use crate::output::{Checked, OutputCheck};
use crate::recovery::{Recovery, Remedy};
use crate::tally::Tally;
use crate::toolbox::ToolList;
use crate::turn::{Outcome, TurnContext};

/// One turn on its way.
pub(crate) struct Steps<'a> {
    pub(crate) turn: &'a TurnContext,
    prompt: &'a Prompt,
    pub(crate) model: Model,
    /// The models to go on with where this one fails; a sub-agent has none.
    chain: Option<Chain>,
    recovery: Recovery,
    tests: AutoTest,
    output: Option<OutputCheck<'a>>,
    tools: ToolList,
    /// Model calls so far.
    calls: u32,
    /// Of the last request, by estimate.
    pub(crate) prompt_tokens: u64,
    /// Below so many tokens there is nothing in the conversation that is worth shortening.
    pub(crate) next_look: u64,
    /// The user wants the conversation summarised before the next request.
    pub(crate) compact: bool,
    /// What the vendor counted last; none after anything else than an answer changed the conversation.
    pub(crate) counted: Option<Counted>,
    pub(crate) tally: Tally,
    pub(crate) circles: Circles,
    /// The turn went round in circles: what the model is told before its last words, and why, for the user.
    stuck: Option<(String, String)>,
    /// The tools whose results the next call reads.
    read_tools: Vec<String>,
    /// The model's last words.
    text: String,
}

/// The vendor's own count of a prompt of so many messages, and of the answer to it.
#[derive(Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) messages: usize,
    pub(crate) tokens: u64,
}

/// Where the loop goes after a step.
enum Flow {
    On,
    End(Outcome),
}

impl<'a> Steps<'a> {
    pub(crate) fn new(turn: &'a TurnContext, prompt: &'a Prompt, chain: Option<Chain>) -> Self {
        Self {
            turn,
            prompt,
            model: turn.model.clone(),
            chain,
            recovery: Recovery::default(),
            tests: AutoTest::new(turn),
            output: turn.options.output.as_ref().map(OutputCheck::new),
            tools: ToolList::default(),
            calls: 0,
            prompt_tokens: 0,
            next_look: 0,
            compact: turn.options.compact,
            counted: None,
            tally: Tally::default(),
            circles: Circles::new(turn.runtime.limits.loops),
            stuck: None,
            read_tools: Vec::new(),
            text: String::new(),
        }
    }

    pub(crate) async fn run(mut self) -> Outcome {
        let end = loop {
            if let Some((message, why)) = self.stuck.take() {
                break self.last_words(message, &why).await;
            }
            if let Some(end) = self.limit() {
                break end;
            }
            if let Err(why) = breakpoint::before_step(self.turn, self.calls).await {
                break self.stopped_at(StopReason::Breakpoint, &why);
            }
            self.turn.session.tell_date();
            if let Some(message) = self.turn.session.take_waiting() {
                self.turn.say(message);
            }
            let (_, request) = self.make_room(false).await;
            if let Some(end) = self.ceiling() {
                break end;
            }
            let answer = self.ask(request).await;
            match self.after(answer).await {
                Flow::On => {}
                Flow::End(end) => break end,
            }
        };
        Outcome {
            text: if end.text.is_empty() { self.text } else { end.text },
            usage: self.turn.spending.usage(),
            cost_usd: self.turn.spending.usd(),
            ..end
        }
    }

    /// The end of the turn where a bound is reached.
    fn limit(&self) -> Option<Outcome> {
        if let Some(why) = self.turn.halt.get() {
            return Some(self.stopped_at(StopReason::Breakpoint, why));
        }
        if let Some(why) = self.turn.spending.exceeded() {
            return Some(self.stopped_at(StopReason::Budget, &why));
        }
        let most = self.turn.iterations()?;
        (self.calls >= most).then(|| {
            let why = format!("the model was still calling tools after {most} steps");
            self.stopped_at(StopReason::MaxIterations, &why)
        })
    }

    /// The end of the turn where the next call alone would pass what a turn may cost.
    fn ceiling(&self) -> Option<Outcome> {
        let need = model::need(self.prompt_tokens, self.turn.spending.usd());
        let affords = self
            .chain
            .as_ref()
            .is_none_or(|chain| chain.affords(&self.model.route, need));
        (!affords).then(|| {
            let why = "the next call would pass what a turn may cost (`routes.max_cost_usd_per_turn`)";
            self.stopped_at(StopReason::Budget, why)
        })
    }

    /// One more answer, without tools, from a model that went round in circles.
    async fn last_words(&mut self, message: String, why: &str) -> Outcome {
        self.turn.say(Message::user(message));
        let request = self.request(ToolChoice::None);
        let answer = self.ask(request).await;
        if matches!(answer.end, End::Interrupted) {
            return Outcome::stopped();
        }
        self.take_words(&answer.message);
        self.keep(answer.message, answer.results);
        self.stopped_at(StopReason::Stuck, why)
    }

    fn stopped_at(&self, reason: StopReason, why: &str) -> Outcome {
        Outcome::failed(reason, closing::report(self.turn, why))
    }

    /// Sends the conversation as it stands and sees the answer and its tool calls through.
    async fn ask(&mut self, request: Request) -> Answer {
        self.calls += 1;
        let prefix = Prefix::of(&self.model.name(), &request);
        let answer = answer::take(self.turn, &self.model, request).await;
        self.account(prefix, &answer);
        answer
    }

    pub(crate) fn request(&mut self, tool_choice: ToolChoice) -> Request {
        let turn = self.turn;
        Request {
            model: self.model.route.model.clone(),
            system: self.prompt.system.clone(),
            messages: turn.session.messages(),
            tools: self.tools.of(turn),
            max_output: self.recovery.output_cap(self.model.route.max_output),
            effort: turn.options.effort.or(turn.runtime.limits.effort),
            output: turn.options.output.clone(),
            tool_choice,
            temperature: None,
        }
    }

    async fn after(&mut self, answer: Answer) -> Flow {
        let called_tools = !answer.results.is_empty();
        let Answer {
            message,
            results,
            has_begun,
            end,
            ..
        } = answer;
        match end {
            End::Broken(error) if !called_tools => self.recover(&error, has_begun, message).await,
            // A tool has run: the request is not replayed. The whole blocks and their results go into the next.
            End::Broken(error) => {
                self.notice(format!("{error}; going on from the last whole step"));
                let nudge = self.look_for_circles(&message, &results);
                self.keep(message, results);
                if let Some(nudge) = nudge {
                    self.turn.say(Message::user(nudge));
                }
                Flow::On
            }
            End::Interrupted => {
                self.text = message.text();
                self.keep(message, results);
                Flow::End(Outcome::stopped())
            }
            End::Complete(reason) => {
                self.recovery.answered();
                if !called_tools && self.is_taken_over(reason).await {
                    return Flow::On;
                }
                self.take_words(&message);
                let nudge = self.look_for_circles(&message, &results);
                self.keep(message, results);
                if let Some(nudge) = nudge {
                    self.turn.say(Message::user(nudge));
                }
                if called_tools {
                    return Flow::On;
                }
                self.conclude(reason).await
            }
        }
    }

    /// What the model should be told about the way it goes; a turn that must stop is marked as stuck.
    fn look_for_circles(&mut self, message: &Message, results: &[ToolResult]) -> Option<String> {
        let calls = message.tool_calls().zip(results);
        let observed: Vec<_> = calls.map(|(call, result)| ObservedCall::of(call, result)).collect();
        match self.circles.observe(&observed)? {
            Intervention::Nudge { row, message } => {
                tracing::info!(?row, "the model is told that it goes round in circles");
                Some(message)
            }
            Intervention::Stop { row, message, why } => {
                tracing::info!(?row, "the turn is stopped: it goes round in circles");
                self.stuck = Some((message, why));
                None
            }
        }
    }

    /// An answer broke off before any tool ran: what is to be done instead.
    async fn recover(&mut self, error: &ModelError, has_begun: bool, message: Message) -> Flow {
        if self.turn.cancel.is_cancelled() {
            return Flow::End(Outcome::stopped());
        }
        match self.recovery.remedy(error, has_begun) {
            Some(Remedy::AskAgain { attempt, of }) => {
                self.notice(format!("{error}; asking again ({attempt}/{of})"));
                Flow::On
            }
            None if self.recovery.may_trim(error) && self.make_room(true).await.0 => {
                self.notice(format!("{error}; the conversation was shortened"));
                Flow::On
            }
            None if self.fall_back(Failure::of(error), &error.to_string()).await => Flow::On,
            None => {
                self.text = message.text();
                self.keep(message, Vec::new());
                Flow::End(Outcome::failed(StopReason::NoModel, error))
            }
        }
    }

    /// Goes on with the next model of the chain; false if there is none that would do better.
    async fn fall_back(&mut self, failure: Failure, why: &str) -> bool {
        let Some(chain) = &mut self.chain else { return false };
        let turn = self.turn;
        let need = model::need(self.prompt_tokens, turn.spending.usd());
        let Some(next) = chain.after(failure, &turn.runtime.models, need).await else {
            return false;
        };
        self.notice(format!("{why}; going on with {} ({})", next.name, next.why));
        self.model = next.into();
        self.forget_count();
        self.recovery.changed_model();
        true
    }

    /// Whether the next model answers in place of one that would not; what that one said is forgotten.
    async fn is_taken_over(&mut self, reason: StopReason) -> bool {
        let Some(failure) = Failure::of_stop(reason) else {
            return false;
        };
        let why = format!("{} would not answer", self.model.name());
        self.fall_back(failure, &why).await
    }

    /// The model called no tool.
    async fn conclude(&mut self, reason: StopReason) -> Flow {
        if self.turn.session.has_word() {
            return Flow::On;
        }
        if reason == StopReason::MaxTokens
            && let Some(request) = self.recovery.continuation()
        {
            self.turn.say(Message::user(request));
            return Flow::On;
        }
        match self.tests.failures(self.turn).await {
            _ if self.turn.cancel.is_cancelled() => Flow::End(Outcome::stopped()),
            Some(failures) => {
                self.turn.say(Message::user(failures));
                Flow::On
            }
            None => self.hand_over(reason),
        }
    }

    /// The end, if the answer is what it must be.
    fn hand_over(&mut self, reason: StopReason) -> Flow {
        let end = Outcome::new(TurnState::Completed, reason);
        match self.output.as_mut().map(|output| output.check(&self.text)) {
            None => Flow::End(end),
            Some(Checked::Fits(json)) => Flow::End(Outcome { text: json, ..end }),
            Some(Checked::Again(request)) => {
                self.turn.say(Message::user(request));
                Flow::On
            }
            Some(Checked::Never(why)) => Flow::End(Outcome::failed(StopReason::Error, why)),
        }
    }

    fn take_words(&mut self, message: &Message) {
        let words = message.text();
        let is_continued = self.recovery.take_continued();
        if words.trim().is_empty() {
            return;
        }
        match is_continued {
            true => self.text.push_str(&words),
            false => self.text = words,
        }
    }

    fn account(&mut self, prefix: Prefix, answer: &Answer) {
        let usage = answer.usage;
        self.counted = None;
        let prompt = usage.input + usage.cache_read + usage.cache_write;
        if prompt > 0 && matches!(answer.end, End::Complete(_)) {
            self.counted = Some(Counted {
                messages: prefix.messages(),
                tokens: prompt + usage.output,
            });
        }
        self.turn
            .session
            .calibrate(&self.model.name(), self.tally.total(), prompt);
        self.book(prefix, usage, self.turn.agent_name().unwrap_or_default());
    }

    /// Books one model call in the ledger and against the budget.
    pub(crate) fn book(&mut self, prefix: Prefix, usage: Usage, purpose: &str) {
        if usage == Usage::default() {
            return;
        }
        let tools = std::mem::take(&mut self.read_tools);
        let (turn, model) = (self.turn, self.model.name());
        let usd = self.model.cost(usage);
        turn.spending.book(usage, usd);
        let reading = turn.session.watch_cache(prefix, usage);
        if let Some(warning) = reading.warning {
            self.notice(warning);
        }
        turn.record(&Item::Usage {
            turn: turn.id.clone(),
            model: model.clone(),
            usage,
            cost: CallCost {
                usd,
                tools,
                miss: reading.miss,
                purpose: purpose.to_owned(),
            },
        });
        turn.emit(EventKind::Usage {
            usage,
            model,
            purpose: purpose.to_owned(),
        });
    }

    /// Adds an answer and its results to the conversation.
    fn keep(&mut self, message: Message, results: Vec<ToolResult>) {
        let mut tools: Vec<String> = message.tool_calls().map(|call| call.name.clone()).collect();
        tools.sort_unstable();
        tools.dedup();
        self.read_tools = tools;
        if !message.content.is_empty() {
            self.turn.say(message);
        }
        if !results.is_empty() {
            self.turn.say(Message {
                role: Role::User,
                content: results.into_iter().map(Block::ToolResult).collect(),
            });
        }
    }

    fn notice(&self, message: String) {
        self.turn.emit(EventKind::Notice { message });
    }
}
