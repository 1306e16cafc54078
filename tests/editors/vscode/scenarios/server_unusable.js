// A server that is missing, too old, or crashes three times: one clear message with its remedy, and nothing is lost.
import { chmodSync, writeFileSync } from "node:fs";
import { SQUARE, proposes } from "../driver/proposals.js";

export default async function serverUnusable(scene) {
  const { workspace, model } = scene;
  const missing = await scene.open({ "singletree.path": "/nowhere/singletree" });
  await missing.notification("/nowhere/singletree").waitFor();
  await missing.screenshot("server-missing");
  await scene.close();

  const old = `${workspace.path}-old`;
  writeFileSync(old, "#!/bin/sh\necho singletree 0.0.1\n");
  chmodSync(old, 0o755);
  const outdated = await scene.open({ "singletree.path": old });
  await outdated.notification("0.0.1").waitFor();
  await outdated.screenshot("server-too-old");
  await scene.close();

  model.script(...proposes(SQUARE));
  const editor = await scene.open();
  await editor.openFile("shapes.py");
  await editor.run("singletree.run.document");
  await editor.waitForLenses("Keep", 1);
  for (let crash = 1; crash <= 3; crash += 1) {
    await editor.waitForServer("shapes.py");
    await editor.killServer();
  }
  await editor.notification("crashed 3 times").waitFor();
  await editor.screenshot("server-crashed");
  await editor.notification("crashed 3 times").getByRole("button", { name: "Try Again" }).click();
  await editor.waitForLenses("Keep", 1);
}
