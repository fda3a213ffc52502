"""`/v1` of the real server, asked by OpenAI's own client: by the one of this environment, then by that of version 3.

Both can't be in one environment, since LlamaIndex's class needs version 2: `make install-dev` puts 3 into a folder of
its own, and the last test runs this file again with that folder first on the path.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from servers.small_library import ASKED

PROJECT = Path(__file__).parents[3]
OPENAI_3 = Path(sys.prefix) / "openai3"
RUNNING, MAJOR = "DOOR_TO_TEST", "OPENAI_MAJOR"
"""Variables for the second run: the server and token of the first, and which version is meant."""


@dataclass(frozen=True, slots=True)
class Door:
    """A running server (its address ends in a slash), and a token that may read."""

    address: str
    secret: str


@pytest.fixture(scope="module")
def door(request: pytest.FixtureRequest) -> Door:
    if RUNNING in os.environ:
        return Door(*os.environ[RUNNING].split())
    return Door(request.getfixturevalue("guarded").address, request.getfixturevalue("secrets_of")["ada-read"])


@pytest.fixture(scope="module")
def client(door: Door) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{door.address}v1", api_key=door.secret, max_retries=0) as made:
        yield made


@pytest.fixture(scope="module")
def answer(door: Door) -> dict[str, Any]:
    """The same by `/api`."""
    headers = {"authorization": f"Bearer {door.secret}"}
    return httpx.post(f"{door.address}api/ask", json={"question": ASKED}, headers=headers, timeout=60).json()


MESSAGES: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": ASKED}]


def test_the_client_is_of_the_version_that_is_meant() -> None:
    assert openai.VERSION.partition(".")[0] == os.environ.get(MAJOR, "2")


def test_the_library_is_a_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["paperchat", "paperchat/offline"]
    assert client.models.retrieve("paperchat/offline").owned_by == "paperchat"
    with pytest.raises(openai.NotFoundError, match="Ask for one of"):
        client.models.retrieve("gpt-4o")


def test_a_chat_is_answered_with_footnotes_and_annotations_in_their_place(
    client: openai.OpenAI, answer: dict[str, Any]
) -> None:
    completion = client.chat.completions.create(model="paperchat", messages=MESSAGES, temperature=0.3)
    message = completion.choices[0].message
    assert message.content.startswith(answer["text"] + "\n\nSources:\n- [")
    assert "https://example.org/owls" in message.content
    (annotation,) = message.annotations
    citation = annotation.url_citation
    assert message.content[citation.start_index : citation.end_index] == "[1]"
    assert citation.url == "https://example.org/owls"
    assert citation.title == "How Barn Owls Turn Their Heads"
    assert completion.usage.total_tokens == 0
    assert completion.model_extra["paperchat"]["sentences"] == answer["sentences"]
    bare = client.chat.completions.create(model="paperchat", messages=MESSAGES, extra_body={"footnotes": False})
    assert bare.choices[0].message.content == answer["text"]


def test_a_streamed_chat_is_the_same(client: openai.OpenAI, answer: dict[str, Any]) -> None:
    chunks = list(
        client.chat.completions.create(
            model="paperchat",
            messages=MESSAGES,
            stream=True,
            stream_options={"include_usage": True},
            extra_body={"footnotes": False},
        )
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == answer["text"]
    last = chunks[-2]
    assert last.choices[0].finish_reason == "stop"
    (annotation,) = last.choices[0].delta.model_extra["annotations"]
    place = annotation["url_citation"]
    assert text[place["start_index"] : place["end_index"]] == "[1]"
    assert chunks[-1].usage.total_tokens == 0


def test_a_follow_up_is_understood_from_the_messages_before(client: openai.OpenAI) -> None:
    first = client.chat.completions.create(model="paperchat", messages=MESSAGES).choices[0].message
    talk: Any = [
        *MESSAGES,
        first.to_dict(),
        {"role": "user", "content": [{"type": "text", "text": "Who filmed them?"}]},
    ]
    again = client.chat.completions.create(model="paperchat/offline", messages=talk)
    assert again.model_extra["paperchat"]["question"] == "Who filmed them?"


def test_a_paper_without_an_address_is_cited_by_its_page(client: openai.OpenAI, door: Door) -> None:
    asked: Any = [{"role": "user", "content": "At which wavelength does the sensitivity of mason bees peak?"}]
    message = client.chat.completions.create(model="paperchat", messages=asked).choices[0].message
    assert "344 nanometres" in message.content
    assert message.annotations[0].url_citation.url == f"{door.address}?paper=lab%2Fbees"


def test_a_response_is_the_same_whole_and_streamed(client: openai.OpenAI, answer: dict[str, Any]) -> None:
    response = client.responses.create(model="paperchat", input=ASKED, extra_body={"footnotes": False})
    assert response.output_text == answer["text"]
    (annotation,) = response.output[0].content[0].annotations
    assert annotation.type == "url_citation"
    assert response.output_text[annotation.start_index : annotation.end_index] == "[1]"
    assert response.usage.total_tokens == 0
    with client.responses.stream(model="paperchat", input=[{"role": "user", "content": ASKED}]) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert "response.output_text.annotation.added" in kinds
    assert final.output_text.startswith(answer["text"] + "\n\nSources:\n")


def test_what_goes_wrong_is_told_as_openai_tells_it(client: openai.OpenAI, door: Door) -> None:
    with pytest.raises(openai.BadRequestError, match="End with one"):
        client.chat.completions.create(model="paperchat", messages=[{"role": "system", "content": "x"}])
    with pytest.raises(openai.UnprocessableEntityError, match="n: "):
        client.chat.completions.create(model="paperchat", messages=MESSAGES, n=2)
    with pytest.raises(openai.UnprocessableEntityError, match="previous_response_id"):
        client.responses.create(model="paperchat", input="x", previous_response_id="resp-1")
    with pytest.raises(openai.AuthenticationError, match="not known here"):
        client.with_options(api_key="pc_wrong").models.list()
    for path, body in (("models", None), ("chat/completions", {}), ("responses", {})):
        nobody = httpx.request("POST" if body is not None else "GET", f"{door.address}v1/{path}", json=body)
        assert (nobody.status_code, nobody.json()["error"]["type"]) == (401, "authentication_error")


@pytest.mark.skipif(RUNNING in os.environ, reason="this is the second run")
@pytest.mark.skipif(not OPENAI_3.exists(), reason=f"openai 3 is not in {OPENAI_3}; `make install-dev` puts it there")
def test_all_of_this_holds_with_version_3(door: Door) -> None:
    path = f"pythonpath={PROJECT / 'tests'} {OPENAI_3}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--noconftest", "-p", "no:cacheprovider", "-o", path, __file__],
        cwd=PROJECT,
        env={**os.environ, RUNNING: f"{door.address} {door.secret}", MAJOR: "3"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
