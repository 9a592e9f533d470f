"""A grammar of the noun phrases that name a post: which words begin one without being read as a post by the chunker,
and where a post ends.

A post is told by a title (« la traductrice en chef », « Chief Information Officer »), by what is headed (« la direction
des ventes », « l'équipe photonique »), or by the field alone (« aux ventes », « prend les ventes »).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from alerts.lexicon import Lexicon, NameType
from alerts.lexicon.conjugation import Tense, VerbForm
from alerts.lexicon.vocabulary import lemma
from alerts.matching.phrases import Chunk, Item, Phrase


class Shape(StrEnum):
    """By what a post is told."""

    TITLE = "title"  # a post or calling that the chunker reads
    GROUP = "group"  # what several people are: « trois directeurs juridiques »
    AGENT = "agent"  # another noun for somebody of a trade
    ENGLISH = "english"
    FUNCTION = "function"  # « la direction », « la présidence »
    UNIT = "unit"  # « l'équipe », « la division »
    FIELD = "field"  # a trade's noun: « les ventes », « l'Afrique »
    GOVERNED = "governed"  # any noun behind a word of leading


@dataclass(frozen=True, slots=True)
class Title:
    """The words `start:end` of a sentence that tell a post, and the word that links them to what stands before."""

    start: int
    end: int
    shape: Shape
    link: str = ""  # folded: « la », « aux »


_LONGEST = 14
_LINKS = frozenset(
    {
        "le", "la", "l'", "les", "du", "de", "d'", "des", "au", "aux", "son", "sa", "ses", "leur", "leurs", "un", "une",
        "notre", "nos", "votre", "cette", "ce", "cet", "en", "comme", "a",
    }
)  # fmt: skip
_OPENERS = frozenset({"de", "d'", "du", "des", "en", "a", "au", "aux", "pour", "sur", "charge", "chargee", "chargees"})
"""Words that a complement of a post begins with."""
_INNER = frozenset({"la", "le", "les", "l'", "son", "sa", "ses", "leur", "leurs", "de", "du", "des", "d'"})
"""Determiners of a complement's noun, and « de » behind « charge »."""
_FIRMS = frozenset({"groupe", "maison", "banque", "cabinet"})
"""Nouns that begin the name of an employer where a name follows, and tell a field elsewhere."""
_TIMES = frozenset(
    {
        "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
        "decembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "mois", "an", "ans",
        "annee", "annees", "jour", "jours", "semaine", "semaines", "printemps", "ete", "automne", "hiver", "rentree",
        "fin", "debut", "moment", "suite", "terme", "moins", "plus", "ici", "cours", "peine", "fois", "ailleurs",
        "abord", "sein", "profit", "detriment", "lendemain", "benefice", "compter", "partir", "propos", "raison",
        "present", "retraite", "cause", "temps", "hier", "demain", "desormais", "jamais", "apres", "quoi", "place",
        "ensemble", "titre", "compte", "ordre", "bientot", "tard", "tot", "loin", "vite", "moitie", "part",
        "fonction", "fonctions", "postes", "parole", "main", "mains", "charges", "reste", "manche",
        "fond", "instant", "heure", "heures", "siecle", "veille", "avenir", "retour", "depart", "arrivee", "interim",
    }
)  # fmt: skip
"""Nouns and adverbs of time and manner that a post never holds."""
_CLOSED = frozenset(
    {
        "a", "ai", "as", "ont", "avait", "avaient", "aura", "auront", "aurait", "est", "sont", "etait", "etaient",
        "sera", "seront", "serait", "fut", "etre", "avoir", "ne", "n'", "y", "se", "s'", "va", "vont", "pas", "plus",
        "mais", "si", "meme", "aussi", "deja", "ainsi", "alors", "puis", "encore", "toujours", "seul", "seule",
        "jusqu'a", "jusqu'au", "jusqu'aux", "jusqu'en", "jusqu'ici", "jusque",
    }
)  # fmt: skip
_PARTICIPLES = ("é", "ée", "és", "ées", "eant", "issant")
_INFINITIVES = ("er", "ir", "oir", "re")
_NEEDING = frozenset({"en", "pour", "sur", "a"})
"""Prepositions that lead to a field only with a determiner, or where the noun is known as one."""
_TAILS = frozenset({("en", "chef"), ("en", "second"), ("par", "interim"), ("ad", "interim"), ("a", "interim")})
"""What may end a title beside adjectives and complements."""
_BODIES = frozenset({"conseil", "comite", "directoire"})
"""Who decides as often as what one joins."""
_EARLY_ADJECTIVES = frozenset(
    {
        "futur", "future", "futurs", "futures", "nouveau", "nouvel", "nouvelle", "nouveaux", "nouvelles", "jeune",
        "grand", "grande", "grands", "grandes", "petit", "petite", "toute", "tout", "toutes", "tous", "seul", "seule",
        "ancien", "ancienne", "principal", "premier", "premiere",
    }
)  # fmt: skip
"""Adjectives that stand before their noun."""
_PEOPLE = ("eur", "eure", "eurs", "eures", "euse", "euses", "trice", "trices", "iste", "istes", "ologue", "ologues",
           "graphe", "graphes", "icien", "iciens", "icienne", "iciennes", "iatre", "iatres")  # fmt: skip
"""Endings of the nouns for people of a trade."""
_BEFORE_PEOPLE = frozenset(
    {
        ",", "(", ":", "comme", "que", "qu'", "ex-", "ancien", "ancienne", "nouveau", "nouvel", "nouvelle", "futur",
        "future", "ci-devant", "poste", "en", "ou", "et", "–", "—",
    }
)  # fmt: skip
_OPENING = frozenset({"(", ",", ":", "et", "–", "—", "-", ";"})
"""What stands before a field without a determiner: « Y (cybersécurité) »."""
_GOVERNED_BY = 3
"""Words from the word of leading to the noun phrase, at most."""
_SHORT = 4
"""Letters of an acronym, at most."""


class _Lists:
    """The word lists of the grammar, put together once for a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.words
        self.functions, self.units = words("fields.functions"), words("fields.units")
        self.fields = words("fields.trades") | words("fields.lands")
        self.governing = tuple(sorted(words("fields.governing")))
        self.agents = words("agents.nouns") | words("heads.posts") | words("heads.callings")
        self.things = words("agents.things") | words("fields.trades")
        self.english_heads = words("english.heads")
        self.english = words("english.words") | self.english_heads
        self.modifiers = (words("heads.modifiers") | words("heads.posts")) - _NO_MODIFIERS
        self.lands = words("fields.lands")
        self.employers = words("organisation_heads.employers")
        self.verbal = frozenset(lexicon.folded_forms) - self.fields - self.modifiers
        self.small = (
            words("function.determiners") | words("function.prepositions") | words("function.clause_openers")
            | words("heads.anaphora") | _CLOSED | words("function.coordinators")
        )  # fmt: skip


_NO_MODIFIERS = frozenset({"et", "par", "of", "ad", "un", "deux", "non", "monde", "a", "en", "tete", "homme", "femme"})


@lru_cache(maxsize=4)
def _lists(lexicon: Lexicon) -> _Lists:
    return _Lists(lexicon)


def titles(phrase: Phrase, lexicon: Lexicon) -> Iterator[Title]:
    """The posts of a sentence that the chunker does not read as such, in order; none within another."""
    grammar = _Grammar(phrase, lexicon)
    index = 0
    while index < len(grammar.words):
        found = grammar.title(index)
        if found:
            yield found
        index = found.end if found else index + 1


def end_of_title(phrase: Phrase, head: int, lexicon: Lexicon) -> int:
    """The word behind the last one of the post whose head noun is word `head`."""
    return _Grammar(phrase, lexicon).end(head + 1)


class _Grammar:
    """The grammar over one sentence."""

    def __init__(self, phrase: Phrase, lexicon: Lexicon) -> None:
        self.phrase, self.lexicon, self.lists = phrase, lexicon, _lists(lexicon)
        self.words = phrase.sentence.tokens

    def title(self, index: int) -> Title | None:
        """The post whose head is the word at `index`, if one is told."""
        item = self._item(index)
        if item.kind in {Chunk.ROLE, Chunk.GROUP}:
            return None
        english = self._english(index)
        if english:
            return english
        if self._folded(index) == "qualite" and self._folded(index - 1) == "en":
            return None  # « en qualité de »
        shape = self._shape(index, item)
        if shape is None:
            return None
        return Title(index, self.end(index + 1), shape, self._link(index))

    def end(self, index: int) -> int:
        """The end of the words that qualify the noun before `index`."""
        start = index
        while index - start < _LONGEST:
            if (self._folded(index), self._folded(index + 1)) in _TAILS:
                index += 2
            elif self._qualifies(index):
                index += 1
            else:
                step = self._complement(index) or self._coordinate(index)
                if step is None:
                    break
                index = step
        return index

    # --- heads ---

    def _english(self, index: int) -> Title | None:
        """« Chief Information Officer », « VP of Engineering »: two words of an English title or more."""
        end = index
        while (
            self._folded(end) in self.lists.english
            or (end > index and self._folded(end) in {"of", "&", "and"})
            or self._invented(index, end)
        ):
            end += 1
        while end > index and self._folded(end - 1) not in self.lists.english:
            end -= 1
        told = any(self._folded(place) in self.lists.english_heads for place in range(index, end))
        if not told or end - index < 2 or not any(self.words[place].text.isascii() for place in range(index, end)):
            return None
        return Title(index, end, Shape.ENGLISH, self._link(index))

    def _invented(self, index: int, place: int) -> bool:
        """Whether the word at `place` is what a chief of something heads: « Chief | Sparkle | Officer »."""
        within = self._folded(index) == "chief" and place == index + 1 and self._folded(place + 1) == "officer"
        return within and self.words[place].text.isalpha()

    def _shape(self, index: int, item: Item) -> Shape | None:
        """By what the word at `index` may tell a post."""
        word, lists = self._folded(index), self.lists
        if item.entity is not None:
            return self._governed(index) if item.start == index and self._field_name(index) else None
        if word in lists.functions or (word == "bras" and self._folded(index + 1) == "droit"):
            return None if self._decides(index) else Shape.FUNCTION
        if not self._plain(index):
            return None
        if word in lists.agents or self._trade(index):
            return Shape.AGENT
        if word in lists.units or word in lists.fields:
            alone = not index or self._folded(index - 1) in _OPENING
            told = self._linked(index) or (alone and not self._verb(index))
            return (Shape.UNIT if word in lists.units else Shape.FIELD) if told else None
        return self._governed(index) if self._linked(index) and not self._verb(index) else None

    def _decides(self, index: int) -> bool:
        """Whether a body begins a clause with the noun at `index`: « Le conseil d'administration a révoqué … »."""
        head = index - 2 if self._folded(index - 1) in {"de", "d'"} and index > 1 else index
        first = head - self._linked(head)
        return self._folded(head) in _BODIES and (first == 0 or not self.words[first - 1].text[-1].isalnum())

    def _trade(self, index: int) -> bool:
        """Whether the ending and the place of a word say that it is somebody's trade: « , dénicheuse de talents »."""
        word = self._folded(index)
        if len(word) < 6 or not word.endswith(_PEOPLE) or word in self.lists.things:
            return False
        before = self._folded(index - 1)
        return not index or before in _BEFORE_PEOPLE or before in _LINKS

    def _governed(self, index: int) -> Shape | None:
        """Whether a noun stands behind a word of leading: « pilote | les relevés aériens », « dirigera | Zoé »."""
        before = index - self._linked(index)
        before -= self._folded(before - 1) in {"de", "a", "pour", "sur"} and before > 1
        for place in range(before - 1, max(-1, before - 1 - _GOVERNED_BY), -1):
            if self._folded(place).startswith(self.lists.governing) and self._item(place).entity is None:
                return Shape.GOVERNED
        return None

    def _linked(self, index: int) -> bool:
        linked = self._folded(index - 1) in _LINKS and index > 0
        return linked and self.words[index - 1].text != "a"  # the verb, not « à »

    def _link(self, index: int) -> str:
        return self._folded(index - 1) if self._linked(index) else ""

    # --- what follows a head ---

    def _qualifies(self, index: int) -> bool:
        """Whether the word at `index` is an adjective, or a field's noun set behind another: « directeur produit »."""
        if index >= len(self.words):
            return False
        word = self._folded(index)
        if self._acronym(index):
            return True
        if not self._plain(index):
            return False
        if word in self.lists.modifiers:
            return True
        behind = self._folded(index - 1) not in self.lists.small
        return behind and (word in self.lists.fields or self._adjective(index))

    def _adjective(self, index: int) -> bool:
        """Whether a small word behind a noun can be no verb, participle, adverb or number, so that it qualifies it."""
        token = self.words[index]
        if not token.text.islower() or token.folded in self.lexicon.numbers or token.folded in self.lists.verbal:
            return False
        base = lemma(token.text)
        verbal = base.endswith(_INFINITIVES) and base != token.folded
        return not verbal and not token.text.endswith(_PARTICIPLES) and not token.folded.endswith("ment")

    def _complement(self, index: int) -> int | None:
        """The end of « des systèmes », « de l'IA », « en charge du produit » at `index`, None when there is none."""
        opener = self._folded(index)
        if opener not in _OPENERS or (opener == "a" and self.words[index].text == "a"):
            return None
        place = index + 1
        somebody = opener == "a" and self._folded(place) in {"son", "sa", "ses", "leur", "leurs"}
        while self._folded(place) in _INNER or self._folded(place) in {"charge", "chargee"}:
            place += 1
        determined = place > index + 1 or opener in {"du", "des", "au", "aux"}
        place += self._folded(place) in _EARLY_ADJECTIVES and self._plain(place + 1)
        if somebody or place >= len(self.words) or (opener in _NEEDING and not determined and not self._field(place)):
            return None  # « confie la direction générale à son adjoint » names no field of it
        if self._field_name(place):
            return self._field_name(place) if opener not in {"a", "au", "aux"} else None
        named = self._folded(place) in self.lists.functions
        noun = named or (self._plain(place) and self._folded(place) not in self.lexicon.numbers)
        if not noun or (not determined and self._verb(place)) or self._employer(place):
            return None
        return self._name_of_unit(place)

    def _field(self, place: int) -> bool:
        return self._folded(place) in self.lists.fields

    def _name_of_unit(self, place: int) -> int:
        """The end of « division Aitras »: the name belongs to the unit, unless it is somebody's."""
        behind = place + 1
        entity = self._item(behind).entity if behind < len(self.words) else None
        if entity is not None and entity.type is NameType.PERSON:
            return behind  # « pour cheffe des modèles | Aiko Katsuragi »
        if behind < len(self.words) and self._capital(behind) and self._item(behind).end > behind:
            return self._item(behind).end if self._item(behind).kind is Chunk.NAME else behind + 1
        return behind

    def _capital(self, index: int) -> bool:
        """Whether the word is written as names are."""
        return index < len(self.words) and self.words[index].capital and not self._field(index)

    def _employer(self, place: int) -> bool:
        """Whether « de » leads to an employer: « de la mutuelle », « de l'éditeur niortais », « du canadien A »."""
        word = self._folded(place)
        if word in self.lists.employers:
            return True
        if word in _FIRMS:
            return place + 1 >= len(self.words) or self._item(place + 1).kind is not Chunk.WORD
        unit = word in self.lists.units or word in self.lists.fields
        return not unit and self._capital(place + 1)

    def _field_name(self, place: int) -> int | None:
        """The end of a name that is a field of work: a place, an acronym, a product, a name of no known kind."""
        item = self._item(place)
        if item.kind is Chunk.NAME and item.entity is not None:
            known = item.entity.type in {NameType.PLACE, NameType.PRODUCT} and item.start == place
            return item.end if known or self._acronym(place) else None
        land = self._folded(place) in self.lists.lands
        return place + 1 if land or self._acronym(place) else None

    def _coordinate(self, index: int) -> int | None:
        """The end of « et de la donnée », « et commercial » at `index`, None when it is no part of the post."""
        if self._folded(index) not in {"et", "&"}:
            return None
        further = self._complement(index + 1)
        if further and self._folded(index + 1) in {"de", "d'", "du", "des", "a", "au", "aux"}:
            return further
        if index + 1 >= len(self.words) or not self._plain(index + 1) or self._verb(index + 1):
            return None
        word, behind = self._folded(index + 1), self._folded(index + 2)
        listed = word in self.lists.fields or word in self.lists.modifiers
        closed = index + 2 >= len(self.words) or not behind[:1].isalpha() or behind in self.lists.small
        return index + 2 if listed or (closed and self._adjective(index + 1)) else None

    # --- words ---

    def _folded(self, index: int) -> str:
        return self.words[index].folded if 0 <= index < len(self.words) else ""

    def _item(self, index: int) -> Item:
        return self.phrase.items[self.phrase.by_token[index]]

    def _plain(self, index: int) -> bool:
        """Whether the word may be a common noun or an adjective."""
        if not 0 <= index < len(self.words) or self._item(index).entity is not None:
            return False
        token = self.words[index]
        if not token.text[0].isalpha() or len(token.text) < 2:
            return False
        if token.folded in self.lists.small or token.folded in _TIMES:
            return False
        listed = token.folded in self.lists.agents or token.folded in self.lists.modifiers
        return token.text[0].islower() or index == 0 or listed or self._field(index)

    def _acronym(self, index: int) -> bool:
        """Whether the word is the short form of a field: « IA », « R&D », « RH »."""
        if index >= len(self.words):
            return False
        token, item = self.words[index], self._item(index)
        firm = item.entity is not None and item.entity.type is not NameType.PRODUCT
        short = 1 < len(token.text) <= _SHORT and token.text.isupper()
        return short and not firm and item.end == index + 1 and token.folded not in self.lists.small

    def _verb(self, index: int) -> bool:
        """Whether the word is a finite verb or an infinitive."""
        word = self._folded(index)
        forms = self.lexicon.folded_forms.get(word, ())
        if forms:
            return is_finite(forms) or any(form.tense is Tense.INFINITIVE for form in forms)
        base = lemma(self.words[index].text)
        verbal = base.endswith(("er", "ir", "oir")) and len(base) > 4
        return verbal and (word == base or word.endswith(("a", "ait", "aient", "ont", "era", "ent", "ant")))


def is_finite(forms: tuple[VerbForm, ...]) -> bool:
    """Whether a word can only be a verb that is no participle."""
    tenses = {form.tense for form in forms}
    return len(tenses) == 1 and not tenses & {Tense.PRESENT_PARTICIPLE, Tense.PAST_PARTICIPLE}
