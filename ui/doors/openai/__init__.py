"""The door for clients of the OpenAI protocol: `/v1`, where the library is a model."""

from ui.doors.openai.app import make_openai

__all__ = ["make_openai"]
