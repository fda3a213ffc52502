"""XML of arXiv, PubMed, EndNote and journals, read record by record; entities and endless records are refused."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import ReadError
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.xml_files import is_xml, read_xml
from index.readers.xml_records import LARGEST_RECORD, MOST_ELEMENTS

Read = Callable[..., tuple[list[Row], list[Trouble]]]


def in_memory(content: str | bytes, name: str = "export.xml") -> SourceFile:
    written = content.encode() if isinstance(content, str) else content
    return SourceFile(Path(name), lambda: io.BytesIO(written), len(written))


def values_of(content: str) -> dict[str, Any]:
    file = in_memory(content, "export")
    assert is_xml(file)
    (row,) = read_xml(file)
    assert isinstance(row, Row)
    assert row.record == 1
    return {name: value for name, value in row.values.items() if value}


ENTRY = """<entry><id>http://arxiv.org/abs/2101.00001v3</id><updated>2023-05-01T00:00:00Z</updated>
<published>2021-01-01T00:00:00Z</published><title>Weight of
  hedgehogs</title><summary>We weighed them: x &lt; 5.</summary>
<author><name>Anna Muster</name></author><author><name>Bo Beispiel</name></author>
<arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.5555/x</arxiv:doi>
<link href="https://arxiv.org/pdf/2101.00001v3" rel="related"/><link href="https://arxiv.org/abs/2101.00001v3"
rel="alternate"/><category term="q-bio.PE"/></entry>"""
ATOM = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>All</title>{}</feed>'


def test_an_entry_of_arxiv_has_the_year_of_its_first_version() -> None:
    assert values_of(ATOM.format(ENTRY)) == {
        "id": "2101.00001v3",
        "arxiv_id": "2101.00001v3",
        "title": "Weight of hedgehogs",
        "abstract": "We weighed them: x < 5.",
        "authors": ["Anna Muster", "Bo Beispiel"],
        "date": "2021-01-01T00:00:00Z",
        "year": 2021,
        "doi": "10.5555/x",
        "url": "https://arxiv.org/abs/2101.00001v3",
        "topics": ["q-bio.PE"],
    }


PUBMED = """<?xml version="1.0"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/p.dtd">
<PubmedArticleSet>{}</PubmedArticleSet>"""
ARTICLE = """<PubmedArticle><MedlineCitation><PMID Version="1">7</PMID><DateRevised><Year>2025</Year></DateRevised>
<Article><Journal><JournalIssue><PubDate><MedlineDate>2021 Nov-Dec</MedlineDate></PubDate></JournalIssue>
<Title>Journal of Hedgehogs</Title></Journal><ArticleTitle>Weight of <i>Erinaceus</i> in parks</ArticleTitle>
<ELocationID EIdType="pii">S1</ELocationID>
<Abstract><AbstractText Label="AIMS" NlmCategory="OBJECTIVE">To weigh CO<sub>2</sub>.</AbstractText>
<AbstractText Label="RESULTS">Less than 10<sup>-3</sup> of them.</AbstractText>
<CopyrightInformation>Copyright 2021</CopyrightInformation></Abstract>
<AuthorList><Author><LastName>Muster</LastName><ForeName>Anna B</ForeName><Initials>AB</Initials></Author>
<Author ValidYN="N"><LastName>Wrong</LastName></Author><Author><CollectiveName>The Group</CollectiveName></Author>
</AuthorList><Language>eng</Language><PublicationTypeList><PublicationType>Journal Article</PublicationType>
</PublicationTypeList></Article><KeywordList><Keyword>hedgehog</Keyword></KeywordList><MeshHeadingList><MeshHeading>
<DescriptorName>Parks</DescriptorName></MeshHeading></MeshHeadingList></MedlineCitation><PubmedData><ArticleIdList>
<ArticleId IdType="pubmed">7</ArticleId><ArticleId IdType="doi">10.5555/own</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.5555/cited</ArticleId></ArticleIdList></Reference>
</ReferenceList></PubmedData></PubmedArticle>"""


def test_an_article_of_pubmed_has_the_labels_of_its_abstract_and_its_own_doi() -> None:
    assert values_of(PUBMED.format(ARTICLE)) == {
        "id": "7",
        "title": "Weight of Erinaceus in parks",
        "abstract": "AIMS: To weigh CO2. RESULTS: Less than 10^-3 of them.",
        "authors": ["Anna B Muster", "The Group"],
        "date": "2021 Nov-Dec",
        "year": 2021,
        "doi": "10.5555/own",
        "pmid": "7",
        "url": "https://pubmed.ncbi.nlm.nih.gov/7/",
        "journal": "Journal of Hedgehogs",
        "keywords": ["hedgehog"],
        "topics": ["Parks"],
        "type": "Journal Article",
        "language": "eng",
    }


def test_books_of_pubmed_are_read() -> None:
    book = """<PubmedBookArticle><BookDocument><PMID>8</PMID><Book><BookTitle>Hedgehogs</BookTitle><PubDate>
    <Year>2009</Year></PubDate><AuthorList Type="editors"><Author><LastName>Itor</LastName></Author></AuthorList></Book>
    <ArticleTitle>Their weight</ArticleTitle><AuthorList Type="authors"><Author><LastName>Muster</LastName></Author>
    </AuthorList><Abstract><AbstractText>We weighed them.</AbstractText></Abstract></BookDocument>
    </PubmedBookArticle>"""
    values = values_of(PUBMED.format(book))
    assert (values["title"], values["journal"], values["authors"]) == ("Their weight", "Hedgehogs", ["Muster"])
    assert (values["year"], values["abstract"]) == (2009, "We weighed them.")


def test_endnote_xml_is_read_through_its_styles() -> None:
    def styled(text: str) -> str:
        return f'<style face="normal" size="100%">{text}</style>'

    record = f"""<record><rec-number>29</rec-number><ref-type name="Journal Article">17</ref-type><contributors>
    <authors><author>{styled("Muster, A")}</author><author>{styled("Beispiel, B")}</author></authors>
    <secondary-authors><author>{styled("Itor, E")}</author></secondary-authors></contributors>
    <titles><title>{styled("Weight of ")}{styled("hogs")}
    </title><secondary-title>J Hedgehogs</secondary-title></titles><dates><year>{styled("2021")}</year></dates>
    <keywords><keyword>parks</keyword></keywords><abstract>{styled("We weighed them.")}</abstract>
    <urls><related-urls><url>https://www.ncbi.nlm.nih.gov/pubmed/77</url></related-urls></urls>
    <electronic-resource-num>10.5555/x</electronic-resource-num><accession-num>77</accession-num></record>"""
    assert values_of(f"<xml><records>{record}</records></xml>") == {
        "id": "29",
        "title": "Weight of hogs",
        "abstract": "We weighed them.",
        "authors": ["Muster, A", "Beispiel, B"],
        "year": 2021,
        "date": "2021",
        "doi": "10.5555/x",
        "pmid": "77",
        "url": "https://www.ncbi.nlm.nih.gov/pubmed/77",
        "journal": "J Hedgehogs",
        "keywords": ["parks"],
        "type": "Journal Article",
    }


JATS = """<article article-type="research-article" xml:lang="en" xmlns:xlink="http://www.w3.org/1999/xlink"><front>
<journal-meta><journal-title-group><journal-title>Journal of Hedgehogs</journal-title></journal-title-group>
</journal-meta><article-meta><article-id pub-id-type="pmc">PMC5</article-id>
<article-id pub-id-type="doi">10.5555/x</article-id>
<title-group><article-title>Weight of hedgehogs<xref ref-type="fn"><fn>1</fn></xref></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Muster</surname><given-names>Anna</given-names></name>
</contrib><contrib contrib-type="editor"><name><surname>Itor</surname></name></contrib></contrib-group>
<pub-date pub-type="epub"><year>2020</year></pub-date><pub-date pub-type="ppub"><month>1</month><year>2021</year>
</pub-date><abstract abstract-type="graphical"><p>A picture.</p></abstract><abstract><title>Abstract</title><sec>
<title>Aims.</title><p>To weigh.</p><p>Twice.</p></sec><sec><title>Results</title><p>They gained.</p></sec></abstract>
<kwd-group><kwd>parks</kwd></kwd-group></article-meta></front><body><p>Long.</p></body><back><ref-list><ref><article-title>
Another</article-title></ref></ref-list></back><sub-article><front-stub/></sub-article></article>"""


@pytest.mark.parametrize(
    "whole", ["{}", "<pmc-articleset>{}</pmc-articleset>", "<?xml version='1.0'?><OAI><m>{}</m></OAI>"]
)
def test_jats_is_read_alone_and_in_sets(whole: str) -> None:
    assert values_of(whole.format(JATS)) == {
        "id": "PMC5",
        "title": "Weight of hedgehogs",
        "abstract": "Aims: To weigh. Twice. Results: They gained.",
        "authors": ["Anna Muster"],
        "year": 2021,
        "date": "2021",
        "doi": "10.5555/x",
        "url": "https://doi.org/10.5555/x",
        "journal": "Journal of Hedgehogs",
        "keywords": ["parks"],
        "type": "research-article",
        "language": "en",
    }


def test_records_are_numbered_and_a_broken_end_costs_only_what_is_behind_it() -> None:
    rows = read_xml(in_memory(PUBMED.format(ARTICLE + ARTICLE + "<PubmedArticle><A></B>")))
    assert [next(rows).record, next(rows).record] == [1, 2]
    with pytest.raises(ReadError, match=r"is broken XML .*What stood before was read"):
        next(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_the_declared_encoding_counts(encoding: str) -> None:
    content = ATOM.format(ENTRY.replace("Muster", "Müster")).replace('"1.0"', f'"1.0" encoding="{encoding}"')
    (row,) = read_xml(in_memory(content.encode(encoding)))
    assert isinstance(row, Row)
    assert row.values["authors"][0] == "Anna Müster"


def test_an_empty_line_before_the_declaration_does_no_harm() -> None:
    assert values_of("\n \r\n" + ATOM.format(ENTRY))["year"] == 2021


@pytest.mark.parametrize("root", ["lolz", "PubmedArticleSet"])
@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/passwd">']
)
def test_entities_are_refused_with_a_reason(root: str, entity: str) -> None:
    content = f'<?xml version="1.0"?><!DOCTYPE {root} [{entity}]><{root}><PubmedArticle>&b;</PubmedArticle></{root}>'
    file = in_memory(content)
    assert is_xml(file)
    with pytest.raises(ReadError, match="declares entities"):
        list(read_xml(file))


def test_xml_of_another_kind_is_refused_by_the_name_of_its_root() -> None:
    file = in_memory('<?xml version="1.0"?><catalog><book/></catalog>')
    assert is_xml(file)
    with pytest.raises(ReadError, match=r"a kind that isn't read \(catalog\)"):
        list(read_xml(file))


@pytest.mark.parametrize("content", ["<!DOCTYPE html><html><article>A</article></html>", "Title <feed>\nText", "<5 mg"])
def test_pages_and_prose_are_no_xml(content: str) -> None:
    assert not is_xml(in_memory(content, "page.txt"))


class Endless(io.RawIOBase):
    """A beginning, then the same piece again and again."""

    def __init__(self, beginning: bytes, piece: bytes) -> None:
        self._rest = beginning
        self._piece = piece * (1 + 65536 // len(piece))

    def read(self, size: int = -1) -> bytes:
        part, self._rest = self._rest or self._piece, b""
        return part


@pytest.mark.parametrize(("piece", "reason"), [(b"x" * 1000, LARGEST_RECORD // 1_000_000), (b"<a/>", MOST_ELEMENTS)])
def test_a_record_without_end_is_refused_before_it_fills_the_memory(piece: bytes, reason: int) -> None:
    beginning = b"<PubmedArticleSet><PubmedArticle>"
    # To recognise it, two looks at its beginning are taken.
    opened = iter([io.BytesIO(beginning), io.BytesIO(beginning)])
    file = SourceFile(Path("x.xml"), lambda: next(opened, None) or Endless(beginning, piece), 1)
    assert is_xml(file)
    with pytest.raises(ReadError, match=f"more than {reason:,}"):
        list(read_xml(file))


def test_a_thousand_levels_are_refused() -> None:
    with pytest.raises(ReadError, match="levels"):
        list(read_xml(in_memory(PUBMED.format("<PubmedArticle>" + "<a>" * 100_000))))


PIECES = st.sampled_from(
    "<PubmedArticle> </PubmedArticle> <PMID> </PMID> <MedlineCitation> <records><record> </record> <titles><title> "
    "<entry> </entry> <feed> <article> <front><article-meta> </article> <sup> </sup> 1 &amp; &x; <!-- --> <?x?> "
    "<![CDATA[ ]]>".split()
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60) | st.binary(max_size=100))
def test_anything_gives_rows_or_is_refused(content: str | bytes) -> None:
    written = content.encode("utf-8", "replace") if isinstance(content, str) else content
    for whole in (written, b"<PubmedArticleSet>" + written + b"</PubmedArticleSet>", b"<feed>" + written + b"</feed>"):
        try:
            found = list(read_xml(in_memory(whole)))
        except ReadError:
            continue
        assert all(isinstance(one, Row | Trouble) for one in found)
