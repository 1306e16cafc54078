// Follows an instruction, then answers a question in words.
import { says } from "../vscode/driver/model.js";
import { SQUARE, proposes } from "../vscode/driver/proposals.js";

export default [...proposes(SQUARE), says("# Circles\n\nThe area is `pi * radius²`.")];
