//! Diagnostics as the language servers send them: ranges are `[line, character, end line, end character]`, lines
//! from 1.

mod carried;
mod go;
mod limits;
mod python;
mod rust;
mod typescript;

use expect_test::Expect;
use serde_json::{Value, json};

use crate::harness::check_fix;
use crate::project::Project;

fn check(path: &str, text: &str, diagnostics: &[Value], expect: &Expect) {
    check_fix(Project::default().file(path, text), path, diagnostics, expect);
}

fn at(range: [u32; 4], code: &str, message: &str) -> Value {
    json!({ "range": range, "code": code, "message": message })
}
