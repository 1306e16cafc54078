// Takes the pictures of the extension's README.
//
//   pictures.js VSIX FOLDER TARGET    `tests/editors/vscode/pictures` calls this
import { Chat } from "./driver/chat.js";
import { says } from "./driver/model.js";
import { proposes } from "./driver/proposals.js";
import { Stage } from "./driver/stage.js";
import { until } from "./driver/waiting.js";

const FILE = "billing/invoice.py";
const CHANGES = [
  [
    FILE,
    "        return self.unit_price * self.quantity\n",
    "        return round_cents(self.unit_price * self.quantity)\n",
  ],
  [
    FILE,
    "    def due(self, days: int = 30) -> date:\n",
    '    def due(self, *, days: int = 30) -> date:\n        """When the invoice must be paid."""\n',
  ],
  ["shapes.py", "    return pi * radius * radius\n", "    return pi * radius**2\n"],
];

const [vsix, folder, target] = process.argv.slice(2);
const stage = new Stage(folder, target);
await stage.open(vsix);
const scene = stage.scene("shop");
const editor = await scene.open({ "editor.fontSize": 13 }, { width: 1180, height: 720 });
const cut = (width, height, left = 0, top = 0) => ({ x: left, y: top, width, height });

scene.model.script(...proposes(...CHANGES));
await editor.openFile(FILE, 29);
await editor.run("singletree.run.document");
await editor.waitForLenses("Keep", 2);
await editor.command("View: Toggle Primary Side Bar Visibility");
await editor.page.locator(".sidebar").waitFor({ state: "hidden" });
await editor.goTo(29);
await picture("inline-diff", cut(1180, 600, 0, 36));

await editor.run("singletree.change.show");
await editor.page.locator(".monaco-diff-editor").getByText("round_cents").first().waitFor();
await picture("diff-editor", cut(1180, 600, 0, 36));
await editor.command("View: Close All Editors");
await editor.openFile(FILE, 29);

await editor.openSideBar();
await editor.changes("shapes.py").first().waitFor();
await until("the whole side bar", () => editor.page.locator(".sidebar").isVisible());
await picture("tree", cut(1180, 600, 0, 36));

const chat = new Chat(editor);
await chat.open();
const answer = "Amounts are rounded **once a line**, so that the lines add up to the total:";
scene.model.script(says(`${answer}\n\n\`\`\`python\nround_cents(net)\n\`\`\``));
await chat.send("Where are cents rounded?");
await chat.shows("add up to the total");
await chat.idle();
await picture("chat", cut(1180, 684, 0, 36));

const theme = (vscode, value) => vscode.workspace.getConfiguration("workbench").update("colorTheme", value, true);
await editor.ask(theme, "Default High Contrast");
await editor.page.locator(".monaco-workbench.hc-black").waitFor();
await picture("high-contrast", cut(1180, 684, 0, 36));
await scene.close();
await stage.close();
process.exit(0);

function picture(name, clip) {
  return editor.page.screenshot({ path: `${target}/${name}.png`, clip });
}
