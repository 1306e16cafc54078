//! A lenient reader of the task block's markup: elements with quoted attributes and escaped text.
//!
//! Not XML: no comments, no namespaces, no entities beyond the five and numbers. What does not fit is skipped,
//! so a block cut short by a limit still yields what stands before the cut.

/// One element: its attributes in order, its own text, and the elements inside it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    /// The text directly inside, unescaped, without that of inner elements.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.attribute(name)?.trim().parse().ok()
    }

    pub(super) fn children(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Reads the element that `source` begins with, and returns it with what follows.
pub(super) fn read_element(source: &str) -> Option<(Element, &str)> {
    let (mut element, closed, mut rest) = read_opening(source)?;
    if closed {
        return Some((element, rest));
    }
    let end = format!("</{}", element.name);
    loop {
        let Some(at) = rest.find('<') else {
            element.text.push_str(&unescape(rest));
            return Some((element, ""));
        };
        element.text.push_str(&unescape(&rest[..at]));
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix(end.as_str()) {
            let rest = after.find('>').map_or("", |at| &after[at + 1..]);
            return Some((element, rest));
        }
        if let Some((child, after)) = read_element(rest) {
            element.children.push(child);
            rest = after;
        } else {
            element.text.push('<');
            rest = &rest[1..];
        }
    }
}

/// `<name key="value" …>`; whether it closes itself; and what follows.
fn read_opening(source: &str) -> Option<(Element, bool, &str)> {
    let inside = source.strip_prefix('<')?;
    let name_end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))?;
    let mut element = Element {
        name: inside[..name_end].to_owned(),
        ..Element::default()
    };
    if element.name.is_empty() {
        return None;
    }
    let mut rest = &inside[name_end..];
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            return Some((element, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Some((element, false, after));
        }
        let (key, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        if key.contains(['<', '>']) {
            return None;
        }
        element.attributes.push((key.trim().to_owned(), unescape(value)));
        rest = after;
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match rest
            .split_once(';')
            .and_then(|(entity, after)| Some((entity_char(&entity[1..])?, after)))
        {
            Some((character, after)) => {
                out.push(character);
                rest = after;
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity_char(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(source: &str, text: &str, rest: &str) {
        let (element, after) = read_element(source).unwrap();
        assert_eq!((element.text.trim(), after), (text, rest));
    }

    #[test]
    fn text_is_unescaped_once() {
        check("<a>x &amp;lt; &#10;&quot;</a>rest", "x &lt; \n\"", "rest");
    }

    #[test]
    fn what_is_no_markup_stays_text() {
        check("<a>1 < 2 & 3;</a>", "1 < 2 & 3;", "");
    }

    #[test]
    fn a_block_that_was_cut_short_is_read_to_its_end() {
        check("<a k=\"v\">hello", "hello", "");
    }

    #[test]
    fn children_keep_their_own_text_and_attributes() {
        let (element, _) = read_element("<a>one<b k=\"1 &gt; 0\">two</b>three</a>").unwrap();
        assert_eq!(element.text, "onethree");
        assert_eq!(element.children[0].text, "two");
        assert_eq!(element.children[0].attribute("k"), Some("1 > 0"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(source in "[<>a/=\"&;# ]{0,60}") {
            read_element(&source);
        }
    }
}
