"""Servers that speak the protocols of Anthropic, Azure, Bedrock, Google and Ollama, as far as a chat needs them.

`behaviour` says what a server does with a request, whatever is asked: see Speaker.
"""

import json
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from servers.scripted import Handler, Request, ScriptedServer, pieces

TOKENS_IN, TOKENS_OUT = 120, 17
"""What each server reports as used."""


class ProtocolServer(ScriptedServer):
    """`ProtocolServer("anthropic")`; `address` is what goes into `llm.base_url`, `elsewhere` where it redirects to."""

    def __init__(self, protocol: str, behaviour: str = "answers", elsewhere: str = "") -> None:
        super().__init__(SPEAKERS[protocol])
        self.behaviour = behaviour
        self.elsewhere = elsewhere

    @property
    def address(self) -> str:
        return self.base_url.removesuffix("/v1")


class Speaker(Handler):
    """A handler that answers, is-cut, hangs, only-thinks, refuses or redirects. A protocol is what it says."""

    path_ending: str
    """How the path of a chat ends."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.request_seen = Request(self.path, headers, body)
        script = self.server.script
        script.requests.append(self.request_seen)
        if not self.path.partition("?")[0].endswith(self.path_ending):
            self.document(404, {"error": {"message": "no such path"}})
        elif script.behaviour == "refuses":
            self.refuse(str(headers))
        elif script.behaviour == "redirects":
            self.document(307, b"", "text/plain", Location=script.elsewhere + self.path)
        else:
            self.start()
            self.begin()
            only_thinks = script.behaviour == "only-thinks"
            if only_thinks:
                self.think("Which passage?")
            for piece in () if only_thinks else self.pieces_of(script.answer(self.request_seen)):
                self.piece(piece)
                if script.behaviour == "hangs":
                    self.hang()
                    return
            self.finish(was_cut=script.behaviour == "is-cut")
            self.wfile.write(b"0\r\n\r\n")

    def begin(self) -> None:
        """What comes before the first text."""

    def pieces_of(self, answer: str) -> Iterator[str]:
        return pieces(answer, 7)

    def piece(self, text: str) -> None:
        raise NotImplementedError

    def think(self, text: str) -> None:
        raise NotImplementedError

    def finish(self, was_cut: bool) -> None:
        raise NotImplementedError

    def refuse(self, told: str) -> None:
        """Refuses the key and, as some servers do, repeats what was sent."""
        self.document(401, {"error": {"code": "401", "message": f"Invalid key: {told}", "status": "UNAUTHENTICATED"}})

    def say(self, data: Mapping[str, Any], event: str = "") -> None:
        self.raw((f"event: {event}\n" if event else "") + f"data: {json.dumps(data)}\n\n")


CITED_PART = re.compile(r"([^\[]+?) ?((?:\[[1-9]\d*\])+)")


class Anthropic(Speaker):
    """Given search results, it sends what stands before each `[n]` of its answer as a block of text of its own, which
    cites the nth of them: behind the text or, as `cites-first`, before it. The rest are blocks that cite nothing."""

    path_ending = "/v1/messages"
    block = 0

    def begin(self) -> None:
        self.event_of(
            "message_start",
            message={
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": self.request_seen.body["model"],
                "content": [],
                "stop_reason": None,
                "stop_sequence": None,
                "usage": {"input_tokens": TOKENS_IN, "output_tokens": 1},
            },
        )
        self.event_of("content_block_start", index=self.block, content_block={"type": "text", "text": ""})
        self.event_of("ping")

    def pieces_of(self, answer: str) -> Iterator[str]:
        given = search_results(self.request_seen.body)
        if not given:
            yield from super().pieces_of(answer)
            return
        first = self.server.script.behaviour == "cites-first"
        for text, markers in cited_parts(answer):
            places = [int(n) - 1 for n in re.findall(r"\d+", markers)]
            for place in places if first else ():
                self.cite(place, given)
            yield from super().pieces_of(text)
            for place in () if first else places:
                self.cite(place, given)
            self.event_of("content_block_stop", index=self.block)
            self.block += 1
            start = {"type": "text", "text": "", "citations": []}
            self.event_of("content_block_start", index=self.block, content_block=start)

    def cite(self, place: int, given: list[Any]) -> None:
        told = given[place] if place < len(given) else {"source": "?", "title": "?", "content": []}
        citation = {
            "type": "search_result_location",
            "search_result_index": place,
            "source": told["source"],
            "title": told["title"],
            "cited_text": "".join(block["text"] for block in told["content"]),
            "start_block_index": 0,
            "end_block_index": len(told["content"]),
        }
        self.event_of("content_block_delta", index=self.block, delta={"type": "citations_delta", "citation": citation})

    def piece(self, text: str) -> None:
        self.event_of("content_block_delta", index=self.block, delta={"type": "text_delta", "text": text})

    def think(self, text: str) -> None:
        self.event_of("content_block_delta", index=self.block, delta={"type": "thinking_delta", "thinking": text})

    def finish(self, was_cut: bool) -> None:
        reason = "max_tokens" if was_cut else "end_turn"
        self.event_of("content_block_stop", index=self.block)
        self.event_of(
            "message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage={"output_tokens": TOKENS_OUT}
        )
        self.event_of("message_stop")

    def refuse(self, told: str) -> None:
        error = {"type": "authentication_error", "message": f"invalid x-api-key: {told}"}
        self.document(401, {"type": "error", "error": error})

    def event_of(self, kind: str, **data: Any) -> None:
        self.say({"type": kind, **data}, kind)


def search_results(body: Mapping[str, Any]) -> list[Any]:
    """Of all messages, in order, as the API counts them."""
    blocks = [block for message in body["messages"] for block in message["content"]]
    return [block for block in blocks if block["type"] == "search_result"]


def cited_parts(answer: str) -> Iterator[tuple[str, str]]:
    """(text, the markers behind it), and what is left with none."""
    place = 0
    for found in CITED_PART.finditer(answer):
        stop = re.match(r"[.!?]*\s*", found[1])
        if stop and stop[0]:
            yield stop[0], ""
        yield found[1][stop.end() if stop else 0 :], found[2]
        place = found.end()
    if rest := answer[place:]:
        yield rest, ""


class Azure(Speaker):
    path_ending = "/openai/deployments/m/chat/completions"

    def begin(self) -> None:
        self.event("", choices=[], prompt_filter_results=[])  # Azure says first how it judged the question
        self.event(None)

    def piece(self, text: str) -> None:
        self.event(text)

    def finish(self, was_cut: bool) -> None:
        self.event("", "length" if was_cut else "stop")
        total = TOKENS_IN + TOKENS_OUT
        usage = {"prompt_tokens": TOKENS_IN, "completion_tokens": TOKENS_OUT, "total_tokens": total}
        self.event("", choices=[], usage=usage)
        self.raw("data: [DONE]\n\n")


class Google(Speaker):
    path_ending = "/models/m:streamGenerateContent"

    def piece(self, text: str) -> None:
        self.candidate(text)

    def finish(self, was_cut: bool) -> None:
        total = TOKENS_IN + TOKENS_OUT
        usage = {"promptTokenCount": TOKENS_IN, "candidatesTokenCount": TOKENS_OUT, "totalTokenCount": total}
        self.candidate("", finishReason="MAX_TOKENS" if was_cut else "STOP", usage=usage)

    def candidate(self, text: str, usage: Mapping[str, int] | None = None, **more: Any) -> None:
        one = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0, **more}
        self.say({"candidates": [one], **({"usageMetadata": usage} if usage else {})})


class Ollama(Speaker):
    path_ending = "/api/chat"
    stream_type = "application/x-ndjson"

    def piece(self, text: str) -> None:
        self.line(text, done=False)

    def think(self, text: str) -> None:
        model = self.request_seen.body["model"]
        message = {"role": "assistant", "content": "", "thinking": text}
        self.raw(json.dumps({"model": model, "message": message, "done": False}) + "\n")

    def finish(self, was_cut: bool) -> None:
        reason = "length" if was_cut else "stop"
        self.line("", done=True, done_reason=reason, prompt_eval_count=TOKENS_IN, eval_count=TOKENS_OUT)

    def refuse(self, told: str) -> None:
        self.document(401, {"error": f"unauthorized: {told}"})

    def line(self, text: str, **more: Any) -> None:
        model = self.request_seen.body["model"]
        message = {"role": "assistant", "content": text}
        self.raw(json.dumps({"model": model, "created_at": "2026-01-01T00:00:00Z", "message": message, **more}) + "\n")


class Bedrock(Speaker):
    path_ending = "/model/m/converse-stream"
    stream_type = "application/vnd.amazon.eventstream"

    def begin(self) -> None:
        self.frame("messageStart", role="assistant")

    def piece(self, text: str) -> None:
        self.frame("contentBlockDelta", contentBlockIndex=0, delta={"text": text})

    def finish(self, was_cut: bool) -> None:
        total = TOKENS_IN + TOKENS_OUT
        usage = {"inputTokens": TOKENS_IN, "outputTokens": TOKENS_OUT, "totalTokens": total}
        self.frame("contentBlockStop", contentBlockIndex=0)
        self.frame("messageStop", stopReason="max_tokens" if was_cut else "end_turn")
        self.frame("metadata", usage=usage, metrics={"latencyMs": 1})

    def refuse(self, told: str) -> None:
        error = "UnrecognizedClientException"
        self.document(401, {"message": f"The security token is invalid: {told}"}, x_amzn_ErrorType=error)

    def frame(self, event: str, **content: Any) -> None:
        self.raw(event_frame(event, json.dumps(content).encode()))


def event_frame(event: str, payload: bytes) -> bytes:
    """An event of AWS's binary stream: lengths with their checksum, headers, payload, a checksum of it all."""
    named = {":event-type": event, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(
        struct.pack(f"!B{len(name)}sBH{len(value)}s", len(name), name.encode(), 7, len(value), value.encode())
        for name, value in named.items()
    )
    lengths = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    frame = lengths + struct.pack("!I", zlib.crc32(lengths)) + headers + payload
    return frame + struct.pack("!I", zlib.crc32(frame))


SPEAKERS: Mapping[str, type[Speaker]] = {
    "anthropic": Anthropic,
    "azure": Azure,
    "bedrock": Bedrock,
    "google": Google,
    "ollama": Ollama,
}
