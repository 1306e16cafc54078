//! `sed`: a language that can write files and run commands. Its scripts are read as far as it takes to see that they
//! do not; whatever GNU's and BSD's sed would read differently is not understood.

use std::iter::Peekable;
use std::str::Chars;

use super::super::call::{Arg, Call, Class, Known, Use};
use super::options::Table;
use super::report::literal;

const OPTIONS: Table = Table::new(
    "-nrsuzE -e= -f=! -i?! -I?! --quiet --silent --debug --expression= --file=! --follow-symlinks --in-place?! \
     --line-length= --null-data --posix --regexp-extended --sandbox --separate --unbuffered --zero-terminated --help \
     --version",
);

pub(super) fn sed(name: &str, call: &Call) -> Known {
    let parsed = OPTIONS.parse(&call.args);
    let mut known = Known::reads(name);
    let mut usage = Use::Read;
    let mut scripts = Vec::new();
    for found in &parsed.options {
        match found.name {
            "e" | "expression" => scripts.push(found.value.as_ref()),
            "i" | "I" | "in-place" => {
                usage = Use::Write;
                known.raise(Class::Writes, "write.sed", || {
                    "`sed -i` writes the files that it reads".to_owned()
                });
                let suffix = found.value.as_ref().and_then(literal).unwrap_or_default();
                if suffix.contains('/') {
                    known.doubt(
                        "unknown.option",
                        "the copies that `sed -i` keeps may lie in another folder",
                    );
                }
            }
            "f" | "file" => {
                known.doubt_option(name, "-f");
                found.value.iter().for_each(|file| known.add(file, Use::Read));
            }
            _ => {}
        }
    }
    let has_file = parsed.has(&["f", "file"]);
    let mut operands = parsed.operands.iter().copied();
    if scripts.is_empty() && !has_file {
        let first = operands.next();
        scripts.push(first);
        // Elsewhere `-i` takes the word behind it, which people leave empty.
        if usage == Use::Write && first.and_then(literal) == Some("") {
            scripts.push(operands.next());
        }
    }
    known.add_all(operands, usage);
    if let Some(word) = &parsed.doubt {
        known.doubt_option(name, word);
    }
    let texts: Option<Vec<&str>> = scripts.into_iter().map(|script| script.and_then(literal)).collect();
    match texts.map(|texts| Script::new(&texts.join("\n")).concern()) {
        Some(None) => {}
        Some(Some(concern)) => known.raise(Class::Unknown, "unknown.script", || concern),
        None => known.doubt("unknown.script", "the script of `sed` is known only when it runs"),
    }
    if parsed.is_loose && !parsed.operands.iter().all(|arg| matches!(arg, Arg::Literal(_))) {
        let is_safe = super::report::patterns_are_files(call);
        if !is_safe {
            known.doubt(
                "unknown.argument",
                "an argument of `sed` is known only when it runs, and may be an option",
            );
        }
    }
    known
}

struct Script<'a> {
    text: Peekable<Chars<'a>>,
    has_lines: bool,
}

/// Why a script is not understood.
type Read<T> = Result<T, String>;

impl<'a> Script<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.chars().peekable(),
            has_lines: text.contains('\n'),
        }
    }

    fn concern(mut self) -> Option<String> {
        loop {
            match self.command() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(concern) => return Some(concern),
            }
        }
    }

    /// Reads one command with its addresses; false at the end of the script.
    fn command(&mut self) -> Read<bool> {
        self.skip(|c| c.is_whitespace() || c == ';');
        if self.text.peek().is_none() {
            return Ok(false);
        }
        if self.address()? {
            self.skip(|c| c == ' ');
            if self.text.next_if_eq(&',').is_some() {
                self.skip(|c| c == ' ');
                self.text.next_if(|c| matches!(c, '+' | '~'));
                if !self.address()? {
                    return Err(unread());
                }
            }
        }
        self.skip(|c| c == ' ' || c == '!' || c == '\t');
        let Some(command) = self.text.next() else {
            return Err(unread());
        };
        match command {
            '{' => {}
            '}' | '=' | 'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'z' | 'F' => self.end()?,
            'l' | 'q' | 'Q' | 'L' => {
                self.skip(|c| c == ' ' || c.is_ascii_digit());
                self.end()?;
            }
            '#' => self.line(),
            'a' | 'i' | 'c' => self.text_lines(),
            ':' | 'b' | 't' | 'T' => self.label()?,
            's' => self.substitute()?,
            'y' => {
                let delimiter = self.delimiter()?;
                self.delimited(delimiter, false)?;
                self.delimited(delimiter, false)?;
                self.end()?;
            }
            'r' | 'R' => return Err("the script of `sed` reads another file".to_owned()),
            'w' | 'W' => return Err("the script of `sed` writes a file".to_owned()),
            'e' => return Err("the script of `sed` runs a command".to_owned()),
            _ => return Err(unread()),
        }
        Ok(true)
    }

    fn address(&mut self) -> Read<bool> {
        match self.text.peek() {
            Some('$') => {
                self.text.next();
            }
            Some(c) if c.is_ascii_digit() => self.skip(|c| c.is_ascii_digit() || c == '~'),
            Some('/') => {
                self.text.next();
                self.regex('/')?;
            }
            Some('\\') => {
                self.text.next();
                let delimiter = self.delimiter()?;
                self.regex(delimiter)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn regex(&mut self, delimiter: char) -> Read<()> {
        self.delimited(delimiter, true)?;
        self.skip(|c| matches!(c, 'I' | 'M'));
        Ok(())
    }

    fn substitute(&mut self) -> Read<()> {
        let delimiter = self.delimiter()?;
        self.delimited(delimiter, true)?;
        self.delimited(delimiter, false)?;
        while let Some(flag) = self.text.next_if(|c| !matches!(c, ';' | '\n' | '}' | '#' | ' ')) {
            match flag {
                'g' | 'p' | 'i' | 'I' | 'm' | 'M' | '0'..='9' => {}
                'w' => return Err("the script of `sed` writes a file".to_owned()),
                'e' => return Err("the script of `sed` runs a command".to_owned()),
                _ => return Err(unread()),
            }
        }
        self.end()
    }

    fn delimiter(&mut self) -> Read<char> {
        self.text
            .next_if(|c| c.is_ascii_punctuation() && *c != '\\')
            .ok_or_else(unread)
    }

    /// Skips to behind the next delimiter. GNU ends a bracket expression there and BSD does not.
    fn delimited(&mut self, delimiter: char, is_regex: bool) -> Read<()> {
        let mut in_brackets = false;
        let mut is_first = false;
        while let Some(c) = self.text.next() {
            match c {
                '\n' => return Err(unread()),
                '\\' if in_brackets && self.text.peek().is_some_and(|c| matches!(c, ']' | '[')) => return Err(unread()),
                '\\' => {
                    self.text.next();
                }
                _ if c == delimiter => {
                    return if in_brackets { Err(unread()) } else { Ok(()) };
                }
                '[' if is_regex && !in_brackets => {
                    in_brackets = true;
                    self.text.next_if_eq(&'^');
                    is_first = true;
                    continue;
                }
                ']' if in_brackets && !is_first => in_brackets = false,
                _ => {}
            }
            is_first = false;
        }
        Err(unread())
    }

    /// Labels end at a `;` or blank for one sed and at the line's end for the other.
    fn label(&mut self) -> Read<()> {
        self.skip(|c| c == ' ');
        self.skip(|c| !c.is_whitespace() && !matches!(c, ';' | '}'));
        self.skip(|c| c == ' ');
        match self.text.peek() {
            None | Some('\n') => Ok(()),
            Some(';' | '}') if !self.has_lines => Ok(()),
            Some(_) => Err(unread()),
        }
    }

    /// The text of `a`, `i` and `c`: to the end of the line, and on where that is escaped.
    fn text_lines(&mut self) {
        while let Some(c) = self.text.next() {
            match c {
                '\\' => {
                    self.text.next();
                }
                '\n' => return,
                _ => {}
            }
        }
    }

    fn line(&mut self) {
        self.skip(|c| c != '\n');
    }

    fn end(&mut self) -> Read<()> {
        self.skip(|c| c == ' ' || c == '\t' || c == '\r');
        match self.text.peek() {
            None | Some(';' | '\n' | '}' | '#') => Ok(()),
            Some(_) => Err(unread()),
        }
    }

    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        while self.text.next_if(|c| is_skipped(*c)).is_some() {}
    }
}

fn unread() -> String {
    "the script of `sed` is not understood".to_owned()
}
