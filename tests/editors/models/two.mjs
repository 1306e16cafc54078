// Two changes in shapes.py: a line that changes in one place, and one that becomes two.
import { SCALED, SQUARE, proposes } from "../vscode/driver/proposals.js";

export default proposes(SQUARE, SCALED);
