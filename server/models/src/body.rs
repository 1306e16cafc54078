//! The JSON of a request as a tree that borrows: a conversation of a megabyte is written once, as bytes, and its texts
//! are never copied for it.

use std::borrow::Cow;

use bytes::Bytes;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// JSON whose long parts stay where they are.
pub(crate) enum Json<'a> {
    Text(Cow<'a, str>),
    /// A tool's arguments or schema, or anything small.
    Value(Cow<'a, Value>),
    List(Vec<Json<'a>>),
    Object(Object<'a>),
}

/// Its entries in order. No name may stand twice.
#[derive(Default)]
pub(crate) struct Object<'a>(Vec<(Cow<'static, str>, Json<'a>)>);

/// An [`Object`], written as in JSON.
macro_rules! object {
    ($($name:literal: $value:expr),+ $(,)?) => {{
        let mut object = $crate::body::Object::default();
        $(object.push($name, $value);)+
        object
    }};
}
pub(crate) use object;

impl<'a> Object<'a> {
    pub(crate) fn push(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Json<'a>>) {
        self.0.push((name.into(), value.into()));
    }

    pub(crate) fn extend(&mut self, entries: serde_json::Map<String, Value>) {
        let entries = entries.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.0.extend(entries);
    }

    /// # Panics
    /// Never: text and JSON values always serialise.
    #[expect(clippy::expect_used, reason = "names are text, and writing to memory does not fail")]
    pub(crate) fn bytes(&self) -> Bytes {
        serde_json::to_vec(self).expect("JSON serialises").into()
    }

    #[cfg(test)]
    pub(crate) fn value(&self) -> Value {
        serde_json::to_value(self).unwrap()
    }
}

impl<'a> FromIterator<Json<'a>> for Json<'a> {
    fn from_iter<T: IntoIterator<Item = Json<'a>>>(items: T) -> Self {
        Self::List(items.into_iter().collect())
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Value(value) => value.serialize(serializer),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
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
        Self::Value(Cow::Borrowed(value))
    }
}

impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        Self::Value(Cow::Owned(value))
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
