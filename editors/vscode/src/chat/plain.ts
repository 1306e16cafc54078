// Terminal output as a person reads it.

/** Without colours, cursor movements and the marks of shell integration. */
export function plain(output: string): string {
  return output
    .replace(/\u001b(?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\[[0-?]*[ -/]*[@-~]|[@-Z\\-_])/g, "")
    .replace(/\r\n/g, "\n")
    .replace(/[^\n]*\r(?!\n)/g, "");
}
