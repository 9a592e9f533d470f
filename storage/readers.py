"""What readers said: no more mails, no more of this story, relevant or beside the point; and the key of their links."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, or_, select

from mercato.model import Mute, Verdict
from storage.engine import Transaction
from storage.statements import insert, upsert
from storage.tables import facts, reader_verdicts, story_mutes, suppressions

_KEY = "link_key"


def link_key(tx: Transaction, fresh: str) -> str:
    """The key that signs links in mails: the one in the database, which is `fresh` when there was none yet."""
    statement = insert(tx, facts).values(name=_KEY, value=fresh).on_conflict_do_nothing(index_elements=["name"])
    tx.execute(statement)
    key: str = tx.execute(select(facts.c.value).where(facts.c.name == _KEY)).scalar_one()
    return key


def known_link_key(tx: Transaction) -> str | None:
    """The key that signs links in mails; None while no mail with links has gone out."""
    return tx.execute(select(facts.c.value).where(facts.c.name == _KEY)).scalar()


def suppress(tx: Transaction, watch: str, recipient: str, now: datetime) -> None:
    """Send `recipient` no more of `watch`, whatever the settings say. Again changes nothing."""
    row = {"watch": watch, "recipient": recipient.lower(), "at": now}
    tx.execute(insert(tx, suppressions).values(**row).on_conflict_do_nothing())


def restore(tx: Transaction, watch: str, recipient: str) -> bool:
    """Take back `suppress`; False when there was nothing to take back."""
    theirs = (suppressions.c.watch == watch, suppressions.c.recipient == recipient.lower())
    return tx.execute(delete(suppressions).where(*theirs)).rowcount == 1


def suppressed(tx: Transaction, watch: str) -> frozenset[str]:
    """The addresses, in small letters, that get no more of `watch`."""
    return frozenset(tx.execute(select(suppressions.c.recipient).where(suppressions.c.watch == watch)).scalars())


def mute(tx: Transaction, mute: Mute) -> None:
    """Tell `mute.watch` no more of the story, for good or up to a moment; over what was said before."""
    upsert(tx, story_mutes, [{"watch": mute.watch, "story": mute.story, "until": mute.until}])


def unmute(tx: Transaction, watch: str, story: str) -> bool:
    """Let a watch hear of a story again; False when it was not muted."""
    return (
        tx.execute(delete(story_mutes).where(story_mutes.c.watch == watch, story_mutes.c.story == story)).rowcount == 1
    )


def muted(tx: Transaction, watch: str, now: datetime) -> dict[str, datetime | None]:
    """The stories that `watch` is not told of at `now`, each with the moment until which; None is for good."""
    still = or_(story_mutes.c.until.is_(None), story_mutes.c.until > now)
    columns = (story_mutes.c.story, story_mutes.c.until)
    return {row.story: row.until for row in tx.execute(select(*columns).where(story_mutes.c.watch == watch, still))}


def mutes(tx: Transaction) -> list[Mute]:
    """Every mute, also those whose time has passed, by watch and story."""
    rows = tx.execute(select(story_mutes).order_by(story_mutes.c.watch, story_mutes.c.story))
    return [Mute(watch=row.watch, story=row.story, until=row.until) for row in rows]


def judge(tx: Transaction, watch: str, recipient: str, story: str, verdict: Verdict, now: datetime) -> None:
    """Note what a reader says of a story; the last word counts."""
    row = {"story": story, "watch": watch, "recipient": recipient.lower(), "verdict": verdict.value, "at": now}
    upsert(tx, reader_verdicts, [row])


def verdicts(tx: Transaction, stories: Collection[str]) -> dict[str, dict[Verdict, int]]:
    """How many readers said what of each of `stories`; stories that nobody judged are left out."""
    counted = func.count().label("readers")
    columns = (reader_verdicts.c.story, reader_verdicts.c.verdict)
    statement = select(*columns, counted).where(reader_verdicts.c.story.in_(list(stories))).group_by(*columns)
    found: dict[str, dict[Verdict, int]] = {}
    for row in tx.execute(statement):
        found.setdefault(row.story, {})[Verdict(row.verdict)] = row.readers
    return found
