//! Prints which imports of a folder lead to files, by language, and those that should and do not.
//!
//! `imports FOLDER`. *Own* are the imports that mean something of the folder by how they begin: relative ones, and those
//! that start with the name of a package, crate, module or Python package in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use context::imports::Resolver;
use context::{Catalog, Digest, Import, Language, Origin, Skeleton};

/// Of what leads nowhere, so many are printed.
const MOST: usize = 25;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).context("usage: imports FOLDER")?;
    let lab = Lab::open(PathBuf::from(folder));
    let mut out = std::io::stdout().lock();
    for (language, count) in lab.count() {
        let (all, own, resolved) = (count.all, count.own, count.resolved);
        writeln!(out, "{language}: {all} imports, {own} own, {resolved} lead to files")?;
        print(&mut out, &count.lost)?;
        let (names, there, behind) = (count.names, count.there, count.behind);
        writeln!(
            out,
            "  {names} names of these: {there} declared there, {behind} behind it"
        )?;
        print(&mut out, &count.nowhere)?;
    }
    Ok(())
}

fn print(out: &mut impl Write, lost: &Lost) -> anyhow::Result<()> {
    let mut lost: Vec<_> = lost.iter().collect();
    lost.sort_by_key(|(_, (times, _))| std::cmp::Reverse(*times));
    for (target, (times, path)) in lost.into_iter().take(MOST) {
        writeln!(out, "    {times} {target}    {path}")?;
    }
    Ok(())
}

/// How often, and where for example.
type Lost = BTreeMap<String, (usize, String)>;

#[derive(Default)]
struct Count {
    all: usize,
    own: usize,
    resolved: usize,
    lost: Lost,
    /// Those that resolved imports bring in: declared in the file that is imported, or in one behind it.
    names: usize,
    there: usize,
    behind: usize,
    nowhere: Lost,
}

struct Lab {
    root: PathBuf,
    catalog: Catalog,
    resolver: Resolver,
    paths: Vec<String>,
    names: BTreeSet<String>,
}

impl Lab {
    fn open(root: PathBuf) -> Self {
        let read = |path: &str| fs::read_to_string(root.join(path)).ok();
        let entries = ignore::Walk::new(&root).filter_map(Result::ok);
        let paths = entries.filter_map(|entry| Some(entry.path().strip_prefix(&root).ok()?.to_str()?.to_owned()));
        let digests = paths.filter_map(|path| {
            let text = read(&path)?;
            let digest = Digest::of(Path::new(&path), &text);
            Some((path, Arc::new(digest)))
        });
        let digests: Vec<_> = digests.collect();
        let names = digests.iter().filter_map(|(path, _)| own_name(path, &read)).collect();
        let paths = digests.iter().map(|(path, _)| path.clone()).collect();
        let catalog = Catalog::of(digests);
        Self {
            paths,
            resolver: catalog.resolver(&read),
            catalog,
            names,
            root,
        }
    }

    fn count(&self) -> BTreeMap<&'static str, Count> {
        let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
        for path in &self.paths {
            let language = Language::of_path(Path::new(path));
            let text = fs::read_to_string(self.root.join(path)).unwrap_or_default();
            let Some((language, skeleton)) = language.and_then(|it| Some((it, Skeleton::read(it, &text)?))) else {
                continue;
            };
            for import in &skeleton.imports {
                let count = counts.entry(language.name()).or_default();
                let found = self.resolver.resolve_import(language, path, import, &text);
                count.all += 1;
                if !found.is_empty() {
                    count.own += 1;
                    count.resolved += 1;
                    self.count_names(count, path, import, &text, &found);
                } else if self.is_own(&import.target) {
                    count.own += 1;
                    lose(&mut count.lost, import.target.to_string(), path);
                }
            }
        }
        counts
    }

    fn count_names(&self, count: &mut Count, path: &str, import: &Import, text: &str, found: &[u32]) {
        for name in import.names.iter().filter(|name| name.origin != Origin::All) {
            let bound = &text[name.bound.start as usize..name.bound.end as usize];
            let places = self.catalog.imported_as(&self.resolver, path, bound);
            let is_found = |(file, _): &(String, String)| found.iter().any(|id| self.catalog.path_of(*id) == file);
            count.names += 1;
            if places.is_empty() {
                lose(&mut count.nowhere, format!("{bound} of {}", import.target), path);
            } else if places.iter().any(is_found) {
                count.there += 1;
            } else {
                count.behind += 1;
            }
        }
    }

    fn is_own(&self, target: &str) -> bool {
        let is_under = |name: &String| {
            let rest = target.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.', ':']))
        };
        let first = target.split("::").next().unwrap_or_default();
        target.starts_with(['.', '#', '~'])
            || target.starts_with("@/")
            || matches!(first, "crate" | "self" | "super")
            || self.names.iter().any(is_under)
    }
}

fn lose(lost: &mut Lost, what: String, path: &str) {
    let place = lost.entry(what).or_default();
    *place = (place.0 + 1, path.to_owned());
}

/// The name by which others import what a manifest or a package's file is of.
fn own_name(path: &str, read: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "package.json" => {
            let json: serde_json::Value = serde_json::from_str(&read(path)?).ok()?;
            Some(json.get("name")?.as_str()?.to_owned())
        }
        "Cargo.toml" => {
            let text = read(path)?;
            let (_, package) = text.split_once("[package]")?;
            let line = package.lines().find(|line| line.starts_with("name"))?;
            Some(line.split('"').nth(1)?.replace('-', "_"))
        }
        "go.mod" => Some(read(path)?.lines().next()?.split(' ').nth(1)?.to_owned()),
        "__init__.py" => folder.rsplit('/').next().map(str::to_owned),
        _ if name.ends_with(".lua") => folder.split_once("lua/")?.1.split('/').next().map(str::to_owned),
        _ => None,
    }
}
