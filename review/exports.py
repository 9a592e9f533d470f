"""The archive as files: CSV that no spreadsheet runs, JSON Lines, Parquet, Atom; verdicts as labelled articles."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from io import BytesIO, StringIO
from itertools import chain, islice
from typing import Any
from xml.sax.saxutils import escape

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response, StreamingResponse

from alerts.pay import composition_data
from alerts.phrases import headline, status_label
from mercato.model import Article, Move, Slot, Standing, Story, Verdict
from review.forms import filters_of
from review.passages import harmless
from review.room import Room, room_of, visitor_of
from storage import articles, browse, verdicts
from storage import stories as dossiers

pages = APIRouter(include_in_schema=False)

_PAGE = 200
"""Stories read per transaction while exporting: keeps memory flat on an archive of years."""
_FEED = 50
_MOST_PARQUET = 100_000  # stories that are held in memory at once

COLUMNS = (
    *("id", "headline", "status", "kind", "people", "group", "origin", "destination", "role", "amounts"),
    *("original_sources", "outlets", "url", "opened", "updated", "verdict", "cause", "watches"),
)


def story_record(story: Story, standing: Standing) -> dict[str, Any]:
    """A story as every interface for programs tells it: corrected, with its verdict. A withdrawn story is a tombstone:
    its identifier, `deleted`, and the story that it was merged into, if people merged it."""
    if not story.tellings or standing.merged_into:
        return {"id": story.id, "deleted": True, "updated": story.updated, "merged_into": standing.merged_into}
    story = verdicts.corrected(story, standing)
    return {
        "id": story.id,
        "deleted": False,
        "headline": headline(story, "fr"),
        "people": list(story.people),
        "group": asdict(story.group) if story.group else None,
        "origin": story.origin,
        "destination": story.destination,
        "role": story.role,
        "status": story.status.value,
        "kind": story.kind.value,
        "amounts": [
            {
                **asdict(figure.amount),
                "outlet": figure.outlet,
                "source": figure.source_cited,
                "article": figure.article,
                "denied": figure.denied,
                **composition_data(figure.composition),
            }
            for figure in story.figures
        ],
        "original_sources": list(story.origins),
        "articles": [
            {"id": t.article, "url": t.url, "outlet": t.outlet, "title": t.title, "published": t.published}
            for t in story.tellings
        ],
        "opened": story.opened,
        "updated": story.updated,
        "verdict": standing.verdict.value if standing.verdict else None,
        "cause": standing.cause.value if standing.cause else None,
        "watches": list(standing.watches),
    }


def as_json(record: object) -> str:
    """A record on one line of JSON; moments in ISO 8601 with «Z»."""
    return json.dumps(record, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"no JSON for {type(value).__name__}")


def records(room: Room, filters: browse.Filters) -> Iterator[dict[str, Any]]:
    """Every told story that fits the filters, those that changed last first."""
    before: browse.Place | None = None
    while True:
        with room.news.database.reading() as tx:
            page = dossiers.get_all(tx, browse.stories_page(tx, filters, _PAGE, before))
            standings = verdicts.standing_of(tx, [story.id for story in page])
        for story in page:
            standing = standings.get(story.id, Standing())
            if not standing.merged_into:
                yield story_record(story, standing)
        if len(page) < _PAGE:
            return
        before = (page[-1].updated, page[-1].id)


def _row(record: dict[str, Any]) -> list[str]:
    flat = record | {
        "people": "; ".join(record["people"]),
        "group": record["group"]["label"] if record["group"] else "",
        "amounts": "; ".join(_bounds(amount) for amount in record["amounts"]),
        "original_sources": "; ".join(record["original_sources"]),
        "outlets": "; ".join(article["outlet"] for article in record["articles"]),
        "url": record["articles"][0]["url"] if record["articles"] else "",
        "watches": "; ".join(record["watches"]),
    }
    return [
        _plain(cell) if isinstance(cell, datetime) else str(cell or "") for cell in (flat[name] for name in COLUMNS)
    ]


def _bounds(amount: dict[str, Any]) -> str:
    told = [f"{amount['min'] or ''}-{amount['max'] or ''} {amount['currency']} {amount['period']}"]
    told += ["denied"] if amount["denied"] else []
    told += ["+".join(amount["consists_of"])] if amount["consists_of"] else []
    # Figures contradict each other: none stands without whoever gives it.
    who = ", ".join(name for name in (amount["source"], amount["outlet"]) if name)
    told += [f"({who})"] if who else []
    return " ".join(told)


def inert(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula: titles and names come from pages that anybody may write.

    Source: OWASP, «CSV Injection»; line ends and tabs before the sign count too, so leading white space goes.
    """
    cell = harmless(cell).strip()
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else cell


def csv_response(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A CSV file that downloads as `name`; cells are made inert."""

    def lines() -> Iterator[str]:
        yield "\ufeff"  # without it spreadsheets take UTF-8 for the machine's old code page
        for row in chain((columns,), rows):
            buffer = StringIO()
            csv.writer(buffer).writerow([inert(cell) for cell in row])
            yield buffer.getvalue()

    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=_attachment(f"{name}.csv"))


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="mercato-{name}"'}


@pages.get("/export/stories.csv")
def stories_csv(request: Request) -> Response:
    """Stories that fit the filters of the address, for spreadsheets."""
    found = records(room_of(request), filters_of(request, visitor_of(request).zone))
    return csv_response("stories", COLUMNS, (_row(record) for record in found))


@pages.get("/export/stories.jsonl")
def stories_jsonl(request: Request) -> Response:
    """Stories that fit the filters of the address, one object per line."""
    found = records(room_of(request), filters_of(request, visitor_of(request).zone))
    lines = (as_json(record) + "\n" for record in found)
    return StreamingResponse(lines, media_type="application/jsonl", headers=_attachment("stories.jsonl"))


@pages.get("/export/stories.parquet")
def stories_parquet(request: Request) -> Response:
    """Stories that fit the filters of the address, for data frames; needs the extra «parquet»."""
    try:
        import pyarrow as pa  # noqa: PLC0415  # an extra: most who read the page do without
        from pyarrow import parquet  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise HTTPException(501, 'Parquet needs an extra: pip install "mercato[parquet]"') from error
    found = records(room_of(request), filters_of(request, visitor_of(request).zone))
    rows = list(islice(found, _MOST_PARQUET))
    target = BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), target)
    return Response(
        target.getvalue(), media_type="application/vnd.apache.parquet", headers=_attachment("stories.parquet")
    )


@pages.get("/stories.atom")
def atom(request: Request) -> Response:
    """The newest stories that fit the filters of the address, for feed readers (RFC 4287)."""
    room, visitor = room_of(request), visitor_of(request)
    with room.news.database.reading() as tx:
        page = browse.stories_page(tx, filters_of(request, visitor.zone), _FEED)
        found = dossiers.get_all(tx, page)
        standings = verdicts.standing_of(tx, page)
    base = str(request.base_url).rstrip("/")
    shown = [verdicts.corrected(s, standings.get(s.id, Standing())) for s in found if not _is_out(standings.get(s.id))]
    updated = _plain(shown[0].updated) if shown else _plain(room.clock())
    entries = "".join(_entry(story, base, visitor.language) for story in shown)
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Mercato</title><id>{_xml(base)}/stories.atom</id><updated>{updated}</updated>"
        f'<link rel="self" href="{_xml(base)}/stories.atom"/>{entries}</feed>\n'
    )
    return Response(text, media_type="application/atom+xml")


def _is_out(standing: Standing | None) -> bool:
    return standing is not None and (standing.verdict is Verdict.REJECT or standing.merged_into is not None)


def _entry(story: Story, base: str, language: str) -> str:
    outlets = ", ".join(dict.fromkeys(telling.outlet for telling in story.tellings))
    summary = f"{status_label(story.status, language)} ({outlets})"
    return (
        f"<entry><id>urn:mercato:story:{_xml(story.id)}</id><title>{_xml(headline(story, language))}</title>"
        f'<link href="{_xml(base)}/stories/{_xml(story.id)}"/><updated>{_plain(story.updated)}</updated>'
        f"<published>{_plain(story.opened)}</published><author><name>Mercato</name></author>"
        f"<summary>{_xml(summary)}</summary></entry>"
    )


def _xml(text: str) -> str:
    """Text for XML: escaped, and without the characters that XML 1.0 cannot hold."""
    kept = "".join(c for c in harmless(text) if c not in "\ufffe\uffff")
    return escape(kept, {'"': "&quot;"})


@pages.get("/export/labels.jsonl")
def labels_jsonl(request: Request) -> Response:
    """The articles of every judged story as labelled articles, in the form that the quality gate reads."""
    lines = (as_json(record) + "\n" for record in _labels(room_of(request)))
    return StreamingResponse(lines, media_type="application/jsonl", headers=_attachment("labels.jsonl"))


def _labels(room: Room) -> Iterator[dict[str, Any]]:
    with room.news.database.reading() as tx:
        judged = verdicts.judged(tx)
    seen: set[str] = set()
    for one in judged:
        with room.news.database.reading() as tx:
            standing = verdicts.standing(tx, one.story)
            found = dossiers.get_all(tx, [one.story])
            told = [(t, articles.get(tx, t.article)) for story in found for t in story.tellings]
        for telling, article in told:
            if article and article.id not in seen:
                seen.add(article.id)
                yield _label(article, telling.moves, standing)


def _label(article: Article, moves: Sequence[Move], standing: Standing) -> dict[str, Any]:
    kept = standing.verdict is Verdict.KEEP
    return {
        "id": article.id,
        "title": article.title,
        "body": article.body,
        "published": article.told.date().isoformat(),
        "flag": kept,
        "moves": [_corrected_move(move, standing, len(moves) == 1) for move in moves] if kept else [],
        "cause": standing.cause.value if standing.cause else None,
    }


def _corrected_move(move: Move, standing: Standing, alone: bool) -> dict[str, Any]:
    """A move as the gate's files spell it; what was corrected replaces what was read where it is plain whose it is."""
    told = {
        "person": move.person,
        "group": asdict(move.group) if move.group else None,
        "origin": move.origin,
        "destination": move.destination,
        "role": move.role,
        "status": move.status.value,
        "amount": asdict(move.amount) if move.amount else None,
        "kind": move.kind.value,
    }
    fields = standing.corrections
    told |= {slot.value: fields[slot] or None for slot in (Slot.ORIGIN, Slot.DESTINATION) if slot in fields}
    if alone:
        told |= {slot.value: fields[slot] or None for slot in (Slot.ROLE, Slot.STATUS) if slot in fields}
        if fields.get(Slot.WHO):
            told["person"] = fields[Slot.WHO]
        if Slot.AMOUNT in fields:
            told["amount"] = asdict(verdicts.parse_amount(fields[Slot.AMOUNT])) if fields[Slot.AMOUNT] else None
    return told
