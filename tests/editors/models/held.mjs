// A slow model: it begins to answer and never ends; nor does it the second time.
import { held, says } from "../vscode/driver/model.js";

const slow = () => held(says("I begin to think about it, and"), says("it never comes to this."));

export default [slow(), slow()];
