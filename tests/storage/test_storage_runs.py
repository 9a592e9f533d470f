from __future__ import annotations

from dataclasses import replace

import pytest
from storage_samples import HOUR, MINUTE, NOW

from mercato.errors import StorageError
from mercato.model import CycleCode, CycleReport, FeedOutcome, SourceHealth, Visited
from storage import runs
from storage.engine import Database

REPORT = CycleReport(
    code=CycleCode.PARTIAL, sources=3, failed=1, pages=7, refused={"http-404": 2}, seconds=1.25, detail="éh"
)


def test_runs_come_back_as_they_went_in(database: Database) -> None:
    with database.writing() as tx:
        first = runs.start(tx, NOW)
        second = runs.start(tx, NOW + MINUTE)
        runs.finish(tx, first, REPORT, NOW + MINUTE, ["Le Fil"])
        assert first != second
    with database.reading() as tx:
        killed = runs.RunRecord(id=second, started=NOW + MINUTE, finished=None, report=None)
        whole = runs.RunRecord(id=first, started=NOW, finished=NOW + MINUTE, report=REPORT, failed=("Le Fil",))
        assert runs.last(tx, 5) == [killed, whole]
        assert runs.last(tx, 1) == [killed]


def test_a_run_that_never_began_is_refused(database: Database) -> None:
    with pytest.raises(StorageError, match="cycle 7 was never started"), database.writing() as tx:
        runs.finish(tx, 7, REPORT, NOW, [])


def test_health_of_a_window(database: Database) -> None:
    with database.writing() as tx:
        for after, failed, succeeded in (
            (0, ["Trop tôt"], []),
            (1, ["Panne", "Rétabli"], ["Rechute"]),
            (2, ["Rechute"], ["Rétabli", "Bon"]),
            (3, ["Trop tard"], []),
        ):
            run = runs.start(tx, NOW)
            runs.finish(tx, run, REPORT, NOW + after * HOUR, failed, succeeded)
        runs.start(tx, NOW + HOUR)
        assert runs.health(tx, NOW, NOW + 2 * HOUR) == SourceHealth(checked=4, failed=("Panne", "Rechute"))
        assert runs.health(tx, NOW - HOUR, NOW) == SourceHealth(checked=3, failed=("Trop tôt",))
        assert runs.health(tx, NOW + 5 * HOUR, NOW + 6 * HOUR) == SourceHealth(checked=0)


def test_visits_are_kept_per_source_for_a_while(database: Database) -> None:
    visit = Visited(
        source="fil", at=NOW, outcome=FeedOutcome.FRESH, entries=9, known=7, asked=2, kept=1, skipped={"http-404": 1}
    )
    old = replace(visit, at=NOW - runs.VISITS_KEPT - HOUR)
    with database.writing() as tx:
        runs.record_visits(tx, runs.start(tx, NOW - HOUR), [old], NOW - HOUR)
        runs.record_visits(tx, runs.start(tx, NOW), [visit, replace(visit, source="autre")], NOW)
    with database.reading() as tx:
        assert runs.visits_of(tx, "fil", 10) == [visit]
