use std::fs;

use super::*;

mod links;

/// A private state folder, and folders beside it that are laid out by hand: git is never run.
struct Scene {
    folder: tempfile::TempDir,
    store: TrustStore,
}

impl Scene {
    /// `files` are `path` or `path=text`; one that ends in `/` is a folder. `@` stands for the scene's own folder.
    fn new(files: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = TrustStore {
            file: folder.path().join("state/trust.json"),
            home: Some(folder.path().join("home")),
        };
        let scene = Self { folder, store };
        scene.add(files);
        scene
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn add(&self, files: &[&str]) {
        for file in files {
            let (name, text) = file.split_once('=').unwrap_or((file, ""));
            let path = self.at(name);
            if name.ends_with('/') {
                fs::create_dir_all(path).unwrap();
                continue;
            }
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let here = self.at("").display().to_string();
            fs::write(path, text.replace("@", here.trim_end_matches('/'))).unwrap();
        }
    }

    fn trust(&self, name: &str) -> &Self {
        self.store.grant(&self.at(name)).unwrap();
        self
    }

    fn told(&self, sentence: impl ToString) -> String {
        sentence.to_string().replace(&self.at("").display().to_string(), "@/")
    }

    /// The sentence about a folder, from its beginning.
    fn check(&self, name: &str, expect: &str) {
        let status = self.store.status(&self.at(name)).unwrap();
        let told = self.told(&status);
        assert!(told.starts_with(expect), "{name}: {told}");
        assert_eq!(status.is_trusted(), expect.starts_with("trusted"));
    }
}

/// What git leaves in every repository.
const REPOSITORY: [&str; 5] = [
    "repo/.git/HEAD=ref: refs/heads/main",
    "repo/.git/objects/",
    "repo/.git/refs/",
    "repo/.git/config=[core]\n\tbare = false\n",
    "repo/.git/hooks/pre-commit.sample=exit 1",
];

const NEVER: &str = "not trusted: you have not been asked";

#[test]
fn trust_is_given_and_taken_back() {
    let scene = Scene::new(&REPOSITORY);
    scene.check("repo", NEVER);
    scene.trust("repo").check("repo", "trusted: you trusted this folder");
    assert_eq!(scene.store.list().unwrap()[0].path, scene.at("repo"));
    assert!(scene.store.revoke(&scene.at("repo")).unwrap());
    assert!(!scene.store.revoke(&scene.at("repo")).unwrap());
    scene.check("repo", NEVER);
}

#[test]
fn without_a_folder_there_is_no_trust() {
    let scene = Scene::new(&[]);
    let status = scene.store.status(Path::new("")).unwrap();
    assert_eq!(status, TrustStatus::Untrusted(Doubt::NoFolder));
    assert!(scene.store.status(&scene.at("missing")).is_err());
}

#[test]
fn a_folder_that_took_anothers_place_is_not_trusted() {
    let scene = Scene::new(&REPOSITORY);
    scene.trust("repo");
    fs::rename(scene.at("repo"), scene.at("moved")).unwrap();
    scene.check(
        "moved",
        "not trusted: you trusted this folder at @/repo; trust does not move along",
    );
    scene.add(&REPOSITORY);
    scene.check("repo", "not trusted: another folder stood here when you trusted it");
    scene.trust("repo").check("repo", "trusted");
}

#[test]
fn a_plain_folder_inherits_and_a_repository_does_not() {
    let scene = Scene::new(&[
        "all/plain/deep/",
        "all/nested/.git/HEAD",
        "all/bare/HEAD",
        "all/bare/objects/",
        "all/bare/refs/",
    ]);
    scene.trust("all");
    scene.check("all/plain/deep", "trusted: it is part of @/all, which you trusted");
    let nested = "not trusted: it is a repository of its own, and trust in @/all does not reach into it";
    scene.check("all/nested", nested);
    scene.check("all/bare", nested);
    scene.add(&["all/nested/sub/"]);
    scene.check(
        "all/nested/sub",
        "not trusted: it is part of @/all/nested, which is not trusted",
    );
    scene
        .trust("all/nested")
        .check("all/nested/sub", "trusted: it is part of @/all/nested");
    scene.add(&["all/plain/deep/.envrc=x"]);
    scene.check(
        "all/plain/deep",
        "not trusted: .envrc would run by itself and is not what you confirmed",
    );
}

#[test]
fn what_runs_in_a_nested_repository_is_judged_by_its_own_trust() {
    let scene = Scene::new(&[
        "repo/.git/HEAD",
        "repo/.git/objects/",
        "repo/.git/refs/",
        "repo/src/",
        "repo/vendor/lib/.git/HEAD",
        "repo/vendor/lib/src/",
        "other/",
    ]);
    scene.trust("repo");
    let is_trusted = |folder: &str| {
        scene
            .store
            .status_in(&scene.at("repo"), &scene.at(folder))
            .unwrap()
            .is_trusted()
    };
    assert!(is_trusted("repo"));
    assert!(is_trusted("repo/src"));
    assert!(is_trusted("repo/src/not/there/yet"));
    assert!(!is_trusted("repo/vendor/lib"));
    assert!(!is_trusted("repo/vendor/lib/src"));
    assert!(!is_trusted("repo/.git/hooks"), "git's own folder is one of its own");
    assert!(!is_trusted("other"));
    assert_eq!(
        boundary(&scene.at("repo/vendor/lib/src/x")),
        Some(scene.at("repo/vendor/lib"))
    );
    assert_eq!(boundary(&scene.at("repo/src")), Some(scene.at("repo")));
}

#[test]
fn what_runs_by_itself_asks_again_when_it_changes() {
    for file in [
        ".singletree/config.toml",
        ".singletree/commands/deep/x.md",
        ".envrc",
        ".vscode/tasks.json",
        ".claude/settings.local.json",
        ".mcp.json",
        ".husky/pre-commit",
        ".git/hooks/post-checkout",
        ".cargo/config.toml",
        "rust-toolchain",
        ".pnpmfile.cjs",
        ".pre-commit-config.yaml",
        "gradle/wrapper/gradle-wrapper.jar",
    ] {
        let scene = Scene::new(&REPOSITORY);
        scene.trust("repo");
        let expect = format!("not trusted: {file} would run by itself");
        scene.add(&[&format!("repo/{file}=one")]);
        scene.check("repo", &expect);
        scene.trust("repo").check("repo", "trusted");
        scene.add(&[&format!("repo/{file}=two")]);
        scene.check("repo", &expect);
        scene.trust("repo").check("repo", "trusted");
        fs::remove_file(scene.at("repo").join(file)).unwrap();
        scene.check("repo", &expect);
    }
}

#[test]
fn what_runs_when_it_is_asked_for_does_not_ask_again() {
    let scene = Scene::new(&REPOSITORY);
    scene.trust("repo");
    scene.add(&[
        "repo/Makefile=all:",
        "repo/package.json={}",
        "repo/build.rs=fn main() {}",
        "repo/conftest.py=1",
        "repo/.github/workflows/ci.yml=x",
        "repo/src/main.rs=x",
        "repo/.git/index=x",
        "repo/.git/config=[branch \"b\"]\nremote = origin\n[remote \"origin\"]\nurl = /x\n",
    ]);
    scene.check("repo", "trusted");
}

#[test]
fn a_helper_in_gits_configuration_asks_again() {
    let scene = Scene::new(&REPOSITORY);
    scene.trust("repo");
    scene.add(&["repo/.git/config=[core]\nfsmonitor = ./x\n"]);
    scene.check("repo", "not trusted: .git/config: core.fsmonitor would run by itself");

    scene.add(&["repo/.git/config=[core]\nhooksPath = tools/hooks\n[include]\npath = ../git.conf\n"]);
    scene.add(&["repo/git.conf=[user]\nname = a\n"]);
    scene.trust("repo").check("repo", "trusted");
    scene.add(&["repo/tools/hooks/pre-push=x"]);
    scene.check("repo", "not trusted: tools/hooks/pre-push");
    scene.trust("repo").add(&["repo/git.conf=[diff]\nexternal = x\n"]);
    scene.check(
        "repo",
        "not trusted: .git/config: include.path (../git.conf): diff.external",
    );
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_never_confirmed() {
    let scene = Scene::new(&REPOSITORY);
    scene.trust("repo");
    fs::create_dir(scene.at("repo/.envrc")).unwrap();
    scene.check("repo", "not trusted: .envrc would run by itself");
    let refused = scene.store.grant(&scene.at("repo")).unwrap_err();
    let told = scene.told(refused);
    assert_eq!(
        told,
        "@/repo cannot be trusted: .envrc is something that runs by itself and cannot be read (it is not a file)"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_winds_into_itself_is_soon_given_up() {
    let scene = Scene::new(&[
        "repo/.singletree/",
        "repo/.git/config=[include]\npath = config\npath = ./config\n",
    ]);
    for number in 0..40 {
        std::os::unix::fs::symlink(".", scene.at(&format!("repo/.singletree/l{number}"))).unwrap();
    }
    let refused = scene.store.grant(&scene.at("repo")).unwrap_err().to_string();
    assert!(refused.contains("too much here that runs by itself"), "{refused}");
    scene.check("repo", NEVER);
}

#[test]
fn a_configuration_in_another_encoding_counts_as_a_whole() {
    let scene = Scene::new(&REPOSITORY);
    let write = |text: &[u8]| fs::write(scene.at("repo/.git/config"), text).unwrap();
    write(b"[user]\nname = Andr\xe9\n");
    scene.trust("repo").check("repo", "trusted");
    write(b"[user]\nname = Andr\xe8\n");
    scene.check("repo", "not trusted: .git/config would run by itself");
}

#[test]
fn a_folder_with_everything_in_it_is_not_trusted() {
    let scene = Scene::new(&["home/project/", "home/.bashrc"]);
    for (folder, expect) in [
        ("home", "it is or holds your home folder"),
        ("", "it is or holds your home folder"),
        ("/", "it is the whole file system"),
    ] {
        let refused = scene.store.grant(&scene.at(folder)).unwrap_err().to_string();
        assert!(refused.contains(expect), "{folder}: {refused}");
    }
    scene.trust("home/project").check("home/project", "trusted");
}

#[cfg(unix)]
#[test]
fn a_folder_that_everyone_shares_is_not_trusted() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new(&["shared/"]);
    fs::set_permissions(scene.at("shared"), fs::Permissions::from_mode(0o1777)).unwrap();
    let refused = scene.store.grant(&scene.at("shared")).unwrap_err().to_string();
    assert!(refused.contains("everyone on this machine"), "{refused}");
}

#[test]
fn a_list_that_cannot_be_understood_trusts_nothing() {
    let scene = Scene::new(&["repo/"]);
    scene.trust("repo");
    let check = |text: &str, expect: &str| {
        fs::write(&scene.store.file, text).unwrap();
        let told = scene.told(scene.store.status(&scene.at("repo")).unwrap_err());
        assert!(told.contains(expect) && told.contains("@/state/trust.json"), "{told}");
        scene.store.grant(&scene.at("repo")).unwrap_err();
        assert_eq!(
            fs::read_to_string(&scene.store.file).unwrap(),
            text,
            "it stays as it was"
        );
    };
    check("{\"version\": 1, \"fold", "is damaged");
    check("{\"version\": 1}", "is damaged");
    check("{\"version\": 2, \"folders\": {}}", "has version 2, which is newer");
    check("", "is damaged");
}

#[cfg(unix)]
#[test]
fn the_list_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new(&["repo/"]);
    scene.trust("repo");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scene.store.file), 0o600);
    assert_eq!(mode(scene.store.file.parent().unwrap()), 0o700);
    fs::set_permissions(&scene.store.file, fs::Permissions::from_mode(0o666)).unwrap();
    let told = scene.store.status(&scene.at("repo")).unwrap_err().to_string();
    assert!(told.contains("others may write to it"), "{told}");
}

#[test]
fn many_processes_lose_nothing() {
    let names: Vec<String> = (0..16).map(|number| format!("p{number}")).collect();
    let folders: Vec<String> = names.iter().map(|name| format!("{name}/")).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    let scene = Scene::new(&folders);
    std::thread::scope(|scope| {
        for name in &names {
            scope.spawn(|| scene.trust(name));
        }
    });
    assert_eq!(scene.store.list().unwrap().len(), names.len());
}
