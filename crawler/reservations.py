"""Whose pages may be read for their data: reservations asked for, remembered, and lifted by the operator's licences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Response

from crawler import rights
from crawler.documents import MAX_AGE, Documents
from crawler.pipelines import Archive
from crawler.rights import AI_TXT, TDMREP, Notice, SiteRules
from mercato.model import HostDocument, Licence

PAGE_NOTICE = "page notice"
"""Name under which the notice that a page carried is kept as evidence of its host."""

_OF_THE_HOST = ("tdm-reservation", "noai", "noml")  # said by whole sites; noindex is said of single pages


class Reservations:
    """Answers whether rights are reserved, before a page is asked for and after it has come."""

    def __init__(self, documents: Documents, archive: Archive, licences: Sequence[Licence], agent: str) -> None:
        self._documents = documents
        self._archive = archive
        self._licences = licences
        self._agent = agent
        self._rules: dict[str, SiteRules] = {}
        self._carried: dict[str, HostDocument | None] = {}  # origin → what its pages carried lately

    async def before(self, url: str) -> Notice | None:
        """The reservation that speaks against asking for `url`; None: nothing does, or a licence allows it."""
        if rights.licensed(self._licences, url):
            return None
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = rights.site_rules(await self._text(origin, TDMREP), await self._text(origin, AI_TXT))
        notice = self._rules[origin].notice(url, self._agent)
        return self._on_pages_lately(origin) if notice is None else _if_reserved(notice)

    def after(self, response: Response, meta: Mapping[str, str]) -> Notice | None:
        """The reservation that the page `response` with the tags `meta` carries itself; a host's is remembered."""
        if rights.licensed(self._licences, response.url):
            return None
        notice = rights.from_headers(headers_of(response), self._agent) or rights.from_meta(meta, self._agent)
        if notice is None or not notice.reserved:
            return None
        if any(word in notice.words for word in _OF_THE_HOST):
            parts, now = urlsplit(response.url), self._archive.now()
            origin, text = f"{parts.scheme}://{parts.netloc}", f"{notice.where}: {notice.words}"
            told = HostDocument(origin=origin, name=PAGE_NOTICE, status=200, text=text, first_seen=now, last_seen=now)
            self._archive.keep_document(told)
            self._carried[origin] = told
        return notice

    def archiving_refused(self, response: Response, meta: Mapping[str, str]) -> bool:
        """Whether the page `response` with the tags `meta` asks that no copy of it be kept."""
        return rights.archiving_refused(headers_of(response), meta, self._agent)

    def of_feed(self, response: Response) -> Notice | None:
        """The reservation in a feed's own headers. Only TDMRep's: content systems send noindex with every feed."""
        headers = {name: values for name, values in headers_of(response).items() if name.startswith("tdm-")}
        notice = rights.from_headers(headers, self._agent)
        return None if notice is None or rights.licensed(self._licences, response.url) else _if_reserved(notice)

    def _on_pages_lately(self, origin: str) -> Notice | None:
        """A notice that a page of the host carried within a day: one page a day is enough to see whether it stands."""
        if origin not in self._carried:
            self._carried[origin] = self._archive.document(origin, PAGE_NOTICE)
        kept = self._carried[origin]
        if kept is None or not timedelta(0) <= self._archive.now() - kept.last_seen < MAX_AGE:
            return None
        return Notice(reserved=True, where=kept.text.partition(":")[0], words=kept.text)

    async def _text(self, origin: str, name: str) -> str:
        """What the host says there; "" when it says nothing or cannot be asked: its pages will tell why."""
        try:
            return (await self._documents.get(origin, name)).text
        except (IgnoreRequest, DownloadFailedError):
            return ""


def headers_of(response: Response) -> Mapping[str, Sequence[str]]:
    """An answer's headers with their names in lower case."""
    fields = response.headers.items()
    return {name.decode("latin-1").lower(): [value.decode("latin-1") for value in values] for name, values in fields}


def _if_reserved(notice: Notice) -> Notice | None:
    return notice if notice.reserved else None
