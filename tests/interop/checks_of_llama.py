"""llama.cpp with a random model: the words mean nothing, but every byte of them went through a real sampler."""

import json
from pathlib import Path

import client
import tiny_model
from servers import Server
from verdicts import Verdicts

MODEL = f"""
[models."test/tiny"]
context_window = {tiny_model.CONTEXT}
max_output = 2048
"""
# No random model hits this by chance.
SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "people": {"type": "integer"},
        "seasons": {"type": "array", "items": {"enum": ["spring", "autumn"]}, "minItems": 1, "maxItems": 3},
    },
    "required": ["city", "people", "seasons"],
    "additionalProperties": False,
}


def check_all(server: Server, folder: Path, verdicts: Verdicts) -> None:
    settings = client.provider("openai-chat", f"{server.address}/v1") + MODEL

    def expect(condition: object, what: str, outcome: client.Outcome) -> None:
        verdicts.expect(condition, what, outcome, server)

    listed = client.run(settings, "doctor")
    expect("key set): tiny" in listed.stdout, "its model is listed", listed)

    said = client.run(settings, "run", "--json", "--model", "test/tiny", "--command", "ask", "hello?")
    ended = said.end.get("stop_reason") == "end_turn"
    expect(said.code == 0 and said.text and ended, "random text, to the end", said)

    schema = folder / "random.json"
    schema.write_text(json.dumps(SCHEMA))
    formed = client.run(settings, "run", "--model", "test/tiny", "--schema", str(schema), "--command", "ask", "where?")
    expect(formed.code == 0 and fits(formed.stdout), "random words that fit a schema", formed)

    locked = client.run(settings, "run", "--model", "test/tiny", "--command", "ask", "hello?", key="sk-wrong")
    expect(locked.code != 0 and "Invalid API key" in locked.stderr, "a wrong key is refused in its words", locked)

    # To the client it seems to fit, so that it is the server that finds it too long. It does so inside its stream, and
    # ends it without a word.
    wide = settings.replace(f"= {tiny_model.CONTEXT}", f"= {8 * tiny_model.CONTEXT}")
    words = "hello? " * (tiny_model.CONTEXT // 4)
    long = client.run(wide, "run", "--model", "test/tiny", "--command", "ask", stdin=words)
    expect(long.code != 0 and "broke off before its end" in long.stderr, "a stream without a word ends the turn", long)


def check_behind(server: Server, verdicts: Verdicts) -> None:
    """Tools: llama-cpp-python lets its model choose one only where it does not stream, so LiteLLM stands between."""
    # A random model does not stop by itself.
    settings = client.provider("openai-chat", f"{server.address}/v1") + MODEL + "[budget]\niterations = 2\n"
    called = client.run(settings, "run", "--json", "--model", "test/tiny", "--command", "ask", "hello?")
    calls, results = called.of("tool.started"), called.of("tool.completed")
    names = [call["name"] for call in calls]
    # The grammar knows types and names; it lets numbers be lower than a schema's `minimum`.
    misfits = ("the arguments of `", "is no key of it")
    are_refused = any(misfit in result["summary"] for result in results for misfit in misfits)
    verdicts.expect(names and not are_refused, f"through LiteLLM: random arguments that fit {names}", called, server)
    ids = [[event["id"] for event in events] for events in (calls, results)]
    stopped = called.end.get("stop_reason") == "max_iterations"
    verdicts.expect(len(names) == 2 and ids[0] == ids[1] and stopped, "through LiteLLM: both steps", called, server)


def fits(text: str) -> bool:
    """Whether the text is what `SCHEMA` asks for."""
    value = json.loads(text)
    return (
        value.keys() == SCHEMA["properties"].keys()
        and type(value["city"]) is str
        and type(value["people"]) is int
        and 1 <= len(value["seasons"]) <= 3
        and set(value["seasons"]) <= {"spring", "autumn"}
    )
