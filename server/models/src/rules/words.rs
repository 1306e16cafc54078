//! Words from identifiers: what a name says about its symbol, and nothing more.

mod lexicon;

use super::symbol::{Param, Symbol};
use lexicon::{NO_ARTICLE, PROTOCOL, VERBS};

/// What a name says, as a phrase without subject: "parse the header" or "user account".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phrase {
    Action { verb: String, rest: String },
    Thing(String),
}

impl Phrase {
    pub(super) fn of(symbol: &Symbol) -> Self {
        if !symbol.is_function() {
            let words = join(&split(&symbol.name));
            return Self::Thing(if symbol.kind == "variant" {
                words
            } else {
                with_article(&words)
            });
        }
        if let Some((_, verb, rest)) = PROTOCOL.iter().find(|(name, ..)| *name == symbol.name) {
            return action(verb, rest);
        }
        let parent = symbol.owner();
        let words = split(&symbol.name);
        let tail = words.get(1..).unwrap_or_default();
        let this = || parent.map_or_else(|| "the value".to_owned(), |parent| format!("this `{parent}`"));
        let made = || parent.map_or_else(|| "a value".to_owned(), |parent| format!("a `{parent}`"));
        match words.first().map_or("", String::as_str) {
            "new" | "constructor" | "init" if tail.is_empty() && parent.is_some() => {
                action("create", &format!("a new `{}`", parent.unwrap_or_default()))
            }
            "new" if !tail.is_empty() => action("create", &format!("a new {}", join(tail))),
            "main" if tail.is_empty() => action("run", "the program"),
            "is" | "are" | "was" if !tail.is_empty() => action("tell", &format!("whether it is {}", quality(tail))),
            "has" if !tail.is_empty() => action("tell", &format!("whether it has {}", object(tail))),
            "can" | "should" | "needs" if !tail.is_empty() => action("tell", &format!("whether it {}", join(&words))),
            "contains" | "includes" | "exists" | "equals" => action("tell", &format!("whether it {}", join(&words))),
            "from" if !tail.is_empty() => action("create", &format!("{} from {}", made(), object(tail))),
            "to" | "into" if !tail.is_empty() => action("convert", &format!("{} to {}", this(), object(tail))),
            "as" if !tail.is_empty() => action("return", &format!("{} as {}", this(), object(tail))),
            "on" if !tail.is_empty() => action("handle", &format!("the {} event", join(tail))),
            "get" if !tail.is_empty() => action("return", &object(tail)),
            "init" => action("initialize", &goal(tail, symbol)),
            "try" if !tail.is_empty() => action("try", &format!("to {} {}", tail[0], object(&tail[1..]))),
            first if is_in(VERBS, first) => action(first, &goal(tail, symbol)),
            first if symbol.returns.is_some() && !is_in(NO_ARTICLE, first) => action("return", &object(&words)),
            _ => Self::Thing(join(&words)),
        }
    }

    /// "Parses the header."
    pub(super) fn descriptive(&self) -> String {
        match self {
            Self::Action { verb, rest } => sentence(&format!("{} {rest}", third_person(verb))),
            Self::Thing(thing) => sentence(thing),
        }
    }

    /// "Parse the header."
    pub(super) fn imperative(&self) -> String {
        match self {
            Self::Action { verb, rest } => sentence(&format!("{verb} {rest}")),
            Self::Thing(thing) => sentence(thing),
        }
    }

    /// "parses the header" or "is a header", to follow a name.
    pub(super) fn predicate(&self) -> String {
        match self {
            Self::Action { verb, rest } => format!("{} {rest}", third_person(verb)).trim_end().to_owned(),
            Self::Thing(thing) => format!("is {}", with_article(thing)),
        }
    }

    /// Whether the phrase already says that something is returned.
    pub(super) fn tells_result(&self) -> bool {
        matches!(self, Self::Action { verb, .. } if matches!(verb.as_str(), "return" | "create" | "tell"))
    }
}

/// "the retry limit, if any": what a parameter's name says.
pub(super) fn describe(param: &Param) -> String {
    let words = split(param.identifier().unwrap_or(&param.name));
    let ty = param.ty.as_deref().unwrap_or_default();
    let is_flag = matches!(ty, "bool" | "boolean");
    if is_flag
        && words
            .first()
            .is_some_and(|first| matches!(first.as_str(), "is" | "has" | "should" | "can"))
    {
        return format!("whether it {}", join(&words));
    }
    let mut text = object(&words);
    if is_flag {
        text.push_str(" flag");
    }
    let is_optional = ty.starts_with("Option<")
        || ty.starts_with("Optional[")
        || [" | None", " | null", " | undefined"]
            .iter()
            .any(|end| ty.ends_with(end));
    if is_optional {
        text.push_str(", if any");
    }
    text
}

/// Splits `HTTPServer2`, `read_line`, `maxRetries` into lower-case words; acronyms keep their capitals.
pub(super) fn split(identifier: &str) -> Vec<String> {
    let chars: Vec<char> = identifier.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.push(std::mem::take(&mut word));
            continue;
        }
        let previous = at.checked_sub(1).map(|before| chars[before]);
        let next = chars.get(at + 1);
        let starts_word = c.is_uppercase()
            && (previous.is_some_and(|p| p.is_lowercase() || p.is_numeric())
                || previous.is_some_and(char::is_uppercase) && next.is_some_and(|n| n.is_lowercase()));
        if starts_word {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let is_constant = !identifier.chars().any(char::is_lowercase);
    words
        .into_iter()
        .filter(|word| !word.is_empty())
        .map(|word| {
            let is_acronym = word.chars().count() > 1 && word.chars().all(|c| c.is_uppercase() || c.is_numeric());
            if is_acronym && !is_constant {
                word
            } else {
                word.to_lowercase()
            }
        })
        .collect()
}

pub(super) fn third_person(verb: &str) -> String {
    let ends = |endings: &[&str]| endings.iter().any(|ending| verb.ends_with(ending));
    match verb.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if ends(&["s", "sh", "ch", "x", "z", "o"]) => format!("{verb}es"),
        _ => format!("{verb}s"),
    }
}

pub(super) fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// "a, b and c".
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn action(verb: &str, rest: &str) -> Phrase {
    Phrase::Action {
        verb: verb.to_owned(),
        rest: rest.trim().to_owned(),
    }
}

fn sentence(text: &str) -> String {
    format!("{}.", capitalize(text.trim()))
}

fn join(words: &[String]) -> String {
    words.join(" ")
}

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// The words with "the", where that fits.
fn object(words: &[String]) -> String {
    match words.first() {
        None => String::new(),
        Some(first) if is_in(NO_ARTICLE, first) => join(words),
        Some(_) => format!("the {}", join(words)),
    }
}

/// What a verb acts on: the rest of the name, else the only thing that a function is given. What a method whose
/// name is a bare verb acts on, its value or its argument, the name does not tell.
fn goal(tail: &[String], symbol: &Symbol) -> String {
    let inputs: Vec<&Param> = symbol.inputs().collect();
    match inputs.as_slice() {
        [only] if tail.is_empty() && symbol.owner().is_none() => only
            .identifier()
            .map_or_else(String::new, |name| format!("the given {}", join(&split(name)))),
        _ => object(tail),
    }
}

/// "empty", "a valid name": one word is taken for an adjective, the last of several for a noun unless it looks like none.
fn quality(words: &[String]) -> String {
    let last = words.last().map_or("", String::as_str);
    let is_adjective = ["ed", "able", "ible", "ly", "ful", "empty", "valid", "ready"]
        .iter()
        .any(|end| last.ends_with(end));
    if words.len() == 1 || is_adjective || is_in(NO_ARTICLE, &words[0]) {
        join(words)
    } else {
        with_article(&join(words))
    }
}

/// "an index entry"; a plural has none.
pub(super) fn with_article(text: &str) -> String {
    let first = text.split(' ').next().unwrap_or_default().to_lowercase();
    let last = text.rsplit(' ').next().unwrap_or_default();
    let is_plural = last.ends_with('s') && !last.ends_with("ss") && !last.ends_with("us") && !last.ends_with("is");
    if text.is_empty() || is_plural {
        return text.to_owned();
    }
    let sounds_like_consonant = ["us", "uni", "one", "eu"].iter().any(|start| first.starts_with(start));
    let article = if first.starts_with(['a', 'e', 'i', 'o', 'u']) && !sounds_like_consonant {
        "an"
    } else {
        "a"
    };
    format!("{article} {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, parent: Option<&str>, params: &[&str], returns: Option<&str>, expect: &str) {
        let symbol = Symbol {
            name: name.into(),
            kind: if parent.is_some() { "method" } else { "function" }.into(),
            parent: parent.map(str::to_owned),
            params: params
                .iter()
                .map(|name| Param {
                    name: (*name).into(),
                    ..Param::default()
                })
                .collect(),
            returns: returns.map(str::to_owned),
            ..Symbol::default()
        };
        assert_eq!(Phrase::of(&symbol).descriptive(), expect);
    }

    #[test]
    fn identifiers_are_split_into_words() {
        assert_eq!(split("parseHTTPHeader"), ["parse", "HTTP", "header"]);
        assert_eq!(split("__read_line2__"), ["read", "line2"]);
        assert_eq!(split("MAX_RETRIES"), ["max", "retries"]);
    }

    #[test]
    fn verbs_open_the_summary() {
        check("parse_header", None, &["input"], None, "Parses the header.");
        check("parse", None, &["rawInput"], None, "Parses the given raw input.");
        check("push", Some("Stack"), &[], None, "Pushes.");
        check("loadFromFile", None, &[], None, "Loads from file.");
        check("copy", None, &[], None, "Copies.");
    }

    #[test]
    fn common_prefixes_have_their_own_sentences() {
        check("new", Some("Cart"), &[], None, "Creates a new `Cart`.");
        check("NewCart", None, &[], None, "Creates a new cart.");
        check("is_valid_name", None, &[], None, "Tells whether it is a valid name.");
        check("is_empty", None, &[], None, "Tells whether it is empty.");
        check("hasItems", None, &[], None, "Tells whether it has the items.");
        check("from_str", Some("Id"), &[], None, "Creates a `Id` from the str.");
        check("get_total", None, &[], None, "Returns the total.");
        check("to_json", Some("Cart"), &[], None, "Converts this `Cart` to the json.");
    }

    #[test]
    fn a_noun_is_a_result_if_something_is_returned() {
        check("total_price", None, &[], Some("f64"), "Returns the total price.");
        check("total_price", None, &[], None, "Total price.");
    }

    #[test]
    fn things_have_an_article() {
        assert_eq!(with_article("user account"), "a user account");
        assert_eq!(with_article("index entry"), "an index entry");
        assert_eq!(with_article("options"), "options");
    }
}
