"""What a cycle has seen so far, counted while it runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mercato.model import CycleCode, CycleReport, Visited


@dataclass(slots=True)
class Tally:
    """The numbers of a CycleReport in the making, and the names of the outlets that failed."""

    visited: set[str] = field(default_factory=set)  # source ids
    failed: dict[str, str] = field(default_factory=dict)  # source id → outlet's name
    not_modified: int = 0
    pages: int = 0
    articles_new: int = 0
    articles_known: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    lines: list[Visited] = field(default_factory=list)  # what each visit came to
    errors: int = 0  # unexpected ones, of ours: in the log
    fatal: str = ""  # what ended the cycle before its time, for people

    @property
    def code(self) -> CycleCode:
        """How a cycle ended that ran to its end."""
        if self.fatal or (self.failed and self.failed.keys() >= self.visited):
            return CycleCode.FAILED
        return CycleCode.PARTIAL if self.failed or self.errors else CycleCode.OK

    def report(self, code: CycleCode, seconds: float, detail: str = "") -> CycleReport:
        """The finished report."""
        return CycleReport(
            code=code,
            sources=len(self.visited),
            failed=len(self.failed),
            not_modified=self.not_modified,
            pages=self.pages,
            articles_new=self.articles_new,
            articles_known=self.articles_known,
            refused=dict(sorted(self.refused.items())),
            seconds=round(seconds, 3),
            detail=detail or self.fatal or (f"{self.errors} unexpected errors; see the log" if self.errors else ""),
        )
