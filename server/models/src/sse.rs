//! Server-sent events out of bytes, as the HTML standard decodes them.
//!
//! Our own because what an answer comes to must not depend on where the network cut it: `sse-stream` reports a bad
//! line before the events that came earlier in the same packet, drops those after it, calls lines an error that the
//! standard ignores, and has no limit on an event's size.

use std::collections::VecDeque;

/// One event. `name` is empty where the stream gives none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SseError {
    #[error("an event of more than {limit} bytes")]
    TooLarge { limit: usize },
    /// The standard would put replacement characters, which might end up in a user's file.
    #[error("an event that is not valid UTF-8")]
    Utf8,
}

/// Feed it bytes in any portions; it hands out whole events.
pub(crate) struct Decoder {
    limit: usize,
    /// Bytes since the last event, comments and line ends included.
    size: usize,
    line: Vec<u8>,
    event: Event,
    has_data: bool,
    /// The last byte was CR: an LF right after it belongs to the same line end.
    after_cr: bool,
    at_start: bool,
}

impl Decoder {
    /// `limit` is the most bytes that one event may take on the wire.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            size: 0,
            line: Vec::new(),
            event: Event::default(),
            has_data: false,
            after_cr: false,
            at_start: true,
        }
    }

    /// Adds the events that `bytes` complete to `events`. After an error the decoder is spent; the events before the
    /// error are in `events`.
    pub(crate) fn push(&mut self, mut bytes: &[u8], events: &mut VecDeque<Event>) -> Result<(), SseError> {
        while !bytes.is_empty() {
            if std::mem::take(&mut self.after_cr) && bytes[0] == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let (part, rest) = match end {
                Some(end) => {
                    self.after_cr = bytes[end] == b'\r';
                    (&bytes[..end], &bytes[end + 1..])
                }
                None => (bytes, &[][..]),
            };
            self.size += bytes.len() - rest.len();
            if self.size > self.limit {
                return Err(SseError::TooLarge { limit: self.limit });
            }
            self.line.extend_from_slice(part);
            if end.is_some() {
                self.end_line(events)?;
            }
            bytes = rest;
        }
        Ok(())
    }

    /// What stands between the last blank line and the end of the stream. The standard drops it; some servers forget
    /// the last blank line, so the caller may look whether it makes sense.
    pub(crate) fn finish(mut self) -> Option<Event> {
        let mut events = VecDeque::new();
        let whole = self.end_line(&mut events).and_then(|()| self.end_line(&mut events));
        whole.ok().and_then(|()| events.pop_front())
    }

    fn end_line(&mut self, events: &mut VecDeque<Event>) -> Result<(), SseError> {
        let line = std::mem::take(&mut self.line);
        let mut text = std::str::from_utf8(&line).map_err(|_| SseError::Utf8)?;
        if std::mem::take(&mut self.at_start) {
            text = text.strip_prefix('\u{feff}').unwrap_or(text);
        }
        if text.is_empty() {
            self.dispatch(events);
        } else {
            let (field, value) = text.split_once(':').unwrap_or((text, ""));
            self.field(field, value.strip_prefix(' ').unwrap_or(value));
        }
        // Keeps the buffer: most lines of a stream are about as long as the one before.
        self.line = line;
        self.line.clear();
        Ok(())
    }

    /// `id`, `retry`, comments (an empty field) and fields that do not exist mean nothing to us.
    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            _ => {}
        }
    }

    fn dispatch(&mut self, events: &mut VecDeque<Event>) {
        self.size = 0;
        let event = std::mem::take(&mut self.event);
        if std::mem::take(&mut self.has_data) {
            events.push_back(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(parts: &[&[u8]], limit: usize) -> (Vec<(String, String)>, Option<SseError>) {
        let mut decoder = Decoder::new(limit);
        let mut events = VecDeque::new();
        let error = parts.iter().find_map(|part| decoder.push(part, &mut events).err());
        (
            events.into_iter().map(|event| (event.name, event.data)).collect(),
            error,
        )
    }

    /// `expect` as `name=data` lines. Every split in two must give the same.
    fn check(stream: &[u8], expect: &[&str]) {
        for at in 0..=stream.len() {
            let (events, error) = decode(&[&stream[..at], &stream[at..]], 1000);
            let events: Vec<_> = events.iter().map(|(name, data)| format!("{name}={data}")).collect();
            assert_eq!(
                (events, error),
                (expect.iter().map(|s| (*s).to_owned()).collect(), None),
                "cut at {at}"
            );
        }
    }

    #[test]
    fn events_in_every_spelling() {
        check(b"data: a\n\ndata:b\n\n", &["=a", "=b"]);
        check(b"event: ping\r\ndata: {}\r\n\r\n", &["ping={}"]);
        check(b"data: a\rdata: b\r\rdata: c\r\r", &["=a\nb", "=c"]);
        check("\u{feff}data: ä€😀\n\n".as_bytes(), &["=ä€😀"]);
        check(b"data\n\ndata\ndata\n\n", &["=", "=\n"]);
        check(b"data:  two\n\n", &["= two"]);
    }

    #[test]
    fn what_means_nothing_is_skipped() {
        check(b": comment\n\ndata: a\nid: 7\nretry: x\n\n", &["=a"]);
        check(b"HTTP/1.1 502 nonsense\n<html>\ndata: a\n\n", &["=a"]);
        check(b"event: x\n\ndata: a\n\n", &["=a"]);
        check(b"event: x\nevent: y\ndata: a\n\n", &["y=a"]);
        check(b"data: a\n\ndata: unfinished", &["=a"]);
    }

    #[test]
    fn size_counts_per_event_before_the_line_ends() {
        let (events, error) = decode(&[b"data: ok\n\n", b"data: 0123456789"], 12);
        assert_eq!(events.len(), 1);
        assert_eq!(error, Some(SseError::TooLarge { limit: 12 }));
        assert_eq!(decode(&[&b"data: ok\n\n".repeat(1000)], 12).1, None);
        assert_eq!(
            decode(&[&b":\n".repeat(7)], 12).1,
            Some(SseError::TooLarge { limit: 12 })
        );
    }

    #[test]
    fn broken_text_is_an_error_after_the_events_before_it() {
        let (events, error) = decode(&[b"data: a\n\ndata: \xff\n\n"], 100);
        assert_eq!((events.len(), error), (1, Some(SseError::Utf8)));
    }

    #[test]
    fn a_missing_last_blank_line_is_given_on_request() {
        for (tail, expect) in [
            ("data: [DONE]", Some("[DONE]")),
            ("data: [DONE]\n", Some("[DONE]")),
            ("", None),
        ] {
            let mut decoder = Decoder::new(100);
            let mut events = VecDeque::new();
            decoder.push(tail.as_bytes(), &mut events).unwrap();
            assert!(events.is_empty());
            assert_eq!(decoder.finish().map(|event| event.data).as_deref(), expect, "{tail:?}");
        }
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(stream in "(data: ?|event:|:|\r|\n|\r\n|[a-zäé😀 ]){0,40}", cuts in prop::collection::vec(0usize..200, 0..8)) {
            let bytes = stream.as_bytes();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let parts: Vec<_> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(decode(&parts, 1000), decode(&[bytes], 1000));
        }
    }
}
