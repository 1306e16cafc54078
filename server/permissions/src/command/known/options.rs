//! One small parser over option tables.
//!
//! A table is a text of words. `-abc` are short options, `-#` the digits, `--long` a long one. Behind it stands
//! whether a value follows: `=` one, in the same word or the next; `==` two words; `?` one in the same word or none.
//! Then what it means: `<` the value is a file that is read, `>` one that is written, `!` nobody can say what it
//! does, and nothing at all for what only shapes the output.

use super::super::call::Arg;

/// The options of a command.
#[derive(Clone, Copy)]
pub(super) struct Table {
    spec: &'static str,
    /// Options end at the first operand, as in every command that starts another.
    stops: bool,
    /// Long options may not be shortened.
    is_exact: bool,
    /// Long options have one dash, and short ones no clusters.
    has_words: bool,
    /// `--no-x` takes `--x` back.
    negates: bool,
}

/// What an option does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    Shapes,
    Reads,
    Writes,
    Asks,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Maybe,
    One,
    Two,
}

/// An option as the table spells it, without dashes.
pub(super) struct Found {
    pub(super) name: &'static str,
    pub(super) value: Option<Arg>,
    pub(super) means: Means,
}

/// The words of a call, told apart.
#[derive(Default)]
pub(super) struct Parsed<'a> {
    pub(super) options: Vec<Found>,
    pub(super) operands: Vec<&'a Arg>,
    /// The first word that is not understood.
    pub(super) doubt: Option<String>,
    /// Words that may be options or values when it runs.
    pub(super) is_loose: bool,
}

struct Entry {
    name: &'static str,
    takes: Takes,
    means: Means,
}

impl Table {
    /// GNU's way: options anywhere, clusters, long ones shortened.
    pub(super) const fn new(spec: &'static str) -> Self {
        Self {
            spec,
            stops: false,
            is_exact: false,
            has_words: false,
            negates: false,
        }
    }

    pub(super) const fn stopping(spec: &'static str) -> Self {
        Self {
            stops: true,
            ..Self::new(spec)
        }
    }

    pub(super) const fn exact(spec: &'static str) -> Self {
        Self {
            is_exact: true,
            ..Self::new(spec)
        }
    }

    /// Git's way: as GNU's, and each long option can be taken back.
    pub(super) const fn git(spec: &'static str) -> Self {
        Self {
            negates: true,
            ..Self::new(spec)
        }
    }

    /// Go's way: `-run=x` and `--run x` are the same.
    pub(super) const fn words(spec: &'static str) -> Self {
        Self {
            is_exact: true,
            has_words: true,
            ..Self::new(spec)
        }
    }

    /// Whether any option could do more than shape the output.
    pub(super) fn has_danger(&self) -> bool {
        self.spec.contains(['!', '>'])
    }

    pub(super) fn parse<'a>(&self, args: &'a [Arg]) -> Parsed<'a> {
        let mut parsed = Parsed::default();
        let mut at = 0;
        while let Some(arg) = args.get(at) {
            at += 1;
            match arg {
                Arg::Literal(word) if word == "--" => {
                    parsed.operands.extend(args.get(at..).unwrap_or_default());
                    break;
                }
                Arg::Literal(word) if word.len() > 1 && word.starts_with('-') => {
                    at += self.option(word, args.get(at..).unwrap_or_default(), &mut parsed);
                }
                _ => {
                    parsed.is_loose |= may_be_option(arg);
                    parsed.operands.push(arg);
                    if self.stops {
                        parsed.operands.extend(args.get(at..).unwrap_or_default());
                        break;
                    }
                }
            }
        }
        parsed
    }

    /// Reads one word of options; gives the number of words behind it that are values.
    fn option(&self, word: &str, rest: &[Arg], parsed: &mut Parsed<'_>) -> usize {
        if self.has_words {
            return self.long(word, word.trim_start_matches('-'), rest, parsed);
        }
        match word.strip_prefix("--") {
            Some(long) => self.long(word, long, rest, parsed),
            None => self.cluster(word, rest, parsed),
        }
    }

    fn long(&self, word: &str, long: &str, rest: &[Arg], parsed: &mut Parsed<'_>) -> usize {
        let (name, attached) = match long.split_once('=') {
            Some((name, value)) => (name, Some(Arg::Literal(value.to_owned()))),
            None => (long, None),
        };
        let Some(entry) = self.find_long(name) else {
            parsed.doubts(word);
            return 0;
        };
        if attached.is_some() && entry.takes == Takes::Nothing && !self.has_words {
            parsed.doubts(word);
        }
        parsed.take(entry, attached, rest)
    }

    fn cluster(&self, word: &str, rest: &[Arg], parsed: &mut Parsed<'_>) -> usize {
        let letters = word.get(1..).unwrap_or_default();
        for (at, letter) in letters.char_indices() {
            let Some(entry) = self.find_short(letter) else {
                parsed.doubts(word);
                continue;
            };
            if entry.takes == Takes::Nothing {
                parsed.take(entry, None, rest);
                continue;
            }
            let attached = letters.get(at + letter.len_utf8()..).filter(|value| !value.is_empty());
            return parsed.take(entry, attached.map(|value| Arg::Literal(value.to_owned())), rest);
        }
        0
    }

    fn find_short(&self, letter: char) -> Option<Entry> {
        self.entries().find_map(|(names, takes, means)| {
            if names.starts_with("--") {
                return None;
            }
            let at = names
                .char_indices()
                .skip(1)
                .find(|(_, known)| *known == letter || *known == '#' && letter.is_ascii_digit())?;
            let name = names.get(at.0..at.0 + at.1.len_utf8())?;
            Some(Entry { name, takes, means })
        })
    }

    /// The long option of this name, or the only one that starts so.
    fn find_long(&self, name: &str) -> Option<Entry> {
        let dashes = if self.has_words { "-" } else { "--" };
        let named = || {
            self.entries().filter_map(|(names, takes, means)| {
                let known = names.strip_prefix(dashes)?;
                Some(Entry {
                    name: known,
                    takes,
                    means,
                })
            })
        };
        if let Some(exact) = named().find(|entry| entry.name == name) {
            return Some(exact);
        }
        let taken_back = name.strip_prefix("no-").filter(|_| self.negates);
        if taken_back.is_some_and(|rest| named().any(|entry| entry.name == rest)) {
            return Some(Entry {
                name: "no",
                takes: Takes::Nothing,
                means: Means::Shapes,
            });
        }
        if self.is_exact || name.is_empty() {
            return None;
        }
        let mut candidates = named().filter(|entry| entry.name.starts_with(name));
        let only = candidates.next()?;
        candidates.next().is_none().then_some(only)
    }

    fn entries(&self) -> impl Iterator<Item = (&'static str, Takes, Means)> {
        self.spec.split_ascii_whitespace().map(|word| {
            let (word, means) = match word.as_bytes().last() {
                Some(b'<') => (word.trim_end_matches('<'), Means::Reads),
                Some(b'>') => (word.trim_end_matches('>'), Means::Writes),
                Some(b'!') => (word.trim_end_matches('!'), Means::Asks),
                _ => (word, Means::Shapes),
            };
            let (names, takes) = match (word.strip_suffix("=="), word.strip_suffix('='), word.strip_suffix('?')) {
                (Some(names), ..) => (names, Takes::Two),
                (_, Some(names), _) => (names, Takes::One),
                (.., Some(names)) => (names, Takes::Maybe),
                _ => (word, Takes::Nothing),
            };
            (names, takes, means)
        })
    }
}

impl Parsed<'_> {
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.options.iter().any(|found| names.contains(&found.name))
    }

    /// The value of the last of these options.
    pub(super) fn value(&self, names: &[&str]) -> Option<&Arg> {
        let found = self.options.iter().rev().find(|found| names.contains(&found.name))?;
        found.value.as_ref()
    }

    fn doubts(&mut self, word: &str) {
        self.doubt.get_or_insert_with(|| word.to_owned());
    }

    fn take(&mut self, entry: Entry, attached: Option<Arg>, rest: &[Arg]) -> usize {
        let Entry { name, takes, means } = entry;
        let (value, used) = match (takes, attached) {
            (Takes::Nothing, _) => (None, 0),
            (_, Some(value)) if takes != Takes::Two => (Some(value), 0),
            (Takes::Maybe, _) => (None, 0),
            (Takes::One, _) => (rest.first().cloned(), 1),
            (Takes::Two, _) => (rest.get(1).cloned(), 2),
        };
        let separate = rest.get(..used).unwrap_or(rest);
        // What nobody knows may turn into several words, or into none.
        self.is_loose |= separate.iter().any(|arg| !matches!(arg, Arg::Literal(_)));
        if separate.len() < used {
            self.doubts(name);
        }
        self.options.push(Found { name, value, means });
        used
    }
}

/// Whether a word that is not spelled out may become an option.
pub(super) fn may_be_option(arg: &Arg) -> bool {
    match arg {
        Arg::Literal(_) => false,
        Arg::Pattern(pattern) => {
            let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/');
            !pattern.starts_with(is_plain)
        }
        Arg::Unknown => true,
    }
}
