"""Scales whose name leaves the coding of the items open: which codings are possible for a total."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from costim.measures.bounds import Bounds, between, exact
from costim.measures.overlap import overlap
from costim.registry.datafiles import read_rows


@cache
def limits_of(coded_as: str) -> tuple[Fraction, Fraction]:
    """Least and largest total of a scale of `scales.csv`, e.g. 18 and 126 points of `bprs18_1_7`.

    Raises:
        KeyError: no scale of that name.
    """
    rows = {row["code"]: row for row in read_rows("measures/scales.csv")}
    return exact(rows[coded_as]["minimum"]), exact(rows[coded_as]["maximum"])


@cache
def codings() -> MappingProxyType[str, MappingProxyType[str, str]]:
    """Scale whose name leaves the coding open -> scale with a declared coding -> name of the coding."""
    rows = read_rows("measures/scale_codings.csv")
    return MappingProxyType(
        {
            scale: MappingProxyType({row["coded_as"]: row["coding"] for row in rows if row["scale"] == scale})
            for scale in dict.fromkeys(row["scale"] for row in rows)
        }
    )


def possible_scales(scale: str, readings: Iterable[Bounds]) -> tuple[str, ...]:
    """Scales with a declared coding on which every reading is possible, e.g. `bprs18_0_6` for a total of 7.

    Args:
        scale: a scale whose name leaves the coding open: `bprs` or `sds`; any other has no codings.
        readings: all readings of one person, which share one coding.
    """
    listed = list(readings)
    return tuple(
        coded_as
        for coded_as in codings().get(scale, {})
        if all(overlap(reading, between(*limits_of(coded_as))) is not None for reading in listed)
    )


def possible_codings(scale: str, readings: Iterable[Bounds]) -> tuple[str, ...]:
    """Names of the codings under which every reading is possible.

    Args:
        scale: `bprs` (18 or 16 items, `0-6` or `1-7`) or `sds` (`raw` or `index`).
        readings: all readings of one person, which share one coding.

    Returns:
        E.g. `("0-6",)` as soon as one total lies below the floor of 1 to 7.
    """
    names = (codings()[scale][coded_as] for coded_as in possible_scales(scale, readings))
    return tuple(dict.fromkeys(names))
