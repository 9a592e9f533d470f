"""What following a feed would bring: a cycle over it alone, into an archive that is thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from mercato.model import Article, CycleReport, FeedState, Judgement, Source
from mercato.settings import ServiceSettings, StorageSettings
from scheduler.cycle import run_cycle
from scheduler.jobs import Newsroom, judge
from storage import articles, feeds
from storage.engine import open_database

_PATIENCE = 30.0  # seconds: who waits for a page waits no longer, and what was read by then is shown
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a cycle over one feed saw and kept, and what the matcher makes of it."""

    source: Source
    state: FeedState | None  # None: it was not even asked
    report: CycleReport
    judged: tuple[tuple[Article, Judgement], ...]  # the newest first


def preview(room: Newsroom, source: Source) -> Preview:
    """Visit `source` with the manners, limits and guards of every cycle. Nothing of it reaches the archive.

    Never raises for what the site does: state and report tell.
    """
    with TemporaryDirectory(prefix="mercato-preview-") as folder:
        crawl = room.settings.crawl.model_copy(update={"catalogue": False})
        # On its own, whoever shares the work: a database that is thrown away has neither turns of hosts nor a queue.
        apart = {"folder": Path(folder), "storage": StorageSettings(archive=""), "service": ServiceSettings()}
        settings = room.settings.model_copy(update={**apart, "crawl": crawl, "sources": (source,)})
        report = run_cycle(settings, deadline=_PATIENCE)
        with open_database(settings.database_url) as database, database.reading() as tx:
            state, found = feeds.states(tx).get(source.id), articles.latest(tx, _SHOWN)
    judged = tuple((article, judge(article, room.lexicon)) for article in found)
    return Preview(source=source, state=state, report=report, judged=judged)
