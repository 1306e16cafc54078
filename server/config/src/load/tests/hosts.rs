//! Rules about hosts of the web.

use permissions::HostRule;

use super::*;

#[test]
fn a_rule_about_a_host_is_read() {
    let settings = settings(
        "## user\n[[permissions.rules]]\nhost = \"*.docs.rs\"\nverdict = \"allow\"\nreason = \"docs\"\nmatches = [\"https://a.docs.rs/x\"]\nnot_matches = [\"docs.rs\"]\n",
    );
    let [HostRule { id, host, verdict, .. }] = &settings.permissions.hosts[..] else {
        panic!("{:?}", settings.permissions.hosts)
    };
    assert!(id.ends_with("user.toml:1"), "{id}");
    assert_eq!((host.as_str(), *verdict), ("*.docs.rs", Decision::Allow));
}

#[test]
fn mistakes_in_it_are_told_with_their_place() {
    check(
        r#"
## user
[[permissions.rules]]
host = "https://docs.rs"
verdict = "allow"
[[permissions.rules]]
host = "docs.rs"
verdict = "deny"
matches = ["www.docs.rs"]
[[permissions.rules]]
host = "docs.rs"
command = "curl"
verdict = "deny"
[[permissions.rules]]
host = "docs.rs"
access = "read"
verdict = "deny"
"#,
        &expect![[r#"
            user.toml:1:1: rule `user.toml:1`: `https://docs.rs` is no host: a host has only ASCII letters, digits, hyphens and dots (other scripts as `xn--…`)
            user.toml:4:1: rule `user.toml:4`: its example `www.docs.rs` should match `docs.rs` and does not; correct the one or the other
            user.toml:8:1: a rule is about one of `path`, `command` and `host`: make it several rules
            user.toml:12:1: `access` is for rules with a `path`
        "#]],
    );
}

#[test]
fn a_project_may_refuse_a_host_and_not_open_one() {
    check(
        r#"
## project
[[permissions.rules]]
host = "docs.rs"
verdict = "deny"
[[permissions.rules]]
host = "evil.example"
verdict = "allow"
"#,
        &expect![[r#"
            permissions.rules[0] = {"id":"root/.singletree/config.toml:1","host":"docs.rs","verdict":"deny"} (root/.singletree/config.toml:1:1)
            root/.singletree/config.toml:4:1: the rule was not taken: a workspace may ask or deny, not allow
        "#]],
    );
}
