//! What a turn did, read from its session: the tool calls, what they came to, what they cost.

use std::collections::{HashMap, HashSet};

use base::{Block, CallId, Role, ToolCall, ToolResult, Usage};
use store::Item;

/// In a plan, any of the tools by which a file gets another text: which of them is a matter of taste.
const CHANGE: &str = "change";
const CHANGING: [&str; 4] = ["edit", "insert", "write", "apply-patch"];

#[derive(Default)]
pub(super) struct Transcript {
    pub(super) calls: Vec<Call>,
    /// Answers of the model.
    pub(super) answers: u32,
    pub(super) usage: Usage,
    /// Unknown as soon as the price of one call is.
    pub(super) usd: Option<f64>,
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    /// JSON.
    pub(super) arguments: String,
    pub(super) is_error: bool,
    /// An earlier call was the same and was answered the same.
    pub(super) is_repeated: bool,
}

impl Transcript {
    pub(super) fn of(items: &[Item]) -> Self {
        let mut transcript = Self {
            usd: Some(0.0),
            ..Self::default()
        };
        let results = results(items);
        let mut seen = HashSet::new();
        for item in items {
            match item {
                Item::Message(message) if message.role == Role::Assistant => {
                    transcript.answers += 1;
                    let calls = message.tool_calls().map(|call| read(call, &results, &mut seen));
                    transcript.calls.extend(calls);
                }
                Item::Usage { usage, cost, .. } => {
                    transcript.usage += *usage;
                    let usd = cost.usd.or((*usage == Usage::default()).then_some(0.0));
                    transcript.usd = transcript.usd.zip(usd).map(|(sum, usd)| sum + usd);
                }
                _ => {}
            }
        }
        transcript
    }

    pub(super) fn errors(&self) -> usize {
        self.calls.iter().filter(|call| call.is_error).count()
    }

    pub(super) fn repeated(&self) -> usize {
        self.calls.iter().filter(|call| call.is_repeated).count()
    }

    /// 1 where no more calls were made than expected and none in vain; one that failed or was repeated counts twice.
    pub(super) fn efficiency(&self, expected: Option<u32>) -> f64 {
        let weight = self.calls.len() + self.errors() + self.repeated();
        let expected = expected.map_or(self.calls.len(), |expected| expected as usize);
        if weight <= expected {
            return 1.0;
        }
        expected as f64 / weight as f64
    }

    /// How many steps of a plan were taken in its order: the longest common subsequence of steps and calls.
    pub(super) fn followed(&self, plan: &[String]) -> usize {
        let mut best = vec![0; plan.len() + 1];
        for call in &self.calls {
            let before = best.clone();
            for (index, step) in plan.iter().enumerate() {
                best[index + 1] = match call.is_step(step) {
                    true => before[index] + 1,
                    false => before[index + 1].max(best[index]),
                };
            }
        }
        best.last().copied().unwrap_or_default()
    }
}

impl Call {
    /// Whether it is what a step asks for: the tool, and every further word somewhere in the arguments.
    fn is_step(&self, step: &str) -> bool {
        let mut words = step.split_whitespace();
        let is_tool = match words.next() {
            Some(CHANGE) => CHANGING.contains(&self.name.as_str()),
            tool => tool == Some(self.name.as_str()),
        };
        is_tool && words.all(|word| self.arguments.contains(word))
    }
}

fn results(items: &[Item]) -> HashMap<&CallId, &ToolResult> {
    let mut results = HashMap::new();
    for item in items {
        let Item::Message(message) = item else { continue };
        for block in &message.content {
            if let Block::ToolResult(result) = block {
                results.insert(&result.call_id, result);
            }
        }
    }
    results
}

fn read<'a>(
    call: &ToolCall,
    results: &HashMap<&CallId, &'a ToolResult>,
    seen: &mut HashSet<(String, String, Option<&'a str>)>,
) -> Call {
    let arguments = call.arguments.to_string();
    let result = results.get(&call.id);
    let content = result.map(|result| result.content.as_str());
    Call {
        is_repeated: !seen.insert((call.name.clone(), arguments.clone(), content)),
        name: call.name.clone(),
        arguments,
        is_error: result.is_none_or(|result| result.is_error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls as `tool arguments`, with `!` in front of those that failed and `=` in front of repeated ones.
    fn transcript(calls: &[&str]) -> Transcript {
        let call = |text: &&str| {
            let words = text.trim_start_matches(['!', '=']);
            let (name, arguments) = words.split_once(' ').unwrap_or((words, ""));
            Call {
                name: name.to_owned(),
                arguments: arguments.to_owned(),
                is_error: text.starts_with('!'),
                is_repeated: text.starts_with('='),
            }
        };
        Transcript {
            calls: calls.iter().map(call).collect(),
            ..Transcript::default()
        }
    }

    fn check(calls: &[&str], plan: &[&str], expect: usize) {
        let plan: Vec<String> = plan.iter().map(|step| (*step).to_owned()).collect();
        assert_eq!(transcript(calls).followed(&plan), expect, "{calls:?} by {plan:?}");
    }

    #[test]
    fn steps_count_in_their_order() {
        check(&["read a", "edit a"], &["read", "edit"], 2);
        check(&["edit a", "read a"], &["read", "edit"], 1);
        check(&["read b", "grep x", "read a", "edit a"], &["read a", "edit a"], 2);
        check(&["edit a", "read a", "shell test"], &["read", "edit", "shell"], 2);
        check(&["read a"], &["read", "read"], 1);
        check(&["insert a", "move a"], &["change a", "change a"], 1);
        check(&[], &["read"], 0);
    }

    #[test]
    fn wasted_calls_count_twice() {
        for (calls, expected, efficiency) in [
            (&["read a", "edit a"][..], Some(2), 1.0),
            (&["edit a"], Some(2), 1.0),
            (&["read a", "edit a", "read b", "read c"], Some(2), 0.5),
            (&["!edit a", "edit a"], Some(2), 2.0 / 3.0),
            (&["read a", "=read a"], None, 2.0 / 3.0),
            (&[], None, 1.0),
        ] {
            let found = transcript(calls).efficiency(expected);
            assert!((found - efficiency).abs() < 1e-9, "{calls:?}: {found}");
        }
    }
}
