"""Watches that people made on the page, and searches that they saved there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from mercato.model import Status, Watch
from storage.engine import Transaction
from storage.statements import upsert
from storage.tables import own_watches, saved_searches

_KNOWN = frozenset(field.name for field in fields(Watch))


def every(tx: Transaction) -> tuple[Watch, ...]:
    """The watches that were made on the page, by name."""
    rows = tx.execute(select(own_watches).order_by(own_watches.c.name))
    return tuple(_watch(row.name, row.fields) for row in rows)


def beside(tx: Transaction, configured: Sequence[Watch]) -> tuple[Watch, ...]:
    """The watches `configured` in the settings file and, behind them, those made on the page under other names."""
    taken = {watch.name for watch in configured}
    return (*configured, *(watch for watch in every(tx) if watch.name not in taken))


def save(tx: Transaction, watch: Watch, at: datetime, by: str) -> None:
    """Keep `watch` in place of the one of its name that was made on the page."""
    wanted = {name: value for name, value in asdict(watch).items() if name != "name"}
    upsert(tx, own_watches, [{"name": watch.name, "fields": wanted, "changed": at, "by": by}])


def remove(tx: Transaction, name: str) -> bool:
    """Forget the watch of that name; returns whether there was one. What it was told stays in the ledger."""
    return bool(tx.execute(delete(own_watches).where(own_watches.c.name == name)).rowcount)


def _watch(name: str, kept: Mapping[str, Any]) -> Watch:
    """The watch as it was saved; fields that this program does not know, of a newer one, are left out."""
    known: dict[str, Any] = {}
    for key in kept.keys() & _KNOWN:
        known[key] = tuple(kept[key]) if isinstance(kept[key], list) else kept[key]
    known["statuses"] = tuple(Status(status) for status in known.get("statuses", ()))
    known["instant_status"] = Status(known.get("instant_status", Status.CONFIRMED))
    return Watch(name=name, **known)


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that people come back to."""

    name: str
    asked: Mapping[str, str]  # the filters as the archive's address has them


def searches(tx: Transaction) -> list[SavedSearch]:
    """The saved searches, by name."""
    rows = tx.execute(select(saved_searches).order_by(saved_searches.c.name))
    return [SavedSearch(row.name, row.asked) for row in rows]


def save_search(tx: Transaction, search: SavedSearch, at: datetime, by: str) -> None:
    """Keep `search` in place of the one of its name."""
    upsert(tx, saved_searches, [{"name": search.name, "asked": dict(search.asked), "saved": at, "by": by}])


def remove_search(tx: Transaction, name: str) -> None:
    """Forget the search of that name."""
    tx.execute(delete(saved_searches).where(saved_searches.c.name == name))
