"""Thresholds, markers, roles and subsets of gates.toml: what is measured, apart from the gates."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

from costim.cytometry.gates.model import Axis, Marker, Source, Threshold
from costim.cytometry.gates.toml_entry import Entry
from costim.cytometry.gates.toml_scales import axis_named


def read_threshold(name: str, entry: Entry, axes: Mapping[str, Axis]) -> Threshold | None:
    """One table of [thresholds]; None without an axis."""
    axis = axis_named(entry, "axis", axes)
    population = entry.text("population")
    sources = entry.names("sources", "one or more of fmo, isotype, reference, valley, fixed")
    quantile = entry.number("quantile")
    reference = entry.text("reference")
    value = entry.number("value")
    search = entry.numbers("search", count=2) if "search" in entry.raw else ()
    entry.get("search")
    entry.close()
    if axis is None:
        return None
    return Threshold(
        name,
        axis,
        population,
        cast("tuple[Source, ...]", sources),
        0.99 if quantile is None else quantile,
        reference,
        value,
        (search[0], search[1]) if len(search) == 2 else None,
    )


def read_marker(entry: Entry, axes: Mapping[str, Axis]) -> Marker | None:
    """One table of [markers]; None without an axis."""
    axis = axis_named(entry, "axis", axes)
    populations = entry.names("populations", "the populations on which the level is measured")
    outcome = entry.flag("outcome")
    threshold = entry.text("threshold")
    entry.close()
    return None if axis is None else Marker(axis, populations, outcome, threshold)


def read_roles(entry: Entry) -> Mapping[str, str]:
    """[roles]: role = population."""
    found = {role: entry.text(role, "the name of a population") for role in entry.raw}
    return MappingProxyType({role: population for role, population in found.items() if population})


def read_subsets(entry: Entry) -> Mapping[str, tuple[str, ...]]:
    """[subsets]: population = the populations that divide it."""
    return MappingProxyType({whole: entry.names(whole, "a list of populations") for whole in entry.raw})
