//! A model that answers at once and keeps its connections, as vendors do, and notes when it was asked and when it had
//! answered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use anyhow::Context;
use serde_json::{Value, json};

/// The calls of one answer; none ends the turn. What the harness asks for itself is no answer of the script.
pub(crate) type Script = Box<dyn FnMut(usize) -> Vec<(String, Value)> + Send>;

#[derive(Default)]
pub(crate) struct Log {
    /// When each request was there whole, and how long it was.
    pub(crate) asked: Vec<(Instant, usize)>,
    /// When the last byte of each answer was on its way.
    pub(crate) answered: Vec<Instant>,
    /// Answers of the script so far.
    pub(crate) played: usize,
}

pub(crate) struct Model {
    address: String,
    log: Arc<Mutex<Log>>,
}

impl Model {
    pub(crate) fn start(script: Script) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let log = Arc::new(Mutex::new(Log::default()));
        let shared = Arc::clone(&log);
        let script = Arc::new(Mutex::new(script));
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (script, shared) = (Arc::clone(&script), Arc::clone(&shared));
                // It ends when the client closes it.
                std::thread::spawn(move || serve(&connection, &script, &shared));
            }
        });
        Ok(Self { address, log })
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.log)
    }

    /// Settings that make Singletree ask this model, as often as it likes to call tools.
    pub(crate) fn settings(&self, window: usize) -> String {
        format!(
            "model = \"loop/scripted\"\nbudget.iterations = 100000\n\
             [providers.loop]\nkind = \"openai-chat\"\nbase_url = \"http://{}/v1\"\n\
             [models.\"loop/scripted\"]\ncontext_window = {window}\n",
            self.address
        )
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(mut connection: &TcpStream, script: &Mutex<Script>, log: &Mutex<Log>) -> anyhow::Result<()> {
    connection.set_nodelay(true)?;
    let mut input = BufReader::new(connection.try_clone()?);
    // One for all requests: memory that is new each time would be our own work in what is measured.
    let mut body = Vec::default();
    loop {
        body.resize(content_length(&mut input)?, 0);
        input.read_exact(&mut body)?;
        let nth = {
            let mut log = lock(log);
            log.asked.push((Instant::now(), body.len()));
            let is_of_the_script = !asks_for_a_summary(&body);
            log.played += usize::from(is_of_the_script);
            is_of_the_script.then(|| log.played - 1)
        };
        let calls = nth.map(|nth| lock(script)(nth));
        let events = events(calls.unwrap_or_default());
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n{events}",
            events.len()
        );
        // Before the last byte, not after: the client may be scheduled before this thread is again.
        connection.write_all(&answer.as_bytes()[..answer.len() - 1])?;
        lock(log).answered.push(Instant::now());
        connection.write_all(&answer.as_bytes()[answer.len() - 1..])?;
    }
}

/// Whether the last message is the harness's own: before a compaction it wants a summary, and no calls.
fn asks_for_a_summary(body: &[u8]) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let last = body["messages"].as_array().and_then(|messages| messages.last());
    let words = last.and_then(|message| message["content"].as_str());
    words.is_some_and(|words| words.starts_with("[harness] This conversation is about to be"))
}

fn content_length(input: &mut impl BufRead) -> anyhow::Result<usize> {
    let mut length = None;
    loop {
        let mut line = String::new();
        anyhow::ensure!(input.read_line(&mut line)? > 0, "the client has left");
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            return length.context("a request without a length");
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = Some(value.trim().parse()?);
        }
    }
}

fn events(calls: Vec<(String, Value)>) -> String {
    let (delta, reason) = match calls.as_slice() {
        [] => (json!({"content": "done"}), "stop"),
        calls => {
            let calls = calls.iter().enumerate().map(|(index, (name, arguments))| {
                let function = json!({"name": name, "arguments": arguments.to_string()});
                json!({"index": index, "id": format!("call_{index}"), "type": "function", "function": function})
            });
            (json!({"tool_calls": calls.collect::<Vec<_>>()}), "tool_calls")
        }
    };
    let event = |delta: Value, reason: Option<&str>| {
        let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
        format!(
            "data: {}\n\n",
            json!({"object": "chat.completion.chunk", "choices": [choice]})
        )
    };
    event(delta, None) + &event(json!({}), Some(reason)) + "data: [DONE]\n\n"
}
