//! Go: a table test in `<file>_test.go`, same package.

use super::{Subject, append, done, existing, paths, propose, unused_name};
use crate::rules::call::Call;
use crate::rules::fix::go_import;
use crate::rules::patch;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::signature::go_results;
use crate::rules::source::Source;
use crate::rules::turn::{Plan, Turn};
use crate::rules::words::capitalize;

static PACKAGE: Pattern = pattern!(r"^package\s+(\w+)");
static QUALIFIED: Pattern = pattern!(r"\b([a-z]\w*)\.[A-Z]");
static GENERIC: Pattern = pattern!(r"\bfunc\s+(?:\([^)]*\)\s*)?\w+\[");
/// Types that `!=` compares.
const COMPARABLE: &str = "bool string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 byte rune uintptr";

pub(super) fn plan(turn: &mut Turn<'_>, subject: &Subject) -> Plan {
    let symbol = &subject.symbol;
    if GENERIC.is_match(&symbol.signature) || symbol.receiver.as_ref().is_some_and(|receiver| receiver.contains('[')) {
        return Ok(format!(
            "`{}` is generic: I cannot choose its type arguments, so I wrote no test.",
            symbol.name
        ));
    }
    let package = subject.source.lines().find_map(|(_, text)| PACKAGE.captures(text));
    let Some(package) = package.map(|found| found[1].to_owned()) else {
        return Ok(format!(
            "I do not see the package clause of `{}`, so I wrote no test.",
            subject.path
        ));
    };
    let path = format!("{}{}_test.go", subject.folder(), subject.stem());
    let listing = turn.ask("I look for the file's tests.", &[Call::glob(&path)])?;
    let is_there = listing
        .iter()
        .any(|answer| paths(answer.ok().unwrap_or_default()).any(|found| found == path));

    let test = Table::of(subject);
    let mut imports = vec!["testing".to_owned()];
    imports.extend(test.needs_reflect().then(|| "reflect".to_owned()));
    imports.extend(test.imports(&subject.source));
    imports.sort();
    if !is_there {
        let imports: Vec<(&str, Option<&str>)> = imports.iter().map(|path| (path.as_str(), None)).collect();
        let imports = go_import::declaration(&imports);
        let text = format!("package {package}\n\n{imports}\n\n{}", test.text(&test.name()));
        return propose(
            turn,
            &[Call::write(&path, &text)],
            done(subject, &format!("the new file `{path}`")),
        );
    }
    let source = existing(turn, &path)?;
    let name = unused_name(&source, &test.name());
    let mut calls = vec![append(&path, &source, 1, &test.text(&name))];
    let imports: Vec<&str> = imports.iter().map(String::as_str).collect();
    let edits = go_import::add(&source, &imports);
    // The imports stand above, so they go after the test.
    calls.extend(
        edits
            .and_then(|edits| patch::calls(&path, &source, edits))
            .unwrap_or_default(),
    );
    propose(turn, &calls, done(subject, &format!("`{path}`")))
}

/// The parts of a table test.
struct Table<'a> {
    subject: &'a Subject,
    /// Field name, type, and how the field is passed.
    fields: Vec<(String, String, String)>,
    values: Vec<String>,
    fails: bool,
}

impl<'a> Table<'a> {
    fn of(subject: &'a Subject) -> Self {
        let symbol = &subject.symbol;
        let declared = symbol.returns.as_deref().unwrap_or_default().trim();
        let results = go_results(declared);
        let fails = results.last().is_some_and(|ty| ty == "error");
        let values = results[..results.len() - usize::from(fails)].to_vec();
        let fields = symbol
            .inputs()
            .enumerate()
            .map(|(at, param)| {
                let ty = param.ty.as_deref().unwrap_or("any");
                let name = match param.identifier() {
                    Some("name" | "want" | "wantErr") | None => format!("arg{at}"),
                    Some(name) => name.to_owned(),
                };
                match ty.strip_prefix("...") {
                    Some(element) => (name.clone(), format!("[]{element}"), format!("tt.{name}...")),
                    None => (name.clone(), ty.to_owned(), format!("tt.{name}")),
                }
            })
            .collect();
        Self {
            subject,
            fields,
            values,
            fails,
        }
    }

    fn name(&self) -> String {
        let symbol = &self.subject.symbol;
        match symbol.owner().filter(|_| self.receiver_type().is_some()) {
            Some(parent) => format!("Test{}_{}", capitalize(parent), symbol.name),
            None if symbol.exported => format!("Test{}", symbol.name),
            None => format!("Test_{}", symbol.name),
        }
    }

    /// The bare type that a method is declared on.
    fn receiver_type(&self) -> Option<String> {
        let symbol = &self.subject.symbol;
        let ty = symbol.receiver.as_deref()?.rsplit([' ', '*']).next()?;
        (!ty.is_empty()).then(|| ty.to_owned())
    }

    fn needs_reflect(&self) -> bool {
        self.values
            .iter()
            .any(|ty| !COMPARABLE.split(' ').any(|known| known == ty))
    }

    /// Import paths of the packages that the table's types name.
    fn imports(&self, source: &Source) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for ty in self.fields.iter().map(|field| &field.1).chain(&self.values) {
            for package in QUALIFIED.captures_iter(ty).map(|found| found[1].to_owned()) {
                if let Some(path) = go_import::path_of(source, &package)
                    && !found.contains(&path)
                {
                    found.push(path);
                }
            }
        }
        found
    }

    fn text(&self, name: &str) -> String {
        let symbol = &self.subject.symbol;
        let mut columns: Vec<(String, String)> = vec![("name".to_owned(), "string".to_owned())];
        columns.extend(self.fields.iter().map(|(name, ty, _)| (name.clone(), ty.clone())));
        let wants: Vec<String> = match self.values.len() {
            1 => vec!["want".to_owned()],
            many => (0..many).map(|at| format!("want{at}")).collect(),
        };
        columns.extend(wants.iter().cloned().zip(self.values.iter().cloned()));
        columns.extend(self.fails.then(|| ("wantErr".to_owned(), "bool".to_owned())));
        let width = columns.iter().map(|(name, _)| name.len()).max().unwrap_or(0);

        let mut text = format!("func {name}(t *testing.T) {{\n\ttests := []struct {{\n");
        for (name, ty) in &columns {
            text.push_str(&format!("\t\t{name:width$} {ty}\n"));
        }
        text.push_str("\t}{\n\t\t// Skeleton: fill in the arguments and the expected values.\n\t\t{name: \"placeholder\"},\n\t}\n");
        text.push_str("\tfor _, tt := range tests {\n\t\tt.Run(tt.name, func(t *testing.T) {\n");
        let callee = match self.receiver_type() {
            Some(ty) => {
                text.push_str(&format!("\t\t\tvar value {ty}\n"));
                format!("value.{}", symbol.name)
            }
            None => symbol.name.clone(),
        };
        let arguments: Vec<&str> = self.fields.iter().map(|field| field.2.as_str()).collect();
        let call = format!("{callee}({})", arguments.join(", "));
        let mut results: Vec<String> = wants.iter().map(|want| want.replace("want", "got")).collect();
        results.extend(self.fails.then(|| "err".to_owned()));
        if results.is_empty() {
            text.push_str(&format!("\t\t\t{call}\n"));
        } else {
            text.push_str(&format!("\t\t\t{} := {call}\n", results.join(", ")));
        }
        if self.fails {
            text.push_str("\t\t\tif (err != nil) != tt.wantErr {\n");
            text.push_str(&format!(
                "\t\t\t\tt.Fatalf(\"{}() error = %v, wantErr %v\", err, tt.wantErr)\n\t\t\t}}\n",
                symbol.name
            ));
        }
        for ((want, got), ty) in wants.iter().zip(&results).zip(&self.values) {
            let differs = if COMPARABLE.split(' ').any(|known| known == ty) {
                format!("{got} != tt.{want}")
            } else {
                format!("!reflect.DeepEqual({got}, tt.{want})")
            };
            text.push_str(&format!(
                "\t\t\tif {differs} {{\n\t\t\t\tt.Errorf(\"{}() {got} = %v, want %v\", {got}, tt.{want})\n\t\t\t}}\n",
                symbol.name
            ));
        }
        text.push_str("\t\t})\n\t}\n}\n");
        text
    }
}
