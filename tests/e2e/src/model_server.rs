//! A loopback server that speaks OpenAI-compatible chat completions from a script: one answer a request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use anyhow::ensure;
use serde_json::{Value, json};

use crate::client::TIMEOUT;
use crate::driven::{Delta, Driven};

/// What the server does with one request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Streams text.
    Text(String),
    /// Streams text, then one tool call with these arguments.
    Call { name: String, arguments: Value },
    /// Streams these tool calls, name and arguments, whole.
    Calls(Vec<(String, Value)>),
    /// Streams half a tool call and closes the connection.
    HalfACall { name: String, arguments: Value },
    /// Streams these bytes and closes the connection.
    Raw(Vec<u8>),
    /// Streams what its driver gives, as it gives it.
    Driven(Driven),
    /// Takes the request and never answers.
    Silence,
    /// An HTTP status with a body.
    Status(u16, String),
}

pub struct ModelServer {
    pub base_url: String,
    requests: Arc<Mutex<Vec<Value>>>,
    answered: Arc<AtomicUsize>,
    /// How many requests may be answered.
    allowed: Arc<(Mutex<usize>, Condvar)>,
}

impl ModelServer {
    /// Serves `answers` in order, then plain `done`.
    pub fn start(answers: Vec<Answer>) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let base_url = format!("http://{}/v1", listener.local_addr()?);
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let allowed = Arc::new((Mutex::new(usize::MAX), Condvar::new()));
        let may_answer = Arc::clone(&allowed);
        let answered = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&answered);
        std::thread::spawn(move || {
            let mut answers = answers.into_iter();
            let mut parked = Vec::new();
            for connection in listener.incoming().flatten() {
                let Some((body, mut connection)) = read_request(connection) else {
                    continue;
                };
                if body.is_null() {
                    let _ = connection.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
                    continue;
                }
                let nth = {
                    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                    seen.push(body);
                    seen.len()
                };
                let allowed = may_answer.0.lock().unwrap_or_else(PoisonError::into_inner);
                drop(may_answer.1.wait_while(allowed, |allowed| nth > *allowed));
                let answer = answers.next().unwrap_or_else(|| Answer::Text("done".into()));
                let _ = respond(&mut connection, &answer);
                count.fetch_add(1, Ordering::AcqRel);
                if matches!(answer, Answer::Silence) {
                    parked.push(connection);
                }
            }
        });
        Ok(Self {
            base_url,
            requests,
            answered,
            allowed,
        })
    }

    /// Answers the first `count` requests, and the others when more are allowed.
    pub fn allow(&self, count: usize) {
        *self.allowed.0.lock().unwrap_or_else(PoisonError::into_inner) = count;
        self.allowed.1.notify_all();
    }

    /// The bodies of the requests so far.
    pub fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until `count` requests have come.
    pub fn wait_for_requests(&self, count: usize) -> anyhow::Result<()> {
        wait_until(|| self.requests().len() >= count)
    }

    /// Waits until `count` requests have been answered to the end.
    pub fn wait_for_answers(&self, count: usize) -> anyhow::Result<()> {
        wait_until(|| self.answered.load(Ordering::Acquire) >= count)
    }

    /// What the tools have answered so far, as the last request tells it to the model.
    pub fn tool_results(&self) -> Vec<String> {
        let last = self.requests().pop().unwrap_or_default();
        let messages = last["messages"].as_array().into_iter().flatten();
        let results = messages.filter(|message| message["role"] == "tool");
        results
            .filter_map(|message| Some(message["content"].as_str()?.to_owned()))
            .collect()
    }

    /// The environment that makes Singletree use this server.
    pub fn env(&self) -> Vec<(String, String)> {
        [
            ("OPENAI_BASE_URL", self.base_url.as_str()),
            ("OPENAI_API_KEY", "sk-test"),
            ("OPENAI_MODEL", "scripted"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

fn wait_until(is_so: impl Fn() -> bool) -> anyhow::Result<()> {
    let deadline = Instant::now() + TIMEOUT;
    while !is_so() {
        ensure!(Instant::now() < deadline, "the model was not asked within {TIMEOUT:?}");
        std::thread::yield_now();
    }
    Ok(())
}

/// The JSON body of a POST; null for anything else.
fn read_request(connection: TcpStream) -> Option<(Value, TcpStream)> {
    let mut input = BufReader::new(connection.try_clone().ok()?);
    let mut first = String::new();
    input.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        input.read_line(&mut line).ok()?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).ok()?;
    let body = if first.starts_with("POST") {
        serde_json::from_slice(&body).ok()?
    } else {
        Value::Null
    };
    Some((body, connection))
}

fn respond(connection: &mut TcpStream, answer: &Answer) -> std::io::Result<()> {
    let (name, arguments) = match answer {
        Answer::Silence => return Ok(()),
        Answer::Raw(bytes) => {
            begin(connection)?;
            return connection.write_all(bytes);
        }
        Answer::Status(status, body) => {
            return write!(
                connection,
                "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        }
        Answer::Text(text) => {
            let mut events = begin(connection)?;
            // One event a character: what a user sees must not depend on how the network cuts it.
            for character in text.chars() {
                events.send(&delta(json!({"content": character.to_string()}), None))?;
            }
            events.send(&delta(json!({}), Some("stop")))?;
            return events.end();
        }
        Answer::Calls(calls) => {
            let mut events = begin(connection)?;
            for (index, (name, arguments)) in calls.iter().enumerate() {
                let function = json!({"name": name, "arguments": arguments.to_string()});
                let call =
                    json!({"index": index, "id": format!("call_{index}"), "type": "function", "function": function});
                events.send(&delta(json!({"tool_calls": [call]}), None))?;
            }
            events.send(&delta(json!({}), Some("tool_calls")))?;
            return events.end();
        }
        Answer::Driven(driven) => {
            let mut events = begin(connection)?;
            while let Some(next) = driven.next() {
                match next {
                    Delta::More(more) => events.send(&delta(more, None))?,
                    Delta::End => {
                        events.send(&delta(json!({}), Some("tool_calls")))?;
                        return events.end();
                    }
                    Delta::Stop => {
                        events.send(&delta(json!({}), Some("stop")))?;
                        return events.end();
                    }
                }
            }
            return Ok(());
        }
        Answer::Call { name, arguments } | Answer::HalfACall { name, arguments } => (name, arguments),
    };
    let mut events = begin(connection)?;
    events.send(&delta(json!({"role": "assistant", "content": "I will edit. "}), None))?;
    let function = json!({"name": name, "arguments": ""});
    events.send(&delta(
        json!({"tool_calls": [{"index": 0, "id": "call_a", "type": "function", "function": function}]}),
        None,
    ))?;
    let arguments: Vec<char> = arguments.to_string().chars().collect();
    let half = matches!(answer, Answer::HalfACall { .. });
    let sent = if half {
        &arguments[..arguments.len() / 2]
    } else {
        &arguments[..]
    };
    for piece in sent.chunks(7) {
        let piece: String = piece.iter().collect();
        events.send(&delta(
            json!({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}),
            None,
        ))?;
    }
    if half {
        return Ok(());
    }
    events.send(&delta(json!({}), Some("tool_calls")))?;
    events
        .send(&json!({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}}))?;
    events.end()
}

struct Events<'a>(&'a mut TcpStream);

fn begin(connection: &mut TcpStream) -> std::io::Result<Events<'_>> {
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")?;
    Ok(Events(connection))
}

impl Events<'_> {
    fn send(&mut self, event: &Value) -> std::io::Result<()> {
        write!(self.0, "data: {event}\n\n")
    }

    fn end(&mut self) -> std::io::Result<()> {
        self.0.write_all(b"data: [DONE]\n\n")
    }
}

fn delta(delta: Value, finish_reason: Option<&str>) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    })
}
