"""Which addresses a reader may follow."""

from urllib.parse import urlsplit


def web_address(url: str) -> str:
    """`url` if a browser may follow it (http or https with a host), else nothing."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else ""
