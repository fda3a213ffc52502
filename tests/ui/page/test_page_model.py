"""The page with a language model behind it: one that says what it likes, and one that never ends."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.server import PageServer
from browser.steps import NewContext, ask, open_menu, open_page, open_talks
from playwright.sync_api import Page, expect
from servers.scripted import ScriptedServer

from ui.doors import hash_password

QUESTION = "How does EliteKV shrink the KV cache?"
ATTACK = (
    '<script>window.hit=1</script><img src=x onerror="window.hit=2"> See [this](javascript:window.hit=3) '
    "![](https://example.org/leak.png) **bold** [1]. EliteKV shrinks the KV cache by 12345% on the moon [1]."
)


@pytest.fixture
def index(catalogue_index: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(catalogue_index, tmp_path / "index"))


@pytest.fixture
def guarded(index: Path, tmp_path: Path, scripted_server: ScriptedServer) -> Iterator[PageServer]:
    """A page that only Ada may enter, with a model that doesn't stop by itself."""
    users = tmp_path / "users.txt"
    users.write_text(f"# who may enter\nada:{hash_password('lovelace')}\nbob:{hash_password('builder')}\n")
    with PageServer(
        index,
        UI__AUTH=str(users),
        LLM__PROVIDER="openai-like",
        LLM__MODEL="drips",
        LLM__BASE_URL=scripted_server.base_url,
        RAG__REFUSE_BELOW="0",
    ) as running:
        yield running


def test_markup_of_a_model_does_nothing_what_it_invents_is_marked_and_when_it_fails_there_is_another_way(
    new_context: NewContext, index: Path, scripted_server: ScriptedServer
):
    settings = {"LLM__PROVIDER": "openai-like", "LLM__MODEL": "cited", "LLM__BASE_URL": scripted_server.base_url}
    settings |= {"LLM__RETRIES": "0", "RAG__REFUSE_BELOW": "0", "RAG__OFFLINE_FALLBACK": "false"}
    with PageServer(index, **settings) as server:
        page = new_context().new_page()
        open_page(page, server.address)
        expect(page.locator("#model-notice")).to_contain_text("openai-like/cited")

        scripted_server.answer = lambda request: ATTACK
        answer = ask(page, QUESTION).locator(".answer")
        expect(answer).to_contain_text("<script>window.hit=1</script>")
        expect(answer.locator("strong")).to_have_text("bold")
        expect(answer.locator("img, script")).to_have_count(0)
        # An address is a link, to be clicked by whoever wants to, and the only one.
        expect(answer.locator("a:not(.number)")).to_have_count(1)
        expect(answer.locator("a:not(.number)")).to_have_attribute("href", "https://example.org/leak.png")
        expect(answer.locator("a:not(.number)")).to_have_attribute("rel", re.compile("noopener"))
        assert page.evaluate("window.hit") is None
        invented = answer.locator(".unsupported").filter(has_text="12345%")
        expect(invented).to_be_visible()
        invented.hover()
        expect(page.locator("#tip.shown")).to_contain_text("Not supported")

        scripted_server.answer = lambda request: 1 / 0
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator("#live [role=alert]")).to_contain_text("No answer")
        expect(page.locator("#question textarea")).to_have_value(QUESTION)
        page.get_by_role("button", name="Answer offline instead").click()
        expect(page.locator("#turn-2 .answer")).to_contain_text("75%")
        expect(page.locator("#question textarea")).to_have_value("")

        # Another model in the place of the first answer; when it fails, all that was there is still there.
        page.locator("#turn-1").get_by_text("with…").click()
        page.locator("#turn-1").get_by_role("button", name="offline").click()
        expect(page.locator("#turn-1 .answer").first).to_contain_text("75%")
        expect(page.get_by_role("group", name="Versions of question 1")).to_contain_text("2 of 2")
        expect(page.locator("#turn-1").get_by_role("region", name="Version 1")).to_contain_text("12345%")
        page.locator("#turn-1").get_by_text("with…").click()
        page.locator("#turn-1").get_by_role("button", name="openai-like/cited").click()
        expect(page.locator("#live [role=alert]")).to_contain_text("No answer")
        expect(page.locator("#turn-1 .answer").first).to_contain_text("75%")
        expect(page.locator("#turn-1 a.number").first).to_be_visible()


def test_with_users_nothing_is_reached_without_a_password_and_stop_keeps_what_was_written(
    new_context: NewContext, guarded: PageServer
):
    page = new_context().new_page()
    for path in ("config", "gradio_api/info", "gradio_api/file=/etc/passwd", "export/x.md", "assets/x.js", "nothing"):
        assert page.request.get(guarded.address + path).status == 401, path
    joined = page.request.post(f"{guarded.address}gradio_api/queue/join", data={"data": [], "fn_index": 0})
    assert joined.status == 401
    assert page.request.post(f"{guarded.address}gradio_api/upload", data={}).status == 401
    page.goto(guarded.address)
    expect(page).to_have_url(f"{guarded.address}login")
    log_in(page, "ada", "wrong")
    expect(page.get_by_role("alert")).to_have_text("No user has this name and password.")
    log_in(page, "ada", "lovelace")
    expect(page.locator("#shell")).to_have_count(0)

    page.locator("#question textarea").fill(QUESTION)
    page.locator("#question textarea").press("Enter")
    expect(page.locator("#live .answer")).to_contain_text("word word word")
    page.locator("#question textarea").press("Escape")
    expect(page.locator("#turn-1 .answer")).to_contain_text("word word word")
    expect(page.locator("#send")).to_be_visible()
    expect(page.locator("#stop")).to_have_count(0)

    open_menu(open_talks(page))
    page.get_by_role("button", name="Share").click()
    shared = page.get_by_role("link", name="this address").get_attribute("href")
    bob = new_context().new_page()
    bob.goto(guarded.address + shared)
    log_in(bob, "bob", "builder")
    expect(bob).to_have_url(guarded.address + shared)
    expect(bob.get_by_role("heading", name=QUESTION).first).to_be_visible()
    expect(bob.locator("form, button, script")).to_have_count(0)
    page.get_by_role("button", name="Stop sharing").click()
    expect(page.get_by_role("link", name="this address")).to_have_count(0)
    assert bob.reload().status == 404
    expect(bob.locator("body")).to_contain_text("Nothing is shared at this address")

    guarded.stop()
    guarded.start()
    page.reload()
    expect(page.locator("#turn-1 .question")).to_have_text(QUESTION)
    assert page.request.get(f"{guarded.address}config").status == 200
    page.get_by_role("link", name="Log out").click()
    expect(page).to_have_url(f"{guarded.address}login")
    assert page.request.get(f"{guarded.address}config").status == 401
    program = new_context(http_credentials={"username": "ada", "password": "lovelace"}).request
    assert program.get(f"{guarded.address}config").status == 200


def log_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
