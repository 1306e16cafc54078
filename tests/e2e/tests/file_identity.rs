//! A written file stays the file it was: mode, links and all.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Output;

use e2e::{Answer, ModelServer, Project, call, run};
use serde_json::json;

const BEFORE: &[u8] = b"#!/bin/sh\necho old\n";
const AFTER: &[u8] = b"#!/bin/sh\necho new\n";

fn apply(project: &Project, path: &str) -> anyhow::Result<Output> {
    let edit = call("edit", json!({"path": path, "old_text": "old", "new_text": "new"}));
    let model = ModelServer::start(vec![Answer::Calls(vec![edit])])?;
    let arguments = ["run", "go on", "--apply"];
    let output = run(&project.home(), project.root(), &model.env(), &arguments)?;
    anyhow::ensure!(output.status.success(), "{output:?}");
    Ok(output)
}

#[test]
fn mode_bits() -> anyhow::Result<()> {
    for mode in [0o755, 0o600, 0o664] {
        let project = Project::new(&[("run.sh", BEFORE)])?;
        std::fs::set_permissions(project.path("run.sh"), PermissionsExt::from_mode(mode))?;
        apply(&project, "run.sh")?;
        assert_eq!(project.read("run.sh"), AFTER);
        let now = std::fs::metadata(project.path("run.sh"))?.mode() & 0o7777;
        assert_eq!(now, mode, "{now:o}");
    }
    Ok(())
}

#[test]
fn a_link_to_a_file_in_the_project() -> anyhow::Result<()> {
    let project = Project::new(&[("real/run.sh", BEFORE)])?;
    symlink("real/run.sh", project.path("link.sh"))?;
    apply(&project, "link.sh")?;
    assert_eq!(project.read("real/run.sh"), AFTER, "written through the link");
    let link = std::fs::read_link(project.path("link.sh"))?;
    assert_eq!(link.to_str(), Some("real/run.sh"), "which is still one");
    Ok(())
}

#[test]
fn a_link_that_leaves_the_project() -> anyhow::Result<()> {
    let project = Project::new(&[])?;
    let outside = project.outside().join("outside.sh");
    std::fs::write(&outside, BEFORE)?;
    symlink(&outside, project.path("link.sh"))?;
    apply(&project, "link.sh").ok();
    assert_eq!(std::fs::read(&outside)?, BEFORE);
    assert!(project.path("link.sh").is_symlink());
    Ok(())
}

#[test]
fn hard_links() -> anyhow::Result<()> {
    let project = Project::new(&[("a.sh", BEFORE)])?;
    std::fs::hard_link(project.path("a.sh"), project.path("b.sh"))?;
    let inode = std::fs::metadata(project.path("b.sh"))?.ino();
    apply(&project, "a.sh")?;
    assert_eq!(project.read("a.sh"), AFTER);
    assert_eq!(project.read("b.sh"), AFTER, "both names have the text");
    assert_eq!(std::fs::metadata(project.path("a.sh"))?.ino(), inode);
    Ok(())
}

#[test]
fn nothing_is_left_beside_it() -> anyhow::Result<()> {
    let project = Project::new(&[("a.sh", BEFORE)])?;
    apply(&project, "a.sh")?;
    let names = std::fs::read_dir(project.root())?.map(|entry| Ok(entry?.file_name()));
    let mut names: Vec<_> = names.collect::<anyhow::Result<_>>()?;
    names.sort();
    assert_eq!(names, [".git", "a.sh"]);
    Ok(())
}
