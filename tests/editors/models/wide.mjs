// Changes a last line that holds characters outside of the basic plane and does not end.
import { proposes } from "../vscode/driver/proposals.js";

export default proposes(["wide.py", "# 🌳𝒳 é", "# 🌳𝒳 é kept\nLAST = '𝒳'"], ["wide.py", "    return x\n", "    return x + '🌳'\n"]);
