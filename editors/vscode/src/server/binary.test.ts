import assert from "node:assert/strict";
import test from "node:test";

import { findBinary, isRecent, parseVersion } from "./binary";

const find = (programs: string[], setting = "", platform: NodeJS.Platform = "linux") =>
  findBinary({
    setting,
    extensionFolder: platform === "win32" ? "C:\\ext" : "/ext",
    home: "/home/me",
    platform,
    searchPath: platform === "win32" ? "C:\\a;C:\\b" : "/a::/b",
    isProgram: (file) => programs.includes(file),
  });

test("the setting wins over everything", () =>
  assert.deepEqual(find(["/x/st", "/ext/bin/singletree"], "/x/st"), { file: "/x/st", origin: "setting" }));
test("a setting that names nothing is said, not passed over", () =>
  assert.deepEqual(find(["/ext/bin/singletree"], "/x/st"), { missing: "setting", file: "/x/st" }));
test("a tilde is the home folder", () =>
  assert.deepEqual(find(["/home/me/bin/st"], "~/bin/st"), { file: "/home/me/bin/st", origin: "setting" }));
test("the bundled one comes before the PATH", () =>
  assert.deepEqual(find(["/ext/bin/singletree", "/a/singletree"]), { file: "/ext/bin/singletree", origin: "bundled" }));
test("the first on the PATH is taken", () =>
  assert.deepEqual(find(["/b/singletree"]), { file: "/b/singletree", origin: "path" }));
test("Windows has its own names", () =>
  assert.deepEqual(find(["C:\\b\\singletree.exe"], "", "win32"), { file: "C:\\b\\singletree.exe", origin: "path" }));
test("nothing is nothing", () => assert.deepEqual(find([]), { missing: "anywhere" }));

test("versions are read and compared by number", () => {
  assert.equal(parseVersion("singletree 0.12.3 (abc)\n"), "0.12.3");
  assert.equal(parseVersion("GNU bash, version 5"), undefined);
  assert.ok(isRecent("0.10.0", "0.9.9"));
  assert.ok(isRecent("1.0.0", "1.0.0"));
  assert.ok(!isRecent("0.9.9", "0.10.0"));
  assert.ok(!isRecent("0.9.9", "1.0.0"));
});
