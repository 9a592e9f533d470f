"""What people's verdicts say of the matcher: measured precision per watch, family of evidence and source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from fastapi import APIRouter, Request
from starlette.responses import Response

from mercato.model import Verdict
from review.rendering import page
from review.room import room_of
from storage import browse, verdicts
from storage.verdicts import Judged

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


def tallies(judged: Iterable[Judged], sorts: Callable[[Judged], Sequence[str]]) -> list[Tally]:
    """Judged stories counted by each of their `sorts`, the most judged first."""
    total: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for one in judged:
        for name in sorts(one):
            total[name] += 1
            kept[name] += one.verdict is Verdict.KEEP
    return [
        Tally(name, number, kept[name]) for name, number in sorted(total.items(), key=lambda item: (-item[1], item[0]))
    ]


@pages.get("/quality")
def quality(request: Request) -> Response:
    """The measured precision, and the last rulings."""
    with room_of(request).news.database.reading() as tx:
        judged = verdicts.judged(tx)
        names = browse.source_names(tx)
        rulings = verdicts.latest(tx, 30)
    overall = tallies(judged, lambda _: ("",))
    causes = Counter(one.cause for one in judged if one.cause)
    return page(
        request,
        "quality.html",
        nav="quality",
        overall=overall[0] if overall else None,
        by_watch=tallies(judged, lambda one: one.watches),
        by_family=tallies(judged, lambda one: one.families),
        by_source=tallies(judged, lambda one: tuple(names.get(source, source) for source in one.sources)),
        causes=causes.most_common(),
        rulings=rulings,
    )
