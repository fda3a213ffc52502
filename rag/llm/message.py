"""What is said to a language model, and what was said before."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, as every provider knows it."""

    role: Literal["system", "user", "assistant"]
    content: str
