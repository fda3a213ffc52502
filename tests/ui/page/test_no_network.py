"""The page starts, answers and shows its sources with every connection to elsewhere refused."""

from pathlib import Path

from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, open_page
from playwright.sync_api import expect

# Python runs a module of this name at its start. The page's own sockets (it listens, it wakes itself) stay allowed.
REFUSE = """
import os
import socket

def guard(name):
    plain = getattr(socket.socket, name)
    def connect(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            tell(address)
        return plain(self, address)
    setattr(socket.socket, name, connect)

def tell(what):
    with open(os.environ["TRIED_CONNECTIONS"], "a") as log:
        log.write(f"{what}\\n")
    raise OSError(f"no network in this test: {what}")

look_up = socket.getaddrinfo
def getaddrinfo(host, *rest, **more):
    if host not in (None, "", "127.0.0.1", "::1", "localhost"):
        tell(host)
    return look_up(host, *rest, **more)

guard("connect")
guard("connect_ex")
socket.getaddrinfo = getaddrinfo
"""


def test_the_page_answers_without_any_connection_to_elsewhere(
    new_context: NewContext, page_index: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(REFUSE, "utf-8")
    tried = tmp_path / "tried"
    server = PageServer(page_index)
    server.environment |= {"PYTHONPATH": str(tmp_path), "TRIED_CONNECTIONS": str(tried)}
    with server:
        page = new_context().new_page()
        open_page(page, server.address)
        expect(ask(page, QUESTION).locator(".answer")).to_contain_text("0.9429")
    assert not tried.exists(), tried.read_text("utf-8")
