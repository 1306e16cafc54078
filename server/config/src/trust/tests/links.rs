//! What `.git` says about a folder is believed only if the repository says so too.

use super::*;

/// A linked worktree `tree` of `repo`, as git lays it out.
const WORKTREE: [&str; 4] = [
    "tree/.git=gitdir: @/repo/.git/worktrees/tree\n",
    "repo/.git/worktrees/tree/gitdir=@/tree/.git\n",
    "repo/.git/worktrees/tree/commondir=../..\n",
    "repo/.git/worktrees/tree/HEAD=ref: refs/heads/topic\n",
];

/// `changes` are laid over a trusted repository and its worktree.
fn check(changes: &[&str], folder: &str, expect: &str) {
    let scene = Scene::new(&REPOSITORY);
    scene.add(&WORKTREE);
    scene.trust("repo");
    scene.add(changes);
    scene.check(folder, expect);
}

#[test]
fn a_worktree_inherits_from_its_repository() {
    check(&[], "tree", "trusted: it is a worktree of @/repo, which you trusted");
    check(&["tree/sub/"], "tree/sub", "trusted: it is part of @/tree");
    // Git can write both paths relative to where they stand.
    let relative = [
        "tree/.git=gitdir: ../repo/.git/worktrees/tree",
        "repo/.git/worktrees/tree/gitdir=../../../../tree/.git",
    ];
    check(&relative, "tree", "trusted: it is a worktree of @/repo");
}

#[test]
fn a_worktree_of_an_untrusted_repository_asks() {
    let scene = Scene::new(&REPOSITORY);
    scene.add(&WORKTREE);
    scene.check("tree", "not trusted: it is a worktree of @/repo, which is not trusted");
    scene.trust("tree").check("tree", "trusted: you trusted this folder");
    scene.check("repo", NEVER);
}

#[test]
fn a_branch_with_something_else_that_runs_asks() {
    check(&["tree/.envrc=x"], "tree", "not trusted: .envrc would run by itself");
    check(
        &["repo/.git/worktrees/tree/config.worktree=[core]\nfsmonitor = x\n"],
        "tree",
        "not trusted: .git/config.worktree of this worktree: core.fsmonitor",
    );
    check(
        &["repo/.git/hooks/pre-commit=x"],
        "tree",
        "not trusted: .git/hooks/pre-commit",
    );
}

#[test]
fn a_spoofed_link_inherits_nothing() {
    let evil = "not trusted: its `.git` leads to";
    // Another's worktree, the repository itself, and a worktree that was never there.
    check(&["evil/.git=gitdir: @/repo/.git/worktrees/tree"], "evil", evil);
    check(&["evil/.git=gitdir: @/repo/.git"], "evil", evil);
    check(
        &["evil/.git=gitdir: @/repo/.git/worktrees/none"],
        "evil",
        "not trusted: its `.git` is a file that names no git folder",
    );
    // A git folder of one's own that claims the trusted one as its common folder.
    check(
        &[
            "evil/.git=gitdir: @/evil/git/worktrees/evil",
            "evil/git/worktrees/evil/gitdir=@/evil/.git",
            "evil/git/worktrees/evil/commondir=@/repo/.git",
        ],
        "evil",
        evil,
    );
    check(
        &["evil/.git/HEAD", "evil/.git/commondir=@/repo/.git"],
        "evil",
        "not trusted: its `.git/commondir` leads to @/repo/.git, so it inherits no trust",
    );
    check(
        &["evil/.git=nothing"],
        "evil",
        "not trusted: its `.git` is a file that names no git folder",
    );
    check(
        &["evil/.git=gitdir: \n@/repo/.git"],
        "evil",
        "not trusted: its `.git` is a file that names no git folder",
    );
}

#[test]
fn a_spoofed_link_in_a_trusted_folder_inherits_nothing_either() {
    check(
        &["repo/sub/.git=gitdir: @/repo/.git"],
        "repo/sub",
        "not trusted: its `.git` leads to @/repo/.git, which does not lead back here",
    );
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_inherits_nothing() {
    let scene = Scene::new(&REPOSITORY);
    scene.add(&["evil/"]);
    scene.trust("repo");
    std::os::unix::fs::symlink(scene.at("repo/.git"), scene.at("evil/.git")).unwrap();
    scene.check("evil", "not trusted: its `.git` is a link to @/repo/.git");
    // The folder's own name may well be a link: it is the same folder.
    std::os::unix::fs::symlink(scene.at("repo"), scene.at("alias")).unwrap();
    scene.check("alias", "trusted");
}

#[test]
fn what_a_foreign_git_folder_runs_is_part_of_what_is_confirmed() {
    let scene = Scene::new(&[
        "sub/.git=gitdir: @/modules/sub",
        "modules/sub/HEAD",
        "modules/sub/config=[core]\nworktree = ../../sub\n",
    ]);
    scene.trust("sub").check("sub", "trusted");
    scene.add(&["modules/sub/hooks/post-checkout=x"]);
    scene.check("sub", "not trusted: .git/hooks/post-checkout");
}
