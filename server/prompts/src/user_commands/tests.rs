use super::*;

fn parsed(text: &str) -> Result<UserCommand, String> {
    parse(&front_matter::plain(text), "name", CommandOrigin::User)
}

fn names(tools: &[&str]) -> Option<BTreeSet<String>> {
    Some(tools.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn front_matter_says_how_and_the_body_what() {
    let command = parsed(
        "---\ndescription: \"Looks\"\nargument-hint: [what]\nmodel: p/m\ntools: [read, grep]\ncolor: red\n---\n\nLook.\n",
    );
    let command = command.unwrap();
    assert_eq!((&*command.description, &*command.body), ("Looks", "Look."));
    assert_eq!(command.argument_hint.as_deref(), Some("[what]"));
    assert_eq!(
        (command.model.as_deref(), &command.tools),
        (Some("p/m"), &names(&["read", "grep"]))
    );
    assert!(command.takes_words());
}

#[test]
fn front_matter_may_be_left_out() {
    let command = parsed("# Tidy\n\nTidy up.").unwrap();
    assert_eq!((&*command.description, command.tools.as_ref()), ("Tidy", None));
    assert!(!command.takes_words());
    assert!(parsed("Look at $ARGUMENTS").unwrap().takes_words());
}

#[test]
fn the_words_of_other_programs_are_understood() {
    let command = parsed("---\nallowed-tools: Bash(git add:*), Read\nmodel: sonnet\n---\nx").unwrap();
    assert_eq!((command.model, command.tools), (None, names(&["git", "read", "shell"])));
    let listed = parsed("---\r\nallowed-tools:\r\n  - Read\r\n  - Grep\r\nx: y\r\n---\r\nx").unwrap();
    assert_eq!(listed.tools, names(&["grep", "read"]));
}

#[test]
fn what_is_wrong_is_named() {
    let check = |text: &str, expect: &str| assert_eq!(parsed(text).unwrap_err(), expect);
    check(
        "---\ndescription: x\n",
        "its front matter does not end with a line of `---`",
    );
    check("---\ndescription: x\n---\n", "it says nothing below its front matter");
    check("---\nnonsense\n---\nx", "line 2: `nonsense` is no `key: value`");
    check(" \n", "it says nothing below its front matter");
}

#[test]
fn a_projects_come_first_and_bad_files_are_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let (project, user) = (folder.path().join("project"), folder.path().join("user"));
    let write = |path: PathBuf, body: &str| {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, body).unwrap();
    };
    write(project.join(".claude/commands/b.md"), "theirs");
    write(project.join(".claude/commands/api/c.md"), "below");
    write(project.join(".singletree/commands/b.md"), "the project's");
    write(user.join("a.md"), "the user's");
    write(user.join("b.md"), "the user's");
    write(user.join("fix.md"), "another fix");
    write(user.join("a b.md"), "blank");
    write(user.join("big.md"), &"x".repeat(70_000));
    std::os::unix::fs::symlink(user.join("a.md"), user.join("link.md")).unwrap();
    let found = user_commands(Some(&project), &user);
    let seen: Vec<_> = found
        .commands
        .iter()
        .map(|it| (&*it.name, &*it.body, it.origin))
        .collect();
    let (of_project, of_user) = (CommandOrigin::Project, CommandOrigin::User);
    let expect = [
        ("a", "the user's", of_user),
        ("api:c", "below", of_project),
        ("b", "the project's", of_project),
    ];
    assert_eq!(seen, expect);
    let notices = found.notices.join("\n");
    for why in ["only letters", "`fix` is a built-in command", "longer than 64 KiB"] {
        assert!(notices.contains(why), "{notices}");
    }
    assert_eq!(found.notices.len(), 3);
    assert_eq!(user_commands(None, &user).get("b").unwrap().origin, of_user);
}
