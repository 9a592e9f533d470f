"""Labelled articles become samples: who is who, and what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.article import Article
from alerts.matching.judging import set_scene
from alerts.matching.reading import read
from training.labels import same_amount, same_organisation, same_person, same_role
from training.samples import article_samples, example_rows, label_of, samples

LEXICON = load_lexicon()
ROW = {
    "title": "Ana Lopes quitte Criteo pour Qonto",
    "body": "Selon son président Hugo Ferrand, Ana Lopes touchera 300 000 euros par an.",
    "published": "2026-03-01",
    "flag": True,
    "moves": [
        {
            "person": "Ana Lopes",
            "origin": "Criteo",
            "destination": "Qonto",
            "role": None,
            "status": "confirmed",
            "amount": {"min": 300000, "max": 300000, "currency": "EUR", "period": "year"},
            "background": False,
        }
    ],
}


def test_the_labelled_person_is_the_mover_and_the_others_are_not() -> None:
    article = Article(read(str(ROW["title"]), str(ROW["body"]), LEXICON), LEXICON)
    found = {party.name: label_of(party, ROW) for party in set_scene(article, None).parties.movers}
    assert found["Ana Lopes"] == ROW["moves"][0]
    assert found["Hugo Ferrand"] is None


def test_samples_hold_the_right_answer_of_every_question() -> None:
    found = article_samples(ROW, False)
    right = {question: [s.right for s in found if s.question == question] for question in {s.question for s in found}}
    assert right["mover"].count(True) == 1
    assert right["origin"].count(True) == right["destination"].count(True) == 1
    assert right["pay"] == [True]
    assert right["status-confirmed"] == [True]
    assert right["status-denied"] == [False]


def test_further_articles_have_wrong_movers_only() -> None:
    found = article_samples(ROW, True)
    assert {sample.question for sample in found} == {"mover"}
    assert not any(sample.right for sample in found)


def test_an_article_whose_mover_was_not_found_teaches_nothing() -> None:
    assert article_samples({**ROW, "moves": [{**ROW["moves"][0], "person": "Zoé Absente"}]}, False) == []


def test_every_frame_gives_its_counter_example() -> None:
    rows = list(example_rows(LEXICON))
    assert sum(not row["flag"] for row in rows) == 2 * len(LEXICON.frames)
    assert not any("{" in row["title"] + row["body"] for row in rows)


def test_sealed_tranches_are_refused(tmp_path: Path) -> None:
    sealed = tmp_path / "sealed-01.jsonl"
    sealed.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="only measures"):
        list(samples([sealed], []))


def test_comparisons_are_as_lenient_as_a_reader() -> None:
    assert same_person(["Ana Lopes"], "A. Lopes")
    assert not same_person(["Ana Lopes"], "Hugo Lopes")
    assert same_organisation("Google DeepMind", "Google")
    assert not same_organisation("Google", None)
    assert same_role("directrice technique", "la direction technique")
    assert same_role(None, "pilote")
    assert not same_amount({"min": 1, "max": 1, "currency": "EUR"}, {"min": 1, "max": 1, "currency": "USD"})
