// A conversation with one of everything, for the screenshots.

const answer = `The loop drops the last element because the bound is **exclusive**. Two places are touched:

1. \`src/parser.rs\` – the bound itself
2. \`tests/parser.rs\` – a test that fails without it

\`\`\`rust
/// Splits at commas; the last field counts too.
fn fields(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in line.split(',') {
        found.push(part.trim()); // keep empty ones
    }
    assert_eq!(found.len(), 3, "line {line:?}");
    found
}
\`\`\`

| file | lines | why |
|:--|--:|:-:|
| parser.rs | 12 | bound |
| parser.rs | 40 | test |

> Nothing is written before you keep it. See [the docs](https://example.org/docs) or https://example.org.

![a remote picture](https://example.org/tracker.png)`;

export const everything = [
  { kind: "user", text: "Why does `fields` lose the last column? Fix it, with a test.", echo: false, message: 1,
    blocks: [
      { type: "resource_link", uri: "file:///w/src/parser.rs", name: "src/parser.rs" },
      { type: "resource", resource: { uri: "file:///w/src/parser.rs#L3-9", text: "fn fields" } },
      { type: "resource", resource: { uri: "singletree:diagnostics", text: "…" } },
      { type: "image", mimeType: "image/png", data: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" },
    ] },
  { kind: "context", bill: { items: [
    { path: "src/parser.rs", tokens: 820, why: ["mentioned"], ranges: [[1, 40]] },
    { path: "tests/parser.rs", tokens: 410, why: ["test of it"], ranges: [[1, 30]] }], tokens: 1230, budget: 16000 } },
  { kind: "thought", text: "The user says that the *last* column is lost…", done: true },
  { kind: "plan", entries: [
    { content: "Find where the line is split", status: "completed" },
    { content: "Mend the bound", status: "in_progress" },
    { content: "Add a test", status: "pending" }] },
  { kind: "tool", call: { toolCallId: "t1", title: "Read src/parser.rs", kind: "read", status: "completed", content: [] } },
  { kind: "tool", call: { toolCallId: "t2", title: "cargo test -q parser", kind: "execute", status: "failed", rawInput: { command: "cargo test -q parser" },
    content: [{ type: "content", content: { type: "text", text: "running 3 tests\ntest splits ... FAILED\n\nassertion failed: left == right" } }] } },
  { kind: "tool", call: { toolCallId: "t3", title: "Edit src/parser.rs", kind: "edit", status: "completed", content: [
    { type: "diff", path: "src/parser.rs", oldText: "fn fields() {\n    for i in 0..n - 1 {\n        push(i);\n    }\n}\n", newText: "fn fields() {\n    for i in 0..n {\n        push(i);\n    }\n}\n" }] } },
  { kind: "agent", text: answer, done: true },
  { kind: "permission", key: "p1", request: { sessionId: "s1", toolCall: { toolCallId: "t4", title: "shell" },
    options: [{ optionId: "a", name: "Allow", kind: "allow_once" }, { optionId: "b", name: "Always", kind: "allow_always" }, { optionId: "r", name: "Reject", kind: "reject_once" }],
    _meta: { singletree: { action: "cargo add serde --features derive && cargo build --all-targets", rule: "built-in: package managers ask", reason: "It downloads code that then runs", place: "workbench, level 3, network", from: "sub-agent “tests”", always: ["cargo add *", "cargo build *"] } } } },
  { kind: "question", key: "q1", request: { mode: "form", sessionId: "s1", message: "Which of the two shall I keep?",
    requestedSchema: { properties: {
      name: { type: "string", title: "New name" },
      which: { type: "string", title: "Variant", enum: ["iterator", "vector"] },
      count: { type: "integer", title: "How many", minimum: 1, maximum: 9, default: 3 },
      really: { type: "boolean", title: "Remove the other", default: true } }, required: ["name"] } } },
  { kind: "end", reason: "error", error: "The model local/qwen3-coder did not answer: connection refused at 127.0.0.1:11434." },
];
