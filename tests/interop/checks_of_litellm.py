"""LiteLLM speaks all four wire formats, and makes of each what its mock models understand."""

import json
from pathlib import Path

import client
from servers import Server
from verdicts import Verdicts

THOUGHT = "They greet me: I greet them back."
GREETING = "Hello from the mock, wörld 🌍."
ANSWER = {"city": "Kyōto", "people": 3}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "people": {"type": "integer"}},
    "required": ["city", "people"],
    "additionalProperties": False,
}
# Where each format's own SDK would be pointed at.
BASES = {"openai-chat": "/v1", "openai-responses": "/v1", "anthropic": "", "gemini": ""}
# In Gemini's way, LiteLLM counts no tokens of a stream and drops what a model thinks.
SAYS_ALL = BASES.keys() - {"gemini"}


def check_all(server: Server, folder: Path, verdicts: Verdicts) -> None:
    schema = folder / "schema.json"
    schema.write_text(json.dumps(SCHEMA))
    for kind, base in BASES.items():
        Checks(kind, server, client.provider(kind, server.address + base), verdicts).all(schema)
    checks = Checks("openai-chat", server, client.provider("openai-chat", f"{server.address}/v1"), verdicts)
    said = checks.ask("canned")
    checks.expect(said.code == 0 and said.text == GREETING, "text of LiteLLM's own mock", said)


class Checks:
    def __init__(self, kind: str, server: Server, settings: str, verdicts: Verdicts) -> None:
        self.kind, self.server, self.settings, self.verdicts = kind, server, settings, verdicts

    def expect(self, condition: object, what: str, outcome: client.Outcome) -> None:
        self.verdicts.expect(condition, f"{self.kind}: {what}", outcome, self.server)

    def run(self, model: str, *arguments: str, key: str = client.KEY) -> client.Outcome:
        return client.run(self.settings, "run", "--model", f"test/{model}", *arguments, key=key)

    def ask(self, model: str, key: str = client.KEY) -> client.Outcome:
        # The mock tells by its words who asks.
        return self.run(model, "--json", "--command", "ask", f"hello in the words of {self.kind}?", key=key)

    def all(self, schema: Path) -> None:
        self.words()
        self.thinking()
        self.tools()
        self.answer_by_schema(schema)
        self.failures()
        self.refusals()

    def words(self) -> None:
        said = self.ask("plain")
        self.expect(said.code == 0 and said.text == GREETING, "the whole text", said)
        if self.kind in SAYS_ALL:
            usage = said.end.get("usage", {})
            self.expect((usage.get("input"), usage.get("output")) == (120, 7), "tokens as the model counts them", said)

    def thinking(self) -> None:
        said = self.ask("thinker")
        thought = "".join(event["text"] for event in said.of("thinking.delta"))
        as_sent = THOUGHT if self.kind in SAYS_ALL else ""
        self.expect((said.text, thought) == (GREETING, as_sent), "text and thinking apart", said)

    def tools(self) -> None:
        edited = self.run("worker", "--json", "--file", "main.rs:2", "greet the world")
        calls = [(call["name"], call["ok"]) for call in edited.of("tool.completed")]
        self.expect(calls == [("read", True), ("edit", True)], "two calls in one answer", edited)
        self.expect(len(edited.of("hunk.proposed")) == 1, "their hunk", edited)
        self.expect(edited.text == "The file greets the wörld now.", "their results went back in order", edited)
        patch = self.run("worker", "--file", "main.rs:2", "greet the world")
        self.expect(patch.code == 0 and '+    println!("hello 🌍");' in patch.stdout, "a patch", patch)

    def answer_by_schema(self, schema: Path) -> None:
        formed = self.run("worker", "--schema", str(schema), "--command", "ask", "where?")
        self.expect(formed.code == 0 and json.loads(formed.stdout) == ANSWER, "an answer by schema", formed)

    def failures(self) -> None:
        said = self.ask("busy")
        self.expect(said.code == 0 and said.text == GREETING, "a busy model is asked again", said)
        said = self.ask("torn")
        self.expect(said.code == 0 and said.text.endswith(GREETING), "a torn answer is asked for again", said)

    def refusals(self) -> None:
        short = self.ask("small")
        self.expect(short.code != 0 and "too long" in short.stderr, "a prompt that is too long is called so", short)
        locked = self.ask("plain", key="sk-wrong")
        # Without a database of keys LiteLLM knows none but its own, and complains of the database.
        is_said = "No connected db" in locked.stderr and "sk-wrong" not in locked.stderr + locked.stdout
        self.expect(locked.code != 0 and is_said, "a wrong key is refused in the server's words", locked)
        unknown = self.ask("nobody")
        self.expect(unknown.code != 0 and "nobody" in unknown.stderr, "an unknown model is named", unknown)
