//! `find` and `fd`: what they look for, and what they do with what they find.

use super::super::call::{Arg, Call, Class, Known, Scene, Use};
use super::super::names::is_in;
use super::hazards::{Grave, grave_of};
use super::options::Table;
use super::report::{literal, patterns_are_files};

/// Tests and actions by the number of words behind them.
const NO_VALUE: &str = "
    -empty -executable -readable -writable -true -false -nouser -nogroup -noleaf -mount -xdev -x -daystart -depth -d
    -follow -ignore_readdir_race -noignore_readdir_race -warn -nowarn -print -print0 -printx -ls -prune -quit -a
    -and -o -or -not ! ( ) , -help --help
";
const ONE_VALUE: &str = "
    -name -iname -path -ipath -wholename -iwholename -regex -iregex -lname -ilname -type -xtype -size -mtime -atime
    -ctime -Btime -mmin -amin -cmin -Bmin -newer -anewer -cnewer -maxdepth -mindepth -perm -user -group -uid -gid
    -links -inum -samefile -fstype -regextype -used -context -printf -flags -since
";
/// What says nothing about how much is found.
const WIDE: &str = "
    -type -xtype -mindepth -depth -d -xdev -mount -follow -print -print0 -a -and -true -delete
";

/// More words than this are not looked through for brackets.
const MAX_TERMS: usize = 256;

/// One `find` on its way to be understood.
struct Search<'a> {
    name: &'a str,
    call: &'a Call,
    known: Known,
    starts: Vec<&'a Arg>,
    /// A test other than of the kind of file.
    is_narrow: bool,
    /// What `-name` and the like ask for, and whether the opposite is meant.
    names: Vec<&'a Arg>,
    is_negated: bool,
    deletes: bool,
}

pub(super) fn find(name: &str, call: &Call, scene: &Scene<'_>) -> Known {
    Search::new(name, call).judge(scene)
}

/// What stands for the names that it prints. A search that is not narrowed by name stands for its first place: enough
/// to refuse, never to allow.
pub(super) fn names_printed(call: &Call) -> Option<Vec<Arg>> {
    let search = Search::new("find", call);
    let prints_more = call
        .args
        .iter()
        .filter_map(literal)
        .any(|word| matches!(word, "-printf" | "-ls"));
    if search.known.class != Class::Reads || prints_more {
        return None;
    }
    let name = search.found();
    let is_narrow = matches!(&name, Arg::Pattern(pattern) if !pattern.ends_with("/*"));
    let place = search.starts.first().map_or(Arg::Unknown, |start| (*start).clone());
    Some(if is_narrow {
        vec![name]
    } else {
        vec![place, Arg::Unknown]
    })
}

fn begins_expression(arg: &Arg) -> bool {
    literal(arg).is_some_and(|word| word.starts_with('-') && word.len() > 1 || matches!(word, "(" | ")" | "!" | ","))
}

impl<'a> Search<'a> {
    fn new(name: &'a str, call: &'a Call) -> Self {
        let mut search = Self {
            name,
            call,
            known: Known::reads(name),
            starts: Vec::new(),
            is_narrow: false,
            names: Vec::new(),
            is_negated: false,
            deletes: false,
        };
        let mut at = search.options();
        while let Some(arg) = call.args.get(at).filter(|arg| !begins_expression(arg)) {
            search.starts.push(arg);
            at += 1;
        }
        while at < call.args.len() {
            at += search.term(at).max(1);
        }
        search
    }

    /// Skips the options in front of the places; gives where those begin.
    fn options(&mut self) -> usize {
        let mut at = 0;
        while let Some(word) = self.call.args.get(at).and_then(literal) {
            match word {
                "-H" | "-L" | "-P" | "-E" | "-X" | "-s" | "-x" | "-d" | "--" => at += 1,
                "-D" => at += 2,
                "-f" => {
                    self.starts.extend(self.call.args.get(at + 1));
                    at += 2;
                }
                _ if word.starts_with("-O") && word.len() < 4 => at += 1,
                _ => break,
            }
        }
        at
    }

    /// Reads one term of the expression; gives the number of its words.
    fn term(&mut self, at: usize) -> usize {
        let args = &self.call.args;
        let Some(word) = args.get(at).and_then(literal) else {
            if !patterns_are_files(self.call) {
                self.known.doubt(
                    "unknown.argument",
                    "a word of `find` is known only when it runs, and may be an action",
                );
            }
            return 1;
        };
        if !is_in(WIDE, word) {
            let finds_all = matches!(args.get(at + 1).and_then(literal), Some("*" | "?*" | "*?" | "**"));
            self.is_narrow |=
                !finds_all && is_in(ONE_VALUE, word) && word != "-maxdepth" && word != "-printf" || word == "-empty";
        }
        match word {
            "-delete" => {
                self.deletes = true;
                1
            }
            "-exec" | "-execdir" | "-ok" | "-okdir" => self.exec(word, at),
            "-fprint" | "-fprint0" | "-fls" => self.output(word, at, 2),
            "-fprintf" => self.output(word, at, 3),
            "(" if at > MAX_TERMS => {
                self.known
                    .doubt("cap.parts", "the search has more terms than anyone can read");
                1
            }
            "-not" | "!" => {
                self.is_negated = true;
                1
            }
            _ if is_in(NO_VALUE, word) => 1,
            _ if is_in(ONE_VALUE, word) || word.starts_with("-newer") && word.len() == 8 => {
                self.value(word, at);
                2
            }
            _ => {
                self.known.doubt_option(self.name, word);
                1
            }
        }
    }

    fn value(&mut self, word: &str, at: usize) {
        let is_name = matches!(
            word,
            "-name" | "-iname" | "-path" | "-ipath" | "-wholename" | "-iwholename"
        );
        let is_pruned = self.call.args.get(at + 2).and_then(literal) == Some("-prune");
        match self.call.args.get(at + 1) {
            Some(value) if is_name && !self.is_negated && !is_pruned => self.names.push(value),
            Some(_) => {}
            None => self.known.doubt_option(self.name, word),
        }
        if matches!(self.call.args.get(at + 1), Some(Arg::Unknown)) || !self.is_plain(at + 1) {
            self.known.doubt(
                "unknown.argument",
                "a word of `find` is known only when it runs, and may be an action",
            );
        }
        self.is_negated = false;
    }

    fn is_plain(&self, at: usize) -> bool {
        matches!(self.call.args.get(at), None | Some(Arg::Literal(_))) || patterns_are_files(self.call)
    }

    fn output(&mut self, word: &str, at: usize, length: usize) -> usize {
        self.known
            .raise(Class::Writes, "write.find", || format!("`find {word}` writes a file"));
        if let Some(file) = self.call.args.get(at + 1) {
            self.known.add(file, Use::Write);
        }
        length
    }

    fn exec(&mut self, word: &str, at: usize) -> usize {
        let args = self.call.args.get(at + 1..).unwrap_or_default();
        let is_end = |position: usize| match args.get(position).and_then(literal) {
            Some(";") => true,
            Some("+") => {
                position
                    .checked_sub(1)
                    .and_then(|before| args.get(before))
                    .and_then(literal)
                    == Some("{}")
            }
            _ => false,
        };
        let length = (0..args.len()).find(|position| is_end(*position)).unwrap_or(args.len());
        let found = self.found();
        let words: Vec<Arg> = args
            .iter()
            .take(length)
            .map(|arg| match literal(arg) {
                Some("{}") => found.clone(),
                Some(text) if text.contains("{}") => Arg::Unknown,
                _ => arg.clone(),
            })
            .collect();
        let starter = words
            .first()
            .and_then(literal)
            .map(|name| name.rsplit('/').next().unwrap_or(name).to_lowercase());
        let shows = !matches!(
            starter.as_deref(),
            Some("ls" | "stat" | "wc" | "file" | "du" | "basename" | "dirname" | "echo" | "test" | "[")
        );
        if let (Arg::Pattern(all), true) = (&found, shows)
            && let Some(hidden) = of_hidden(all)
        {
            self.known.add(&Arg::Pattern(hidden), Use::Read);
        }
        self.deletes |= matches!(starter.as_deref(), Some("rm" | "unlink" | "shred" | "srm"));
        self.known.start(&words.iter().collect::<Vec<_>>(), false);
        if word != "-exec" {
            self.known.doubt_option(self.name, word);
        }
        length + 2
    }

    /// What stands for a file that is found: a name below the first place.
    fn found(&self) -> Arg {
        let start = match self.starts.first() {
            None => ".",
            Some(Arg::Literal(start)) if self.starts.len() == 1 => start.trim_end_matches('/'),
            Some(_) => return Arg::Unknown,
        };
        let has_or = self
            .call
            .args
            .iter()
            .filter_map(literal)
            .any(|word| matches!(word, "-o" | "-or" | ","));
        match self.names.as_slice() {
            [Arg::Literal(name)] if !name.contains('/') && !has_or => Arg::Pattern(format!("{start}/{name}")),
            _ => Arg::Pattern(format!("{start}/*")),
        }
    }

    fn judge(mut self, scene: &Scene<'_>) -> Known {
        if self.starts.iter().any(|start| !matches!(start, Arg::Literal(_))) && !patterns_are_files(self.call) {
            self.known.doubt(
                "unknown.argument",
                "a word of `find` is known only when it runs, and may be an action",
            );
        }
        self.known.add_all(self.starts.iter().copied(), Use::Read);
        self.hidden_names();
        if !self.deletes {
            return self.known;
        }
        let grave = self.starts.iter().find_map(|start| grave_of(start, self.call, scene));
        let is_narrow = self.is_narrow
            && !self
                .call
                .args
                .iter()
                .filter_map(literal)
                .any(|word| matches!(word, "-o" | "-or" | ","));
        match grave.filter(|grave| !is_narrow && *grave != Grave::Workspace) {
            Some(grave) => {
                self.known
                    .raise(Class::Hard, &format!("hard.find-{}", grave.tag()), || {
                        format!("it would remove everything in {}", grave.named())
                    });
            }
            None => self.known.raise(Class::Asks, "ask.find-delete", || {
                "it removes every file that it finds".to_owned()
            }),
        }
        let found = self.found();
        self.known.add(&found, Use::Delete);
        self.known
    }

    /// A search for a hidden file by its name is as good as naming it.
    fn hidden_names(&mut self) {
        let start = match self.starts.first() {
            Some(Arg::Literal(start)) => start.trim_end_matches('/'),
            _ => ".",
        };
        for name in self.names.iter().filter_map(|name| literal(name)) {
            let last = name.rsplit('/').next().unwrap_or(name);
            if last.starts_with('.') && !last.contains(['*', '?', '[']) {
                self.known
                    .paths
                    .push((Arg::Literal(format!("{start}/{last}")), Use::Read));
            }
        }
    }
}

/// What a pattern finds beside what a shell's would: here a wild card at the start of a name also stands for its dot.
fn of_hidden(pattern: &str) -> Option<String> {
    let (folder, name) = pattern.rsplit_once('/')?;
    let rest = match name.strip_prefix('*') {
        Some(_) => name,
        None => name.strip_prefix('?')?,
    };
    Some(format!("{folder}/.{rest}"))
}

/// `-x` and `-X` start what stands behind them, up to a `;`.
pub(super) fn fd(name: &str, call: &Call) -> Known {
    const OPTIONS: Table = Table::exact(
        "-#HIusigFa0lLpqhV1 -d= -t= -e= -E= -S= -o= -c= -j= -C=! --hidden --no-hidden --no-ignore --ignore \
         --no-ignore-vcs --ignore-vcs --no-ignore-parent --no-global-ignore-file --unrestricted --case-sensitive \
         --ignore-case --glob --regex --fixed-strings --and= --absolute-path --relative-path --list-details --follow \
         --no-follow --full-path --print0 --max-depth= --min-depth= --exact-depth= --exclude= --prune --type= \
         --extension= --size= --changed-within= --changed-after= --newer= --changed-before= --older= --owner= --format= \
         --color= --hyperlink? --threads= --max-results= --quiet --show-errors --base-directory=! --path-separator= \
         --search-path= --strip-cwd-prefix? --one-file-system --xdev --ignore-file=< --no-require-git --batch-size= \
         --max-buffer-time= --help --version",
    );
    let is_exec = |arg: &Arg| {
        let Some(word) = literal(arg) else {
            return false;
        };
        match word.strip_prefix("--") {
            Some(long) => ["exec", "exec-batch"].contains(&long.split('=').next().unwrap_or(long)),
            None => {
                word.starts_with('-')
                    && word.ends_with(['x', 'X'])
                    && word.bytes().skip(1).all(|byte| byte.is_ascii_alphanumeric())
            }
        }
    };
    let mut known = Known::reads(name);
    let mut plain = Vec::new();
    let mut rest = call.args.iter();
    while let Some(arg) = rest.next() {
        if !is_exec(arg) {
            plain.push(arg.clone());
            continue;
        }
        let attached = literal(arg)
            .and_then(|word| word.split_once('='))
            .map(|(_, value)| Arg::Literal(value.to_owned()));
        let behind = rest.by_ref().take_while(|arg| literal(arg) != Some(";")).cloned();
        let found = |arg: Arg| match literal(&arg) {
            Some(text) if text.contains('{') => Arg::Unknown,
            _ => arg,
        };
        let words: Vec<Arg> = attached.into_iter().chain(behind).map(found).collect();
        let has_place = words.contains(&Arg::Unknown);
        known.start(&words.iter().collect::<Vec<_>>(), !has_place);
        // A cluster such as `-tfx` holds more options.
        plain.extend(
            literal(arg)
                .filter(|word| !word.starts_with("--") && word.len() > 2)
                .map(|word| Arg::Literal(word.trim_end_matches(['x', 'X']).to_owned())),
        );
    }
    let parsed = OPTIONS.parse(&plain);
    known.apply(name, &OPTIONS, &parsed, call);
    known.add_all(parsed.operands.iter().skip(1).copied(), Use::Read);
    if let Some(path) = parsed.value(&["search-path"]) {
        known.add(path, Use::Read);
    }
    known
}
