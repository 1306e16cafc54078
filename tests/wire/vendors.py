"""The vendors, each by its own SDK: the types of its requests and events, and its reader of streams."""

import base64
import json

import anthropic
import openai
import strict
from anthropic.types import RawMessageStreamEvent
from anthropic.types.message_create_params import MessageCreateParamsStreaming
from google import genai
from google.genai import types
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from openai.types.responses import ResponseStreamEvent
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming
from pydantic import TypeAdapter


def joined(blocks):
    """Neighbouring texts as one: ours are, where a block between them is none of ours."""
    result = []
    for block in blocks:
        if result and block["type"] == result[-1]["type"] == "text":
            result[-1]["text"] += block["text"]
        else:
            result.append(block)
    return result


class Anthropic:
    folder = "anthropic"
    entries = ["messages", "tools"]
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
    entries = ["messages", "tools"]
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


class OpenAiResponses:
    folder = "openai_responses"
    entries = ["input", "tools"]
    request_type = strict.validator(ResponseCreateParamsStreaming)
    event_type = TypeAdapter(ResponseStreamEvent)

    @classmethod
    def read(cls, url: str, request: dict) -> dict:
        client = openai.OpenAI(base_url=f"{url}/v1", api_key="key", max_retries=0)
        *_, last = client.responses.create(**request)
        response = last.response
        details = response.usage.input_tokens_details
        return {
            "content": [block for item in response.output for block in cls.blocks(item)],
            "stop_reason": cls.stop_reason(response),
            "usage": {
                "input": response.usage.input_tokens - details.cached_tokens - details.cache_write_tokens,
                "output": response.usage.output_tokens,
                "cache_read": details.cached_tokens,
                "cache_write": details.cache_write_tokens,
            },
        }

    @staticmethod
    def blocks(item):
        match item.type:
            case "reasoning":
                text = "\n\n".join(part.text for part in item.summary)
                yield {"type": "thinking", "text": text, "signature": item.model_dump(exclude_none=True)}
            case "message":
                if item.phase:
                    yield {"type": "thinking", "text": "", "signature": {"type": "message", "phase": item.phase}}
                texts = [part.text if part.type == "output_text" else part.refusal for part in item.content]
                yield {"type": "text", "text": "".join(texts)}
            case "function_call":
                arguments = json.loads(item.arguments)
                yield {"type": "tool_call", "id": item.call_id, "name": item.name, "arguments": arguments}

    @staticmethod
    def stop_reason(response) -> str:
        if response.incomplete_details:
            return {"max_output_tokens": "max_tokens", "content_filter": "refusal"}[response.incomplete_details.reason]
        if any(item.type == "message" and item.content[0].type == "refusal" for item in response.output):
            return "refusal"
        return "tool_use" if any(item.type == "function_call" for item in response.output) else "end_turn"

    @staticmethod
    def plain(ours: dict) -> dict:
        """Our message with the items that are its signatures read: the order of their keys means nothing."""
        for block in ours["content"]:
            if "signature" in block:
                block["signature"] = json.loads(block["signature"].removeprefix("openai-responses:"))
        return ours


class GeminiRequest:
    """A validator for the whole body: the SDK has types for its parts, of which some are the client's own."""

    config = ("systemInstruction", "tools", "toolConfig")

    @classmethod
    def validate_json(cls, body: str) -> None:
        cls.arguments(json.loads(body))

    @classmethod
    def arguments(cls, body: dict) -> dict:
        """What the SDK's client wants to be called with."""
        body = dict(body)
        contents = [types.Content.model_validate(content) for content in body.pop("contents")]
        config = dict(body.pop("generationConfig", {}))
        config |= {key: body.pop(key) for key in cls.config if key in body}
        if body:
            types.GenerateContentConfig.model_validate(body)
        return {"contents": contents, "config": types.GenerateContentConfig.model_validate(config)}


class Gemini:
    folder = "gemini"
    entries = ["contents", "tools"]
    request_type = GeminiRequest
    event_type = TypeAdapter(types.GenerateContentResponse)
    stop_reasons = {"STOP": "end_turn", "MAX_TOKENS": "max_tokens", "SAFETY": "refusal"}
    # The API reads both spellings, and the SDK mixes them.
    spellings = {"mime_type": "mimeType", "parameters_json_schema": "parametersJsonSchema"}

    @classmethod
    def sent(cls, value):
        """What the SDK sent, in the spelling that we use."""
        if isinstance(value, dict):
            return {cls.spellings.get(key, key): cls.sent(item) for key, item in value.items()}
        return [cls.sent(item) for item in value] if isinstance(value, list) else value

    @classmethod
    def read(cls, url: str, request: dict) -> dict:
        client = genai.Client(api_key="key", vertexai=False, http_options=types.HttpOptions(base_url=url))
        content = []
        for chunk in client.models.generate_content_stream(model="some-model", **GeminiRequest.arguments(request)):
            candidate = chunk.candidates[0]
            for part in (candidate.content and candidate.content.parts) or []:
                cls.add(part, content)
            reason, usage = candidate.finish_reason, chunk.usage_metadata
        has_calls = any(block["type"] == "tool_call" for block in content)
        cached = usage.cached_content_token_count or 0
        return {
            "content": content,
            "stop_reason": "tool_use" if has_calls else cls.stop_reasons[reason.value],
            "usage": {
                "input": usage.prompt_token_count - cached,
                "output": (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
                "cache_read": cached,
                "cache_write": 0,
            },
        }

    @staticmethod
    def add(part, content: list) -> None:
        def signed(kind: str) -> list:
            if not part.thought_signature:
                return []
            proof = base64.b64encode(part.thought_signature).decode()
            return [{"type": "thinking", "text": "", "signature": f"gemini:{kind}:{proof}"}]

        if call := part.function_call:
            content += signed("call")
            content.append({"type": "tool_call", "id": call.id, "name": call.name, "arguments": call.args})
            return
        if part.text:
            kind = "thinking" if part.thought else "text"
            if content and content[-1]["type"] == kind and "signature" not in content[-1]:
                content[-1]["text"] += part.text
            else:
                content.append({"type": kind, "text": part.text})
        content += signed("text")


ALL = (Anthropic, OpenAiChat, OpenAiResponses, Gemini)
