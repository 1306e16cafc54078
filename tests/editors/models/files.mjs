// Proposes a new file, another name for one and the end of a third.
import { calls, says } from "../vscode/driver/model.js";

export default [
  calls(["read", { path: "shapes.py" }], ["read", { path: "broken.py" }]),
  calls(
    ["write", { path: "docs/plan.md", text: "# Plan\n\n- é 🌳\n" }],
    ["move", { from: "shapes.py", to: "geometry/shapes.py" }],
    ["delete", { path: "broken.py" }],
  ),
  says("Done."),
];
