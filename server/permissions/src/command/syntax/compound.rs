//! Commands that hold commands: groups, branches, loops, tests.

use super::reader::{Reader, Stop};
use super::tree::{Case, Command, Kind, List, Word};
use super::words::{is_meta, is_name, is_name_start};

impl Reader<'_, '_> {
    /// `( … )` or `(( … ))`, in front of its bracket.
    pub(super) fn bracket(&mut self) -> Kind {
        self.at += 1;
        if self.byte() == Some(b'(') {
            let start = self.at;
            self.at += 1;
            if let Some(text) = self.arithmetic_until("))") {
                return Kind::Arithmetic(text);
            }
            self.at = start;
            self.unreadable("`((` is not followed by plain arithmetic");
        }
        let stop = Stop {
            at_bracket: true,
            ..Stop::default()
        };
        let list = self.nested(|reader| reader.list(stop));
        if !self.take(")") {
            self.unreadable("`)` is missing");
        }
        Kind::Subshell(list)
    }

    /// What a reserved word begins, in front of it.
    pub(super) fn compound(&mut self, word: &'static str) -> Kind {
        self.at += word.len();
        if self.context.is_flat {
            return self.flat(word);
        }
        match word {
            "{" => {
                let body = self.block(&["}"]);
                self.expect("}");
                Kind::Group(body)
            }
            "if" => self.branches(),
            "while" | "until" => {
                let condition = self.block(&["do"]);
                Kind::Loop {
                    condition,
                    body: self.do_block(),
                }
            }
            "for" => self.for_loop(),
            "select" => {
                self.unreadable("`select` asks whoever is at the terminal");
                self.for_loop()
            }
            "case" => Kind::Case(self.case()),
            "function" => {
                self.blanks();
                let name = self.word().as_text().unwrap_or_default();
                self.blanks();
                if self.take("(") {
                    self.blanks();
                    self.take(")");
                }
                self.function_named(name)
            }
            "coproc" => self.coprocess(),
            "[[" => self.test(),
            _ => {
                self.unreadable(format!("`{word}` is not expected here"));
                Kind::Nothing
            }
        }
    }

    /// In a flat reading a reserved word only stands in front of a command; the names of a loop go with it.
    fn flat(&mut self, word: &str) -> Kind {
        if matches!(word, "for" | "select" | "case" | "function" | "coproc") {
            self.blanks();
            self.word();
        }
        Kind::Nothing
    }

    fn block(&mut self, words: &'static [&'static str]) -> List {
        let stop = Stop {
            words,
            ..Stop::default()
        };
        let list = self.nested(|reader| reader.list(stop));
        if list.items.is_empty() {
            self.unreadable("a block is empty");
        }
        list
    }

    fn expect(&mut self, word: &'static str) {
        self.lines();
        if self.reserved() == Some(word) {
            self.at += word.len();
        } else {
            self.unreadable(format!("`{word}` is missing"));
        }
    }

    fn do_block(&mut self) -> List {
        self.expect("do");
        let body = self.block(&["done"]);
        self.expect("done");
        body
    }

    fn branches(&mut self) -> Kind {
        let mut lists = Vec::new();
        loop {
            lists.push(self.block(&["then"]));
            self.expect("then");
            lists.push(self.block(&["elif", "else", "fi"]));
            match self.reserved() {
                Some("elif") => self.at += "elif".len(),
                Some("else") => {
                    self.at += "else".len();
                    lists.push(self.block(&["fi"]));
                    self.expect("fi");
                    break;
                }
                _ => {
                    self.expect("fi");
                    break;
                }
            }
        }
        Kind::Branches(lists)
    }

    fn for_loop(&mut self) -> Kind {
        self.blanks();
        if self.take("((") {
            return self.arithmetic_for();
        }
        let name = self.word().as_bare().unwrap_or_default().to_owned();
        let is_name = name.bytes().next().is_some_and(is_name_start) && name.bytes().all(is_name);
        if !is_name {
            self.unreadable("a loop's variable is not a name");
        }
        self.lines();
        let words = if self.reserved() == Some("in") {
            self.at += "in".len();
            Some(self.words_of_line())
        } else {
            None
        };
        self.separator();
        Kind::For {
            name,
            words,
            body: self.loop_body(),
        }
    }

    fn arithmetic_for(&mut self) -> Kind {
        // Three expressions between `;`: each must be plain arithmetic for itself.
        let rest = self.rest();
        let head = rest.split("))").next().unwrap_or_default();
        let length = head.len();
        let joined = format!("{})", head.replace(';', ","));
        let is_plain = Reader::new(&joined, self.context).arithmetic_until(")").is_some();
        if !is_plain || rest.len() == length {
            self.unreadable("the head of a loop is not plain arithmetic");
        }
        self.at += length;
        self.take("))");
        self.separator();
        let body = self.loop_body();
        // The head counts as a condition: it is computed before and after each round.
        Kind::Loop {
            condition: arithmetic_list(joined.trim_end_matches(')')),
            body,
        }
    }

    fn loop_body(&mut self) -> List {
        self.lines();
        if self.reserved() == Some("{") {
            self.at += 1;
            let body = self.block(&["}"]);
            self.expect("}");
            return body;
        }
        self.do_block()
    }

    fn words_of_line(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            self.blanks();
            let start = self.at;
            let word = self.word();
            if self.at == start {
                return words;
            }
            words.push(word);
        }
    }

    fn separator(&mut self) {
        self.blanks();
        self.take(";");
        self.lines();
    }

    fn case(&mut self) -> Case {
        self.blanks();
        let word = self.word();
        self.expect("in");
        let mut arms = Vec::new();
        loop {
            self.lines();
            if self.byte().is_none() || self.reserved() == Some("esac") {
                break;
            }
            let start = self.at;
            let patterns = self.patterns();
            let stop = Stop {
                at_case_end: true,
                words: &["esac"],
                ..Stop::default()
            };
            let body = self.nested(|reader| reader.list(stop));
            arms.push((patterns, body));
            let _ = self.take(";;&") || self.take(";;") || self.take(";&");
            if self.at == start {
                break;
            }
        }
        self.expect("esac");
        Case { word, arms }
    }

    fn patterns(&mut self) -> Vec<Word> {
        self.take("(");
        let mut patterns = Vec::new();
        loop {
            self.blanks();
            patterns.push(self.word());
            self.blanks();
            if !self.take("|") {
                break;
            }
        }
        if !self.take(")") {
            self.unreadable("a pattern of `case` has no `)`");
        }
        patterns
    }

    fn coprocess(&mut self) -> Kind {
        self.unreadable("a coprocess runs beside the line");
        self.blanks();
        // `coproc NAME { … }`: the name is a word of its own only in front of a compound command.
        let before = self.at;
        let has_name = self.reserved().is_none() && !self.take_while(is_name).is_empty();
        self.blanks();
        let names_one = has_name && (self.byte() == Some(b'(') || self.reserved().is_some());
        if !names_one {
            self.at = before;
        }
        let body = self.nested(|reader| Some(reader.command()));
        body.map_or(Kind::Nothing, |body| Kind::Coprocess(Box::new(body)))
    }

    /// What stands between `[[` and `]]`.
    fn test(&mut self) -> Kind {
        let mut words = Vec::new();
        loop {
            self.lines();
            if self.reserved() == Some("]]") {
                self.at += 2;
                return Kind::Test(words);
            }
            let start = self.at;
            let word = self.word();
            if self.at > start {
                let takes_pattern = matches!(word.as_bare(), Some("=" | "==" | "!=" | "=~"));
                words.push(word);
                if takes_pattern {
                    self.blanks();
                    words.push(self.pattern());
                }
            } else if self.take("&&") || self.take("||") || self.operator_of_test() {
                words.push(Word::default());
            } else {
                self.unreadable("`[[` never ends");
                return Kind::Test(words);
            }
        }
    }

    /// A pattern or an expression, in which brackets and `|` are not the shell's.
    fn pattern(&mut self) -> Word {
        let mut pattern = Word::default();
        let mut depth = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b'|' => {}
                _ if !is_meta(byte) || self.starts_with("<(") || self.starts_with(">(") => {
                    let chunk = self.word();
                    pattern.pieces.extend(chunk.pieces);
                    continue;
                }
                _ if depth > 0 => {}
                _ => break,
            }
            self.at += 1;
        }
        pattern
    }

    fn operator_of_test(&mut self) -> bool {
        matches!(self.byte(), Some(b'(' | b')' | b'<' | b'>' | b'|')) && self.take_char().is_some()
    }
}

fn arithmetic_list(text: &str) -> List {
    use super::tree::{Item, Link, Pipeline};
    let command = Command {
        kind: Kind::Arithmetic(text.to_owned()),
        redirects: Vec::new(),
    };
    List {
        items: vec![Item {
            pipelines: vec![(
                Link::First,
                Pipeline {
                    stages: vec![command],
                    text: text.to_owned(),
                },
            )],
            in_background: false,
        }],
    }
}
