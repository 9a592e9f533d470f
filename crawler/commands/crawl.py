"""`scrapy crawl feeds [-a sources=id,id]` with the sources, the archive and the limits of mercato.toml."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from scrapy.commands.crawl import Command as CrawlCommand
from scrapy.exceptions import UsageError

from crawler.catalogue import followed
from crawler.lock import only_crawl
from crawler.pipelines import open_archive
from crawler.process import arguments
from crawler.settings import user_settings
from crawler.tally import Tally
from mercato.errors import MercatoError
from mercato.model import Source
from mercato.settings import Settings, load_settings


class Command(CrawlCommand):
    """Scrapy's own command, for people who work on the crawler; users run `mercato crawl`."""

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Crawl the sources of mercato.toml: scrapy crawl feeds [-a sources=id,id]"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read mercato.toml. Raises UsageError with what is wrong in it."""
        super().process_options(args, opts)
        try:
            self._mercato = load_settings()
            self._sources = _chosen(self._mercato, opts.spargs.pop("sources", ""))
        except MercatoError as error:
            raise UsageError(str(error), print_help=False) from error
        if self.settings is not None:  # Scrapy's type; it sets them before this call
            self.settings.setdict(user_settings(self._mercato), priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl. Raises UsageError when the archive cannot be opened or another crawl is running."""
        try:
            with only_crawl(self._mercato.folder), open_archive(self._mercato, _now) as archive:
                opts.spargs |= arguments(self._mercato, self._sources, archive, Tally())
                super().run(args, opts)
        except MercatoError as error:
            raise UsageError(str(error), print_help=False) from error


def _chosen(settings: Settings, names: str) -> Sequence[Source]:
    sources = followed(settings.sources, settings.crawl.catalogue)
    wanted = [name for name in (part.strip() for part in names.split(",")) if name]
    unknown = sorted(set(wanted) - {source.id for source in sources})
    if unknown:
        raise UsageError(f"no such source: {', '.join(unknown)}", print_help=False)
    return [source for source in sources if not wanted or source.id in wanted]


def _now() -> datetime:
    return datetime.now(UTC)
