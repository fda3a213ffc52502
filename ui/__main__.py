"""`python -m ui` is the `paperchat` command."""

from ui.cli.commands import main

main()
