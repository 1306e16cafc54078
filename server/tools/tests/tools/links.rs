//! Symbolic links in the place of the file that is to go or to move.

use expect_test::expect;
use serde_json::json;

use crate::scene::Scene;

/// A link, what it leads to, and a folder that is a link.
fn with_links() -> Scene {
    let scene = Scene::new(&[("real/bom.py", "1\n"), ("b", "2\n")]);
    for (target, link) in [("real/bom.py", "link.py"), ("nowhere", "dangling"), ("real", "folder")] {
        std::os::unix::fs::symlink(target, scene.path(link)).unwrap();
    }
    std::os::unix::fs::symlink("../b", scene.path("real/up")).unwrap();
    scene
}

#[tokio::test]
async fn what_a_link_leads_to_neither_goes_nor_moves() {
    let scene = with_links();
    let to = |from: &str, to: &str| json!({"from": from, "to": to});
    let patch = |patch: &str| json!({"patch": format!("*** Begin Patch\n{patch}\n*** End Patch\n")});
    let calls = [
        ("delete", json!({"path": "link.py"})),
        ("delete", json!({"path": "dangling"})),
        ("delete", json!({"path": "folder"})),
        ("delete", json!({"path": "folder/up"})),
        ("move", to("link.py", "l2.py")),
        ("move", to("b", "link.py")),
        ("move", to("b", "dangling")),
        ("apply-patch", patch("*** Delete File: link.py")),
        (
            "apply-patch",
            patch("*** Update File: link.py\n*** Move to: l2.py\n-1\n+2"),
        ),
        (
            "apply-patch",
            patch("*** Update File: b\n*** Move to: dangling\n-2\n+3"),
        ),
    ];
    let mut told = String::new();
    for (tool, arguments) in calls {
        told.push_str(&format!("{tool}: {}\n", scene.call(tool, arguments).await));
    }
    expect![[r#"
        delete: error: `link.py` is a link to `real/bom.py`, and only files are deleted and moved: name `real/bom.py` itself, or delete the link by `shell`
        delete: error: `dangling` is a link to `nowhere`, and only files are deleted and moved: name `nowhere` itself, or delete the link by `shell`
        delete: error: `folder` is a link to `real`, and only files are deleted and moved: name `real` itself, or delete the link by `shell`
        delete: error: `folder/up` is a link to `b`, and only files are deleted and moved: name `b` itself, or delete the link by `shell`
        move: error: `link.py` is a link to `real/bom.py`, and only files are deleted and moved: name `real/bom.py` itself, or delete the link by `shell`
        move: error: `link.py` is a link to `real/bom.py`, and only files are deleted and moved: name `real/bom.py` itself, or delete the link by `shell`
        move: error: `dangling` is a link to `nowhere`, and only files are deleted and moved: name `nowhere` itself, or delete the link by `shell`
        apply-patch: error: nothing was proposed, since the patch does not fit: `link.py` is a link to `real/bom.py`, and only files are deleted and moved: name `real/bom.py` itself, or delete the link by `shell`
        apply-patch: error: nothing was proposed, since the patch does not fit: `link.py` is a link to `real/bom.py`, and only files are deleted and moved: name `real/bom.py` itself, or delete the link by `shell`
        apply-patch: error: nothing was proposed, since the patch does not fit: `dangling` is a link to `nowhere`, and only files are deleted and moved: name `nowhere` itself, or delete the link by `shell`
    "#]]
    .assert_eq(&told);
    assert_eq!(
        scene.call("revert", json!({})).await,
        "you propose nothing that the user has not decided on\n"
    );
}

#[tokio::test]
async fn a_file_below_a_link_goes_and_moves() {
    for (tool, arguments) in [
        ("delete", json!({"path": "folder/bom.py"})),
        ("move", json!({"from": "folder/bom.py", "to": "folder/new.py"})),
    ] {
        let answer = with_links().call(tool, arguments).await;
        assert!(answer.starts_with("proposed 1 hunk"), "{tool}: {answer}");
    }
}
