"""Rows of a tile chart: one tile per patient (or manifestation), placed by category."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from costim.registry.measurements import Measurement
from costim.registry.natural import natural_key
from costim.registry.plan_questions import Endpoint
from costim.report.figures.view import View
from costim.report.format import MISSING, missing_words

TILED = ("np.outcome", "imaging.verdict")
"""Parameters that are drawn whenever they were measured, without an endpoint."""
_NOT_DRAWN = ("subject.sex",)
_ORDER = ("resolved", "improved", "not improved", "not_improved", "unchanged", "mixed", "worse", "no follow-up data")
ARROW = " → "


@dataclass(frozen=True, slots=True)
class Board:
    """Tiles by row and column. A single blank column means that rows alone carry the categories."""

    parameter: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    tiles: tuple[tuple[str, str, str], ...]
    """Row, column, subject; patients in natural order."""

    def at(self, row: str, column: str) -> tuple[str, ...]:
        """Subjects of one cell, one entry per tile."""
        return tuple(s for r, c, s in self.tiles if (r, c) == (row, column))


def category_words(row: Measurement) -> str:
    """The category of a row, or why there is none."""
    return row.text.replace("_", " ") if row.text else missing_words(row.missing)


def category_endpoints(view: View) -> tuple[Endpoint, ...]:
    """Distribution and transition endpoints that have a tile chart of their own."""
    endpoints = view.endpoints("distribution", "transition")
    return tuple(e for e in endpoints if e.parameter not in TILED + _NOT_DRAWN)


def tile_board(view: View, parameter: str, contrast: str) -> Board | None:
    """Tiles of a parameter; None when no patient has a category."""
    if parameter == "np.outcome":
        rows = view.rows(parameter)
        tiles = [(syndrome_words(m.variant), category_words(m), m.subject) for m in rows]
        return _board(parameter, tiles) if any(m.text for m in rows) else None
    if parameter in TILED:
        rows = view.rows(parameter)
        return _one_column(view, parameter, rows) if any(m.text for m in rows) else None
    moves = view.find(parameter=parameter, contrast=contrast, method="transition")
    tiles = []
    for effect in moves:
        before, arrow, after = effect.stratum.partition(ARROW)
        if arrow:
            who = {view.by_id[m].subject for m in effect.measurements if m in view.by_id}
            tiles += [(before.replace("_", " "), after.replace("_", " "), s) for s in who]
    if not tiles:
        counts = view.find(parameter=parameter, contrast=contrast, method="category_count")
        named = [m for effect in counts for m in effect.measurements]
        found = [view.by_id[m] for m in dict.fromkeys(named) if m in view.by_id]
        if not any(m.text for m in found):
            return None
        return _one_column(view, parameter, found)
    return _board(parameter, tiles)


def _one_column(view: View, parameter: str, rows: Iterable[Measurement]) -> Board:
    """A tile per patient: the category, else the reason why there is none."""
    tiles = {(category_words(m), "", m.subject): None for m in rows}
    reasons = {m.subject: category_words(m) for m in view.rows(parameter) if not m.text}
    placed = {subject for *_, subject in tiles}
    rest = [(reasons.get(s, missing_words("not_recorded")), "", s) for s in view.subjects if s not in placed]
    return _board(parameter, [*tiles, *rest])


def syndrome_words(code: str) -> str:
    """An ACR 1999 syndrome in words."""
    return code.replace("_", " ") if code not in ("", "none", "unmapped") else "not in the ACR nomenclature"


def _board(parameter: str, tiles: Iterable[tuple[str, str, str]]) -> Board:
    placed = sorted(tiles, key=lambda t: (natural_key(t[2]), t[0], t[1]))
    return Board(
        parameter=parameter,
        rows=tuple(sorted({t[0] for t in placed}, key=_category_key)),
        columns=tuple(sorted({t[1] for t in placed}, key=_category_key)),
        tiles=tuple(placed),
    )


def _category_key(words: str) -> tuple[int, int, object]:
    """Good outcomes first, missing ones last, the rest by name."""
    reasons = list(MISSING.values())
    if words in reasons:
        return 2, reasons.index(words), natural_key(words)
    if words in _ORDER:
        return 0, _ORDER.index(words), natural_key(words)
    return 1, int(words == syndrome_words("")), natural_key(words)
