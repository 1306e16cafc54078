//! The model on loopback: raw TCP, one request a connection.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context;
use serde_json::Value;

use crate::fault::{Dice, Fault};
use crate::hearing::{self, Conversation};
use crate::script::{self, Next};
use crate::speech::{self, Call, Speech};
use crate::vendor::Vendor;

/// One answer in so many goes wrong.
const ONE_IN: usize = 7;

pub(crate) struct Model {
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
}

/// Called whenever something happens at the server: a request came, an event went out.
pub(crate) type Witness = Box<dyn FnMut() + Send>;

pub(crate) struct State {
    vendor: Vendor,
    dice: Option<Dice>,
    /// Steps that some request held the outcome of.
    done: usize,
    /// Whether the window is so small that conversations are compacted.
    may_forget: bool,
    pub(crate) requests: Vec<Value>,
    pub(crate) faults: BTreeSet<Fault>,
    /// What a vendor would have refused.
    pub(crate) complaints: Vec<String>,
    pub(crate) is_done: bool,
    pub(crate) witness: Option<Witness>,
}

impl Model {
    /// Without a seed nothing goes wrong.
    pub(crate) fn start(vendor: Vendor, seed: Option<u64>, may_forget: bool) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let state = Arc::new(Mutex::new(State {
            vendor,
            dice: seed.map(Dice::new),
            done: 0,
            may_forget,
            requests: Vec::new(),
            faults: BTreeSet::new(),
            complaints: Vec::new(),
            is_done: false,
            witness: None,
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                // A client that dies in mid-sentence is part of the tests.
                std::thread::spawn(move || serve(connection, &state));
            }
        });
        Ok(Self { address, state })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells the witness that something happened.
fn moment(state: &Mutex<State>) {
    let mut witness = lock(state).witness.take();
    if let Some(see) = &mut witness {
        see();
        lock(state).witness.get_or_insert_with(|| Box::new(|| {}));
        lock(state).witness = witness;
    }
}

fn serve(connection: TcpStream, state: &Mutex<State>) -> anyhow::Result<()> {
    let mut input = BufReader::new(connection.try_clone()?);
    let length = content_length(&mut input)?;
    // The last byte stays unread: a connection that is closed over unread bytes is reset.
    let mut body = vec![0; length - 1];
    input.read_exact(&mut body)?;
    body.push(b'}');
    let request: Value = serde_json::from_slice(&body)?;
    moment(state);
    let plan = lock(state).plan(&request);
    if let Some(Fault::Reset) = plan.fault {
        return Ok(());
    }
    if plan.fault != Some(Fault::ResetLater) {
        input.read_exact(&mut [0])?;
    }
    answer(connection, state, &plan)
}

fn content_length(input: &mut impl BufRead) -> anyhow::Result<usize> {
    let mut length = None;
    loop {
        let mut line = String::new();
        input.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            return length.context("a request without a length");
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = Some(value.trim().parse()?);
        }
    }
}

/// What becomes of one request.
struct Plan {
    events: Vec<String>,
    fault: Option<Fault>,
    /// Bytes after which the connection ends.
    cut: usize,
}

impl State {
    fn plan(&mut self, request: &Value) -> Plan {
        self.requests.push(request.clone());
        let next = match hearing::conversation(self.vendor, request) {
            Ok(conversation) => self.next(&conversation),
            Err(error) => {
                self.complain(&format!("{error:#}"));
                Next::Say(script::DONE)
            }
        };
        let nth = self.requests.len();
        let mut speech = match next {
            Next::Call(step, script::Step { name, arguments }) => Speech {
                words: format!("Step {step}: ü世🌍. "),
                calls: vec![call(&format!("call_{nth}"), name, arguments.to_string())],
            },
            Next::Say(words) => Speech {
                words: words.to_owned(),
                calls: Vec::new(),
            },
        };
        let fault = self.fault();
        if let Some(fault) = fault {
            confuse(&mut speech, fault);
        }
        let events = speech::events(self.vendor, &speech);
        let cut = self.cut(&events.concat(), fault);
        self.is_done |= fault.is_none() && speech.words == script::DONE;
        Plan { events, fault, cut }
    }

    /// What a request once held is done, be it compacted since; where it is not, later ones must hold it too.
    fn next(&mut self, conversation: &Conversation) -> Next {
        let held = script::done(conversation, if self.may_forget { self.done } else { 0 });
        if !self.may_forget && held < self.done {
            self.complain(&format!("{held} steps of {} are in the conversation", self.done));
        }
        self.done = self.done.max(held);
        script::next(self.done, conversation.was_asked)
    }

    fn complain(&mut self, what: &str) {
        self.complaints.push(format!("request {}: {what}", self.requests.len()));
    }

    fn fault(&mut self) -> Option<Fault> {
        let dice = self.dice.as_mut().filter(|_| !self.is_done)?;
        if dice.roll(ONE_IN) != 0 {
            return None;
        }
        let fault = Fault::ALL[dice.roll(Fault::ALL.len())];
        self.faults.insert(fault);
        Some(fault)
    }

    fn cut(&mut self, answer: &str, fault: Option<Fault>) -> usize {
        let (Some(fault), Some(dice)) = (fault, &mut self.dice) else {
            return answer.len();
        };
        let inside: Vec<usize> = (0..answer.len()).filter(|at| !answer.is_char_boundary(*at)).collect();
        match fault {
            Fault::CutInACharacter if !inside.is_empty() => inside[dice.roll(inside.len())],
            // The last event may be no more than a courtesy: an answer cut there may well count as whole.
            Fault::Cut | Fault::CutInACharacter | Fault::ResetLater => dice.roll(answer.len()),
            _ => answer.len(),
        }
    }
}

/// What the model itself gets wrong.
fn confuse(speech: &mut Speech, fault: Fault) {
    match fault {
        Fault::EmptyAnswer => *speech = Speech::default(),
        Fault::InvalidArguments => {
            speech.calls = vec![call("call_x", "edit", "{\"path\": \"src/m0.rs\", \"old".into())]
        }
        Fault::UnknownTool => speech.calls = vec![call("call_x", "frobnicate!", "{}".into())],
        Fault::RepeatedIds => {
            for call in &mut speech.calls {
                call.id = "call_1".to_owned();
            }
            speech
                .calls
                .push(call("call_1", "glob", r#"{"pattern": "src/*.rs"}"#.into()));
        }
        _ => {}
    }
}

fn call(id: &str, name: &str, arguments: String) -> Call {
    Call {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments,
    }
}

fn answer(mut connection: TcpStream, state: &Mutex<State>, plan: &Plan) -> anyhow::Result<()> {
    if let Some(status) = plan.fault.and_then(Fault::status) {
        let head =
            format!("HTTP/1.1 {status} No\r\nretry-after: 0\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}");
        return Ok(connection.write_all(head.as_bytes())?);
    }
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")?;
    let mut left = plan.cut;
    for (nth, event) in plan.events.iter().enumerate() {
        match plan.fault {
            Some(Fault::StrayLines) if nth % 2 == 1 => {
                connection.write_all(b"HTTP/1.1 502 nonsense\n: comment\nid: 7\nretry: soon\n\n")?;
            }
            Some(Fault::GarbageEvent) if nth == plan.events.len() / 2 => {
                connection.write_all(b"data: <html>oops</html>\n\n")?;
            }
            _ => {}
        }
        let length = event.len().min(left);
        connection.write_all(&event.as_bytes()[..length])?;
        moment(state);
        left -= length;
        if left == 0 {
            break;
        }
    }
    Ok(())
}
