//! A transcript as a file: prose for people, and fenced blocks that are played or compared.

/// What is wrong with a transcript, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) message: String,
}

/// The result of what a transcript says on some line.
pub(crate) type Played<T> = Result<T, Mistake>;

pub(crate) struct Document {
    lines: Vec<String>,
    pub(crate) blocks: Vec<Block>,
}

/// A fenced block: `kind` and `argument` are the two halves of its info string.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) kind: String,
    pub(crate) argument: String,
    pub(crate) body: Vec<String>,
    /// The line of its opening fence, from 1.
    pub(crate) line: usize,
}

impl Block {
    pub(crate) fn mistake(&self, message: impl Into<String>) -> Mistake {
        Mistake {
            line: self.line,
            message: message.into(),
        }
    }

    /// The lines with something on them, each with its number in the file.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.body.iter().enumerate();
        let numbered = lines.map(|(at, line)| (self.line + 1 + at, line.as_str()));
        numbered.filter(|(_, line)| !line.trim().is_empty())
    }

    pub(crate) fn text(&self) -> String {
        self.body.iter().map(|line| format!("{line}\n")).collect()
    }
}

impl Document {
    pub(crate) fn parse(text: &str) -> Played<Self> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut blocks: Vec<Block> = Vec::new();
        let mut open: Option<(Block, &str)> = None;
        for (at, line) in text.lines().enumerate() {
            open = match open {
                Some((block, fence)) if line.trim_end() == fence => {
                    blocks.push(block);
                    None
                }
                Some((mut block, fence)) => {
                    block.body.push(line.to_owned());
                    Some((block, fence))
                }
                None => opened(line, at + 1),
            };
        }
        match open {
            Some((block, _)) => Err(block.mistake("this block is never closed")),
            None => Ok(Self { lines, blocks }),
        }
    }

    /// The file with other bodies for some of its blocks, given in their order.
    pub(crate) fn with_bodies(&self, bodies: &[(&Block, Vec<String>)]) -> String {
        let mut text: Vec<&str> = Vec::new();
        let mut next = 0;
        for (block, body) in bodies {
            text.extend(self.lines[next..block.line].iter().map(String::as_str));
            text.extend(body.iter().map(String::as_str));
            next = block.line + block.body.len();
        }
        text.extend(self.lines[next..].iter().map(String::as_str));
        text.join("\n") + "\n"
    }
}

fn opened(line: &str, number: usize) -> Option<(Block, &str)> {
    let fence = &line[..line.len() - line.trim_start_matches('`').len()];
    if fence.len() < 3 {
        return None;
    }
    let info = line[fence.len()..].trim();
    let (kind, argument) = info.split_once(' ').unwrap_or((info, ""));
    let block = Block {
        kind: kind.to_owned(),
        argument: argument.trim().to_owned(),
        body: Vec::new(),
        line: number,
    };
    Some((block, fence))
}
