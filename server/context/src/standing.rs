//! What a file is to someone who looks for the code to change: the code, its tests, its documents, or what others
//! wrote and machines made. Known from the path alone.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Code,
    Test,
    /// Examples, benchmarks, scripts, sites: code about the code.
    Aside,
    /// Prose and settings.
    Document,
    /// Vendored, generated, minified.
    Foreign,
}

const TEST_FOLDERS: [&str; 16] = [
    "test",
    "tests",
    "__tests__",
    "spec",
    "specs",
    "testdata",
    "test_data",
    "test-data",
    "fixture",
    "fixtures",
    "__snapshots__",
    "snapshots",
    "e2e",
    "mocks",
    "__mocks__",
    "testutil",
];
const ASIDE_FOLDERS: [&str; 19] = [
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "doc",
    "docs",
    "example",
    "examples",
    "site",
    "website",
    "scripts",
    "script",
    "playground",
    "demo",
    "demos",
    ".github",
    "xtask",
    "samples",
    "tutorials",
];
const FOREIGN_FOLDERS: [&str; 12] = [
    "vendor",
    "vendored",
    "third_party",
    "third-party",
    "node_modules",
    "deps",
    "dist",
    "build",
    "target",
    "generated",
    "__generated__",
    "web_modules",
];
const FOREIGN_ENDINGS: [&str; 8] = [
    ".min.js",
    ".min.css",
    ".pb.go",
    "_pb2.py",
    ".d.ts",
    "_string.go",
    ".lock",
    ".map",
];
const PROSE: [&str; 22] = [
    "md",
    "mdx",
    "rst",
    "txt",
    "adoc",
    "toml",
    "json",
    "jsonc",
    "yaml",
    "yml",
    "ini",
    "cfg",
    "lock",
    "csv",
    "svg",
    "html",
    "xml",
    "snap",
    "tex",
    "po",
    "properties",
    "editorconfig",
];

impl Standing {
    pub(crate) fn of(path: &str) -> Self {
        let lower = path.to_ascii_lowercase();
        let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
        let in_any = |names: &[&str]| folders.split('/').any(|folder| names.contains(&folder));
        let generated = name.contains(".gen.") || name.contains("generated.");
        if in_any(&FOREIGN_FOLDERS) || generated || FOREIGN_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            return Self::Foreign;
        }
        if in_any(&TEST_FOLDERS) || is_test_name(name) {
            return Self::Test;
        }
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        if PROSE.contains(&extension) || !name.contains('.') || name.starts_with('.') {
            return Self::Document;
        }
        if in_any(&ASIDE_FOLDERS) {
            return Self::Aside;
        }
        Self::Code
    }
}

fn is_test_name(name: &str) -> bool {
    let mut parts = name.split('.');
    let stem = parts.next().unwrap_or_default();
    let marked = parts.any(|part| matches!(part, "test" | "spec" | "bench" | "stories"));
    marked
        || matches!(stem, "test" | "tests" | "conftest")
        || stem.starts_with("test_")
        || ["_test", "_tests", "_spec", "_bench"]
            .iter()
            .any(|ending| stem.ends_with(ending))
        || name.ends_with("test.java")
        || name.ends_with("tests.java")
}
