"""The papers that ship with paperchat."""

from pathlib import Path


def catalogue_path() -> Path:
    """The file of 238 papers on joint attention: in a checkout and in an installed package beside `index`."""
    return Path(__file__).resolve().parent.parent / "data" / "joint-attention.jsonl"
