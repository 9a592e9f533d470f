"""A judgement as one object of `mercato match --jsonl`, an explanation as one of `mercato explain --json`."""

from __future__ import annotations

from dataclasses import asdict

from alerts.matching.explanation import Explanation, MoveSeen
from alerts.pay import composition_data, told_pay
from mercato.model import Amount, Evidence, Group, Judgement, Match, Move, Pay


def to_json(id: str, judgement: Judgement) -> dict[str, object]:  # noqa: A002 (the name is part of the contract)
    """The judgement of article `id` with the keys that programs rely on; `reason` is "match" for a match."""
    return {
        "id": id,
        "flag": isinstance(judgement, Match),
        "score": judgement.score,
        "moves": [_move(move) for move in judgement.moves if not move.aside],
        "sources_cited": list(judgement.sources_cited),
        "reason": "match" if isinstance(judgement, Match) else judgement.reason.value,
    }


def explanation_to_json(id: str, explanation: Explanation) -> dict[str, object]:  # noqa: A002 (as above)
    """The explanation of article `id`: the keys of `to_json`, and what was seen on the way to them."""
    return {
        **to_json(id, explanation.judgement),
        "threshold": explanation.threshold,
        "stopped": explanation.stopped.value if explanation.stopped else None,
        "sentences": [{"zone": zone, "text": text} for zone, text in explanation.sentences],
        "clutter": [{"why": why, "text": text} for why, text in explanation.clutter],
        "names": [{"name": name.name, "type": name.type, "votes": dict(name.votes)} for name in explanation.names],
        "frames": [asdict(frame) for frame in explanation.frames],
        "tried": [asdict(tried) for tried in explanation.tried],
        "considered": [_considered(move) for move in explanation.moves],
    }


def _considered(move: MoveSeen) -> dict[str, object]:
    """A move that was weighed, told or not."""
    return {**asdict(move), "barred": move.barred or None, "evidence": [_evidence(item) for item in move.evidence]}


def _move(move: Move) -> dict[str, object]:
    """A move."""
    return {
        "person": move.person,
        "group": _group(move.group),
        "origin": move.origin,
        "destination": move.destination,
        "role": move.role,
        "status": move.status.value,
        "amount": _amount(move.amount),
        "denied_amount": _amount(move.denied_amount),
        "pay": [_pay(pay) for pay in told_pay(move)],
        "kind": move.kind.value,
        "background": move.background,
        "evidence": [_evidence(item) for item in move.evidence],
    }


def _evidence(item: Evidence) -> dict[str, object]:
    """A piece of evidence."""
    return {"start": item.start, "end": item.end, "text": item.text, "why": item.why, "points": item.points}


def _group(group: Group | None) -> dict[str, object] | None:
    """Movers without names."""
    return None if group is None else {"count": group.count, "label": group.label}


def _pay(pay: Pay) -> dict[str, object]:
    """A sum told of the mover: the two amounts above, and what stands beside them."""
    return {**(_amount(pay.amount) or {}), "denied": pay.denied, **composition_data(pay.composition)}


def _amount(amount: Amount | None) -> dict[str, object] | None:
    """Pay."""
    if amount is None:
        return None
    return {"min": amount.min, "max": amount.max, "currency": amount.currency, "period": amount.period.value}
