//! What can be said of a broken text.
//!
//! One missing brace makes the parser swallow all that follows, or hang it below the function being typed. But people
//! start top-level declarations at the first column: so each damaged stretch of the tree is cut there, and the pieces
//! are parsed for themselves. The broken piece stays broken, its neighbours are whole again.

use std::iter;
use std::ops::Range;

use tree_sitter::Node;

use super::walk;
use crate::Language;
use crate::code::Code;
use crate::tree::SyntaxTree;

/// The top-level stretches that hold syntax errors, each cut into the declarations that seem to start there; those
/// with one piece only are left out.
pub(super) fn pieces(tree: &SyntaxTree) -> Vec<Vec<Range<usize>>> {
    let root = tree.tree.root_node();
    if !root.has_error() {
        return Vec::new();
    }
    let whole = root.is_error().then_some(0..tree.rope.len_bytes());
    let stretches = whole.map_or_else(|| damaged(root), |whole| iter::once(whole).collect());
    let cuts = declaration_starts(tree);
    stretches
        .into_iter()
        .map(|stretch| cut(stretch, &cuts))
        .filter(|pieces| pieces.len() > 1)
        .collect()
}

/// Neighbouring children with errors, joined, each with the comments and attributes above it.
fn damaged(root: Node<'_>) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    let mut joins = false;
    let mut leading = None;
    for child in root.children(&mut root.walk()) {
        if child.has_error() {
            let start = leading.take().unwrap_or(child.start_byte());
            match stretches.last_mut().filter(|_| joins) {
                Some(last) => last.end = child.end_byte(),
                None => stretches.push(start..child.end_byte()),
            }
            joins = true;
        } else if walk::is_leading(child.kind()) && child.start_position().column == 0 {
            leading.get_or_insert(child.start_byte());
        } else {
            (joins, leading) = (false, None);
        }
    }
    stretches
}

fn cut(stretch: Range<usize>, cuts: &[usize]) -> Vec<Range<usize>> {
    let mut starts = vec![stretch.start];
    let inside = cuts.partition_point(|cut| *cut <= stretch.start)..cuts.partition_point(|cut| *cut < stretch.end);
    starts.extend(&cuts[inside]);
    let ends = starts[1..].iter().copied().chain([stretch.end]);
    starts.iter().zip(ends).map(|(start, end)| *start..end).collect()
}

/// Offsets of the lines that look like the start of a top-level declaration, or of the comments and attributes
/// directly above one.
fn declaration_starts(tree: &SyntaxTree) -> Vec<usize> {
    let code = Code { rope: &tree.rope };
    let mut starts = Vec::new();
    let mut offset = 0;
    let mut leading = None;
    for line in code.rope.lines() {
        let head: String = line.chars().take(HEAD).collect();
        if is_leading(tree.language, &head) {
            leading.get_or_insert(offset);
        } else {
            if is_declaration(tree.language, &head) {
                starts.push(leading.unwrap_or(offset));
            }
            leading = None;
        }
        offset += line.len_bytes();
    }
    starts
}

/// Characters of a line that are looked at: more than the longest keyword has.
const HEAD: usize = 16;

fn is_leading(language: Language, head: &str) -> bool {
    let starts: &[&str] = match language {
        Language::Rust => &["//", "/*", " *", "#["],
        Language::Python => &["#", "@"],
        Language::Go => &["//", "/*", "*/"],
        Language::TypeScript | Language::Tsx | Language::JavaScript => &["//", "/*", " *", "@"],
        _ => &[],
    };
    starts.iter().any(|start| head.starts_with(start))
}

fn is_declaration(language: Language, head: &str) -> bool {
    let keywords: &[&str] = match language {
        Language::Rust => &[
            "pub",
            "fn",
            "async",
            "unsafe",
            "extern",
            "struct",
            "enum",
            "union",
            "trait",
            "impl",
            "mod",
            "const",
            "static",
            "type",
            "use",
            "macro_rules",
        ],
        Language::Python => &["def", "class", "async"],
        Language::Go => &["func", "type", "const", "var", "import"],
        Language::TypeScript | Language::Tsx | Language::JavaScript => &[
            "export",
            "function",
            "async",
            "class",
            "abstract",
            "interface",
            "type",
            "enum",
            "namespace",
            "declare",
            "const",
            "let",
            "var",
            "import",
            "describe",
            "it",
            "test",
        ],
        _ => &[],
    };
    let word = head
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()
        .unwrap_or_default();
    keywords.contains(&word)
}
