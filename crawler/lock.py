"""One crawl at a time: two at once would visit every host twice as often as promised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from mercato.errors import CycleError
from mercato.i18n import phrase

LOCK_FILE = ".mercato-crawl.lock"


class AlreadyRunningError(CycleError):
    """Another crawl of the same archive is running."""


@contextmanager
def only_crawl(folder: Path, patience: float = 0) -> Iterator[None]:
    """Hold the lock of the settings in `folder`. The system releases it with the process, however that ends.

    Raises AlreadyRunningError when another process still holds it after `patience` seconds, CycleError when the file
    cannot be written.
    """
    path = folder / LOCK_FILE
    try:
        with FileLock(path, timeout=patience):
            yield
    except Timeout as error:
        raise AlreadyRunningError(
            phrase("another crawl is running (it holds {path}); this one did nothing", path=path)
        ) from error
    except OSError as error:
        if error.filename is None or Path(error.filename).name != LOCK_FILE:
            raise
        raise CycleError(
            phrase("{path} cannot be written: {why}; check the rights on its folder", path=path, why=error.strerror)
        ) from error
