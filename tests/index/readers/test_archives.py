"""What is packed is read as if it were not; what is not papers, damaged or a bomb is named, and costs no memory."""

import bz2
import contextlib
import gzip
import io
import json
import lzma
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Paper, Problem, ReadError
from index.readers import Limits, read_papers

CASES = Path(__file__).parent / "cases"
ABSTRACT = "Hedgehogs were weighed in forty parks. They weigh 800 g in May and 1.2 kg in October."


def table(*titles: str) -> bytes:
    return "".join(["title,abstract\n", *(f"{title},{ABSTRACT}\n" for title in titles)]).encode()


def zipped(file: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file


def tarred(file: Path, mode: str, members: dict[str, bytes]) -> Path:
    with tarfile.open(file, mode) as packed:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return file


def read(file: Path, limits: Limits = Limits()) -> tuple[list[str], dict[str, str]]:  # noqa: B008
    """The titles, and what is said of each file within the folder of `file`."""
    found = list(read_papers(file, limits))
    named = {str(one.file.relative_to(file.parent)): one.message for one in found if isinstance(one, Problem)}
    return [one.title for one in found if isinstance(one, Paper)], named


def test_the_case_of_a_packed_table_is_one_paper() -> None:
    (paper,) = read_papers(CASES / "a19.csv.gz")
    assert isinstance(paper, Paper)
    assert paper.abstract


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["papers.csv.packed", "papers"])
def test_one_packed_file_is_read_whatever_it_is_called(
    tmp_path: Path, compress: Callable[[bytes], bytes], name: str
) -> None:
    (tmp_path / name).write_bytes(compress(table("One", "Two")))
    assert read(tmp_path / name) == (["One", "Two"], {})


def test_packed_files_that_were_joined_are_read_to_the_end(tmp_path: Path) -> None:
    lines = [json.dumps({"title": title, "abstract": ABSTRACT}).encode() + b"\n" for title in ("One", "Two")]
    (tmp_path / "papers.jsonl.gz").write_bytes(b"".join(map(gzip.compress, lines)))
    assert read(tmp_path / "papers.jsonl.gz") == (["One", "Two"], {})


def test_a_large_packed_file_is_read_whole(tmp_path: Path) -> None:
    titles = [f"Number {number}" for number in range(50_000)]
    (tmp_path / "papers.csv.gz").write_bytes(gzip.compress(table(*titles), 1))
    assert read(tmp_path / "papers.csv.gz") == (titles, {})


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_files_of_an_archive_are_read_and_named_with_it(tmp_path: Path, mode: str) -> None:
    members = {"deep/a.csv": table("One"), "b.csv": b"title,abstract\nTwo,\n", "photo.png": b"\x89PNG\r\n\x1a\n\0\0"}
    titles, named = read(tarred(tmp_path / "papers", mode, members))
    assert titles == ["One"]
    assert named == {
        "papers/b.csv": "There is no abstract.",
        "papers/photo.png": "It looks like an image (PNG).",
    }
    assert (titles, named) == read(zipped(tmp_path / "papers", **members))


def test_an_archive_in_an_archive_is_read_and_one_further_down_is_not(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", **{"a.csv": table("One")}).read_bytes()
    packed = gzip.compress(table("Two"))
    middle = zipped(tmp_path / "middle.zip", **{"inner.zip": inner}).read_bytes()
    outer = zipped(tmp_path / "outer.zip", **{"inner.zip": inner, "b.csv.gz": packed, "middle.zip": middle})
    titles, named = read(outer)
    assert titles == ["One", "Two"]
    assert list(named) == ["outer.zip/middle.zip/inner.zip"]
    assert "archive in an archive in an archive" in named["outer.zip/middle.zip/inner.zip"]


def test_names_in_an_archive_are_only_names(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    members = {"../../out.csv": b"title,abstract\nOne,\n", "/etc/out.csv": b"title,abstract\nTwo,\n"}
    before = set(tmp_path.rglob("*"))
    found = list(read_papers(tarred(tmp_path / "in" / "papers.tar", "w", members)))
    assert [str(one.file) for one in found if isinstance(one, Problem)] == [
        f"{tmp_path}/in/papers.tar/../../out.csv",
        f"{tmp_path}/in/papers.tar/etc/out.csv",
    ]
    assert set(tmp_path.rglob("*")) == before | {tmp_path / "in" / "papers.tar"}


def test_links_hidden_files_and_what_a_mac_adds_are_named_and_left_out(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "papers.tar", "w") as packed:
        link = tarfile.TarInfo("link.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(link)
        for name in ("__MACOSX/._a.csv", ".git/config"):
            packed.addfile(tarfile.TarInfo(name))
    titles, named = read(tmp_path / "papers.tar")
    assert titles == []
    assert "link or a device" in named["papers.tar/link.csv"]
    assert "hidden" in named["papers.tar/__MACOSX/._a.csv"]
    assert "hidden" in named["papers.tar/.git/config"]


def test_an_encrypted_file_is_named_and_the_others_go_in(tmp_path: Path) -> None:
    file = zipped(tmp_path / "papers.zip", **{"a.csv": table("One"), "b.csv": table("Two")})
    content = bytearray(file.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(content)
    titles, named = read(file)
    assert titles == ["Two"]
    assert named == {"papers.zip/a.csv": "It is encrypted."}


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_of_a_packed_file_that_is_cut_off_the_beginning_is_read_and_the_rest_told(
    tmp_path: Path, compress: Callable[[bytes], bytes]
) -> None:
    lines = [json.dumps({"title": f"Number {n * n}", "abstract": ABSTRACT * (n % 7)}) for n in range(1, 30_000)]
    packed = compress("\n".join(lines).encode())
    (tmp_path / "papers.jsonl").write_bytes(packed[: len(packed) // 2])
    found = list(read_papers(tmp_path / "papers.jsonl"))
    assert sum(isinstance(one, Paper) for one in found) > 500
    assert "ends too soon" in str(found[-1])


def test_damage_to_one_file_of_an_archive_costs_only_that_file(tmp_path: Path) -> None:
    file = zipped(tmp_path / "papers.zip", **{"a.csv": table("One"), "b.csv": table("Two")})
    content = bytearray(file.read_bytes())
    content[50] ^= 0xFF
    file.write_bytes(content)
    titles, named = read(file)
    assert titles == ["Two"]
    assert "is damaged" in named["papers.zip/a.csv"]


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"", mtime=0)[:5],
        b"PK\x03\x04" + b"\0" * 40,
        lzma.compress(b"x")[:20],
        b"BZh91AY&SY" + b"\xff" * 30,
    ],
)
def test_a_broken_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "papers").write_bytes(content)
    with pytest.raises(ReadError, match="damaged"):
        read(tmp_path / "papers")


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="without files"):
        read(zipped(tmp_path / "papers.zip"))


# -- bombs ----------------------------------------------------------------------------------------------------------

TIGHT = Limits(files=10, total=50_000_000, ratio=20, free=1_000_000)


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_what_unpacks_to_far_more_than_papers_do_is_refused(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    (tmp_path / "bomb.csv.gz").write_bytes(compress(b"\n" * 5_000_000))
    with pytest.raises(ReadError, match="unpacks to more than 1 MB"):
        read(tmp_path / "bomb.csv.gz", TIGHT)


def test_a_bomb_of_many_small_parts_or_deeper_down_is_refused(tmp_path: Path) -> None:
    part = b"\n" * 300_000
    many = zipped(tmp_path / "many.zip", **{f"{number}.csv": part for number in range(6)})
    packed = zipped(tmp_path / "deep.zip", **{"bomb.csv.gz": gzip.compress(b"\n" * 5_000_000)})
    crowd = zipped(tmp_path / "crowd.zip", **{f"{number}.csv": table("One") for number in range(11)})
    for file, reason in ((many, "unpacks to more"), (packed, "unpacks to more"), (crowd, "more than 10 files")):
        with pytest.raises(ReadError, match=reason):
            read(file, TIGHT)


IN_LITTLE_MEMORY = """
import resource, sys
from pathlib import Path
from index.readers import find_files, read_papers
from index import Problem, ReadError

list(read_papers(Path(sys.argv[1])))
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 150_000_000,) * 2)
try:
    for file in find_files(sys.argv[2]):
        for one in read_papers(file):
            if isinstance(one, Problem):
                print(one)
except ReadError as error:
    print(error)
"""
"""Reads a small file first, so that all is imported, then the other in 150 MB more."""


def read_in_little_memory(file: str, small: Path, stdin: bytes | None = None) -> str:
    small.write_bytes(table("One"))
    command = [sys.executable, "-c", IN_LITTLE_MEMORY, str(small), file]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def packed_bytes(*pieces: bytes, size: int) -> bytes:
    """A gzip of as many bytes, the pieces and then the last again and again, made in little memory."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="w", compresslevel=1) as stream:
        for piece in pieces:
            stream.write(piece)
        for _ in range(size // len(pieces[-1])):
            stream.write(pieces[-1])
    return packed.getvalue()


needs_limits = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="RLIMIT_AS and /proc are Linux's")
NOISE = bytes(range(97, 123)) * 40_000
LONG = bytes((number * number) % 26 + 97 for number in range(1_000_000))


@needs_limits
@pytest.mark.parametrize("start", [b'{"title": "', b"title,abstract\n", b"A title\n", b"TY  - JOUR\nTI  - ", b""])
def test_a_line_of_300_megabytes_is_refused_in_little_memory(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "line.txt").write_bytes(start)
    with (tmp_path / "line.txt").open("r+b") as file:
        file.seek(len(start))
        for _ in range(300):
            file.write(LONG)
    said = read_in_little_memory(str(tmp_path / "line.txt"), tmp_path / "small.csv")
    assert "line" in said or "MB" in said or "column" in said
    assert len(said) < 1000


@needs_limits
def test_a_bomb_is_refused_in_little_memory(tmp_path: Path) -> None:
    (tmp_path / "bomb.gz").write_bytes(packed_bytes(b"\n" * 1_000_000, size=300_000_000))
    assert "unpacks to more than" in read_in_little_memory(str(tmp_path / "bomb.gz"), tmp_path / "small.csv")


@needs_limits
def test_a_pipe_is_read_in_little_memory(tmp_path: Path) -> None:
    lines = (json.dumps({"title": "One", "abstract": ABSTRACT * 10}).encode() + b"\n") * 25_000
    assert len(lines) > 20_000_000
    assert read_in_little_memory("-", tmp_path / "small.csv", stdin=lines + b"{broken\n").count("\n") == 1


def test_a_table_of_100_000_columns_is_refused(tmp_path: Path) -> None:
    names = ",".join(["title", "abstract", *(f"c{number}" for number in range(100_000))])
    (tmp_path / "wide.csv").write_text(f"{names}\nOne,{ABSTRACT}\n")
    with pytest.raises(ReadError, match="100,002 columns"):
        read(tmp_path / "wide.csv")


@given(st.binary(max_size=200), st.sampled_from([gzip.compress, bz2.compress, lzma.compress]), st.integers(0, 10**6))
def test_any_damage_is_our_own_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, compress: Callable[[bytes], bytes], place: int
) -> None:
    folder = tmp_path_factory.mktemp("damage")
    archive = zipped(folder / "a.zip", **{"a.csv": table("One"), "b": content}).read_bytes()
    tar = tarred(folder / "a.tar", "w", {"a.csv": table("One"), "b": content}).read_bytes()
    for whole in (compress(table("One") + content), archive, tar):
        broken = bytearray(whole)
        broken[place % len(broken)] ^= 1 + place % 255
        (folder / "x").write_bytes(broken)
        with contextlib.suppress(ReadError):
            assert all(isinstance(found, Paper | Problem) for found in read_papers(folder / "x"))
