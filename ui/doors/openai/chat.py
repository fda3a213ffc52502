"""An answer as a chat completion, whole and in chunks. The whole `Answer` goes along as `paperchat`."""

import time
from collections.abc import Iterator
from typing import Any

from rag import Answer
from ui.doors.openai.citing import footnotes, pieces, places
from ui.doors.openai.shapes import ChatRequest


def completion(id: str, request: ChatRequest, answer: Answer, address: str) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": answer.text + (footnotes(answer) if request.footnotes else ""),
        "refusal": None,
        "annotations": annotations(answer, address),
    }
    return {
        "id": id,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": usage(answer),
        "paperchat": answer.to_dict(),
    }


def chat_chunks(
    id: str, request: ChatRequest, answer: Answer, address: str, has_usage: bool
) -> Iterator[dict[str, Any]]:
    head = {"id": id, "object": "chat.completion.chunk", "created": int(time.time()), "model": request.model}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**head, "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces(answer, footnotes(answer) if request.footnotes else ""):
        yield chunk({"content": piece})
    yield {**chunk({"annotations": annotations(answer, address)}, "stop"), "paperchat": answer.to_dict()}
    if has_usage:
        yield {**head, "choices": [], "usage": usage(answer)}


def annotations(answer: Answer, address: str) -> list[dict[str, Any]]:
    return [{"type": "url_citation", "url_citation": place.to_dict()} for place in places(answer, address)]


def usage(answer: Answer) -> dict[str, int]:
    read, written = answer.usage.tokens_in, answer.usage.tokens_out
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
