//! Trees of files to index: copied, or made up the same each time.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The repository that the limits are for.
pub(super) const FILES: usize = 5_800;
pub(super) const FILE_BYTES: usize = 5_900;

const STEMS: [&str; 40] = [
    "parse", "config", "server", "client", "token", "stream", "buffer", "cursor", "index", "query", "cache", "session",
    "request", "response", "header", "route", "handler", "worker", "queue", "task", "event", "listener", "socket",
    "frame", "packet", "schema", "column", "record", "field", "value", "symbol", "scope", "module", "import", "export",
    "render", "layout", "widget", "theme", "locale",
];

/// Numbers that look like chance.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn stem(&mut self) -> &'static str {
        // The first are said more often, as words are.
        let at = self.below(STEMS.len()).min(self.below(STEMS.len()));
        STEMS[at]
    }

    fn name(&mut self) -> String {
        format!("{}_{}_{}", self.stem(), self.stem(), self.below(400))
    }
}

pub(super) fn generate(folder: &Path, files: usize, bytes: usize) -> anyhow::Result<()> {
    let mut dice = Dice(42);
    for nth in 0..files {
        let place = folder.join(format!("{}_{}/{}", dice.stem(), nth / 1000, dice.stem()));
        fs::create_dir_all(&place)?;
        let (ending, function): (_, fn(&mut Dice) -> String) = match nth % 4 {
            0 => ("rs", rust),
            1 => ("py", python),
            2 => ("ts", typescript),
            _ => ("go", go),
        };
        let mut text = if ending == "go" {
            "package main\n".to_owned()
        } else {
            String::new()
        };
        // Some files are much larger than others.
        let length = bytes / 3 + dice.below(bytes / 2) + if nth % 10 == 0 { bytes * 4 } else { 0 };
        while text.len() < length {
            text.push_str(&function(&mut dice));
        }
        fs::write(place.join(format!("{}_{nth}.{ending}", dice.name())), text)?;
    }
    Ok(())
}

fn rust(dice: &mut Dice) -> String {
    let (name, one, other) = (dice.name(), dice.name(), dice.name());
    format!(
        "\n/// Finds the {} of a {} in the {}.\npub fn {name}({one}: &str, limit: usize) -> Option<usize> {{\n    \
         let {other} = {one}.lines().take(limit).count();\n    if {other} > {} {{\n        return {}({one}, limit - 1);\n    \
         }}\n    Some({other} + {})\n}}\n",
        dice.stem(),
        dice.stem(),
        dice.stem(),
        dice.below(100),
        dice.name(),
        dice.below(9),
    )
}

fn python(dice: &mut Dice) -> String {
    let (name, one, other) = (dice.name(), dice.name(), dice.name());
    format!(
        "\n\ndef {name}({one}, limit=None):\n    \"\"\"The {} of each {}.\"\"\"\n    {other} = [item.{} for item in {one} if item]\n    \
         if limit is not None and len({other}) > limit:\n        raise ValueError(f\"{{limit}} {}\")\n    return {}({other})\n",
        dice.stem(),
        dice.stem(),
        dice.stem(),
        dice.stem(),
        dice.name(),
    )
}

fn typescript(dice: &mut Dice) -> String {
    let (name, one, other) = (dice.name(), dice.name(), dice.name());
    format!(
        "\n/** Whether the {} has a {}. */\nexport function {name}({one}: string[], limit = {}): boolean {{\n  \
         const {other} = {one}.filter((item) => item.length > limit);\n  return {other}.some((item) => {}(item));\n}}\n",
        dice.stem(),
        dice.stem(),
        dice.below(50),
        dice.name(),
    )
}

fn go(dice: &mut Dice) -> String {
    let (name, one, other) = (dice.name(), dice.name(), dice.name());
    format!(
        "\n// {name} closes the {} of the {}.\nfunc {name}({one} []string, limit int) (int, error) {{\n\t{other} := 0\n\t\
         for _, item := range {one} {{\n\t\tif len(item) > limit {{\n\t\t\t{other} += {}(item)\n\t\t}}\n\t}}\n\treturn {other}, nil\n}}\n",
        dice.stem(),
        dice.stem(),
        dice.name(),
    )
}

/// Its history comes along.
pub(super) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, to) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            fs::create_dir_all(&to)?;
            copy(&entry.path(), &to)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Makes all files older than what counts as just changed.
pub(super) fn age(folder: &Path) -> anyhow::Result<()> {
    let time = SystemTime::now() - Duration::from_secs(3600);
    each_file(folder, &mut |path| {
        // What git keeps may be read-only.
        if let Ok(file) = fs::File::options().append(true).open(path) {
            file.set_modified(time)?;
        }
        Ok(())
    })
}

/// The texts of a folder that an index could hold.
pub(super) fn texts(folder: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut texts = Vec::new();
    each_file(folder, &mut |path| {
        let is_small = fs::metadata(path)?.len() <= 1 << 20;
        let in_git = path.components().any(|part| part.as_os_str() == ".git");
        if is_small
            && !in_git
            && let Ok(text) = fs::read_to_string(path)
        {
            texts.push((path.to_owned(), text));
        }
        Ok(())
    })?;
    texts.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    Ok(texts)
}

fn each_file(folder: &Path, each: &mut dyn FnMut(&Path) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            each_file(&entry.path(), each)?;
        } else if kind.is_file() {
            each(&entry.path())?;
        }
    }
    Ok(())
}
