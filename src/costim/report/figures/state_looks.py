"""How an outcome looks: fill, shade and letter of a tile, told apart in black and white as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from costim.registry.measure_catalogue import MeasureInfo
from costim.registry.measure_parameters import over_time
from costim.report.figures.identity import COLOURS
from costim.report.figures.state_board import NO, UNKNOWN, YES
from costim.report.figures.style import BETTER, GREY, NEITHER, WORSE

Part = tuple[tuple[float, float], ...]
"""Corners of a filled part, in a tile from 0 to 1, upwards."""

WHOLE: Part = ((0, 0), (1, 0), (1, 1), (0, 1))

UNJUDGED = ("not_evaluable", "not_applicable")
"""Outcomes that say that the rule does not speak of the visit."""
_NAMES: tuple[Part, ...] = (
    WHOLE,
    ((0, 0), (0.5, 0), (0.5, 1), (0, 1)),
    ((0, 0), (1, 0), (1, 1)),
    ((0.5, 0.1), (0.9, 0.5), (0.5, 0.9), (0.1, 0.5)),
    ((0, 1), (1, 1), (0.5, 0)),
    ((0.3, 0), (0.7, 0), (0.7, 1), (0.3, 1)),
)
"""Fills of classes that have no order."""
_LADDERS = MappingProxyType(
    {
        "relapse": (("none", "minor", "major"), ("none", "mild_moderate", "severe"), ("none", "relapse")),
        "sledas_category": (("remission", "mild", "moderate_severe"), ("within_cut_off", "above_cut_off")),
    }
)
"""Measures whose variants have classes of their own, which are ordered among themselves only."""
LONGEST_LETTER = 2
"""Outcomes this short are written in their tiles."""

Sense = Literal["worse", "better", "names"]
"""What more fill means: a worse class, a better response, or nothing."""


@dataclass(frozen=True, slots=True)
class Look:
    """A tile."""

    ink: str
    """Outline."""
    parts: tuple[Part, ...] = ()
    shade: str = "white"
    """Colour of the parts."""
    letter: str = ""
    hatched: bool = False
    crossed: bool = False


def looks(info: MeasureInfo, outcomes: Sequence[str]) -> dict[str, Look]:
    """The look of each outcome. It depends on the measure alone, so that it is the same in every study."""
    found = {}
    for outcome in outcomes:
        if outcome == UNKNOWN:
            found[outcome] = Look(GREY, letter="?", hatched=True)
        elif outcome in UNJUDGED:
            found[outcome] = Look(GREY, crossed=True)
        elif outcome in (YES, NO):
            ink = BETTER if info.code in over_time().aims else NEITHER
            found[outcome] = Look(ink, _filled(1.0) if outcome == YES else (), ink)
        else:
            found[outcome] = _class_look(info, outcome)
    return found


def sense(info: MeasureInfo) -> Sense:
    """Is there an order among the classes, and what is its full end?

    Classes run from good to bad where the registry calls higher worse, the other way where it calls lower worse; flares
    begin with `none`, responses end with it; grades that are letters run from A, the worst.
    """
    if info.worse or info.kind == "grade" or info.outcomes[:1] == ("none",):
        return "worse"
    return "better" if "none" in info.outcomes else "names"


def _ordered(info: MeasureInfo, outcome: str) -> list[str]:
    """The classes among which one stands, from the open end to the full end."""
    listed = [one for one in info.outcomes if one not in UNJUDGED]
    for ladder in _LADDERS.get(info.code, ()):
        if outcome in ladder:
            return list(ladder)
    from_full = info.worse == "lower" or sense(info) == "better" or (not info.worse and info.kind == "grade")
    return listed[::-1] if from_full else listed


def _class_look(info: MeasureInfo, outcome: str) -> Look:
    order = _ordered(info, outcome)
    if outcome not in order:
        return Look(GREY, crossed=True)
    place, meaning = order.index(outcome), sense(info)
    if meaning == "names":
        ink = COLOURS[place % len(COLOURS)]
        return Look(ink, (_NAMES[place % len(_NAMES)],), ink)
    share = place / max(len(order) - 1, 1)
    ink = WORSE if meaning == "worse" else BETTER
    edge = GREY if meaning == "worse" and not place else ink
    if len(outcome) <= LONGEST_LETTER:
        return Look(edge, _filled(1.0) if place else (), _tint(ink, share * 0.85), letter=outcome)
    return Look(edge, _filled(share), _tint(ink, 0.35 + 0.65 * share))


def _filled(share: float) -> tuple[Part, ...]:
    """Filled from below up to a share of the height."""
    return (((0, 0), (1, 0), (1, share), (0, share)),) if share > 0 else ()


def _tint(colour: str, share: float) -> str:
    """The colour mixed with white."""
    channels = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - c) * share):02X}" for c in channels)


def outcome_words(outcome: str) -> str:
    """An outcome as printed."""
    return outcome.replace("_", " ")
