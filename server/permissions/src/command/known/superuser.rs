//! Becoming another user is refused, and what would be done as that user is judged all the same.

use super::super::call::{Arg, Call, Class, Inner, Known};
use super::super::names::is_in;
use super::options::Table;
use super::report::literal;

const NAMES: &str = "
    sudo sudoedit su doas pkexec runuser gosu su-exec setuidgid chpst gksu gksudo kdesu kdesudo run0
";

pub(super) fn is_one(name: &str) -> bool {
    is_in(NAMES, name)
}

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    if !is_one(name) {
        return None;
    }
    let mut known = Known::new(
        Class::Denied,
        format!("deny.{name}"),
        format!("`{name}` runs as another user, who is not bound by this workspace: run it yourself in a terminal"),
    );
    let (options, skipped): (Table, usize) = match name {
        "su" => (
            Table::new("-lmpfP -c= -g= -G= -s= -w= --login --command= --group= --shell= --preserve-environment"),
            0,
        ),
        "runuser" => (
            Table::new("-lmpfP -u= -c= -g= -G= -s= -w= --login --command= --user= --group= --shell="),
            0,
        ),
        "gosu" | "su-exec" | "setuidgid" => (Table::stopping(""), 1),
        "pkexec" => (Table::stopping("-u= --user= --disable-internal-agent --keep-cwd"), 0),
        "run0" => (
            Table::stopping(
                "-u= -g= -D= --user= --group= --nice= --chdir= --setenv= --unit= --description= --slice= --background=",
            ),
            0,
        ),
        "doas" => (Table::stopping("-Lns -a= -C= -u="), 0),
        _ => (
            Table::stopping(
                "-ABbEeHhiKklNnPSsVv -C= -D= -g= -p= -R= -r= -T= -t= -U= -u= --user= --group= --prompt= --chroot= --chdir= --role= \
                 --type= --host= --other-user= --command-timeout= --close-from= --preserve-env? --login --shell --non-interactive \
                 --stdin --askpass --background --edit --set-home --list --validate",
            ),
            0,
        ),
    };
    let parsed = options.parse(&call.args);
    let mut words = parsed.operands.get(skipped..).unwrap_or_default();
    while words
        .first()
        .and_then(|arg| literal(arg))
        .is_some_and(|word| word.contains('=') && !word.starts_with('/'))
    {
        words = words.get(1..).unwrap_or_default();
    }
    if let Some(script) = parsed.value(&["c", "command"]) {
        known.inner.push(script_of(script));
    }
    if name == "su" {
        words = words.get(1..).unwrap_or_default();
    }
    known.start(words, false);
    Some(known)
}

fn script_of(arg: &Arg) -> Inner {
    literal(arg).map_or(Inner::Unknown, |text| Inner::Script(text.to_owned()))
}
