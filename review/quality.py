"""What people's verdicts say of the matcher: measured precision per watch, family of evidence and source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

from fastapi import APIRouter, Request
from starlette.responses import Response

from alerts.reasons import evidence_label
from review.rendering import page
from review.room import room_of, visitor_of
from storage import browse, precision, verdicts
from storage.precision import By

pages = APIRouter(include_in_schema=False)

_Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Tally:
    """How many stories of a sort were judged, and how many kept."""

    name: str
    judged: int
    kept: int

    @property
    def precision(self) -> float:
        """The kept share."""
        return self.kept / self.judged

    @property
    def interval(self) -> tuple[float, float]:
        """Between which bounds the true share lies, at 95 %. Source: E. B. Wilson, JASA 22 (1927), 209-212."""
        n, share = self.judged, self.precision
        centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        return max(0.0, centre - half), min(1.0, centre + half)


@pages.get("/quality")
def quality(request: Request) -> Response:
    """The measured precision, and the last rulings."""
    language = visitor_of(request).language
    with room_of(request).news.database.reading() as tx:
        overall = precision.overall(tx)
        sorts = {by: [Tally(*counted) for counted in precision.counted(tx, by)] for by in By}
        causes = precision.causes(tx)
        names = browse.source_names(tx)
        rulings = verdicts.latest(tx, 30)
    return page(
        request,
        "quality.html",
        nav="quality",
        overall=Tally(*overall) if overall.judged else None,
        by_watch=sorts[By.WATCH],
        by_family=[replace(tally, name=evidence_label(tally.name, language)) for tally in sorts[By.FAMILY]],
        by_source=[replace(tally, name=names.get(tally.name, tally.name)) for tally in sorts[By.SOURCE]],
        causes=causes,
        rulings=rulings,
    )
