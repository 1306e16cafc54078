use std::fs;

use expect_test::{Expect, expect};
use permissions::{CommandRule, Decision, HostRule};

use super::*;
use crate::layer::Sources;
use crate::load::load;

fn paths(folder: &Path) -> Paths {
    Paths::find(&|name| (name == "SINGLETREE_HOME").then(|| folder.join("home").into())).unwrap()
}

fn allow(command: &str) -> Rule {
    Rule::Command(CommandRule {
        id: "always".to_owned(),
        command: command.to_owned(),
        verdict: Decision::Allow,
        reason: None,
        matches: Vec::new(),
        not_matches: Vec::new(),
    })
}

struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("root")).unwrap();
        Self { folder }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("root")
    }

    fn paths(&self) -> Paths {
        paths(&self.folder.path().canonicalize().unwrap())
    }

    fn rules(&self) -> ApprovedRules {
        ApprovedRules::load(&self.paths(), &self.root()).unwrap()
    }

    fn add(&self, command: &str) -> Rule {
        self.rules().add(&allow(command)).unwrap()
    }

    /// The rules and notices of the settings.
    fn check(&self, expect: &Expect) {
        let mut sources = Sources::standard(&self.paths(), Some(&self.root()));
        sources.managed = None;
        let config = load(&sources).unwrap();
        let rules = config
            .settings
            .permissions
            .commands
            .iter()
            .map(|rule| format!("{} {} {}\n", rule.id, rule.verdict, rule.command));
        let notices = config.notices.iter().map(|notice| format!("{notice}\n"));
        let told: String = rules.chain(notices).collect();
        let file = self.rules().file().display().to_string();
        expect.assert_eq(&told.replace(&file, "rules.toml"));
    }
}

#[test]
fn a_rule_holds_from_then_on() {
    let scene = Scene::new();
    scene.check(&expect![[""]]);
    let saved = scene.add("cargo test");
    assert!(saved.id().ends_with("rules.toml:7"), "{}", saved.id());
    scene.add("echo \"a\\b\"");
    scene.add("cargo test");
    scene.check(&expect![[r#"
        rules.toml:7 allow cargo test
        rules.toml:11 allow echo "a\b"
    "#]]);
    assert!(
        scene
            .rules()
            .scope()
            .starts_with("in this workspace, until you remove it from ")
    );
    assert!(
        !scene.root().join(".singletree").exists(),
        "nothing is written into the project"
    );
}

#[test]
fn a_host_is_a_rule_too() {
    let scene = Scene::new();
    let host = HostRule {
        id: "always".to_owned(),
        host: "docs.rs".to_owned(),
        verdict: Decision::Allow,
        reason: Some("it is \"read\" a lot".to_owned()),
        matches: vec!["https://docs.rs/tokio".to_owned()],
        not_matches: Vec::new(),
    };
    scene.rules().add(&Rule::Host(host.clone())).unwrap();
    // A command of the same name is another rule.
    scene.add("docs.rs");
    scene.rules().add(&Rule::Host(host.clone())).unwrap();
    let mut sources = Sources::standard(&scene.paths(), Some(&scene.root()));
    sources.managed = None;
    let settings = load(&sources).unwrap().settings;
    let id = format!("{}:7", scene.rules().file().display());
    assert_eq!(settings.permissions.hosts, [HostRule { id, ..host }]);
    assert_eq!(settings.permissions.commands.len(), 1);
    assert_eq!(scene.rules().rules().len(), 2);
}

#[test]
fn the_file_is_the_users_to_edit() {
    let scene = Scene::new();
    scene.add("cargo test");
    let file = scene.rules().file().to_owned();
    let text = fs::read_to_string(&file).unwrap();
    let (head, _) = text.split_once("[[").unwrap();
    fs::write(&file, format!("{head}# mine\n")).unwrap();
    scene.add("make");
    scene.check(&expect![[r#"
        rules.toml:9 allow make
    "#]]);
    assert!(fs::read_to_string(&file).unwrap().contains("# mine"));
}

#[test]
fn rules_do_not_hold_for_another_folder_at_the_same_place() {
    let scene = Scene::new();
    scene.add("cargo test");
    fs::rename(scene.root(), scene.folder.path().join("old")).unwrap();
    fs::create_dir(scene.root()).unwrap();
    scene.check(&expect![[r#"
        rules.toml:1:1: its rules were not taken: they were approved for another folder at this place
    "#]]);
    scene.add("make");
    scene.check(&expect![[r#"
        rules.toml:7 allow make
    "#]]);
}

#[test]
fn a_damaged_file_is_an_error_with_its_place() {
    let scene = Scene::new();
    scene.add("cargo test");
    let file = scene.rules().file().to_owned();
    let old = fs::read_to_string(&file).unwrap();
    for (added, expect) in [
        ("[[permissions.rule]]\n", "did you mean `rules`?"),
        ("model = ", "rules.toml:10:9"),
        ("x", "rules.toml"),
    ] {
        let text = format!("{old}{added}");
        fs::write(&file, &text).unwrap();
        let told = ApprovedRules::load(&scene.paths(), &scene.root())
            .unwrap_err()
            .to_string();
        assert!(told.contains(expect), "{told}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[test]
fn many_processes_lose_nothing() {
    let scene = Scene::new();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let scene = &scene;
            scope.spawn(move || scene.add(&format!("make t{number}")));
        }
    });
    assert_eq!(scene.rules().rules().len(), 16);
}

#[cfg(unix)]
#[test]
fn the_file_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    scene.add("make");
    let mode = scene.rules().file().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
