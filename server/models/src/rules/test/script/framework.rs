//! The runners of tests, and how tests are written for each.

use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framework {
    Vitest,
    Jest,
    Mocha,
    Node,
}

impl Framework {
    /// What the manifest names; without a word of it node's runner, which needs nothing.
    pub(super) fn of(manifest: &Value) -> Self {
        let depends = |name: &str| {
            ["devDependencies", "dependencies"]
                .iter()
                .any(|group| manifest[*group].get(name).is_some())
        };
        let script = manifest["scripts"]["test"].as_str().unwrap_or_default();
        if depends("vitest") || script.contains("vitest") {
            Self::Vitest
        } else if depends("jest") || depends("ts-jest") || script.contains("jest") {
            Self::Jest
        } else if depends("mocha") || script.contains("mocha") {
            Self::Mocha
        } else {
            Self::Node
        }
    }

    /// The lines that a new test file begins with. Jest and mocha put their functions in scope themselves.
    pub(super) fn imports(self, is_module: bool) -> String {
        match (self, is_module) {
            (Self::Vitest, _) => "import { describe, expect, it } from \"vitest\";\n".to_owned(),
            (Self::Jest, _) => String::new(),
            (Self::Mocha, true) => "import assert from \"node:assert/strict\";\n".to_owned(),
            (Self::Mocha, false) => "const assert = require(\"node:assert/strict\");\n".to_owned(),
            (Self::Node, true) => {
                "import assert from \"node:assert/strict\";\nimport { describe, it } from \"node:test\";\n".to_owned()
            }
            (Self::Node, false) => {
                "const assert = require(\"node:assert/strict\");\nconst { describe, it } = require(\"node:test\");\n"
                    .to_owned()
            }
        }
    }

    pub(super) fn assertion(self, expected: &str) -> String {
        let is_plain = !expected.starts_with(['[', '{']) && !expected.starts_with("new ");
        match (self, is_plain) {
            (Self::Vitest | Self::Jest, true) => format!("expect(actual).toBe({expected});"),
            (Self::Vitest | Self::Jest, false) => format!("expect(actual).toEqual({expected});"),
            (Self::Mocha | Self::Node, true) => format!("assert.equal(actual, {expected});"),
            (Self::Mocha | Self::Node, false) => format!("assert.deepEqual(actual, {expected});"),
        }
    }
}
