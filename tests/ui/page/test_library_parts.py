"""The list of papers and the way files get into it, without a browser."""

import gzip
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import IndexSettings, Paper, PaperIndex
from ui.page.corpus_map import Cartographer, colour_of, telling_topics
from ui.page.regions import regions_of
from ui.page.rendering import render
from ui.page.shelf import Shelf
from ui.page.uploads import Upload, add_files, place_of
from ui.settings import UISettings


@pytest.fixture
def index(catalogue_index: Path, tmp_path: Path) -> Iterator[PaperIndex]:
    folder = Path(shutil.copytree(catalogue_index, tmp_path / "index"))
    with PaperIndex.open(IndexSettings(folder=folder)) as opened:
        yield opened


def test_half_a_word_finds_and_titles_come_first(index: PaperIndex):
    found = Shelf(index).find("attenti hea")
    assert found.is_exact
    assert all(part in found.papers[0].title.casefold() for part in ("attenti", "hea"))
    assert Shelf(index).find("yuhao zhou").papers[0].title.startswith("EliteKV")


def test_a_misspelling_finds_what_comes_near(index: PaperIndex):
    found = Shelf(index).find("hemorrage")
    assert not found.is_exact
    assert "Hemorrhage" in found.papers[0].title


def test_orders_and_filters(index: PaperIndex):
    shelf = Shelf(index)
    years = [paper.year for paper in shelf.find(order="newest").papers]
    assert years == sorted(years, reverse=True)
    titles = [paper.title.casefold() for paper in shelf.find(order="title").papers]
    assert titles == sorted(titles)
    assert {paper.year for paper in shelf.find(year=2017).papers} == {2017}
    topic = shelf.topics()[0]
    assert all(topic in paper.topics for paper in shelf.find(topic=topic).papers)


def test_the_shelf_sees_what_was_added(index: PaperIndex):
    shelf = Shelf(index)
    assert len(shelf.all()) == 238
    index.add([Paper("new", "Walruses at Sea", "Walruses rest on ice floes. They weigh a ton.")])
    assert shelf.find("walruses").papers[0].id == "new"
    assert shelf.find("walruses", among={"2402.11307"}).papers == []


def places(cartographer: Cartographer) -> dict[str, tuple[int, int]]:
    drawn = cartographer.map()
    return {paper.id: (int(x), int(y)) for paper, (x, y, *_) in zip(drawn.papers, drawn.points, strict=True)}


def test_papers_that_come_in_are_placed_and_the_others_stay(index: PaperIndex):
    cartographer = Cartographer(index)
    before = places(cartographer)
    assert len(before) == 238
    index.add([Paper("new", "Walruses at Sea", "Walruses rest on ice floes. They weigh a ton.")])
    index.remove(["2402.11307"])
    after = places(cartographer)
    assert after.keys() == before.keys() - {"2402.11307"} | {"new"}
    assert {id: after[id] for id in after if id != "new"} == {id: before[id] for id in before if id != "2402.11307"}
    assert places(Cartographer(index)) == after


def test_a_map_that_is_damaged_is_drawn_again(index: PaperIndex):
    before = places(Cartographer(index))
    (Path(index.folder) / "map.json").write_text('{"places": [1')
    assert places(Cartographer(index)) == before


def test_a_region_is_named_where_the_papers_of_a_topic_stand_together():
    papers = [Paper(str(n), str(n), "", topics=("owls" if n < 6 else "strewn",)) for n in range(16)]
    at = {paper.id: (0.2 + 0.005 * n, 0.3) if n < 6 else ((n - 6) / 10, 0.9) for n, paper in enumerate(papers)}
    (region,) = regions_of(papers, at)
    assert (region.name, region.size) == ("owls", 6)
    assert (region.x, region.y) == pytest.approx((0.2125, 0.3))


def test_a_topic_that_nearly_all_have_gets_no_colour():
    papers = [Paper(str(n), str(n), "", topics=("all", "odd" if n % 4 == 1 else "rest")) for n in range(12)]
    assert telling_topics(papers) == ["odd"]
    assert [colour_of(paper, ["odd"]) for paper in papers[:2]] == [0, 1]


def test_each_file_is_reported_and_good_rows_go_in(index: PaperIndex, tmp_path: Path):
    good, bad, odd = tmp_path / "good.csv", tmp_path / "bad.json", tmp_path / "odd.pdf"
    good.write_text("title,abstract\nWalruses at Sea,Walruses rest on ice floes.\n,No title here.\n")
    bad.write_text('{"title": ')
    odd.write_text("%PDF")
    *_, last = add_files(index, [good, bad, odd], UISettings())
    assert [result.name for result in last.results] == ["good.csv", "bad.json", "odd.pdf"]
    assert (last.results[0].added, [problem.line for problem in last.results[0].problems]) == (1, [3])
    assert all(result.failure or result.problems for result in last.results[1:])
    assert last.current == ""
    assert index.count() == 239


HOLD_LOCK = """
import sys
from pathlib import Path
from index.lock import FolderLock

with FolderLock(Path(sys.argv[1])).hold():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_no_message_tells_where_the_server_keeps_a_file_or_the_library(index: PaperIndex, tmp_path: Path):
    folder = tmp_path / "kept" / "here"
    folder.mkdir(parents=True)
    table = b"title,abstract\n,No title here.\n"
    contents = {
        "a.csv": table,
        "b.csv.gz": gzip.compress(table),
        "c.pdf": b"%PDF-1.7",
        "d.zip": b"PK\x03\x04" + bytes(40),
        "e.jsonl": b"",
        "f.json": b"{broken",
        "g.csv": b"name,text\n",
        "h.txt": b"milk\neggs\n",
        "i.csv.gz": gzip.compress(table)[:20],
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    files = [*(folder / name for name in contents), folder / "gone.csv"]
    *_, last = add_files(index, files, UISettings())
    (folder / "good.csv").write_text("title,abstract\nWalruses at Sea,Walruses rest.\n")
    command = [sys.executable, "-c", HOLD_LOCK, str(index.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        *_, locked = add_files(index, [folder / "good.csv"], UISettings())
        holder.communicate()
    results = (*last.results, *locked.results)
    assert all(result.failure or result.problems for result in results)
    said = render("upload.html", upload=Upload(results), failure="", place_of=place_of)
    assert str(tmp_path) not in said
    assert "the library" in locked.results[0].failure


def test_a_bomb_is_refused_as_an_upload(index: PaperIndex, tmp_path: Path):
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(b"\n" * 30_000_000))
    *_, last = add_files(index, [tmp_path / "bomb.csv.gz"], UISettings(upload_megabytes=1))
    assert "unpacks to more than" in last.results[0].failure


def test_too_many_and_too_large_files_are_refused(index: PaperIndex, tmp_path: Path):
    large = tmp_path / "large.jsonl"
    large.write_bytes(b" " * (1024 * 1024 + 1))
    settings = UISettings(upload_megabytes=1, upload_files=2)
    *_, last = add_files(index, [large], settings)
    assert "Larger than 1 MB" in last.results[0].failure
    *_, last = add_files(index, [large] * 3, settings)
    assert "2 go at once" in last.results[0].failure
