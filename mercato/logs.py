"""Where a process logs to: standard error, or the files of [log]."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime

from concurrent_log_handler import ConcurrentRotatingFileHandler

from mercato.errors import SettingsError
from mercato.i18n import phrase
from mercato.settings import Settings

_LINE = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class _Lines(logging.Formatter):
    """A line for people, in UTC: the machines of one archive may stand in several zones."""

    converter = staticmethod(time.gmtime)


class _JsonLines(logging.Formatter):
    """One JSON object per line: at, level, logger, process, message, and the traceback, if any, as error."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        # Names as they are written: whoever is to be forgotten is looked for in these files too.
        return json.dumps(line, ensure_ascii=False)


def begin(settings: Settings) -> None:
    """Send what this process logs to the files of [log], in place of standard error; does nothing where none are set.

    Call it once in the life of a process. Raises SettingsError when the files cannot be written.
    """
    if settings.log_file is not None:
        handler = handler_of(settings)
        logging.basicConfig(level=handler.level, handlers=[handler], force=True)


def handler_of(settings: Settings) -> logging.Handler:
    """What writes the files of [log]: the service, its crawls and other commands write to the same ones at once, and
    whichever finds them full rotates them, under a lock (concurrent-log-handler). Raises SettingsError.
    """
    file, log = settings.log_file, settings.log
    assert file is not None, "asked for only where there are files"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = ConcurrentRotatingFileHandler(
            str(file), maxBytes=log.max_bytes, backupCount=log.backups, encoding="utf-8"
        )
        file.touch()
    except OSError as error:
        raise SettingsError(
            "[log]",
            [
                phrase(
                    "folder = {folder!r}: {file} cannot be written: {why}; check its rights",
                    folder=log.folder,
                    file=file,
                    why=error.strerror,
                )
            ],
        ) from error
    handler.setLevel(log.level.upper())
    handler.setFormatter(_JsonLines() if log.format == "json" else _Lines(_LINE, _TIME))
    return handler
