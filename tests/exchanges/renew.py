"""Writes the exchanges in `replies/` anew: for when prompts, or what is found, have changed.

    python tests/exchanges/renew.py

Asks the questions with nothing recorded, and fills each request that ends with one of them from `answers.json`, where
papers are cited by their ids, as the evidence is numbered in that request. Requests for anything else are left out: the
turn then goes on as it does when a model gives no such reply.
"""

import json
import re
import shutil
import tempfile
from pathlib import Path

from index import IndexSettings, ingest
from rag import Assistant

HERE = Path(__file__).parent
HEAD = re.compile(r"^\[(\d+)\] (.+?)(?: \(\d{4}\))?$", re.MULTILINE)


def renew() -> int:
    """Returns how many exchanges were written."""
    answers = json.loads((HERE / "answers.json").read_text("utf-8"))
    papers = [json.loads(line) for line in (HERE / "papers.jsonl").read_text("utf-8").splitlines()]
    ids = {paper["title"]: paper["id"] for paper in papers}
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder)
        ingest([HERE / "papers.jsonl"], IndexSettings(folder=asked / "index"))
        shutil.copy(HERE / "config.yaml", asked)
        with Assistant.from_config(asked / "config.yaml", asked / "index") as assistant:
            for question in answers:
                assistant.ask(question)
        requests = [json.loads(file.read_text("utf-8")) | {"file": file.name} for file in (asked / "replies").iterdir()]
    replies = HERE / "replies"
    shutil.rmtree(replies, ignore_errors=True)
    replies.mkdir()
    written = 0
    for request in requests:
        prompt = request["messages"][-1]["content"]
        question = next((question for question in answers if f"Question: {question}" in prompt), None)
        if question is None or not (heads := HEAD.findall(prompt)):
            continue
        numbers = {ids[title]: number for number, title in heads}
        request["reply"] = answers[question]
        for paper, number in numbers.items():
            request["reply"] = request["reply"].replace(f"[{paper}]", f"[{number}]")
        name = request.pop("file")
        (replies / name).write_text(json.dumps(request, ensure_ascii=False, indent=1) + "\n", "utf-8")
        written += 1
    return written


if __name__ == "__main__":
    print(f"{renew()} exchanges written")
