//! Plays a transcript from its first block to its last, as one timeline.
//!
//! A model's answer goes on over several `model` blocks until one ends it, so what stands between them happens while
//! the model streams. Nothing sleeps: the user waits for what is heard, `sees` for its request, and whatever is to be
//! compared after a turn for its end.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use base::{ApprovalId, Decision, EventKind, Message, SessionId};
use engine::{RunRequest, Subscription};
use models::scripted::{Driver, ScriptedModel};
use store::Item;
use text::PositionEncoding;
use workspace::Selection;

use super::document::{Block, Document, Mistake, Played};
use super::log::{End, Log};
use super::plain::Plain;
use super::setup::{self, Ask, From, Settings};
use super::words::Line;
use super::{hunks, sees, stored};
use crate::stage::{Setting, Stage};

/// When nothing comes for so long, nothing will.
const PATIENCE: Duration = Duration::from_secs(60);

/// The blocks to be compared, each with what it ought to hold.
pub(crate) type Actual<'a> = Vec<(&'a Block, Vec<String>)>;

pub(crate) async fn play(document: &Document) -> Played<Actual<'_>> {
    let mut scene = Scene::set(document)?;
    let mut actual = Vec::new();
    for block in &document.blocks {
        let found = match block.kind.as_str() {
            "settings" => None,
            "file" => {
                scene.write_file(block);
                None
            }
            "stored" => {
                scene.store_session(block)?;
                None
            }
            "restart" => {
                scene.restart(block).await?;
                None
            }
            "ask" => {
                scene.ask(block).await?;
                None
            }
            "model" => {
                scene.answer(block)?;
                None
            }
            "user" => {
                scene.user(block).await?;
                None
            }
            "sees" => Some(scene.sees(block).await?),
            "events" => Some(scene.events(block).await?),
            "hunks" => Some(scene.hunks(block).await?),
            "end" => Some(scene.end(block).await?),
            kind => return Err(block.mistake(format!("a transcript has no `{kind}` blocks"))),
        };
        actual.extend(found.map(|found| (block, found)));
    }
    scene.leave()?;
    Ok(actual)
}

/// A model with the answers that the transcript gives it.
struct Cast {
    model: Arc<ScriptedModel>,
    /// Answers not yet begun, each with the line that it begins on.
    waiting: VecDeque<(usize, Driver)>,
    open: Option<Driver>,
    given: Vec<usize>,
}

struct Scene {
    settings: Settings,
    stage: Option<Stage>,
    events: Subscription,
    casts: BTreeMap<String, Cast>,
    plain: Plain,
    log: Log,
    /// Up to where the user has listened.
    heard: usize,
    approvals: VecDeque<ApprovalId>,
    questions: VecDeque<ApprovalId>,
    session: Option<SessionId>,
    is_running: bool,
    ended: Option<Vec<String>>,
    /// Answers in which nothing comes any more.
    stalled: Vec<Driver>,
}

impl Scene {
    fn set(document: &Document) -> Played<Self> {
        let mut casts = BTreeMap::new();
        for provider in setup::providers(document) {
            let model = ScriptedModel::new(&provider);
            let waiting = answers_of(document, &provider, &model)?;
            let cast = Cast {
                model,
                waiting,
                open: None,
                given: Vec::new(),
            };
            casts.insert(provider, cast);
        }
        let settings = Settings::of(document)?;
        let begun = document.blocks.iter().position(|block| block.kind == "ask");
        let before = &document.blocks[..begun.unwrap_or_default()];
        let files: Vec<(&str, String)> = before
            .iter()
            .filter(|block| block.kind == "file")
            .map(|block| (block.argument.as_str(), block.text()))
            .collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let stage = Stage::with(&files, setting(&settings, &casts));
        Ok(Self {
            events: stage.runtime.subscribe(),
            plain: Plain::new(&stage.project()),
            settings,
            stage: Some(stage),
            casts,
            log: Log::default(),
            heard: 0,
            approvals: VecDeque::new(),
            questions: VecDeque::new(),
            session: None,
            is_running: false,
            ended: None,
            stalled: Vec::new(),
        })
    }

    fn stage(&self) -> &Stage {
        self.stage.as_ref().expect("it is away only while it restarts")
    }

    fn write_file(&self, block: &Block) {
        std::fs::write(self.stage().project().join(&block.argument), block.text()).expect("writable");
    }

    fn store_session(&mut self, block: &Block) -> Played<()> {
        let id = SessionId::fresh();
        let store = &self.stage().store;
        store
            .create_session(&id, "stored", self.stage().root())
            .expect("stored");
        for item in stored::items(block)? {
            store.append_item(&id, &item).expect("stored");
        }
        self.session = Some(id);
        Ok(())
    }

    async fn restart(&mut self, block: &Block) -> Played<()> {
        self.until_end(block).await?;
        self.stage().runtime.shutdown().await;
        let stage = self.stage.take().expect("it is away only while it restarts");
        let stage = stage.restarted_with(setting(&self.settings, &self.casts));
        self.events = stage.runtime.subscribe();
        self.stage = Some(stage);
        Ok(())
    }

    async fn ask(&mut self, block: &Block) -> Played<()> {
        self.until_end(block).await?;
        self.drop_answers(block).await?;
        while self.events.try_next().is_some() {}
        (self.log, self.heard, self.ended) = (Log::default(), 0, None);
        let ask = Ask::parse(block)?;
        let session = match &ask.session {
            From::New => None,
            From::Last => self.session.clone(),
            From::Fork(after) => Some(self.fork(block, after.as_deref())?),
        };
        let task = self
            .stage()
            .task_on(&ask.command, ask.file.as_deref(), ask.words.as_deref());
        let request = RunRequest {
            session,
            model: ask.model,
            options: ask.options,
            ..RunRequest::new(task)
        };
        match self.stage().runtime.run(request) {
            Ok(started) => {
                self.session = Some(started.session);
                self.is_running = true;
            }
            Err(error) => {
                let error = self.plain.text(&error.to_string());
                self.ended = Some(vec![format!("not started: {error}")]);
            }
        }
        Ok(())
    }

    /// Answers that a stopped turn left open: their streams are dropped, or a vendor would go on and be paid for it.
    async fn drop_answers(&mut self, block: &Block) -> Played<()> {
        for cast in self.casts.values_mut() {
            if let Some(driver) = cast.open.take() {
                let dropped = tokio::time::timeout(PATIENCE, driver.cancelled()).await;
                dropped.map_err(|_| block.mistake("somebody still waits for the answer before this"))?;
            }
        }
        Ok(())
    }

    /// Makes a session out of the last one.
    fn fork(&self, block: &Block, after: Option<&str>) -> Played<SessionId> {
        let source = self
            .session
            .clone()
            .ok_or_else(|| block.mistake("there is no session to fork"))?;
        let store = &self.stage().store;
        let last = match after {
            None => None,
            Some(words) => {
                let page = store.items_page(&source, 0, usize::MAX >> 1).expect("readable");
                let said = |message: &Message| message.text().contains(words);
                let is_it = |item: &Item| matches!(item, Item::Message(message) if said(message));
                let found = page.items.iter().find(|stored| is_it(&stored.item));
                Some(
                    found
                        .ok_or_else(|| block.mistake(format!("nobody said `{words}`")))?
                        .seq,
                )
            }
        };
        let fork = SessionId::fresh();
        store.fork_session(&source, &fork, last).expect("forked");
        Ok(fork)
    }

    fn answer(&mut self, block: &Block) -> Played<()> {
        let provider = setup::provider_of(&block.argument);
        let cast = self.casts.get_mut(provider).expect("every provider has its cast");
        let driver = match cast.open.take() {
            Some(driver) => driver,
            None => {
                let (line, driver) = cast.waiting.pop_front().expect("every answer has its driver");
                cast.given.push(line);
                driver
            }
        };
        for (number, text) in block.numbered() {
            let line = Line::parse(text, provider).map_err(|message| Mistake { line: number, message })?;
            let is_last = line.is_last();
            match line {
                Line::Chunks(chunks) => chunks.into_iter().for_each(|chunk| {
                    driver.send(chunk);
                }),
                Line::Fail(error) => {
                    driver.fail(error);
                    return Ok(());
                }
                Line::Cut => return Ok(()),
                Line::Stall => {
                    self.stalled.push(driver);
                    return Ok(());
                }
            }
            if is_last {
                return Ok(());
            }
        }
        cast.open = Some(driver);
        Ok(())
    }

    async fn user(&mut self, block: &Block) -> Played<()> {
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
                let is_told = self.stage().runtime.steer(&session, words.to_owned());
                is_told.then_some(()).ok_or_else(|| "the session is gone".to_owned())
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

    /// Takes in the next event.
    async fn listen(&mut self) -> Result<(), String> {
        let told = || match self.log.lines.as_slice() {
            [] => "nothing was heard".to_owned(),
            lines => format!("heard were:\n{}", lines.join("\n")),
        };
        if !self.is_running {
            return Err(format!("no turn runs; {}", told()));
        }
        let next = tokio::time::timeout(PATIENCE, self.events.next()).await;
        let event = next.map_err(|_| format!("nothing comes any more; {}", told()))?;
        match &event.kind {
            EventKind::ApprovalRequested(request) => self.approvals.push_back(request.id.clone()),
            EventKind::QuestionAsked(request) => self.questions.push_back(request.id.clone()),
            _ => {}
        }
        self.log.push(&event.kind, &mut self.plain);
        if let EventKind::TurnCompleted {
            state,
            stop_reason,
            text,
            error,
            usage,
            cost_usd,
        } = event.kind
        {
            let end = End {
                state,
                stop_reason,
                text,
                error,
                usage,
                cost_usd,
            };
            self.is_running = false;
            self.ended = Some(end.shown(&mut self.plain));
        }
        Ok(())
    }

    async fn until_end(&mut self, block: &Block) -> Played<()> {
        while self.is_running {
            self.listen().await.map_err(|why| block.mistake(why))?;
        }
        Ok(())
    }

    async fn sees(&mut self, block: &Block) -> Played<Vec<String>> {
        let (argument, named) = match block.argument.strip_suffix(" with tools") {
            Some(argument) => (argument, true),
            None => (block.argument.as_str(), false),
        };
        let (provider, number) = argument.rsplit_once(' ').unwrap_or((setup::DEFAULT, argument));
        let cast = self.casts.get(provider);
        let cast = cast.ok_or_else(|| block.mistake(format!("there is no model `{provider}`")))?;
        let model = Arc::clone(&cast.model);
        let number: usize = number.parse().map_err(|_| block.mistake("write `sees NUMBER`"))?;
        let at = number
            .checked_sub(1)
            .ok_or_else(|| block.mistake("requests count from 1"))?;
        while model.requests().len() < number {
            if !self.is_running {
                return Err(block.mistake(format!("there is no request {number} to `{provider}`")));
            }
            tokio::select! {
                _ = model.request(at) => {}
                heard = self.listen() => heard.map_err(|why| block.mistake(why))?,
            }
        }
        Ok(sees::shown(&model.requests(), at, named, &mut self.plain))
    }

    async fn events(&mut self, block: &Block) -> Played<Vec<String>> {
        self.until_end(block).await?;
        Ok(self.log.lines.clone())
    }

    async fn hunks(&mut self, block: &Block) -> Played<Vec<String>> {
        self.until_end(block).await?;
        Ok(hunks::shown(self.stage()))
    }

    async fn end(&mut self, block: &Block) -> Played<Vec<String>> {
        self.until_end(block).await?;
        self.ended.clone().ok_or_else(|| block.mistake("nothing was asked"))
    }

    /// Every answer was asked for.
    fn leave(self) -> Played<()> {
        for cast in self.casts.values() {
            if let Some(line) = cast.given.get(cast.model.requests().len()) {
                let message = "nobody asked for this answer".to_owned();
                return Err(Mistake { line: *line, message });
            }
        }
        Ok(())
    }
}

fn setting(settings: &Settings, casts: &BTreeMap<String, Cast>) -> Setting {
    let others = casts.iter().filter(|(name, _)| *name != setup::DEFAULT);
    let name = format!("{}/test", setup::DEFAULT).parse().expect("a model's name");
    Setting {
        model: Arc::clone(&casts[setup::DEFAULT].model),
        providers: others.map(|(_, cast)| Arc::clone(&cast.model) as _).collect(),
        models: models::Settings {
            models: vec![(name, settings.model)],
            ..models::Settings::default()
        },
        routes: settings.routes.clone(),
        limits: settings.limits,
    }
}

/// A driver for each answer that the transcript gives this model.
fn answers_of(document: &Document, provider: &str, model: &ScriptedModel) -> Played<VecDeque<(usize, Driver)>> {
    let mut answers = VecDeque::new();
    let mut is_open = false;
    for block in &document.blocks {
        // What a stopped turn left open is not gone on with.
        is_open &= block.kind != "ask";
        if block.kind != "model" || setup::provider_of(&block.argument) != provider {
            continue;
        }
        if !is_open {
            answers.push_back((block.line, model.drive()));
        }
        is_open = true;
        for (line, text) in block.numbered() {
            if !is_open {
                let message = "the answer is over already".to_owned();
                return Err(Mistake { line, message });
            }
            let parsed = Line::parse(text, provider).map_err(|message| Mistake { line, message })?;
            is_open = !parsed.is_last();
        }
    }
    Ok(answers)
}
