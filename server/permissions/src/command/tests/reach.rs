//! Which paths a command may touch. Redirections show it without any knowledge of commands.

use super::World;
use crate::verdict::Decision;

#[test]
fn reading_is_free_inside_and_among_the_systems_files() {
    let world = World::new();
    let check = |path: &str, expect: Decision| {
        let verdict = world.judge(&format!("echo < {path}")).verdict;
        assert_eq!(verdict.decision, expect, "{path}: {verdict}");
    };
    for path in [
        "a",
        "src/a.rs",
        ".env.example",
        "/usr/include/stdio.h",
        "/etc/hosts",
        "/proc/cpuinfo",
        "/dev/null",
    ] {
        check(path, Decision::Allow);
    }
    for path in ["~/.cargo/registry/src/a/lib.rs", "~/.rustup/toolchains/a/lib.rs"] {
        check(path, Decision::Allow);
    }
    for path in [
        ".env",
        "a/.env.local",
        "id_rsa",
        "/etc/shadow",
        "/etc/shadow-",
        "/etc/ssh/ssh_host_rsa_key",
        "/proc/1/environ",
        "/proc/self/environ",
        "/dev/sda",
        "/dev/tty",
        "~/.ssh/id_rsa",
        "~/.aws/credentials",
        "~/notes",
        "~other/x",
        "/home/other/x",
        "/home/another/x",
        "../outside",
        "/etc",
        "/",
    ] {
        check(path, Decision::Ask);
    }
}

#[test]
fn a_link_out_is_outside() {
    let world = World::new();
    let root = world.folder();
    std::os::unix::fs::symlink("/root", root.join("out")).unwrap();
    std::os::unix::fs::symlink("/etc/hosts", root.join("hosts")).unwrap();
    world.check("echo < out/x", Decision::Ask, "roots.outside");
    world.check("echo < hosts", Decision::Ask, "roots.outside");
    world.check("echo > out/x", Decision::Ask, "roots.outside");
}

#[test]
fn writing_outside_asks_and_to_a_device_is_refused() {
    let mut world = World::new();
    world.mode = crate::policy::Mode::Auto;
    world.check("echo > a", Decision::Allow, "mode.auto");
    world.check("echo > ../a", Decision::Ask, "roots.outside");
    world.check("cd .. && echo > a", Decision::Ask, "roots.outside");
    world.check("echo > ~/.bashrc", Decision::Ask, "roots.outside");
    world.check("echo > .bashrc", Decision::Ask, "protected.shell");
    world.check("echo > .singletree/config.toml", Decision::Ask, "protected.agents");
    world.check("cd nowhere; echo > a", Decision::Ask, "path.unknown");
    for device in ["sda", "sdb1", "nvme0n1", "mem", "vda", "disk0"] {
        world.check(&format!("echo > /dev/{device}"), Decision::Deny, "hard.device");
    }
    world.check("echo > /dev/tcp/1.2.3.4/80", Decision::Ask, "ask.network");
}

#[test]
fn a_pattern_may_not_meet_a_secret() {
    let world = World::new();
    for secret in ["id_rsa", ".env"] {
        std::fs::write(world.folder().join(secret), "").unwrap();
    }
    let meets = |pattern: &str| {
        let verdict = world.judge(&format!("[ -f {pattern} ]")).verdict;
        verdict.decision == Decision::Ask
    };
    for pattern in [
        ".*",
        ".e*",
        "*.pem",
        "**/id_rsa",
        "id_*",
        "i*",
        "*",
        "~/.ssh/*",
        "/home/another/*",
        "/proc/*/environ",
        "[.]env",
        "[[:alpha:]]d_rsa",
        ".[[:alpha:]]nv",
        "[[=i=]]d_*",
        "[![:digit:]]d_rsa",
    ] {
        assert!(meets(pattern), "{pattern}");
    }
    for pattern in [
        "*.rs",
        "src/*",
        "*.json",
        "a?c",
        "src/**/*.ts",
        "/usr/include/*.h",
        "[[:alpha:]]*.rs",
    ] {
        assert!(!meets(pattern), "{pattern}");
    }
}

#[test]
fn a_search_may_not_show_a_hidden_secret_by_a_wild_card() {
    let world = World::new();
    std::fs::write(world.folder().join(".env"), "").unwrap();
    for name in ["*nv", "?env", "[[:punct:]]env"] {
        let line = format!("find . -name '{name}' -exec cat {{}} +");
        assert_eq!(world.judge(&line).verdict.decision, Decision::Ask, "{line}");
    }
    world.check("find . -name '*.md' -exec cat {} +", Decision::Allow, "read.find");
}

#[test]
fn braces_make_other_names_of_variables() {
    let world = World::new();
    for line in [
        "a=l; as='rm -rf'; env $a{s,s} /",
        "a=l; as=sudo; env $a{s,s} a",
        "a=-print; a0=-delete; find . $a{0,0}",
        "x=a; xb=/etc/shadow; cat $x{b,b}",
        "xa=id_rsa; x=q; cat {$x,y}a",
        "HOME=x; cat {$,x}HOME/.ssh/id_rsa",
        "x=q; x1=id_rsa; cat $x{1..1}",
    ] {
        assert_eq!(world.judge(line).verdict.decision, Decision::Ask, "{line}");
    }
    for line in [
        "d=src; ls $d/{a,b}",
        "d=src; ls ${d}{a,b}",
        "d=src; ls \"$d\"{a,b} {$d,x}/y",
    ] {
        assert_eq!(world.judge(line).verdict.decision, Decision::Allow, "{line}");
    }
}
