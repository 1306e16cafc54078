//! Git's configuration files, read as git reads them: to see whether one names a program that git would run.

/// A setting: section, subsection, key and value. Section and key are folded, as git does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub section: String,
    pub subsection: Option<String>,
    pub key: String,
    pub value: String,
}

impl Setting {
    /// `core.fsmonitor`, `filter.lfs.clean`.
    #[must_use]
    pub fn named(&self) -> String {
        match &self.subsection {
            Some(subsection) => format!("{}.{subsection}.{}", self.section, self.key),
            None => format!("{}.{}", self.section, self.key),
        }
    }

    #[must_use]
    pub fn is_off(&self) -> bool {
        matches!(self.value.to_lowercase().as_str(), "false" | "no" | "off" | "0" | "")
    }
}

/// The settings in the order of the file; none where git would refuse it or read it differently.
#[must_use]
pub fn parse(text: &str) -> Option<Vec<Setting>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&[(&str, &str)]>) {
        let found = parse(text);
        let found: Option<Vec<_>> = found.map(|settings| {
            let pairs = settings.into_iter().map(|setting| (setting.named(), setting.value));
            pairs.collect()
        });
        let expect = expect.map(|pairs| {
            pairs
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect()
        });
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn names_in_all_their_spellings() {
        check("", Some(&[]));
        check("[core]\n\tBare = false\n", Some(&[("core.bare", "false")]));
        check("[CORE] a=1\n[b]c", Some(&[("core.a", "1"), ("b.c", "true")]));
        check("[filter \"l]f\\\"S\"] clean = x", Some(&[("filter.l]f\"S.clean", "x")]));
        check("[Filter.LFS]\nclean = x", Some(&[("filter.lfs.clean", "x")]));
        check("\u{feff}[a]\r\nb = c\r\n", Some(&[("a.b", "c")]));
    }

    #[test]
    fn values_end_where_git_ends_them() {
        check("[a]\nb = c d # e\n;f\n", Some(&[("a.b", "c d")]));
        check("[a]\nb = \"c # d\" ; e", Some(&[("a.b", "c # d")]));
        check("[a]\nb = c \\\n[core] d = e\n", Some(&[("a.b", "c [core] d = e")]));
        check(
            "[a]\nb = \\\"x\\ty\\\\\nb =\n",
            Some(&[("a.b", "\"x\ty\\"), ("a.b", "")]),
        );
    }

    #[test]
    fn what_git_refuses_is_none() {
        for text in [
            "[core\nx = y\n",
            "x = y",
            "[a]\n1 = 2",
            "[a]\nb = \"c\n",
            "[a]\nb = \\x\n",
            "[ core ]\nx = y",
            "[a]\rb = c",
            "[a]\nb = \0",
        ] {
            check(text, None);
        }
    }
}
