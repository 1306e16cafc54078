// Speed, printed beside its limits; nothing here is asserted.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Chat } from "../driver/chat.js";
import { fast } from "../driver/model.js";

const RATE = 200;
const SECONDS = 5;

export default async function figures(scene) {
  const editor = await scene.open();
  await editor.openFile("shapes.py");
  const [ours, empty] = await activations(editor);
  print(`activation (an empty extension: ${empty} ms)`, ours, 100, "ms");
  const extension = await editor.ask((vscode) => vscode.extensions.getExtension("singletree.singletree").extensionPath);
  const bundles = readdirSync(join(extension, "dist")).filter((name) => /\.(js|css)$/.test(name));
  const size = bundles.reduce((sum, name) => sum + statSync(join(extension, "dist", name)).size, 0);
  print("bundle", size / 1024, 1024, "KB");

  const chat = new Chat(editor);
  await chat.open();
  print("first paint of the chat", await chat.frame.locator(":root").evaluate(firstPaint), 300, "ms");

  scene.model.script(fast(RATE, SECONDS));
  await chat.send("Write a lot");
  await chat.shows("word1");
  await chat.frame.locator(":root").evaluate(watchKeys);
  const typed = "typed while the answer streams ".repeat(6);
  await chat.composer.pressSequentially(typed, { delay: 15 });
  const kept = await chat.composer.evaluate((field) => field.value ?? field.textContent);
  const slowest = await chat.frame.locator(":root").evaluate(() => Math.max(0, ...window.keyDelays));
  console.log(
    `        figure  typing at ${RATE} tokens a second: ${kept.length} of ${typed.length} characters arrived`,
  );
  print("slowest key while it streams", slowest, 100, "ms");
  await chat.shows(`word${RATE * SECONDS - 1}`);
}

function print(what, value, limit, unit) {
  console.log(
    `        figure  ${what}: ${Math.round(value)} ${unit}, ${(value / limit).toFixed(2)} of the limit of ${limit} ${unit}`,
  );
}

/** What VS Code's own list of running extensions says of ours and of the probe, which does next to nothing. */
async function activations(editor) {
  await editor.command("Developer: Show Running Extensions");
  const times = [];
  for (const name of ["Singletree", "probe"]) {
    const row = editor.page.locator(".runtime-extensions-editor .extension", { hasText: name }).first();
    const text = await row.locator(".activation-time").textContent();
    times.push(Number(/(\d+)\s*ms/.exec(text)?.[1]));
  }
  await editor.press("Escape");
  return times;
}

function firstPaint() {
  const painted = performance.getEntriesByType("paint").find(({ name }) => name === "first-contentful-paint");
  return painted?.startTime ?? NaN;
}

/** Notes how long each key took from the press to the next picture. */
function watchKeys() {
  window.keyDelays = [];
  const note = (list) =>
    list.getEntries().forEach(({ name, duration }) => name === "keydown" && window.keyDelays.push(duration));
  new PerformanceObserver(note).observe({ type: "event", durationThreshold: 16 });
}
