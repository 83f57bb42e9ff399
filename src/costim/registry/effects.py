"""The second long table: one row per parameter, contrast, method (and stratum, time, reading)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from costim.registry.longtable import rows_to_frame
from costim.registry.measurements import AS_RECORDED
from costim.registry.natural import natural_key

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One estimate, with everything needed to print it and to doubt it.

    `estimate` is the point estimate; when inputs are known only within bounds it is None and `estimate_lower`,
    `estimate_upper` enclose every value the data admit. `lower` and `upper` are the confidence limits at `level`
    (united over all admissible inputs when the inputs are bounds). A limit that is not itself part of the interval is
    `open`. `p_min` is the smallest p-value this design could have given. `se` and `df` are the standard error of the
    estimate and its degrees of freedom, where the method has them.
    """

    parameter: str
    method: str
    contrast: str = ""
    variant: str = ""
    stratum: str = ""
    at: float | None = None
    unit: str = ""
    n: int
    n_missing: int = 0
    estimate: float | None = None
    estimate_lower: float | None = None
    estimate_upper: float | None = None
    lower: float | None = None
    upper: float | None = None
    lower_open: bool = False
    upper_open: bool = False
    level: float | None = None
    se: float | None = None
    df: float | None = None
    statistic: float | None = None
    p: float | None = None
    p_min: float | None = None
    p_adjusted: float | None = None
    family: str = ""
    count: int | None = None
    denominator: int | None = None
    text: str = ""
    seed: int | None = None
    flags: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    measurements: tuple[str, ...] = ()
    """Ids of the measurement rows this rests on."""
    reading: str = AS_RECORDED

    @property
    def key(self) -> str:
        """What identifies the row, in words."""
        at = "" if self.at is None else repr(float(self.at))
        parts = (self.parameter, self.contrast, self.method, self.variant, self.stratum, at, self.reading)
        return "|".join(parts)

    @property
    def effect_id(self) -> str:
        """Stable id: does not depend on row or column order."""
        return "e" + hashlib.sha256(self.key.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def effect_schema() -> dict[str, pl.DataType]:
    """Column names and types of the effects table."""
    import polars as pl

    floats = [
        "at",
        "estimate",
        "estimate_lower",
        "estimate_upper",
        "lower",
        "upper",
        "level",
        "se",
        "df",
        "statistic",
        "p",
        "p_min",
        "p_adjusted",
    ]
    kinds: dict[str, pl.DataType] = {name: pl.Float64() for name in floats}
    kinds |= {name: pl.Int64() for name in ("n", "n_missing", "count", "denominator", "seed")}
    kinds |= {name: pl.Boolean() for name in ("lower_open", "upper_open")}
    kinds |= {name: pl.List(pl.String()) for name in ("flags", "constraints", "measurements")}
    names = ["effect_id", *(f.name for f in fields(Effect))]
    return {name: kinds.get(name, pl.String()) for name in names}


def effects_frame(rows: Iterable[Effect]) -> pl.DataFrame:
    """Rows to the table, in the order of reading, parameter, contrast, method, stratum, time.

    Raises:
        ValueError: two rows have the same key.
    """
    return rows_to_frame(rows, name="effect", schema=effect_schema(), order=_order)


def _order(row: Effect) -> tuple[object, ...]:
    """Reading (the preferred first), parameter, contrast, method, variant, stratum, time."""
    at = (row.at is None, row.at or 0.0)
    place = (row.parameter, row.contrast, row.method, row.variant, natural_key(row.stratum), at)
    return row.reading != AS_RECORDED, row.reading, *place
