// A conversation: an answer, and one that never ends.
import { held, says } from "../vscode/driver/model.js";

export default [
  says("The area is `pi * radius²` 🌳.\n\nThat is all of it."),
  held(says("Half of the second answer"), says(" and its end.")),
];
