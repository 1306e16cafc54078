"""Models inside LiteLLM, each of which does one thing, as its name says. LiteLLM finds `mock` by its configuration."""

import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import litellm
from litellm.types.utils import Delta, GenericStreamingChunk, ModelResponseStream, StreamingChoices

GREETING = "Hello from the mock, wörld 🌍."
THOUGHT = "They greet me: I greet them back."
ANSWER = {"city": "Kyōto", "people": 3}
DONE = "The file greets the wörld now."
# Two calls in one answer.
CALLS = {
    "call_1": ("read", {"path": "main.rs"}),
    "call_2": ("edit", {"path": "main.rs", "old_text": "hello", "new_text": "hello 🌍"}),
}
USAGE = {"prompt_tokens": 120, "completion_tokens": 7, "total_tokens": 127}
# How often `busy` and `torn` fail before they answer.
FAILURES = {"busy": 2, "torn": 1}

Chunk = GenericStreamingChunk | ModelResponseStream


def piece(text: str = "", call: dict[str, Any] | None = None, finish: str = "") -> GenericStreamingChunk:
    return GenericStreamingChunk(
        text=text,
        tool_use=call,
        is_finished=bool(finish),
        finish_reason=finish,
        usage=USAGE if finish else None,
        index=0,
    )


def thought(text: str) -> ModelResponseStream:
    delta = Delta(role="assistant", content=None, reasoning_content=text)
    return ModelResponseStream(model="mock", choices=[StreamingChoices(index=0, delta=delta, finish_reason=None)])


async def from_llama(messages: list[dict[str, Any]], tools: list[dict[str, Any]]) -> AsyncIterator[Chunk]:
    """llama-cpp-python lets its model choose a tool, but not in a stream. So it answers in one piece."""
    # LiteLLM leaves out what is null, and its template then misses it.
    messages = [message | {"content": message.get("content") or ""} for message in messages]
    answer = await litellm.acompletion(
        model="openai/tiny",
        api_base=os.environ["LLAMA_BASE"],
        api_key=os.environ["LLAMA_KEY"],
        messages=messages,
        tools=tools,
        tool_choice="auto" if tools else None,
    )
    message = answer.choices[0].message
    yield piece(message.content or "")
    for index, call in enumerate(message.tool_calls or []):
        function = {"name": call.function.name, "arguments": call.function.arguments}
        yield piece(call={"id": call.id, "type": "function", "index": index, "function": function})
    yield piece(finish="tool_calls" if message.tool_calls else "stop")


async def work(messages: list[dict[str, Any]], options: dict[str, Any]) -> AsyncIterator[Chunk]:
    """Calls both tools, then says that it is done; or what is wrong."""
    results = [message for message in messages if message["role"] == "tool"]
    answered = [call["id"] for message in messages for call in message.get("tool_calls") or []]
    offered = {tool["function"]["name"] for tool in options.get("tools") or []}
    missing = {tool for tool, _ in CALLS.values()} - offered
    if options.get("response_format"):
        answer = json.dumps(ANSWER, ensure_ascii=False)
    elif missing:
        answer = f"These tools were not offered: {missing}."
    elif not results:
        for index, (id_, (tool, arguments)) in enumerate(CALLS.items()):
            function = {"name": tool, "arguments": json.dumps(arguments)}
            yield piece(call={"id": id_, "type": "function", "index": index, "function": function})
        yield piece(finish="tool_calls")
        return
    elif [result["tool_call_id"] for result in results] != answered or len(answered) != len(CALLS):
        answer = f"The calls {answered} have the results {results}."
    elif "println" not in str(results[0]["content"]):
        answer = f"The file was not read: {results[0]}"
    else:
        answer = DONE
    async for chunk in say(answer):
        yield chunk


async def say(answer: str) -> AsyncIterator[Chunk]:
    for text in in_pieces(answer):
        yield piece(text)
    yield piece(finish="stop")


def in_pieces(text: str) -> list[str]:
    return [text[start : start + 5] for start in range(0, len(text), 5)]


class Mock(litellm.CustomLLM):
    def __init__(self) -> None:
        super().__init__()
        # How often each question was asked, by the model and the user's first words.
        self.asked: Counter[tuple[str, str]] = Counter()

    async def astreaming(
        self, model: str, messages: list[dict[str, Any]], *_: Any, **others: Any
    ) -> AsyncIterator[Chunk]:
        name = model.rsplit("/", 1)[-1]
        options = others.get("optional_params") or {}
        question = next(str(message["content"]) for message in messages if message["role"] == "user")
        self.asked[name, question] += 1
        fails = self.asked[name, question] <= FAILURES.get(name, 0)

        if name == "small":
            raise litellm.ContextWindowExceededError("the prompt is too long", llm_provider="mock", model=name)
        if name == "busy" and fails:
            raise litellm.RateLimitError("all hands are busy", llm_provider="mock", model=name)
        if name == "torn" and fails:
            yield piece("Hello from")
            raise litellm.InternalServerError("the line went dead", llm_provider="mock", model=name)
        if name == "thinker":
            for text in in_pieces(THOUGHT):
                yield thought(text)
        if name == "tiny":
            chunks = from_llama(messages, options.get("tools") or [])
        elif name == "worker":
            chunks = work(messages, options)
        else:
            chunks = say(GREETING)
        async for chunk in chunks:
            yield chunk


mock = Mock()
