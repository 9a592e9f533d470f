"""The words around a place, as features: in order, in pairs, and as a bag."""

from __future__ import annotations

from alerts.matching.features.scene import Features, Row

_BAG_BEFORE = 8
_BAG_AFTER = 10
_NEAR = 4
_APPOSITION = 16


def around(row: Row, index: int, how: str, out: Features) -> None:
    """Add the features of the words around chunk `index`, their names beginning with `how`.

    What is said around a list of names is said of each.
    """
    own = row.around.get(index)
    if own is None:
        own = row.around[index] = _around(row, index)
    for name, span in own.items():
        out.setdefault(how + name, span)


def _around(row: Row, index: int) -> Features:
    """The features of the words around chunk `index`."""
    own: Features = {}
    first, last = row.listed(index)
    if first < last:
        own[f"listed={min(4, (last - first) // 2 + 1)}"] = row.span(first, last)
    _in_order(row, first, last, own)
    _as_bag(row, first, last, own)
    _behind_apposition(row, last, own)
    return own


def _in_order(row: Row, first: int, last: int, out: Features) -> None:
    """The nearest words one by one, then in pairs."""
    before = [row.symbol(first - k) for k in (1, 2)]
    after = [row.stem(last + k) for k in (1, 2, 3)]
    out[f"before1={before[0]}"] = row.span(first - 1, first - 1)
    out[f"before2={row.stem(first - 2)}"] = row.span(first - 2, first - 2)
    for k, word in enumerate(after, 1):
        out[f"after{k}={word}"] = row.span(last + k, last + k)
    out[f"before2-1={before[1]} {before[0]}"] = row.span(first - 2, first - 1)
    out[f"after1-2={after[0]} {after[1]}"] = row.span(last + 1, last + 2)
    out[f"between={before[0]} {after[0]}"] = row.span(first - 1, last + 1)


def _as_bag(row: Row, first: int, last: int, out: Features) -> None:
    """The words nearby in any order; those of one or two letters say nothing out of order."""
    for k in range(1, min(_BAG_BEFORE, first) + 1):
        _bag("before", row, first - k, k <= _NEAR, out)
    for k in range(1, min(_BAG_AFTER, len(row.symbols) - 1 - last) + 1):
        _bag("after", row, last + k, k <= _NEAR, out)


def _bag(side: str, row: Row, place: int, near: bool, out: Features) -> None:
    if len(row.symbols[place]) > 2:
        word, span = row.stems[place], row.spans[place]
        out.setdefault(f"{side}={word}", span)
        if near:
            out.setdefault(f"near-{side}={word}", span)


def _behind_apposition(row: Row, index: int, out: Features) -> None:
    """What follows « X, directrice de A, »: most often the verb."""
    if row.symbol(index + 1) != ",":
        return
    for place in range(index + 2, min(index + _APPOSITION, len(row.symbols))):
        if row.symbols[place] == ",":
            out[f"resumed={row.stem(place + 1)}"] = row.span(place + 1, place + 1)
            out[f"resumed1-2={row.stem(place + 1)} {row.stem(place + 2)}"] = row.span(place + 1, place + 2)
            return
