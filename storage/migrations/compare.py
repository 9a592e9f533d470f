"""What Alembic may compare with the tables: everything but the full-text index."""

from __future__ import annotations

from typing import Any

SEARCH_TABLE = "article_search"


def is_ours(_item: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Alembic's include_object: without this it would drop SQLite's FTS shadow tables and PostgreSQL's GIN index."""
    return not (kind in {"table", "index"} and (name or "").removeprefix("ix_").startswith(SEARCH_TABLE))
