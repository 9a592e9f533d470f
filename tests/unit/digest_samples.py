"""Stories, watches and windows for the tests of the digest: invented people beside real and invented firms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts.identity import slug
from mercato.model import (
    Amount,
    Card,
    Digest,
    Evidence,
    Figure,
    Group,
    Kind,
    Move,
    Novelty,
    Period,
    SourceHealth,
    Status,
    Story,
    StoryEvent,
    Telling,
    Watch,
    Window,
)

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


def a_story(
    *people: str,
    id: str = "s1",  # noqa: A002  # the model's own name for it
    kind: Kind = Kind.HIRE,
    status: Status = Status.CONFIRMED,
    origin: str | None = None,
    destination: str | None = None,
    role: str | None = None,
    group: Group | None = None,
    tellings: tuple[Telling, ...] = (),
    figures: tuple[Figure, ...] = (),
    origins: tuple[str, ...] = (),
    opened: datetime = NOW - timedelta(hours=5),
) -> Story:
    """A story with the given facts and sensible others."""
    return Story(
        id=id,
        opened=opened,
        updated=NOW,
        people=people,
        group=group,
        origin=origin,
        destination=destination,
        role=role,
        status=status,
        kind=kind,
        figures=figures,
        origins=origins,
        tellings=tellings,
    )


def a_telling(
    article: str, outlet: str, title: str, *words: tuple[str, str], hours: float = 5, url: str | None = None
) -> Telling:
    """An article whose evidence is `words`: each the words and the name of the rule."""
    evidence = tuple(
        Evidence(start=position, end=position + len(text), text=text, why=why, points=5.0 - position)
        for position, (text, why) in enumerate(words)
    )
    move = Move(person="X", status=Status.CONFIRMED, kind=Kind.HIRE, evidence=evidence)
    moment = NOW - timedelta(hours=hours)
    return Telling(
        article=article,
        url=url or f"https://{slug(outlet)}.example/{article}",
        outlet=outlet,
        source=outlet.lower(),
        title=title,
        published=moment,
        first_seen=moment,
        moves=(move,),
    )


def an_event(
    story: str,
    novelty: Novelty = Novelty.OPENED,
    article: str = "",
    before: str = "",
    after: str = "",
    hours: float = 4,
) -> StoryEvent:
    """Something that happened to a story `hours` ago."""
    return StoryEvent(
        id=f"{story}-{novelty.value}-{article}-{after}",
        story=story,
        article=article,
        at=NOW - timedelta(hours=hours),
        novelty=novelty,
        before=before,
        after=after,
    )


def a_window(*, missed: int = 0, first: bool = False, days: int = 1) -> Window:
    """The window that ends at half past ten in Paris."""
    return Window(start=NOW - timedelta(days=days), end=NOW, missed=missed, first=first)


def a_digest(*cards: Card, language: str = "fr", **changes: object) -> Digest:
    """A digest of the watch «ia» with everything in order."""
    watch = Watch(name="ia", recipients=("ana@example.org",), language=language)
    values: dict[str, object] = {
        "watch": watch,
        "window": a_window(),
        "cards": cards,
        "health": SourceHealth(checked=42),
        "next_run": NOW + timedelta(days=1, hours=-1, minutes=-30),
    }
    return Digest(**{**values, **changes})  # type: ignore[arg-type]


def dollars(low: int | None, high: int | None, period: Period = Period.TOTAL) -> Amount:
    """Pay in dollars."""
    return Amount(min=low, max=high, currency="USD", period=period)


def rich_cards() -> tuple[Card, ...]:
    """Every sort of card: certain, reported with differing figures, rumoured, a group, two updates, one denial."""
    return (_poached(), _appointed(), _rumoured(), _group(), _denied(), _confirmed())


def rich_digest(language: str = "fr") -> Digest:
    """A digest with every sort of card, a banner and failed sources."""
    watch = Watch(
        name="Talents IA",
        organisations=("Meta", "OpenAI", "Mistral AI"),
        recipients=("ana@example.org",),
        language=language,
    )
    health = SourceHealth(checked=42, failed=("La Gazette du Silicium", "Le Fil Numérique"))
    return a_digest(*rich_cards(), watch=watch, window=a_window(missed=2, days=3), health=health)


def _poached() -> Card:
    first = a_telling(
        "a1",
        "Tech Matin",
        "Meta débauche l’architecte des modèles d’Apple : le grand saut d’Anselm Vogtländer",
        ("débauche", "poach.debaucher"),
        ("débauche", "in-title"),
        ("débauche", "person-named"),
        ("débauche", "origin-and-destination"),
        url="https://techmatin.example/2026/03/18/meta-vogtlander?page=1&vue=complete",
    )
    second = a_telling("a2", "Le Fil Numérique", "Vogtländer quitte Apple, et ce n’est pas pour rien", hours=3)
    story = a_story(
        "Anselm Vogtländer",
        id="poached",
        kind=Kind.POACH,
        status=Status.REPORTED,
        origin="Apple",
        destination="Meta",
        role="directeur scientifique",
        figures=(
            Figure(amount=dollars(200_000_000, None), outlet="Tech Matin", article="a1", source_cited="Bloomberg"),
            Figure(amount=dollars(100_000_000, 150_000_000), outlet="Le Fil Numérique", article="a2"),
        ),
        origins=("Bloomberg",),
        tellings=(first, second),
    )
    return Card(story=story, news=(an_event("poached", article="a1"),), new=True)


def _appointed() -> Card:
    telling = a_telling(
        "b1",
        "Zone Tech",
        "Alan se choisit une patronne",
        ("devient", "appoint.devenir"),
        ("directrice générale", "role-given"),
    )
    story = a_story(
        "Inès Karoubi-Lemaître",
        id="appointed",
        kind=Kind.APPOINT,
        origin="OVHcloud",
        destination="Alan",
        role="directrice générale",
        tellings=(telling,),
    )
    return Card(story=story, news=(an_event("appointed", article="b1"),), new=True)


def _rumoured() -> Card:
    telling = a_telling(
        "c1", "La Lettre Tech", "Et si Oswin Brackley s’en allait ?", ("serait sur le départ", "leave.depart")
    )
    story = a_story(
        "Oswin Brackley",
        id="rumoured",
        kind=Kind.DEPARTURE,
        status=Status.RUMOURED,
        origin="OpenAI",
        role="direction technique",
        origins=("The Information", "Les Echos"),
        tellings=(telling,),
    )
    return Card(story=story, news=(an_event("rumoured", article="c1"),), new=True)


def _group() -> Card:
    tellings = tuple(
        a_telling(f"d{number}", f"Média {number}", f"OpenAI : l’hémorragie continue, épisode {number}", hours=number)
        for number in range(1, 9)
    )
    story = a_story(
        id="group",
        origin="OpenAI",
        destination="Mistral AI",
        group=Group(label="chercheurs", count=11),
        figures=(Figure(amount=Amount(min=None, max=80_000, currency="EUR"), outlet="Média 1", article="d1"),),
        tellings=tellings,
    )
    return Card(story=story, news=(an_event("group", article="d1"),), new=True)


def _denied() -> Card:
    tellings = (
        a_telling(
            "e1", "Tech Matin", "Tamsin Okoro-Wells pressentie chez Meta", ("pressentie", "arrive.pressentir"), hours=50
        ),
        a_telling("e2", "Zone Tech", "Mistral AI dément le départ de Tamsin Okoro-Wells", hours=2),
    )
    story = a_story(
        "Tamsin Okoro-Wells",
        id="denied",
        status=Status.DENIED,
        origin="Mistral AI",
        destination="Meta",
        origins=("Sifted",),
        tellings=tellings,
    )
    news = (
        an_event("denied", Novelty.STATUS, "e2", "rumoured", "denied", 2),
        an_event("denied", Novelty.OUTLET, "e2", "", "Zone Tech", 2),
    )
    return Card(story=story, news=news, new=False)


def _confirmed() -> Card:
    tellings = (
        a_telling("f1", "Média 1", "Un trio sur le départ", ("sur le départ", "leave.depart"), hours=70),
        a_telling(
            "f2",
            "Tech Matin",
            "C’est signé : Hélène, Ugo et Yves fondent Nubilys",
            ("fondent", "found.fonder"),
            hours=1,
        ),
    )
    story = a_story(
        "Hélène Abgrall",
        "Ugo Ferrand-Diaz",
        "Yves Quiniou",
        "Maud Estève",
        id="founded",
        kind=Kind.FOUNDING,
        origin="Commission européenne",
        destination="Nubilys",
        tellings=tellings,
        figures=(Figure(amount=dollars(10_000_000, 40_000_000, Period.YEAR), outlet="Tech Matin", article="f2"),),
    )
    news = (
        an_event("founded", Novelty.STATUS, "f2", "rumoured", "confirmed", 1),
        an_event("founded", Novelty.PERSON, "f2", "", "Maud Estève", 1),
        an_event("founded", Novelty.AMOUNT, "f2", "", "10000000..40000000 USD year", 1),
        an_event("founded", Novelty.SOURCE, "f2", "", "La Lettre", 1),
    )
    return Card(story=story, news=news, new=False)
