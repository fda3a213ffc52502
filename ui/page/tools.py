"""What the tabs work with."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ui.doors import RateLimit
from ui.history import History, Workspace
from ui.page.shelf import Shelf
from ui.settings import UISettings

if TYPE_CHECKING:
    from rag import Assistant


@dataclass(frozen=True, slots=True)
class PageTools:
    """`limit` counts what one client may have done in a minute."""

    assistant: "Assistant"
    shelf: Shelf
    history: History
    workspace: Workspace
    settings: UISettings
    limit: RateLimit
