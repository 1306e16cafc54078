// Activation: makes the parts, starts the server in the background, and returns.

import type { ExtensionContext } from "vscode";

import { registerChat } from "./chat/view";
import { registerRunCommands } from "./commands/run";
import { Ctx } from "./ctx";
import { serveIdeTools } from "./ide/tools";
import { registerReviewCommands } from "./review/commands";
import { Decorations } from "./review/decorations";
import { registerHovers } from "./review/hovers";
import { Lenses } from "./review/lenses";
import { Proposals } from "./review/proposed";
import { ReviewTree } from "./review/tree";
import { registerFirstSteps } from "./walkthrough";

export function activate(context: ExtensionContext): void {
  const ctx = new Ctx(context, serveIdeTools);
  context.subscriptions.push(
    ctx,
    new Decorations(ctx.review),
    new Lenses(ctx.review),
    registerHovers(ctx.review),
    new Proposals(ctx.review),
    new ReviewTree(ctx.review),
    registerReviewCommands(ctx.review, ctx.decisions, ctx.resync),
    registerRunCommands(ctx),
    registerFirstSteps(ctx),
  );
  ctx.chat = registerChat(context, ctx.services());
  // Why it does not start, if it does not, is said by the host.
  void ctx.client();
}
