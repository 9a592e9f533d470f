"""The whole mail: wording, parts, sizes, colours. Golden files show what a reader gets."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from digest_samples import (
    NOW,
    a_digest,
    a_story,
    a_telling,
    a_window,
    an_event,
    dollars,
    rich_cards,
    rich_digest,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.mail_view import card_view
from alerts.reasons import QUOTED, grounds, reason_label
from alerts.render import HTML_LIMIT, render
from mercato.model import Card, Digest, Figure, Kind, Message, Novelty, SourceHealth, Status, Watch

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
TEMPLATES = Path(__file__).resolve().parents[2] / "alerts/templates"


def mail(digest: Digest) -> Message:
    return render(digest, sender="mercato@example.org", now=NOW)


class Reader(HTMLParser):
    """What a mail program makes of the HTML: tags with attributes, and the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._silent = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent = tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("part", ["text", "html"])
def test_the_rich_digest_reads_as_it_did(language: str, part: str) -> None:
    """When a change of wording or setting is meant, script/golden writes these files anew."""
    suffix = {"text": "txt", "html": "html"}[part]
    golden = (GOLDEN / f"digest.{language}.{suffix}").read_text(encoding="utf-8")
    assert getattr(mail(rich_digest(language)), part) == golden


def test_subject_of_one_story_and_of_several() -> None:
    cards = rich_cards()
    assert mail(a_digest(cards[1])).subject == "Inès Karoubi-Lemaître, ex-OVHcloud, devient directrice générale d’Alan"
    assert mail(a_digest(cards[2])).subject == "Rumeur\u00a0: Oswin Brackley quitterait OpenAI"
    assert mail(a_digest(cards[0], cards[2])).subject == (
        "Meta débauche Anselm Vogtländer chez Apple, selon Bloomberg — et 1 autre"
    )
    assert mail(a_digest()).subject == "Rien à signaler\u00a0: veille «\u00a0ia\u00a0»"


def test_the_subject_says_when_a_rumour_is_confirmed_or_denied() -> None:
    story = a_story("Ana Roy", id="s", origin="Apple", destination="Meta")
    card = Card(story=story, news=(an_event("s", Novelty.STATUS, before="rumoured", after="confirmed"),), new=False)
    assert mail(a_digest(card)).subject == "Confirmé\u00a0: Ana Roy quitte Apple pour Meta"
    assert mail(a_digest(rich_cards()[4])).subject.startswith("Démenti\u00a0: ")


def test_an_interminable_name_leaves_room_for_the_number_of_others() -> None:
    long = Card(story=a_story("Ana " + "de " * 200, destination="M" * 500), news=(), new=True)
    subject = mail(a_digest(long, long, long)).subject
    assert len(subject) <= 150
    assert subject.endswith("… — et 2 autres")


def test_same_watch_and_period_same_message_id() -> None:
    first, second = mail(a_digest()), mail(a_digest(*rich_cards()))
    assert first.message_id == second.message_id
    other_watch = mail(a_digest(watch=Watch(name="IA")))
    other_period = mail(a_digest(window=replace(a_window(), end=a_window().start)))
    assert len({first.message_id, other_watch.message_id, other_period.message_id}) == 3


@pytest.mark.parametrize("part", ["text", "html"])
def test_both_parts_say_everything(part: str) -> None:
    message = mail(rich_digest())
    said = " ".join(message.text.split()) if part == "text" else Reader(message.html).text
    for fact in (
        "Meta débauche Anselm Vogtländer chez Apple",
        "plus de 200\u00a0millions de dollars, selon Bloomberg (dans Tech Matin)",
        "de 100 à 150\u00a0millions de dollars, selon Le Fil Numérique",
        "Source d’origine\u00a0: Bloomberg",
        "Sources d’origine\u00a0: The Information et Les Echos",
        "Rumeur → Démenti (Zone Tech)",
        "Mistral AI dément le départ de Tamsin Okoro-Wells",
        "«\u00a0débauche\u00a0» (débauchage, dans le titre, personne nommée, les deux entreprises nommées)",
        "+2 autres articles",
        "2 envois précédents n’ont pas pu partir à l’heure",
        "42 sources consultées, 2 en échec\u00a0: La Gazette du Silicium, Le Fil Numérique.",
        "Prochain envoi\u00a0: jeudi 19 mars 2026 à 9\u00a0h.",
        "du dimanche 15 mars 2026 à 10\u00a0h\u00a030 au mercredi 18 mars 2026 à 10\u00a0h\u00a030 (Europe/Paris)",
        "destinataire de la veille «\u00a0Talents IA\u00a0» (Meta, OpenAI, Mistral AI)",
    ):
        assert " ".join(fact.split()) in " ".join(said.split())


def test_the_first_mail_of_a_watch_says_what_it_leaves_out() -> None:
    text = mail(a_digest(window=a_window(first=True), backlog=128)).text
    assert "128 affaires connues avant cette veille ne sont pas reprises." in " ".join(text.split())
    assert "affaires connues" not in mail(a_digest()).text


def test_the_first_mail_of_a_watch_covers_a_moment_and_says_nothing_of_visits_in_it() -> None:
    text = mail(a_digest(window=a_window(first=True), health=None)).text
    assert "Aucune source" not in text
    assert "Période couverte" in text


@pytest.mark.parametrize(
    ("health", "sentence"),
    [
        (None, "Aucune source n’a été consultée pendant cette période"),
        (SourceHealth(checked=0), "Aucune source n’a été consultée pendant cette période"),
        (SourceHealth(checked=1), "1 source consultée, aucune en échec."),
        (SourceHealth(checked=9, failed=("A", "B")), "9 sources consultées, 2 en échec"),
    ],
)
def test_proof_of_life(health: SourceHealth | None, sentence: str) -> None:
    assert sentence in " ".join(mail(a_digest(health=health)).text.split())


def test_same_figures_are_told_once_with_all_who_give_them() -> None:
    figures = tuple(Figure(amount=dollars(None, 5_000_000), outlet=outlet, article="a") for outlet in ("A", "B", "A"))
    view = card_view(Card(story=a_story("X", figures=figures), news=(), new=True), Watch(name="ia"))
    assert [fact.value for fact in view.facts] == ["jusqu’à 5\u00a0millions de dollars, selon A et B"]


def test_status_changes_of_one_period_become_one() -> None:
    news = (
        an_event("s", Novelty.STATUS, before="rumoured", after="reported", hours=3),
        an_event("s", Novelty.STATUS, before="reported", after="confirmed", hours=2),
    )
    view = card_view(Card(story=a_story("X", id="s"), news=news, new=False), Watch(name="ia"))
    assert [line.value for line in view.news] == ["Rumeur → Confirmé"]


def test_a_move_that_did_not_take_place_has_no_arrow() -> None:
    for status in Status:
        card = Card(story=a_story("X", origin="A", destination="B", status=status), news=(), new=True)
        shown = card_view(card, Watch(name="ia")).route
        assert bool(shown) == (status not in (Status.DENIED, Status.FAILED, Status.REVERSED))


def test_reasons_are_told_where_they_have_a_name() -> None:
    assert reason_label("poach.debaucher", "fr") == "débauchage"
    assert reason_label("some-rule-of-tomorrow", "fr") == ""


def test_every_weight_of_the_lexicon_has_a_name_or_is_no_reason() -> None:
    """What counts against a flag, or says nothing to people, is never shown."""
    silent = {"frame-medium", "frame-weak", "unknown-organisation", "mover-pointed-to", "one-breath", "departure-only"}
    silent |= {"passive", "fixed-wording", "rumoured", "side-in-title", "person-by-shape", "finite-verb", "bare"}
    silent |= {"noun-only", "mover-recurs", "mover-in-title", "pluperfect"}
    points = tomllib.loads((TEMPLATES.parent / "lexicon/evidence.toml").read_text(encoding="utf-8"))["points"]
    unnamed = {
        name
        for name, weight in points.items()
        if weight > 0 and not name.startswith("family-") and not reason_label(name, "fr")
    }
    assert unnamed <= silent


def test_every_family_of_the_lexicon_has_a_name() -> None:
    families = tomllib.loads((TEMPLATES.parent / "lexicon/families.toml").read_text(encoding="utf-8"))
    assert [family for family in families if not reason_label(f"{family}.word", "fr")] == []


@given(st.lists(st.tuples(st.text(max_size=300), st.sampled_from(["person-named", "arrive.x", "?"])), max_size=12))
def test_never_more_than_a_short_extract_is_quoted(words: list[tuple[str, str]]) -> None:
    found = grounds(a_story("X", tellings=(a_telling("a", "Le Fil", "Titre", *words),)), "fr")
    if found is not None:
        assert sum(len(quote.words) for quote in found.quotes) <= QUOTED
        assert found.outlet == "Le Fil"


def test_reasons_are_words_that_say_something_and_not_what_stands_near_them() -> None:
    words = [("ans", "status-confirmed"), (", venue de", "mover"), ("quitte", "leave.quitter"), ("quitte", "origin")]
    telling = a_telling("a", "Le Fil", "Titre", *words, ("départ", "leave.depart"))
    found = grounds(a_story("X", tellings=(telling,)), "fr")
    assert found is not None
    assert [(quote.words, quote.reasons) for quote in found.quotes] == [("quitte", ("départ",)), ("départ", ())]


def test_what_makes_the_news_uncertain_stands_among_the_reasons() -> None:
    words = [("quitte", "leave.quitter"), ("pourrait", "status-rumoured"), ("selon nous", "status-rumoured")]
    telling = a_telling("a", "Le Fil", "Titre", *words)
    rumour = replace(telling, moves=(replace(telling.moves[0], status=Status.RUMOURED),))
    found = grounds(a_story("X", tellings=(rumour,)), "fr")
    assert found is not None
    assert [quote.words for quote in found.quotes] == ["quitte", "pourrait"]


def test_where_no_entry_of_the_lexicon_decided_what_weighed_is_shown() -> None:
    found = grounds(a_story("X", tellings=(a_telling("a", "Le Fil", "Titre", (", venue de", "mover")),)), "fr")
    assert found is not None
    assert [quote.words for quote in found.quotes] == ["venue de"]


def test_five_hundred_stories_stay_small_and_none_is_lost() -> None:
    titles = [f"Un titre assez long pour être vrai, numéro {number}, et qui n’en finit pas" for number in range(500)]
    cards = [
        Card(
            story=a_story(
                f"Personne-{number}",
                id=f"s{number}",
                origin="Apple",
                destination="Meta",
                tellings=tuple(a_telling(f"a{number}-{n}", f"Média {n}", title) for n in range(5)),
            ),
            news=(),
            new=True,
        )
        for number, title in enumerate(titles)
    ]
    message = mail(a_digest(*cards))
    assert len(message.html.encode()) <= HTML_LIMIT
    assert re.search(r"\+4\d\d autres", message.html)
    lacking = [number for number in range(500) if not re.search(rf"Personne-{number}\b", message.text)]
    assert lacking == []


def test_html_for_every_reader() -> None:
    reader = Reader(mail(rich_digest()).html)
    tags = [tag for tag, _ in reader.tags]
    assert dict(reader.tags)["html"]["lang"] == "fr"
    assert all(attributes.get("role") == "presentation" for tag, attributes in reader.tags if tag == "table")
    assert not {"img", "script", "link", "iframe", "form"} & set(tags)
    assert tags.count("h1") == 1
    assert [tag for tag in tags if tag in ("h2", "h3")] == ["h2", *["h3"] * 4, "h2", *["h3"] * 2]
    assert all(attributes["href"].startswith("https://") for tag, attributes in reader.tags if tag == "a")


def test_html_keeps_dark_mode_and_small_screens_and_loads_nothing() -> None:
    html = mail(rich_digest()).html
    assert "prefers-color-scheme: dark" in html or "prefers-color-scheme:dark" in html
    assert re.search(r"max-width:\s*480px", html)
    assert re.search(r"max-width:\s*600px", html)
    assert "url(" not in html
    assert "@import" not in html


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.1."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def colours(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """Text and background colours by class."""
    text: dict[str, str] = {}
    background: dict[str, str] = {}
    for selectors, rules in re.findall(r"([.\w, -]+?)\s*\{([^}]*)\}", css):
        for selector in selectors.split(","):
            for kind, colour in re.findall(r"(?<![\w-])(color|background-color):\s*(#[0-9a-f]{6})", rules):
                (text if kind == "color" else background)[selector.strip()] = colour
    return text, background


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_of_every_text_on_its_ground(scheme: str) -> None:
    light, _, dark = (
        (TEMPLATES / "digest.css").read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    )
    text, background = colours(light.partition("@media")[0])
    if scheme == "dark":
        dark_text, dark_background = colours(dark.partition("{")[2])
        text, background = text | dark_text, background | dark_background
    grounds_of = {
        **dict.fromkeys(("confirmed", "reported", "rumoured", "denied", "failed", "notice"), ()),
        **dict.fromkeys(("brand", "day", "title", "sub", "sum", "section", "foot"), (".page",)),
        **dict.fromkeys(("kind", "head", "meta", "why", "ask", "page"), (".card",)),
        **dict.fromkeys(("chart-title", "bar-label", "bar-count"), (".card",)),
        **dict.fromkeys(("leg", "side-name", "way"), (".route",)),
        **dict.fromkeys(("name", "fact"), (".card", ".box")),
        "boxed": (".box",),
    }
    weak = {
        (name, ground): round(contrast(text[f".{name}"], background[ground]), 2)
        for name, grounds_ in grounds_of.items()
        for ground in grounds_ or (f".{name}",)
        if contrast(text[f".{name}"], background[ground]) < 4.5
    }
    weak |= {("a", g): 0.0 for g in (".card", ".page") if contrast(text["a"], background[g]) < 4.5}
    assert weak == {}


HOSTILE = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "x\r\nBcc: victim@example.org\r\n\r\n<b>",
            "{{ 7*7 }} {% include 'x' %}",
            "\u202eevil\u2066",
            "=?utf-8?q?=0D=0ABcc:_x=40y?=",
            "<!--[if mso]><script>",
            "</style></title><svg onload=1>",
            "A" * 10_000,
            "\ud800",
        ]
    ),
)


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_nothing_from_outside_becomes_markup(person: str, title: str, outlet: str, role: str) -> None:
    def build(person: str, title: str, outlet: str, role: str, url: str) -> Message:
        telling = a_telling("a", outlet, title, (title, "person-named"), url=url)
        story = a_story(
            person,
            id="s",
            origin=outlet,
            destination=title,
            role=role,
            kind=Kind.HIRE,
            tellings=(telling,),
            origins=(outlet,),
        )
        return mail(a_digest(Card(story=story, news=(an_event("s"),), new=True), watch=Watch(name="w" + person)))

    message = build(person, title, outlet, role, f"https://a.example/{title[:50]}")
    allowed = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "table",
        "tbody",
        "tr",
        "td",
        "p",
        "h1",
        "h2",
        "h3",
    }
    allowed |= {"span", "strong", "a", "br"}
    reader = Reader(message.html)
    assert {tag for tag, _ in reader.tags} <= allowed
    assert not [name for _, attributes in reader.tags for name in attributes if name.startswith("on")]
    assert message.subject.splitlines() == [message.subject]
    assert len(message.subject) <= 150
    assert len(message.html) < 40_000
    message.html.encode()
    message.text.encode()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a.example/\r\nBcc: x",
        "https://a.example/" + "x" * 3000,
        "//a.example/",
        "https://a.example/\u202egpj.exe",
        "",
    ],
)
def test_what_is_no_plain_web_address_is_no_link(url: str) -> None:
    story = a_story("X", tellings=(replace(a_telling("a", "Le Fil", "Titre"), url=url),))
    message = mail(a_digest(Card(story=story, news=(), new=True)))
    assert "<a " not in message.html
    assert "Titre" in message.html
