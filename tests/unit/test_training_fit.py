"""The fit of the evidence's points: the pure parts, on samples small enough to be reckoned by hand."""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from pathlib import Path
from types import ModuleType

import pytest

from alerts.lexicon import load_lexicon

PROGRAM = Path(__file__).parents[2] / "training" / "fit_evidence.py"


def load() -> ModuleType:
    """The program as a module; it is in no installed package."""
    spec = importlib.util.spec_from_file_location("fit_evidence", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fit_evidence"] = module
    spec.loader.exec_module(module)
    return module


training = load()
Sample, STEP = training.Sample, training.STEP
GOOD, BAD = frozenset({"good"}), frozenset({"bad"})


def sample(held: frozenset[str], right: bool, *, further: bool = False, weight: float = 1.0) -> object:
    return Sample(flag=right, further=further, weight=weight, candidates=((held, right),))


def test_evidence_of_right_moves_gains_points_and_that_of_wrong_ones_loses() -> None:
    samples = [sample(GOOD, True)] * 40 + [sample(BAD, False)] * 40
    points, _ = training.fit(samples, {"good": 0.0, "bad": 0.0}, {})
    assert points["good"] > 0 > points["bad"]
    assert points["good"] == -points["bad"]


def test_without_samples_the_priors_stay() -> None:
    assert training.fit([], {"good": 1.5, "bad": -0.75}, {})[0] == {"good": 1.5, "bad": -0.75}


def test_few_samples_move_points_less_than_many() -> None:
    few, many = (
        training.fit([sample(GOOD, True), sample(BAD, False)] * times, {"good": 0.0, "bad": 0.0}, {})
        for times in (1, 50)
    )
    assert 0 <= few[0]["good"] < many[0]["good"]


def test_a_weighty_sample_counts_as_often_as_it_weighs() -> None:
    heavy = training.fit(
        [sample(GOOD, True, weight=20.0), sample(BAD, False, weight=20.0)], {"good": 0.0, "bad": 0.0}, {}
    )
    often = training.fit([sample(GOOD, True), sample(BAD, False)] * 20, {"good": 0.0, "bad": 0.0}, {})
    assert heavy[0] == often[0]
    assert heavy[1] == pytest.approx(often[1])


def test_points_are_whole_steps() -> None:
    points, _ = training.fit([sample(GOOD, True)] * 7 + [sample(BAD, False)] * 3, {"good": 0.1, "bad": 0.1}, {})
    assert all(value % STEP == 0 for value in points.values())


def test_wrong_candidates_of_flagged_articles_teach_nothing() -> None:
    """Their labels are silent about movers that the matcher found besides."""
    unsure = Sample(flag=True, further=False, weight=1.0, candidates=((BAD, False),))
    assert training.fit([unsure] * 50, {"good": 0.0, "bad": 1.0}, {})[0]["bad"] == 1.0


def test_fixed_points_explain_their_share() -> None:
    samples = [sample(frozenset({"good", "fixed"}), True)] * 30 + [sample(BAD, False)] * 30
    free, _ = training.fit(samples, {"good": 0.0, "bad": 0.0}, {})
    helped, _ = training.fit(samples, {"good": 0.0, "bad": 0.0}, {"fixed": 6.0})
    assert helped["good"] < free["good"]


def test_a_system_is_solved() -> None:
    assert training._solve([[4.0, 1.0], [1.0, 3.0]], [1.0, 2.0]) == pytest.approx([1 / 11, 7 / 11])


def test_the_best_candidate_speaks_for_the_article() -> None:
    both = Sample(flag=True, further=False, weight=1.0, candidates=((GOOD, True), (BAD, False)))
    assert training.best_score(both, {"good": 2.0, "bad": -1.0}) == 2.0
    assert training.best_score(Sample(True, False, 1.0, ()), {"good": 2.0}) == -math.inf


def test_every_sample_is_scored_once_by_points_fitted_without_it() -> None:
    samples = [sample(GOOD, True)] * 9 + [sample(BAD, False)] * 9
    scored = training.cross_validated(samples, {"good": 0.0, "bad": 0.0}, {})
    assert len(scored) == len(samples)
    assert min(score for one, score in scored if one.flag) > max(score for one, score in scored if not one.flag)


def test_the_threshold_is_the_lowest_that_is_precise_enough() -> None:
    right, wrong = sample(GOOD, True), sample(BAD, False)
    unseen = [(right, 5.0), (right, 4.0), (right, 3.0), (wrong, 2.0), (right, 1.0)]
    assert training.choose_threshold(unseen) == 3.0


def test_the_threshold_keeps_alarms_rare() -> None:
    right, alarm = sample(GOOD, True), sample(BAD, False, further=True)
    # One alarm in 101 further articles is ten per thousand: more than is borne.
    unseen = [(right, 5.0), (alarm, 4.0), *[(alarm, -math.inf)] * 100, *[(right, 3.0)] * 40]
    assert training.choose_threshold(unseen) == 5.0


def test_sealed_tranches_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sealed-99.jsonl"
    path.write_text(json.dumps({"title": "a", "body": "b", "flag": False, "moves": []}), encoding="utf-8")
    with pytest.raises(ValueError, match="a sealed tranche only measures"):
        list(training._samples([path], [], load_lexicon()))


def test_a_labelled_file_becomes_samples(tmp_path: Path) -> None:
    path = tmp_path / "train-99.jsonl"
    told = {"title": "Léa Martin rejoint Qonto comme directrice technique", "body": "", "published": "2026-03"}
    move = {"person": "Léa Martin", "group": None, "background": False}
    rows = [{**told, "flag": True, "moves": [move]}, {**told, "flag": False, "moves": []}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    first, second = training._samples([path], [], load_lexicon())
    assert [right for _, right in first.candidates] == [True]
    assert [right for _, right in second.candidates] == [False]
    assert "in-title" in first.candidates[0][0]


def test_the_table_is_what_the_lexicon_reads() -> None:
    text = training._table({"good": 1.5, "bad": -0.25}, 4.25, 2.0)
    assert text.endswith("[thresholds]\nflag = 4.25\nkeep = 2.0\n\n[points]\ngood = 1.5\nbad = -0.25\n")
    assert text.startswith("# What each piece of evidence is worth")
