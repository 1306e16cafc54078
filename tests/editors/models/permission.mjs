// Two commands that need a permission, and what comes of them.
import { calls, says } from "../vscode/driver/model.js";

const touch = (name) => calls(["shell", { command: `touch ${name}` }]);

export default [touch("first.txt"), touch("second.txt"), says("As you wish.")];
