"""What there is to do, as one machine or several hand it on: values only.

Where one process does everything it does the next step itself, and a machine that was switched off finds in the
database what it owes. Where several machines share an archive each step is handed on as a job, in the transaction
that makes it due: `scheduler.queue`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from storage.engine import Transaction


class Task(StrEnum):
    """The kinds of work; the values name jobs in the database."""

    CRAWL = "crawl"  # visit the due feeds of one host
    MATCH = "match"  # judge what is not judged
    JOIN = "join"  # put judgements into stories
    COMPOSE = "compose"  # freeze what one watch is owed
    SEND = "send"  # hand over what waits
    REPROCESS = "reprocess"  # do one part of the archive again
    PRUNE = "prune"  # let go of what was kept long enough, jobs that failed included
    BACKUP = "backup"  # make the backup that is owed


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work. Doing it twice does no harm; doing it never is made up for by the next plan."""

    task: Task
    subject: str = ""  # the host, the watch or the part of the archive

    @property
    def name(self) -> str:
        """What tells it from other work: of one name only one piece waits at a time."""
        return f"{self.task}:{self.subject}" if self.subject else str(self.task)

    @property
    def alone(self) -> bool:
        """Whether no two workers may do it at once. Senders share their work among themselves, by parcels on loan."""
        return self.task is not Task.SEND


Defer = Callable[[Transaction, Work], None]
"""Hands work on, if and when the transaction is committed."""


def nobody(tx: Transaction, work: Work) -> None:
    """There is nobody to hand it to: this process does it next, or the next one that starts."""
