"""`python -m ui` is the `paperchat` command."""

from ui.cli import main

main()
