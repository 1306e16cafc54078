//! Plays a transcript from its first block to its last, as one timeline.
//!
//! A model's answer goes on over several `model` blocks until one ends it, so what stands between them happens while
//! the model streams. Nothing sleeps: the user waits for what is heard, `sees` for its request, and whatever is to be
//! compared after a turn for its end.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use base::{ApprovalId, EventKind, Message, SessionId};
use engine::{RunRequest, Subscription};
use store::Item;

use super::cast::Cast;
use super::document::{Block, Document, Mistake, Played};
use super::log::{End, Log};
use super::plain::Plain;
use super::setup::{self, Ask, From, Settings};
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
            "sees" => scene.sees(block).await?,
            "events" => scene.events(block).await?,
            "hunks" => scene.hunks(block).await?,
            "end" => scene.end(block).await?,
            _ => {
                scene.go_on(block).await?;
                continue;
            }
        };
        actual.push((block, found));
    }
    scene.leave()?;
    Ok(actual)
}

/// A runtime on its stage, and what was heard of it.
pub(crate) struct Scene {
    settings: Settings,
    stage: Option<Stage>,
    events: Subscription,
    casts: BTreeMap<String, Cast>,
    plain: Plain,
    pub(crate) log: Log,
    /// Up to where the user has listened.
    pub(crate) heard: usize,
    pub(crate) approvals: VecDeque<ApprovalId>,
    pub(crate) questions: VecDeque<ApprovalId>,
    pub(crate) session: Option<SessionId>,
    is_running: bool,
    ended: Option<Vec<String>>,
}

impl Scene {
    fn set(document: &Document) -> Played<Self> {
        let mut casts = BTreeMap::new();
        for provider in setup::providers(document) {
            let cast = Cast::of(document, &provider)?;
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
        })
    }

    /// Does what the block tells.
    async fn go_on(&mut self, block: &Block) -> Played<()> {
        match block.kind.as_str() {
            "settings" => Ok(()),
            "file" => {
                self.write_file(block);
                Ok(())
            }
            "stored" => self.store_session(block),
            "restart" => self.restart(block).await,
            "ask" => self.ask(block).await,
            "model" => self.cast(block).play(block),
            "user" => self.user(block).await,
            kind => Err(block.mistake(format!("a transcript has no `{kind}` blocks"))),
        }
    }

    /// The one that a `model` block is about.
    fn cast(&mut self, block: &Block) -> &mut Cast {
        let provider = setup::provider_of(&block.argument);
        self.casts.get_mut(provider).expect("every provider has its cast")
    }

    pub(crate) fn stage(&self) -> &Stage {
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
                let error = self.plain.text(&format!("not started: {error}"));
                self.ended = Some(error.lines().map(str::to_owned).collect());
            }
        }
        Ok(())
    }

    /// Answers that a stopped turn left open: their streams are dropped, or a vendor would go on and be paid for it.
    async fn drop_answers(&mut self, block: &Block) -> Played<()> {
        for cast in self.casts.values_mut() {
            if let Some(driver) = cast.take_open() {
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

    /// Takes in the next event.
    pub(crate) async fn listen(&mut self) -> Result<(), String> {
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
            if let Some(line) = cast.unasked() {
                let message = "nobody asked for this answer".to_owned();
                return Err(Mistake { line, message });
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
