"""Frames filled around nouns, adjectives and verbless lines: complements, possessives, people beside."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.lexicon import MoverPlace, NameType, Slot
from alerts.matching.arguments import NAMING, Arguments
from alerts.matching.events import Mover
from alerts.matching.insertions import is_time
from alerts.matching.phrases import Chunk, Hold, Role
from alerts.matching.reading import Zone

_STILL = frozenset(
    ["jusqu'ici", "jusqu'alors", "jusque-la", "auparavant", "encore", "precedemment", "present", "toujours"]
)


def _parts_no_announcement(word: str) -> bool:
    """Whether a word may stand between an announcement and what is announced: « confirme | vendredi | l'arrivée »."""
    return word.endswith("ment") or is_time(word)


class Nominal(Arguments):
    """Fills a frame around a noun."""

    def _arguments(self) -> None:
        """The arguments of a noun: by their prepositions, or beside it."""
        place = self.frame.mover
        complements = dict(self.frame.complements)
        if place is MoverPlace.COMPLEMENT:
            self._right(complements.get("", Slot.NONE), complements)
            if not self.event.movers:
                self._possessive()
            if self.event.slot(self._own_side()) is None:
                self._announcer()
            if self.event.slot(self._own_side()) is None:
                self._main_clause()
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
        if before in {"le", "la", "l'"}:
            self._of_whom()
        if before in {"son", "sa", "ses", "leur", "leurs"}:
            found = self._search_left(Slot.MOVER)
            if found is not None:
                self._give(Slot.MOVER, found, direct=False)
                for extra in self._coordinated(found, -1):
                    self._give(Slot.MOVER, extra, direct=False)
            elif self.frame.family != "poach" or not self._of_the_hirer():
                self.event.movers.append(Mover(pronoun="elle" if before == "sa" else "il", place=self.first))

    def _of_the_hirer(self) -> bool:
        """« B poursuit sa chasse aux talents »: what is a firm's own are the people whom it wins."""
        firm = next(
            (item.entity for item in reversed(self.items[: self.first]) if self._surely_organisation(item)), None
        )
        if firm is not None and self.event.destination is None:
            self._give_organisation(Slot.DESTINATION, firm)
        return firm is not None

    def _of_whom(self) -> None:
        """« X, dont le départ », « X, dont A annonce l'arrivée »: the mover stands before « dont »."""
        near = range(self.first - 1, max(-1, self.first - 7), -1)
        relative = next((k for k in near if self.items[k].kind in {Chunk.RELATIVE, Chunk.SIGN}), None)
        if relative is None or self.items[relative].value != "dont":
            return
        found = self._person_before(relative)
        if found is not None:
            self._give(Slot.MOVER, found, direct=False)

    def _announcer(self) -> None:
        """« B annonce l'arrivée de X », « A confirme son départ »: the firm that tells it is the one it is about."""
        words = self.phrase.sentence.tokens
        telling = self.lexicon.words("journalism.announcing")
        place = self.first - 1
        while place >= 0 and self.items[place].kind is Chunk.DETERMINER:
            place -= 1
        while place >= 0 and _parts_no_announcement(words[self.items[place].start].folded):
            place -= 1
        if place < 1 or self.items[place].value not in telling:
            return
        while place >= 0 and self.first - place < 7 and self.items[place].kind is not Chunk.SIGN:
            item = self.items[place]
            if item.kind is Chunk.NAME:
                if item.entity and self._surely_organisation(item) and not self._governed(place):
                    self._give_organisation(self._own_side(), item.entity)
                return
            place -= 1

    def _main_clause(self) -> None:
        """« Avec l'arrivée de X, B tient … »: the firm whose clause the noun opens."""
        if self.items[0].kind is not Chunk.PREPOSITION or self.first > 3:
            return
        comma = next((k for k in range(self.after, len(self.items) - 1) if self.items[k].value == ","), None)
        if comma is None:
            return
        place = comma + 1 + (self.items[comma + 1].kind is Chunk.DETERMINER)
        item = self.items[place] if place < len(self.items) else None
        if item and item.entity and self._surely_organisation(item):
            self._give_organisation(self._own_side(), item.entity)

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
            if item.kind is Chunk.SIGN and item.value not in {",", "(", ")", ":"}:
                break
        if before_only:
            self._opened()
            return
        for place in range(self.after, min(len(self.items), self.after + 8)):
            item = self.items[place]
            if item.kind is Chunk.NAME and self._is_person(item):
                self._give(Slot.MOVER, place, direct=True)
                return
            if place in self.verbs:
                return

    def _opened(self) -> None:
        """« Annoncés partants pour B, les six ingénieurs … »: whom an opening in front of a comma is said of."""
        near = range(self.after, min(len(self.items), self.after + 8))
        comma = next((k for k in near if self.items[k].value == ","), len(self.items))
        if self.first > 1 or comma + 1 >= len(self.items):
            return
        place = comma + 1 + (self.items[comma + 1].kind is Chunk.DETERMINER)
        item = self.items[place] if place < len(self.items) else None
        if item and (item.kind is Chunk.GROUP or (item.kind is Chunk.NAME and self._is_person(item))):
            self._give(Slot.MOVER, place, direct=True)

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
        named = next((k for k in range(own + 1, min(len(self.items), own + 7)) if self.items[k].entity), None)
        if named and self._is_person(self.items[named]) and self.items[named - 1].value in NAMING - {"que"}:
            self._give(Slot.MOVER, named, direct=True)  # « le nouveau patron de B s'appelle X »
            return
        titled = self.phrase.sentence.zone is Zone.TITLE and role.definite and role.organisation
        if titled and role.hold is Hold.COMING and not any(self._is_person(item) for item in self.items):
            self.event.movers.append(Mover(role=role, place=own))  # the article goes on to say who it is

    def _carnet(self) -> None:
        """« B : X, directeur technique »: a line of a digest of appointments."""
        before = [k for k in range(self.first) if self.items[k].kind is Chunk.NAME and not self._dateline(k)]
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

    def _dateline(self, index: int) -> bool:
        """Whether the chunk is the place where a dispatch is from: « ABIDJAN – B : X, directeur général »."""
        entity = self.items[index].entity
        place = entity is not None and entity.type is NameType.PLACE
        return index == 0 and place and self.items[index + 1].value in {"-", "–", "—", "(", ","}

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
