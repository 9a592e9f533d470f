"""Invented events read as badly as the matcher was seen to read: how far grouping holds them together.

The floors are those of one seed, a little under what was measured; `script/bench grouping` measures more of them.
"""

from __future__ import annotations

import random

import pytest

from alerts import stories
from benchmarks.grouping import Figures, Rates, figures, misread, world
from tests.quality.test_stories_quality import ITEMS, TRUTH


def _figures(rates: Rates) -> Figures:
    told = world(random.Random(4), 40)
    items = misread(told.items, rates, 4)
    return figures(items, told.truth, stories.group(items))


def test_invented_events_are_grouped_without_fault_when_they_are_read_without() -> None:
    found = _figures(Rates().scaled(0))
    assert (found.f1, found.second_alerts, found.merged) == (pytest.approx(1.0), 0, 0)


def test_events_hold_together_when_one_article_in_two_is_misread() -> None:
    found = _figures(Rates())
    assert found.f1 >= 0.94
    assert found.precision >= 0.98
    assert found.second_alerts <= 0.12 * found.follow_ups


def test_the_labelled_events_hold_together_in_most_readings() -> None:
    readings = [misread(ITEMS, Rates(), seed) for seed in range(10)]
    every = [figures(items, TRUTH, stories.group(items)) for items in readings]
    assert sum(found.f1 for found in every) / len(every) >= 0.9
