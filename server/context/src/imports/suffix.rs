//! The languages whose imports say the end of a path, or one from the importer's own folder.

use super::files::Files;
use super::manifests::Manifests;
use super::path;
use crate::Language;

pub(super) fn resolve(
    files: &Files,
    manifests: &Manifests,
    language: Language,
    importer: &str,
    target: &str,
) -> Vec<u32> {
    let find = Find { files, importer };
    let found = match language {
        Language::Java => return jvm(&find, target, &["java", "kt", "scala"]),
        Language::Kotlin => return jvm(&find, target, &["kt", "java"]),
        Language::Scala => return jvm(&find, target, &["scala", "java"]),
        Language::Hcl => return find.in_folder(target, ".tf"),
        Language::C | Language::Cpp => find.relative(target).or_else(|| find.included(target)),
        Language::Protobuf => find.relative(target).or_else(|| find.nearest(target)),
        Language::Ruby => ruby(&find, target),
        Language::Lua => lua(&find, &target.replace('.', "/")),
        Language::Php => php(&find, manifests, target),
        Language::Elixir => find.dropping(&snake_path(target), &[".ex", ".exs"]),
        Language::Haskell => find.nearest(&format!("{}.hs", target.replace('.', "/"))),
        Language::OCaml | Language::OCamlInterface => ocaml(&find, target),
        Language::Dart => dart(&find, target),
        Language::Nix => find
            .relative(target)
            .or_else(|| find.relative(&format!("{target}/default.nix"))),
        Language::Zig => find.relative(target),
        Language::CMake => find
            .relative(target)
            .or_else(|| find.nearest(&format!("{target}.cmake"))),
        Language::Css | Language::Scss | Language::Less => style(&find, target),
        Language::Bash | Language::PowerShell | Language::Make | Language::R | Language::Julia => find.anywhere(target),
        _ => None,
    };
    found.into_iter().collect()
}

/// The name of what the target means in its file, where the target is a path to more than a file.
pub(super) fn thing(language: Language, target: &str) -> &str {
    let last = |separator: char| target.rsplit(separator).next().unwrap_or_default();
    match language {
        Language::Java | Language::Kotlin | Language::Scala if !target.ends_with('*') => last('.'),
        // Modules are declared by their whole names.
        Language::Elixir => target,
        Language::Php if !target.starts_with("./") => last('\\'),
        _ => "",
    }
}

struct Find<'a> {
    files: &'a Files,
    importer: &'a str,
}

impl Find<'_> {
    /// From the importer's folder.
    fn relative(&self, target: &str) -> Option<u32> {
        self.files.exact(&path::join(path::parent(self.importer), target))
    }

    fn nearest(&self, end: &str) -> Option<u32> {
        self.files.nearest(self.importer, end)
    }

    /// As a compiler is told to look for headers: in the folders above, in their `include` and `src`; and where it is
    /// found once.
    fn included(&self, target: &str) -> Option<u32> {
        let mut above = path::ancestors(path::parent(self.importer));
        let found = above.find_map(|folder| {
            let mut places = ["include", "", "src", "inc"].iter();
            places.find_map(|place| self.files.exact(&path::join(&path::join(folder, place), target)))
        });
        found.or_else(|| self.nearest(target))
    }

    /// From the importer's folder, from the top, from where it is found once.
    fn anywhere(&self, target: &str) -> Option<u32> {
        let plain = path::join("", target);
        self.relative(target)
            .or_else(|| self.files.exact(&plain))
            .or_else(|| self.nearest(&plain))
    }

    fn in_folder(&self, target: &str, ending: &str) -> Vec<u32> {
        let folder = path::join(path::parent(self.importer), target);
        let files = self.files.in_folder(&folder).iter().copied();
        files
            .filter(|index| self.files.path(*index).ends_with(ending))
            .collect()
    }

    /// Names of namespaces often leave out folders at the start or have more: the longest end that is a file. A file
    /// name alone must be the only one.
    fn dropping(&self, target: &str, endings: &[&str]) -> Option<u32> {
        let starts = std::iter::once(0).chain(target.match_indices('/').map(|(at, _)| at + 1));
        let mut ends = starts.flat_map(|start| {
            endings
                .iter()
                .map(move |ending| format!("{}{ending}", &target[start..]))
        });
        ends.find_map(|end| match end.contains('/') {
            true => self.nearest(&end),
            false => self
                .files
                .by_suffix(&end)
                .first()
                .copied()
                .filter(|_| self.files.by_suffix(&end).len() == 1),
        })
    }
}

/// `com.y.Foo` is `com/y/Foo.java`; `com.y.Foo.bar` is in it; `com.y.*` is the folder.
fn jvm(find: &Find<'_>, target: &str, endings: &[&str]) -> Vec<u32> {
    let package = |package: &str| -> Vec<u32> {
        let folders = find
            .files
            .folders(package)
            .flat_map(|folder| find.files.in_folder(folder).iter().copied());
        let is_code = |index: &u32| {
            let path = find.files.path(*index);
            endings
                .iter()
                .any(|ending| path.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.')))
        };
        folders.filter(is_code).collect()
    };
    if let Some(all) = target.strip_suffix(".*") {
        let folder = package(&all.replace('.', "/"));
        return if folder.is_empty() {
            jvm(find, all, endings)
        } else {
            folder
        };
    }
    let mut path = target.replace('.', "/");
    // The type, the type around it, the type of a member.
    for _ in 0..3 {
        let found = endings
            .iter()
            .find_map(|ending| find.nearest(&format!("{path}.{ending}")));
        if let Some(found) = found {
            return vec![found];
        }
        match path.rfind('/') {
            Some(at) if path[..at].contains('/') => path.truncate(at),
            _ => break,
        }
    }
    // A function of Kotlin or Scala may be in any file of its package.
    let is_member = endings[0] != "java" && target.contains('.');
    let package = is_member.then(|| package(path::parent(&target.replace('.', "/"))));
    package.filter(|files| files.len() <= PACKAGE_CAP).unwrap_or_default()
}

/// Of larger packages nobody knows which file is meant.
const PACKAGE_CAP: usize = 12;

fn ruby(find: &Find<'_>, target: &str) -> Option<u32> {
    let target = target.strip_suffix(".rb").unwrap_or(target);
    let file = format!("{target}.rb");
    if target.starts_with('.') {
        return find.relative(&file);
    }
    let library = find.nearest(&format!("lib/{file}"));
    library.or_else(|| find.nearest(&file).filter(|_| target.contains('/')))
}

fn lua(find: &Find<'_>, target: &str) -> Option<u32> {
    let module = |root: &str| {
        let end = |end: &str| find.nearest(&format!("{root}{target}{end}"));
        end(".lua").or_else(|| end("/init.lua"))
    };
    module("lua/").or_else(|| module(""))
}

fn php(find: &Find<'_>, manifests: &Manifests, target: &str) -> Option<u32> {
    if target.starts_with("./") {
        return find.anywhere(target);
    }
    let near = manifests.namespaces.iter();
    let near = near.filter(|it| path::is_within(find.importer, &it.folder));
    // Packages of one repository load each other too.
    let others = manifests.namespaces.iter();
    let mut folders = near.chain(others).flat_map(|it| &it.folders);
    let loaded = folders.find_map(|(start, folder)| {
        let class = target
            .strip_prefix(start.as_str())?
            .trim_start_matches('\\')
            .replace('\\', "/");
        find.files.exact(&path::join(folder, &format!("{class}.php")))
    });
    loaded.or_else(|| find.dropping(&target.replace('\\', "/"), &[".php"]))
}

fn ocaml(find: &Find<'_>, target: &str) -> Option<u32> {
    let module = target.rsplit('.').next().unwrap_or(target);
    let mut file = module.to_owned();
    if let Some(first) = file.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    find.nearest(&format!("{file}.ml"))
        .or_else(|| find.nearest(&format!("{file}.mli")))
}

fn dart(find: &Find<'_>, target: &str) -> Option<u32> {
    if target.starts_with("dart:") {
        return None;
    }
    let Some(package) = target.strip_prefix("package:") else {
        return find.relative(target);
    };
    let (name, rest) = package.split_once('/')?;
    find.nearest(&format!("{name}/lib/{rest}"))
        .or_else(|| find.nearest(&format!("lib/{rest}")))
}

/// With the ending left out, and the underscore of a part.
fn style(find: &Find<'_>, target: &str) -> Option<u32> {
    let part = match target.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_{name}"),
        None => format!("_{target}"),
    };
    let endings = ["", ".scss", ".css", ".less"];
    let mut places = [target, &part]
        .into_iter()
        .flat_map(|base| endings.map(|ending| format!("{base}{ending}")));
    places.find_map(|place| find.relative(&place))
}

/// `app/user_name` of `App.UserName`.
fn snake_path(target: &str) -> String {
    let mut path = String::with_capacity(target.len() + 4);
    let mut before = '.';
    for c in target.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            path.push('_');
        }
        match c {
            '.' => path.push('/'),
            c => path.extend(c.to_lowercase()),
        }
        before = c;
    }
    path
}
