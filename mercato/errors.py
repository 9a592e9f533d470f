"""Every error that Mercato raises on purpose.

    MercatoError
    ├── SettingsError      mercato.toml or the environment: every mistake at once
    ├── CatalogueError     the catalogue of outlets or an imported OPML file
    ├── LexiconError       an entry of the lexicon
    ├── StorageError       the database cannot be opened, read or written
    │   └── SchemaError    its tables are of another version
    ├── ArchiveError       a WARC file or record
    ├── FeedError          bytes that are no feed
    ├── ExtractionError    bytes that are no page
    ├── FetchError         a page that was asked for by hand could not be had
    ├── WorkerError        a worker process timed out or died
    ├── DeliveryError      a mail could not be handed over; the mail server may take it later
    │   ├── RefusedError   the mail server will never take it
    │   └── RelayError     the mail server or channel as a whole cannot be used; every mail waits
    ├── LinkError          a signed link that is not ours, or not any more
    ├── ReviewError        the review page cannot be served
    ├── RulingError        what a person asks to do to a story makes no sense
    ├── ObjectionError     a person who asks to be forgotten cannot be looked for as asked
    ├── BackupError        a backup cannot be made, is not whole, or cannot be put back
    ├── CycleError         a crawl cycle could not be started
    ├── QueueError         the queue of jobs that several machines share cannot be used
    └── MigrationError     an archive cannot be copied into another database

`str(error)` says what happened, to which thing, and what to do. Expected refusals inside a run travel as values
(`Reason`, `FeedOutcome`), not as exceptions. `error.said(say)` says the same in another language where the message is a
`phrase`; what is logged and kept is English.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mercato.i18n import in_language, phrase


class MercatoError(Exception):
    """Base of the tree; the command line prints it without a traceback and exits with `exit_code`."""

    exit_code = 1

    def said(self, say: Callable[[str], str]) -> str:
        """The message in the language of `say`."""
        return in_language(self.args[0], say) if self.args else str(self)


class _LocatedError(MercatoError):
    """Several mistakes of one file, each a full sentence with its place."""

    exit_code = 2

    def __init__(self, file: str, mistakes: Sequence[str], fields: Sequence[str] = ()) -> None:
        self.file = file
        self.mistakes = tuple(mistakes)
        self.fields = tuple(fields)  # names of the settings at fault, where they are known
        super().__init__(_listed(file, self.mistakes))

    def said(self, say: Callable[[str], str]) -> str:
        """File and mistakes, those in the language of `say`."""
        return _listed(self.file, [in_language(mistake, say) for mistake in self.mistakes])


def _listed(file: str, mistakes: Sequence[str]) -> str:
    return "\n".join((f"{file}:", *(f"  - {mistake}" for mistake in mistakes)))


class SettingsError(_LocatedError):
    """mercato.toml or the environment holds values that cannot be used."""


class CatalogueError(_LocatedError):
    """The catalogue of outlets, or an OPML file, holds entries that cannot be used."""


class LexiconError(_LocatedError):
    """The lexicon holds entries that cannot be used."""


class StorageError(MercatoError):
    """The database cannot be opened, read or written."""

    exit_code = 2


class SchemaError(StorageError):
    """The tables are of another version than this program's."""


class ArchiveError(MercatoError):
    """A WARC file or record cannot be read or written."""


class StoreError(ArchiveError):
    """The folder or bucket where closed WARC files lie cannot be reached or used."""


class FeedError(MercatoError):
    """The bytes are not a feed, or no entry could be rescued from them.

    `offers` are the addresses of feeds that the web page in its place names, `reason` names what is wrong, as cycles
    count it.
    """

    def __init__(self, message: str, offers: Sequence[str] = (), reason: str = "broken-feed") -> None:
        super().__init__(message)
        self.offers = tuple(offers)
        self.reason = reason


class ExtractionError(MercatoError):
    """The bytes are not a page that an article could be read from; `reason` names why, as cycles count it."""

    def __init__(self, message: str, reason: str = "no-text") -> None:
        super().__init__(message)
        self.reason = reason


class FetchError(MercatoError):
    """A page that a person asked for could not be had: the site, its robots.txt or a guard says no."""


class WorkerError(MercatoError):
    """A worker process timed out or died with its task."""


class DeliveryError(MercatoError):
    """A mail could not be handed over now; trying again later makes sense."""


class RefusedError(DeliveryError):
    """The mail server refused for good; trying again is pointless until a person changes something."""


class RelayError(DeliveryError):
    """The mail server or channel as a whole cannot be used now: no mail is to blame, and every mail waits."""


class LinkError(MercatoError):
    """A signed link was not made by this service, or was damaged on its way."""


class ReviewError(MercatoError):
    """The review page cannot be served."""

    exit_code = 2


class RulingError(MercatoError):
    """What a person asks to do to a story makes no sense for it: `template` with `values` in its braces."""

    exit_code = 2

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(phrase(template, **values))


class ObjectionError(MercatoError):
    """A person who asks to be forgotten, or is asked about, cannot be looked for as asked."""

    exit_code = 2


class BackupError(MercatoError):
    """A backup cannot be made, is not whole, or cannot be put back."""


class CycleError(MercatoError):
    """A crawl cycle could not be started."""


class QueueError(MercatoError):
    """The queue of jobs that several machines share cannot be used."""

    exit_code = 2


class MigrationError(MercatoError):
    """An archive cannot be copied into another database, or the copy is not the same."""
