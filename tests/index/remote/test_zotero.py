"""A running Zotero: a library, a collection, a group, an item; then what changed, and nothing twice."""

import pytest
from servers.recorded import Item, RecordedServices, Reply

from index import IndexSettings, ReadError, Selection, ingest


@pytest.fixture
def library(services: RecordedServices) -> RecordedServices:
    services.items = [Item(f"KEY{number:05}") for number in range(230)]
    services.items += [Item("INREADIN", collection="TOPCOLL1"), Item("INTOREAD", collection="SUBCOLL1")]
    return services


def test_the_library_is_read_and_then_what_changed(library: RecordedServices, settings: IndexSettings) -> None:
    first = ingest(["zotero:"], settings)
    assert (first.added, first.refused, first.problems) == (232, 0, ())
    assert [asked.parameters.get("since") for asked in library.asked] == [None] * 3
    library.asked.clear()
    library.library_version = 8
    library.items += [Item("CHANGED1", version=8), Item("UNSYNCED", version=0)]
    second = ingest(["zotero:"], settings)
    assert (second.added, second.unchanged, second.problems) == (2, 0, ())
    assert library.asked[0].parameters["since"] == "5"
    library.asked.clear()
    third = ingest(["zotero:"], settings)
    assert (third.added, third.unchanged, third.problems) == (0, 1, ())
    assert library.asked[0].parameters["since"] == "8"


def test_files_and_notes_are_not_asked_for(library: RecordedServices, settings: IndexSettings) -> None:
    ingest(["zotero:"], settings, most=3)
    assert library.asked[0].path == "/zotero/users/0/items/top"
    assert {"itemType=-attachment", "itemType=-note"} <= set(library.asked[0].query.split("&"))


def test_a_library_that_was_read_in_part_is_read_from_the_start(
    library: RecordedServices, settings: IndexSettings
) -> None:
    assert ingest(["zotero:"], settings, most=20).added == 20
    library.faults = [("start=100", Reply(b"", "text/plain", 503, {"Retry-After": "900"}))]
    cut = ingest(["zotero:"], settings)
    assert (cut.added, cut.unchanged) == (80, 20)
    assert "Not all papers came. Zotero is not at work (HTTP 503)." in cut.problems[0].message
    whole = ingest(["zotero:"], settings)
    assert (whole.added, whole.unchanged) == (132, 100)


def test_what_could_not_be_read_is_had_again(library: RecordedServices, settings: IndexSettings) -> None:
    library.faults = [("start=200", Reply(b"[{]", headers={"Total-Results": "232", "Last-Modified-Version": "5"}))]
    assert len(ingest(["zotero:"], settings).problems) == 1
    assert ingest(["zotero:"], settings).added == 32


def test_what_was_not_selected_is_had_when_it_is(library: RecordedServices, settings: IndexSettings) -> None:
    none = ingest(["zotero:"], settings, selection=Selection(years=(1990, 1999)))
    assert (none.added, none.left_out) == (0, 232)
    assert ingest(["zotero:"], settings).added == 232


def test_a_collection_is_read_with_those_in_it(library: RecordedServices, settings: IndexSettings) -> None:
    assert ingest(["zotero:reading"], settings).added == 2
    assert ingest(["zotero:Reading/To read"], settings).rows == 0, "read already, as part of the other"


@pytest.mark.parametrize("name", ["To read", "reading/to READ", "SUBCOLL1"])
def test_a_collection_goes_by_name_path_or_key(name: str, library: RecordedServices, settings: IndexSettings) -> None:
    assert ingest([f"zotero:{name}"], settings).added == 1


def test_a_collection_that_is_not_there_is_told_with_those_that_are(
    library: RecordedServices, settings: IndexSettings
) -> None:
    with pytest.raises(ReadError, match=r"no collection Newts. It has: Reading, Reading/To read, Toads"):
        ingest(["zotero:Newts"], settings)


def test_a_group_and_an_item_can_be_named(library: RecordedServices, settings: IndexSettings) -> None:
    assert ingest(["zotero:groups/hedgehog lab"], settings, most=5).added == 5
    assert library.asked[-1].path == "/zotero/groups/77/items/top"
    assert ingest(["zotero:items/ABCD1234"], settings).added == 1


def test_a_zotero_that_lets_nobody_in_is_told_with_what_to_switch_on(
    library: RecordedServices, settings: IndexSettings
) -> None:
    library.faults = [("zotero", Reply(b"Local API is not enabled", "text/plain", 403))]
    with pytest.raises(ReadError, match=r"Local API is not enabled.*Allow other applications"):
        ingest(["zotero:"], settings)
