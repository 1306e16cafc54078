//! The JSON of a request as a tree that borrows: a conversation of a megabyte is written once, as bytes, and its texts
//! are never copied for it.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::escape;

/// JSON whose long parts stay where they are.
pub(crate) enum Json<'a> {
    Text(Cow<'a, str>),
    /// A tool's schema.
    Value(&'a Value),
    /// Anything small. A conversation has thousands of parts, most of which are none of these.
    Made(Box<Value>),
    List(Vec<Json<'a>>),
    Object(Object<'a>),
}

/// Its entries in order. No name may stand twice.
#[derive(Default)]
pub(crate) struct Object<'a>(Vec<(Cow<'static, str>, Json<'a>)>);

/// An [`Object`], written as in JSON.
macro_rules! object {
    ($($name:literal: $value:expr),+ $(,)?) => {{
        let mut object = $crate::body::Object::with_room_for(<[&str]>::len(&[$($name),+]));
        $(object.push($name, $value);)+
        object
    }};
}
pub(crate) use object;

impl<'a> Object<'a> {
    pub(crate) fn with_room_for(entries: usize) -> Self {
        Self(Vec::with_capacity(entries))
    }

    pub(crate) fn push(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Json<'a>>) {
        self.0.push((name.into(), value.into()));
    }

    pub(crate) fn extend(&mut self, entries: serde_json::Map<String, Value>) {
        let entries = entries.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.0.extend(entries);
    }

    pub(crate) fn bytes(&self) -> Bytes {
        let texts: usize = self.0.iter().map(|(_, value)| value.length()).sum();
        // Line ends and quotes take two bytes each, and there are names.
        let mut bytes = Vec::with_capacity(texts + texts / 16 + 4096);
        self.write(&mut bytes);
        bytes.into()
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            escape::text(name, out);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }

    #[cfg(test)]
    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.bytes()).unwrap()
    }
}

impl<'a> FromIterator<Json<'a>> for Json<'a> {
    fn from_iter<T: IntoIterator<Item = Json<'a>>>(items: T) -> Self {
        Self::List(items.into_iter().collect())
    }
}

impl Json<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => escape::text(text, out),
            Self::Value(value) => write_value(value, out),
            Self::Made(value) => write_value(value, out),
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(object) => object.write(out),
        }
    }

    /// Bytes of its texts, more or less.
    fn length(&self) -> usize {
        /// Quotes, a comma and a short name.
        const AROUND: usize = 16;
        AROUND
            + match self {
                Self::Text(text) => text.len(),
                Self::Value(_) | Self::Made(_) => 0,
                Self::List(items) => items.iter().map(Self::length).sum(),
                Self::Object(object) => object.0.iter().map(|(_, value)| value.length()).sum(),
            }
    }
}

/// # Panics
/// Never: JSON values always serialise.
#[expect(clippy::expect_used, reason = "names are text, and writing to memory does not fail")]
fn write_value(value: &Value, out: &mut Vec<u8>) {
    let mut serializer = serde_json::Serializer::new(out);
    value.serialize(&mut serializer).expect("JSON serialises");
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Json<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Json<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Json<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a Value> for Json<'a> {
    fn from(value: &'a Value) -> Self {
        Self::Value(value)
    }
}

impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        Self::Made(Box::new(value))
    }
}

impl From<bool> for Json<'_> {
    fn from(flag: bool) -> Self {
        Value::Bool(flag).into()
    }
}

impl From<u32> for Json<'_> {
    fn from(number: u32) -> Self {
        Value::from(number).into()
    }
}

impl<'a> From<Vec<Json<'a>>> for Json<'a> {
    fn from(items: Vec<Json<'a>>) -> Self {
        Self::List(items)
    }
}

impl<'a> From<Object<'a>> for Json<'a> {
    fn from(object: Object<'a>) -> Self {
        Self::Object(object)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_written_as_the_value_that_it_stands_for() {
        let (schema, text) = (json!({"type": "object"}), "a \"quoted\"\nline".to_owned());
        let mut body = object! { "text": &text, "schema": &schema, "none": Value::Null, "most": 3_u32 };
        body.push("list", vec![Json::from(true), Json::from(object! { "in": "it" })]);
        let expect = json!({"text": text, "schema": schema, "none": null, "most": 3, "list": [true, {"in": "it"}]});
        assert_eq!(body.bytes(), expect.to_string());
    }
}
