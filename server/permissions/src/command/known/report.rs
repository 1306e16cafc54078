//! Putting together what is known of a call: it starts as the loosest that it could be and only grows stricter.

use super::super::call::{Arg, Call, Class, Inner, Known, Use};
use super::options::{Means, Parsed, Table, may_be_option};

impl Known {
    pub(super) fn new(class: Class, rule: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            class,
            rule: rule.into(),
            reason: reason.into(),
            paths: Vec::new(),
            inner: Vec::new(),
        }
    }

    pub(super) fn reads(name: &str) -> Self {
        Self::new(Class::Reads, format!("read.{name}"), format!("`{name}` only reads"))
    }

    pub(super) fn writes(name: &str) -> Self {
        let reason = format!("`{name}` writes files");
        Self::new(Class::Writes, format!("write.{name}"), reason)
    }

    pub(super) fn builds(name: &str) -> Self {
        let reason = format!("`{name}` runs what the workspace says");
        Self::new(Class::Builds, format!("build.{name}"), reason)
    }

    pub(super) fn asks(name: &str, reason: impl Into<String>) -> Self {
        Self::new(Class::Asks, format!("ask.{name}"), reason)
    }

    /// A stricter class takes the place of a looser one, with its rule and reason.
    pub(super) fn raise(&mut self, class: Class, rule: &str, reason: impl FnOnce() -> String) {
        if class > self.class {
            self.class = class;
            rule.clone_into(&mut self.rule);
            self.reason = reason();
        }
    }

    pub(super) fn doubt_option(&mut self, name: &str, option: &str) {
        self.raise(Class::Unknown, "unknown.option", || {
            format!("what `{option}` makes `{name}` do is not known here")
        });
    }

    pub(super) fn doubt(&mut self, rule: &str, reason: &str) {
        self.raise(Class::Unknown, rule, || reason.to_owned());
    }

    pub(super) fn add(&mut self, arg: &Arg, usage: Use) {
        if !matches!(arg, Arg::Literal(path) if path == "-" || path.is_empty()) {
            self.paths.push((arg.clone(), usage));
        }
    }

    pub(super) fn add_all<'a>(&mut self, args: impl IntoIterator<Item = &'a Arg>, usage: Use) {
        for arg in args {
            self.add(arg, usage);
        }
    }

    /// What the options mean. `name` is the command's.
    pub(super) fn apply(&mut self, name: &str, table: &Table, parsed: &Parsed<'_>, call: &Call) {
        if let Some(word) = &parsed.doubt {
            self.doubt_option(name, word);
        }
        if parsed.is_loose && table.has_danger() && !patterns_are_files(call) {
            self.raise(Class::Unknown, "unknown.argument", || {
                format!("an argument of `{name}` is known only when it runs, and may be an option")
            });
        }
        for found in &parsed.options {
            let dashes = if found.name.len() > 1 { "--" } else { "-" };
            match (found.means, &found.value) {
                (Means::Shapes, Some(Arg::Unknown)) => self.add(&Arg::Unknown, Use::Read),
                (Means::Shapes, _) | (Means::Reads | Means::Writes, None) => {}
                (Means::Reads, Some(value)) => self.add(value, Use::Read),
                (Means::Writes, Some(value)) => {
                    self.add(value, Use::Write);
                    self.raise(Class::Writes, &format!("write.{name}"), || {
                        format!("`{name} {dashes}{}` writes a file", found.name)
                    });
                }
                (Means::Asks, value) => {
                    self.doubt_option(name, &format!("{dashes}{}", found.name));
                    value.iter().for_each(|value| self.add(value, Use::Read));
                }
            }
        }
    }

    /// The words of a command that this one starts; nothing where there are none.
    pub(super) fn start(&mut self, words: &[&Arg], appends: bool) {
        if !words.is_empty() {
            let words = words.iter().map(|word| (*word).clone()).collect();
            self.inner.push(Inner::Words { words, appends });
        }
    }
}

pub(super) fn literal(arg: &Arg) -> Option<&str> {
    match arg {
        Arg::Literal(text) => Some(text),
        Arg::Pattern(_) | Arg::Unknown => None,
    }
}

/// The words joined as a script would be; none where one of them is known only when it runs.
pub(super) fn joined<'a>(args: impl IntoIterator<Item = &'a Arg>) -> Option<String> {
    let texts: Option<Vec<&str>> = args.into_iter().map(literal).collect();
    texts.map(|texts| texts.join(" "))
}

/// Whether whatever is not spelled out among the words is a pattern that no name in the folder can turn into an option.
pub(super) fn patterns_are_files(call: &Call) -> bool {
    /// A folder with more entries than that is not looked through.
    const MAX_ENTRIES: usize = 4096;
    let is_local = |arg: &Arg| match arg {
        Arg::Literal(_) => true,
        Arg::Pattern(pattern) => !may_be_option(arg) || pattern.starts_with(['*', '?', '[']),
        Arg::Unknown => false,
    };
    if !call.args.iter().all(is_local) {
        return false;
    }
    if !call.args.iter().any(may_be_option) {
        return true;
    }
    let Some(entries) = call.folder.as_ref().and_then(|folder| std::fs::read_dir(folder).ok()) else {
        return false;
    };
    let mut count = 0;
    for entry in entries {
        count += 1;
        let is_plain = entry.is_ok_and(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"-"));
        if !is_plain || count > MAX_ENTRIES {
            return false;
        }
    }
    true
}
