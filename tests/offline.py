"""Put beside a `.pth` file that imports it, keeps a Python process from the network: only this machine is reached."""

import os
import sys
from typing import Any

HERE = {"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::", None}


def keep_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuses what would leave this machine, and keeps where it was to go in the file that OFFLINE_LOG names."""
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        # The address of a Unix socket is a path, which leads nowhere else.
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host not in HERE:
        with open(os.environ["OFFLINE_LOG"], "a", encoding="utf-8") as log:
            log.write(f"{host}\n")
        raise OSError(f"There is no network: {host}")


sys.addaudithook(keep_here)
