"""A hundred articles that mean harm: script in every field, CSS escapes, changed direction, giants, control characters.

All text is our own. `MARKER` is what a script would set, were one of them ever run.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

from mercato.model import (
    Amount,
    Article,
    Evidence,
    Figure,
    Kind,
    Match,
    Move,
    Novelty,
    Status,
    Story,
    StoryEvent,
    Telling,
    article_id,
)
from storage import articles, stories
from storage.engine import Transaction

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)
MARKER = "pwned"

PAYLOADS = (
    f"<script>window.{MARKER}=1</script>",
    f'"><img src=x onerror=window.{MARKER}=1>',
    f"'><svg onload=window.{MARKER}=1>",
    f"</title></style></textarea><script>window.{MARKER}=1</script>",
    f"javascript:window.{MARKER}=1",
    f"{{{{ ''.__class__.__mro__ }}}} ${{window.{MARKER}=1}} {{% raw %}}",
    f"<iframe srcdoc='<script>parent.{MARKER}=1</script>'></iframe>",
    f'<a href="javascript:window.{MARKER}=1" autofocus onfocus=window.{MARKER}=1>clic</a>',
    "</style><style>*{display:none}</style>\\3c/style\\3e",
    "<base href=//ailleurs.example><meta http-equiv=refresh content='0;url=//ailleurs.example'>",
    "\u202egnp.exe\u202c \u2066\u2067droite\u2069 \u200fgauche",
    "\x00\x01\x08\x0b\x1b[31mrouge\x7f\x9b",
    "\ud800 moitié \udfff et \ufffe \uffff",
    "\u0300" * 400 + "Zalgo",
    "A" * 30_000,
    '=HYPERLINK("http://ailleurs.example";"clic")',
    "\t=2+5+cmd|' /C calc'!A0",
    "‹mot› ›‹‹ <mark>&lt;&amp;&#60;",
    "]]><!-- --><![CDATA[ <?xml version='1.0'?> &xxe;",
    "\r\nSet-Cookie: a=b\r\n\r\n<html>",
)
FIELDS = ("title", "body", "author", "outlet", "names")


def hostile_articles() -> list[tuple[Article, Story]]:
    """One article and one story for each payload in each field."""
    return [_pair(number, payload, field) for number, (payload, field) in enumerate(product(PAYLOADS, FIELDS))]


def _pair(number: int, payload: str, field: str) -> tuple[Article, Story]:
    url = f"https://hostile.example/{number}"
    at = NOW - timedelta(minutes=number)
    article = Article(
        id=article_id(url),
        url=url,
        source=f"hostile-{number % 7}",
        outlet="La Gazette hostile",
        title="Une ingénieure quitte Nébulia pour Corvex",
        body="Elle rejoint Corvex.\nElle était chez Nébulia.",
        author="Rédaction",
        published=at,
        first_seen=at,
    )
    if field in ("title", "body", "author", "outlet"):
        article = replace(article, **{field: payload})
    names = payload if field == "names" else "Nébulia"
    move = Move(
        person=names,
        origin=names,
        destination=names,
        role=names,
        status=Status.CONFIRMED,
        kind=Kind.HIRE,
        evidence=(Evidence(start=0, end=4, text=article.text[:4], why=names[:40], points=-1.0),),
    )
    return article, _story(f"{number:016x}", article, move)


def _story(name: str, article: Article, move: Move) -> Story:
    told = Telling(
        article=article.id,
        url=article.url,
        outlet=article.outlet,
        source=article.source,
        title=article.title,
        published=article.published,
        first_seen=article.first_seen,
        moves=(move,),
        sources_cited=(move.person or "",),
        score=5.0,
    )
    event = StoryEvent(
        id=f"{name}-0", story=name, article=article.id, at=article.first_seen, novelty=Novelty.OPENED, after=told.title
    )
    amount = Amount(min=1, max=None, currency="EUR")
    return Story(
        id=name,
        opened=article.first_seen,
        updated=article.first_seen,
        people=(move.person or "",),
        group=None,
        origin=move.origin,
        destination=move.destination,
        role=move.role,
        status=move.status,
        kind=move.kind,
        figures=(Figure(amount=amount, outlet=article.outlet, article=article.id, source_cited=move.person),),
        origins=(move.person or "",),
        tellings=(told,),
        events=(event,),
    )


def save_hostile(tx: Transaction) -> list[Story]:
    """Store all of them, judged and joined."""
    pairs = hostile_articles()
    for article, story in pairs:
        articles.save(tx, article)
        match = Match(score=5.0, moves=story.tellings[0].moves, evidence=story.tellings[0].moves[0].evidence)
        articles.judge(tx, article.id, "hostile", match, NOW)
    stories.save(tx, [story for _, story in pairs])
    return [story for _, story in pairs]
