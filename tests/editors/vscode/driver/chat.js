// The chat view and what a user does in it. Everything is found by its role and label, as a screen reader finds it.
import { until } from "./waiting.js";

export class Chat {
  constructor(editor) {
    this.editor = editor;
    this.frame = editor.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
    this.composer = this.frame.getByRole("textbox", { name: "Message to Singletree" });
  }

  async open() {
    await this.editor.run("singletree.chat.open");
    await this.composer.waitFor();
  }

  /** Writes a message and sends it with Enter. */
  async send(text) {
    await this.write(text);
    await this.composer.press("Enter");
  }

  /** Types into the composer, key by key, so that completion sees it. */
  async write(text) {
    await this.composer.click();
    await this.composer.pressSequentially(text);
  }

  button(name) {
    return this.frame.getByRole("button", { name, exact: true });
  }

  /** Waits until the conversation shows this text. */
  async shows(text) {
    await this.frame.getByText(text).first().waitFor();
  }

  /** Waits until no turn runs any more. */
  async idle() {
    await until("the turn to end", async () => !(await this.button("Stop").isVisible()));
  }
}
