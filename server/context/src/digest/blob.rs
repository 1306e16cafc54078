//! A digest as bytes: numbers of seven bits a byte, sorted lists as differences.
//!
//! What is read back is checked as far as others rely on it: bytes that no digest gives are none.

use super::imports::Imports;
use super::{Count, Declared, Digest};
use crate::SymbolKind;
use crate::pieces::Piece;

/// Changes with these bytes and with what a digest says of a text.
pub(crate) const FORMAT: u32 = 4;

const KINDS: [SymbolKind; 17] = [
    SymbolKind::Function,
    SymbolKind::Method,
    SymbolKind::Property,
    SymbolKind::Class,
    SymbolKind::Struct,
    SymbolKind::Enum,
    SymbolKind::Variant,
    SymbolKind::Trait,
    SymbolKind::Interface,
    SymbolKind::Impl,
    SymbolKind::Module,
    SymbolKind::Type,
    SymbolKind::Constant,
    SymbolKind::Static,
    SymbolKind::Variable,
    SymbolKind::Macro,
    SymbolKind::Test,
];

impl Digest {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(
            64 + self.words.len() * 4 + self.uses.len() * 5 + self.names.len(),
        ));
        out.number(self.lines);
        out.number(self.bytes);
        write_pieces(&mut out, &self.pieces);
        write_counts(&mut out, &self.words);
        write_counts(&mut out, &self.uses);
        out.length(self.declarations.len());
        for (index, declared) in self.declarations.iter().enumerate() {
            out.number(u32::from(declared.name.1));
            out.0.push(declared.kind as u8);
            out.number(declared.first);
            out.number(declared.last.saturating_sub(declared.first));
            out.number(declared.name_line.saturating_sub(declared.first));
            let back = declared
                .parent
                .map_or(0, |parent| index.saturating_sub(parent as usize));
            out.length(back);
        }
        out.text(self.imports.text());
        out.text(&self.names);
        out.0
    }

    /// None if the bytes are not those of a digest.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        let (lines, bytes) = (from.number()?, from.number()?);
        let pieces = read_pieces(&mut from)?;
        let words = read_counts(&mut from, pieces.len())?;
        let uses = read_counts(&mut from, pieces.len())?;
        let mut name_at = 0;
        let declarations = (0..from.length()?)
            .map(|index| {
                let length = u16::try_from(from.number()?).ok()?;
                let kind = *KINDS.get(usize::from(from.byte()?))?;
                let first = from.number()?;
                let last = first.checked_add(from.number()?)?;
                let name_line = first.checked_add(from.number()?)?;
                let back = from.length()?;
                let name = (name_at, length);
                name_at += u32::from(length);
                let parent = match back {
                    0 => None,
                    back => Some(u32::try_from(index.checked_sub(back)?).ok()?),
                };
                Some(Declared {
                    name,
                    kind,
                    first,
                    last,
                    name_line,
                    parent,
                })
            })
            .collect::<Option<Box<[Declared]>>>()?;
        let imports = Imports::from_text(from.text()?);
        let names: Box<str> = from.text()?.into();
        let fit = |declared: &Declared| names.is_char_boundary(declared.name.0 as usize);
        let whole = name_at as usize == names.len() && declarations.iter().all(fit) && from.0.is_empty();
        whole.then_some(Self {
            lines,
            bytes,
            pieces,
            words,
            uses,
            declarations,
            imports,
            names,
        })
    }
}

fn write_pieces(out: &mut Writer, pieces: &[Piece]) {
    out.length(pieces.len());
    for piece in pieces {
        out.number(piece.first);
        out.number(piece.last.saturating_sub(piece.first));
        out.number(piece.bytes);
        out.number(piece.declaration.map_or(0, |declaration| declaration + 1));
    }
}

fn read_pieces(from: &mut Reader<'_>) -> Option<Box<[Piece]>> {
    (0..from.length()?)
        .map(|_| {
            let first = from.number()?;
            Some(Piece {
                first,
                last: first.checked_add(from.number()?)?,
                bytes: from.number()?,
                declaration: from.number()?.checked_sub(1),
            })
        })
        .collect()
}

/// By term, and of each how many pieces have it: most are in one, once, which is a byte.
fn write_counts(out: &mut Writer, counts: &[Count]) {
    out.length(counts.len());
    let mut term = 0;
    for run in counts.chunk_by(|one, next| one.term == next.term) {
        out.number(run[0].term - term);
        term = run[0].term;
        out.length(run.len());
        let mut piece = 0;
        for count in run {
            let step = u32::from(count.piece - piece) << 1;
            piece = count.piece;
            if count.times == 1 {
                out.number(step);
            } else {
                out.number(step | 1);
                out.number(u32::from(count.times));
            }
        }
    }
}

fn read_counts(from: &mut Reader<'_>, pieces: usize) -> Option<Box<[Count]>> {
    let total = from.length()?;
    let mut counts = Vec::with_capacity(total);
    let mut term = 0_u32;
    while counts.len() < total {
        term = term.checked_add(from.number()?)?;
        let mut piece = 0_u32;
        for _ in 0..from.length()?.max(1) {
            let step = from.number()?;
            piece = piece.checked_add(step >> 1)?;
            let times = if step & 1 == 0 {
                1
            } else {
                u16::try_from(from.number()?).ok()?
            };
            counts.push(Count {
                term,
                piece: u16::try_from(piece).ok().filter(|piece| usize::from(*piece) < pieces)?,
                times,
            });
        }
    }
    (counts.len() == total).then(|| counts.into())
}

/// Appends to bytes.
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn number(&mut self, number: u32) {
        self.long(u64::from(number));
    }

    pub(crate) fn length(&mut self, length: usize) {
        self.long(length as u64);
    }

    pub(crate) fn long(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }
}

/// Takes from the front of bytes.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(crate) fn number(&mut self) -> Option<u32> {
        u32::try_from(self.long()?).ok()
    }

    /// Of a list that is still to come: never more than there are bytes.
    pub(crate) fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(self.long()?).ok()?;
        (length <= self.0.len()).then_some(length)
    }

    #[inline]
    pub(crate) fn long(&mut self) -> Option<u64> {
        match self.0 {
            // Most numbers are small.
            [byte @ ..0x80, rest @ ..] => {
                self.0 = rest;
                Some(u64::from(*byte))
            }
            _ => self.longer(),
        }
    }

    fn longer(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    const CODE: &str =
        "use a::b;\n\n/// Doc.\nstruct S;\n\nimpl S {\n    fn naïve_ü(&self) { self.naïve_ü(); b(); b(); }\n}\n";

    fn check(path: &str, text: &str) {
        let digest = Digest::of(Path::new(path), text);
        assert_eq!(Digest::from_bytes(&digest.to_bytes()), Some(digest));
    }

    #[test]
    fn kinds_are_numbered_in_order() {
        for (number, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, number);
        }
    }

    #[test]
    fn a_digest_is_read_back() {
        check("a.rs", CODE);
        check("a.rs", "");
        check("a.txt", CODE);
        check("a.md", "# One\n\ntext `name`\n\n## Two\n");
        check("a.py", &"def f(x):\n    return x\n\n".repeat(3000));
    }

    proptest! {
        #[test]
        fn damaged_bytes_do_no_harm(at in 0..300_usize, byte: u8, cut in 0..300_usize) {
            let mut bytes = Digest::of(Path::new("a.rs"), CODE).to_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Some(digest) = Digest::from_bytes(&bytes) {
                for declared in &digest.declarations {
                    let _ = digest.name(declared);
                }
            }
            bytes.truncate(cut);
            let _ = Digest::from_bytes(&bytes);
        }
    }
}
