"""What hosts say of their rules is kept version by version."""

from __future__ import annotations

from dataclasses import replace

from storage_samples import HOUR, NOW

from mercato.model import HostDocument
from storage import rights
from storage.engine import Database

RULES = HostDocument(
    origin="https://fil.example", name="/robots.txt", status=200, text="User-agent: *", first_seen=NOW, last_seen=NOW
)


def test_the_same_again_only_moves_its_last_date(database: Database) -> None:
    again = replace(RULES, first_seen=NOW + HOUR, last_seen=NOW + HOUR)
    with database.writing() as tx:
        rights.keep(tx, RULES)
        rights.keep(tx, again)
    with database.reading() as tx:
        assert rights.history(tx, RULES.origin, RULES.name) == [replace(RULES, last_seen=NOW + HOUR)]


def test_every_version_is_kept_and_the_newest_counts(database: Database) -> None:
    changed = replace(RULES, text="User-agent: *\nDisallow: /", first_seen=NOW + HOUR, last_seen=NOW + HOUR)
    back = replace(RULES, first_seen=NOW + 2 * HOUR, last_seen=NOW + 2 * HOUR)
    with database.writing() as tx:
        for version in (RULES, changed, back):
            rights.keep(tx, version)
    with database.reading() as tx:
        assert rights.newest(tx, RULES.origin, RULES.name) == back
        assert rights.history(tx, RULES.origin, RULES.name) == [back, changed, RULES]
        assert rights.newest(tx, "https://autre.example", "/robots.txt") is None
