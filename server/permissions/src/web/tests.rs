use super::*;
use crate::{Action, Approval, PolicyConfig};

fn policy(mode: Mode, trusted: bool, rules: &[(&str, Decision)]) -> Policy {
    let policy = Policy::new(PolicyConfig {
        mode,
        trusted,
        ..PolicyConfig::default()
    });
    let policy = policy.unwrap();
    for (host, verdict) in rules {
        policy.remember_host(rule(host, *verdict)).unwrap();
    }
    policy
}

fn rule(host: &str, verdict: Decision) -> HostRule {
    HostRule {
        id: format!("{verdict} {host}"),
        host: host.to_owned(),
        verdict,
        reason: None,
        matches: Vec::new(),
        not_matches: Vec::new(),
    }
}

/// The verdict on reading `url`, in a trusted workspace.
fn check(rules: &[(&str, Decision)], url: &str, expect: &str) {
    let verdict = policy(Mode::Ask, true, rules).judge(&Action::Fetch { url });
    assert_eq!(format!("{} {}", verdict.decision, verdict.rule), expect, "{url}");
}

#[test]
fn the_web_is_asked_about() {
    check(&[], "https://docs.rs/tokio", "ask web.fetch");
    check(&[], "http://93.184.216.34/", "ask web.fetch");
    check(&[], "https://[2606:4700::1111]/", "ask web.fetch");
}

#[test]
fn what_is_around_this_machine_is_asked_about_as_such() {
    for url in [
        "http://127.0.0.1:8080/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://[fd12::1]/",
        "http://localhost:3000/x",
        "http://LOCALHOST./",
        "http://printer/",
        "http://nas.local/",
        "https://wiki.corp.internal/",
    ] {
        check(&[], url, "ask web.private");
        check(&[("*.corp.internal", Decision::Allow)], url, "ask web.private");
    }
    check(
        &[("localhost", Decision::Allow)],
        "http://localhost:3000/",
        "allow allow localhost",
    );
}

#[test]
fn what_hands_out_credentials_is_denied() {
    for url in [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fd00:ec2::254]/",
        "http://100.100.100.200/",
        "http://168.63.129.16/",
        "http://metadata.google.internal/computeMetadata/v1/",
        "http://metadata/",
        "http://0.0.0.0/",
        "http://255.255.255.255/",
        "http://224.0.0.1/",
    ] {
        check(&[], url, "deny web.never");
    }
    let allowed = ("169.254.169.254", Decision::Allow);
    check(&[allowed], "http://169.254.169.254/", "deny web.never");
}

#[test]
fn addresses_that_could_be_read_otherwise_are_denied() {
    for url in [
        "docs.rs",
        "file:///etc/passwd",
        "ftp://docs.rs/",
        "javascript://docs.rs/%0aalert(1)",
        "https:docs.rs",
        "https://",
        "https:///docs.rs",
        "https://user:pw@docs.rs/",
        "https://docs.rs@evil.org/",
        "https://docs.rs\\@evil.org/",
        "https://docs.rs\\.evil.org/",
        "https://docs.rs /",
        "https://docs.rs/a b",
        "https://docs.rs\n.evil.org/",
        "https://docs\u{200b}.rs/",
        "https://ｄocs.rs/",
        "https://docs。rs/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://docs.rs:99999/",
        "https://docs.rs:/",
        "https://docs%2ers/",
        "https://[::1%25eth0]/",
    ] {
        check(&[("docs.rs", Decision::Allow)], url, "deny web.url");
    }
}

#[test]
fn rules_speak_for_hosts() {
    let rules = [
        ("docs.rs", Decision::Allow),
        ("*.example.org", Decision::Allow),
        ("secret.example.org", Decision::Deny),
    ];
    check(&rules, "https://docs.rs/x", "allow allow docs.rs");
    check(&rules, "https://DOCS.RS.:443/x#y", "allow allow docs.rs");
    check(&rules, "https://a.example.org/", "allow allow *.example.org");
    check(&rules, "https://secret.example.org/", "deny deny secret.example.org");
    check(&rules, "https://example.org/", "ask web.fetch");
    check(&rules, "https://docs.rs.evil.org/", "ask web.fetch");
    check(&rules, "https://evildocs.rs/", "ask web.fetch");
    let bad = HostRule {
        id: "settings.toml:1".to_owned(),
        ..rule("https://docs.rs", Decision::Allow)
    };
    let error = policy(Mode::Ask, true, &[]).remember_host(bad).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("rule `settings.toml:1`: `https://docs.rs` is no host:"),
        "{error}"
    );
}

#[test]
fn trust_and_mode_come_before_rules() {
    let rules = [("docs.rs", Decision::Allow)];
    let told = |mode, trusted, action: Action<'_>| {
        let verdict = policy(mode, trusted, &rules).judge(&action);
        format!("{} {}", verdict.decision, verdict.rule)
    };
    let fetch = Action::Fetch { url: "https://docs.rs" };
    let search = Action::Search { query: "tokio" };
    assert_eq!(told(Mode::Ask, false, fetch), "ask web.untrusted");
    assert_eq!(told(Mode::Plan, true, fetch), "deny mode.plan");
    assert_eq!(
        told(Mode::Auto, true, Action::Fetch { url: "https://x.org" }),
        "ask web.fetch"
    );
    assert_eq!(told(Mode::Ask, true, search), "allow web.search");
    assert_eq!(told(Mode::Ask, false, search), "ask web.untrusted");
    assert_eq!(told(Mode::Plan, true, search), "deny mode.plan");
    assert_eq!(told(Mode::Plan, false, search), "deny mode.plan");
}

#[test]
fn a_grant_is_for_one_address_in_its_one_spelling() {
    let policy = policy(Mode::Ask, true, &[]);
    let action = Action::Fetch {
        url: "HTTPS://Docs.RS:443?q=ü#top",
    };
    assert!(policy.grant(&action, Approval::None).is_err());
    let grant = policy
        .grant(&action, Approval::User(base::ApprovalId::fresh()))
        .unwrap();
    assert_eq!(grant.fetch().unwrap().to_string(), "https://docs.rs/?q=ü");
    assert!(grant.run().is_none() && grant.search().is_none());
    assert!(!grant.covers_read(std::path::Path::new("/")));
}

#[test]
fn servers_are_told_apart() {
    let same = |from: &str, to: &str| {
        let parse = |url: &str| WebAddress::parse(url).unwrap();
        parse(from).has_server_of(&parse(to))
    };
    assert!(same("http://a.org/x", "https://a.org/y"));
    assert!(same("http://a.org:8080/x", "http://a.org:8080/y"));
    assert!(!same("https://a.org/", "http://a.org/"));
    assert!(!same("http://a.org:8080/", "https://a.org/"));
    assert!(!same("https://a.org/", "https://www.a.org/"));
    assert!(!same("https://a.org/", "https://a.org:8443/"));
}

#[test]
fn public_names_do_not_lead_inside() {
    let may = |url: &str, address: &str| WebAddress::parse(url).unwrap().may_lead_to(address.parse().unwrap());
    assert!(may("https://a.org/", "93.184.216.34"));
    assert!(!may("https://a.org/", "127.0.0.1"));
    assert!(!may("https://a.org/", "::ffff:10.0.0.1"));
    assert!(!may("https://a.org/", "169.254.169.254"));
    assert!(may("http://localhost/", "127.0.0.1"));
    assert!(!may("http://localhost/", "169.254.169.254"));
}

/// What the rule about `*.docs.rs` says of its own examples, of which those behind `!` must not match.
fn check_examples(examples: &[&str], expect: Option<&str>) {
    let (not_matches, matches): (Vec<&str>, Vec<&str>) = examples.iter().partition(|example| example.starts_with('!'));
    let rule = HostRule {
        matches: matches.into_iter().map(str::to_owned).collect(),
        not_matches: not_matches.into_iter().map(|example| example[1..].to_owned()).collect(),
        ..rule("*.docs.rs", Decision::Allow)
    };
    let told = rule.check().err().map(|error| error.to_string());
    assert_eq!(told.as_deref(), expect, "{examples:?}");
}

#[test]
fn examples_prove_a_rule() {
    check_examples(
        &[
            "a.docs.rs",
            "https://B.docs.rs:443/x?y",
            "!docs.rs",
            "!http://127.0.0.1/",
        ],
        None,
    );
    check_examples(
        &["docs.rs"],
        Some(
            "rule `allow *.docs.rs`: its example `docs.rs` should match `*.docs.rs` and does not; correct the one or the other",
        ),
    );
    check_examples(
        &["!https://a.docs.rs/"],
        Some(
            "rule `allow *.docs.rs`: its example `https://a.docs.rs/` should not match `*.docs.rs` and does; correct the one or the other",
        ),
    );
    check_examples(
        &["!a b"],
        Some(
            "rule `allow *.docs.rs`: `a b` is no host: a host has only ASCII letters, digits, hyphens and dots (other \
             scripts as `xn--…`)",
        ),
    );
}

#[test]
fn a_reason_is_told() {
    let policy = policy(Mode::Ask, true, &[]);
    let reason = Some("we have a mirror".to_owned());
    policy
        .remember_host(HostRule {
            reason,
            ..rule("docs.rs", Decision::Deny)
        })
        .unwrap();
    let verdict = policy.judge(&Action::Fetch {
        url: "https://docs.rs/",
    });
    assert_eq!(verdict.reason, "docs.rs: we have a mirror");
}

#[test]
fn only_a_plain_question_can_be_answered_for_a_host() {
    let offered = |trusted, rules: &[(&str, Decision)], url: &str| {
        policy(Mode::Ask, trusted, rules)
            .host_to_remember(url)
            .map(|host| host.to_string())
    };
    assert_eq!(offered(true, &[], "https://Docs.rs./tokio"), Some("docs.rs".to_owned()));
    assert_eq!(offered(true, &[("docs.rs", Decision::Ask)], "https://docs.rs/"), None);
    assert_eq!(offered(true, &[], "http://localhost:3000/"), None);
    assert_eq!(offered(true, &[], "http://169.254.169.254/"), None);
    assert_eq!(offered(false, &[], "https://docs.rs/"), None);
    assert_eq!(offered(true, &[], "no address"), None);
}
