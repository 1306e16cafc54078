//! Splits a byte stream into message bodies, and finds its way back after bytes that are no message.
//!
//! A frame is a header block (`Content-Length: N`, perhaps others, an empty line) and N bytes. Whatever is
//! wrong with one frame costs that frame alone: it is told once, as a [`Fault`], and reading goes on at the
//! next header block. Looking for that block in the middle of unknown bytes is safe, because JSON never holds
//! a raw line break inside a string: a header block cannot be part of a body that is JSON.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest header block that is waited for.
const MAX_HEADER: usize = 8 << 10;
const READ: usize = 64 << 10;
const LENGTH: &[u8] = b"content-length";

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    Body(Vec<u8>),
    Fault(Fault),
}

/// Why bytes were passed over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("the header of a message is malformed ({0}); the message was skipped")]
    Header(&'static str),
    #[error("a message of {length} bytes is over the limit of {limit} bytes; it was skipped")]
    TooLarge { length: u64, limit: usize },
}

/// Reads frames. `next` may be dropped at any await without losing a byte.
pub(super) struct FrameReader<R> {
    input: R,
    buffer: Vec<u8>,
    /// Bytes of `buffer` that are done with.
    start: usize,
    max_body: usize,
    state: State,
    /// The present trouble was told already.
    is_told: bool,
}

#[derive(Clone, Copy)]
enum State {
    InSync,
    /// Passing over bytes up to a header block, or up to the end of a body whose length is known.
    Lost {
        body: Option<u64>,
    },
}

enum Header {
    Incomplete,
    /// `passed` bytes of it can be no part of a good one.
    Malformed {
        why: &'static str,
        passed: usize,
    },
    Complete {
        size: usize,
        length: u64,
    },
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    pub(super) fn new(input: R, max_body: usize) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            max_body,
            state: State::InSync,
            is_told: false,
        }
    }

    /// The next frame; none at the end of input, whether or not it ends inside a message.
    pub(super) async fn next(&mut self) -> io::Result<Option<Frame>> {
        loop {
            if let Some(frame) = self.parse() {
                return Ok(Some(frame));
            }
            self.buffer.drain(..self.start);
            self.start = 0;
            if self.buffer.is_empty() {
                self.buffer.shrink_to(16 * READ);
            }
            self.buffer.reserve(READ);
            if self.input.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// Takes back a body that turned out not to be JSON: its length may have been wrong, and the messages
    /// behind it inside it. The caller tells the client, so what is found out of place next is not told again.
    pub(super) fn put_back(&mut self, body: &[u8]) {
        self.is_told = true;
        self.state = State::Lost { body: None };
        self.buffer.splice(..self.start, body.iter().copied());
        self.start = 0;
    }

    fn parse(&mut self) -> Option<Frame> {
        loop {
            match self.state {
                State::InSync => match self.parse_in_sync() {
                    Parsed::Frame(frame) => return Some(frame),
                    Parsed::NeedsMore => return None,
                    Parsed::Fault { fault, body } => {
                        self.state = State::Lost { body };
                        if !std::mem::replace(&mut self.is_told, true) {
                            return Some(Frame::Fault(fault));
                        }
                    }
                },
                State::Lost { body } => {
                    if !self.skip(body) {
                        return None;
                    }
                    self.state = State::InSync;
                }
            }
        }
    }

    fn parse_in_sync(&mut self) -> Parsed {
        let blank = self
            .unread()
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        self.start += blank;
        let unread = self.unread();
        match parse_header(unread) {
            Header::Incomplete if unread.len() < MAX_HEADER => Parsed::NeedsMore,
            Header::Incomplete => Parsed::Fault {
                fault: Fault::Header("it does not end"),
                body: None,
            },
            Header::Malformed { why, passed } => {
                self.start += passed;
                Parsed::Fault {
                    fault: Fault::Header(why),
                    body: None,
                }
            }
            Header::Complete { size, length } if length > self.max_body as u64 => {
                self.start += size;
                Parsed::Fault {
                    fault: Fault::TooLarge {
                        length,
                        limit: self.max_body,
                    },
                    body: Some(length),
                }
            }
            Header::Complete { size, length } => {
                let Some(body) = usize::try_from(length)
                    .ok()
                    .and_then(|length| unread.get(size..size + length))
                else {
                    return Parsed::NeedsMore;
                };
                let body = body.to_vec();
                self.start += size + body.len();
                self.is_told = false;
                Parsed::Frame(Frame::Body(body))
            }
        }
    }

    /// Passes over bytes; true when a frame may start at what is left.
    fn skip(&mut self, body: Option<u64>) -> bool {
        let unread = self.unread();
        let found = find_header(unread);
        let end = body
            .and_then(|left| usize::try_from(left).ok())
            .filter(|left| *left <= unread.len());
        if let Some(at) = [found, end].into_iter().flatten().min() {
            self.start += at;
            return true;
        }
        // What might be the beginning of a header block stays.
        let kept = find_name(unread)
            .map_or(LENGTH.len(), |at| unread.len() - at)
            .min(MAX_HEADER);
        let passed = unread.len().saturating_sub(kept);
        self.start += passed;
        self.state = State::Lost {
            body: body.map(|left| left - passed as u64),
        };
        false
    }

    fn unread(&self) -> &[u8] {
        &self.buffer[self.start..]
    }
}

enum Parsed {
    Frame(Frame),
    NeedsMore,
    Fault { fault: Fault, body: Option<u64> },
}

fn parse_header(bytes: &[u8]) -> Header {
    let bytes = &bytes[..bytes.len().min(MAX_HEADER)];
    let malformed = |why| Header::Malformed { why, passed: 0 };
    let mut length = None;
    let mut at = 0;
    loop {
        let Some(end) = bytes[at..].iter().position(|byte| *byte == b'\n') else {
            return Header::Incomplete;
        };
        let line = bytes[at..at + end].trim_ascii_end();
        at += end + 1;
        if line.is_empty() {
            return match length {
                Some(length) => Header::Complete { size: at, length },
                None => malformed("it has no Content-Length"),
            };
        }
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return malformed("a line has no colon");
        };
        let name = &line[..colon];
        if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-') {
            return malformed("a line does not start with a name");
        }
        if name.eq_ignore_ascii_case(LENGTH) {
            match (parse_length(line[colon + 1..].trim_ascii()), length) {
                (None, _) => return malformed("Content-Length is not a number"),
                (Some(new), Some(old)) if new != old => {
                    return Header::Malformed {
                        why: "it has two Content-Lengths",
                        passed: at,
                    };
                }
                (new, _) => length = new,
            }
        }
    }
}

/// A count too large for us is as good as the largest.
fn parse_length(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_u64, |value, digit| {
        value.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    Some(value)
}

/// Where a complete header block starts inside unknown bytes.
fn find_header(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = find_name(&bytes[from..]) {
        if let Header::Complete { .. } = parse_header(&bytes[from + at..]) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

fn find_name(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(LENGTH.len())
        .position(|window| matches!(window[0], b'C' | b'c') && window.eq_ignore_ascii_case(LENGTH))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 1000;

    /// Frames of a stream, bodies as text, faults in brackets; the same however the bytes arrive.
    async fn check(stream: &str, expect: &[&str]) {
        for chunk in [1, 2, 7, stream.len()] {
            let mut reader = FrameReader::new(
                Dribble {
                    bytes: stream.as_bytes(),
                    chunk,
                },
                MAX,
            );
            let mut got = Vec::new();
            while let Some(frame) = reader.next().await.unwrap() {
                got.push(match frame {
                    Frame::Body(body) => {
                        let text = String::from_utf8(body).unwrap();
                        if !text.starts_with('{') || !text.ends_with('}') {
                            reader.put_back(text.as_bytes());
                        }
                        text
                    }
                    Frame::Fault(Fault::Header(why)) => format!("[{why}]"),
                    Frame::Fault(Fault::TooLarge { length, .. }) => format!("[{length}]"),
                });
            }
            assert_eq!(got, expect, "in chunks of {chunk}");
        }
    }

    struct Dribble<'a> {
        bytes: &'a [u8],
        chunk: usize,
    }

    impl AsyncRead for Dribble<'_> {
        fn poll_read(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            buffer: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            let (now, later) = self
                .bytes
                .split_at(self.chunk.min(self.bytes.len()).min(buffer.remaining()));
            buffer.put_slice(now);
            self.bytes = later;
            std::task::Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn header_spellings() {
        check("Content-Length: 3\r\n\r\n{1}content-LENGTH:3\n\n{2}", &["{1}", "{2}"]).await;
        check(
            "Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: 003\r\n\r\n{1}\r\n\r\nContent-Length: 3\r\nX: y\r\n\r\n{2}",
            &["{1}", "{2}"],
        )
        .await;
    }

    #[tokio::test]
    async fn a_malformed_header_costs_its_message() {
        let good = "Content-Length: 3\r\n\r\n{2}";
        check(
            &format!("Content-Length: -3\r\n\r\n{{1}}{good}"),
            &["[Content-Length is not a number]", "{2}"],
        )
        .await;
        check(
            &format!("Content-Length: 1e14\r\n\r\n{{1}}{good}"),
            &["[Content-Length is not a number]", "{2}"],
        )
        .await;
        check(
            &format!("Content-Type: x\r\n\r\n{{1}}{good}"),
            &["[it has no Content-Length]", "{2}"],
        )
        .await;
        check(&format!("nonsense\r\n{good}"), &["[a line has no colon]", "{2}"]).await;
        check(
            &format!("{{\"a\":1}}{good}"),
            &["[a line does not start with a name]", "{2}"],
        )
        .await;
        check(
            &format!("Content-Length: 3\r\nContent-Length: 4\r\n\r\n{{1}}{good}"),
            &["[it has two Content-Lengths]", "{2}"],
        )
        .await;
        let endless = "x".repeat(MAX_HEADER + 10);
        check(&format!("{endless}{good}"), &["[it does not end]", "{2}"]).await;
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_skipped_exactly() {
        let big = "x".repeat(MAX + 1);
        check(
            &format!("Content-Length: {}\r\n\r\n{big}Content-Length: 3\r\n\r\n{{2}}", MAX + 1),
            &["[1001]", "{2}"],
        )
        .await;
    }

    #[tokio::test]
    async fn an_absurd_length_does_not_swallow_what_follows() {
        let good = "Content-Length: 3\r\n\r\n{2}";
        check(
            &format!("Content-Length: 100000000000000\r\n\r\n{{1}}{good}{good}"),
            &["[100000000000000]", "{2}", "{2}"],
        )
        .await;
        let max = u64::MAX;
        check(
            &format!("Content-Length: 999999999999999999999999\r\n\r\n{good}"),
            &[&format!("[{max}]"), "{2}"],
        )
        .await;
    }

    #[tokio::test]
    async fn a_wrong_length_costs_one_message() {
        let good = "Content-Length: 3\r\n\r\n{2}";
        let long = "Content-Length: 10\r\n\r\n{1}".to_owned() + good + good;
        check(&long, &["{1}Content", "{2}", "{2}"]).await;
        let longer = "Content-Length: 30\r\n\r\n{1}".to_owned() + good + good;
        check(&longer, &["{1}Content-Length: 3\r\n\r\n{2}Con", "{2}", "{2}"]).await;
        let short = "Content-Length: 2\r\n\r\n{1:{}}".to_owned() + good;
        check(&short, &["{1", "{2}"]).await;
    }

    #[tokio::test]
    async fn the_end_of_input_inside_a_message_is_the_end() {
        check("Content-Length: 30\r\n\r\n{1}", &[]).await;
        check("Content-Le", &[]).await;
        check("", &[]).await;
    }
}
