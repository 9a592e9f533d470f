"""Pictures of the market, drawn by Matplotlib: as SVG, whose text stays text and whose every mark is a link, or as PNG.

Figures are made without pyplot, whose state is global and not safe between threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from threading import Lock
from urllib.parse import urlencode

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from alerts.stories.flows import Flow
from alerts.typography import one_line

_DRAWING = Lock()
"""Matplotlib's settings are global: two threads that draw at once would draw with each other's."""

_LABEL = 28  # characters of a firm's name beside its bar
_SHARP = 192  # dots per inch of a PNG: twice what screens had for decades
_COLUMNS = 6  # at least, so that a single month is no wall
_GAP = 0.6  # between two firms, in stories


class Format(StrEnum):
    """What a picture is saved as."""

    SVG = "svg"
    PNG = "png"

    @property
    def media_type(self) -> str:
        """The media type of its files."""
        return {Format.SVG: "image/svg+xml", Format.PNG: "image/png"}[self]


@dataclass(frozen=True, slots=True)
class _Ink:
    """The colours of a scheme."""

    paper: str
    text: str
    bar: str
    bands: tuple[str, ...]


# Bands are told apart by the bars they join, never by colour alone.
_LIGHT = _Ink("#ffffff", "#14181d", "#4c5560", ("#8a1c3c", "#0b57a4", "#1f7a52", "#8a5a00", "#5b3fa0", "#00697a"))
_DARK = _Ink("#15181d", "#eceff3", "#a9b2bd", ("#f08fab", "#8ec1ff", "#7fd9ae", "#f0c069", "#c3aeff", "#79d4e2"))


def flows_picture(flows: Sequence[Flow], form: Format, *, dark: bool) -> bytes:
    """Who takes from whom: origins at the left, destinations at the right, bands as broad as their stories.

    Each band leads to the articles on the firm that takes. Empty flows give an empty picture.
    """
    ink = _DARK if dark else _LIGHT
    left, right = _stack(flow.origin for flow in flows), _stack(flow.destination for flow in flows)
    spread_left = _places([(name, sum(f.stories for f in flows if f.origin == name)) for name in left])
    spread_right = _places([(name, sum(f.stories for f in flows if f.destination == name)) for name in right])
    height = max(len(left), len(right), 3) * 0.42 + 0.6
    figure, axes = _canvas(height, ink)
    axes.set_xlim(-0.55, 1.55)
    axes.set_ylim(max(_end(spread_left), _end(spread_right), 1), -_GAP)
    axes.axis("off")
    _draw_bars(axes, spread_left, -0.02, "right", ink)
    _draw_bars(axes, spread_right, 1.0, "left", ink)
    used: dict[tuple[str, str], float] = {}
    for flow in flows:
        start = _take(used, ("from", flow.origin), spread_left[flow.origin][0], flow.stories)
        end = _take(used, ("to", flow.destination), spread_right[flow.destination][0], flow.stories)
        colour = ink.bands[left.index(flow.origin) % len(ink.bands)]
        band = PathPatch(_band(start, end, flow.stories), facecolor=colour, alpha=0.55, linewidth=0)
        band.set_url("/archive?" + urlencode({"firm": flow.destination}))
        axes.add_patch(band)
    return _drawn(figure, form)


def _stack(names: object) -> list[str]:
    return list(dict.fromkeys(names))  # type: ignore[call-overload]


def _places(totals: Sequence[tuple[str, int]]) -> dict[str, tuple[float, float]]:
    """Where each firm's bar begins and ends, from above."""
    found: dict[str, tuple[float, float]] = {}
    at = 0.0
    for name, total in totals:
        found[name] = (at, at + total)
        at += total + _GAP
    return found


def _end(spread: dict[str, tuple[float, float]]) -> float:
    return max((end for _, end in spread.values()), default=0)


def _take(used: dict[tuple[str, str], float], key: tuple[str, str], start: float, breadth: int) -> float:
    at = used.get(key, start)
    used[key] = at + breadth
    return at


def _band(start: float, end: float, breadth: int) -> Path:
    corners = [(0, start), (0.5, start), (0.5, end), (1, end), (1, end + breadth)]
    back = [(0.5, end + breadth), (0.5, start + breadth), (0, start + breadth), (0, start)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return Path([*corners, *back], codes)


def _draw_bars(axes: Axes, spread: dict[str, tuple[float, float]], x: float, side: str, ink: _Ink) -> None:
    for name, (start, end) in spread.items():
        axes.bar(x + 0.01, end - start, 0.02, bottom=start, color=ink.bar)
        at = x - 0.02 if side == "right" else x + 0.04
        label = axes.text(at, (start + end) / 2, _label(name), ha=side, va="center", color=ink.text, fontsize=9)
        label.set_url("/archive?" + urlencode({"firm": name}))


def _label(name: str) -> str:
    # Matplotlib would read a pair of dollars as a formula.
    return one_line(name, _LABEL).replace("$", r"\$")


def months_picture(months: Sequence[tuple[str, int]], form: Format, *, dark: bool) -> bytes:
    """Movements per month as columns, each with its number; `months` by their names."""
    ink = _DARK if dark else _LIGHT
    figure, axes = _canvas(2.6, ink)
    # A column for each month of a year has room: few of them are not drawn broader than that.
    axes.set_xlim(-0.6, max(len(months), _COLUMNS) - 0.4)
    columns = axes.bar([month for month, _ in months], [number for _, number in months], color=ink.bands[1])
    axes.bar_label(columns, color=ink.text, fontsize=8)
    axes.tick_params(colors=ink.text, labelsize=8, rotation=45 if len(months) > 8 else 0)
    axes.yaxis.set_visible(False)
    for edge in ("top", "right", "left"):
        axes.spines[edge].set_visible(False)
    axes.spines["bottom"].set_color(ink.bar)
    axes.set_facecolor(ink.paper)
    return _drawn(figure, form)


def _canvas(height: float, ink: _Ink) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(8, height), facecolor=ink.paper, layout="tight")
    return figure, figure.add_subplot()


def _drawn(figure: Figure, form: Format) -> bytes:
    target = BytesIO()
    # Without "none" letters become outlines: unreadable to search and to screen readers, and ten times as long.
    with _DRAWING, rc_context({"svg.fonttype": "none", "svg.hashsalt": "mercato"}):
        if form is Format.PNG:
            figure.savefig(target, format="png", dpi=_SHARP, metadata={"Software": "Mercato"})
        else:
            figure.savefig(target, format="svg", metadata={"Date": None, "Creator": "Mercato"})
    return target.getvalue().replace(b' target="_blank"', b"") if form is Format.SVG else target.getvalue()
