//! Git's configuration files, as far as it takes to see whether one names a program that a reader would run.

/// A setting: section, subsection, key and value. Section and key are folded, as git does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) section: String,
    pub(super) subsection: Option<String>,
    pub(super) key: String,
    pub(super) value: String,
}

impl Setting {
    pub(super) fn named(&self) -> String {
        match &self.subsection {
            Some(subsection) => format!("{}.{subsection}.{}", self.section, self.key),
            None => format!("{}.{}", self.section, self.key),
        }
    }

    pub(super) fn is_off(&self) -> bool {
        matches!(self.value.to_lowercase().as_str(), "false" | "no" | "off" | "0" | "")
    }
}

/// The settings in the order of the file; none where git would refuse it or read it differently.
pub(super) fn parse(text: &str) -> Option<Vec<Setting>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    if text.contains(['\0', '\r']) {
        return None;
    }
    let mut settings = Vec::new();
    let mut place: Option<(String, Option<String>)> = None;
    let mut rest = text.as_str();
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n']);
        let Some(first) = rest.chars().next() else {
            return Some(settings);
        };
        match first {
            '#' | ';' => rest = rest.find('\n').map_or("", |end| rest.get(end..).unwrap_or_default()),
            '[' => {
                let (found, behind) = header(rest.get(1..)?)?;
                place = Some(found);
                rest = behind;
            }
            _ => {
                let (section, subsection) = place.clone()?;
                let length = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
                    .unwrap_or(rest.len());
                let key = rest.get(..length)?.to_ascii_lowercase();
                if !first.is_ascii_alphabetic() {
                    return None;
                }
                rest = rest.get(length..)?.trim_start_matches([' ', '\t']);
                let value = match rest.strip_prefix('=') {
                    Some(behind) => {
                        let (value, behind) = value(behind)?;
                        rest = behind;
                        value
                    }
                    None if rest.is_empty() || rest.starts_with(['\n', '#', ';']) => "true".to_owned(),
                    None => return None,
                };
                settings.push(Setting {
                    section,
                    subsection,
                    key,
                    value,
                });
            }
        }
    }
}

type Header = (String, Option<String>);

/// `core]`, `diff "name"]` or, as it once was, `diff.name]`.
fn header(text: &str) -> Option<(Header, &str)> {
    let length = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '.'))?;
    let name = text.get(..length)?.to_ascii_lowercase();
    let rest = text.get(length..)?;
    if let Some(behind) = rest.strip_prefix(']') {
        let place = match name.split_once('.') {
            Some((section, subsection)) => (section.to_owned(), Some(subsection.to_owned())),
            None => (name, None),
        };
        return Some((place, behind));
    }
    let quoted = rest.trim_start_matches([' ', '\t']).strip_prefix('"')?;
    let mut subsection = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' => return None,
            '\\' => subsection.push(chars.next()?.1),
            '"' => {
                let behind = quoted.get(at + 1..)?.strip_prefix(']')?;
                return Some(((name, Some(subsection)), behind));
            }
            _ => subsection.push(c),
        }
    }
    None
}

/// To the end of the line, or further where that is escaped; comments and blanks around are not part of it.
fn value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut in_quotes = false;
    let mut solid = 0;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' if in_quotes => return None,
            '\n' => {
                value.truncate(solid);
                return Some((value, text.get(at..)?));
            }
            '#' | ';' if !in_quotes => {
                value.truncate(solid);
                let behind = text.get(at..)?;
                return Some((
                    value,
                    behind
                        .find('\n')
                        .map_or("", |end| behind.get(end..).unwrap_or_default()),
                ));
            }
            '"' => {
                in_quotes = !in_quotes;
                solid = value.len();
            }
            '\\' => {
                match chars.next()?.1 {
                    '\n' => continue,
                    'n' => value.push('\n'),
                    't' => value.push('\t'),
                    'b' => {
                        value.pop();
                    }
                    c @ ('"' | '\\') => value.push(c),
                    _ => return None,
                }
                solid = value.len();
            }
            ' ' | '\t' if !in_quotes && value.is_empty() => {}
            ' ' | '\t' if !in_quotes => value.push(c),
            _ => {
                value.push(c);
                solid = value.len();
            }
        }
    }
    value.truncate(solid);
    (!in_quotes).then_some((value, ""))
}
