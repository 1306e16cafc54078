//! Files in memory, and simple forms of the tools over them.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Value, json};

/// What a tool answers: text, or an error's text.
pub(crate) type Answer = Result<String, String>;

#[derive(Clone, Default)]
pub(crate) struct Project {
    pub(crate) files: BTreeMap<String, String>,
    /// Symbols by file, as the `outline` tool prints them.
    symbols: BTreeMap<String, Vec<Value>>,
    /// Tools that fail, with what they say; used up one by one.
    failures: Vec<(String, String)>,
}

impl Project {
    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    pub(crate) fn symbol(mut self, path: &str, symbol: Value) -> Self {
        self.symbols.entry(path.to_owned()).or_default().push(symbol);
        self
    }

    /// The next call of `tool` fails.
    pub(crate) fn failing(mut self, tool: &str, message: &str) -> Self {
        self.failures.push((tool.to_owned(), message.to_owned()));
        self
    }

    pub(crate) fn call(&mut self, tool: &str, arguments: &Value) -> Answer {
        if let Some(at) = self.failures.iter().position(|(name, _)| name == tool) {
            return Err(self.failures.remove(at).1);
        }
        let text = |key: &str| arguments[key].as_str().map(str::to_owned);
        let number = |key: &str| arguments[key].as_u64().map(|number| number as usize);
        let path = text("path").unwrap_or_default();
        match tool {
            "read" => self.read(&path, number("first_line"), number("last_line")),
            "outline" => self.outline(&path, number("line")),
            "symbols" => Ok(self.definitions(&text("query").unwrap())),
            "references" => Ok(self.references(&text("name").unwrap())),
            "glob" => Ok(self.glob(&text("pattern").unwrap())),
            "grep" => Ok(self.grep(&text("pattern").unwrap(), &text("glob").unwrap())),
            "write" => {
                self.files.insert(path.clone(), text("text").unwrap());
                Ok(format!("proposed 1 hunk(s) in {path}"))
            }
            "insert" => self.insert(&path, number("line").unwrap(), &text("text").unwrap()),
            "edit" => self.edit(
                &path,
                &text("old_text").unwrap(),
                &text("new_text").unwrap(),
                number("line"),
            ),
            other => Err(format!("no such tool: {other}")),
        }
    }

    fn text(&self, path: &str) -> Result<&String, String> {
        self.files.get(path).ok_or_else(|| format!("`{path}` does not exist"))
    }

    fn read(&self, path: &str, first: Option<usize>, last: Option<usize>) -> Answer {
        let lines: Vec<&str> = self.text(path)?.lines().collect();
        let (first, last) = (first.unwrap_or(1), last.unwrap_or(lines.len()).min(lines.len()));
        if first > last {
            return Err(format!("`{path}` has {} lines", lines.len()));
        }
        let body: String = (first..=last)
            .map(|number| match lines[number - 1] {
                "" => format!("{number:>4}|\n"),
                line => format!("{number:>4}| {line}\n"),
            })
            .collect();
        Ok(format!(
            "{path} · lines {first}-{last} of {} · hash ab12\n{body}",
            lines.len()
        ))
    }

    fn outline(&self, path: &str, line: Option<usize>) -> Answer {
        self.text(path)?;
        let symbols = self.symbols.get(path).map(Vec::as_slice).unwrap_or_default();
        let Some(line) = line else {
            let lines: Vec<String> = symbols
                .iter()
                .map(|symbol| {
                    let (first, last) = lines(symbol);
                    format!(
                        "{first}-{last} {} {}",
                        symbol["kind"].as_str().unwrap(),
                        symbol["signature"].as_str().unwrap()
                    )
                })
                .collect();
            return Ok(lines.join("\n"));
        };
        let innermost = symbols
            .iter()
            .filter(|symbol| {
                let (first, last) = lines(symbol);
                first <= line + 2 && line <= last
            })
            .min_by_key(|symbol| lines(symbol).1 - lines(symbol).0);
        Ok(innermost
            .map_or_else(|| json!({ "none": true }), Value::clone)
            .to_string())
    }

    fn definitions(&self, query: &str) -> String {
        let all = self
            .symbols
            .iter()
            .flat_map(|(path, symbols)| symbols.iter().map(move |symbol| (path, symbol)));
        all.filter(|(_, symbol)| symbol["name"] == query)
            .map(|(path, symbol)| {
                let (kind, signature) = (symbol["kind"].as_str().unwrap(), symbol["signature"].as_str().unwrap());
                format!("{path}:{} {kind} {signature}\n", lines(symbol).0)
            })
            .collect()
    }

    fn references(&self, name: &str) -> String {
        let word = Regex::new(&format!(r"\b{}\b", regex::escape(name))).unwrap();
        let is_used = |line: &str| word.is_match(line) && !line.trim_start().starts_with(['#', '/']);
        let mut found = String::new();
        for (path, text) in &self.files {
            let symbols = self.symbols.get(path).map(Vec::as_slice).unwrap_or_default();
            for (index, line) in text.lines().enumerate().filter(|(_, line)| is_used(line)) {
                let number = index + 1;
                let is_definition = symbols
                    .iter()
                    .any(|symbol| symbol["name"] == name && lines(symbol).0 == number);
                let around = symbols.iter().find(|symbol| {
                    let (first, last) = lines(symbol);
                    symbol["name"] != name && (first..=last).contains(&number)
                });
                let definition = if is_definition { "[definition] " } else { "" };
                let enclosing = around.map_or_else(String::new, |symbol| {
                    format!("[in {}] ", symbol["name"].as_str().unwrap())
                });
                found.push_str(&format!("{path}:{number} {enclosing}{definition}{}\n", line.trim()));
            }
        }
        found
    }

    fn glob(&self, pattern: &str) -> String {
        let pattern = glob(pattern);
        self.files
            .keys()
            .filter(|path| pattern.is_match(path))
            .map(|path| format!("{path}\n"))
            .collect()
    }

    fn grep(&self, pattern: &str, files: &str) -> String {
        let (pattern, files) = (Regex::new(pattern).unwrap(), glob(files));
        let mut found = String::new();
        for (path, text) in self.files.iter().filter(|(path, _)| files.is_match(path)) {
            for (index, line) in text.lines().enumerate().filter(|(_, line)| pattern.is_match(line)) {
                found.push_str(&format!("{path}:{}: {line}\n", index + 1));
            }
        }
        found
    }

    fn insert(&mut self, path: &str, line: usize, text: &str) -> Answer {
        let old = self.text(path)?.clone();
        let mut lines: Vec<String> = old.split_inclusive('\n').map(str::to_owned).collect();
        if line > lines.len() + 1 {
            return Err(format!("`{path}` has {} lines", lines.len()));
        }
        let text = if text.ends_with('\n') {
            text.to_owned()
        } else {
            format!("{text}\n")
        };
        lines.insert(line - 1, text);
        self.files.insert(path.to_owned(), lines.concat());
        Ok(format!("proposed 1 hunk(s) in {path}"))
    }

    fn edit(&mut self, path: &str, old: &str, new: &str, line: Option<usize>) -> Answer {
        let text = self.text(path)?.clone();
        let places: Vec<usize> = text.match_indices(old).map(|(at, _)| at).collect();
        let line_of = |at: usize| text[..at].matches('\n').count() + 1;
        let chosen = match (places.as_slice(), line) {
            ([], _) => return Err(format!("`old_text` does not stand in `{path}`")),
            ([one], _) => *one,
            (many, Some(line)) => *many.iter().min_by_key(|at| line_of(**at).abs_diff(line)).unwrap(),
            _ => return Err("`old_text` stands in several places".to_owned()),
        };
        let after = format!("{}{new}{}", &text[..chosen], &text[chosen + old.len()..]);
        self.files.insert(path.to_owned(), after);
        Ok(format!("proposed 1 hunk(s) in {path}"))
    }
}

fn lines(symbol: &Value) -> (usize, usize) {
    (
        symbol["lines"][0].as_u64().unwrap() as usize,
        symbol["lines"][1].as_u64().unwrap() as usize,
    )
}

fn glob(pattern: &str) -> Regex {
    let mut out = String::from("^");
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("**/") {
            out.push_str("(?:.*/)?");
            rest = after;
            continue;
        }
        match c {
            '*' => out.push_str("[^/]*"),
            '{' => out.push_str("(?:"),
            '}' => out.push(')'),
            ',' => out.push('|'),
            c => out.push_str(&regex::escape(&c.to_string())),
        }
        rest = &rest[c.len_utf8()..];
    }
    Regex::new(&format!("{out}$")).unwrap()
}
