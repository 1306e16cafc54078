// A slow model: it begins to answer and never ends.
import { held, says } from "../vscode/driver/model.js";

export default [held(says("I begin to think about it, and"), says("it never comes to this."))];
