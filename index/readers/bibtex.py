"""BibTeX and BibLaTeX (.bib), as Zotero, Mendeley, JabRef, Scopus and publishers write it."""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from index.readers.bibtex_values import NEXT_FIELD, as_address, as_text, read_value, split_authors
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.tagged_lines import first_lines

if TYPE_CHECKING:
    from bibtexparser.model import Entry

LONGEST_ENTRY = 1_000_000
"""Characters. More between one `@` and the next means that braces are missing, or that this is no BibTeX."""
MONTHS = {month: month for month in "jan feb mar apr may jun jul aug sep oct nov dec".split()}

START = re.compile(r"\ufeff?[ \t]*@[ \t]*([A-Za-z]+)[ \t]*(?:([{(])|$)")
ENTRY = re.compile(r"^\ufeff?[ \t]*@[ \t]*[A-Za-z]+\s{0,9}[{(]\s{0,9}[^\s,{}()]*\s{0,9}[,=}]", re.MULTILINE)
BETWEEN = re.compile(r"\}[ \t]*(?=@[ \t]*[A-Za-z]+[ \t]*[{(][^\s,{}()]*[,=])")
LOST_FIELD = re.compile(r"\w\s{0,9}=\s{0,9}[{\"\d]")
NO_ENTRIES = ("comment", "preamble", "string")


@dataclass(frozen=True, slots=True)
class Block:
    """What stands from one `@type{` at the beginning of a line to the next; `text` is one line, empty if too long."""

    line: int
    type: str
    text: str
    is_too_long: bool


def is_bibtex(file: SourceFile) -> bool:
    """Whether a line begins an entry: `@article{key,`."""
    return ENTRY.search(first_lines(file)) is not None


def read_bibtex(file: SourceFile) -> Iterator[Row | Trouble]:
    """The entries, also those with the key of an earlier one. Raises ReadError where the file can't be read further."""
    # It logs each entry that it can't parse; here each is a Trouble.
    logging.getLogger("bibtexparser.splitter").setLevel(logging.CRITICAL)
    strings = dict(MONTHS)
    lines_by_key: dict[str, int] = {}
    count = 0
    for block in read_blocks(file):
        for found in read_block(block, strings):
            if isinstance(found, Trouble):
                # A warning comes before its entry or behind it, in the same block.
                count += found.is_lost
                record = count if found.is_lost else max(count, 1)
                yield replace(found, line=block.line, record=record)
                continue
            count += 1
            row, key = dict(found), str(found.get("id", ""))
            if key in lines_by_key:
                reason = f"The key {key[:80]} is that of line {lines_by_key[key]}, too: read without it."
                yield Trouble(reason, block.line, count, "Give one of the two another key.", is_lost=False)
                del row["id"]
            elif key:
                lines_by_key[key] = block.line
            yield Row(row, block.line, count)


def read_blocks(file: SourceFile) -> Iterator[Block]:
    """The file in parts, so that a brace that is missing spoils one entry and not the rest of the file."""
    type, first, size = "", 0, 0
    lines: list[str] = []
    for number, line in entry_lines(file):
        if start := START.match(line):
            if type:
                yield Block(first, type, "" if size > LONGEST_ENTRY else " ".join(lines), size > LONGEST_ENTRY)
            type, first, size = start[1].lower(), number, 0
            line = f"@{start[1]}{start[2] or ''}{line[start.end() :]}"
            lines = []
        size += len(line) + 1
        if type and size <= LONGEST_ENTRY:
            lines.append(line.strip())
    if type:
        yield Block(first, type, "" if size > LONGEST_ENTRY else " ".join(lines), size > LONGEST_ENTRY)


def entry_lines(file: SourceFile) -> Iterator[tuple[int, str]]:
    """The lines of the file, those parted in which an entry ends and another begins."""
    for number, line in file.lines():
        for part in BETWEEN.sub("}\n", line).split("\n") if "@" in line else (line,):
            yield number, part


def read_block(block: Block, strings: dict[str, str]) -> Iterator[Mapping[str, Any] | Trouble]:
    """The entries of a block, most often one, under our names; what it defines is added to `strings`."""
    # Each takes more than 20 ms to import.
    from bibtexparser import model
    from bibtexparser.model import DuplicateFieldKeyBlock, ImplicitComment, ParsingFailedBlock, String
    from bibtexparser.splitter import Splitter

    if block.is_too_long:
        reason = f"The entry has more than {LONGEST_ENTRY // 1_000_000} million characters: is a brace not closed?"
        yield Trouble(reason, remedy="Check its braces.")
        return
    is_parsed = is_refused = False
    for part in Splitter(block.text).split().blocks:
        if isinstance(part, String):
            strings[part.key.casefold()] = read_value(part.value, strings)[0]
        elif isinstance(part, model.Entry):
            yield from read_entry(part, strings)
            is_parsed = True
        elif isinstance(part, DuplicateFieldKeyBlock):
            names = ", ".join(sorted(part.duplicate_keys))
            yield Trouble(f"Fields stand twice in the entry ({names}).", remedy="The first was kept.", is_lost=False)
            if isinstance(entry := part.ignore_error_block, model.Entry):
                yield from read_entry(entry, strings)
                is_parsed = True
        elif isinstance(part, ParsingFailedBlock) and block.type not in NO_ENTRIES:
            reason = str(getattr(part.error, "abort_reason", part.error)).strip().rstrip(".")
            # It was given this entry only.
            reason = reason.replace("Unexpectedly reached end of file", "a brace or quote is not closed")
            yield Trouble(
                f"The entry {name_of(block)} can't be parsed: {reason}.", remedy="Check its braces and commas."
            )
            is_refused = True
        elif isinstance(part, ImplicitComment) and is_parsed and LOST_FIELD.search(part.comment):
            reason = f"Fields stand behind the end of the entry {name_of(block)}: left out."
            yield Trouble(reason, remedy="Is there a brace too many?", is_lost=False)
    if not (is_parsed or is_refused) and block.type not in NO_ENTRIES:
        yield Trouble(f"The entry {name_of(block)} can't be parsed.", remedy="Check its braces and commas.")


def name_of(block: Block) -> str:
    return re.split(r"[\s,]", re.sub(r"@\w+\s*[{(]?\s*", "", block.text[:200], count=1))[0][:80]


def read_entry(entry: "Entry", strings: Mapping[str, str]) -> Iterator[Mapping[str, Any] | Trouble]:
    """The entry, after a warning for each comma that is missing between its fields."""
    values: dict[str, str] = {}
    for field in entry.fields:
        name, text = field.key, field.value
        while True:
            value, rest = read_value(text, strings)
            values.setdefault(name.casefold(), value)
            if not rest:
                break
            following = NEXT_FIELD.match(rest)
            what = f"`{following[1]}` was read" if following else "the rest was left out"
            yield Trouble(f"There is no comma behind the field `{name[:40]}`: {what}.", is_lost=False)
            if not following:
                break
            name, text = following[1], rest[following.end() :]
    row = name_values(entry.entry_type, entry.key, values)
    yield {name: value for name, value in row.items() if value}


def name_values(type: str, key: str, values: Mapping[str, str]) -> dict[str, Any]:
    def text(*names: str) -> str:
        return next((shown for name in names if (shown := as_text(values.get(name, "")).strip())), "")

    title, subtitle = text("title"), text("subtitle")
    archive = text("archiveprefix", "eprinttype").casefold()
    keywords = text("keywords", "keyword", "author_keywords")
    return {
        "title": f"{title}: {subtitle}" if title and subtitle else title,
        "abstract": text("abstract", "abstractnote", "summary"),
        "authors": [name for name in map(as_text, split_authors(values.get("author", ""))) if name],
        "year": text("year", "date"),
        "date": text("date"),
        "doi": as_address(values.get("doi", "")),
        "pmid": text("pmid") or (text("eprint") if archive in ("pubmed", "pmid") else ""),
        "arxiv_id": as_address(values.get("eprint", "")) if archive == "arxiv" else text("arxivid"),
        "url": as_address(values.get("url", "")),
        "journal": text("journaltitle", "journal", "booktitle"),
        "keywords": [word.strip() for word in keywords.split(";" if ";" in keywords else ",") if word.strip()],
        "type": text("type") or type,
        "language": text("langid", "language"),
        "id": key,
    }
