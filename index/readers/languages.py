"""Names and codes of languages into the two letters of ISO 639-1."""

import re

LANGUAGES = """
af afr afrikaans · ar ara arabic · bg bul bulgarian · bs bos bosnian · ca cat catalan · cs cze ces czech · da dan
danish · de ger deu german deutsch · el gre ell greek · en eng english · es spa spanish español castilian · et est
estonian · eu baq eus basque · fa per fas persian farsi · fi fin finnish · fr fre fra french français · ga gle irish ·
gl glg galician · he heb hebrew · hi hin hindi · hr hrv scr croatian · hu hun hungarian · hy arm hye armenian · id ind
indonesian · is ice isl icelandic · it ita italian italiano · ja jpn japanese · ka geo kat georgian · kk kaz kazakh ·
ko kor korean · la lat latin · lt lit lithuanian · lv lav latvian · mk mac mkd macedonian · ms may msa malay · nl dut
nld dutch flemish · no nor norwegian nb nob nn nno · pl pol polish · pt por portuguese português · ro rum ron romanian
moldavian · ru rus russian · sk slo slk slovak · sl slv slovenian slovene · sq alb sqi albanian · sr srp scc serbian ·
sv swe swedish · sw swa swahili · th tha thai · tr tur turkish · uk ukr ukrainian · ur urd urdu · vi vie vietnamese ·
zh chi zho cmn chinese mandarin
"""
"""The code, its three letters (bibliographic and of terms) and its names, after ISO 639-2 and what exports write."""


def language_code(name: str) -> str:
    """`English`, `eng`, `en-US`: en. Of several the first; empty for what isn't known."""
    word = re.split(r"[\s,;/_()-]", name.strip().casefold(), maxsplit=1)[0]
    if not word:
        return ""
    for language in LANGUAGES.split("·"):
        if word in (words := language.split()):
            return words[0]
    return ""
