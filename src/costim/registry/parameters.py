"""Every parameter a measurement row may carry: label, unit, direction, resolution, source.

`lab.*` comes from `measures/labs.csv`, `scale.*` from `measures/scales.csv`, what measures give (`lldas.state`,
`doris.first_day`) from their catalogue; phenotypes (`cyt.*`) are made from names of the gating strategy; all others are
in `parameters.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal

from costim.registry.cytometry_parameters import find_statistic
from costim.registry.datafiles import read_rows
from costim.registry.measure_parameters import MeasureParameter, measure_parameters


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    `resolution` is the smallest step of the instrument: differences are rounded to it before they are ranked.
    `worse` says which direction is worse for the patient (blank = neither).
    """

    code: str
    label: str
    unit: str
    worse: Literal["higher", "lower", ""]
    resolution: float | None
    log: bool
    minimum: float | None
    maximum: float | None
    reference: str


def _number(text: str) -> float | None:
    return float(text) if text else None


def _read(name: str, prefix: str) -> dict[str, Parameter]:
    found = {}
    for row in read_rows(name):
        code = prefix + row["code"]
        worse = row["worse"]
        if worse not in ("higher", "lower", ""):
            raise ValueError(f"{name}: {code}: worse = {worse!r}")
        found[code] = Parameter(
            code=code,
            label=row["label"],
            unit=row["unit"],
            worse=worse,  # type: ignore[arg-type]  # checked just above
            resolution=_number(row["resolution"]),
            log=row["log"] == "yes",
            minimum=_number(row["minimum"]),
            maximum=_number(row["maximum"]),
            reference=row["reference"],
        )
    return found


@cache
def parameters() -> MappingProxyType[str, Parameter]:
    """All parameters by code."""
    return MappingProxyType(
        _read("parameters.csv", "")
        | _read("measures/labs.csv", "lab.")
        | _read("measures/scales.csv", "scale.")
        | {entry.code: _of_measure(entry) for entry in measure_parameters()}
    )


def _of_measure(entry: MeasureParameter) -> Parameter:
    return Parameter(
        code=entry.code,
        label=entry.label,
        unit=entry.unit,
        worse=entry.worse,
        resolution=None,
        log=False,
        minimum=None if entry.minimum is None else float(entry.minimum),
        maximum=None if entry.maximum is None else float(entry.maximum),
        reference=entry.reference,
    )


@lru_cache(maxsize=4096)
def _of_cells(code: str) -> Parameter | None:
    found = find_statistic(code)
    if found is None:
        return None
    statistic, label = found
    # A logarithm of a level may be negative, the level of a compensated marker too; a share or a count may not.
    floor = 0.0 if statistic.maximum is not None or statistic.unit in ("cells", "cells/uL", "MESF") else None
    return Parameter(code, label, statistic.unit, "", None, statistic.log, floor, statistic.maximum, "")


def parameter(code: str) -> Parameter:
    """The parameter of that code; an unknown one has its code as label and no unit.

    A study may use a scale or test that the registry does not know; the study room reports it, nothing is dropped.
    """
    known = parameters().get(code) or _of_cells(code)
    return known or Parameter(code, code.split(".", 1)[-1].replace("_", " "), "", "", None, False, None, None, "")
