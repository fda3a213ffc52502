"""Telling English questions from others."""

import pytest

from rag.text import is_english, name_words


@pytest.mark.parametrize(
    "text",
    [
        "What AUC does ICHPro reach under five-fold cross-validation?",
        "which paper is it",
        "medusa",
        "MHE attention",
        "joint attention gaze",
        "wat persentage of storge dose jinna colbrt v2 saev",
        "Vietnamese intent detection",
        "Does the naïve Bayes baseline by Gödel et al. beat it?",
        "",
        "O(n^2)?",
        "Escherichia coli biofilm",
        "Quercus robur seedlings drought",
        "Drosophila melanogaster circadian",
        "amicus curiae briefs",
        "papers by Müller",
        "What does the Erdős–Rényi model say?",
        "And ductility?",
        "gut microbiota infants",
        "salmonella in poultry",
        "EliteKV?",
        "any limits?",
    ],
)
def test_english_names_keywords_and_misspellings_pass(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Quel classifieur FedLoGe met-il en place pour l'apprentissage fédéré ?",
        "Bei welcher Aufgabe half es, vier Attention-Köpfe anzupassen?",
        "¿Qué conjunto de imágenes de microscopía se presenta junto con ChAda-ViT?",
        "Quali sono i risultati della rete su ImageNet?",
        "Quais são os dados usados para treinar o modelo?",
        "Welke dataset wordt gebruikt door het model voor de evaluatie?",
        "LoRA-Mixer 只用了多少比例的参数就超过了现有最先进的方法？",
        "Mamba を音声に応用した研究は何ですか。",
        "VideoLights को किन डेटासेटों पर परखा गया है?",
        "Какие методы уменьшают кэш?",
        "Hur många patienter deltog i studien?",
        "Vilken metod minskar minnet mest av alla?",
        "Ilu pacjentów wzięło udział w badaniu?",
        "Czy są prace o żywopłotach i ptakach?",
        "Có bao nhiêu bệnh nhân tham gia nghiên cứu?",
        "Giấc ngủ có giúp học từ mới không?",
        "Kuinka monta potilasta osallistui tähän tutkimukseen?",
        "Kuka on tutkinut suolan vaikutusta sammaleeseen?",
        "Berapa banyak pasien yang ikut dalam penelitian ini?",
        "Apakah tidur membantu belajar kata baru?",
        "Hvor mange patienter deltog i forsøget?",
        "Kolik pacientů se zúčastnilo této studie?",
        "Hány beteg vett részt a vizsgálatban?",
        "Bu çalışmaya kaç hasta katıldı acaba?",
        "Câți pacienți au participat la acest studiu?",
        "Hva koster det?",
        "Hvorfor døde fuglene?",
        "Hur fungerar metoden?",
        "Berapa biayanya?",
        "Co to jest?",
        "Miksi linnut kuolivat?",
        "¿Cuánto cuesta?",
        "O ruído prejudica o sono?",
        "Škodí hluk spánku?",
        "Ne kadar tutar?",
    ],
)
def test_other_languages_are_told(text: str) -> None:
    assert not is_english(text)


def test_a_capital_makes_a_name_only_where_the_language_writes_names_so() -> None:
    assert name_words("Welche Wirkung haben Hecken auf den Bruterfolg der Vögel bei Nässe?") == []
    assert name_words("Does the cover change what Reformer and Longformer say?") == ["Reformer", "Longformer"]
