"""The arguments of a trigger on either side: subject, objects, complements, and the post of the move."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from alerts.lexicon import NameType, Slot
from alerts.matching.events import Event
from alerts.matching.insertions import OPENING, time_end
from alerts.matching.phrases import HUMANS, Chunk, Hold, Item
from alerts.matching.slots import SLIGHT, Slots
from alerts.matching.triggers import Voice

MAX_REACH = 45
"""Chunks on either side of a trigger that are looked at."""
NAMING = frozenset({"est", "sera", "serait", "appelle", "nomme", "que", "nom", ":", "etait"})
"""Words right before the name that a sentence tells."""
_OPENED_BY = {",": ",", ")": "(", "—": "—", "–": "–", "-": "-"}
_LONGEST_ASIDE = 22  # chunks
_DESCRIBED = 9  # chunks of « ténor parisien d'Apple, X »
_POST_WORDS = frozenset({"poste", "fonction", "fonctions", "role", "titre", "charge"})
_DURATIONS = frozenset({"an", "ans", "annees", "mois", "decennies"})
_OF_SERVICE = frozenset(
    {"passe", "passes", "passees", "de", "carriere", "service", "services", "chez", "au sein de", "a"}
)
_TAKING_OFFICE = frozenset({"appoint", "head", "board", "interim", "succeed", "return", "arrive"})
_BEFORE_PARTS = frozenset(
    {"nos", "notre", "tout", "toute", "toutes", "nouveau", "nouvelle", "nouvel", "future", "futur", "jeune", "propre"}
)
"""Words before the noun for a part of a firm: « nos activités », « la toute nouvelle division »."""
AT_THE_HEAD = frozenset(
    [
        "a la barre de",
        "a la direction de",
        "a la direction generale de",
        "a la presidence de",
        "aux commandes de",
        "aux manettes de",
    ]
)
_LIKE = {
    **dict.fromkeys(AT_THE_HEAD, "a la tete de"),
    "a la tete de": "a",
    "dans les rangs de": "au sein de",
    "dans les equipes de": "au sein de",
    "au comite executif de": "au sein de",
}
"""Compound prepositions → those that lead to the same side where a frame does not name them."""


def side_of(preposition: str, complements: Mapping[str, Slot]) -> Slot:
    """The side that a preposition leads to."""
    while preposition not in complements and preposition in _LIKE:
        preposition = _LIKE[preposition]
    return complements.get(preposition, Slot.NONE)


_SEVERAL = frozenset({"les", "des", "aux", "ses", "leurs", "ces", "nos", "vos", "mes", "plusieurs"})
_EQUALS = frozenset(
    {"un", "une", "est", "sont", "etait", "etaient", "sera", "seront", "parmi", "devient", "deviennent"}
)
_AS = frozenset({"comme", "en tant que", "en qualite de", "au poste de", "aux fonctions de", "a titre de"})


class Arguments(Slots, ABC):
    """Fills one frame around one trigger; what verbs and nouns have in common."""

    def fill(self) -> Event:
        """The event, whatever could be filled."""
        self._arguments()
        self._roles_near()
        return self.event

    @abstractmethod
    def _arguments(self) -> None:
        """Fill what the trigger itself governs."""

    def _search_left(self, slot: Slot) -> int | None:
        """The chunk that is the subject: the nearest fitting one that no preposition governs."""
        index, relative = self.first - 1, False
        pending: int | None = None
        while index >= 0 and self.first - index <= MAX_REACH:
            item = self.items[index]
            if item.kind is Chunk.SIGN and item.value in {";", ".", "…", "!", "?"}:
                return pending
            opening = self._opening_of_aside(index) if item.kind is Chunk.SIGN else None
            if opening is not None:
                index = opening
                continue
            if item.kind is Chunk.RELATIVE and item.value == "qui" and not relative:
                if slot in {Slot.MOVER, Slot.PREDECESSOR} and self._several_others(index):
                    return None
                relative = True
                pending = None
                index -= 1
                continue
            if (
                item.kind is Chunk.RELATIVE
                and item.value in {"que", "qu'", "dont", "ou"}
                and pending is None
                and not relative
            ):
                between = self.items[index + 1 : self.first]
                closed = any(other.value in {",", "—", "–", ")"} for other in between)
                if not closed and any(other.kind in {Chunk.NAME, Chunk.PRONOUN} for other in between):
                    return None
            if self._fits(item, slot):
                governed = self._governed(index)
                if not governed or (relative and not self._seat(index)):
                    return self._head_of_apposition(index, slot)
                side = slot not in {Slot.MOVER, Slot.PREDECESSOR} and not self._seat(index)
                if side and governed == "de" and pending is None:
                    pending = index  # « le conseil de A limoge X »: taken when no free-standing name follows
            index -= 1
        return pending

    def _several_others(self, relative: int) -> bool:
        """Whether « qui » goes on about people or things that no list knows: « X salue les médecins | qui quittent A ».

        « X et Y, les médecins qui … », « sont les médecins qui … », « l'un des médecins qui … » speak of those named.
        """
        words = self.phrase.sentence.tokens
        noun = relative - 1 - (self.items[relative - 1].value == ",")
        opening = next((k for k in range(noun, noun - 4, -1) if k < 0 or self.items[k].kind is not Chunk.WORD), -1)
        if opening < 1 or opening == noun or words[self.items[opening].start].folded not in _SEVERAL:
            return False
        before = self.items[opening - 1]
        return before.value not in _EQUALS and before.kind not in {Chunk.SIGN, Chunk.NAME, Chunk.COORDINATOR}

    def _opening_of_aside(self, index: int) -> int | None:
        """Where an aside opens that ends at `index`: « X, que Y avait formée, quitte », « X, dit Y, quitte »."""
        closing = self.items[index].value
        if closing not in _OPENED_BY:
            return None
        low = max(-1, index - _LONGEST_ASIDE)
        opening = next((k for k in range(index - 1, low, -1) if self.items[k].value == _OPENED_BY[closing]), None)
        if opening is None or index - opening < 2:
            return None
        aside = range(opening + 1, index)
        if closing == ")" or self._subordinate(opening + 1):
            return opening
        first = self.items[opening + 1]
        speaks = first.kind is Chunk.WORD and (first.value == "a" or first.value not in SLIGHT | HUMANS)
        named = any(self._is_person(self.items[k]) and not self._governed(k) for k in aside)
        return opening if speaks and named else None

    def _subordinate(self, index: int) -> bool:
        """Whether a relative clause begins at a chunk: « que », « dont », « à qui »."""
        behind = self.items[index + 1] if index + 1 < len(self.items) else None
        piped = self.items[index].kind is Chunk.PREPOSITION and behind is not None and behind.kind is Chunk.RELATIVE
        return piped or self.items[index].kind is Chunk.RELATIVE

    def _seat(self, index: int) -> bool:
        """Whether an unknown name only says where a firm sits: « la start-up d'Évry »."""
        head = self.items[index - 2].value if index > 1 else ""
        return not self._surely_organisation(self.items[index]) and head in self.lexicon.words(
            "organisation_heads.nouns"
        )

    def _right(self, direct: Slot, complements: dict[str, Slot]) -> None:
        """Fill what stands behind the trigger: the direct object, then complements by their prepositions."""
        self._covered(complements)
        preposition, nested, comma = self.preposition, False, False
        index = self._behind_insertions()
        self._described_object(index, direct)
        while index < len(self.items) and index - self.after <= MAX_REACH:
            item = self.items[index]
            if self._ends_clause(index, item):
                return
            if item.kind is Chunk.SIGN:
                comma = comma or item.value in {",", "—", "–"}
                nested = False
                preposition = "" if item.value in {",", ":"} else preposition
            elif item.kind is Chunk.PREPOSITION:
                if not (item.value == "de" and nested and not self._awaits_mover(index, complements)):
                    preposition, nested = item.value, False
            elif item.kind in {Chunk.NAME, Chunk.ROLE, Chunk.GROUP}:
                preposition = self._own_preposition(item) or preposition
                slot = side_of(preposition, complements) if preposition else (direct if not comma else Slot.NONE)
                if not preposition and slot is Slot.NONE and not comma:
                    slot = complements.get("", Slot.NONE)
                if slot is Slot.DESTINATION and preposition and (self._years_spent(index) or self._until_now(index)):
                    slot = Slot.ORIGIN
                self._take(slot, index, preposition, comma)
                preposition = "" if self._as_whom(index, preposition) else preposition
            elif item.kind is Chunk.WORD and not nested and item.value not in _BEFORE_PARTS and self._noun_like(item):
                self._promise(item, side_of(preposition, complements) if preposition else direct)
                nested = True
            if item.kind is Chunk.NAME and item.entity and item.entity.type in {NameType.PRODUCT, NameType.UNKNOWN}:
                nested = True  # « l'équipe Alexa d'Amazon »
            if item.entity and item.entity.type is NameType.PLACE:
                preposition = ""  # « a fondé à Lille | une société »
            index += 1

    def _described_object(self, index: int, direct: Slot) -> None:
        """« recrute | un ténor d'Apple, X »: somebody told by a word that no list knows and a firm, then by name."""
        opening, row = self.items[index : index + 1], self.items[index + 1 : index + 1 + _DESCRIBED]
        if direct is not Slot.MOVER or not opening or opening[0].kind is not Chunk.DETERMINER:
            return
        words = next((place for place, item in enumerate(row) if item.kind is not Chunk.WORD), 0)
        behind = [item for item in row[words:] if item.kind is not Chunk.DETERMINER][:4]
        kinds = [Chunk.PREPOSITION, Chunk.NAME, Chunk.SIGN, Chunk.NAME]
        if not words or [item.kind for item in behind] != kinds or behind[2].value != ",":
            return
        if behind[0].value in {"de", "chez"} and self._surely_organisation(behind[1]) and self._is_person(behind[3]):
            self._take(Slot.MOVER, index + 1 + row.index(behind[3]), "", comma=False)
            self._take(Slot.ORIGIN, index + 1 + row.index(behind[1]), "de", comma=False)

    def _as_whom(self, index: int, preposition: str) -> bool:
        """« recrute comme directrice technique | X »: behind the post, the direct object is still to come."""
        own = self.phrase.sentence.tokens[self.trigger.end - 1].folded in _POST_WORDS  # « recrute au poste | de »
        told = self.items[index].role is not None and (preposition in _AS or (own and preposition == "de"))
        return told and index + 1 < len(self.items) and self._is_person(self.items[index + 1])

    def _behind_insertions(self) -> int:
        """The first chunk behind the times that follow the trigger: « rejoint, dès mars, | B »."""
        words, place = self.phrase.sentence.tokens, self.trigger.end
        while place < len(words) and (words[place].text == "," or words[place].folded in OPENING):
            aside = words[place].text == ","
            end = time_end(words, place + aside)
            closed = not aside or (end < len(words) and words[end].text == ",")
            if end == place + aside or not closed:
                break
            place = end + aside
        return max(self.after, self.phrase.by_token[place] if place < len(words) else len(self.items))

    def _awaits_mover(self, index: int, complements: dict[str, Slot]) -> bool:
        """« l'arrivée chez B | de X »: behind a noun, « de » and somebody is who moves, whatever stands between."""
        if self.trigger.voice is not Voice.NOMINAL or complements.get("de") is not Slot.MOVER or self.event.movers:
            return False
        behind = next((item for item in self.items[index + 1 :] if item.kind is not Chunk.DETERMINER), None)
        return behind is not None and (behind.kind is Chunk.GROUP or self._is_person(behind))

    def _years_spent(self, index: int) -> bool:
        """Whether the chunk is where time was spent before: « devient directrice après huit ans passés chez A »."""
        words = [item.value for item in self.items[self.after : index]]
        while words and words[-1] in _OF_SERVICE:
            words.pop()
        return bool(words) and words[-1] in _DURATIONS and "apres" in words[-6:-1]

    def _until_now(self, index: int) -> bool:
        """Whether the chunk is where somebody was before: « l'arrivée de X, auparavant chez A »."""
        place = index - 1
        while place > self.after and self.items[place].kind is Chunk.DETERMINER:
            place -= 1
        before = self.items[place - 1] if place > self.after else None
        return before is not None and before.value in self.lexicon.words("time.until_now")

    def _promise(self, item: Item, slot: Slot) -> None:
        """« rejoint la licorne », « dirigera nos activités »: an organisation that is named elsewhere, if not next."""
        firm = item.value in self.lexicon.words("organisation_heads.nouns")
        part = slot is Slot.DESTINATION and item.value in self.lexicon.words("organisation_heads.parts")
        if not (firm or part) or self.event.slot(slot) is not None:
            return
        self.event.wants_origin = self.event.wants_origin or slot is Slot.ORIGIN
        self.event.wants_destination = self.event.wants_destination or slot is Slot.DESTINATION

    def _covered(self, complements: dict[str, Slot]) -> None:
        """A post or group that the trigger's own words began holds the organisation: « rejoint les équipes de B »."""
        for index in range(self.first, self.after):
            item = self.items[index]
            inner = item.role.organisation if item.role else item.people.organisation if item.people else None
            slot = complements.get("de", complements.get("", Slot.NONE))
            side = slot in {Slot.ORIGIN, Slot.DESTINATION} and self.event.slot(slot) is None
            if inner and side and item.end > self.trigger.start + 1:
                self._give_organisation(slot, inner)
            before = self.items[index - 1]
            if item.kind is Chunk.NAME and before.kind is Chunk.PREPOSITION and index > self.first:
                # « prend | chez B | la direction », « confie | à X | le poste »
                self._take(side_of(before.value, complements), index, before.value, comma=False)

    def _ends_clause(self, index: int, item: Item) -> bool:
        """Whether the reach of the trigger ends here."""
        if item.kind is Chunk.SIGN and item.value in {";", ".", "!", "?", "…"}:
            return True
        return item.kind is Chunk.RELATIVE or (index in self.verbs and index >= self.after)

    def _noun_like(self, item: Item) -> bool:
        """Whether a word may be the noun that « de B » depends on (« l'équipe de B », « le pôle IA de B »)."""
        word = self.phrase.sentence.tokens[item.start]
        return word.text[0].isalpha() and len(word.text) > 2 and not word.folded.endswith("ment")

    def _take(self, slot: Slot, index: int, preposition: str, comma: bool) -> None:
        """Give the chunk to the slot if it fits; a post may stand for its organisation."""
        item = self.items[index]
        if slot in {Slot.ORIGIN, Slot.DESTINATION}:
            self._take_side(slot, index, preposition)
        elif slot is Slot.MOVER and self.trigger.voice is Voice.NOMINAL and self._surely_organisation(item):
            self._take_side(self._own_side(), index, preposition)  # « son départ de A »
        elif slot in {Slot.MOVER, Slot.PREDECESSOR} and (item.role or self._fits(item, slot)):
            index = self._holder(index)
            filled = self.event.movers if slot is Slot.MOVER else self.event.predecessors
            if self._fits(self.items[index], slot) and not filled:
                self._give(slot, index, direct=True)
                for extra in self._coordinated(index, +1):
                    self._give(slot, extra, direct=True)
        elif item.role and item.role.post and self.event.role is None and not comma:
            self.event.role = item.role
            office = self.frame.family in _TAKING_OFFICE and item.role.hold is not Hold.FORMER
            if item.role.organisation and self.event.destination is None and office:
                self.event.destination = item.role.organisation

    def _holder(self, index: int) -> int:
        """The person named behind a post: « du directeur technique, X »; the post itself when nobody is."""
        if self.items[index].role is None:
            return index
        for behind in range(index + 1, min(len(self.items), index + 5)):
            if self.items[behind].value not in {",", "m.", "m", "mme", "dr"}:
                return behind if self._is_person(self.items[behind]) else index
        return index

    def _take_side(self, slot: Slot, index: int, preposition: str) -> None:
        """Give an organisation to its side; a post stands for its own."""
        item = self.items[index]
        if item.role:
            if slot is Slot.DESTINATION and item.role.hold is Hold.FORMER:
                return  # « reprend du service : l'ex-PDG de A »
            if slot is Slot.DESTINATION or self.frame.family == "leave":
                self.event.role = self.event.role or item.role
            if item.role.organisation and self.event.slot(slot) is None:
                self._give_organisation(slot, item.role.organisation)
            elif self.frame.family == "head" and slot is Slot.DESTINATION and not preposition:
                self.event.wants_destination = self.event.destination is None  # « dirigera le marketing »
            return
        vague = preposition in {"a", "de", "dans", "sur", "vers"}
        free = self.event.slot(slot) is None or self._is_flag(slot)
        if free and item.kind is Chunk.NAME and self._is_organisation(item, strict=vague):
            self._give(slot, index, direct=not preposition)

    def _roles_near(self) -> None:
        """« comme directrice », « en tant que CTO », « au poste de DG »: the post of the move."""
        if self.event.role is not None:
            return
        if len(self.items) > 1 and self.items[0].value in {"au poste de", "a titre de", "comme"} and self.items[1].role:
            self.event.role = self.items[1].role  # « Au poste de directrice technique, B accueille X »
            return
        for place in range(self.after, min(len(self.items), self.after + 14)):
            item = self.items[place]
            if (item.kind is Chunk.SIGN and item.value in {";", ".", "?", "!"}) or place in self.verbs:
                return
            if item.role and self._post_marked(place):
                self.event.role = item.role
                if (
                    item.role.organisation
                    and self.event.destination is None
                    and self.frame.family not in {"leave", "fire"}
                ):
                    self.event.destination = item.role.organisation
                return

    def _post_marked(self, place: int) -> bool:
        """Whether a post is introduced as the one of the move."""
        role = self.items[place].role
        before = self.items[place - 1] if place else None
        if before is None:
            return False
        if before.value == "de" and place > 1 and self.items[place - 2].value in _POST_WORDS:
            return True  # « confie à X le poste de directrice technique »
        if before.kind is Chunk.PREPOSITION and before.value in _AS | {"pour"}:
            return True
        return (
            self.frame.family in {"appoint", "board", "interim"}
            and before.kind is not Chunk.PREPOSITION
            and role is not None
            and role.post
        )
