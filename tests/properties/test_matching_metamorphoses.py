"""What may vary in an article changes nothing, and what must change something does: on the corpus, at counted rates."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("metamorphoses", HERE / "metamorphoses.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["metamorphoses"] = module
    spec.loader.exec_module(module)
    return module


metamorphoses = load()
SAMPLE = metamorphoses.sample()


def floors(name: str) -> Mapping[str, float]:
    return json.loads((HERE / "metamorphoses.json").read_text(encoding="utf-8"))[name]


def test_no_rate_of_the_sample_is_below_its_floor() -> None:
    counts, _ = metamorphoses.measure(SAMPLE)
    assert metamorphoses.below(floors("sample"), metamorphoses.grouped(counts)) == []


@pytest.mark.slow
def test_no_rate_of_a_sixth_of_the_corpus_is_below_its_floor() -> None:
    counts, _ = metamorphoses.measure(metamorphoses.articles())
    assert metamorphoses.below(floors("broad"), counts) == []


def test_lost_accents_cost_at_most_a_tenth_of_recall() -> None:
    assert min(floors("broad")["recall without accents"], floors("sample")["recall"]) >= 0.9


def test_a_fallen_rate_is_told() -> None:
    count = metamorphoses.Count(holds=8, of=10)
    assert metamorphoses.below({"rename": 0.8}, {"rename": count}) == []
    assert metamorphoses.below({"rename": 0.81}, {"rename": count}) == [
        "rename holds for 0.8 (8 of 10); the floor is 0.81"
    ]
    assert metamorphoses.below({"rename": 0.8}, {}) == ["rename was not counted"]
    assert metamorphoses.below({}, {"rename": count}) == ["rename has no floor; pin it with --update"]


def test_a_matcher_that_heeds_names_would_be_noticed() -> None:
    """The comparison itself can fail: labels of other people are not found in the text."""
    row = next(row for row in SAMPLE if metamorphoses.outcome(row).flag and any(m["person"] for m in row["moves"]))
    moves = [{**move, "person": "Quidam Dupersonne", "group": None} for move in row["moves"]]
    assert metamorphoses.outcome({**row, "moves": moves}) != metamorphoses.outcome(row)


def test_verbs_are_replaced_by_the_same_form_of_their_partner() -> None:
    row = {"title": "A a rejoint B", "body": "Elle quittait C, qui a nommé D. Rejoindre ? Non."}
    changed = metamorphoses.PLAIN["verb of the family"](row)
    assert changed == {"title": "A a rallié B", "body": "Elle délaissait C, qui a désigné D. Rejoindre ? Non."}


# Typography is a matter of folding, which must be exact: here no rate will do.
_STYLES = ["curly", "straight", "nbsp", "nnbsp", "ascii-quotes", "english-quotes"]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(row=st.sampled_from(metamorphoses.articles()), style=st.sampled_from(_STYLES))
@example(row=SAMPLE[0], style="nnbsp")
def test_apostrophes_quotes_and_spaces_change_nothing(row: Mapping[str, object], style: str) -> None:
    variant = metamorphoses.STYLES[f"typography {style}"](row)
    plain = metamorphoses.STYLES["typography straight"](row)
    assert metamorphoses.outcome(variant) == metamorphoses.outcome(plain)
