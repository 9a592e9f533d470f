"""A sentence as a row of chunks: names, posts, groups, prepositions, pronouns, signs, words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from alerts.lexicon import Lexicon, NameType
from alerts.lexicon.vocabulary import lemma
from alerts.matching.names import Entity, Mention
from alerts.matching.reading import Sentence
from mercato.text import Token


class Chunk(StrEnum):
    """What a chunk is."""

    NAME = "name"
    ROLE = "role"
    GROUP = "group"
    PREPOSITION = "preposition"
    PRONOUN = "pronoun"
    RELATIVE = "relative"
    COORDINATOR = "coordinator"
    SIGN = "sign"
    DETERMINER = "determiner"
    WORD = "word"


class Hold(StrEnum):
    """Whether a post is held, was held, or is about to be."""

    NOW = "now"
    FORMER = "former"
    COMING = "coming"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Role:
    """A post or calling: « l'ancien directeur technique d'Apple »."""

    text: str
    head: str
    hold: Hold
    organisation: Entity | None
    definite: bool  # « le, la, l', son »: may point to somebody named elsewhere
    post: bool  # a post rather than a calling
    via_chez: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """A group without names: « deux ingénieurs d'Apple »."""

    label: str
    count: int | None
    organisation: Entity | None
    definite: bool
    team: bool


class Item(NamedTuple):
    """A chunk over words `start:end` of its sentence; a named tuple, since an article is made into hundreds."""

    kind: Chunk
    start: int
    end: int
    value: str = ""  # folded text, or the preposition's canonical form
    entity: Entity | None = None
    role: Role | None = None
    people: People | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with its chunks."""

    sentence: Sentence
    items: tuple[Item, ...]
    by_token: tuple[int, ...]  # word → index of its chunk


def chunk(sentence: Sentence, mentions: Sequence[Mention], text: str, lexicon: Lexicon) -> Phrase:
    """The chunks of a sentence, given its names."""
    at = {mention.start: mention for mention in mentions}
    items = tuple(_Chunker(sentence.tokens, at, text, lexicon).items())
    by_token = [0] * len(sentence.tokens)
    for number, item in enumerate(items):
        by_token[item.start : item.end] = [number] * (item.end - item.start)
    return Phrase(sentence, items, tuple(by_token))


_PRONOUNS = frozenset(
    [
        "il",
        "elle",
        "ils",
        "elles",
        "celui-ci",
        "celle-ci",
        "ceux-ci",
        "celles-ci",
        "lui",
        "eux",
        "-t-il",
        "-t-elle",
        "-il",
        "-elle",
        "-t-ils",
    ]
)
ORDINALS: Mapping[str, int] = {
    "premier": 0, "premiere": 0, "un": 0, "une": 0, "second": 1, "seconde": 1, "deuxieme": 1, "autre": 1,
    "troisieme": 2, "quatrieme": 3,
}  # fmt: skip
"""« le premier », « l'une », « la seconde »: which of the persons named before, counted from 0."""
_TOLD = frozenset({"cite", "citee", "nomme", "nommee"})
_BEHIND_ORDINALS = frozenset(
    {"a", "n'", "ne", "s'", "se", "y", "est", "va", "sera", "etait", "avait", "chez", "comme", "vers", "pour", ",", ";"}
)  # fmt: skip
_FUTURE_OR_PAST = ("ait", "era", "ira", "dra", "tra", "vra")
_INFINITIVE = ("er", "ir", "re")
_RELATIVES = frozenset(["qui", "que", "qu'", "dont", "ou", "lequel", "laquelle", "lesquels", "lesquelles", "auquel"])
_SIGNS = frozenset(",;:()«»—–-…!?.|/[]•▪→►")
DEMONYMS = (
    "ais",
    "aise",
    "ois",
    "oise",
    "ain",
    "aine",
    "ien",
    "ienne",
    "and",
    "ande",
    "ard",
    "arde",
    "ol",
    "ole",
    "edois",
    "que",
    "urc",
    "iste",
    "ier",
    "iere",
    "in",
    "ine",
)
"""Endings of the words for a person's country or town."""
_MAX_ROLE_WORDS = 14
_MAX_GAP = 7  # words between a group and the organisation it belongs to


_TRADES = (
    "eurs",
    "euses",
    "trices",
    "iciens",
    "iciennes",
    "istes",
    "ystes",
    "ologues",
    "graphes",
    "tants",
    "tantes",
    "orants",
    "aires",
    "ancers",
    "iniers",
    "inieres",
)
"""Endings of the words for people of a trade, in the plural: « quatorze acousticiens »."""
_THINGS = frozenset(
    [
        "ordinateurs",
        "serveurs",
        "processeurs",
        "capteurs",
        "secteurs",
        "moteurs",
        "lecteurs",
        "connecteurs",
        "valeurs",
        "utilisateurs",
        "visiteurs",
        "spectateurs",
        "abonnes",
        "habitants",
        "restaurants",
        "militants",
        "composants",
        "instants",
        "montants",
        "exemplaires",
        "partenaires",
        "commentaires",
        "formulaires",
        "millionnaires",
        "hectares",
        "questionnaires",
        "concessionnaires",
        "operateurs",
        "editeurs",
        "constructeurs",
        "fournisseurs",
        "investisseurs",
        "actionnaires",
        "distributeurs",
        "concurrents",
        "semiconducteurs",
        "conducteurs",
        "scooters",
        "televiseurs",
        "detecteurs",
        "adversaires",
        "milliardaires",
        "horaires",
        "salaires",
        "anniversaires",
        "couleurs",
        "joueurs",
        "equipementiers",
        "hebergeurs",
        "fabricants",
        "assureurs",
        "voyageurs",
        "consommateurs",
        "electeurs",
    ]
)


_TAILS = frozenset({"profit", "detriment", "sein", "cours", "moment", "printemps", "benefice", "terme", "lendemain"})
"""Words that make « au … » a preposition or a time, not the field of a post."""


HUMANS = frozenset(
    {
        "homme", "femme", "dame", "interesse", "interessee", "dernier", "derniere", "trentenaire", "quadragenaire",
        "quinquagenaire", "sexagenaire", "ex-patron", "ex-patronne", "transfuge", "revenant", "revenante",
    }
)  # fmt: skip
"""Nouns that point to somebody who was named, behind « le », « ce »."""
POINTING = frozenset({"le", "la", "l'", "ce", "cet", "cette"})


_ANY_OF_THEM = frozenset({"les", "ses", "ces", "leurs", "l'", "la", "son", "sa", "cette", "nos"})
"""Determiners before a number or a group."""
_AROUND_NUMBERS = frozenset(
    {
        "de", "d'", "des", "un", "une", "demi", "plus", "moins", "pres", "environ", "au", "anciens", "anciennes",
        "autres", "hauts", "jeunes", "ex-", "premiers", "grands", "toute", "partie", "nouveaux", "nouvelles",
        "meilleurs", "meilleures", "principaux", "principales", "brillants", "brillantes", "talentueux", "eminents",
        "eminentes",
    }
)  # fmt: skip
"""Words that may stand before, behind and between those that count a group."""
_MOST_OF_A_TRADE = 100
"""People of a trade that still move as a group; « 500 alternants » are a campaign's."""
_SOME = frozenset({"plusieurs", "quelques", "partie", "moitie", "poignee", "plupart", "tiers", "quarts", "quart"})
_BEFORE_DIRECTION = frozenset({"la", "sa", "une", "cette", "leur", "notre", "nouvelle", "de"})
"""Words behind which « direction » is a noun."""
_BEFORE_POSTS = frozenset(
    {
        "tres", "plus", "jeune", "celebre", "grand", "grande", "discret", "haut", "haute", "propre", "brillant",
        "brillante", "puissant", "tout", "toute", "puissante", "actuel", "actuelle", "autre", "deuxieme", "second",
        "seconde", "troisieme", "premier", "premiere",
    }
)  # fmt: skip
_BEFORE_FORMER = frozenset({"un", "une", "l'", "cet", "cette", "deux", "des", "les"})
_FORMER = frozenset({"ancien", "ancienne", "transfuge", "veteran", "veterane"})


class _Vocabulary:
    """The word lists of the chunker, put together once for a lexicon; most words are settled by one look into them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.posts = lexicon.words("heads.posts")
        self.callings = lexicon.words("heads.callings")
        self.determiners = lexicon.words("function.determiners")
        self.prepositions = lexicon.words("function.prepositions")
        self.group_nouns = lexicon.words("groups.nouns")
        self.modifiers = lexicon.words("heads.modifiers")
        self.former = lexicon.words("heads.former")
        self.coming = lexicon.words("heads.coming")
        self.current = lexicon.words("heads.current")
        self.small = self.determiners | self.prepositions | lexicon.words("function.clause_openers") | _PRONOUNS
        self.begins_group = lexicon.words("groups.vague") | frozenset(lexicon.numbers) | _ANY_OF_THEM | _AROUND_NUMBERS
        self.begins_post = (
            self.posts | self.callings | self.determiners | self.former | self.coming | self.current
            | _BEFORE_POSTS | _BEFORE_FORMER | _FORMER
        )  # fmt: skip
        self.compounds = lexicon.compound_prepositions
        self.kinds: Mapping[str, Chunk] = {
            **dict.fromkeys(self.determiners, Chunk.DETERMINER),
            **dict.fromkeys(self.prepositions, Chunk.PREPOSITION),
            **dict.fromkeys(_RELATIVES, Chunk.RELATIVE),
            **dict.fromkeys(("et", "ni", "&"), Chunk.COORDINATOR),
            **dict.fromkeys(_PRONOUNS, Chunk.PRONOUN),
            **dict.fromkeys(_SIGNS, Chunk.SIGN),
        }
        self.telling = (
            self.begins_group | self.begins_post | {"ou"} | self.kinds.keys() | self.compounds.keys()
            | lexicon.contractions.keys()
        )  # fmt: skip
        """The words that can be anything but a plain word; numbers can too."""


@lru_cache(maxsize=4)
def _vocabulary(lexicon: Lexicon) -> _Vocabulary:
    return _Vocabulary(lexicon)


class _Chunker:
    """Walks the words of one sentence from left to right."""

    def __init__(self, words: Sequence[Token], at: Mapping[int, Mention], text: str, lexicon: Lexicon) -> None:
        self.words = words
        self.row = [word.folded for word in words]
        self.at = at
        self.text = text
        self.lexicon = lexicon
        self.lists = _vocabulary(lexicon)

    def items(self) -> Iterator[Item]:
        """The chunks."""
        index, lists = 0, self.lists
        while index < len(self.row):
            word = self.row[index]
            item = self._name(index)
            if item is None and word not in lists.telling and not word[:1].isdecimal():
                item = Item(Chunk.WORD, index, index + 1, word)
            if item is None and word in {"le", "la", "l'"}:
                item = self._ordinal(index)
            if item is None and (word in lists.begins_group or word[:1].isdecimal()):
                item = self._group(index) or self._of_old(index)
            if item is None and word in lists.begins_post:
                item = self._role(index)
            if item is None:
                item = self._small(index)
            yield item
            index = item.end

    def _ordinal(self, index: int) -> Item | None:
        """« Le premier rejoint A, la seconde, B »: one of several persons, and not the first of some things."""
        word, elided = self._folded(index + 1), self._folded(index) == "l'"
        if word not in ORDINALS or elided is not (word in {"un", "une", "autre"}):
            return None
        end = index + 2 + (self._folded(index + 2) in _TOLD)
        return Item(Chunk.PRONOUN, index, end, word) if self._goes_on(end) else None

    def _goes_on(self, index: int) -> bool:
        """Whether what stands at `index` can follow a subject, rather than qualify it: a verb, a comma, « chez »."""
        word = self._folded(index)
        if word in _BEHIND_ORDINALS or word.endswith(_FUTURE_OR_PAST):
            return True
        if index >= len(self.words) or index in self.at or word in self.lists.small:
            return False
        if any(form.person == 3 for form in self.lexicon.folded_forms.get(word, ())):
            return True
        base = lemma(self.words[index].text)
        return base != word and base.endswith(_INFINITIVE)

    def _folded(self, index: int) -> str:
        return self.row[index] if index < len(self.row) else ""

    def _name(self, index: int) -> Item | None:
        mention = self.at.get(index)
        if mention is None:
            return None
        if mention.entity.type is NameType.UNKNOWN and mention.end == index + 1 and self._demonym(index):
            return Item(Chunk.PRONOUN, index, index + 1, "il")
        kind = Chunk.WORD if mention.channel else Chunk.NAME
        return Item(kind, mention.start, mention.end, "", mention.entity)

    def _demonym(self, index: int) -> bool:
        """« L'Italien », « la Lyonnaise »: points to somebody by where he comes from."""
        return index > 0 and self._folded(index - 1) in {"l'", "le", "la"} and self._folded(index).endswith(DEMONYMS)

    # --- posts ---

    def _role(self, index: int) -> Item | None:
        """A post with what qualifies it and the organisation it is held in."""
        head, hold, definite = self._role_head(index)
        if head < 0:
            return self._former_of(index)
        end = self._role_words(head + 1)
        organisation, stop, chez = self._organisation_after(end)
        word = self._folded(head)
        text = self.text[self.words[head].start : self.words[end - 1].end]
        role = Role(text, word, hold, organisation, definite, word in self.lists.posts, chez)
        return Item(Chunk.ROLE, index, max(stop, end), text, None, role)

    def _former_of(self, index: int) -> Item | None:
        """« un ancien d'AMD », « une ex-Apple »: somebody described by a former employer alone."""
        place = index + (self._folded(index) in _BEFORE_FORMER)
        word = self._folded(place)
        if word in _FORMER:
            organisation, stop, _ = self._organisation_after(place + 1)
        elif word == "ex-" and place > index and place + 1 in self.at:
            mention = self.at[place + 1]
            firm = mention.entity.type is NameType.ORGANISATION
            organisation, stop = (mention.entity, mention.end) if firm else (None, index)
        else:
            return None
        if organisation is None:
            return None
        text = self.text[self.words[place].start : self.words[stop - 1].end]
        role = Role(text, word, Hold.FORMER, organisation, False, False)
        return Item(Chunk.ROLE, index, stop, text, None, role)

    def _role_head(self, index: int) -> tuple[int, Hold, bool]:
        """Where the head noun stands when a post begins at `index`, how it is held, and whether it is definite."""
        hold, definite = Hold.PLAIN, False
        for place in range(index, min(index + 6, len(self.words))):
            word = self._folded(place)
            if place in self.at:
                return -1, hold, definite
            if word in self.lists.posts or word in self.lists.callings:
                if self.words[place].text[0].isupper() and place > index and self._folded(place - 1) == "les":
                    return -1, hold, definite
                return place, hold, definite
            if word in self.lists.former:
                hold = Hold.FORMER
            elif word in self.lists.coming:
                hold = Hold.COMING
            elif word in self.lists.current:
                hold = Hold.NOW
            elif word in self.lists.determiners and place == index:
                definite = word in {"le", "la", "l'", "son", "sa", "ce", "cet", "cette", "les", "ses", "ces", "leur"}
            elif word in _BEFORE_POSTS or (word in self.lists.modifiers and place > index and hold is not Hold.PLAIN):
                continue
            else:
                return -1, hold, definite
        return -1, hold, definite

    def _role_words(self, index: int) -> int:
        """The end of the words that qualify a post: « directeur | des systèmes d'information »."""
        start = index
        while index < len(self.words) and index - start < _MAX_ROLE_WORDS:
            word = self._folded(index)
            if index in self.at:
                break
            if word in self.lists.modifiers or word in self.lists.posts or word in self.lists.callings:
                if word == "et" and not self._modifier_at(index + 1):
                    break
                if (
                    word in {"par", "non", "ad", "un", "deux"}
                    and not self._modifier_at(index + 1)
                    and word not in {"un", "deux"}
                ):
                    break
                index += 1
                continue
            jump = self._complement(index)
            if jump == index and index > start and self._adjective(index):
                jump = index + 1
            if jump == index:
                break
            index = jump
        return index

    def _adjective(self, index: int) -> bool:
        """Whether a word qualifies the noun before it and an organisation follows: « assistant | vocal | d'Orange »."""
        token = self.words[index]
        linked = self.lexicon.contractions.get(self._folded(index + 1)) == "de" and index + 2 in self.at
        return linked and token.text.isalpha() and token.text.islower() and token.folded not in self.lists.small

    def _modifier_at(self, index: int) -> bool:
        word = self._folded(index)
        return index not in self.at and (word in self.lists.modifiers or word in self.lists.posts)

    def _complement(self, index: int) -> int:
        """The end of « des systèmes », « de l'IA », « en charge du produit » at `index`; `index` when there is none."""
        if self._folded(index) not in {"de", "d'", "du", "des", "en", "au", "aux", "charge", "chargee"}:
            return index
        place = index + 1
        while self._folded(place) in {"de", "du", "des", "d'", "la", "le", "les", "l'", "charge", "chargee"}:
            place += 1
        if place >= len(self.words) or (place in self.at and not self._acronym(place)):
            return index
        token = self.words[place]
        if token.folded in _TAILS:
            return index
        plain = token.text[0].isalpha() and (token.text[0].islower() or self._acronym(place) or place not in self.at)
        named = self._acronym(place) or token.folded == "direction"  # « chef de la direction »
        if not plain or (token.folded in self.lists.small and not named):
            return index
        if token.folded in {
            "groupe",
            "entreprise",
            "societe",
            "firme",
            "start-up",
            "startup",
            "licorne",
            "editeur",
            "operateur",
            "plateforme",
            "maison",
            "banque",
        }:
            return index
        return place + 1

    def _acronym(self, index: int) -> bool:
        """Whether a name is the short word for a field (« IA », « R&D », « RH »), not an employer."""
        mention = self.at.get(index)
        return bool(mention and mention.entity.type is NameType.PRODUCT and self.words[index].text.isupper())

    def _organisation_after(self, index: int) -> tuple[Entity | None, int, bool]:
        """The organisation of « de A », « chez A », « de la start-up A »: which, where it ends, and if by « chez »."""
        word = self._folded(index)
        compound = self._compound(index)
        if compound and compound[1] not in {"au sein de", "a la tete de"}:
            return None, index, False
        if not (compound or word in {"chez", "pour", "a", "au"} or self.lexicon.contractions.get(word) == "de"):
            return None, index, False
        mention = self._mention_after(index + (compound[0] if compound else 1))
        if mention is None or mention.channel:
            return None, index, False
        firm = mention.entity.type is NameType.ORGANISATION
        vague = mention.entity.type in {NameType.UNKNOWN, NameType.MEDIUM} and word not in {"a", "au", "pour"}
        return (mention.entity, mention.end, word == "chez") if firm or vague else (None, index, False)

    def _mention_after(self, index: int) -> Mention | None:
        """The name at `index`, perhaps behind « la start-up », « l'éditeur lyonnais »."""
        heads = self.lexicon.words("organisation_heads.nouns")
        for place in range(index, min(index + 5, len(self.words))):
            if place in self.at:
                return self.at[place]
            word = self._folded(place)
            if self.words[place].text[0].isupper() and word not in self.lists.determiners:
                return None
            if place == index and word not in self.lists.determiners | heads | {"de", "d'", "du"}:
                return None
        return None

    # --- groups ---

    def _group(self, index: int) -> Item | None:
        """« deux ingénieurs d'Apple », « une quinzaine de chercheurs », « l'équipe MLX »."""
        place, count, vague, definite = self._quantity(index)
        among = [self._folded(place + k) for k in range(-1, 2)] if count else []
        if among[:2] == ["d'", "entre"] and among[2] in {"eux", "elles", "nous"}:
            people = People(" ".join(among), count, None, definite=True, team=False)
            return Item(Chunk.GROUP, index, place + 2, people.label, None, None, people)
        crowd = count is not None and count > _MOST_OF_A_TRADE
        noun = self._group_noun(place, bool(count and count > 1) or self._some_of(index, place), crowd)
        team = False
        if noun < 0 and not vague and self._folded(place) in self.lexicon.words("groups.teams"):
            noun, team = place, True
            count = count or self.lexicon.numbers.get(self._folded(place))
        if noun < 0 or not (count or vague or team):
            return None
        if team and place == index:
            return None
        end = self._role_words(noun + 1)
        organisation, stop = self._organisation_near(end)
        if not count and not team and organisation is None and self._folded(place - 1) in {"des", "d'", "de"}:
            return None  # « des ingénieurs »: nobody in particular
        label = self.text[self.words[noun].start : self.words[end - 1].end]
        people = People(label, count, organisation, definite and not team, team)
        return Item(Chunk.GROUP, index, max(end, stop), label, None, None, people)

    def _some_of(self, index: int, end: int) -> bool:
        """« plusieurs animateurs », « une partie des concepteurs »: not a trade as a whole."""
        return not _SOME.isdisjoint(self.row[index:end])

    def _quantity(self, index: int) -> tuple[int, int | None, bool, bool]:
        """Where the noun should stand after a number or « plusieurs »; the number; if vague; if definite."""
        count, vague, definite = None, False, False
        place = index
        while place < min(index + 7, len(self.words)) and place not in self.at:
            word = self._folded(place)
            if word in _ANY_OF_THEM and place == index:
                definite = True
            elif (
                count
                and self._folded(place - 1) in {"de", "des", "ses", "nos", "leurs", "mes", "les"}
                and (word in self.lexicon.numbers or word.isdecimal())
            ):
                pass  # « douze de ses vingt analystes » are twelve
            elif count and self._folded(place - 1) == "de" and word in {"ses", "nos", "leurs", "mes", "ces"}:
                definite = True
            elif word in self.lexicon.numbers and not (
                word in {"un", "une"} and self._folded(place + 1) not in self.lexicon.numbers
            ):
                count = max(self.lexicon.numbers[word], count or 0)
            elif word.replace(" ", "").isdecimal():
                number = int(word.replace(" ", "")[:5])  # int() refuses some thousand digits, and five are too many
                count = number if number < 5000 else None
            elif word in self.lexicon.words("groups.vague"):
                vague = True
            elif word in _AROUND_NUMBERS:
                if (
                    word in {"anciens", "anciennes"}
                    and self._folded(place + 1) not in self.lists.group_nouns
                    and self._folded(place + 1) not in {"hauts", "grands"}
                ):
                    break
            else:
                break
            place += 1
        return place, count, vague, definite

    def _group_noun(self, place: int, counted: bool = False, crowd: bool = False) -> int:
        """The place of a noun for people at `place`, -1 if none; behind a number a trade or its ending will do."""
        if place >= len(self.words) or place in self.at:
            return -1
        word = self._folded(place)
        known = word in self.lists.group_nouns
        trade = len(word) > 6 and word.endswith(_TRADES) and word not in _THINGS
        trade = trade or (not crowd and word.endswith("s") and word in self.lexicon.words("agents.nouns"))
        return place if known or (counted and trade) else -1

    def _of_old(self, index: int) -> Item | None:
        """« quatre ex-Twilio »: people known by the firm that they left alone."""
        place, count, vague, definite = self._quantity(index)
        counted = bool(count and count > 1) or (vague and self._some_of(index, place))
        place += self._folded(place) == "ex-"
        if not counted or self._folded(place - 1) != "ex-" or place not in self.at:
            return None
        mention = self.at[place]
        if mention.entity.type is NameType.PERSON:
            return None
        label = self.text[self.words[place - 1].start : self.words[mention.end - 1].end]
        people = People(label, count, mention.entity, definite, team=False)
        return Item(Chunk.GROUP, index, mention.end, label, None, None, people)

    def _organisation_near(self, index: int) -> tuple[Entity | None, int]:
        """The organisation of a group: « de A », perhaps behind « de l'équipe », « spécialisés en IA »."""
        for place in range(index, min(index + _MAX_GAP, len(self.words))):
            if self._folded(place) in _SIGNS or self._folded(place) in {"qui", "que", "pour", "par", "a", "ont"}:
                break
            if self._folded(place) in self.lexicon.folded_forms and place > index:
                break
            organisation, end, _ = self._organisation_after(place)
            if organisation:
                return organisation, end
        return None, index

    # --- small words ---

    def _compound(self, index: int) -> tuple[int, str] | None:
        """The compound preposition that begins at `index`: its length in words and its canonical form."""
        following = self._folded(index + 1)
        for phrase, canonical in self.lists.compounds.get(self._folded(index), ()):
            if len(phrase) > 2 and phrase[1] != following:
                continue
            words = [self._folded(index + k) for k in range(len(phrase))]
            if words[:-1] == list(phrase[:-1]) and (
                words[-1] == phrase[-1] or self.lexicon.contractions.get(words[-1], words[-1]) == phrase[-1]
            ):
                return len(phrase), canonical
        return None

    def _small(self, index: int) -> Item:
        """Whatever else the word is."""
        word = self.row[index]
        compound = self._compound(index) if word in self.lists.compounds else None
        if compound:
            return Item(Chunk.PREPOSITION, index, index + compound[0], compound[1])
        kind = self.lists.kinds.get(word, Chunk.WORD)
        if word == "ou" and self.words[index].text != "où":
            kind = Chunk.COORDINATOR
        elif word == "direction" and self._folded(index - 1) in _BEFORE_DIRECTION:
            kind = Chunk.WORD  # « à la direction commerciale de B », not « direction B »
        elif word == "a" and self.words[index].text == "a":
            kind = Chunk.WORD  # the verb avoir, which has no accent
        return Item(kind, index, index + 1, self.lexicon.contractions.get(word, word))
