"""Laboratory units: a declared table with exact factors.

Two units are convertible when they have the same dimension. Arbitrary units of an assay (U/mL) and international units
(IU/mL) are different dimensions, and so are mass and substance: no factor holds for every test.
Spelling is forgiving: case, spaces, micro signs, `x10⁹/L`, `10*9/L` and `10e9/L` are read as the same unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from costim.errors import CostimError
from costim.registry.datafiles import read_rows
from costim.registry.suggest import did_you_mean

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class UnitError(CostimError):
    """A unit that is not known, or two that no factor joins."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its written form, its dimension, and how many of the base unit of the dimension it holds."""

    name: str
    dimension: str
    factor: Decimal


def _spelling(text: str) -> str:
    plain = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "^" + m[0].translate(_SUPERSCRIPTS), text)
    plain = re.sub(r"\s+", "", plain).replace("µ", "u").replace("μ", "u").casefold()
    plain = re.sub(r"^[x×*]?10(?:\^|\*|e)?([0-9]+)(?=/)", r"10^\1", plain)
    return plain.removesuffix(".")


@cache
def units() -> MappingProxyType[str, Unit]:
    """Every unit by its plain spelling.

    Raises:
        ValueError: `units.csv` gives one spelling two meanings.
    """
    found: dict[str, Unit] = {}
    for row in read_rows("measures/units.csv"):
        unit = Unit(row["unit"], row["dimension"], Decimal(row["factor"]))
        for name in (row["unit"], *filter(None, row["aliases"].split(";"))):
            plain = _spelling(name)
            if plain in found and found[plain] != unit:
                raise ValueError(f"units.csv: {name!r} has two meanings")
            found[plain] = unit
    return MappingProxyType(found)


def find_unit(text: str) -> Unit | None:
    """The unit so written, or None."""
    return units().get(_spelling(text))


def unit_names() -> list[str]:
    """The preferred spelling of every unit."""
    return sorted({unit.name for unit in units().values()})


def suggest_unit(text: str, to: str = "") -> str:
    """`did you mean ...` for a unit that is not known, or a blank string; only units convertible to `to`, if given."""
    target = find_unit(to)
    if target is None:
        return did_you_mean(text, unit_names())
    rows = [row for row in read_rows("measures/units.csv") if row["dimension"] == target.dimension]
    return did_you_mean(text, [name for row in rows for name in (row["unit"], *row["aliases"].split(";")) if name])


def convert(value: Decimal, unit: str, to: str) -> Decimal:
    """The same quantity in another unit, by exact decimal arithmetic.

    Args:
        value: number in `unit`.
        unit: unit it is given in.
        to: unit wanted.

    Raises:
        UnitError: a unit is not known, or the two have different dimensions.
    """
    if _spelling(unit) == _spelling(to):
        return value
    source, target = find_unit(unit), find_unit(to)
    for text, known in ((unit, source), (to, target)):
        if known is None:
            raise UnitError(f"The unit {text!r} is not known. {suggest_unit(text)}".strip())
    assert source is not None  # noqa: S101  # for the type checker; said just above
    assert target is not None  # noqa: S101
    if source.dimension != target.dimension:
        raise UnitError(
            f"{unit} ({source.dimension}) cannot be converted to {to} ({target.dimension}): "
            "no factor holds for every test."
        )
    return value * source.factor / target.factor
