//! Commands that ask wherever they run: they reach out of the machine or the workspace, or no table could hold what
//! they do.

use super::super::call::{Arg, Call, Inner, Known, Use};
use super::super::names::is_in;
use super::report::literal;

struct Group {
    rule: &'static str,
    reason: &'static str,
    names: &'static str,
}

const GROUPS: &[Group] = &[
    Group {
        rule: "network",
        reason: "reaches the network",
        names: "
            curl wget wget2 http https httpie xh aria2c axel lynx links elinks w3m fetch ftp lftp ncftp tftp sftp
            scp ssh slogin mosh rsh rlogin rcp autossh sshfs telnet nc ncat netcat socat openssl ping ping6 fping
            traceroute tracepath mtr dig nslookup host whois drill kdig nmap masscan tcpdump tshark wireshark ngrok
            cloudflared tailscale wg wg-quick openvpn rclone s3cmd s5cmd yt-dlp youtube-dl mail mailx sendmail mutt
            msmtp swaks nsupdate iperf iperf3 arp-scan grpcurl websocat wscat hg svn cvs bzr fossil p4 git-lfs
        ",
    },
    Group {
        rule: "install",
        reason: "installs or removes software",
        names: "
            apt apt-get aptitude dpkg yum dnf rpm zypper pacman yay paru apk emerge snap flatpak brew port mas choco
            winget scoop nix nix-env nix-shell nix-build guix pip pipx uvx easy_install conda mamba micromamba pdm
            hatch rye pyenv virtualenv gem cpan cpanm luarocks opam cabal stack rustup nvm fnm n volta asdf mise sdk
            corepack npx bunx pnpx bower composer cargo-install pod carthage helm make-install update-alternatives
        ",
    },
    Group {
        rule: "service",
        reason: "works on containers, clouds or services of the machine",
        names: "
            docker docker-compose podman podman-compose buildah skopeo nerdctl ctr crictl lxc lxd incus vagrant
            virsh qemu-system-x86_64 kubectl oc k9s kind minikube k3s kustomize terraform tofu terragrunt pulumi
            packer ansible ansible-playbook vault consul nomad aws gcloud gsutil bq az doctl flyctl fly heroku
            vercel netlify wrangler firebase supabase railway gh glab hub tea jira serverless sls cdk sam eb
            systemctl service launchctl journalctl initctl rc-service loginctl systemd-run crontab at atq atrm batch
            anacron timedatectl hostnamectl localectl nmcli networksetup scutil ip ifconfig route iptables ip6tables
            nft ufw firewall-cmd sysctl modprobe insmod rmmod mount umount swapon swapoff losetup useradd userdel
            usermod adduser deluser groupadd groupdel passwd chpasswd chsh chfn visudo vipw newgrp chroot unshare
            nsenter setpriv bwrap firejail proot fakeroot logger wall write dmesg dbus-send gdbus busctl nginx
            apachectl httpd caddy pm2 supervisorctl dmsetup kexec
        ",
    },
    Group {
        rule: "secret",
        reason: "handles keys, passwords or private settings",
        names: "
            gpg gpg2 gpgconf gpg-agent ssh-keygen ssh-add ssh-agent ssh-copy-id ssh-keyscan pass gopass op bw lpass
            keepassxc-cli secret-tool security keychain keyring age sops certutil defaults gsettings dconf kinit
            klist history pbpaste xclip xsel wl-paste
        ",
    },
    Group {
        rule: "interactive",
        reason: "waits for someone at the keyboard, who may start anything from it",
        names: "
            less more most pg man info vi vim nvim view ex ed red emacs emacsclient nano pico micro hx kak joe
            mcedit code codium cursor zed subl idea open xdg-open start gio tmux screen zellij byobu top htop btop
            atop iotop nethogs ncdu mc ranger nnn lf fzf tig lazygit gitk gitui watch script expect dialog whiptail
            osascript entr watchexec nodemon cargo-watch
        ",
    },
    Group {
        rule: "inspect",
        reason: "may run what it inspects, or show what other processes keep to themselves",
        names: "
            ldd lsof gdb lldb strace ltrace dtruss dtrace perf bpftrace gcore fuser pmap pstack
        ",
    },
];

const DATABASES: &str = "
    psql pg_dump pg_restore pg_dumpall createdb dropdb dropuser createuser mysql mariadb mysqldump mysqladmin
    sqlite3 sqlite litecli pgcli mycli usql mongosh mongo mongodump mongorestore redis-cli valkey-cli sqlcmd sqlplus
    clickhouse clickhouse-client duckdb cqlsh influx snowsql
";

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    // `pip3.11`
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let name = if matches!(bare, "pip" | "gem" | "conda") {
        bare
    } else {
        name
    };
    if is_in(DATABASES, name) {
        return Some(database(name, call));
    }
    let group = GROUPS.iter().find(|group| is_in(group.names, name))?;
    // The watchers and tracers among them start what stands behind them.
    let mut known = Known::asks(rule_of(group, name), format!("`{name}` {}", group.reason));
    if starts_others(name) {
        known.inner.push(Inner::Unknown);
        guess_inner(&mut known, call);
    }
    for arg in &call.args {
        if literal(arg).is_none_or(|word| !word.starts_with('-') && !word.contains("://")) {
            known.add(arg, Use::Read);
        }
    }
    Some(known)
}

/// The commands that people know best have rules by their own name.
fn rule_of<'a>(group: &Group, name: &'a str) -> &'a str {
    if matches!(
        name,
        "curl" | "wget" | "ssh" | "scp" | "docker" | "crontab" | "systemctl"
    ) {
        name
    } else {
        group.rule
    }
}

fn starts_others(name: &str) -> bool {
    matches!(
        name,
        "watch"
            | "script"
            | "expect"
            | "strace"
            | "ltrace"
            | "gdb"
            | "lldb"
            | "perf"
            | "entr"
            | "watchexec"
            | "nodemon"
            | "dtruss"
            | "systemd-run"
            | "chroot"
            | "unshare"
            | "nsenter"
            | "setpriv"
            | "bwrap"
            | "firejail"
            | "proot"
            | "fakeroot"
            | "nix-shell"
    )
}

/// Where the command behind the options begins depends on the tool: every word that names what might be refused is
/// taken for its beginning.
fn guess_inner(known: &mut Known, call: &Call) {
    const BEGINNINGS: [&str; 16] = [
        "rm", "sudo", "doas", "su", "dd", "chmod", "chown", "kill", "sh", "bash", "zsh", "dash", "find", "env",
        "xargs", "timeout",
    ];
    for (at, arg) in call.args.iter().enumerate() {
        let Some(word) = literal(arg) else {
            continue;
        };
        let name = word.rsplit('/').next().unwrap_or(word);
        if BEGINNINGS.contains(&name) || name.starts_with("mkfs") {
            let words: Vec<&Arg> = call.args.iter().skip(at).collect();
            known.start(&words, false);
        } else if word.contains(' ') {
            known.inner.push(Inner::Script(word.to_owned()));
        }
    }
}

fn database(name: &str, call: &Call) -> Known {
    let danger = call.args.iter().filter_map(literal).find_map(destroys);
    let mut known = match danger {
        Some(danger) => Known::asks(
            "sql-drop",
            format!("{danger}: what is in the database is gone for good"),
        ),
        None if name.starts_with("drop") => Known::asks("sql-drop", "it removes a database for good"),
        None => Known::asks("database", format!("`{name}` works on a database")),
    };
    for arg in call
        .args
        .iter()
        .filter(|arg| literal(arg).is_none_or(|word| !word.contains([' ', ';'])))
    {
        if literal(arg).is_none_or(|word| !word.starts_with('-')) {
            known.add(arg, Use::Read);
        }
    }
    known
}

/// What a statement would lose.
pub(super) fn destroys(text: &str) -> Option<&'static str> {
    let folded = text.to_lowercase();
    let wipes =
        words_of(&folded).any(|word| matches!(word, "flushall" | "flushdb" | "dropdatabase" | "deletemany" | "drop"));
    destroys_in_code(text).or(wipes.then_some("the command empties the database"))
}

/// The same for a statement in the middle of a program, where single words mean nothing.
pub(super) fn destroys_in_code(text: &str) -> Option<&'static str> {
    const DROPPED: [&str; 11] = [
        "table",
        "database",
        "schema",
        "view",
        "index",
        "column",
        "user",
        "role",
        "keyspace",
        "collection",
        "materialized",
    ];
    let folded = text.to_lowercase();
    let words: Vec<&str> = words_of(&folded).collect();
    let follows = |first: &str, seconds: &[&str]| {
        words
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if *a == first && seconds.contains(b)))
    };
    if follows("drop", &DROPPED) {
        return Some("the statement drops what it names");
    }
    if follows("truncate", &["table"]) || words.first() == Some(&"truncate") {
        return Some("the statement empties a table");
    }
    let deletes_all = follows("delete", &["from"]) && !words.contains(&"where");
    deletes_all.then_some("the statement deletes every row")
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}
