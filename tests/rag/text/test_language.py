"""Telling English questions from others."""

import pytest

from rag.text.words import is_english


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
    ],
)
def test_other_languages_are_told(text: str) -> None:
    assert not is_english(text)
