"""Units of the model as SBML unit definitions. A unit that SBML cannot say (international units) is left out."""

from __future__ import annotations

BASE = '<unit kind="{kind}" exponent="{exponent}" scale="{scale}" multiplier="{multiplier}"/>'
Part = tuple[str, int, int, float]
"""Kind, exponent, scale, multiplier."""

PER_DAY: Part = ("second", -1, 0, 86400.0)
MILLIGRAM: Part = ("gram", 1, -3, 1.0)
UNITS: dict[str, tuple[str, tuple[Part, ...]]] = {
    "d": ("day", (("second", 1, 0, 86400.0),)),
    "1/d": ("per_day", (PER_DAY,)),
    "mg": ("mg", (MILLIGRAM,)),
    "mg/d": ("mg_per_day", (MILLIGRAM, PER_DAY)),
    "mg/L": ("mg_per_L", (MILLIGRAM, ("litre", -1, 0, 1.0))),
    "cells": ("cells", (("item", 1, 0, 1.0),)),
    "cells/d": ("cells_per_day", (("item", 1, 0, 1.0), PER_DAY)),
    "cells/L": ("cells_per_L", (("item", 1, 0, 1.0), ("litre", -1, 0, 1.0))),
    "L": ("L", (("litre", 1, 0, 1.0),)),
    "L/d": ("L_per_day", (("litre", 1, 0, 1.0), PER_DAY)),
    "/uL": ("per_uL", (("litre", -1, -6, 1.0),)),
    "": ("dimensionless", ()),
}
"""Unit as the model writes it -> identifier and parts; `dimensionless` is SBML's own."""


def unit_id(unit: str) -> str:
    """Identifier of a unit, blank where SBML has none."""
    return UNITS[unit][0] if unit in UNITS else ""


def unit_named(identifier: str) -> str:
    """The unit of an identifier, as the model writes it."""
    return next((unit for unit, (key, _) in UNITS.items() if key == identifier), "")


def unit_definitions(used: set[str]) -> list[str]:
    """Lines of `listOfUnitDefinitions` for the units used."""
    lines = ["<listOfUnitDefinitions>"]
    for unit, (identifier, parts) in UNITS.items():
        if unit in used and parts:
            lines.append(f'<unitDefinition id="{identifier}"><listOfUnits>')
            lines += [BASE.format(kind=k, exponent=e, scale=s, multiplier=repr(m)) for k, e, s, m in parts]
            lines.append("</listOfUnits></unitDefinition>")
    return [*lines, "</listOfUnitDefinitions>"]
