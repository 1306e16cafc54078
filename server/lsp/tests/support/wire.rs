//! The client's end of an in-memory pipe. It reads strictly and never waits for ever.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf, split};

/// A hung test fails after this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Wire {
    input: BufReader<ReadHalf<DuplexStream>>,
    output: WriteHalf<DuplexStream>,
}

impl Wire {
    pub(crate) fn new(pipe: DuplexStream) -> Self {
        let (input, output) = split(pipe);
        Self {
            input: BufReader::new(input),
            output,
        }
    }

    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        tokio::time::timeout(PATIENCE, self.output.write_all(bytes))
            .await
            .unwrap()
            .unwrap();
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.send_raw(&frame(&message)).await;
    }

    pub(crate) async fn request(&mut self, id: i64, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
            .await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params}))
            .await;
    }

    /// The next message, whatever it is.
    pub(crate) async fn next(&mut self) -> Value {
        tokio::time::timeout(PATIENCE, self.read())
            .await
            .expect("no message came")
            .expect("the server hung up")
    }

    /// None when the server has closed its end.
    pub(crate) async fn read(&mut self) -> Option<Value> {
        let mut line = String::new();
        if self.input.read_line(&mut line).await.unwrap() == 0 {
            return None;
        }
        let length = line
            .strip_prefix("Content-Length: ")
            .unwrap()
            .trim_end()
            .parse()
            .unwrap();
        line.clear();
        self.input.read_line(&mut line).await.unwrap();
        assert_eq!(line, "\r\n");
        let mut body = vec![0; length];
        self.input.read_exact(&mut body).await.unwrap();
        Some(serde_json::from_slice(&body).unwrap())
    }
}

pub(crate) fn frame(message: &Value) -> Vec<u8> {
    frame_bytes(message.to_string().as_bytes())
}

pub(crate) fn frame_bytes(body: &[u8]) -> Vec<u8> {
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.extend_from_slice(body);
    frame
}
