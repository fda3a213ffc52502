"""The list of commands in `paperchat --help`: what each does in a whole sentence."""

import click

LONG = 1000
"""Characters: more than any first sentence of a help text."""


class WholeLines(click.Group):
    """A group whose list of commands is not cut to a line each, which ends many a sentence in dots."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        listed = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, one.get_short_help_str(LONG)) for name, one in listed if one is not None and not one.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
