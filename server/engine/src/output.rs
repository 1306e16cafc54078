//! An answer that has to be JSON of a certain shape (FEATURES EN8, MD5). Vendors are asked for it, and not believed.

use boon::{Compiler, Schemas};
use models::OutputSchema;
use serde_json::Value;

use crate::error::RunError;

/// How often the model is shown what is wrong with its answer.
const MAX_ROUNDS: u32 = 2;
/// The name under which the schema refers to itself.
const NAME: &str = "urn:singletree:answer";

/// The shape that the last answer of a turn must have.
pub(crate) struct OutputCheck<'a> {
    wanted: &'a OutputSchema,
    rounds: u32,
}

/// What an answer is held against the schema.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// The JSON alone, without what the model wrote around it.
    Fits(String),
    /// What the model should be told.
    Again(String),
    /// It was told often enough.
    Never(String),
}

impl<'a> OutputCheck<'a> {
    pub(crate) fn new(wanted: &'a OutputSchema) -> Self {
        Self { wanted, rounds: 0 }
    }

    pub(crate) fn check(&mut self, answer: &str) -> Checked {
        let json = bare(answer);
        match misfit(&self.wanted.schema, json) {
            None => Checked::Fits(json.to_owned()),
            Some(why) if self.rounds == MAX_ROUNDS => {
                Checked::Never(format!("the answer does not fit the schema: {why}"))
            }
            Some(why) => {
                self.rounds += 1;
                Checked::Again(format!(
                    "[harness] Your answer must be one JSON value that fits the schema, and nothing else. It does not: \
                     {why}\nThe schema: {}",
                    self.wanted.schema
                ))
            }
        }
    }
}

/// Refuses a schema that no answer could be held against.
pub(crate) fn validate(wanted: &OutputSchema) -> Result<(), RunError> {
    compile(&wanted.schema).map(|_| ()).map_err(RunError::Schema)
}

fn compile(schema: &Value) -> Result<(Schemas, boon::SchemaIndex), String> {
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler
        .add_resource(NAME, schema.clone())
        .map_err(|error| error.to_string())?;
    let index = compiler
        .compile(NAME, &mut schemas)
        .map_err(|error| format!("{error:#}"))?;
    Ok((schemas, index))
}

/// The JSON in an answer that may stand in a code fence.
fn bare(answer: &str) -> &str {
    let answer = answer.trim();
    let fenced = answer.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    fenced.map_or(answer, |rest| rest.strip_prefix("json").unwrap_or(rest).trim())
}

fn misfit(schema: &Value, json: &str) -> Option<String> {
    let value: Value = match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => return Some(format!("it is no JSON ({error})")),
    };
    match compile(schema) {
        Ok((schemas, index)) => schemas.validate(&value, index).err().map(|error| format!("{error:#}")),
        Err(error) => Some(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wanted() -> OutputSchema {
        OutputSchema {
            name: "answer".into(),
            schema: json!({
                "type": "object",
                "properties": {"files": {"type": "array", "items": {"$ref": "#/$defs/file"}}},
                "required": ["files"],
                "$defs": {"file": {"type": "string", "minLength": 1}},
            }),
        }
    }

    fn check(answer: &str, fits: bool) {
        assert_eq!(misfit(&wanted().schema, bare(answer)).is_none(), fits, "{answer}");
    }

    #[test]
    fn what_fits() {
        check(r#"{"files": ["a.rs"]}"#, true);
        check("```json\n{\"files\": []}\n```", true);
    }

    #[test]
    fn what_does_not_fit_is_told_twice_and_then_ends_the_turn() {
        let wanted = wanted();
        let mut output = OutputCheck::new(&wanted);
        for answer in [r#"{"files": [""]}"#, "Here you are: {}"] {
            assert!(matches!(output.check(answer), Checked::Again(_)), "{answer}");
        }
        let Checked::Never(why) = output.check(r#"{"files": 1}"#) else {
            panic!("a third chance");
        };
        assert!(why.contains("/files"), "{why}");
        assert_eq!(
            output.check(r#"{"files": []}"#),
            Checked::Fits(r#"{"files": []}"#.into())
        );
    }

    #[test]
    fn a_schema_that_is_none_is_refused_at_once() {
        let wrong = OutputSchema {
            name: "x".into(),
            schema: json!({"type": "objekt"}),
        };
        assert!(validate(&wrong).is_err());
        assert!(validate(&wanted()).is_ok());
    }
}
