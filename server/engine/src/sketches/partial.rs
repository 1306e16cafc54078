//! A JSON object that is still being written: its members so far, and as much of the last one as there is of a string.
//!
//! Each piece costs what it is long. Escapes, and the two halves of one that makes a single character, are held back
//! until they are whole, so what is told of a string is always the beginning of it. Line breaks and their like may stand
//! bare in strings, as some servers write them.

use std::mem;

use serde_json::{Map, Value};

#[derive(Debug, Default)]
pub(super) struct PartialObject {
    members: Map<String, Value>,
    key: String,
    /// The member that is being written, if it is a string; else its JSON text.
    value: String,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    BeforeKey,
    InKey(Text),
    AfterKey,
    BeforeValue,
    InString(Text),
    /// A number, a word, or something nested so deep; in the latter, whether inside a string and behind a `\`.
    InOther {
        depth: usize,
        in_string: bool,
        is_escaped: bool,
    },
    AfterValue,
    End,
    /// It is no JSON object; what was read before may be true or not.
    Broken,
}

/// Where in a string the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Text {
    #[default]
    Plain,
    Escape {
        high: Option<u16>,
    },
    Unicode {
        digits: u8,
        unit: u16,
        high: Option<u16>,
    },
    /// The first half of a character is there; the second has to follow at once.
    Half {
        high: u16,
    },
}

/// What one character does to a string.
enum Step {
    In(Text),
    Push(char),
    Done,
    Broken,
}

impl PartialObject {
    pub(super) fn push(&mut self, piece: &str) {
        let mut rest = piece;
        while let Some(c) = rest.chars().next() {
            let plain = self.plain(rest);
            if plain > 0 {
                let (run, after) = rest.split_at(plain);
                self.string().push_str(run);
                rest = after;
            } else {
                rest = &rest[c.len_utf8()..];
                self.state = self.next(c);
            }
        }
    }

    /// The members, with the one that is being written as far as it goes if it is a string; and the key of that one.
    /// None if it is no JSON object.
    pub(super) fn so_far(&self) -> Option<(Value, Option<&str>)> {
        let mut members = self.members.clone();
        let open = match self.state {
            State::Broken => return None,
            State::InString(_) => {
                members.insert(self.key.clone(), Value::String(self.value.clone()));
                Some(self.key.as_str())
            }
            _ => None,
        };
        Some((Value::Object(members), open))
    }

    /// How long the string is that is being written under `key`, or has been.
    pub(super) fn len_of(&self, key: &str) -> usize {
        match self.state {
            State::InString(_) if self.key == key => self.value.len(),
            _ => self.members.get(key).and_then(Value::as_str).map_or(0, str::len),
        }
    }

    /// How many bytes of `rest` go into a string as they are.
    fn plain(&self, rest: &str) -> usize {
        match self.state {
            State::InString(Text::Plain) | State::InKey(Text::Plain) => rest.find(['"', '\\']).unwrap_or(rest.len()),
            _ => 0,
        }
    }

    fn string(&mut self) -> &mut String {
        match self.state {
            State::InKey(_) => &mut self.key,
            _ => &mut self.value,
        }
    }

    fn next(&mut self, c: char) -> State {
        let is_blank = matches!(c, ' ' | '\t' | '\n' | '\r');
        match self.state {
            State::InKey(at) => self.in_string(at, c, State::InKey, State::AfterKey),
            State::InString(at) => match self.in_string(at, c, State::InString, State::AfterValue) {
                State::AfterValue => {
                    let text = mem::take(&mut self.value);
                    self.take_member(Value::String(text))
                }
                state => state,
            },
            State::InOther {
                depth,
                in_string,
                is_escaped,
            } => self.in_other(depth, in_string, is_escaped, c),
            state if is_blank => state,
            State::Start if c == '{' => State::BeforeKey,
            State::BeforeKey if c == '"' => {
                self.key.clear();
                State::InKey(Text::Plain)
            }
            State::BeforeKey if c == '}' && self.members.is_empty() => State::End,
            State::AfterKey if c == ':' => State::BeforeValue,
            State::BeforeValue => {
                self.value.clear();
                match c {
                    '"' => State::InString(Text::Plain),
                    c => self.in_other(0, false, false, c),
                }
            }
            State::AfterValue if c == ',' => State::BeforeKey,
            State::AfterValue if c == '}' => State::End,
            _ => State::Broken,
        }
    }

    fn in_string(&mut self, at: Text, c: char, within: fn(Text) -> State, after: State) -> State {
        match at.step(c) {
            Step::In(at) => within(at),
            Step::Push(c) => {
                self.string().push(c);
                within(Text::Plain)
            }
            Step::Done => after,
            Step::Broken => State::Broken,
        }
    }

    fn in_other(&mut self, depth: usize, in_string: bool, is_escaped: bool, c: char) -> State {
        let ends = depth == 0 && !in_string && matches!(c, ',' | '}');
        if ends {
            let Ok(value) = serde_json::from_str(&mem::take(&mut self.value)) else {
                return State::Broken;
            };
            self.take_member(value);
            return if c == ',' { State::BeforeKey } else { State::End };
        }
        self.value.push(c);
        let depth = match c {
            _ if in_string => depth,
            '{' | '[' => depth + 1,
            '}' | ']' => depth.saturating_sub(1),
            _ => depth,
        };
        State::InOther {
            depth,
            in_string: in_string ^ (c == '"' && !is_escaped),
            is_escaped: in_string && c == '\\' && !is_escaped,
        }
    }

    fn take_member(&mut self, value: Value) -> State {
        self.members.insert(mem::take(&mut self.key), value);
        State::AfterValue
    }
}

impl Text {
    fn step(self, c: char) -> Step {
        match (self, c) {
            (Self::Plain, '"') => Step::Done,
            (Self::Plain, '\\') => Step::In(Self::Escape { high: None }),
            (Self::Plain, c) => Step::Push(c),
            (Self::Half { high }, '\\') => Step::In(Self::Escape { high: Some(high) }),
            (Self::Half { .. }, _) => Step::Broken,
            (Self::Escape { high }, 'u') => Step::In(Self::Unicode {
                digits: 0,
                unit: 0,
                high,
            }),
            (Self::Escape { high: Some(_) }, _) => Step::Broken,
            (Self::Escape { high: None }, c) => escaped(c).map_or(Step::Broken, Step::Push),
            (Self::Unicode { digits, unit, high }, c) => {
                match c.to_digit(16).and_then(|digit| u16::try_from(digit).ok()) {
                    None => Step::Broken,
                    Some(digit) => {
                        let unit = unit << 4 | digit;
                        match digits {
                            3 => of_unit(unit, high),
                            _ => Step::In(Self::Unicode {
                                digits: digits + 1,
                                unit,
                                high,
                            }),
                        }
                    }
                }
            }
        }
    }
}

fn escaped(c: char) -> Option<char> {
    Some(match c {
        '"' | '\\' | '/' => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => return None,
    })
}

/// A UTF-16 unit, perhaps the second of two.
fn of_unit(unit: u16, high: Option<u16>) -> Step {
    let is_high = (0xd800..0xdc00).contains(&unit);
    let units = high.into_iter().chain([unit]);
    match char::decode_utf16(units).collect::<Result<Vec<char>, _>>().as_deref() {
        Ok([c]) => Step::Push(*c),
        _ if is_high && high.is_none() => Step::In(Text::Half { high: unit }),
        _ => Step::Broken,
    }
}

#[cfg(test)]
mod tests;
