"""An answer as a response of the OpenAI protocol, whole and as events. The whole `Answer` goes along as `paperchat`."""

import time
from collections.abc import Iterator
from typing import Any

from rag import Answer
from ui.doors.openai.citing import footnotes, pieces, places
from ui.doors.openai.shapes import ResponseRequest


def response_object(id: str, request: ResponseRequest, answer: Answer, address: str) -> dict[str, Any]:
    message = {
        "id": message_id(id),
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "content": [part(answer.text + ending(request, answer), annotations(answer, address))],
    }
    return {
        **shell(id, request, "completed"),
        "output": [message],
        "usage": usage(answer),
        "paperchat": answer.to_dict(),
    }


def response_events(id: str, request: ResponseRequest, answer: Answer, address: str) -> Iterator[dict[str, Any]]:
    """As the protocol orders them."""
    whole = response_object(id, request, answer, address)
    (message,) = whole["output"]
    (content,) = message["content"]
    place = {"item_id": message["id"], "output_index": 0, "content_index": 0}
    begun = {**shell(id, request, "in_progress"), "output": [], "usage": None}
    told: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
        {
            "type": "response.output_item.added",
            "output_index": 0,
            "item": {**message, "status": "in_progress", "content": []},
        },
        {"type": "response.content_part.added", **place, "part": part("", [])},
    ]
    told += [
        {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []}
        for piece in pieces(answer, ending(request, answer))
    ]
    told += [
        {"type": "response.output_text.annotation.added", **place, "annotation_index": at, "annotation": each}
        for at, each in enumerate(content["annotations"])
    ]
    told += [
        {"type": "response.output_text.done", **place, "text": content["text"], "logprobs": []},
        {"type": "response.content_part.done", **place, "part": content},
        {"type": "response.output_item.done", "output_index": 0, "item": message},
        {"type": "response.completed", "response": whole},
    ]
    for number, event in enumerate(told):
        yield {**event, "sequence_number": number}


def shell(id: str, request: ResponseRequest, status: str) -> dict[str, Any]:
    """What a response says besides its text."""
    return {
        "id": id,
        "object": "response",
        "created_at": int(time.time()),
        "status": status,
        "model": request.model,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": False,
        "temperature": None,
        "tool_choice": "none",
        "tools": [],
        "top_p": None,
        "previous_response_id": None,
    }


def message_id(id: str) -> str:
    return f"msg-{id.partition('-')[2]}"


def ending(request: ResponseRequest, answer: Answer) -> str:
    return footnotes(answer) if request.footnotes else ""


def part(text: str, annotations: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}


def annotations(answer: Answer, address: str) -> list[dict[str, Any]]:
    return [{"type": "url_citation", **place.to_dict()} for place in places(answer, address)]


def usage(answer: Answer) -> dict[str, Any]:
    read, written = answer.usage.tokens_in, answer.usage.tokens_out
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }
