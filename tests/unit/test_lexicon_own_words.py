"""A user's own words: what they change, what they leave alone, and how they are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.lexicon import load_lexicon
from alerts.lexicon.own_words import lexicon_of, own_lexicon, read_folder
from alerts.matching import judge
from alerts.matching.article import Article
from alerts.matching.reading import read
from alerts.matching.triggers import find_triggers
from alerts.watches import concerns, is_muted
from mercato.errors import LexiconError, SettingsError
from mercato.i18n import catalogue
from mercato.model import Kind, Match, Move, OwnWords, Status, Story, Telling, Watch
from mercato.settings import load_settings

PLACE = "mercato.toml: watch[1]"
FRAME = """
[[frame]]
id = "leave.amarres"
verb = ["rompre les amarres"]
complements = { de = "origin" }
needs = ["origin"]
why = "a sailor's departure"
example = "{m:Léa Martin} rompt les amarres de {o:Qonto}."
counter = "Le voilier rompt les amarres."
"""


def moves(sentence: str, *words: OwnWords, **files: str) -> list[tuple[str | None, str | None, str | None]]:
    """Who leaves what for what in a sentence that is flagged; [] for one that is not."""
    lexicon = own_lexicon({f"{name}.toml": text.encode() for name, text in files.items()}, words)
    judgement = judge("", sentence, lexicon)
    if not isinstance(judgement, Match):
        return []
    return [(move.person, move.origin, move.destination) for move in judgement.moves]


def test_a_users_own_frame_comes_before_the_bundled_ones_of_the_same_wording() -> None:
    frame = FRAME.replace("rompre", "larguer").replace("rompt", "largue")
    lexicon = own_lexicon({"frames_mine.toml": frame.encode()}, ())
    article = Article(read("", "Léa Martin largue les amarres de Qonto.", lexicon), lexicon)
    assert "larguer les amarres" in {verb for known in load_lexicon().frames for verb in known.verbs}
    assert [event.frame.id for event in article.events] == ["leave.amarres"]


def mistakes(*words: OwnWords, **files: str) -> str:
    with pytest.raises(LexiconError) as refused:
        own_lexicon({f"{name}.toml": text.encode() for name, text in files.items()}, words)
    return str(refused.value)


def test_a_verb_of_a_family_is_read_in_all_its_forms() -> None:
    words = OwnWords(place=PLACE, verbs={"leave": ("cirer ses parapluies",)})
    sentence = "Camille Ferrand {} ses parapluies chez Doctolib."
    assert moves(sentence.format("cire")) == []
    for form in ("cire", "a ciré", "cirera"):
        assert moves(sentence.format(form), words) == [("Camille Ferrand", "Doctolib", None)]


def test_a_preposition_that_opens_a_sentence_is_no_form_of_avoir() -> None:
    lexicon = own_lexicon({}, (OwnWords(place=PLACE, verbs={"fire": ("avoir la tête",)}),))
    phrases = Article(
        read("", "À la tête de Doctolib, elle sourit. Doctolib a la tête froide.", lexicon), lexicon
    ).phrases
    found = [
        [frame.id for trigger in find_triggers(phrase, lexicon) for frame, _ in trigger.frames] for phrase in phrases
    ]
    assert ["fire.own-avoir-la-tete" in frames for frames in found] == [False, True]


def test_a_verb_of_arrival_takes_its_firm_as_object() -> None:
    words = OwnWords(place=PLACE, verbs={"arrive": ("enfourcher",)})
    sentence = "Camille Ferrand enfourche Doctolib comme directrice technique."
    assert moves(sentence, words) == [("Camille Ferrand", None, "Doctolib")]


def test_an_alias_stands_for_the_name_of_stories() -> None:
    words = OwnWords(place=PLACE, aliases={"Mistral": ("le labo au chat",)})
    sentence = "Léa Martin rejoint le labo au chat comme directrice technique."
    assert moves(sentence, words) == [("Léa Martin", None, "Mistral AI")]


def test_a_person_of_one_word_is_known_when_told() -> None:
    sentence = "Zorg quitte Meta pour OpenAI, où ce chercheur en IA dirigera un laboratoire."
    words = OwnWords(place=PLACE, people=("Zorg",))
    assert ("Zorg", "Meta", "OpenAI") in moves(sentence, words)


def test_a_frame_of_a_folder_is_read() -> None:
    sentence = "Camille Ferrand rompt les amarres de Doctolib."
    assert moves(sentence, frames_mine=FRAME) == [("Camille Ferrand", "Doctolib", None)]


def test_names_of_a_folder_are_read_and_come_first() -> None:
    lexicon = own_lexicon({"organisations.toml": b'[mine.names]\n"Nouveau Meta" = ["Meta"]\n[mine]\nplain = []\n'}, ())
    judgement = judge("", "Camille Ferrand quitte Meta pour rejoindre Doctolib.", lexicon)
    assert judgement.moves[0].origin == "Nouveau Meta"


def test_word_lists_grow() -> None:
    lexicon = own_lexicon({"words.toml": b'[scope]\ntech = ["domotique ludique"]\n'}, ())
    assert lexicon.words("scope.tech") == load_lexicon().words("scope.tech") | {"domotique ludique"}


def test_muted_words_are_taken_out() -> None:
    sentence = "Léa Martin rejoint Qonto comme directrice produit."
    assert moves(sentence) == [("Léa Martin", None, "Qonto")]
    assert moves(sentence, OwnWords(place=PLACE, muted=("arrive.rejoindre",))) == []
    assert moves(sentence, OwnWords(place=PLACE, muted=("rejoindre",))) == []
    lexicon = own_lexicon({}, [OwnWords(place=PLACE, muted=("Qonto",))])
    assert "qonto" not in lexicon.names


def test_words_change_the_fingerprint_and_their_place_does_not() -> None:
    plain = load_lexicon().fingerprint
    one = own_lexicon({}, [OwnWords(place="a", organisations=("Zorbec",))]).fingerprint
    assert one != plain
    assert one == own_lexicon({}, [OwnWords(place="b", organisations=("Zorbec",))]).fingerprint
    assert one != own_lexicon({}, [OwnWords(place="a", organisations=("Zorbek",))]).fingerprint
    assert own_lexicon({"frames_mine.toml": FRAME.encode()}, ()).fingerprint not in {plain, one}


def test_what_is_known_already_has_nothing_judged_again() -> None:
    words = [OwnWords(place=PLACE, organisations=("Meta", "Mistral AI"))]
    assert own_lexicon({}, words) is load_lexicon()


def test_two_watches_may_give_the_same_word() -> None:
    twice = [OwnWords(place=f"watch[{n}]", verbs={"leave": ("enfourcher",)}, organisations=("Zorbec",)) for n in (1, 2)]
    assert own_lexicon({}, twice).frames


def test_every_mistake_is_told_with_its_place_and_what_is_accepted() -> None:
    text = mistakes(
        OwnWords(place=PLACE, verbs={"quit": ("partir",), "leave": ("zut",)}, muted=("Blurb",)),
        families="",
        frames_mine='[[frame]]\nid = "leave.quitter"\nverb = "partir"\nstrength = 9\nmover = "x"\nkind = "y"\n',
        frames_more="frame = 3\n",
        organisations='[a]\nplain = 3\ncolour = "red"\n[b]\ntech = true\n',
        words='[scope]\nteck = ["a"]\ntech = "b"\n[colours]\na = ["b"]\n',
        roles="x =\n",
        verbs='[zo]\npresent = "x"\n',
    )
    for expected in (
        "mercato.toml: watch[1].verbs.quit: no family has this name; expected one of appoint, arrive",
        "mercato.toml: watch[1].verbs.leave: 'zut': 'zut' cannot be conjugated",
        "mercato.toml: watch[1].muted: 'Blurb' is no name",
        "families.toml: no file of a user's lexicon has this name; accepted are frames_*.toml",
        "frames_mine.toml: frame 'leave.quitter': this id is used twice",
        "frames_mine.toml: frame 'leave.quitter': verb = 'partir': expected a list of words",
        "frames_mine.toml: frame 'leave.quitter': strength = 9: expected 1, 2 or 3",
        "frames_mine.toml: frame 'leave.quitter': mover = 'x': expected one of complement",
        "frames_mine.toml: frame 'leave.quitter': kind = 'y': expected one of hire",
        "frames_more.toml: keys frame: a file of frames holds [[frame]] tables only",
        "organisations.toml: [a]: plain = 3: expected a list of names",
        "organisations.toml: [a]: the key 'colour' is unknown; known are why, tech",
        "organisations.toml: [b]: it holds no name",
        "words.toml: scope.teck: no such list; there are outside, sport, tech",
        "words.toml: scope.tech = 'b': expected a list of words",
        "words.toml: [colours]: no such table of word lists",
        "roles.toml: not readable as TOML",
        "at line 1, column 4",
        "verbs.toml: [zo]: expected present (six forms)",
    ):
        assert expected in text


def test_settings_carry_the_words_of_every_place(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "frames_mine.toml").write_text(FRAME, encoding="utf-8")
    (tmp_path / "mercato.toml").write_text(
        """
[crawl]
contact = "mailto:desk@journal.example"
[lexicon]
folder = "own"
aliases = { "Mistral AI" = ["le labo au chat"] }
[[watch]]
name = "ia"
organisations = ["Zorbec"]
muted = ["football"]
[watch.nouns]
poach = ["rapatriement"]
""",
        encoding="utf-8",
    )
    settings = load_settings(tmp_path / "mercato.toml", {})
    assert settings.watches[0].muted == ("football",)
    lexicon = lexicon_of(settings)
    assert {"leave.amarres", "poach.own-rapatriement"} <= {frame.id for frame in lexicon.frames}
    assert "zorbec" in lexicon.names


def test_settings_refuse_what_is_no_word(tmp_path: Path) -> None:
    path = tmp_path / "mercato.toml"
    path.write_text('[crawl]\ncontact = "mailto:desk@journal.example"\n[lexicon]\npeople = [" "]\nverb = {}\n')
    with pytest.raises(SettingsError) as refused:
        load_settings(path, {})
    assert any(mistake.startswith("lexicon.people[1] = ' ': expected words") for mistake in refused.value.mistakes)
    assert any(mistake.startswith("lexicon.verb: no such setting") for mistake in refused.value.mistakes)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match=r"lexicon\.folder: expected a folder"):
        read_folder(tmp_path / "nowhere")


def story(title: str, person: str = "Léa Martin") -> Story:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    move = Move(person=person, destination="Qonto", status=Status.CONFIRMED, kind=Kind.HIRE)
    telling = Telling(
        article="a", url="https://a.example/", outlet="A", source="a", title=title, published=now, first_seen=now,
        moves=(move,),
    )  # fmt: skip
    return Story(
        id="s", opened=now, updated=now, people=(person,), group=None, origin=None, destination="Qonto", role=None,
        status=Status.CONFIRMED, kind=Kind.HIRE, tellings=(telling,),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "muted"),
    [("jeu vidéo", True), ("JEU VIDEO", True), ("jeu", True), ("vid", False), ("qonto", True), ("Léa", True)],
)
def test_a_watch_is_spared_its_muted_words(word: str, muted: bool) -> None:
    watch = Watch(name="w", muted=(word,))
    found = story("Le jeu vidéo recrute dans la finance")
    assert is_muted(watch, found) == muted
    assert concerns(watch, found) != muted


def test_mistakes_are_told_in_the_readers_language() -> None:
    files = {"words.toml": b"x = [", "organisations.toml": b'[mine]\nplain = "Nyx"\n', "autre.toml": b""}
    with pytest.raises(LexiconError) as caught:
        own_lexicon(files, ())
    told = caught.value.said(catalogue("fr").gettext)
    assert "words.toml\u00a0: illisible en TOML" in told
    assert "plain = 'Nyx'\u00a0: attendu une liste de noms" in told
    assert "aucun fichier d’un lexique personnel" in told
    assert "expected" not in told
