"""Papers from services: every page comes, politely, and what does not come is named while the rest goes in."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import hypothesis
import pytest
from hypothesis import strategies as st
from servers.recorded import JSON, XML, Item, RecordedServices, Reply

from index import IndexSettings, Paper, PaperIndex, ReadError, Source, ingest
from index.remote import Remote, is_remote
from index.remote.connection import Patience, proxy_for, seconds_asked
from index.remote.services import SERVICES
from index.settings import RemoteSettings

DOWN = Reply(b"busy", "text/plain", 503)
PACES = {service.interval for service in SERVICES.values()}


class Papers:
    """What comes from addresses, with the waits in between, of which none is real.

    `waits` are those for a service that has a fault; `paces` those between requests, by a clock that stands still.
    """

    def __init__(self, settings: RemoteSettings, folder: Path | None = None, **environment: str) -> None:
        self.patience = Patience(clock=lambda: 0.0)
        self._slept: list[float] = []
        self._settings, self._folder, self._environment = settings, folder, environment

    def of(self, *addresses: str, most: int | None = None) -> list[Paper]:
        patience = replace(self.patience, sleep=self._slept.append)
        with Remote(self._settings, self._folder, self._environment, patience) as remote:
            self.source = Source(addresses, remote=remote, most=most)
            papers = [record.paper for record in self.source]
            if self._folder:
                remote.commit()
        return papers

    @property
    def waits(self) -> list[float]:
        return [wait for wait in self._slept if wait not in PACES]

    @property
    def paces(self) -> list[float]:
        return [wait for wait in self._slept if wait in PACES]

    @property
    def problems(self) -> list[str]:
        return [str(problem) for problem in self.source.problems]


@pytest.fixture
def papers(remote_settings: RemoteSettings) -> Papers:
    return Papers(remote_settings)


def endless(part: bytes) -> Iterator[bytes]:
    while True:
        yield part


def dripping(part: bytes) -> Iterator[bytes]:
    for _ in range(100):
        yield part
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("arxiv:all:gaze", True),
        ("PubMed:gaze", True),
        ("zotero:", True),
        ("doi:10.1000/182", True),
        ("papers.csv", False),
        ("./doi:1", False),
        ("https://arxiv.org/abs/2102.00001", False),
        ("C:/papers", False),
    ],
)
def test_an_address_is_told_from_a_path(text: str, answer: bool) -> None:
    assert is_remote(text) is answer


def test_a_file_that_is_there_is_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("doi:10").write_text("One\n")
    assert not is_remote("doi:10")


def test_arxiv_comes_page_by_page_at_its_pace(services: RecordedServices, papers: Papers) -> None:
    services.papers = 230
    found = papers.of("arxiv:all:hedgehog", most=1000)
    assert len({paper.id for paper in found}) == 230
    assert papers.problems == []
    assert [(a.parameters["start"], a.parameters["max_results"]) for a in services.asked] == [
        ("0", "100"), ("100", "100"), ("200", "100"),
    ]  # fmt: skip
    assert papers.paces == [3, 3]
    assert services.asked[0].parameters["search_query"] == "all:hedgehog"
    assert services.asked[0].headers["User-Agent"].startswith("paperchat/")
    first = found[0]
    assert first.id.startswith("2102.00001")
    assert (first.year, first.authors) == (2021, ("Anna Muster", "Bo Beispiel"))


def test_the_pace_is_kept_from_address_to_address(services: RecordedServices, papers: Papers) -> None:
    services.papers = 1
    papers.of("arxiv:all:hedgehog", "arxiv:all:toad")
    assert papers.paces == [3]


def test_words_without_a_field_are_one_phrase_for_arxiv(services: RecordedServices, papers: Papers) -> None:
    services.papers = 1
    papers.of("arxiv:joint attention")
    assert services.asked[0].parameters["search_query"] == 'all:"joint attention"'


def test_ids_of_arxiv_are_asked_for_at_once_and_unknown_ones_named(services: RecordedServices, papers: Papers) -> None:
    services.unknown = {"2101.00009v2"}
    found = papers.of("arxiv:2101.00001, 2101.00009v2 arXiv:2101.00003")
    assert [paper.id[:10] for paper in found] == ["2101.00001", "2101.00003"]
    assert len(services.asked) == 1
    assert "does not know the id 2101.00009v2" in papers.problems[0]


def test_a_limit_is_kept_and_what_it_leaves_out_is_told(services: RecordedServices, papers: Papers) -> None:
    services.papers = 4321
    for address in ("arxiv:all:hedgehog", "pubmed:hedgehog", "openalex:hedgehog"):
        found = papers.of(address, most=150)
        assert len(found) == 150
        assert papers.problems == [f"{address}: 4,321 papers fit; the first 150 were taken. --max takes more."]
        assert not any(problem.is_lost for problem in papers.source.problems)
    assert len(papers.of("openalex:hedgehog")) == 200


def test_pubmed_is_searched_and_its_records_come_many_at_once(services: RecordedServices, papers: Papers) -> None:
    services.papers = 450
    found = papers.of("pubmed:hedgehogs[ti]", most=450)
    assert len({paper.id for paper in found}) == 450
    assert [a.path.rpartition("/")[2] for a in services.asked] == ["esearch.fcgi"] + ["efetch.fcgi"] * 3
    assert services.asked[0].parameters["term"] == "hedgehogs[ti]"
    assert {"email", "tool", "api_key"}.isdisjoint(services.asked[0].parameters)
    assert papers.paces == [0.34] * 3, "at most three requests a second"
    assert found[0].abstract.startswith("METHODS: We weighed 1 hedgehogs")


def test_records_that_pubmed_does_not_send_are_counted(services: RecordedServices, papers: Papers) -> None:
    services.unknown = {"30000002"}
    found = papers.of("pubmed:30000001 30000002,30000003")
    assert len(found) == 2
    assert "Of papers 1 to 3 PubMed sent 2." in papers.problems[0]


def test_openalex_is_read_along_its_cursor(services: RecordedServices, papers: Papers) -> None:
    services.papers = 230
    found = papers.of("openalex:filter=title.search:hedgehog", most=1000)
    assert len({paper.id for paper in found}) == 230
    assert [a.parameters["cursor"] for a in services.asked] == ["*", "after=100", "after=200"]
    assert services.asked[0].parameters["filter"] == "title.search:hedgehog"
    assert found[0].abstract == "Hedges of 1 years shelter more hedgehogs than young ones do."


def test_a_doi_is_found_however_it_is_written_and_an_unknown_one_is_named(
    services: RecordedServices, papers: Papers
) -> None:
    services.unknown = {"10.5555/b"}
    found = papers.of(
        "doi:10.5555/a(1)2 10.5555/b; https://doi.org/10.5555/c", "doi:10.48550/arXiv.2102.00001", "doi:eleven"
    )
    assert [paper.id for paper in found] == ["10.5555/a(1)2", "10.5555/c"]
    unknown, of_arxiv, none = papers.problems
    assert "Crossref does not know the DOI 10.5555/b." in unknown
    assert "Name it as arxiv:2102.00001" in of_arxiv
    assert "eleven is no DOI" in none


def test_a_service_that_is_busy_is_asked_again(services: RecordedServices, papers: Papers) -> None:
    services.papers = 3
    services.faults = [("openalex", DOWN), ("openalex", Reply(b"", JSON, 502))]
    assert len(papers.of("openalex:hedgehog")) == 3
    assert papers.problems == []
    first, second = papers.waits
    assert 1 <= first < second < 3


def test_a_service_is_waited_for_as_long_as_it_asks(services: RecordedServices, papers: Papers) -> None:
    services.papers = 3
    services.faults = [("openalex", Reply(b"{}", JSON, 429, {"Retry-After": "7"}))]
    assert len(papers.of("openalex:hedgehog")) == 3
    assert papers.waits == [7]


def test_a_service_that_asks_to_wait_long_is_not_waited_for(services: RecordedServices, papers: Papers) -> None:
    services.papers = 300
    services.faults = [("cursor=after=100", Reply(b"{}", JSON, 429, {"Retry-After": "3600"}))]
    assert len(papers.of("openalex:hedgehog", most=300)) == 100
    assert papers.waits == []
    (problem,) = papers.problems
    assert (
        "Not all papers came. OpenAlex allows no more requests for now (HTTP 429). It asks to wait 60 minutes."
        in problem
    )
    assert "Run the same command again" in problem


def test_a_service_that_stays_busy_is_given_up_with_a_reason(services: RecordedServices, papers: Papers) -> None:
    services.faults = [("arxiv", DOWN)] * 4
    assert papers.of("arxiv:all:hedgehog") == []
    assert len(services.asked) == 4
    (error,) = papers.source.named_unread
    assert error.reason == "arXiv is not at work (HTTP 503)."


@pytest.mark.parametrize("body", [b"<feed><entry>cut", b"", b"\x00\x01\x02"])
def test_a_broken_page_in_the_middle_is_named_and_those_after_it_come(
    body: bytes, services: RecordedServices, papers: Papers
) -> None:
    services.papers = 300
    services.faults = [("start=100", Reply(body, XML))] * 4
    assert len(papers.of("arxiv:all:hedgehog", most=300)) == 200
    (problem,) = papers.problems
    assert "Papers 101 to 200 are missing: An answer of arXiv is broken" in problem


def test_a_page_that_is_broken_once_is_asked_for_again(services: RecordedServices, papers: Papers) -> None:
    services.papers = 300
    empty = b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>'
    services.faults = [("start=100", Reply(b"<feed><entry>cut", XML)), ("start=200", Reply(empty, XML))]
    assert len(papers.of("arxiv:all:hedgehog", most=300)) == 300
    assert papers.problems == []


def test_a_page_that_only_the_reader_finds_broken_is_named(services: RecordedServices, papers: Papers) -> None:
    services.papers = 300
    services.faults = [("start=100", Reply(b"<feed><entry><title>One</titel></entry></feed>", XML))]
    assert len(papers.of("arxiv:all:hedgehog", most=300)) == 200
    assert any("page 2" in problem and "broken XML" in problem for problem in papers.problems)


def test_a_service_that_only_sends_rubbish_is_not_asked_on(services: RecordedServices, papers: Papers) -> None:
    services.papers = 1000
    services.faults = [(f"start={page}00", Reply(b"<html>", "text/html")) for page in range(1, 10)]
    assert len(papers.of("arxiv:all:hedgehog", most=1000)) == 100
    assert len(services.asked) == 4
    assert "3 answers of arXiv in a row were of no use" in papers.problems[-1]


def test_a_login_page_instead_of_papers_is_told(services: RecordedServices, papers: Papers) -> None:
    services.faults = [("openalex", Reply(b"<html>Log in</html>", "text/html"))]
    assert papers.of("openalex:hedgehog") == []
    assert "answered with text/html instead of JSON. Does the network ask for a login" in papers.problems[0]


def test_an_endless_answer_is_cut(services: RecordedServices, papers: Papers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.remote.connection.LARGEST_ANSWER", 5_000_000)
    services.faults = [("10.5555/big", Reply(endless(b"x" * 100_000)))]
    assert len(papers.of("doi:10.5555/big 10.5555/small")) == 1
    assert "10.5555/big is missing: An answer of Crossref has more than 5 MB." in papers.problems[0]


def test_an_answer_that_takes_too_long_is_given_up(services: RecordedServices, papers: Papers) -> None:
    papers.patience = Patience(within=0.4)
    services.faults = [("openalex", Reply(dripping(b" "))) for _ in range(2)]
    assert papers.of("openalex:hedgehog") == []
    assert "OpenAlex took more than 0.4 seconds for an answer." in papers.problems[0]


def test_a_service_that_says_nothing_is_given_up(services: RecordedServices, papers: Papers) -> None:
    def silent() -> Iterator[bytes]:
        yield b"{"
        time.sleep(1)

    papers.patience = Patience(silence=0.4)
    services.faults = [("openalex", Reply(silent())) for _ in range(2)]
    assert papers.of("openalex:hedgehog") == []
    assert "OpenAlex said nothing for 0.4 seconds." in papers.problems[0]


def test_a_request_is_followed_on_its_host_only(services: RecordedServices, papers: Papers) -> None:
    here = f"{services.base}/doi/works/10.5555%2Fnew"
    services.faults = [
        ("10.5555/old", Reply(b"", "text/html", 301, {"Location": here})),
        ("10.5555/away", Reply(b"", "text/html", 302, {"Location": "http://localhost:1/works/10.5555%2Faway"})),
        *[("10.5555/round", Reply(b"", "text/html", 302, {"Location": "10.5555%2Fround"}))] * 9,
    ]
    assert [paper.id for paper in papers.of("doi:10.5555/old 10.5555/away 10.5555/round")] == ["10.5555/new"]
    away, round_and_round = papers.problems
    assert "passes the request on to localhost, which is not followed" in away
    assert "passes the request on and on" in round_and_round


def test_no_network_is_told_with_what_to_do(remote_settings: RemoteSettings) -> None:
    nobody = {"arxiv": "http://127.0.0.1:1/", "zotero": "http://127.0.0.1:1/"}
    papers = Papers(remote_settings.model_copy(update=nobody))
    assert papers.of("arxiv:all:hedgehog", "zotero:") == []
    arxiv, zotero = papers.problems
    assert "arXiv can't be reached at 127.0.0.1" in arxiv
    assert "HTTPS_PROXY" in arxiv
    assert "Start Zotero" in zotero


def test_what_a_service_refuses_is_told_in_its_words(services: RecordedServices, papers: Papers) -> None:
    error = (Path(__file__).parent / "recorded" / "arxiv-error.xml").read_bytes()
    services.faults = [
        ("arxiv", Reply(error, "application/atom+xml")),
        ("openalex", Reply(b'{"error":"Invalid filter","message":"Unknown field: autor"}', JSON, 400)),
        ("pubmed", Reply(b'{"esearchresult":{"ERROR":"Invalid db name"}}')),
    ]
    papers.of("arxiv:all:(", "openalex:filter=autor:x", "pubmed:x")
    arxiv, openalex, pubmed = papers.problems
    assert "arXiv refused the search: unbalanced parentheses in the query." in arxiv
    assert "OpenAlex refused the request (HTTP 400: Unknown field: autor)." in openalex
    assert "PubMed refused the search: Invalid db name." in pubmed


def test_a_search_that_nothing_fits_is_told(services: RecordedServices, papers: Papers) -> None:
    assert papers.of("arxiv:all:unicorn", "pubmed:unicorn", "openalex:unicorn", "doi:") == []
    assert ["fits the search" in problem for problem in papers.problems] == [True, True, True, False]
    assert "Nothing stands behind doi:" in papers.problems[-1]


def test_who_asks_is_told_when_it_is_set(services: RecordedServices, remote_settings: RemoteSettings) -> None:
    services.papers = 1
    known = remote_settings.model_copy(update={"email": "anna@example.org", "tool": "hedgehogs"})
    Papers(known).of("pubmed:hedgehog", "openalex:hedgehog", "doi:10.5555/a", "arxiv:all:hedgehog")
    told = [(asked.parameters.get("email"), asked.parameters.get("mailto")) for asked in services.asked]
    mail = "anna@example.org"
    assert told == [(mail, None), (mail, None), (None, mail), (None, mail), (None, None)]
    assert services.asked[0].parameters["tool"] == "hedgehogs"


def test_a_key_is_sent_and_seen_nowhere(
    services: RecordedServices, remote_settings: RemoteSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    services.papers = 150
    papers = Papers(remote_settings, tmp_path, OPENALEX_API_KEY="s3cret", NCBI_API_KEY="s3cret")
    back = Reply(b"", JSON, 301, {"Location": "works?search=x&cursor=*&per_page=2&api_key=s3cret"})
    services.faults = [
        ("openalex", back),
        ("cursor=after=", Reply(b'{"message":"No such key: s3cret"}', JSON, 403)),
    ]
    papers.of("openalex:hedgehog", "pubmed:hedgehog", most=150)
    assert {asked.parameters["api_key"] for asked in services.asked} == {"s3cret"}
    assert "No such key: …" in papers.problems[0]
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"s3cret" not in kept
    assert "s3cret" not in caplog.text + str(papers.problems)


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(
    services: RecordedServices, remote_settings: RemoteSettings, tmp_path: Path
) -> None:
    services.papers = 300
    services.faults = [("start=200", DOWN)] * 4
    papers = Papers(remote_settings, tmp_path / "kept")
    assert len(papers.of("arxiv:all:hedgehog", most=300)) == 200
    assert "Not all papers came. arXiv is not at work (HTTP 503)." in papers.problems[0]
    services.asked.clear()
    assert len(papers.of("arxiv:all:hedgehog", most=300)) == 300
    assert [asked.parameters["start"] for asked in services.asked] == ["200"]
    assert papers.problems == []
    services.asked.clear()
    papers.of("arxiv:all:hedgehog", most=300)
    assert len(services.asked) == 3, "after a complete run the service is asked for what is new"
    assert not list((tmp_path / "kept").rglob("*"))


def test_a_folder_that_cannot_be_written_hinders_nothing(
    services: RecordedServices, remote_settings: RemoteSettings, tmp_path: Path
) -> None:
    services.papers = 3
    (tmp_path / "file").write_text("no folder")
    assert len(Papers(remote_settings, tmp_path / "file").of("openalex:hedgehog")) == 3


def test_papers_of_services_go_into_the_index(services: RecordedServices, settings: IndexSettings) -> None:
    services.papers = 30
    report = ingest(["openalex:hedgehog", "arxiv:all:hedgehog"], settings, most=20)
    assert (report.added, report.refused) == (40, 0)
    again = ingest(["openalex:hedgehog"], settings, most=20)
    assert (again.added, again.unchanged) == (0, 20)
    with PaperIndex.open(settings) as index:
        assert index.count() == 40


def test_nothing_from_any_service_is_an_error_and_makes_no_index(
    services: RecordedServices, settings: IndexSettings
) -> None:
    with pytest.raises(ReadError, match=r"Nothing in OpenAlex fits the search\. Try fewer words\."):
        ingest(["openalex:unicorn"], settings)
    assert settings.folder
    assert not PaperIndex.exists(settings)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        (" 12 ", 12, 12),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("Wed, 21 Oct 2065 07:28:00 GMT", 1e8, 1e10),
    ],
)
def test_a_wait_is_asked_for_in_seconds_or_by_a_date(header: str, least: float, most: float) -> None:
    asked = seconds_asked(header)
    assert asked is not None
    assert least <= asked <= most


@pytest.mark.parametrize("header", ["", "soon", "-1", "²", "Wed, 99 Oct 2065 07:28:00 GMT"])
def test_a_wait_that_is_none_is_not_kept(header: str) -> None:
    assert seconds_asked(header) is None


def test_this_machine_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "inside.example")
    assert proxy_for(httpx.URL("http://127.0.0.1:23119/api/")) is None
    assert proxy_for(httpx.URL("http://inside.example/")) is None
    assert proxy_for(httpx.URL("http://outside.example/")) == "http://proxy.example:3128"


ADDRESSES = (
    "arxiv:all:x", "arxiv:2101.00001", "pubmed:x", "pubmed:30000001", "openalex:x", "doi:10.5555/a",
    "zotero:", "zotero:Reading", "zotero:groups/Hedgehog lab", "zotero:items/ABCD1234",
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda inside: b"<feed><entry>" + inside + b"</entry></feed>", st.binary(max_size=100)),
    st.recursive(
        st.none() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["esearchresult", "idlist", "count", "next_cursor", "data", "key", "id", "name"]), inner
            )
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
)


@hypothesis.settings(max_examples=60, suppress_health_check=[hypothesis.HealthCheck.too_slow])
@hypothesis.given(
    address=st.sampled_from(ADDRESSES),
    bodies=st.lists(BODIES, min_size=1, max_size=4),
    status=st.sampled_from([200, 200, 200, 302, 400, 429, 500]),
    header=st.sampled_from(["", "3", "\xb2", "99999999999999999999", "://"]),
)
def test_whatever_a_service_answers_only_our_own_errors_come(
    address: str, bodies: list[bytes], status: int, header: str
) -> None:
    names = ("Retry-After", "Total-Results", "Last-Modified-Version", "Location")
    headers = dict.fromkeys(names, header)
    kinds = ("", XML if b"<" in bodies[0][:1] else JSON)
    with RecordedServices() as services:
        services.papers = 3
        services.items = [Item("ABCD1234", collection="TOPCOLL1")]
        services.faults = [("", Reply(body, kinds[number % 2], status, headers)) for number, body in enumerate(bodies)]
        settings = RemoteSettings.model_validate({name: f"{services.base}/{name}/" for name in SERVICES})
        papers = Papers(settings)
        found = papers.of(address, most=10)
        has_nothing_new = address.startswith("zotero") and b"[]" in bodies
        assert found or papers.problems or has_nothing_new
