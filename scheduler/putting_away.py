"""Closed WARC files on their way to the store that captures in [storage] names; each machine moves its own."""

from __future__ import annotations

import logging

from mercato.errors import ArchiveError
from mercato.settings import Settings
from storage.raw_archive import raw_archive

SECONDS = 300
"""Between two looks at what was closed: a file is as long here and in no other place."""

log = logging.getLogger(__name__)


def put_away(settings: Settings) -> int:
    """Move what was closed to the store, if there is one; returns how many files were moved.

    What cannot be moved now waits where it is, and the log says why: no work depends on it.
    """
    raw = raw_archive(settings)
    if raw is None:
        return 0
    try:
        return len(raw.put_away())
    except ArchiveError as error:
        log.warning("closed raw files wait in %s: %s", raw.folder, error)
        return 0
