// Evaluates a scenario's functions in the extension host, as any other installed extension could run them. It listens
// on a socket beside the workspace folder, one for each window.
const http = require("node:http");
const vscode = require("vscode");

exports.activate = (context) => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (!folder) {
    return;
  }
  const server = http.createServer(async (request, response) => {
    const { source, parameters } = JSON.parse((await request.toArray()).join(""));
    try {
      // eslint-disable-next-line no-new-func -- that is what a probe is for
      const result = await new Function("vscode", "parameters", `return (${source})(vscode, ...parameters)`)(
        vscode,
        parameters,
      );
      response.end(JSON.stringify({ result }));
    } catch (problem) {
      response.end(JSON.stringify({ problem: String(problem?.stack ?? problem) }));
    }
  });
  server.listen(`${folder}.probe-${process.pid}`);
  context.subscriptions.push({ dispose: () => server.close() });
};
