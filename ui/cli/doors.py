"""`paperchat token` and `paperchat mcp`: who may come in at the doors for programs, and one of these doors."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.cli.console import command_examples, common_options, printable, read_settings

if TYPE_CHECKING:
    from ui.doors import Store


@click.group()
def token() -> None:
    """Tokens with which programs ask `paperchat serve`."""


@token.command(epilog=command_examples("paperchat token new ada", "paperchat token new ada --write"))
@click.argument("name")
@common_options
@click.option("--read", is_flag=True, help="May ask, search and read: what every token may.")
@click.option("--write", is_flag=True, help="May also add and remove papers and keep conversations.")
def new(name: str, config: Path | None, index_dir: Path | None, read: bool, write: bool) -> None:
    """Make a token for the user NAME, and print it: it is shown this once."""
    made, secret = store_of(config, index_dir).new_token(name, may_write=write)
    click.echo(secret)
    click.echo(f"Token {made.id} of {printable(made.name)} may {' and '.join(sorted(made.scopes))}.", err=True)


@token.command("list", epilog=command_examples("paperchat token list"))
@common_options
def list_tokens(config: Path | None, index_dir: Path | None) -> None:
    """List the tokens; their secrets are not kept."""
    for one in store_of(config, index_dir).tokens():
        used = f"used {day(one.used)}" if one.used else "never used"
        scopes = " and ".join(sorted(one.scopes))
        click.echo(f"{one.id}  {printable(one.name)}  may {scopes}, made {day(one.made)}, {used}")


@token.command(epilog=command_examples("paperchat token revoke 1a2b3c4d"))
@click.argument("id")
@common_options
def revoke(id: str, config: Path | None, index_dir: Path | None) -> None:
    """End the token with this ID, at once."""
    if not store_of(config, index_dir).revoke_token(id):
        raise click.ClickException(f"There is no token {printable(id)}: `paperchat token list` shows the ids.")
    click.echo(f"Token {printable(id)} is revoked.")


def store_of(config: Path | None, index_dir: Path | None) -> "Store":
    from index import index_folder
    from ui.doors import Store  # fastapi: 300 ms

    return Store(index_folder(read_settings(config, index_dir).index))


def day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))


@click.group()
def mcp() -> None:
    """The library for assistants that speak the Model Context Protocol."""


@mcp.command("serve", epilog=command_examples("paperchat mcp serve", "paperchat mcp serve --allow-add"))
@common_options
@click.option("--allow-add", is_flag=True, help="Offer the tool that adds papers.")
def serve_mcp(config: Path | None, index_dir: Path | None, allow_add: bool) -> None:
    """Serve the program that started this one, over standard input and output."""
    from ui.cli.console import open_assistant
    from ui.settings import read_ui_settings

    ui_settings = read_ui_settings(read_settings(config, index_dir))
    with open_assistant(config, index_dir) as assistant:
        from ui.doors import make_service, serve_stdio

        serve_stdio(make_service(assistant, ui_settings), may_add=allow_add)


@mcp.command(
    epilog=command_examples("paperchat mcp install claude", "paperchat mcp install cursor --index-dir ~/papers")
)
@click.argument("client", type=click.Choice(["claude", "cursor", "vscode"]))
@common_options
@click.option("--allow-add", is_flag=True, help="Offer the tool that adds papers.")
@click.option("--file", type=click.Path(path_type=Path), help="The client's file, where it is not in its usual place.")
def install(client: str, config: Path | None, index_dir: Path | None, allow_add: bool, file: Path | None) -> None:
    """Enter paperchat into CLIENT's list of servers; the file as it was stays beside it."""
    from index import index_folder
    from ui.doors import CLIENTS, install_client

    folder = index_folder(read_settings(config, index_dir).index).absolute()
    arguments = ["--index-dir", str(folder), *(["--config", str(config.absolute())] if config else [])]
    arguments += ["--allow-add"] if allow_add else []
    chosen = CLIENTS[client]
    place = file or chosen.file(Path.home())
    backup = install_client(chosen, place, arguments)
    click.echo(f"{chosen.title} will start paperchat: {printable(str(place))}. Start it anew.")
    if backup:
        click.echo(f"As it was before: {printable(str(backup))}")


@mcp.command(epilog=command_examples("paperchat mcp bundle paperchat.mcpb"))
@click.argument("file", type=click.Path(path_type=Path))
def bundle(file: Path) -> None:
    """Write FILE, a bundle (.mcpb) that clients open to set paperchat up."""
    from importlib.metadata import version

    from ui.doors import write_bundle

    write_bundle(file, version("paperchat"))
    click.echo(f"{printable(str(file))} is written.")
