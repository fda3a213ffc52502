"""Records as XML and JSON have them."""

import html
import json
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from bench.made_exports.made import Made
from bench.made_exports.tagged import latex, wrapped


def pubmed_xml(made: Made) -> str:
    texts = "".join(
        f"<AbstractText{f' Label={quoteattr(label)}' if label else ''}>{escape(text)}</AbstractText>"
        for label, text in made.parts
    )
    people = "".join(
        f"<Author><LastName>{escape(family)}</LastName><ForeName>{given}</ForeName><Initials>{given[0]}</Initials></Author>"
        for given, family in made.authors
    )
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{20_000_000 + made.number}</PMID><Article><Journal><JournalIssue>"
        f"<PubDate><Year>{made.year}</Year></PubDate></JournalIssue><Title>{escape(made.journal)}</Title></Journal>"
        f"<ArticleTitle>{escape(made.title)}</ArticleTitle>{f'<Abstract>{texts}</Abstract>' if made.abstract else ''}"
        f"<AuthorList>{people}</AuthorList><Language>eng</Language></Article></MedlineCitation><PubmedData>"
        f'<ArticleIdList><ArticleId IdType="doi">{made.doi}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>'
    )


def jats(made: Made) -> str:
    parts = "".join(
        f"<sec><title>{label}</title><p>{escape(text)}</p></sec>" if label else f"<p>{escape(text)}</p>"
        for label, text in made.parts
    )
    people = "".join(
        f'<contrib contrib-type="author"><name><surname>{escape(family)}</surname><given-names>{given}</given-names>'
        "</name></contrib>"
        for given, family in made.authors
    )
    return (
        f'<article article-type="research-article"><front><journal-meta><journal-title>{escape(made.journal)}'
        f'</journal-title></journal-meta><article-meta><article-id pub-id-type="doi">{made.doi}</article-id>'
        f"<title-group><article-title>{escape(made.title)}</article-title></title-group><contrib-group>{people}</contrib-group>"
        f'<pub-date pub-type="ppub"><year>{made.year}</year></pub-date><abstract>{parts}</abstract></article-meta>'
        "</front><body><p>The rest.</p></body></article>"
    )


def endnote_xml(made: Made) -> str:
    def styled(text: str) -> str:
        return f'<style face="normal" font="default" size="100%">{escape(text)}</style>'

    people = "".join(f"<author>{styled(name)}</author>" for name in made.inverted)
    return (
        f'<record><ref-type name="Journal Article">17</ref-type><rec-number>{made.number}</rec-number><contributors>'
        f"<authors>{people}</authors></contributors><titles><title>{styled(made.title)}</title><secondary-title>"
        f"{styled(made.journal)}</secondary-title></titles><dates><year>{styled(str(made.year))}</year></dates>"
        f"<electronic-resource-num>{styled(made.doi)}</electronic-resource-num><abstract>{styled(made.abstract)}"
        "</abstract></record>"
    )


def atom(made: Made) -> str:
    people = "".join(f"<author><name>{escape(name)}</name></author>" for name in made.names)
    return (
        f"<entry><id>http://arxiv.org/abs/{made.year % 100:02}03.{10_000 + made.number}v2</id>"
        f"<published>{made.year}-03-04T00:00:00Z</published><updated>2026-01-02T00:00:00Z</updated>"
        f"<title>{wrapped(escape(made.title), '  ')}</title><summary>\n{wrapped(escape(made.abstract), '  ')}\n"
        f"</summary>{people}<arxiv:doi>{made.doi}</arxiv:doi></entry>"
    )


def as_json(shape: Callable[[Made], dict[str, object]]) -> Callable[[Made], str]:
    return lambda made: json.dumps(shape(made), ensure_ascii=made.number % 2 == 0)


def own(made: Made) -> dict[str, object]:
    return {"title": made.title, "abstract": made.abstract, "authors": made.names, "year": made.year, "doi": made.doi}


def openalex(made: Made) -> dict[str, object]:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(made.abstract.split()):
        places.setdefault(word, []).append(place)
    people = [{"author": {"display_name": name}, "raw_author_name": name} for name in made.names]
    names = {"id": f"https://openalex.org/W{made.number}", "doi": f"https://doi.org/{made.doi}", "title": made.title}
    return names | {
        "display_name": made.title, "authorships": people, "publication_year": made.year,
        "abstract_inverted_index": places or None, "type": "article", "language": "en",
    }  # fmt: skip


def semantic_scholar(made: Made) -> dict[str, object]:
    people = [{"authorId": str(place), "name": name} for place, name in enumerate(made.names)]
    ids = {"paperId": f"{made.number:040x}", "externalIds": {"DOI": made.doi}}
    return ids | {"title": made.title, "abstract": made.abstract or None, "authors": people, "year": made.year}


def s2orc(made: Made) -> dict[str, object]:
    people = [{"first": given, "middle": [], "last": family, "suffix": ""} for given, family in made.authors]
    ids = {"paper_id": str(made.number), "mag_id": None, "doi": made.doi}
    return ids | {"title": made.title, "abstract": made.abstract or None, "authors": people, "year": made.year}


def crossref(made: Made) -> dict[str, object]:
    parts = "".join(
        f"<jats:title>{label}</jats:title><jats:p>{html.escape(text, quote=False)}</jats:p>"
        if label
        else f"<jats:p>{html.escape(text, quote=False)}</jats:p>"
        for label, text in made.parts
    )
    people = [{"given": given, "family": family, "sequence": "first"} for given, family in made.authors]
    return {
        "DOI": made.doi, "title": [html.escape(made.title, quote=False)], "author": people, "abstract": parts,
        "issued": {"date-parts": [[made.year, 3]]}, "container-title": [made.journal], "type": "journal-article",
    }  # fmt: skip


def csl(made: Made) -> dict[str, object]:
    people = [{"given": given, "family": family} for given, family in made.authors]
    return {
        "id": f"csl{made.number}", "type": "article-journal", "title": made.title, "abstract": made.abstract,
        "author": people, "issued": {"date-parts": [[str(made.year), 3, 4]]}, "DOI": made.doi,
        "container-title": made.journal,
    }  # fmt: skip


def zotero(made: Made) -> dict[str, object]:
    people = [{"firstName": given, "lastName": family, "creatorType": "author"} for given, family in made.authors]
    return {
        "itemType": "journalArticle", "citationKey": f"zotero{made.number}", "title": made.title, "creators": people,
        "abstractNote": made.abstract, "date": f"{made.year}-03-04", "DOI": made.doi, "tags": [],
    }  # fmt: skip


def arxiv(made: Made) -> dict[str, object]:
    return {
        "id": f"{made.year % 100:02}05.{10_000 + made.number}", "title": wrapped(latex(made.title), "  "),
        "authors": ", ".join(made.names), "authors_parsed": [[family, given, ""] for given, family in made.authors],
        "abstract": f"  {wrapped(latex(made.abstract), '')}\n", "categories": "q-bio.PE", "doi": made.doi,
        "versions": [{"version": "v1", "created": f"Mon, 4 May {made.year} 10:00:00 GMT"}], "update_date": "2026-01-02",
    }  # fmt: skip
