import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";

import { entries, repack } from "./zip.mjs";

/** An archive as Python's own writer makes it, entries in this order, with the time of now. */
function archive(names) {
  const folder = mkdtempSync(path.join(tmpdir(), "zip-"));
  try {
    names.forEach((name) => writeFileSync(path.join(folder, name), `content of ${name}`.repeat(20)));
    execFileSync("python3", ["-m", "zipfile", "-c", "made.zip", ...names], { cwd: folder });
    return readFileSync(path.join(folder, "made.zip"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the same contents give the same bytes, in whatever order they came", () => {
  const first = repack(archive(["a.txt", "b.txt"]));
  assert.deepEqual(first, repack(archive(["b.txt", "a.txt"])));
  const read = entries(first).map(({ name, content }) => [name, content.toString().length]);
  assert.deepEqual(read, [["a.txt", 320], ["b.txt", 320]]);
});

test("what was repacked is a zip to others", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "zip-"));
  try {
    writeFileSync(path.join(folder, "again.zip"), repack(archive(["a.txt"])));
    const listed = execFileSync("python3", ["-m", "zipfile", "-t", "again.zip"], { cwd: folder, encoding: "utf8" });
    assert.match(listed, /Done testing/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
