"""The door for programs of one's own: `/api`, described by its own page and by OpenAPI."""

from ui.doors.http.app import make_api

__all__ = ["make_api"]
