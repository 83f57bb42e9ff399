"""Kinds of blood cells: their size, and how much of each marker they carry (`cells.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Level:
    """How much of a marker the cells of one kind carry: log-normal in those that carry it."""

    median: float
    """Median of the carriers, in MESF."""
    spread: float
    """Standard deviation of the natural logarithm among the carriers."""
    share: float = 1.0
    """Share of the cells that carry the marker."""


@dataclass(frozen=True, slots=True)
class CellKind:
    """One kind of cell."""

    name: str
    lineage: str
    fsc: tuple[float, float]
    """Median of FSC-A in linear units, and the standard deviation of its logarithm."""
    ssc: tuple[float, float]
    autofluorescence: float
    """Factor on the autofluorescence of a lymphocyte."""
    nonspecific: float
    """Median MESF of any conjugate that clings to the cell."""
    levels: Mapping[str, Level]
    """Marker (lower case) -> level."""


@cache
def cell_kinds() -> Mapping[str, CellKind]:
    """Every kind of cell that can be drawn, by name."""
    text = (files("costim.cytometry.synthetic") / "cells.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: _kind(name, raw) for name, raw in tomllib.loads(text).items()})


def _kind(name: str, raw: Mapping[str, object]) -> CellKind:
    levels = raw["levels"]
    assert isinstance(levels, dict)  # noqa: S101  # our own file
    return CellKind(
        name,
        str(raw["lineage"]),
        _pair(raw["fsc"]),
        _pair(raw["ssc"]),
        float(str(raw["autofluorescence"])),
        float(str(raw["nonspecific"])),
        MappingProxyType({marker: Level(*(float(x) for x in values)) for marker, values in levels.items()}),
    )


def _pair(raw: object) -> tuple[float, float]:
    assert isinstance(raw, list)  # noqa: S101
    return float(raw[0]), float(raw[1])


def kinds_of(lineage: str) -> tuple[str, ...]:
    """Names of the kinds of one lineage, e.g. all subsets of `b_cells`."""
    return tuple(name for name, kind in cell_kinds().items() if kind.lineage == lineage)
