"""Requests and answers as they are shown in the description: made up, but of the shape that is sent."""

from typing import Any

QUOTE = "Owls turn their heads by 270 degrees."
PASSAGE = f"We filmed twelve barn owls. {QUOTE}"

SOURCE: dict[str, Any] = {
    "n": 1,
    "paper_id": "owls-2021",
    "title": "How Owls Turn Their Heads",
    "url": "https://example.org/owls",
    "authors": ["Ann Example"],
    "year": 2021,
    "topics": ["birds"],
    "passage": PASSAGE,
    "highlights": [[28, 65]],
    "score": 0.83,
    "cited": True,
}
ANSWER: dict[str, Any] = {
    "question": "How far do owls turn their heads?",
    "standalone_question": "How far do owls turn their heads?",
    "text": "Owls turn their heads by 270 degrees [1].",
    "abstained": False,
    "confidence": "answered",
    "sources": [SOURCE],
    "citations": [
        {
            "sentence": "Owls turn their heads by 270 degrees [1].",
            "n": 1,
            "support": 1.0,
            "supported": True,
            "span": [28, 65],
            "added": False,
        }
    ],
    "sentences": [
        {
            "text": "Owls turn their heads by 270 degrees [1].",
            "start": 0,
            "end": 41,
            "numbers": [1],
            "support": 1.0,
            "verdict": "supported",
            "reason": "",
        }
    ],
    "model": "offline",
    "answerable": 0.97,
    "usage": {"tokens_in": 0, "tokens_out": 0, "cost": None},
    "timings": {"retrieve": 21.0, "total": 64.0},
    "notices": [],
    "removed_markers": [],
    "suggestions": [],
    "choices": [],
    "conversation": None,
}
ASKING: dict[str, Any] = {
    "a question": {"value": {"question": "How far do owls turn their heads?"}},
    "a question within years, kept": {
        "value": {
            "question": "How far do owls turn their heads?",
            "filters": {"years": [2020, None]},
            "conversation": "new",
        }
    },
    "a follow-up": {
        "value": {
            "question": "And how fast?",
            "history": [
                {"role": "user", "content": "How far do owls turn their heads?"},
                {"role": "assistant", "content": "By 270 degrees [1].", "sources": ["owls-2021"]},
            ],
        }
    },
}
EVENTS = (
    'event: step\ndata: {"name": "searched", "detail": "8 papers found", "milliseconds": 21.0}\n\n'
    'event: delta\ndata: {"text": "Owls turn their heads by 270 degrees [1]."}\n\n'
    'event: answer\ndata: {"text": "Owls turn their heads by 270 degrees [1].", "abstained": false}\n\n'
)
HITS: dict[str, Any] = {
    "papers": [
        {
            "paper_id": "owls-2021",
            "title": "How Owls Turn Their Heads",
            "url": "https://example.org/owls",
            "score": 0.83,
            "passage": PASSAGE,
            "authors": ["Ann Example"],
            "year": 2021,
            "topics": ["birds"],
        }
    ]
}
PAPER: dict[str, Any] = {
    "id": "owls-2021",
    "title": "How Owls Turn Their Heads",
    "abstract": PASSAGE,
    "authors": ["Ann Example"],
    "year": 2021,
    "url": "https://example.org/owls",
    "topics": ["birds"],
    "journal": "",
    "doi": "",
    "pmid": "",
    "keywords": [],
    "type": "",
    "language": "",
}
PAPERS: dict[str, Any] = {"total": 1, "papers": [PAPER]}
ADDED: dict[str, Any] = {
    "added": 1,
    "changed": 0,
    "unchanged": 0,
    "merged": 0,
    "refused": 0,
    "papers": ["owls-2021"],
    "problems": [],
}
BIBTEX = "@article{owls-2021,\n  title = {How Owls Turn Their Heads},\n  year = {2021},\n}\n"
