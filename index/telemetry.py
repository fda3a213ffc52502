"""What the libraries below would tell their makers is not told."""

import os


def tell_nobody() -> None:
    """To be called before onnxruntime is loaded, which reads this once; who wants to tell sets it to 0."""
    # Else it keeps an id of the machine in ~/.cache and sends, every few seconds, which models were loaded where.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
