"""Values of the model as JSON and back, exactly: `decode(encode(value)) == value`.

Encoding gives every field by its name; decoding is spelt out here, so that a field added later with a default can be
read from rows that were written before it existed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from mercato.model import (
    Amount,
    Claim,
    Composition,
    CycleCode,
    CycleReport,
    Evidence,
    Figure,
    Group,
    Kind,
    Move,
    Pay,
    PayPart,
    Period,
    Status,
)
from storage.column_types import storable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Json = Mapping[str, Any]


def dumps(value: object) -> str:
    """JSON text as every JSON column holds it. Raises ValueError for NaN and infinities, which JSON does not know."""
    return json.dumps(_storable(value), ensure_ascii=False, allow_nan=False)


def _storable(value: object) -> object:
    """`value` with every text made storable, so that evidence stays equal to the stored text that it quotes."""
    match value:
        case str():
            return storable(value)
        case Mapping():
            return {key: _storable(item) for key, item in value.items()}
        case list() | tuple():
            return [_storable(item) for item in value]
        case _:
            return value


def encode(value: DataclassInstance | None) -> dict[str, Any] | None:
    """A value of the model as JSON data."""
    return None if value is None else _fields(value)


def encode_all(values: Iterable[DataclassInstance]) -> list[dict[str, Any]]:
    """Values of the model as JSON data, in order."""
    return [_fields(value) for value in values]


def _fields(value: DataclassInstance) -> dict[str, Any]:
    # As `dataclasses.asdict`, which copies what cannot change and takes three times as long.
    return {name: _data(getattr(value, name)) for name in _names(type(value))}


def _data(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, tuple | list):
        return [_data(item) for item in value]
    return {name: _data(item) for name, item in value.items()} if isinstance(value, dict) else value


@cache
def _names(kind: type[DataclassInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def decode_evidence(data: Iterable[Json]) -> tuple[Evidence, ...]:
    """The inverse of `encode_all` for Evidence."""
    return tuple(Evidence(**item) for item in data)


def decode_amount(data: Json) -> Amount:
    """The inverse of `encode` for Amount."""
    return Amount(**{**data, "period": Period(data["period"])})


def _decode_composition(data: Json | None) -> Composition:
    return Composition(**{**data, "parts": tuple(map(PayPart, data["parts"]))}) if data else Composition()


def _decode_pay(data: Json) -> Pay:
    composition = _decode_composition(data["composition"])
    return Pay(**{**data, "amount": decode_amount(data["amount"]), "composition": composition})


def decode_group(data: Json | None) -> Group | None:
    """The inverse of `encode` for Group or None."""
    return Group(**data) if data else None


def _decode_move(data: Json) -> Move:
    amount, denied = data["amount"], data.get("denied_amount")
    return Move(
        **{
            **data,
            "group": decode_group(data["group"]),
            "status": Status(data["status"]),
            "amount": decode_amount(amount) if amount else None,
            "kind": Kind(data["kind"]),
            "evidence": decode_evidence(data["evidence"]),
            "denied_amount": decode_amount(denied) if denied else None,
            "pay": tuple(map(_decode_pay, data.get("pay", ()))),
        }
    )


def decode_moves(data: Iterable[Json]) -> tuple[Move, ...]:
    """The inverse of `encode_all` for Move."""
    return tuple(_decode_move(item) for item in data)


def decode_figures(data: Iterable[Json]) -> tuple[Figure, ...]:
    """The inverse of `encode_all` for Figure."""
    return tuple(_decode_figure(item) for item in data)


def _decode_figure(data: Json) -> Figure:
    composition = _decode_composition(data.get("composition"))
    return Figure(**{**data, "amount": decode_amount(data["amount"]), "composition": composition})


def decode_claims(data: Iterable[Json]) -> tuple[Claim, ...]:
    """The inverse of `encode_all` for Claim."""
    return tuple(Claim(**item) for item in data)


def decode_report(data: Json | None) -> CycleReport | None:
    """The inverse of `encode` for CycleReport or None."""
    return CycleReport(**{**data, "code": CycleCode(data["code"])}) if data else None
