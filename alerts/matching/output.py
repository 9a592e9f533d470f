"""A judgement as one object of `mercato match --jsonl`."""

from __future__ import annotations

from mercato.model import Amount, Group, Judgement, Match, Move


def to_json(id: str, judgement: Judgement) -> dict[str, object]:  # noqa: A002 (the name is part of the contract)
    """The judgement of article `id` with the keys that programs rely on; `reason` is "match" for a match."""
    return {
        "id": id,
        "flag": isinstance(judgement, Match),
        "score": judgement.score,
        "moves": [_move(move) for move in judgement.moves],
        "sources_cited": list(judgement.sources_cited),
        "reason": "match" if isinstance(judgement, Match) else judgement.reason.value,
    }


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
        "kind": move.kind.value,
        "background": move.background,
        "evidence": [
            {"start": item.start, "end": item.end, "text": item.text, "why": item.why, "points": item.points}
            for item in move.evidence
        ],
    }


def _group(group: Group | None) -> dict[str, object] | None:
    """Movers without names."""
    return None if group is None else {"count": group.count, "label": group.label}


def _amount(amount: Amount | None) -> dict[str, object] | None:
    """Pay."""
    if amount is None:
        return None
    return {"min": amount.min, "max": amount.max, "currency": amount.currency, "period": amount.period.value}
