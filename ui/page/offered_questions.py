"""Questions that are offered as columns of a table, by field: each is answered from an abstract that says so."""

OFFERED: dict[str, tuple[str, ...]] = {
    "Any field": ("What do the authors propose?", "What are the limitations?", "What are the main results?"),
    "Medicine and health": ("How many people were studied?", "What was the outcome?", "Which patients were studied?"),
    "Computing": ("Which datasets are used?", "By how much does it improve?", "Where is the code?"),
    "Nature and society": ("Where was the study done?", "When was the study done?", "How was it measured?"),
}
"""Field -> its questions."""
