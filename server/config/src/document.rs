//! A layer as a tree of values that know where they stand, whatever syntax it was written in.

use std::ops::Range;

use serde_json::{Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::layer::{Layer, Origin};

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) origin: Origin,
    pub(crate) data: Data,
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    List(Vec<Node>),
    Table(Vec<Entry>),
    /// What no setting is: a date, a null, a number out of range. Holds its name.
    Other(&'static str),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// Where the key stands.
    pub(crate) origin: Origin,
    pub(crate) value: Node,
}

impl Node {
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self.data {
            #[expect(clippy::cast_precision_loss, reason = "dollars and counts")]
            Data::Integer(number) => Some(number as f64),
            Data::Float(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        match &self.data {
            Data::Table(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> &[Node] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The type's name as TOML calls it.
    pub(crate) fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Text(_) => "a string",
            Data::Integer(_) => "an integer",
            Data::Float(_) => "a float",
            Data::Boolean(_) => "a boolean",
            Data::List(_) => "an array",
            Data::Table(_) => "a table",
            Data::Other(name) => name,
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        match &self.data {
            Data::Text(text) => Value::from(text.as_str()),
            Data::Integer(number) => Value::from(*number),
            Data::Float(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
            Data::Boolean(flag) => Value::from(*flag),
            Data::List(items) => items.iter().map(Self::to_json).collect(),
            Data::Table(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_json()))
                .collect(),
            Data::Other(_) => Value::Null,
        }
    }

    /// A value without a file: of the editor, the command line or the environment.
    pub(crate) fn from_json(value: &Value, origin: &Origin) -> Self {
        let data = match value {
            Value::String(text) => Data::Text(text.clone()),
            Value::Bool(flag) => Data::Boolean(*flag),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => Data::Integer(integer),
                (None, Some(float)) => Data::Float(float),
                (None, None) => Data::Other("a number out of range"),
            },
            Value::Array(items) => Data::List(items.iter().map(|item| Self::from_json(item, origin)).collect()),
            Value::Object(fields) => Data::Table(
                fields
                    .iter()
                    .map(|(key, value)| Entry {
                        key: key.clone(),
                        origin: origin.clone(),
                        value: Self::from_json(value, origin),
                    })
                    .collect(),
            ),
            Value::Null => Data::Other("null"),
        };
        Self {
            origin: origin.clone(),
            data,
        }
    }
}

/// A file in TOML, and how its byte offsets become lines.
pub(crate) struct TomlFile<'a> {
    pub(crate) layer: Layer,
    pub(crate) path: String,
    pub(crate) text: &'a str,
}

impl TomlFile<'_> {
    /// The whole file as a table, or where and why it is not TOML.
    pub(crate) fn parse(&self) -> Result<Node, (Origin, String)> {
        match DeTable::parse(self.text) {
            Ok(table) => Ok(self.table(table.span(), table.get_ref())),
            Err(error) => Err((self.origin(error.span().unwrap_or(0..0)), error.message().to_owned())),
        }
    }

    fn origin(&self, span: Range<usize>) -> Origin {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        Origin {
            layer: self.layer,
            source: self.path.clone(),
            position: Some((line, column)),
        }
    }

    fn table(&self, span: Range<usize>, table: &DeTable<'_>) -> Node {
        let mut keyed: Vec<_> = table.iter().collect();
        keyed.sort_by_key(|(key, _)| key.span().start);
        let entries = keyed.into_iter().map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            origin: self.origin(key.span()),
            value: self.node(value),
        });
        Node {
            origin: self.origin(span),
            data: Data::Table(entries.collect()),
        }
    }

    fn node(&self, value: &Spanned<DeValue<'_>>) -> Node {
        let data = match value.get_ref() {
            DeValue::String(text) => Data::Text(text.to_string()),
            DeValue::Boolean(flag) => Data::Boolean(*flag),
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
                .map_or(Data::Other("an integer out of range"), Data::Integer),
            DeValue::Float(digits) => match digits.as_str().parse() {
                Ok(number) => Data::Float(number),
                Err(_) => Data::Other("a number out of range"),
            },
            DeValue::Datetime(_) => Data::Other("a date"),
            DeValue::Array(items) => Data::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => return self.table(value.span(), table),
        };
        Node {
            origin: self.origin(value.span()),
            data,
        }
    }
}
