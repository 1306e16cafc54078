//! The forms of secrets: each pass goes through a text once.

use super::BLOT;
use super::names::{Name, is_secret_value, is_token_character};

/// How tokens of well-known vendors begin, and how many characters follow at least.
const PREFIXES: [(&str, usize, Body); 27] = [
    ("sk-ant-", 16, Body::Any),
    ("sk-proj-", 16, Body::Any),
    ("sk-or-", 16, Body::Any),
    ("sk-", 16, Body::Dense),
    ("sk_live_", 16, Body::Any),
    ("rk_live_", 16, Body::Any),
    ("sk_test_", 16, Body::Any),
    ("ghp_", 30, Body::Any),
    ("gho_", 30, Body::Any),
    ("ghu_", 30, Body::Any),
    ("ghs_", 30, Body::Any),
    ("ghr_", 30, Body::Any),
    ("github_pat_", 30, Body::Any),
    ("glpat-", 16, Body::Any),
    ("xoxb-", 16, Body::Any),
    ("xoxp-", 16, Body::Any),
    ("xoxa-", 16, Body::Any),
    ("xoxs-", 16, Body::Any),
    ("AKIA", 16, Body::Capitals),
    ("ASIA", 16, Body::Capitals),
    ("AIza", 30, Body::Any),
    ("gsk_", 30, Body::Any),
    ("xai-", 30, Body::Any),
    ("hf_", 20, Body::Dense),
    ("npm_", 30, Body::Any),
    ("pypi-", 30, Body::Any),
    ("eyJ", 60, Body::Any), // a JSON web token: `{"` in base64
];

/// What follows a token's beginning. All have a digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Any,
    /// Not words joined by hyphens: capitals, or many characters without a break.
    Dense,
    /// Capitals and digits, exactly as many as are the least.
    Capitals,
}

/// Characters of a token's body that are looked at.
const LOOKED_AT: usize = 64;

/// Characters without a break that no word in lower case has.
const LONGEST_PART: usize = 20;

/// In a longer word only the beginning is looked at: inside it is data, a picture in base64 say.
const LONGEST_WORD: usize = 400;

/// Characters of a heading such as `-----BEGIN RSA PRIVATE KEY-----`.
const LONGEST_HEADING: usize = 80;

/// Characters of `user:password@host` that are looked at.
const LONGEST_AUTHORITY: usize = 256;

pub(super) fn without_private_keys(text: &str) -> String {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END ";
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let (before, block) = rest.split_at(at);
        let heading = &block[..block.floor_char_boundary(LONGEST_HEADING)];
        let heading = heading.lines().next().unwrap_or_default();
        kept.push_str(before);
        if !heading.contains("PRIVATE KEY") {
            kept.push_str(BEGIN);
            rest = &block[BEGIN.len()..];
            continue;
        }
        kept.push_str(BLOT);
        // One that was cut off is blotted out to the end.
        rest = match block.find(END) {
            Some(end) => block[end + END.len()..]
                .split_once("-----")
                .map_or("", |(_, after)| after),
            None => "",
        };
    }
    kept + rest
}

/// Blots out the password of `scheme://user:password@host`.
pub(super) fn without_passwords(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        kept.push_str(before);
        rest = after;
        let authority = &after[..after.floor_char_boundary(LONGEST_AUTHORITY)];
        let is_end = |character: char| character.is_whitespace() || "/?#\"'`<>()[]{},".contains(character);
        let authority = &authority[..authority.find(is_end).unwrap_or(authority.len())];
        let login = authority.rsplit_once('@').and_then(|(login, _)| login.split_once(':'));
        if let Some((user, password)) = login.filter(|(_, password)| !password.is_empty()) {
            kept.push_str(user);
            kept.push(':');
            kept.push_str(BLOT);
            rest = &after[user.len() + 1 + password.len()..];
        }
    }
    kept + rest
}

/// What was read in front of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    /// A name that a value may follow.
    Name(Name),
    /// The same with `=` or `:` behind it.
    Set(Name),
    /// `Bearer`; `true` in a header of its own.
    Scheme(bool),
}

/// Goes through the words that a token may be.
pub(super) fn without_tokens(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut before = Before::Nothing;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !is_token_character(first) {
            before = match (first, before) {
                ('=' | ':', Before::Name(name)) => Before::Set(name),
                ('=' | ':' | ' ' | '\t' | '"' | '\'' | '`' | '\\', before) => before,
                _ => Before::Nothing,
            };
            kept.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest.find(|character: char| !is_token_character(character));
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        let is_secret = is_vendor_token(word)
            || match before {
                Before::Set(name) => is_secret_value(name, word),
                // Nothing but a secret stands there.
                Before::Scheme(true) => word.len() >= 6,
                Before::Scheme(false) => is_secret_value(Name::Secret, word),
                Before::Nothing | Before::Name(_) => false,
            };
        kept.push_str(if is_secret { BLOT } else { word });
        let is_header = before == Before::Set(Name::Authorization);
        before = match Name::of(word) {
            _ if is_scheme(word, is_header) => Before::Scheme(is_header),
            Name::Plain => Before::Nothing,
            name => Before::Name(name),
        };
        rest = after;
    }
    kept
}

/// Outside of a header some schemes are words like others.
fn is_scheme(word: &str, is_header: bool) -> bool {
    let is_one = |scheme: &&str| word.eq_ignore_ascii_case(scheme);
    ["bearer", "basic"].iter().any(&is_one) || is_header && ["token", "apikey", "digest"].iter().any(is_one)
}

fn is_vendor_token(word: &str) -> bool {
    let starts = word
        .char_indices()
        .scan(None, |before: &mut Option<char>, (at, character)| {
            let is_start = before.is_none_or(|before| !before.is_ascii_alphanumeric());
            *before = Some(character);
            Some((at, is_start))
        });
    let looked_at = if word.len() > LONGEST_WORD { 1 } else { word.len() };
    starts
        .take(looked_at)
        .filter(|(_, is_start)| *is_start)
        .any(|(at, _)| PREFIXES.iter().any(|prefix| begins(&word[at..], *prefix)))
}

/// Words have one byte a character.
fn begins(text: &str, (prefix, least, kind): (&str, usize, Body)) -> bool {
    let Some(body) = text.strip_prefix(prefix) else {
        return false;
    };
    let body = body.split(['/', '+', '~']).next().unwrap_or_default();
    let body = &body[..body.len().min(LOOKED_AT)];
    let has = |is: fn(&u8) -> bool| body.as_bytes().iter().any(is);
    let is_fit = match kind {
        Body::Any => true,
        Body::Dense => {
            has(u8::is_ascii_uppercase) || body.split(['-', '_', '.']).any(|part| part.len() >= LONGEST_PART)
        }
        Body::Capitals => {
            let length = body.bytes().take_while(u8::is_ascii_alphanumeric).count();
            length == least && body[..length].bytes().all(|byte| !byte.is_ascii_lowercase())
        }
    };
    body.len() >= least && has(u8::is_ascii_digit) && is_fit
}
