"""What a trigger says: who moves, from where, to where, as the words around it tell. One sentence at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alerts.lexicon import Frame, Lexicon, MoverPlace, NameType, Slot
from alerts.matching.names import Entity
from alerts.matching.phrases import ORDINALS, Chunk, Hold, Item, People, Phrase, Role
from alerts.matching.reading import Zone
from alerts.matching.triggers import Trigger, Voice, find_triggers

MAX_REACH = 45
"""Chunks on either side of a trigger that are looked at."""
_PERSONAL = frozenset({"il", "elle", "ils", "elles", "celui-ci", "celle-ci", "-t-il", "-t-elle", *ORDINALS})
"""Pronouns that may stand for a mover."""


@dataclass(frozen=True, slots=True)
class Mover:
    """Who moves: a person, a group, or somebody pointed to by a post or a pronoun who is named elsewhere."""

    entity: Entity | None = None
    people: People | None = None
    role: Role | None = None
    pronoun: str = ""
    place: int = 0  # chunk


@dataclass(slots=True)
class Event:
    """A filled frame."""

    frame: Frame
    trigger: Trigger
    phrase: Phrase
    movers: list[Mover] = field(default_factory=list)
    origin: Entity | None = None
    destination: Entity | None = None
    predecessors: list[Mover] = field(default_factory=list)
    role: Role | None = None
    direct: set[str] = field(default_factory=set)  # slots that were filled by a direct argument
    wants_origin: bool = False  # a pronoun or « l'entreprise » stands where the organisation should
    wants_destination: bool = False
    recalled: bool = False  # told in a clause about the firm: « B, qu'il a cofondée »

    def slot(self, slot: Slot) -> object:
        """What fills a slot, or None."""
        filled: dict[Slot, object] = {
            Slot.MOVER: self.movers or None,
            Slot.ORIGIN: self.origin or (self.wants_origin or None),
            Slot.DESTINATION: self.destination or (self.wants_destination or None),
            Slot.PREDECESSOR: self.predecessors or None,
        }
        return filled.get(slot)


def find_events(phrase: Phrase, lexicon: Lexicon) -> list[Event]:
    """The events of a sentence: for each trigger the frame that its surroundings fill best."""
    triggers = [trigger for trigger in find_triggers(phrase, lexicon) if not _within_a_post(trigger, phrase)]
    starts = {
        phrase.by_token[trigger.start]
        for trigger in triggers
        if trigger.voice is not Voice.NOMINAL and not all(frame.future_only for frame, _ in trigger.frames)
    }
    events = []
    for trigger in triggers:
        tried = [_Filler(phrase, trigger, frame, starts, lexicon).fill() for frame, _ in trigger.frames]
        kept = [event for event in tried if event and _enough(event)]
        if kept:
            events.append(max(kept, key=_fullness))
    return events


def _within_a_post(trigger: Trigger, phrase: Phrase) -> bool:
    """Whether the verb is only a word of a post: « responsable des données »."""
    chunk = phrase.items[phrase.by_token[trigger.start]]
    return trigger.voice is not Voice.NOMINAL and chunk.kind is Chunk.ROLE and chunk.start < trigger.start


def _enough(event: Event) -> bool:
    """Whether the frame's needs are met."""
    if not event.movers and not (event.frame.family == "succeed" and event.predecessors):
        return False
    if event.frame.role_required and event.role is None:
        return False
    posted = event.role is not None and event.role.post and event.role.hold is not Hold.FORMER
    told = bool(event.origin or posted) and any(mover.entity for mover in event.movers)
    if told and event.frame.family in {"arrive", "return"}:
        # « X arrive de A », « X arrive comme directrice »: to the firm that the article is about.
        event.destination = event.destination or (event.role.organisation if event.role and posted else None)
        event.wants_destination = event.destination is None
    return all(
        any(event.role is not None if need == "role" else event.slot(Slot(need)) for need in needs)
        for needs in event.frame.needs
    )


def _fullness(event: Event) -> tuple[int, int, int]:
    """How well a frame explains what stands around its trigger."""
    tail = next((words for frame, words in event.trigger.frames if frame is event.frame), 0)
    sides = sum(side is not None for side in (event.origin, event.destination, event.role))
    return (2 * bool(event.movers) + 2 * sides + 2 * bool(tail) + len(event.direct), tail, event.frame.strength)


_MAX_APPOSITION = 14
"""Chunks between two coordinated names."""


def _slight(item: Item) -> bool:
    """Whether a chunk between coordinated names says nothing of its own: « et de M. », « ainsi que la »."""
    if item.kind in {Chunk.COORDINATOR, Chunk.DETERMINER, Chunk.ROLE}:
        return True
    return item.value in _SLIGHT


_SLIGHT = frozenset(
    [
        "de",
        "a",
        "que",
        "qu'",
        "puis",
        "ainsi",
        "enfin",
        "surtout",
        "m",
        "m.",
        "mm.",
        "mme",
        "mmes",
        "mlle",
        "dr",
        "celui",
        "celle",
        "ceux",
        "dont",
        "notamment",
        "aussi",
        "egalement",
        "elle-meme",
        "lui-meme",
    ]
)

_STILL = frozenset(
    ["jusqu'ici", "jusqu'alors", "jusque-la", "auparavant", "encore", "precedemment", "present", "toujours"]
)

_POST_WORDS = frozenset({"poste", "fonction", "fonctions", "role", "titre", "charge"})
_DURATIONS = frozenset({"an", "ans", "annees", "mois", "decennies"})
_OF_SERVICE = frozenset(
    {"passe", "passes", "passees", "de", "carriere", "service", "services", "chez", "au sein de", "a"}
)
_TAKING_OFFICE = frozenset({"appoint", "head", "board", "interim", "succeed", "return", "arrive"})


class _Filler:
    """Fills one frame around one trigger."""

    def __init__(self, phrase: Phrase, trigger: Trigger, frame: Frame, verb_chunks: set[int], lexicon: Lexicon) -> None:
        self.phrase = phrase
        self.items = phrase.items
        self.trigger = trigger
        self.frame = frame
        self.lexicon = lexicon
        self.verbs = verb_chunks
        self.first = phrase.by_token[trigger.start]
        self.after = phrase.by_token[trigger.end - 1] + 1
        self.event = Event(frame, trigger, phrase)
        last = self.items[self.after - 1]
        # The trigger's last words may be the beginning of a chunk: « prend la tête de | B », « aux commandes de | B ».
        self.preposition = "de" if last.kind is Chunk.PREPOSITION and last.end > trigger.end else ""

    def fill(self) -> Event | None:
        """The event, whatever could be filled."""
        if self.trigger.voice is Voice.NOMINAL:
            self._nominal()
        else:
            self._verbal()
        self._roles_near()
        return self.event

    # --- verbs ---

    def _verbal(self) -> None:
        """Subject on the left, object and complements on the right, turned round in the passive."""
        frame, passive = self.frame, self.trigger.voice is Voice.PASSIVE
        if passive and frame.object is Slot.NONE and not self._tail():
            return
        left = frame.object if passive and frame.object is not Slot.NONE else frame.subject
        right = Slot.NONE if passive else frame.object
        complements = dict(frame.complements)
        if passive:
            complements["par"] = frame.subject if frame.object is not Slot.NONE else Slot.NONE
        self._left(left)
        self._right(right, complements)
        if not passive:
            self._antecedent(right)
        if passive and frame.family == "poach" and self.event.destination is None:
            self.event.wants_destination = True  # « X a été débauché »: by a firm named elsewhere
        self._clitic(frame.object if not passive else Slot.NONE)
        if left is Slot.MOVER and not self.event.movers and not passive:
            self._inverted()
        self._opening(complements)

    def _tail(self) -> int:
        return self.trigger.end - self.trigger.start - 1

    def _left(self, slot: Slot) -> None:
        """Fill the slot of the subject, or of the object of a passive, from the left."""
        if slot is Slot.NONE:
            return
        if self.frame.role_subject:
            self._role_subject()
            return
        found = self._search_left(slot)
        if found is None and self.trigger.bare:
            found = self._after_comma(slot)
        if found is None and slot in {Slot.ORIGIN, Slot.DESTINATION} and self._periphrasis():
            self.event.wants_origin = self.event.wants_origin or slot is Slot.ORIGIN
            self.event.wants_destination = self.event.wants_destination or slot is Slot.DESTINATION
        if found is not None:
            self._give(slot, found, direct=True)
            if slot in {Slot.MOVER, Slot.PREDECESSOR}:
                for extra in self._coordinated(found, -1):
                    self._give(slot, extra, direct=True)

    def _search_left(self, slot: Slot) -> int | None:
        """The chunk that is the subject: the nearest fitting one that no preposition governs."""
        index, relative = self.first - 1, False
        pending: int | None = None
        while index >= 0 and self.first - index <= MAX_REACH:
            item = self.items[index]
            if item.kind is Chunk.SIGN and item.value in {";", ".", "…", "!", "?"}:
                return pending
            if item.kind is Chunk.RELATIVE and item.value == "qui" and not relative:
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

    def _seat(self, index: int) -> bool:
        """Whether an unknown name only says where a firm sits: « la start-up d'Évry »."""
        head = self.items[index - 2].value if index > 1 else ""
        return not self._surely_organisation(self.items[index]) and head in self.lexicon.words(
            "organisation_heads.nouns"
        )

    def _periphrasis(self) -> bool:
        """Whether « l'entreprise », « le groupe », « il », « qui » is the subject: a firm that is named elsewhere."""
        heads = self.lexicon.words("organisation_heads.nouns")
        for place in range(self.first - 1, max(-1, self.first - 22), -1):
            item = self.items[place]
            if item.kind is Chunk.SIGN and item.value in {";", "."}:
                return False
            if item.kind in {Chunk.PRONOUN, Chunk.RELATIVE} and item.value in {
                "il",
                "elle",
                "celui-ci",
                "celle-ci",
                "qui",
                "-t-il",
                "-t-elle",
            }:
                return True
            if item.kind is Chunk.WORD and item.value in heads and not self._governed(place):
                return True
        return False

    def _governed(self, index: int) -> str:
        """The preposition that stands before a chunk, perhaps with a determiner or plain nouns between."""
        place = index - 1
        while place >= 0 and self.items[place].kind is Chunk.DETERMINER:
            place -= 1
        if place >= 0 and self.items[place].kind is Chunk.PREPOSITION:
            return self.items[place].value
        if place >= 0 and self.items[place].kind is Chunk.COORDINATOR:
            earlier = self._coordinate_before(place)
            return self._governed(earlier) if earlier is not None else ""
        return ""

    def _coordinate_before(self, place: int) -> int | None:
        """The chunk before a coordinator, when it is a name or post."""
        if place > 0 and self.items[place - 1].kind in {Chunk.NAME, Chunk.ROLE}:
            return place - 1
        return None

    def _head_of_apposition(self, index: int, slot: Slot) -> int:
        """For « X, directeur de A, » the chunk of X: the post only describes him."""
        item = self.items[index]
        if slot in {Slot.MOVER, Slot.PREDECESSOR} and item.kind in {Chunk.ROLE, Chunk.GROUP}:
            for place in range(index - 1, max(-1, index - 5), -1):
                before = self.items[place]
                if before.kind is Chunk.NAME and self._is_person(before) and not self._verb_between(place, index):
                    return place
                if (before.kind is Chunk.SIGN and before.value in {",", "("}) or before.kind in {
                    Chunk.DETERMINER,
                    Chunk.WORD,
                }:
                    continue
                break
        return index

    def _verb_between(self, low: int, high: int) -> bool:
        return any(low < verb < high for verb in self.verbs)

    def _after_comma(self, slot: Slot) -> int | None:
        """« Débauché chez A, X rejoint B »: the subject of an opening participle stands behind its comma."""
        if self.first > 4:
            return None
        for comma in range(self.after, min(len(self.items), self.after + MAX_REACH)):
            if self.items[comma].value != ",":
                continue
            for place in range(comma + 1, min(len(self.items), comma + 4)):
                item = self.items[place]
                if item.kind is Chunk.NAME and self._fits(item, slot):
                    return place
                if item.kind not in {Chunk.DETERMINER, Chunk.ROLE, Chunk.SIGN} or item.value == "(":
                    break
        return None

    def _role_subject(self) -> None:
        """« La direction technique de B revient à X »: the subject is a post."""
        for place in range(self.first - 1, max(-1, self.first - 8), -1):
            role = self.items[place].role
            if role:
                self.event.role = role
                self.event.destination = role.organisation
                return

    def _right(self, direct: Slot, complements: dict[str, Slot]) -> None:
        """Fill what stands behind the trigger: the direct object, then complements by their prepositions."""
        self._covered(complements)
        preposition, nested, comma = self.preposition, False, False
        index = self.after
        while index < len(self.items) and index - self.after <= MAX_REACH:
            item = self.items[index]
            if self._ends_clause(index, item):
                return
            if item.kind is Chunk.SIGN:
                comma = comma or item.value in {",", "—", "–"}
                nested = False
                preposition = "" if item.value in {",", ":"} else preposition
            elif item.kind is Chunk.PREPOSITION:
                if not (item.value == "de" and nested):
                    preposition, nested = item.value, False
            elif item.kind in {Chunk.NAME, Chunk.ROLE, Chunk.GROUP}:
                slot = complements.get(preposition, Slot.NONE) if preposition else (direct if not comma else Slot.NONE)
                if not preposition and slot is Slot.NONE and not comma:
                    slot = complements.get("", Slot.NONE)
                if slot is Slot.DESTINATION and preposition and self._years_spent(index):
                    slot = Slot.ORIGIN
                self._take(slot, index, preposition, comma)
            elif item.kind is Chunk.WORD and not nested and self._noun_like(item):
                self._promise(item, complements.get(preposition, Slot.NONE) if preposition else direct)
                nested = True
            if item.kind is Chunk.NAME and item.entity and item.entity.type in {NameType.PRODUCT, NameType.UNKNOWN}:
                nested = True  # « l'équipe Alexa d'Amazon »
            index += 1

    def _years_spent(self, index: int) -> bool:
        """Whether the chunk is where time was spent before: « devient directrice après huit ans passés chez A »."""
        words = [item.value for item in self.items[self.after : index]]
        while words and words[-1] in _OF_SERVICE:
            words.pop()
        return bool(words) and words[-1] in _DURATIONS and "apres" in words[-6:-1]

    def _promise(self, item: Item, slot: Slot) -> None:
        """« rejoint la licorne », « arrive chez l'éditeur »: an organisation that is named elsewhere, if not next."""
        if item.value not in self.lexicon.words("organisation_heads.nouns") or self.event.slot(slot) is not None:
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
            if item.role.organisation and self.event.destination is None and self.frame.family in _TAKING_OFFICE:
                self.event.destination = item.role.organisation

    def _holder(self, index: int) -> int:
        """The person named behind a post: « du directeur technique, X »; the post itself when nobody is."""
        if self.items[index].role is None:
            return index
        for behind in range(index + 1, min(len(self.items), index + 5)):
            if self.items[behind].value not in {",", "m.", "m", "mme", "dr"}:
                return behind if self._is_person(self.items[behind]) else index
        return index

    def _own_side(self) -> Slot:
        """The side that a noun of movement is about: departures leave, arrivals join."""
        return Slot.ORIGIN if self.frame.family in {"leave", "fire"} else Slot.DESTINATION

    def _take_side(self, slot: Slot, index: int, preposition: str) -> None:
        """Give an organisation to its side; a post stands for its own."""
        item = self.items[index]
        if item.role:
            if slot is Slot.DESTINATION or self.frame.family == "leave":
                self.event.role = self.event.role or item.role
            if item.role.organisation and self.event.slot(slot) is None:
                self._give_organisation(slot, item.role.organisation)
            return
        vague = preposition in {"a", "de", "dans", "sur", "vers"}
        free = self.event.slot(slot) is None or self._is_flag(slot)
        if free and item.kind is Chunk.NAME and self._is_organisation(item, strict=vague):
            self._give(slot, index, direct=not preposition)

    def _is_flag(self, slot: Slot) -> bool:
        """Whether the slot is only promised by a pronoun so far."""
        return (slot is Slot.ORIGIN and self.event.origin is None) or (
            slot is Slot.DESTINATION and self.event.destination is None
        )

    def _clitic(self, slot: Slot) -> None:
        """A pronoun before the verb stands for the object (« la rejoindre ») or the place (« y prendra »)."""
        clitic = self.trigger.clitic
        if not clitic:
            return
        if clitic == "y":
            slot = Slot.DESTINATION
        if slot is Slot.PREDECESSOR:
            self.event.wants_destination = self.event.destination is None  # « X le remplace »: where he was
        if clitic in {"le", "la", "les", "l'", "y"}:
            if slot is Slot.DESTINATION and self.event.destination is None:
                self.event.wants_destination = True
            elif slot is Slot.ORIGIN and self.event.origin is None:
                self.event.wants_origin = True
            elif slot is Slot.MOVER and not self.event.movers:
                self.event.movers.append(Mover(pronoun=clitic, place=self.first))

    def _antecedent(self, slot: Slot) -> None:
        """« X, que A voit partir »: the direct object stands before the relative pronoun."""
        if slot is Slot.NONE or not (self.event.slot(slot) is None or self._is_flag(slot)):
            return
        relative = self._relative_before()
        if relative is None:
            return
        for place in range(relative - 1, max(-1, relative - _MAX_APPOSITION), -1):
            item = self.items[place]
            if place in self.verbs or (item.kind is Chunk.SIGN and item.value in {";", ".", ":"}):
                return
            if self._fits(item, slot) and item.kind is not Chunk.PRONOUN:
                if item.kind is Chunk.ROLE and place + 1 < relative:
                    continue
                self._give(slot, self._head_of_apposition(place, slot), direct=True)
                self.event.recalled = slot is Slot.DESTINATION
                if slot is Slot.MOVER:
                    for extra in self._coordinated(place, -1):
                        self._give(slot, extra, direct=True)
                return

    def _relative_before(self) -> int | None:
        """The « que » that opens the trigger's clause: only the clause's subject and its verbs stand between."""
        for place in range(self.first - 1, max(-1, self.first - 10), -1):
            item = self.items[place]
            if item.kind is Chunk.RELATIVE:
                return place if item.value in {"que", "qu'"} else None
            if item.kind is Chunk.SIGN:
                return None
        return None

    def _inverted(self) -> None:
        """« À la direction de B arrive le 2 mai X »: behind an opening complement the subject follows the verb."""
        if self.frame.object is Slot.MOVER:
            return
        fronted = self.items[0].kind is Chunk.PREPOSITION or self.items[0].value in {"c'", "y", "ici", "la"}
        for place in range(self.after, min(len(self.items), self.after + (10 if fronted else 4))):
            item = self.items[place]
            if item.kind is Chunk.NAME and self._is_person(item) and not (fronted and self._governed(place)):
                self._give(Slot.MOVER, place, direct=fronted)
                for extra in self._coordinated(place, +1) if fronted else ():
                    self._give(Slot.MOVER, extra, direct=True)
                break
            if item.kind in {Chunk.SIGN, Chunk.RELATIVE} or place in self.verbs:
                return
            if not fronted and item.kind not in {Chunk.DETERMINER, Chunk.ROLE}:
                return
        if fronted and self.event.movers:
            self._fronted_side()

    def _opening(self, complements: dict[str, Slot]) -> None:
        """« Chez A, X est promue », « C'est chez B que X pointe », « B : X est nommée »."""
        place = 2 if [item.value for item in self.items[:2]] == ["c'", "est"] else 0
        if place >= self.first:
            return
        colon = next((k for k in range(min(self.first, 8)) if self.items[k].value == ":"), None)
        value = self.items[place].value if self.items[place].kind is Chunk.PREPOSITION else ""
        if value in {"chez", "au sein de", "du cote de", "a la tete de"} or (value == "a" and place):
            slot = complements.get(value, Slot.NONE) if place else self._own_side()
            found = self._first_firm(place + 1, min(place + 6, self.first))
        elif colon and self.event.frame.family not in {"arrive", "leave", "return"}:
            # The word before a title's colon is as often its subject: « Remaniement : X nommée à … ».
            strict = self.phrase.sentence.zone is Zone.TITLE
            slot, found = self._own_side(), self._first_firm(0, colon, strict)
        else:
            return
        if found and slot in {Slot.ORIGIN, Slot.DESTINATION} and (self.event.slot(slot) is None or self._is_flag(slot)):
            self._give_organisation(slot, found)

    def _first_firm(self, low: int, high: int, strict: bool = False) -> Entity | None:
        """The first organisation among the chunks `low:high`, before any sign; a post's organisation too."""
        for item in self.items[low:high]:
            if item.kind is Chunk.SIGN:
                return None
            if item.role and item.role.organisation:
                return item.role.organisation
            if item.kind is Chunk.NAME and self._is_organisation(item, strict):
                return item.entity
        return None

    def _fronted_side(self) -> None:
        """The organisation of an opening complement: « À la direction de B arrive X », « De A se retire X »."""
        side = self._own_side()
        if self.event.slot(side) is not None:
            return
        for item in reversed(self.items[: self.first]):
            inner = item.role.organisation if item.role else None
            if item.role and item.role.post:
                self.event.role = self.event.role or item.role
            if item.kind is Chunk.NAME and self._is_organisation(item):
                inner = item.entity
            if inner:
                self._give_organisation(side, inner)
                return

    # --- nouns ---

    def _nominal(self) -> None:
        """The arguments of a noun: by their prepositions, or beside it."""
        place = self.frame.mover
        complements = dict(self.frame.complements)
        if place is MoverPlace.COMPLEMENT:
            self._right(complements.get("", Slot.NONE), complements)
            if not self.event.movers:
                self._possessive()
        elif place in {MoverPlace.BESIDE, MoverPlace.BEFORE}:
            self._right(complements.get("", Slot.NONE), complements)
            self._beside(before_only=place is MoverPlace.BEFORE)
        elif place is MoverPlace.ROLE:
            self._apposed_role()
        elif place is MoverPlace.ROLE_AFTER:
            self._carnet()
        else:
            self._right(complements.get("", Slot.NONE), complements)
            self.event.movers.append(Mover(pronoun="je", place=self.first))

    def _possessive(self) -> None:
        """« son départ », « leur arrivée »: the mover is whom the article speaks of."""
        before = self.phrase.sentence.tokens[self.trigger.start - 1].folded if self.trigger.start else ""
        if before in {"son", "sa", "ses", "leur", "leurs"}:
            found = self._search_left(Slot.MOVER)
            if found is not None:
                self._give(Slot.MOVER, found, direct=False)
                for extra in self._coordinated(found, -1):
                    self._give(Slot.MOVER, extra, direct=False)
            else:
                self.event.movers.append(Mover(pronoun="elle" if before == "sa" else "il", place=self.first))

    def _beside(self, before_only: bool) -> None:
        """The person right before (« X, transfuge de A ») or right behind the phrase (« transfuge de A, X »)."""
        left = self.items[self.first - 1] if self.first else None
        if before_only and (self.verbs or (left and (left.kind is Chunk.PREPOSITION or left.value in _STILL))):
            return  # « jusqu'ici chez A », « sorti de chez A »: where he was
        for place in range(self.first - 1, max(-1, self.first - 7), -1):
            item = self.items[place]
            if (
                self._fits(item, Slot.MOVER)
                and item.kind is not Chunk.PRONOUN
                and not self._verb_between(place, self.first)
            ):
                if before_only and self._governed(place):
                    return
                self._give(Slot.MOVER, self._head_of_apposition(place, Slot.MOVER), direct=True)
                for extra in self._coordinated(place, -1):
                    self._give(Slot.MOVER, extra, direct=True)
                return
            if item.kind is Chunk.SIGN and item.value not in {",", "(", ":"}:
                break
        if before_only:
            return
        for place in range(self.after, min(len(self.items), self.after + 8)):
            item = self.items[place]
            if item.kind is Chunk.NAME and self._is_person(item):
                self._give(Slot.MOVER, place, direct=True)
                return
            if place in self.verbs:
                return

    def _apposed_role(self) -> None:
        """« X, nouveau directeur de B »: a post that is marked as coming, beside its holder."""
        own = self.phrase.by_token[self.trigger.start]
        role = self.items[own].role
        if role is None:
            role = next(
                (
                    self.items[k].role
                    for k in range(max(0, own - 3), min(len(self.items), own + 2))
                    if self.items[k].role
                ),
                None,
            )
        if role is None or not role.post or (self.frame.family == "appoint" and role.hold is not Hold.COMING):
            return
        self.event.role, self.event.destination = role, role.organisation
        for place in (own - 1, own - 2, own + 1, own + 2, own - 3):
            if not 0 <= place < len(self.items) or self._verb_between(min(place, own), max(place, own)):
                continue
            if self.items[place].kind is Chunk.NAME and self._is_person(self.items[place]):
                self._give(Slot.MOVER, place, direct=True)
                return

    def _carnet(self) -> None:
        """« B : X, directeur technique »: a line of a digest of appointments."""
        before = [k for k in range(self.first) if self.items[k].kind is Chunk.NAME]
        if self.verbs - {self.first} or self._labelled(before):
            return
        if len(before) != 1 or not self._is_organisation(self.items[before[0]]):
            return
        person = self._person_behind()
        if person is None:
            return
        role = self._role_behind(person)
        if role is None or not role.post or (role.hold is Hold.FORMER and role.organisation is None):
            return
        self.event.role = role if role.hold is not Hold.FORMER else None
        self._give(Slot.MOVER, person, direct=True)
        self.event.destination = self.items[before[0]].entity

    def _labelled(self, before: Sequence[int]) -> bool:
        """« Directeur scientifique : X. » and « X (B) : directeur scientifique »; whether the line is one of these."""
        if not before:
            role, person = self.items[0].role, self._person_behind()
            if role is None or not role.post or role.hold is Hold.FORMER or person is None or self.first > 2:
                return False
            after = self.items[person + 1 : person + 2]
            if after and not (after[0].kind is Chunk.SIGN and after[0].value in {".", ",", ";", "("}):
                return False
            self.event.destination, self.event.wants_destination = role.organisation, role.organisation is None
        else:
            person, role = before[0], self._role_behind(self.first)
            if len(before) != 2 or not self._is_person(self.items[person]) or role is None or not role.post:
                return False
            if self.items[before[1] - 1].value != "(" or not self._is_organisation(self.items[before[1]]):
                return False
            self.event.destination = self.items[before[1]].entity
        self.event.role = role
        self._give(Slot.MOVER, person, direct=True)
        return True

    def _person_behind(self) -> int | None:
        """The person right behind the trigger."""
        near = range(self.after, min(len(self.items), self.after + 3))
        return next((k for k in near if self._is_person(self.items[k])), None)

    def _role_behind(self, index: int) -> Role | None:
        """The first post behind a chunk."""
        return next((item.role for item in self.items[index + 1 : index + 8] if item.role), None)

    # --- what fits ---

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
        if before.kind is Chunk.PREPOSITION and before.value in {
            "comme",
            "en tant que",
            "en qualite de",
            "au poste de",
            "aux fonctions de",
            "a titre de",
            "pour",
        }:
            return True
        return (
            self.frame.family in {"appoint", "board", "interim"}
            and before.kind is not Chunk.PREPOSITION
            and role is not None
            and role.post
        )

    def _members(self, index: int) -> Iterator[int]:
        """The names behind a group: « trois chercheurs d'OpenAI : X, Y et Z », « deux cadres, dont X »."""
        opening = self.items[index + 1] if index + 1 < len(self.items) else None
        if opening is None or opening.value not in {":", ",", "(", "—", "–", "-", "dont"}:
            return
        for place in range(index + 2 - (opening.value == "dont"), min(len(self.items), index + 5)):
            item = self.items[place]
            if item.kind is Chunk.NAME and self._is_person(item):
                yield place
                yield from self._coordinated(place, +1)
                return
            if item.kind not in {Chunk.DETERMINER, Chunk.ROLE} and item.value not in {"dont", "notamment"}:
                return

    def _coordinated(self, index: int, step: int) -> Iterator[int]:
        """The chunks coordinated with the mover at `index`: « X, Y et Z », « de X et de Y », « X, chef de B, et Y »."""
        place, seen = index + step, 0
        while 0 <= place < len(self.items) and seen < 12 and abs(place - index) <= _MAX_APPOSITION:
            item = self.items[place]
            if self._coordinate(item, place, step):
                if not self._linked(min(place, index), max(place, index)):
                    return
                yield place
                index, seen = place, seen + 1
            elif place in self.verbs or (
                item.kind in {Chunk.RELATIVE, Chunk.SIGN} and item.value not in {",", "(", ")", "que", "qu'", "dont"}
            ):
                return
            place += step

    def _coordinate(self, item: Item, place: int, step: int) -> bool:
        """Whether the chunk can stand in a row of movers."""
        if item.kind is Chunk.NAME:
            return self._is_person(item)
        opened = place > 0 and (
            self.items[place - 1].value in {"et", "que", "qu'"} or self.items[place - 2].value == "et"
        )
        return item.kind is Chunk.GROUP and step > 0 and opened

    def _linked(self, low: int, high: int) -> bool:
        """Whether a coordinator or a comma joins two names, with no more than an enclosed description between."""
        between = self.items[low + 1 : high]
        signs = {k for k, item in enumerate(between) if item.value in {",", "(", ")"}}
        words = {k for k, item in enumerate(between) if item.kind is Chunk.COORDINATOR or item.value == "ainsi"}
        joints = signs | words
        if not joints:
            return False
        plain = [k for k, item in enumerate(between) if k not in joints and not _slight(item)]
        # A description needs a sign on either side: « X, gardien des formats, et Y ».
        return not plain or (min(signs, default=99) < plain[0] and max(joints) > plain[-1] and len(joints) > 1)

    def _fits(self, item: Item, slot: Slot) -> bool:
        """Whether a chunk can fill the slot at all."""
        if slot in {Slot.MOVER, Slot.PREDECESSOR}:
            if item.kind is Chunk.NAME:
                return self._is_person(item)
            if item.kind is Chunk.PRONOUN:
                return item.value in _PERSONAL
            return item.kind is Chunk.GROUP or bool(
                item.role and (item.role.definite or item.role.organisation or item.role.hold is not Hold.PLAIN)
            )
        if slot in {Slot.ORIGIN, Slot.DESTINATION}:
            by_boss = item.role is not None and item.role.post and item.role.organisation is not None
            known = self.phrase.sentence.zone is not Zone.TITLE and self.frame.family not in {"poach", "appoint"}
            return by_boss or (item.kind is Chunk.NAME and self._is_organisation(item, strict=known))
        return False

    def _is_person(self, item: Item) -> bool:
        """Whether a name is a person's."""
        return item.entity is not None and item.entity.type is NameType.PERSON

    def _surely_organisation(self, item: Item) -> bool:
        """Whether a name is an organisation's beyond doubt."""
        return item.entity is not None and item.entity.type is NameType.ORGANISATION

    def _is_organisation(self, item: Item, strict: bool = False) -> bool:
        """Whether a name is an organisation's; an unknown name in its place may be."""
        if item.entity is None:
            return False
        if item.entity.type is NameType.ORGANISATION:
            return True
        if item.entity.type is NameType.MEDIUM:
            return True
        return item.entity.type is NameType.UNKNOWN and not strict

    def _give(self, slot: Slot, index: int, direct: bool) -> None:
        """Put the chunk into the slot."""
        item = self.items[index]
        if slot is Slot.MOVER:
            self.event.movers.append(self._mover(index))
            if item.people:
                self._give_members(index, item.people)
        elif slot is Slot.PREDECESSOR:
            self.event.predecessors.append(self._mover(index))
        elif item.entity:
            self._give_organisation(slot, item.entity)
        elif item.role and item.role.organisation:
            self._give_organisation(slot, item.role.organisation)
        if direct:
            self.event.direct.add(slot.value)

    def _give_organisation(self, slot: Slot, entity: Entity) -> None:
        if slot is Slot.ORIGIN:
            self.event.origin = entity
        elif slot is Slot.DESTINATION:
            self.event.destination = entity

    def _give_members(self, index: int, people: People) -> None:
        """Put the named members of a group in its place, or beside it when some remain unnamed."""
        members = [self._mover(place) for place in self._members(index)]
        if members and self.event.origin is None and people.organisation is not self.event.destination:
            self.event.origin = people.organisation
        if members and (people.count is None or len(members) >= people.count):
            self.event.movers.pop()
        self.event.movers.extend(members)

    def _mover(self, index: int) -> Mover:
        item = self.items[index]
        return Mover(item.entity, item.people, item.role, item.value if item.kind is Chunk.PRONOUN else "", index)
