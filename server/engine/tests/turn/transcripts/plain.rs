//! Texts without what differs from run to run and from one release to the next: folders, the ids that we make, the day,
//! the names of all tools.

use std::path::Path;

/// Gives every fresh call id a number of its own.
pub(crate) struct Plain {
    /// What stands for what.
    names: Vec<(String, &'static str)>,
    calls: Vec<String>,
}

/// A UUID without its dashes.
const ID_DIGITS: usize = 32;

impl Plain {
    pub(crate) fn new(root: &Path) -> Self {
        let above = root.parent().expect("a temporary folder");
        let working = std::env::current_dir().expect("a folder");
        let tools = tools::Registry::builtin().specs(true);
        let tools: Vec<String> = tools.iter().map(|tool| format!("`{}`", tool.name)).collect();
        Self {
            names: vec![
                (root.display().to_string(), "{root}"),
                (above.display().to_string(), "{above}"),
                (working.display().to_string(), "{cwd}"),
                (tools.join(", "), "{all tools}"),
            ],
            calls: Vec::new(),
        }
    }

    pub(crate) fn text(&mut self, text: &str) -> String {
        let replaced = |text: String, (this, name): &(String, &str)| text.replace(this, name);
        let text = self.names.iter().fold(text.to_owned(), replaced);
        let text = self.without_ids(&text);
        without_day(&text)
    }

    fn without_ids(&mut self, text: &str) -> String {
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("call_") {
            let (before, from) = rest.split_at(at);
            let digits = from["call_".len()..].bytes().take_while(u8::is_ascii_hexdigit).count();
            plain.push_str(before);
            let id = &from[.."call_".len() + digits];
            match digits {
                ID_DIGITS => plain.push_str(&self.name_of(id)),
                _ => plain.push_str(id),
            }
            rest = &from[id.len()..];
        }
        plain + rest
    }

    fn name_of(&mut self, id: &str) -> String {
        let known = self.calls.iter().position(|known| known == id);
        let number = known.unwrap_or_else(|| {
            self.calls.push(id.to_owned());
            self.calls.len() - 1
        });
        format!("{{call {}}}", number + 1)
    }
}

fn without_day(text: &str) -> String {
    const SAID: &str = "[date] It is ";
    match text.split_once(SAID) {
        Some((before, after)) => match after.split_once(" (UTC)") {
            Some((_, after)) => format!("{before}{SAID}{{today}} (UTC){after}"),
            None => text.to_owned(),
        },
        None => text.to_owned(),
    }
}
