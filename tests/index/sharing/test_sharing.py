"""Several index folders hold one index through a real Chroma server: what one writes, the others find."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import chromadb
import pytest
from servers.chroma import ChromaServer, free_port
from servers.quotas import TOKEN, QuotaProxy

from bench.hashed import encode, replace_packaged_model
from index import (
    Encoded,
    IndexLocked,
    IndexMismatch,
    IndexSettings,
    Origin,
    Paper,
    PaperIndex,
    PaperIndexError,
    Record,
    ingest,
    inspect,
    repair,
)
from index.chroma import close_client
from index.sharing.lease import Lease
from index.sharing.log import Overtaken, Place, SharedLog
from index.sharing.replica import Replica


class Counted:
    """A model that is quick, and counts the passages that it was asked for."""

    texts = 0

    def __call__(self, text: str) -> Encoded:
        Counted.texts += ". " in text
        return encode(text)


@pytest.fixture(scope="module", autouse=True)
def _certificates_are_read_once() -> Iterator[None]:
    """Chroma's client does so four times for each index that is opened."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counted, "texts", 0)
    replace_packaged_model(monkeypatch.setattr, Counted())
    monkeypatch.setattr("index.sharing.sharing.EVERY", 0.05)
    monkeypatch.setattr("index.sharing.lease.BEAT", 0.1)
    for module in ("index.writing", "index.sharing.replica"):
        monkeypatch.setattr(f"{module}.SHARED_AT_ONCE", 20)


@pytest.fixture
def shared(server: int, tmp_path: Path) -> IndexSettings:
    """Settings of one folder; others differ in their folder only."""
    return IndexSettings(
        folder=tmp_path / "one",
        store="server",
        server_port=server,
        collection=f"t{time.monotonic_ns()}",
        token_vectors=False,
    )


def other(settings: IndexSettings, name: str = "two") -> IndexSettings:
    assert settings.folder
    return settings.model_copy(update={"folder": settings.folder.with_name(name)})


@pytest.fixture
def two(shared: IndexSettings) -> Iterator[tuple[PaperIndex, PaperIndex]]:
    """Two folders of one index."""
    with PaperIndex.open(shared) as one, PaperIndex.open(other(shared)) as two:
        yield one, two


def paper(id: str, animal: str = "penguin", **details: object) -> Paper:
    return Paper(id, f"Paper {id}", f"The {id} {animal} counts fish by its shadow.", **details)


def die(self: object, *given: object) -> None:
    raise KeyboardInterrupt


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def whole(index: PaperIndex) -> bool:
    """Whether every paper of the folder can be found in each way."""
    passages = index.library.count_passages()
    return (
        not index.count_unfinished()
        and index.words.count() == index.count()
        and (index.encodings.count_vectors() == passages)
    )


def same(one: PaperIndex, other: PaperIndex) -> bool:
    """Whether two folders hold the same."""
    ids = one.library.ids()
    return (
        one.all_papers() == other.all_papers()
        and one.origins(ids) == other.origins(ids)
        and one.links(ids) == other.links(ids)
        and whole(one)
        and whole(other)
    )


# -- following ------------------------------------------------------------------------------------------------------


def test_what_one_adds_the_other_finds_by_words_and_by_meaning(two: tuple[PaperIndex, PaperIndex]) -> None:
    one, follower = two
    one.add([paper("a"), paper("b", "heron", year=2021, authors=("Ann Lee",))])
    assert eventually(lambda: same(one, follower))
    assert [id for id, _ in follower.search_words("heron", 5)] == ["b"]
    vector = follower.embedding.embed_query("Paper b. The b heron counts fish")
    assert follower.search_meaning(vector, 1)[0][0] == "b#0"
    assert [id for id, _ in follower.search_meaning(vector, 9, paper_ids=follower.passing((2021, 2021)))] == ["b#0"]


def test_what_one_changes_and_removes_the_other_changes_and_removes(two: tuple[PaperIndex, PaperIndex]) -> None:
    one, follower = two
    long = Paper(
        "long", "A long one", " ".join(f"Heron {n} sees fish {n} under the ice of the lake." for n in range(40))
    )
    one.add([paper("a"), paper("b"), long])
    assert eventually(lambda: same(one, follower))
    one.add([paper("a", "owl"), paper("b", topics=("birds",)), Paper("long", "A long one", "Now it is short.")])
    one.remove(["b"])
    assert eventually(lambda: same(one, follower))
    assert [id for id, _ in follower.search_words("owl", 5)] == ["a"]
    assert follower.search_words("birds heron", 5) == []
    assert follower.meaning.vectors.count() == follower.library.count_passages() == 2


def test_origins_and_links_to_articles_follow(two: tuple[PaperIndex, PaperIndex]) -> None:
    one, follower = two
    preprint = paper("2401.00001", url="https://arxiv.org/abs/2401.00001", authors=("Ann Lee",), year=2024)
    article = paper("10.1000/x", doi="10.1000/x", authors=("Ann Lee",), year=2024)
    article = Paper("10.1000/x", preprint.title, preprint.abstract, ("Ann Lee",), 2024, doi="10.1000/x")
    one.add([Record(preprint, Origin("a.bib", 3)), Record(preprint, Origin("b.bib", 4, 2))])
    assert eventually(lambda: same(one, follower))
    one.add([Record(article, Origin("c.ris", 1))])
    assert eventually(lambda: same(one, follower))
    assert one.links(one.library.ids()) == {("2401.00001", "10.1000/x")}


def test_nothing_is_embedded_twice(two: tuple[PaperIndex, PaperIndex]) -> None:
    one, follower = two
    one.add(paper(f"p{n}") for n in range(20))
    assert eventually(lambda: same(one, follower))
    follower.finish()
    assert Counted.texts == 20


def test_token_vectors_are_made_by_who_follows(shared: IndexSettings) -> None:
    settings = shared.model_copy(update={"token_vectors": True})
    with PaperIndex.open(settings) as one, PaperIndex.open(other(settings)) as follower:
        one.add(paper(f"p{n}") for n in range(20))
        assert eventually(lambda: follower.encodings.count_tokens() == 20)
        assert follower.sentence_vectors(["p3"])["p3"][0].vector == pytest.approx(
            one.sentence_vectors(["p3"])["p3"][0].vector
        )


def test_an_empty_folder_follows_from_the_beginning(shared: IndexSettings) -> None:
    with PaperIndex.open(shared) as one:
        one.add(paper(f"p{n}") for n in range(70))
        one.remove([f"p{n}" for n in range(10)])
        assert PaperIndex.exists(other(shared))
        with PaperIndex.open(other(shared)) as follower:
            assert same(one, follower)
            assert follower.count() == 60
    assert {finding.severity for finding in inspect(other(shared))} == {"ok"}


def test_who_reads_now_may_write_next(two: tuple[PaperIndex, PaperIndex]) -> None:
    one, second = two
    one.add([paper("a")])
    second.add([paper("b"), paper("a", "owl")])
    one.add([paper("c")])
    assert eventually(lambda: same(one, second))
    assert {each.id: "owl" in each.abstract for each in one.all_papers()} == {"a": True, "b": False, "c": False}


def test_a_file_that_both_bring_in_is_there_once(two: tuple[PaperIndex, PaperIndex], tmp_path: Path) -> None:
    one, second = two
    rows = [Record(paper(f"p{n}"), Origin("papers.csv", n)) for n in range(5)]
    assert one.add(rows).added == 5
    report = second.add(rows)
    assert (report.added, report.unchanged) == (0, 5)


def test_a_trial_run_tells_nobody(two: tuple[PaperIndex, PaperIndex], tmp_path: Path) -> None:
    one, follower = two
    assert one.add([paper("a")], dry_run=True).added == 1
    assert one.sharing
    assert not one.sharing.log().has_news(one.sharing.log().start)
    file = tmp_path / "papers.jsonl"
    file.write_text('{"title": "Owls", "abstract": "Owls hear mice in the snow."}')
    assert ingest([file], other(follower.settings, "three"), dry_run=True).added == 1
    assert one.add([paper("a")]).added == 1


def test_another_embedding_has_vectors_of_its_own(two: tuple[PaperIndex, PaperIndex]) -> None:
    one, _ = two
    one.add([paper("a")])
    finer = other(one.settings, "finer").model_copy(update={"chunk_tokens": 16})
    with PaperIndex.open(finer) as index:
        assert [id for id, _ in index.search_words("penguin", 5)] == ["a"]
        assert index.count_unfinished() == 1
        index.finish()
        assert whole(index)
    assert whole(one)


# -- two writers ----------------------------------------------------------------------------------------------------


def test_who_wants_to_write_while_another_does_is_told_who(two: tuple[PaperIndex, PaperIndex]) -> None:
    one, second = two
    begun, done = threading.Event(), threading.Event()

    def slowly() -> Iterator[Paper]:
        yield paper("a")
        begun.set()
        done.wait(20)

    writing = threading.Thread(target=lambda: one.add(slowly()))
    writing.start()
    begun.wait(20)
    with pytest.raises(IndexLocked, match=r"written by process \d+ on "):
        second.add([paper("b")])
    done.set()
    writing.join()
    second.add([paper("b")])
    assert eventually(lambda: same(one, second))


def test_a_writer_that_died_is_followed_by_the_next(
    two: tuple[PaperIndex, PaperIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, second = two
    assert one.sharing
    log = one.sharing.log()
    Lease(log)._say(3)
    monkeypatch.setattr("index.sharing.lease.SILENCE", 0.5)
    second.add([paper("b")])
    assert eventually(lambda: same(one, second))


def test_two_that_write_all_the_same_lose_and_double_nothing(
    two: tuple[PaperIndex, PaperIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lease, "hold", lambda self: nullcontext())
    one, second = two
    overtaken = []
    append = SharedLog.append
    both = threading.Barrier(2)

    def counted(log: SharedLog, place: Place, *given: object) -> Place:
        if place.number == 0:
            both.wait(20)
        try:
            return append(log, place, *given)
        except Overtaken:
            overtaken.append(place)
            raise

    monkeypatch.setattr(SharedLog, "append", counted)

    def add(index: PaperIndex, own: str) -> None:
        for n in range(5):
            index.add([paper(f"{own}{n}"), paper(f"both{n}")])

    threads = [threading.Thread(target=add, args=given) for given in ((one, "a"), (second, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overtaken
    ids = {f"{kind}{n}" for kind in ("a", "b", "both") for n in range(5)}
    assert eventually(
        lambda: set(one.library.ids()) == set(second.library.ids()) == ids and whole(one) and whole(second)
    )
    assert one.origins(["both3"]) == second.origins(["both3"])
    assert one.meaning.vectors.count() == 15


def test_of_two_entries_with_one_number_the_first_stands(shared: IndexSettings) -> None:
    one, second = SharedLog(shared, "x"), SharedLog(shared, "x")
    place = one.append(one.start, [], ["mine"])
    with pytest.raises(Overtaken):
        second.append(second.start, [], ["yours"])
    assert [(entry.place, entry.removed) for entry in second.read(second.start)] == [(place, ("mine",))]
    assert second.append(place, [], ["yours"]).number == 2
    one.close()
    second.close()


def test_a_paper_that_is_too_long_for_a_document_goes_in_several(two: tuple[PaperIndex, PaperIndex]) -> None:
    one, follower = two
    long = Paper("long", "Ünïcode", " ".join(f"Satz {n} über Eisvögel und 氷の下の魚 sagt wenig." for n in range(50)))
    one.add([long])
    assert eventually(lambda: same(one, follower))


# -- whose papers ---------------------------------------------------------------------------------------------------


def test_an_index_that_was_this_folders_alone_is_brought_to_the_server(shared: IndexSettings) -> None:
    with PaperIndex.open(shared.model_copy(update={"store": "embedded"})) as alone:
        alone.add(paper(f"p{n}") for n in range(50))
    texts = Counted.texts
    with PaperIndex.open(shared) as one, PaperIndex.open(other(shared)) as follower:
        assert "not on the server yet" in one.notice
        one.add([paper("new")])
        assert eventually(lambda: same(one, follower))
        assert eventually(lambda: one.notice == "")
        assert (follower.count(), Counted.texts) == (51, texts + 1)


def test_what_was_added_alone_meanwhile_joins_what_others_added(shared: IndexSettings) -> None:
    with PaperIndex.open(shared) as one:
        one.add([paper("a"), paper("b")])
    with PaperIndex.open(shared.model_copy(update={"store": "embedded"})) as alone:
        alone.add([paper("c")])
        alone.remove(["b"])
    with PaperIndex.open(other(shared)) as second:
        second.add([paper("d")])
        with PaperIndex.open(shared) as one:
            one.finish()
            assert eventually(lambda: set(one.library.ids()) == set(second.library.ids()) == {"a", "b", "c", "d"})
            assert eventually(lambda: whole(one) and whole(second))


def test_papers_of_another_index_are_not_mixed_in(shared: IndexSettings) -> None:
    with PaperIndex.open(shared) as one:
        one.add([paper("a")])
    with PaperIndex.open(other(shared).model_copy(update={"store": "embedded"})) as alone:
        alone.add([paper("b")])
    with pytest.raises(IndexMismatch, match=r"belongs to another index.*Set `index.collection`"):
        PaperIndex.open(other(shared))


# -- a server that is away, or has lost what it had -----------------------------------------------------------------


def test_while_the_server_is_away_what_is_here_is_searched_and_said_to_be_old(
    two: tuple[PaperIndex, PaperIndex], chroma: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.meaning.AWAY", 0.0)
    one, follower = two
    one.add(paper(f"p{n}") for n in range(30))
    assert eventually(lambda: same(one, follower))
    vector = follower.embedding.embed_query("p7 penguin")
    before = follower.search_meaning(vector, 3)
    chroma.kill()
    assert eventually(lambda: "Start one with `chroma run`" in follower.notice)
    assert len(follower.search_words("penguin", 50)) == 30
    assert [id for id, _ in follower.search_meaning(vector, 3)] == [id for id, _ in before]
    with pytest.raises(PaperIndexError, match="Start one with `chroma run`"):
        one.add([paper("late")])
    assert one.count() == 30
    with PaperIndex.open(one.settings) as again:
        assert "`chroma run`" in again.notice
        assert again.search_words("penguin", 3)
    findings = {finding.name: finding for finding in inspect(other(one.settings))}
    assert findings["server"].severity == "warning"
    assert "`chroma run`" in findings["server"].message + findings["server"].remedy
    chroma.start()
    one.add([paper("late")])
    assert eventually(lambda: same(one, follower) and not follower.notice)
    assert follower.meaning.vectors.count() == 31


def test_nothing_is_made_of_a_server_that_was_never_there(shared: IndexSettings) -> None:
    nowhere = shared.model_copy(update={"server_port": free_port()})
    for use in (PaperIndex.open, PaperIndex.exists):
        with pytest.raises(PaperIndexError, match="Start one with `chroma run`"):
            use(nowhere)
    assert {finding.severity for finding in inspect(nowhere)} == {"error"}


def test_a_server_that_has_lost_everything_gets_it_again_from_a_folder(shared: IndexSettings) -> None:
    with PaperIndex.open(shared) as one:
        one.add(paper(f"p{n}") for n in range(30))
        client = chromadb.HttpClient("127.0.0.1", shared.server_port)
        for collection in client.list_collections():
            if collection.name.startswith(f"{shared.collection}-"):
                client.delete_collection(collection.name)
        close_client(client)
        assert eventually(lambda: "`paperchat doctor --repair`" in one.notice)
        with pytest.raises(PaperIndexError, match="`paperchat doctor --repair`"):
            one.add([paper("late")])
        assert one.count() == 30
    texts = Counted.texts
    assert {finding.severity for finding in inspect(shared)} == {"ok", "error"}
    assert {finding.severity for finding in repair(shared)} == {"ok"}
    with PaperIndex.open(shared) as one, PaperIndex.open(other(shared)) as follower:
        assert same(one, follower)
        assert (follower.count(), Counted.texts) == (30, texts)


def test_a_repair_makes_the_vectors_on_the_server_right_again(two: tuple[PaperIndex, PaperIndex]) -> None:
    one, follower = two
    one.add(paper(f"p{n}") for n in range(10))
    assert eventually(lambda: same(one, follower))
    vectors = one.meaning.vectors
    vectors.remove(["p3#0", "p4#0"])
    vectors.write(["stray#0"], one.embedding.embed_query("stray")[None])
    assert "error" in {finding.severity for finding in inspect(one.settings)}
    follower.restore()
    assert vectors.count() == 10
    assert {finding.severity for finding in inspect(one.settings)} == {"ok"}


def test_a_writer_that_died_before_it_had_removed_old_passages_removes_them_later(
    two: tuple[PaperIndex, PaperIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, follower = two
    one.add([paper("a"), paper("b")])
    assert eventually(lambda: same(one, follower))

    with monkeypatch.context() as patched:
        patched.setattr("index.writing.Writer.finish", die)
        with pytest.raises(KeyboardInterrupt):
            one.remove(["a"])
    follower.add([paper("c")])
    one.finish()
    assert eventually(lambda: same(one, follower))
    assert one.meaning.vectors.count() == 2


def test_a_run_that_died_before_its_entry_was_written_has_done_nothing(
    two: tuple[PaperIndex, PaperIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, follower = two
    one.add([paper("a")])

    with monkeypatch.context() as patched:
        patched.setattr(Replica, "_append", die)
        with pytest.raises(KeyboardInterrupt):
            one.add([paper("b")])
    assert one.library.ids() == ["a"]
    follower.add([paper("c")])
    assert one.add([paper("b")]).added == 1
    assert eventually(lambda: same(one, follower) and follower.count() == 3)


def test_a_folder_that_is_behind_takes_nothing_of_others_from_the_server(
    shared: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("index.sharing.sharing.EVERY", 60.0)
        with PaperIndex.open(shared) as one:
            one.add([paper("a"), paper("b")])
            patched.setattr("index.writing.Writer.finish", die)
            with pytest.raises(KeyboardInterrupt):
                one.add([paper("a", "owl")])
            # As a restore leaves it that was killed at once.
            one.library.start_over()
    with PaperIndex.open(other(shared)) as second:
        second.add([paper("c")])
        second.add([paper("a", "heron")])
        # Of these two it reads one at first, and does what it had left to do.
        monkeypatch.setattr("index.sharing.sharing.AT_START", 0.0)
        with PaperIndex.open(shared) as one:
            assert eventually(lambda: same(one, second))
        assert second.meaning.vectors.count() == 3


# -- what a server may ask for --------------------------------------------------------------------------------------


def test_requests_keep_to_the_quotas_of_chromas_cloud_and_bring_the_token(
    shared: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("index.writing", "index.sharing.replica"):
        monkeypatch.setattr(f"{module}.SHARED_AT_ONCE", 1000)
    monkeypatch.setenv("CHROMA_CLIENT_AUTH_CREDENTIALS", TOKEN)
    with QuotaProxy(shared.server_port) as proxy:
        settings = shared.model_copy(update={"server_port": proxy.port, "chunk_tokens": 16})
        long = Paper("long", "Long", " ".join(f"Satz {n} über Eisvögel und 氷の下の魚 sagt wenig." for n in range(310)))
        with PaperIndex.open(settings) as one:
            one.add([long, *(paper(f"p{n}") for n in range(305))])
            one.remove([f"p{n}" for n in range(302)])
            with PaperIndex.open(other(settings)) as follower:
                assert same(one, follower)
            one.restore()
        assert proxy.largest == 300


def test_a_token_that_is_missing_is_asked_for_and_never_told(
    shared: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with QuotaProxy(shared.server_port) as proxy:
        settings = shared.model_copy(update={"server_port": proxy.port})
        monkeypatch.setenv("CHROMA_CLIENT_AUTH_CREDENTIALS", "wrong-token")
        with pytest.raises(PaperIndexError, match="set CHROMA_CLIENT_AUTH_CREDENTIALS") as refusal:
            PaperIndex.open(settings)
    assert "wrong-token" not in str(refusal.value)
