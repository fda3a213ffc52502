"""The files of the made corpus."""

import csv

from bench.made_exports import structured, tables, tagged
from bench.made_exports.made import Layout, Made


def inverted(made: Made) -> str:
    return "; ".join(made.inverted)


def by_initials(made: Made) -> str:
    """As Embase has them: Muster A., Beispiel B."""
    return ", ".join(f"{family} {given[0]}." for given, family in made.authors)


ATOM = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">\n'
ENDNOTE = '<?xml version="1.0" encoding="UTF-8"?><xml><records>'
PUBMED = '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n<PubmedArticleSet>\n'

TAGGED = (
    Layout("bibtex.bib", tagged.bibtex, "% Exported by hand\n\n"),
    Layout("biblatex.bib", tagged.biblatex, line_end="\r\n"),
    Layout("zotero.ris", tagged.ris, encoding="utf-8-sig"),
    Layout("old.ris", tagged.old_ris, encoding="cp1252"),
    Layout("crlf.ris", tagged.ris, "Provider: Nobody\nDatabase: None\n\n", line_end="\r\n"),
    Layout("pubmed.nbib", tagged.medline, "\n"),
    Layout("pubmed-set.txt", tagged.medline, line_end="\r\n"),
    Layout("savedrecs.txt", tagged.web_of_science, "FN Clarivate Analytics Web of Science\nVR 1.0\n", tail="\nEF"),
    Layout("isi.isi", tagged.web_of_science, encoding="utf-8-sig"),
    Layout("endnote.enw", tagged.enw),
    Layout("ovid.txt", tagged.ovid),
)
STRUCTURED = (
    Layout("pubmed.xml", structured.pubmed_xml, PUBMED, tail="\n</PubmedArticleSet>\n", is_by_line=False),
    Layout("jats.xml", structured.jats, "<articles>\n", tail="\n</articles>\n", is_by_line=False),
    Layout("endnote.xml", structured.endnote_xml, ENDNOTE, tail="</records></xml>", is_by_line=False),
    Layout("arxiv.xml", structured.atom, ATOM, tail="\n</feed>", is_by_line=False),
    *(
        Layout(f"{name}.json", structured.as_json(shape), head, ",\n", tail, is_by_line=False)
        for name, shape, head, tail in (
            ("openalex", structured.openalex, '{"meta": {"count": 50}, "results": [', "]}"),
            ("semantic-scholar", structured.semantic_scholar, '{"total": 50, "data": [', "]}"),
            ("crossref", structured.crossref, '{"status": "ok", "message": {"items": [', "]}}"),
            ("csl", structured.csl, "[", "]\n"),
            ("zotero", structured.zotero, '{"config": {}, "items": [', "]}"),
        )
    ),
    *(
        Layout(f"{name}.jsonl", structured.as_json(shape))
        for name, shape in (
            ("openalex", structured.openalex),
            ("s2orc", structured.s2orc),
            ("arxiv", structured.arxiv),
            ("own", structured.own),
        )
    ),
    Layout("papers.tar.gz", structured.as_json(structured.own), pack=tables.as_tar),
)
TABLES = (
    tables.table(
        "scopus.csv",
        "Title|Abstract|Authors|Year|Source title|DOI|Author Keywords|EID",
        lambda made: (
            made.title, made.abstract, "; ".join(f"{family}, {given[0]}." for given, family in made.authors), made.year,
            made.journal, made.doi, "; ".join(made.keywords), f"2-s2.0-{made.number}",
        ),
        encoding="utf-8-sig",
        has_initials=True,
    ),
    tables.table(
        "embase.csv",
        "Title|Abstract|Author Names|Source|DOI|Publication Type",
        lambda made: (
            made.title, made.abstract, by_initials(made), f"{made.journal} ({made.year}) 3:3 (152-160)", made.doi,
            "Article",
        ),
        quoting=csv.QUOTE_ALL,
        has_initials=True,
    ),
    tables.table(
        "ieee.csv",
        "Document Title|Abstract|Authors|Publication Title|Publication Year|DOI|PDF Link",
        lambda made: (
            made.title, made.abstract, "; ".join(made.initialled), made.journal, made.year, made.doi,
            f"https://example.org/{made.number}",
        ),
        quoting=csv.QUOTE_ALL,
        has_initials=True,
    ),
    tables.table(
        "lens.csv",
        "Lens ID|Title|Date Published|Publication Year|Source Title|Abstract|Author/s|DOI",
        lambda made: (
            f"{made.number:03}-000", made.title, f"{made.year}-03-04", made.year, made.journal, made.abstract,
            "; ".join(made.names), made.doi,
        ),
    ),
    tables.table(
        "proquest.csv",
        "Title|Abstract|StoreId|Authors|pubdate|pubtitle|year|digitalObjectIdentifier",
        lambda made: (
            made.title, made.abstract, made.number, inverted(made), f"Mar 4, {made.year}", made.journal, made.year,
            made.doi,
        ),
    ),
    tables.table(
        "cord19.csv",
        "cord_uid|title|doi|abstract|publish_time|authors|journal",
        lambda made: (
            f"c{made.number}", made.title, made.doi, made.abstract, f"{made.year}-03-04", inverted(made), made.journal,
        ),
    ),
    tables.table(
        "savedrecs.tsv",
        "PT|AU|AF|TI|SO|LA|DT|DE|ID|AB|PY|DI|UT",
        lambda made: (
            "J", inverted(made), inverted(made), made.title, made.journal, "English", "Article",
            "; ".join(made.keywords), "", made.abstract, made.year, made.doi, f"WOS:{made.number:015}",
        ),
        "\t",
        quoting=csv.QUOTE_NONE,
        line_end="\r\n",
    ),
    tables.table(
        "semicolons.csv",
        "title|abstract|authors|year|doi",
        lambda made: (made.title, made.abstract, ", ".join(made.names), made.year, made.doi),
        ";",
        encoding="cp1252",
    ),
    tables.table(
        "tabs.tsv",
        "title|abstract|authors|published|doi",
        lambda made: (made.title, made.abstract, " and ".join(made.inverted), f"{made.year}-03-04", made.doi),
        "\t",
    ),
    tables.table(
        "utf16.csv",
        "title|abstract|authors|year|doi",
        lambda made: (made.title, made.abstract, inverted(made), made.year, made.doi),
        encoding="utf-16",
    ),
    tables.table(
        "lists.csv",
        "title|abstract|authors|year|doi",
        lambda made: (made.title, made.abstract, repr(made.names), made.year, made.doi),
    ),
    tables.table(
        "preamble.csv",
        "title|abstract|authors|year|doi",
        lambda made: (made.title, made.abstract, inverted(made), made.year, made.doi),
        preamble="Export of 2026-01-02\n\n",
    ),
    tables.table(
        "packed.zip",
        "title|abstract|authors|year|doi",
        lambda made: (made.title, made.abstract, inverted(made), made.year, made.doi),
        pack=tables.as_zip,
    ),
    tables.table(
        "papers.csv.gz",
        "title|abstract|authors|year|doi",
        lambda made: (made.title, made.abstract, inverted(made), made.year, made.doi),
        pack=tables.as_gzip,
    ),
    tables.table(
        "bars.txt",
        "title|abstract|authors|year|doi",
        lambda made: (made.title, made.abstract, inverted(made), made.year, made.doi),
        "|",
    ),
    Layout(
        "papers.xlsx", tables.workbook, tables.WORKBOOK_HEAD, tail="</sheetData></worksheet>", is_by_line=False,
        first=2, pack=tables.as_workbook,
    ),
)  # fmt: skip
LISTINGS = (
    *(
        Layout(
            name,
            lambda made: f"{made.title}\n\n{made.abstract}\n",
            lacks=frozenset(("authors", "year", "doi")),
        )
        for name in ("listing.txt",)
    ),
)
LAYOUTS: tuple[Layout, ...] = (*TAGGED, *STRUCTURED, *TABLES, *LISTINGS)
