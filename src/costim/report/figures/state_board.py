"""Rows of a picture of states: a lane per patient, a tile per visit, and what lies between visits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from costim.registry.measure_catalogue import Choice
from costim.registry.measure_choices import asked_measures
from costim.registry.measure_parameters import NUMERIC, is_followed, over_time, row_kinds
from costim.registry.measurements import Measurement
from costim.registry.natural import natural_key
from costim.report.figures.view import View

YES, NO, UNKNOWN = "yes", "no", "unknown"
CLOSEST = 0.02
"""Visits of a patient that are closer than this share of the whole time would hide each other on an axis of days."""
_NO_ORDER = "visit_order_unknown"


@dataclass(frozen=True, slots=True)
class Tile:
    """A visit of one patient. `at` is the study day, or the place of the visit among the columns."""

    visit: str
    at: float
    outcome: str
    """Blank when nothing was recorded."""
    row: Measurement


@dataclass(frozen=True, slots=True)
class Flare:
    """When a flare began: after one visit, up to another."""

    start: float
    end: float
    outcome: str
    row: Measurement


@dataclass(frozen=True, slots=True)
class StateLane:
    """One patient: tiles in time, stays (from and to) between visits that were both in the state, flares."""

    subject: str
    tiles: tuple[Tile, ...]
    stays: tuple[tuple[float, float], ...]
    flares: tuple[Flare, ...]
    total: Measurement | None
    """Days in the state, or the number of flares, as the rows count them."""


@dataclass(frozen=True, slots=True)
class StateBoard:
    """All lanes of one measure by one variant."""

    parameter: str
    choice: Choice
    by_day: bool
    """Tiles stand at study days; else visits are columns."""
    visits: tuple[str, ...]
    """In the order of the plan, others by name."""
    outcomes: tuple[str, ...]
    """Those that occur, in the order of the registry."""
    lanes: tuple[StateLane, ...]

    @property
    def followed(self) -> bool:
        """Is the time in the state counted, so that lines join visits?"""
        return is_followed(self.choice.measure)

    @property
    def has_flares(self) -> bool:
        """Do outcomes of the measure tell of the time since the visit before?"""
        return self.choice.measure.code in over_time().flares


def state_keys(view: View) -> tuple[tuple[str, str], ...]:
    """Parameter and variant of every state, class and grade that the plan asks for."""
    return tuple(
        (f"{code}.{kind}", variant)
        for code, variant, kinds in (
            (*asked.key, row_kinds(asked.choice.measure)) for asked in asked_measures(view.plan)
        )
        for kind in kinds
        if kind not in NUMERIC
    )


def state_board(view: View, parameter: str, variant: str) -> StateBoard | None:
    """Lanes of a measure; None when fewer than two visits have an outcome, or every outcome is unknown."""
    rows = [row for row in view.rows(parameter) if row.variant == variant]
    if len({row.visit for row in rows if row.text}) < 2 or {row.text for row in rows if row.text} == {UNKNOWN}:
        return None
    asked = next(a for a in asked_measures(view.plan) if a.key == (parameter.partition(".")[0], variant))
    by_day = _told_apart(rows)
    planned = [visit.name for visit in view.plan.visits]
    order = sorted({row.visit for row in rows}, key=lambda v: (_rank(v, planned), natural_key(v)))
    found = {row.text for row in rows if row.text}
    known = [*asked.choice.measure.outcomes, YES, NO]
    place = {visit: float(i) for i, visit in enumerate(order)}
    by_subject: dict[str, list[Tile]] = {}
    for row in rows:
        at = row.day if by_day and row.day is not None else place[row.visit]
        by_subject.setdefault(row.subject, []).append(Tile(row.visit, at, row.text or "", row))
    board = StateBoard(
        parameter=parameter,
        choice=asked.choice,
        by_day=by_day,
        visits=tuple(order),
        outcomes=tuple(sorted(found, key=lambda o: (o == UNKNOWN, _rank(o, known), o))),
        lanes=(),
    )
    lanes = [_lane(view, board, subject, tiles) for subject, tiles in by_subject.items()]
    return StateBoard(parameter, asked.choice, by_day, board.visits, board.outcomes, tuple(lanes))


def _rank(name: str, listed: Sequence[str]) -> int:
    return listed.index(name) if name in listed else len(listed)


def _told_apart(rows: Iterable[Measurement]) -> bool:
    """Has every visit one known day, and are those of a patient far enough apart to be seen?"""
    days: dict[str, list[float]] = {}
    for row in rows:
        if row.day is None:
            return False
        days.setdefault(row.subject, []).append(row.day)
    everything = [day for found in days.values() for day in found]
    whole = max(everything, default=0.0) - min(everything, default=0.0)
    gaps = (later - earlier for found in days.values() for earlier, later in pairwise(sorted(found)))
    return whole > 0 and min(gaps, default=whole) >= CLOSEST * whole


def _lane(view: View, board: StateBoard, subject: str, unsorted: Sequence[Tile]) -> StateLane:
    tiles = tuple(sorted(unsorted, key=lambda tile: tile.at))
    code, variant = board.choice.measure.code, board.choice.name
    parameter, counted = (f"{code}.flares", variant) if board.has_flares else (f"{code}.days", f"{variant}, both_ends")
    return StateLane(
        subject=subject,
        tiles=tiles,
        stays=_stays(tiles) if board.followed else (),
        flares=_flares(view, board, subject, tiles) if board.has_flares else (),
        total=next((r for r in view.rows(parameter) if (r.subject, r.variant) == (subject, counted)), None),
    )


def _stays(tiles: Sequence[Tile]) -> tuple[tuple[float, float], ...]:
    """Between two assessments in a row at both of which the state is known to hold."""
    if any(_NO_ORDER in tile.row.flags for tile in tiles) or any(_reversed(a, b) for a, b in pairwise(tiles)):
        return ()
    judged = [tile for tile in tiles if tile.outcome in (YES, NO, UNKNOWN)]
    return tuple((a.at, b.at) for a, b in pairwise(judged) if a.outcome == b.outcome == YES)


def _reversed(earlier: Tile, later: Tile) -> bool:
    """Do known days contradict the order of the columns?"""
    ends = [tile.row.day if tile.row.day is not None else end for tile, end in _bounds(earlier, later)]
    return ends[0] is not None and ends[1] is not None and ends[0] > ends[1]


def _bounds(earlier: Tile, later: Tile) -> tuple[tuple[Tile, float | None], tuple[Tile, float | None]]:
    return (earlier, earlier.row.day_lower), (later, later.row.day_upper)


def _flares(view: View, board: StateBoard, subject: str, tiles: Sequence[Tile]) -> tuple[Flare, ...]:
    """Flares whose interval has two ends that can be placed."""
    at = {tile.row.day: tile.at for tile in tiles if tile.row.day is not None}
    found = []
    for row in view.rows(f"{board.choice.measure.code}.flare_day"):
        if (row.subject, row.variant) != (subject, board.choice.name) or row.lower is None or row.upper is None:
            continue
        start, end = (day if board.by_day else at.get(day) for day in (row.lower, row.upper))
        if start is not None and end is not None and math.isfinite(start) and math.isfinite(end):
            found.append(Flare(start, end, row.text or UNKNOWN, row))
    return tuple(found)
