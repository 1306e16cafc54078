// Every word the chat shows, in one place. The host translates them by `vscode.l10n` and sends the table to the
// webview, which fills `{0}`, `{1}` itself.

/** The part of `vscode.l10n` that is needed; tests hand in the identity. */
export interface Localiser {
  t(message: string): string;
}

export type StringTable = ReturnType<typeof chatStrings>;

export function chatStrings(l10n: Localiser) {
  return { ...conversation(l10n), ...asking(l10n), ...composing(l10n), ...sessions(l10n), ...troubles(l10n) };
}

function conversation(l10n: Localiser) {
  return {
    conversation: l10n.t("Conversation"),
    you: l10n.t("You"),
    agent: l10n.t("Singletree"),
    thought: l10n.t("Thoughts"),
    thinking: l10n.t("Thinking…"),
    working: l10n.t("Working…"),
    plan: l10n.t("Plan: {0} of {1} done"),
    stepDone: l10n.t("done"),
    stepDoing: l10n.t("in progress"),
    stepOpen: l10n.t("open"),
    contextUsed: l10n.t("Context: {0} tokens"),
    notice: l10n.t("Notice"),
    copy: l10n.t("Copy"),
    insert: l10n.t("Insert at cursor"),
    editResend: l10n.t("Edit and send again"),
    retry: l10n.t("Try again"),
    reviewChanges: l10n.t("Review changes"),
    newFile: l10n.t("new file"),
    toolPending: l10n.t("waiting"),
    toolRunning: l10n.t("running"),
    toolDone: l10n.t("done"),
    toolFailed: l10n.t("failed"),
    toolInput: l10n.t("Input"),
    toolOutput: l10n.t("Output"),
    showMore: l10n.t("Show more ({0} left)"),
    showAll: l10n.t("Show all"),
    imageKept: l10n.t("Image not loaded: {0}"),
    attachedImage: l10n.t("Attached image"),
    toBottom: l10n.t("Go to the newest message"),
    stopped: l10n.t("Stopped."),
    endMaxTokens: l10n.t("The answer reached the model's length limit."),
    endMaxRequests: l10n.t("The turn reached its limit of model calls."),
    endRefusal: l10n.t("The model refused to answer."),
    endOther: l10n.t("The turn ended: {0}"),
    endFailed: l10n.t("The turn failed: {0}"),
  };
}

function asking(l10n: Localiser) {
  return {
    permissionTitle: l10n.t("Permission needed"),
    permissionAction: l10n.t("Action"),
    permissionRule: l10n.t("Rule"),
    permissionReason: l10n.t("Reason"),
    permissionPlace: l10n.t("Place"),
    permissionFrom: l10n.t("Asked by"),
    reject: l10n.t("Reject"),
    rejectReason: l10n.t("Reject with a reason…"),
    reasonLabel: l10n.t("What should it do instead?"),
    rejectNow: l10n.t("Reject with this reason"),
    allowOnce: l10n.t("Allow once"),
    allowAlways: l10n.t("Always allow…"),
    alwaysConfirm: l10n.t("Nothing will be asked where these rules match:"),
    alwaysYes: l10n.t("Allow always, and keep the rules"),
    allowSession: l10n.t("Allow for this session"),
    back: l10n.t("Back"),
    answerRejected: l10n.t("Rejected"),
    answerAllowed: l10n.t("Allowed once"),
    answerAlways: l10n.t("Always allowed"),
    answerClosed: l10n.t("No longer open"),
    answerSent: l10n.t("Answered"),
    answerDeclined: l10n.t("Declined"),
    questionTitle: l10n.t("A question for you"),
    submit: l10n.t("Send answer"),
    decline: l10n.t("Decline"),
    required: l10n.t("required"),
    choose: l10n.t("Choose…"),
    invalidRequired: l10n.t("“{0}” needs an answer."),
    invalidNumber: l10n.t("“{0}” must be a number."),
    invalidInteger: l10n.t("“{0}” must be a whole number."),
    invalidMin: l10n.t("“{0}” must be at least {1}."),
    invalidMax: l10n.t("“{0}” must be at most {1}."),
    invalidShort: l10n.t("“{0}” needs at least {1} characters."),
    invalidLong: l10n.t("“{0}” takes at most {1} characters."),
  };
}

function composing(l10n: Localiser) {
  return {
    composer: l10n.t("Message to Singletree"),
    placeholder: l10n.t("Message, @ context, / commands"),
    steer: l10n.t("Steer the running turn…"),
    send: l10n.t("Send (Enter)"),
    stop: l10n.t("Stop"),
    addContext: l10n.t("Add context"),
    remove: l10n.t("Remove {0}"),
    attachments: l10n.t("Attached context"),
    suggestions: l10n.t("Suggestions"),
    mentionSelection: l10n.t("What is selected in the editor"),
    mentionDiagnostics: l10n.t("Errors and warnings of the workspace"),
    mentionDiff: l10n.t("Changes since the last commit"),
    mentionTerminal: l10n.t("What the last terminal commands printed"),
    nothingSelected: l10n.t("Nothing is selected in the editor."),
    nothingDiagnosed: l10n.t("There are no errors or warnings."),
    nothingChanged: l10n.t("Git reports no changes, or no repository is open."),
    nothingPrinted: l10n.t("No terminal command has run since the window opened, or the terminal has no shell integration."),
    shortened: l10n.t("{0} (shortened)"),
    imageTooLarge: l10n.t("{0} is too large: images may have at most {1} MB."),
    imageKind: l10n.t("{0} is not a PNG, JPEG, GIF or WebP image."),
    imageTooMany: l10n.t("At most {0} images can go with a message."),
    textTooLarge: l10n.t("The message is too large to send: {0} MB of at most {1}."),
    mode: l10n.t("Mode"),
    model: l10n.t("Model"),
    effort: l10n.t("Effort"),
    bill: l10n.t("Will be sent: {0} of {1} tokens"),
    billCost: l10n.t("Will be sent: {0} of {1} tokens, about {2}"),
    billEmpty: l10n.t("No files chosen yet"),
    pin: l10n.t("Pin {0}: always send it"),
    unpin: l10n.t("Unpin {0}"),
    drop: l10n.t("Drop {0}: do not send it"),
    dropped: l10n.t("Dropped"),
    restore: l10n.t("Take {0} back"),
    meter: l10n.t("{0} of {1} tokens in use ({2})"),
    meterCost: l10n.t("{0} of {1} tokens in use ({2}), {3} so far"),
  };
}

function sessions(l10n: Localiser) {
  return {
    sessionList: l10n.t("Sessions"),
    searchSessions: l10n.t("Search sessions"),
    noSessions: l10n.t("No sessions yet."),
    noMatch: l10n.t("No session matches “{0}”."),
    untitled: l10n.t("Untitled session"),
    current: l10n.t("open now"),
    resume: l10n.t("Resume"),
    fork: l10n.t("Fork"),
    rename: l10n.t("Rename"),
    delete: l10n.t("Delete"),
    deleteAsk: l10n.t("Delete “{0}”? This cannot be undone."),
    cancel: l10n.t("Cancel"),
    newTitle: l10n.t("New title"),
    more: l10n.t("More"),
    closeList: l10n.t("Back to the conversation"),
    today: l10n.t("today"),
    yesterday: l10n.t("yesterday"),
    emptyTitle: l10n.t("What shall we work on?"),
    emptyBody: l10n.t("Every change comes as a proposal in your editor: you keep it or reject it, hunk by hunk."),
    emptyMention: l10n.t("Type @ to mention a file, a symbol, the selection, errors or the diff."),
    emptyCommand: l10n.t("Type / to see the commands."),
    emptyKeys: l10n.t("Enter sends, Shift+Enter starts a new line, Escape stops."),
  };
}

function troubles(l10n: Localiser) {
  return {
    starting: l10n.t("Singletree is starting…"),
    loading: l10n.t("Loading the session…"),
    serverStopped: l10n.t("Singletree has stopped. What you wrote is kept."),
    serverFailed: l10n.t("Singletree could not be started. The log says why."),
    noFolder: l10n.t("Open a folder to work on: without one, Singletree sees single files only."),
    untrusted: l10n.t("This folder is not trusted: Singletree reads and proposes, but nothing from the folder is run."),
    notHere: l10n.t("The conversation could not be loaded: {0}"),
    failed: l10n.t("That did not work: {0}"),
    restart: l10n.t("Restart"),
    showLog: l10n.t("Show log"),
    manageTrust: l10n.t("Manage trust"),
    pickModel: l10n.t("Choose a model"),
    dismiss: l10n.t("Dismiss"),
    openLink: l10n.t("Open this address in the browser?"),
    open: l10n.t("Open"),
    copyAddress: l10n.t("Copy address"),
    linkRefused: l10n.t("This link is not opened: its address is not a web page or a file of the workspace ({0})."),
    noEditor: l10n.t("Open a file and put the cursor where the code belongs, then try again."),
    fileMissing: l10n.t("{0} is not there any more."),
  };
}

/** Puts values into `{0}`, `{1}` of a localised string. */
export function fill(text: string, ...values: (string | number)[]): string {
  return text.replace(/\{(\d)\}/g, (hole, index: string) => String(values[Number(index)] ?? hole));
}
