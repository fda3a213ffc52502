"""The door for assistants that speak the Model Context Protocol, over stdio and at `/mcp`; and setting them up.

The SDK comes with the extra `mcp`.
"""

from ui.doors.mcp.clients import CLIENTS, bundle, install
from ui.doors.mcp.opening import has_sdk, mount_mcp, serve_stdio

__all__ = ["CLIENTS", "bundle", "has_sdk", "install", "mount_mcp", "serve_stdio"]
