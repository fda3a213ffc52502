"""The library asked by the client of the Model Context Protocol's own SDK, over stdio and over HTTP."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
Talk = Callable[[Any], Awaitable[Any]]
"""What is done with the client; its result is handed on."""


def over_stdio(index: Path, talk: Talk, *more: str) -> Any:
    """`more` are options of `paperchat mcp serve`."""
    from mcp import Client, StdioServerParameters

    arguments = ["-m", "ui", "mcp", "serve", "--index-dir", str(index), *more]
    path = ":".join(dict.fromkeys([str(PROJECT), *filter(None, sys.path)]))
    server = StdioServerParameters(command=sys.executable, args=arguments, cwd=PROJECT, env={"PYTHONPATH": path})

    async def run() -> Any:
        async with Client(server) as client:
            return await talk(client)

    return asyncio.run(run())


def over_http(address: str, secret: str, talk: Talk) -> Any:
    """`address` ends in a slash, `secret` is a token."""
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async def run() -> Any:
        http = httpx2.AsyncClient(headers={"authorization": f"Bearer {secret}"}, timeout=60)
        async with http, Client(streamable_http_client(f"{address}mcp", http_client=http)) as client:
            return await talk(client)

    return asyncio.run(run())
