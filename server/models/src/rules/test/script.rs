//! TypeScript and JavaScript: vitest, jest, mocha or node's own runner, as `package.json` says, beside the
//! project's other tests.

mod framework;

use serde_json::Value;

use super::{Subject, append, done, existing, paths, placeholder, propose};
use crate::rules::call::Call;
use crate::rules::language::Language;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::signature::Outcome;
use crate::rules::source::{Source, has_word};
use crate::rules::symbol::Symbol;
use crate::rules::turn::{Plan, Turn};
use framework::Framework;

static CONSTRUCTOR: Pattern = pattern!(r"^(?:public\s+)?constructor\b");
static IMPORT_END: Pattern = pattern!(r#"(?:\bfrom\s+|^import\s+|require\()['"][^'"]+['"]\)?;?\s*$"#);

pub(super) fn plan(turn: &mut Turn<'_>, subject: &Subject) -> Plan {
    let symbol = &subject.symbol;
    let is_reachable = symbol.exported || is_common_export(subject) || symbol.owner().is_some();
    let is_hidden = symbol.name.starts_with('#') || symbol.signature.split(' ').any(|word| word == "private");
    if is_hidden {
        return Ok(format!(
            "`{}` is private to its class, so a test cannot call it.",
            symbol.name
        ));
    }
    if !is_reachable {
        return Ok(format!(
            "`{}` is not exported, so a test file cannot import it. Export it, then ask again.",
            symbol.name
        ));
    }
    let calls = [
        Call::glob("**/package.json"),
        Call::glob("**/*.{test,spec}.{ts,tsx,js,jsx,mjs,cjs,mts,cts}"),
    ];
    let answers = turn.ask("I look how this project tests.", &calls)?;
    let [manifests, tests] = answers.as_slice() else {
        return Ok("I could not look for this project's tests.".to_owned());
    };
    let manifest = nearest_manifest(subject, paths(manifests.ok().unwrap_or_default()));
    let manifest = match manifest {
        Some(path) => parse_manifest(turn.need("I read the project's manifest.", Call::read(&path))?),
        None => Value::Null,
    };
    let tests: Vec<&str> = paths(tests.ok().unwrap_or_default())
        .filter(|path| !path.contains("node_modules/"))
        .collect();
    let framework = Framework::of(&manifest);
    let constructor = match symbol.owner() {
        Some(owner) => {
            let class = subject
                .outline()
                .find(|line| line.kind == "class" && has_word(line.signature, owner));
            let (first, last) = class.map_or((1, u32::MAX), |class| (class.first, class.last));
            subject.constructor(turn, |line| {
                CONSTRUCTOR.is_match(line.signature) && (first..=last).contains(&line.first)
            })?
        }
        None => None,
    };
    let path = test_path(subject, &tests);
    let is_module = is_module(subject, &manifest);
    let import = import(subject, &path, framework, is_module);
    let test = test(subject, constructor.as_ref(), framework);

    if !tests.contains(&path.as_str()) {
        let mut imports = framework.imports(is_module);
        imports.push_str(&import);
        let text = format!("{imports}\n{test}");
        return propose(
            turn,
            &[Call::write(&path, &text)],
            done(subject, &format!("the new file `{path}`")),
        );
    }
    let source = existing(turn, &path)?;
    let mut calls = vec![append(&path, &source, 1, &test)];
    if !imports_name(&source, imported_name(symbol)) {
        let after = source
            .lines()
            .rev()
            .find(|(_, text)| IMPORT_END.is_match(text))
            .map(|(line, _)| line);
        calls.push(Call::insert(&path, after.map_or(1, |line| line + 1), &import));
    }
    propose(turn, &calls, done(subject, &format!("`{path}`")))
}

fn parse_manifest(listing: &str) -> Value {
    let mut source = Source::default();
    source.add_listing(listing);
    let text: Vec<&str> = source.lines().map(|(_, text)| text).collect();
    serde_json::from_str(&text.join("\n")).unwrap_or(Value::Null)
}

fn nearest_manifest<'a>(subject: &Subject, manifests: impl Iterator<Item = &'a str>) -> Option<String> {
    manifests
        .filter(|path| !path.contains("node_modules/"))
        .filter(|path| subject.path.starts_with(path.trim_end_matches("package.json")))
        .max_by_key(|path| path.len())
        .map(str::to_owned)
}

/// The file's own test if there is one; else beside the others in their way; else beside the file.
fn test_path(subject: &Subject, tests: &[&str]) -> String {
    let (folder, stem) = (subject.folder(), subject.stem());
    let name_of = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let is_own = |path: &&&str| {
        let name = name_of(path);
        name.strip_prefix(stem)
            .is_some_and(|rest| rest.starts_with(".test.") || rest.starts_with(".spec."))
    };
    if let Some(own) = tests.iter().filter(is_own).min_by_key(|path| !path.starts_with(folder)) {
        return (*own).to_owned();
    }
    let mark = if tests.iter().any(|path| path.contains(".spec.")) {
        "spec"
    } else {
        "test"
    };
    let extension = subject.path.rsplit('.').next().unwrap_or("js");
    let name = format!("{stem}.{mark}.{extension}");
    let is_beside = tests
        .iter()
        .any(|path| path.strip_prefix(folder).is_some_and(|rest| !rest.contains('/')));
    if !is_beside && let Some(other) = tests.first() {
        if tests.iter().any(|path| path.contains("__tests__/")) {
            return format!("{folder}__tests__/{name}");
        }
        if let Some(top) = ["test/", "tests/"].iter().find(|top| other.starts_with(**top)) {
            return format!("{top}{name}");
        }
    }
    format!("{folder}{name}")
}

fn is_common_export(subject: &Subject) -> bool {
    subject
        .source
        .lines()
        .any(|(_, text)| text.contains("exports") && has_word(text, &subject.symbol.name))
}

fn is_module(subject: &Subject, manifest: &Value) -> bool {
    if subject.language == Language::TypeScript || subject.path.ends_with(".mjs") {
        return true;
    }
    let uses = |start: &str| subject.source.lines().any(|(_, text)| text.starts_with(start));
    let requires = subject
        .source
        .lines()
        .any(|(_, text)| text.contains("module.exports") || text.contains("require("));
    !subject.path.ends_with(".cjs") && (uses("export ") || uses("import ") || manifest["type"] == "module") && !requires
}

/// What the test file imports: the function, or the class of a method.
fn imported_name(symbol: &Symbol) -> &str {
    symbol.owner().unwrap_or(&symbol.name)
}

fn import(subject: &Subject, test_path: &str, framework: Framework, is_module: bool) -> String {
    let from = module_path(subject, test_path, framework, is_module);
    let name = imported_name(&subject.symbol);
    let is_default = subject
        .source
        .lines()
        .any(|(_, text)| text.starts_with("export default") && has_word(text, name));
    match (is_module, is_default) {
        (true, true) => format!("import {name} from \"{from}\";\n"),
        (true, false) => format!("import {{ {name} }} from \"{from}\";\n"),
        (false, _) => format!("const {{ {name} }} = require(\"{from}\");\n"),
    }
}

/// The file as the test's folder sees it. Node itself wants the extension, bundlers do not.
fn module_path(subject: &Subject, test_path: &str, framework: Framework, is_module: bool) -> String {
    let folder: Vec<&str> = test_path.split('/').collect();
    let target: Vec<&str> = subject.path.split('/').collect();
    let (folder, target_folder) = (&folder[..folder.len() - 1], &target[..target.len() - 1]);
    let common = folder
        .iter()
        .zip(target_folder)
        .take_while(|(one, other)| one == other)
        .count();
    let mut parts = vec![".."; folder.len() - common];
    if parts.is_empty() {
        parts.push(".");
    }
    parts.extend(&target_folder[common..]);
    let file = target.last().copied().unwrap_or_default();
    let is_plain_node = matches!(framework, Framework::Node | Framework::Mocha) && is_module;
    parts.push(if is_plain_node { file } else { subject.stem() });
    parts.join("/")
}

fn arguments(symbol: &Symbol, language: Language) -> String {
    let required = symbol
        .inputs()
        .filter(|param| !param.default && !param.name.starts_with("..."));
    let values = required.map(|param| match param.ty.as_deref() {
        Some(ty) => placeholder::value(language, ty).unwrap_or_else(|| "{} as never".to_owned()),
        None => "undefined".to_owned(),
    });
    values.collect::<Vec<_>>().join(", ")
}

fn test(subject: &Subject, constructor: Option<&Symbol>, framework: Framework) -> String {
    let symbol = &subject.symbol;
    let language = subject.language;
    let mut lines = vec!["// Skeleton: fill in the arguments and the expected value.".to_owned()];
    let is_static = symbol.signature.split_whitespace().any(|word| word == "static");
    let callee = match symbol.owner() {
        Some(parent) if is_static => format!("{parent}.{}", symbol.name),
        Some(parent) => {
            let arguments = constructor
                .map(|constructor| arguments(constructor, language))
                .unwrap_or_default();
            lines.push(format!("const value = new {parent}({arguments});"));
            format!("value.{}", symbol.name)
        }
        None => symbol.name.clone(),
    };
    let outcome = Outcome::of(symbol, language);
    let awaited = outcome.value.as_deref().map(|ty| {
        ty.strip_prefix("Promise<")
            .and_then(|inner| inner.strip_suffix('>'))
            .unwrap_or(ty)
    });
    let is_async = symbol.is_async || outcome.value.as_deref().is_some_and(|ty| ty.starts_with("Promise<"));
    let wait = if is_async { "await " } else { "" };
    let expected = awaited.and_then(|ty| placeholder::value(Language::TypeScript, ty));
    lines.push(format!(
        "const actual = {wait}{callee}({});",
        arguments(symbol, language)
    ));
    lines.push(framework.assertion(expected.as_deref().unwrap_or("undefined")));

    let asynchronous = if is_async { "async " } else { "" };
    let unit = subject.source.indent_unit();
    let mut text = format!(
        "describe(\"{}\", () => {{\n{unit}it(\"returns the expected value\", {asynchronous}() => {{\n",
        symbol.name
    );
    for line in lines {
        text.push_str(&format!("{unit}{unit}{line}\n"));
    }
    text.push_str(&format!("{unit}}});\n}});\n"));
    text
}

fn imports_name(source: &Source, name: &str) -> bool {
    source.lines().any(|(_, text)| {
        let names = text.split(['"', '\'']).next().unwrap_or_default();
        (text.contains("import") || text.contains("require(")) && has_word(names, name)
    })
}
