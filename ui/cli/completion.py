"""`paperchat completion`: what a shell needs to complete commands and options."""

import click

from ui.cli.console import command_examples

SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog=command_examples(
        "paperchat completion bash > ~/.local/share/bash-completion/completions/paperchat",
        "paperchat completion zsh > ~/.zfunc/_paperchat",
        "paperchat completion fish > ~/.config/fish/completions/paperchat.fish",
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that lets SHELL complete the commands and options of paperchat."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    click.echo(made(ctx.find_root().command, {}, "paperchat", "_PAPERCHAT_COMPLETE").source())
