"""Usage: check.py OUT FIXTURES

OUT holds what `server/models/tests/wire/sdk.rs` wrote: the requests that we send and the messages that we make of the
recorded streams in FIXTURES. Each request must pass the SDK's own types and leave the SDK's client unchanged; each
event of a recording must pass the SDK's types; and the SDK's reader must make the same message of a recording as we.
"""

import json
import sys
import threading
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import anthropic
import openai
from anthropic.types import RawMessageStreamEvent
from anthropic.types.message_create_params import MessageCreateParamsStreaming
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from pydantic import TypeAdapter, ValidationError

import strict


class Player:
    """A server on loopback that answers every POST with one recording and remembers the request."""

    def __init__(self, recording: bytes):
        player = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                player.request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.end_headers()
                self.wfile.write(recording)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def events(recording: bytes):
    for line in recording.decode().splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            yield json.loads(line.removeprefix("data: "))


class Anthropic:
    folder = "anthropic"
    request_type = strict.validator(MessageCreateParamsStreaming)
    event_type = TypeAdapter(RawMessageStreamEvent)
    stop_reasons = {"end_turn": "end_turn", "tool_use": "tool_use", "max_tokens": "max_tokens"}

    @classmethod
    def read(cls, url: str, request: dict) -> dict:
        client = anthropic.Anthropic(base_url=url, api_key="key", max_retries=0)
        request = {key: value for key, value in request.items() if key != "stream"}
        with client.messages.stream(**request) as stream:
            message = stream.get_final_message()
        return {
            "content": joined(filter(None, map(cls.block, message.content))),
            "stop_reason": cls.stop_reasons[message.stop_reason],
            "usage": {
                "input": message.usage.input_tokens,
                "output": message.usage.output_tokens,
                "cache_read": message.usage.cache_read_input_tokens,
                "cache_write": message.usage.cache_creation_input_tokens,
            },
        }

    @staticmethod
    def block(block):
        match block.type:
            case "text":
                return {"type": "text", "text": block.text}
            case "thinking":
                return {"type": "thinking", "text": block.thinking, "signature": block.signature}
            case "redacted_thinking":
                return {"type": "redacted_thinking", "data": block.data}
            case "tool_use":
                return {"type": "tool_call", "id": block.id, "name": block.name, "arguments": block.input}
        return None  # the vendor's own tools, which we do not offer


class OpenAiChat:
    folder = "openai_chat"
    request_type = strict.validator(CompletionCreateParamsStreaming)
    event_type = TypeAdapter(ChatCompletionChunk)
    stop_reasons = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens"}

    @classmethod
    def read(cls, url: str, request: dict) -> dict:
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="key", max_retries=0)
        state = ChatCompletionStreamState()
        for chunk in client.chat.completions.create(**request):
            state.handle_chunk(chunk)
        completion = state.current_completion_snapshot  # the final one is an error where the length limit cut it
        choice = completion.choices[0]
        message = choice.message
        extra = message.model_extra or {}
        content = []
        if thinking := extra.get("reasoning_content") or extra.get("reasoning"):
            content.append({"type": "thinking", "text": thinking})
        if message.content:
            content.append({"type": "text", "text": message.content})
        for call in message.tool_calls or []:
            arguments = json.loads(call.function.arguments)
            content.append({"type": "tool_call", "id": call.id, "name": call.function.name, "arguments": arguments})
        details = completion.usage.prompt_tokens_details
        cached = (details.cached_tokens if details else None) or 0
        return {
            "content": content,
            "stop_reason": cls.stop_reasons[choice.finish_reason],
            "usage": {
                "input": completion.usage.prompt_tokens - cached,
                "output": completion.usage.completion_tokens,
                "cache_read": cached,
                "cache_write": 0,
            },
        }


def joined(blocks):
    """Neighbouring texts as one: ours are, where a block between them is none of ours."""
    result = []
    for block in blocks:
        if result and block["type"] == result[-1]["type"] == "text":
            result[-1]["text"] += block["text"]
        else:
            result.append(block)
    return result


def check_request(vendor, request: dict) -> None:
    vendor.request_type.validate_json(json.dumps(request))
    paths = [[], ["messages", 0]] + ([["tools", 0]] if "tools" in request else [])
    for path in paths:
        try:
            vendor.request_type.validate_json(json.dumps(with_surprise(request, path)))
        except ValidationError:
            continue
        raise AssertionError(f"the check is blind: an unknown key at {path} passed")


def with_surprise(request: dict, path: list) -> dict:
    """A copy of `request` with one key too many at `path`."""
    copy = json.loads(json.dumps(request))
    target = copy
    for step in path:
        target = target[step]
    target["surprise"] = 1
    return copy


def check_recording(vendor, recording: bytes, request: dict, ours: dict) -> None:
    for event in events(recording):
        if event.get("type") != "ping":
            vendor.event_type.validate_python(event)
    with Player(recording) as player:
        theirs = vendor.read(player.url, request)
    assert player.request == request, f"the SDK sends\n{player.request}\nfor our\n{request}"
    assert theirs == ours, f"the SDK reads\n{theirs}\nwe read\n{ours}"


def main(out: Path, fixtures: Path) -> int:
    # Our test model is nobody's; and old models in recordings are still good recordings.
    warnings.simplefilter("ignore")
    failures = checks = 0
    for vendor in (Anthropic, OpenAiChat):
        requests = {path.stem: json.loads(path.read_text()) for path in (out / vendor.folder / "requests").iterdir()}
        jobs = [(f"request {name}", check_request, (vendor, body)) for name, body in requests.items()]
        for path in sorted((fixtures / vendor.folder).iterdir()):
            ours = json.loads((out / vendor.folder / "messages" / f"{path.stem}.json").read_text())
            jobs.append((f"recording {path.stem}", check_recording, (vendor, path.read_bytes(), requests["full"], ours)))
        for name, check, arguments in jobs:
            checks += 1
            try:
                check(*arguments)
                print(f"ok      {vendor.folder}: {name}")
            except Exception as error:
                failures += 1
                print(f"FAILED  {vendor.folder}: {name}\n{type(error).__name__}: {error}")
    print(f"{checks - failures} of {checks} wire checks passed")
    return 1 if failures or not checks else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
