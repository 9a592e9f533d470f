"""Labelled articles become samples: who is who, and what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.lexicon import load_lexicon
from alerts.matching.article import Article
from alerts.matching.features import TOPIC
from alerts.matching.judging import set_scene
from alerts.matching.reading import read
from training.choice import fit_posts
from training.fit import can_be_learnt
from training.joint import fit_sides
from training.labels import same_amount, same_organisation, same_person, same_role
from training.samples import Choice, Sample, Sides, Source, article_samples, example_rows, grafted, label_of, samples

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
    found = article_samples(ROW, Source.LABELLED)
    answers = [sample for sample in found if isinstance(sample, Sample)]
    right = {
        question: [s.right for s in answers if s.question == question] for question in {s.question for s in answers}
    }
    assert right["mover"].count(True) == 1
    assert right["beside"] == right["mover"]
    beside = [name for sample in answers if sample.question == "beside" for name in sample.features]
    assert not [name for name in beside if name.startswith(TOPIC)]
    (sides,) = [sample for sample in found if isinstance(sample, Sides)]
    assert (sides.origin, sides.destination) == ({0}, {1})
    assert right["pay"] == [True]
    assert right["status-confirmed"] == [True]
    assert right["status-denied"] == [False]


def test_further_articles_have_wrong_movers_only() -> None:
    found = article_samples(ROW, Source.FURTHER)
    assert found
    assert all(isinstance(s, Sample) and s.question in {"gate", "mover"} and not s.right for s in found)


def test_a_firm_that_the_text_calls_otherwise_is_right_by_that_name_and_an_unseen_one_is_unknown() -> None:
    move = {**ROW["moves"][0], "origin": "Groupe Nordet", "destination": "Introuvable"}
    row = {**ROW, "moves": [move], "aliases": {"Groupe Nordet": ["Criteo"]}}
    (sides,) = [sample for sample in article_samples(row, Source.LABELLED) if isinstance(sample, Sides)]
    assert (sides.origin, sides.destination) == ({0}, None)


def test_short_labelled_articles_go_on_with_a_strangers_text() -> None:
    rows = [{**ROW, "id": f"train-00-{number:03}"} for number in range(20)]
    stranger = {"title": "Autre", "body": "Premier paragraphe.\n" + "La suite du marché. " * 80}
    found = list(grafted(rows, [stranger]))
    assert 0 < len(found) < len(rows)
    assert all(row["moves"] == ROW["moves"] and row["body"].startswith(ROW["body"]) for row in found)
    assert all("La suite du marché" in row["body"] and "Premier" not in row["body"] for row in found)


def test_the_posts_that_a_label_accepts_are_right_and_an_unseen_one_is_none() -> None:
    body = "Ana Lopes y devient directrice des ventes. Hugo Ferrand y restera trésorier."
    for label, right in (("directrice des ventes", 1), ("porte-parole", 0)):
        row = {**ROW, "body": body, "moves": [{**ROW["moves"][0], "role": label}]}
        (choice,) = [sample for sample in article_samples(row, Source.LABELLED) if isinstance(sample, Choice)]
        assert choice.told
        assert len(choice.right) == right < len(choice.posts)


def test_the_fit_of_posts_learns_which_of_them_is_taken() -> None:
    def mover(*, told: bool) -> Choice:
        posts = (frozenset({"held=coming"}), frozenset({"held=former"}))
        return Choice(posts[not told :], frozenset({0} if told else ()), told, Source.LABELLED)

    points = fit_posts([mover(told=True), mover(told=False)] * 20)
    assert points["held=coming"] + points[""] > 0 > points["held=former"] + points[""]


def test_the_joint_fit_learns_which_side_is_which() -> None:
    def mover(first: str, second: str) -> Sides:
        seen = tuple((frozenset({"known"}), (frozenset({word}),)) for word in (first, second))
        return Sides(frozenset(), seen, frozenset({first == "pour"}), frozenset({second == "pour"}), Source.LABELLED)

    tables = fit_sides([mover("quitte", "pour"), mover("pour", "quitte")] * 20)
    assert tables["origin"]["quitte"] > 0 > tables["origin"]["pour"]
    assert tables["destination"]["pour"] > 0 > tables["destination"]["quitte"]
    assert tables["sides"]["neither:"] < 0


def test_an_article_whose_mover_was_not_found_teaches_the_gate_alone() -> None:
    (found,) = article_samples({**ROW, "moves": [{**ROW["moves"][0], "person": "Zoé Absente"}]}, Source.LABELLED)
    assert isinstance(found, Sample)
    assert (found.question, found.right) == ("gate", True)


def test_a_question_with_one_answer_only_is_not_fitted() -> None:
    own = [sample for sample in article_samples(ROW, Source.LABELLED) if isinstance(sample, Sample)]
    further = [sample for sample in article_samples(ROW, Source.FURTHER) if isinstance(sample, Sample)]
    gate = [sample for sample in (*own, *further) if sample.question == "gate"]
    assert not can_be_learnt(gate[:1])
    assert can_be_learnt(gate)


def test_labelled_articles_without_a_move_teach_the_gate_nothing() -> None:
    found = article_samples({**ROW, "flag": False, "moves": []}, Source.LABELLED)
    assert found
    assert not [sample for sample in found if isinstance(sample, Sample) and sample.question == "gate"]


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
