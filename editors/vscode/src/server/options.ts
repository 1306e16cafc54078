// What the language client is told: which documents, which options the server gets, and where its answers are caught
// on their way to VS Code.

import {
  CancellationTokenSource,
  workspace,
  type CodeAction,
  type CodeLens,
  type Command,
  type LogOutputChannel,
  type ProviderResult,
} from "vscode";
import type {
  ApplyWorkspaceEditParams,
  ApplyWorkspaceEditRequest,
  ClientCapabilities,
  ErrorHandler,
  FeatureState,
  LanguageClientOptions,
  ProgressToken,
  ServerCapabilities,
  StaticFeature,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from "vscode-languageclient";

import { apply } from "./apply";
import { IDE_TOOLS } from "../protocol";

export interface Hooks {
  /** A command of the server's, made into one that only our menus can run. */
  adopt(command: Command): Command;
  progress(token: ProgressToken, step: WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd): void;
}

export function clientOptions(log: LogOutputChannel, hooks: Hooks, errorHandler: ErrorHandler): LanguageClientOptions {
  return {
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
    outputChannel: log,
    initializationOptions,
    initializationFailedHandler: () => false,
    errorHandler,
    middleware: {
      provideCodeActions: async (document, range, context, token, next) => {
        const offered = await next(document, range, context, token);
        return offered?.map((action) => adoptAction(action, hooks));
      },
      provideCodeLenses: async (document, token, next) => {
        const lenses = await next(document, token);
        return lenses?.map((lens) => adoptLens(lens, hooks)) satisfies ProviderResult<CodeLens[]>;
      },
      workspace: { handleApplyEdit: (params, next) => apply(params, (edit) => applied(next, edit)) },
      // Shown in the status bar: a notification for each turn would be in the way.
      handleWorkDoneProgress: (token, step) => hooks.progress(token, step),
    },
  };
}

/** `initializationOptions` (CONTRACT §3), read whenever a server starts: trust and settings may have changed. */
function initializationOptions(): { singletree: Record<string, unknown> } {
  const settings = workspace.getConfiguration("singletree");
  const ifSet = (key: string) => settings.get<string>(key, "") || undefined;
  return {
    singletree: {
      review: true,
      input: true,
      chat: true,
      ide: settings.get<boolean>("ideTools", true) ? IDE_TOOLS : [],
      trusted: workspace.isTrusted,
      model: ifSet("model"),
      reviewMode: ifSet("reviewMode"),
    },
  };
}

/**
 * Keeps the server's commands out of VS Code's global list, where the language client would register each of them and
 * any extension could call Keep with arguments of its own choice; and says what the chat can answer, since ACP's own
 * `initialize` has no place in LSP's.
 */
export class OurCapabilities implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { acp: { elicitation: { form: {} } } };
  }
  preInitialize(capabilities: ServerCapabilities): void {
    delete capabilities.executeCommandProvider;
  }
  initialize(): void {
    // All was done before.
  }
  getState(): FeatureState {
    return { kind: "static" };
  }
  clear(): void {
    // There is no state.
  }
}

/** The client's own way of applying an edit; it fails by value. */
async function applied(next: ApplyWorkspaceEditRequest.HandlerSignature, params: ApplyWorkspaceEditParams) {
  const result = await next(params, new CancellationTokenSource().token);
  if (result instanceof Error) {
    throw result;
  }
  return result;
}

function adoptAction(action: CodeAction | Command, hooks: Hooks): CodeAction | Command {
  if (typeof action.command === "string") {
    return hooks.adopt(action as Command);
  }
  const whole = action as CodeAction;
  if (whole.command) {
    whole.command = hooks.adopt(whole.command);
  }
  return whole;
}

function adoptLens(lens: CodeLens, hooks: Hooks): CodeLens {
  if (lens.command) {
    lens.command = hooks.adopt(lens.command);
  }
  return lens;
}
