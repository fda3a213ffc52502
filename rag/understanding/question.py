"""The question on its way through a turn."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    """A question that can be understood without the talk before it.

    `typed` is what the user wrote, `text` reads on its own and is shown, `searches` are what is searched, the first
    one most like `text`. `subject` is what the talk adds to the user's own words ("" when nothing does), `reason` says
    in words why the talk was needed, or wasn't.
    """

    typed: str
    text: str
    searches: tuple[str, ...]
    subject: str = ""
    reason: str = ""
    leans_on_history: bool = False

    @classmethod
    def alone(cls, typed: str, reason: str = "first question") -> "StandaloneQuestion":
        """A question that needs no talk before it."""
        return cls(typed, typed, (typed,), reason=reason)

    @property
    def own_words(self) -> str:
        """The question without the subject that was added to it: what kind of thing is asked, and by which names."""
        return self.typed.strip() if self.subject else self.text

    def as_searched(self) -> "StandaloneQuestion":
        """The question in the words that are searched, which are English where a model could translate it."""
        return replace(self, text=self.searches[0], subject="")
