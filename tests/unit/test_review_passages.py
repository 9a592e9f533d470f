"""Evidence as people read it, and months by their names."""

from __future__ import annotations

from mercato.model import Evidence
from review.passages import weighed
from review.words import month_label


def evidence(start: int, text: str, why: str, points: float) -> Evidence:
    return Evidence(start=start, end=start + len(text), text=text, why=why, points=points)


def test_words_that_count_for_one_reason_in_several_places_are_told_once_the_weightiest_first() -> None:
    found = weighed(
        [
            evidence(0, "rejoint", "mover", 1.5),
            evidence(9, "selon", "status-reported", -1.0),
            evidence(20, "rejoint", "mover", 1.0),
            evidence(20, "rejoint", "destination", 2.0),
        ]
    )
    told = [(item.text, item.why, item.points) for item in found]
    assert told == [("rejoint", "mover", 2.5), ("rejoint", "destination", 2.0), ("selon", "status-reported", -1.0)]


def test_months_have_names() -> None:
    assert [month_label("2026-11", language) for language in ("fr", "en")] == ["novembre 2026", "November 2026"]
    assert month_label("2026-11", "fr", short=True) == "nov. 2026"
