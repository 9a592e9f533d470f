from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage_samples import match, move

from mercato.model import (
    Amount,
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
from storage.json_values import (
    decode_amount,
    decode_evidence,
    decode_figures,
    decode_group,
    decode_moves,
    decode_report,
    dumps,
    encode,
    encode_all,
)

WORDS = st.text().map(storable)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(min_value=-(2**63), max_value=2**63)


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


AMOUNTS = st.builds(Amount, min=optional(WHOLE), max=optional(WHOLE), currency=WORDS, period=st.sampled_from(Period))
COMPOSITIONS = st.builds(
    Composition,
    parts=st.lists(st.sampled_from(PayPart), max_size=3).map(tuple),
    multi_year=st.booleans(),
    years=optional(WHOLE),
)
PAY = st.lists(st.builds(Pay, amount=AMOUNTS, composition=COMPOSITIONS, denied=st.booleans()), max_size=2).map(tuple)
GROUPS = st.builds(Group, label=WORDS, count=optional(WHOLE))
EVIDENCE = st.lists(st.builds(Evidence, start=WHOLE, end=WHOLE, text=WORDS, why=WORDS, points=NUMBERS), max_size=3).map(
    tuple
)
MOVES = st.lists(
    st.builds(
        Move,
        person=optional(WORDS),
        group=optional(GROUPS),
        origin=optional(WORDS),
        destination=optional(WORDS),
        role=optional(WORDS),
        status=st.sampled_from(Status),
        amount=optional(AMOUNTS),
        kind=st.sampled_from(Kind),
        background=st.booleans(),
        evidence=EVIDENCE,
        denied_amount=optional(AMOUNTS),
        aside=st.booleans(),
        pay=PAY,
    ),
    max_size=3,
).map(tuple)
FIGURES = st.lists(
    st.builds(
        Figure,
        amount=AMOUNTS,
        outlet=WORDS,
        article=WORDS,
        source_cited=optional(WORDS),
        denied=st.booleans(),
        composition=COMPOSITIONS,
    ),
    max_size=3,
).map(tuple)
REPORTS = st.builds(
    CycleReport,
    code=st.sampled_from(CycleCode),
    pages=WHOLE,
    refused=st.dictionaries(WORDS, WHOLE, max_size=3),
    seconds=NUMBERS,
    detail=WORDS,
)


def through(data: object) -> Any:
    return json.loads(dumps(data))


@given(MOVES)
def test_moves_come_back(moves: tuple[Move, ...]) -> None:
    assert decode_moves(through(encode_all(moves))) == moves


@given(EVIDENCE)
def test_evidence_comes_back(evidence: tuple[Evidence, ...]) -> None:
    assert decode_evidence(through(encode_all(evidence))) == evidence


@given(FIGURES)
def test_figures_come_back(figures: tuple[Figure, ...]) -> None:
    assert decode_figures(through(encode_all(figures))) == figures


@given(AMOUNTS, optional(GROUPS), optional(REPORTS))
def test_single_values_come_back(amount: Amount, group: Group | None, report: CycleReport | None) -> None:
    assert decode_amount(through(encode(amount))) == amount
    assert decode_group(through(encode(group))) == group
    assert decode_report(through(encode(report))) == report


def test_decoded_values_are_of_the_model_down_to_the_enumerations() -> None:
    (back,) = decode_moves(through(encode_all([move()])))
    assert (type(back.status), type(back.kind)) == (Status, Kind)
    assert back.amount is not None
    assert type(back.amount.period) is Period


def test_rows_from_before_a_field_existed_can_be_read() -> None:
    old = through(encode_all(match().evidence))
    del old[0]["points"]
    assert decode_evidence(old)[0].points == 0.0


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        dumps([value])
