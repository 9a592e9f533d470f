"""All that is held of a person, for the person who asks (right of access, article 15 of the GDPR)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from mercato.text import sentences
from scheduler.forgetting import dry_case, look
from scheduler.jobs import Newsroom
from storage import outbox, traces
from storage.traces import Concerned, Trace
from storage.veil import Veil

_MOST_PASSAGES = 20  # of one article


def disclose(room: Newsroom, names: Sequence[str], files: Sequence[Path], now: datetime) -> dict[str, Any]:
    """Everything that names the person, as one JSON object: articles with the passages, stories, mails, acts, and all
    other rows; in numbers also the raw pages and files. Raises ObjectionError for names that cannot be looked for.
    """
    case = dry_case(room, names)
    found = look(room, names, files)
    with room.database.reading() as tx:
        hits = list(traces.find(tx, case.veil, Concerned(objection=case.objection)))
        addressed = {hit.key[0]: outbox.addressed(tx, hit.key[0]) for hit in hits if hit.table == "digests"}
    return {
        "person": list(names),
        "at": now,
        "counts": found.figures(),
        "similar_names": found.similar,
        "articles": [_article(hit, case.veil) for hit in hits if hit.table == "articles"],
        "mails": [_mail(hit, addressed[hit.key[0]]) for hit in hits if hit.table == "digests"],
        **_others(hits),
    }


def _article(hit: Trace, veil: Veil) -> dict[str, Any]:
    row = hit.row
    kept = ("id", "url", "outlet", "title", "author", "published", "first_seen", "capture_file")
    body = row["body"]
    passages = [body[start:end] for start, end in sentences(body) if veil.named(body[start:end])]
    return {**{name: row[name] for name in kept}, "passages": passages[:_MOST_PASSAGES]}


def _mail(hit: Trace, addressed: tuple[str, str, tuple[str, ...]] | None) -> dict[str, Any]:
    recipients = len(addressed[2]) if addressed else 0
    return {**{name: hit.row[name] for name in ("id", "watch", "date", "subject")}, "recipients": recipients}


def _others(hits: Sequence[Trace]) -> Mapping[str, list[dict[str, Any]]]:
    """Rows of the other tables, by table: whole where they are stories, else what names the person."""
    found: dict[str, list[dict[str, Any]]] = {}
    for hit in hits:
        if hit.table not in {"articles", "digests"}:
            shown = hit.row if hit.table == "stories" else hit.texts
            found.setdefault(hit.table, []).append({"key": list(hit.key), **shown})
    return found
