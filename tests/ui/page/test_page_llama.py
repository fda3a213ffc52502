"""One conversation on the page between the offline answerer and llama.cpp's own server."""

import shutil
from pathlib import Path

from browser.server import PageServer
from browser.steps import QUESTION, NewContext, ask, open_page
from playwright.sync_api import Page, expect
from servers.llama_cpp import LlamaServer

SLOW = 180_000
"""Milliseconds: a model on one busy core."""


def answer_with(page: Page, model: str) -> None:
    """Chooses who answers in the page's options."""
    page.locator("#options").get_by_role("combobox", name="Who answers").click()
    page.get_by_role("option", name=model).click()


def test_a_conversation_moves_from_offline_to_a_real_model_and_back(
    new_context: NewContext, catalogue_index: Path, tmp_path: Path, llama_server: LlamaServer
):
    index = Path(shutil.copytree(catalogue_index, tmp_path / "index"))
    settings = {
        "LLM__PROVIDER": "openai-like",
        "LLM__MODEL": llama_server.model,
        "LLM__BASE_URL": llama_server.base_url,
        "LLM__CONTEXT_WINDOW": "1200",
        "LLM__MAX_TOKENS": "40",
        "LLM__FIRST_TOKEN_TIMEOUT": "120",
        "LLM__TOTAL_TIMEOUT": "180",
        "RAG__TOP_K": "2",
        "RAG__MODEL_PAPERS": "2",
        "RAG__VERIFY": "packaged",
        "RAG__REFUSE_BELOW": "0",
    }
    with PageServer(index, **settings) as server:
        page = new_context().new_page()
        page.set_default_timeout(SLOW)
        open_page(page, server.address)
        page.locator("#options > button").click()

        answer_with(page, "offline")
        expect(ask(page, QUESTION).locator(".answer")).to_contain_text("0.9429")
        expect(page.locator("#turn-1 details.steps")).to_contain_text("Answered by offline")

        answer_with(page, f"openai-like/{llama_server.model}")
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        expect(page.locator("#turn-2 details.steps")).to_contain_text(
            f"Answered by openai-like/{llama_server.model}", timeout=SLOW
        )
        expect(page.locator("#turn-2 .answer")).not_to_be_empty()

        answer_with(page, "offline")
        expect(ask(page, QUESTION).locator(".answer")).to_contain_text("0.9429")
        expect(page.locator("#turn-3 details.steps")).to_contain_text("Answered by offline")
