"""Notes to zotero.org: with a key that may write, each once, and what goes wrong."""

import logging

import pytest
from servers.recorded import RecordedServices, Reply

from index import ReadError, SettingsError
from index.remote import Remote
from index.remote.connection import Patience
from index.settings import RemoteSettings

KEY = {"ZOTERO_API_KEY": "key-of-ada"}


@pytest.fixture
def remote(services: RecordedServices) -> Remote:
    settings = RemoteSettings(zotero_web=f"{services.base}/zotero_web/")
    return Remote(settings, environment=KEY, patience=Patience(sleep=lambda seconds: None))


def test_notes_are_added_to_the_library_of_who_made_the_key(services: RecordedServices, remote: Remote) -> None:
    assert remote.add_notes(["<h1>One</h1>", "<h1>Two</h1>"]) == "ada"
    assert [(one["itemType"], one["note"]) for one in services.notes] == [
        ("note", "<h1>One</h1>"),
        ("note", "<h1>Two</h1>"),
    ]
    assert services.notes[0]["tags"] == [{"tag": "paperchat"}]


def test_more_than_are_taken_at_once_go_in_parts(services: RecordedServices, remote: Remote) -> None:
    remote.add_notes([f"<p>{number}</p>" for number in range(51)])
    assert [one["note"] for one in services.notes] == [f"<p>{number}</p>" for number in range(51)]


def test_a_note_whose_answer_is_lost_is_added_once(services: RecordedServices, remote: Remote) -> None:
    taken = services.reply
    lost = [Reply(b"", "text/plain", 503)]

    def losing(*asked):
        reply = taken(*asked)
        return lost.pop() if lost and asked[0].body else reply

    services.reply = losing  # type: ignore[method-assign]
    assert remote.add_notes(["<p>Once</p>"]) == "ada"
    assert len(services.notes) == 1
    assert not lost


def test_a_key_that_may_not_write_notes_is_told_with_where_to_make_one(
    services: RecordedServices, remote: Remote
) -> None:
    services.zotero_access = {"library": True, "notes": True}
    with pytest.raises(ReadError, match=r"may not write notes.*zotero\.org/settings/keys"):
        remote.add_notes(["<p>x</p>"])
    assert services.notes == []


def test_without_a_key_nothing_is_asked(services: RecordedServices) -> None:
    settings = RemoteSettings(zotero_web=f"{services.base}/zotero_web/")
    with pytest.raises(SettingsError, match=r"no key for Zotero.*ZOTERO_API_KEY"):
        Remote(settings, environment={}).add_notes(["<p>x</p>"])
    assert services.asked == []


def test_a_wrong_key_is_told_and_seen_nowhere(
    services: RecordedServices, remote: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    services.zotero_key = "another"
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ReadError, match=r"refused the request \(HTTP 403: Invalid key\)") as caught:
        remote.add_notes(["<p>x</p>"])
    assert KEY["ZOTERO_API_KEY"] not in str(caught.value) + caplog.text
    assert KEY["ZOTERO_API_KEY"] not in services.asked[0].query


def test_a_note_that_is_not_taken_is_told_with_another_way(services: RecordedServices, remote: Remote) -> None:
    with pytest.raises(ReadError, match=r"did not take a note \(Note is too long\).*\.rdf"):
        remote.add_notes(["<p>short</p>", "x" * 250_001])
    assert [one["note"] for one in services.notes] == ["<p>short</p>"]
