//! The corpus: one command line a row, under headings that give the verdict and the reason.
//!
//! ```text
//! # a remark
//! @ask auto sandbox=on the reason, to the end of the line
//! first command line
//! second command line
//! | its second line
//! ```
//!
//! A heading's options: `sandbox=on|off` and `trust=on|off|both` (without them: either sandbox, trusted), `auto`
//! (asks even in mode auto), `cwd=FOLDER`, `repo=NAME` (a variant of the repository). `{ROOT}` in a line is the
//! repository's folder.

use anyhow::{Context, bail};
use permissions::{Confinement, Decision};

use crate::repository::Repository;

const CORPUS: [(&str, &str); 6] = [
    ("readers", include_str!("../corpus/readers.rows")),
    ("git_readers", include_str!("../corpus/git_readers.rows")),
    ("builds", include_str!("../corpus/builds.rows")),
    ("asks", include_str!("../corpus/asks.rows")),
    ("poisoned", include_str!("../corpus/poisoned.rows")),
    ("denies", include_str!("../corpus/denies.rows")),
];

/// A command line of the corpus.
#[derive(Clone, Debug)]
pub struct Row {
    /// As it would be typed; `{ROOT}` is not filled in.
    pub line: String,
    pub verdict: Decision,
    pub why: String,
    /// `file:line`, for messages.
    pub origin: String,
    /// None: under either.
    pub sandbox: Option<Confinement>,
    pub trust: Trusted,
    /// Whether the verdict holds in mode auto too.
    pub auto: bool,
    /// The folder that it starts in, relative to the repository.
    pub cwd: String,
    pub repository: Repository,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trusted {
    Yes,
    No,
    Either,
}

/// A row under one confinement and one state of trust.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub row: &'a Row,
    pub confinement: Confinement,
    pub trusted: bool,
}

impl Row {
    /// Allowed wherever it runs: it only reads.
    #[must_use]
    pub fn is_reader(&self) -> bool {
        self.verdict == Decision::Allow && self.sandbox.is_none()
    }

    /// Every confinement and state of trust that the row speaks about.
    #[must_use]
    pub fn cases(&self) -> Vec<Case<'_>> {
        let confinements = match self.sandbox {
            Some(one) => vec![one],
            None => vec![Confinement::Workbench, Confinement::InPlace],
        };
        let trusts: &[bool] = match self.trust {
            Trusted::Yes => &[true],
            Trusted::No => &[false],
            Trusted::Either => &[true, false],
        };
        let case = |confinement, trusted| Case {
            row: self,
            confinement,
            trusted,
        };
        confinements
            .into_iter()
            .flat_map(|confinement| trusts.iter().map(move |trusted| case(confinement, *trusted)))
            .collect()
    }
}

/// Every row of the corpus, in its order.
///
/// # Errors
/// A heading that cannot be read, or a row without one; with file and line.
pub fn rows() -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (file, text) in CORPUS {
        read(file, text, &mut rows)?;
    }
    Ok(rows)
}

/// Every case of the given rows.
#[must_use]
pub fn cases(rows: &[Row]) -> Vec<Case<'_>> {
    rows.iter().flat_map(Row::cases).collect()
}

fn read(file: &str, text: &str, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let mut heading: Option<Row> = None;
    for (index, line) in text.lines().enumerate() {
        let origin = format!("corpus/{file}.rows:{}", index + 1);
        if let Some(options) = line.strip_prefix('@') {
            heading = Some(read_heading(options).with_context(|| origin)?);
        } else if let Some(more) = line.strip_prefix("| ").or((line == "|").then_some("")) {
            let row = rows
                .last_mut()
                .with_context(|| format!("{origin}: it continues no row"))?;
            row.line.push('\n');
            row.line.push_str(more);
        } else if !line.is_empty() && !line.starts_with("# ") {
            let mut row = heading.clone().with_context(|| format!("{origin}: no heading above"))?;
            line.clone_into(&mut row.line);
            row.origin = origin;
            rows.push(row);
        }
    }
    Ok(())
}

fn read_heading(text: &str) -> anyhow::Result<Row> {
    let (verdict, mut rest) = text.split_once(' ').context("a heading needs a reason")?;
    let mut row = Row {
        line: String::new(),
        verdict: match verdict {
            "allow" => Decision::Allow,
            "ask" => Decision::Ask,
            "deny" => Decision::Deny,
            _ => bail!("`{verdict}` is no verdict: use allow, ask or deny"),
        },
        why: String::new(),
        origin: String::new(),
        sandbox: None,
        trust: Trusted::Yes,
        auto: verdict != "ask",
        cwd: String::new(),
        repository: Repository::Plain,
    };
    while let Some((option, more)) = rest.split_once(' ') {
        match option.split_once('=') {
            Some(("sandbox", "on")) => row.sandbox = Some(Confinement::Workbench),
            Some(("sandbox", "off")) => row.sandbox = Some(Confinement::InPlace),
            Some(("trust", "on")) => row.trust = Trusted::Yes,
            Some(("trust", "off")) => row.trust = Trusted::No,
            Some(("trust", "both")) => row.trust = Trusted::Either,
            Some(("cwd", folder)) => folder.clone_into(&mut row.cwd),
            Some(("repo", name)) => row.repository = Repository::named(name)?,
            Some(_) => bail!("`{option}` is no option of a heading"),
            None if option == "auto" => row.auto = true,
            None => break,
        }
        rest = more;
    }
    rest.clone_into(&mut row.why);
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, Decision, &str)]) {
        let mut rows = Vec::new();
        read("test", text, &mut rows).expect("a corpus");
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.line.as_str(), row.verdict, row.why.as_str()))
            .collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_row_stands_under_its_heading() {
        check(
            "# remark\n@allow it reads\nls\n\n@deny sandbox=on cwd=a b c\nrm\n",
            &[("ls", Decision::Allow, "it reads"), ("rm", Decision::Deny, "b c")],
        );
    }

    #[test]
    fn a_bar_continues_a_row() {
        check(
            "@ask why not\ncat <<E\n| a\n|\n| E\n",
            &[("cat <<E\na\n\nE", Decision::Ask, "why not")],
        );
    }

    #[test]
    fn mistakes_name_their_place() {
        for (text, message) in [
            ("ls\n", "corpus/test.rows:1: no heading above"),
            ("@maybe x y\n", "corpus/test.rows:1"),
            ("| x\n", "corpus/test.rows:1: it continues no row"),
        ] {
            let error = read("test", text, &mut Vec::new()).expect_err("a mistake");
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn the_corpus_is_large_and_says_each_line_once() {
        let rows = rows().expect("the corpus can be read");
        let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
        assert!(rows.iter().filter(|row| row.is_reader()).count() >= 300);
        assert!(count(Decision::Ask) >= 500 && count(Decision::Deny) >= 300);
        assert!(rows.iter().all(|row| !row.why.is_empty()));
        let mut seen = std::collections::HashSet::new();
        let twice: Vec<_> = rows
            .iter()
            .filter(|row| {
                !seen.insert((
                    &row.line,
                    &row.cwd,
                    format!("{:?}{:?}{:?}", row.repository, row.sandbox, row.trust),
                ))
            })
            .map(|row| format!("{}: {}", row.origin, row.line))
            .collect();
        assert!(twice.is_empty(), "said twice: {twice:#?}");
    }
}
