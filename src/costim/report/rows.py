"""Looking up effect and measurement rows by their fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from costim.registry.effects import Effect
from costim.registry.measurements import AS_RECORDED, Measurement
from costim.registry.natural import natural_key

if TYPE_CHECKING:
    import polars as pl

    from costim.registry.provenance import Results

Row = TypeVar("Row", Effect, Measurement)


@dataclass(frozen=True)
class Rows:
    """Both long tables as rows, in the order of the tables. Nothing is computed and nothing is changed."""

    effects: tuple[Effect, ...]
    measurements: tuple[Measurement, ...]
    _effects_of: MappingProxyType[str, tuple[Effect, ...]]
    _measurements_of: MappingProxyType[str, tuple[Measurement, ...]]

    def find(self, parameter: str, method: str = "", *, reading: str = AS_RECORDED, **wanted: object) -> list[Effect]:
        """Effect rows of a parameter, of a method when one is named, whose other fields equal those wanted."""
        return [
            row
            for row in self._effects_of.get(parameter, ())
            if row.reading == reading
            and (not method or row.method == method)
            and all(getattr(row, name) == value for name, value in wanted.items())
        ]

    def first(self, parameter: str, method: str, *, reading: str = AS_RECORDED, **wanted: object) -> Effect | None:
        """The first such row, or None."""
        return next(iter(self.find(parameter, method, reading=reading, **wanted)), None)

    def measured(self, parameter: str, *, reading: str = AS_RECORDED, **wanted: object) -> list[Measurement]:
        """Measurement rows of a parameter whose other fields equal those wanted."""
        return [
            row
            for row in self._measurements_of.get(parameter, ())
            if row.reading == reading and all(getattr(row, name) == value for name, value in wanted.items())
        ]

    def parameters(self, *prefixes: str) -> list[str]:
        """Parameters that were measured or estimated and start with one of the prefixes (all without one), sorted."""
        known = {*self._effects_of, *self._measurements_of}
        return sorted(code for code in known if not prefixes or code.startswith(prefixes))

    def subjects(self) -> list[str]:
        """Every subject with a measurement, `2` before `10`."""
        return sorted({row.subject for row in self.measurements}, key=natural_key)

    def readings(self) -> list[str]:
        """Named alternative readings, sorted."""
        found = {row.reading for row in self.effects} | {row.reading for row in self.measurements}
        return sorted(found - {AS_RECORDED})


def read_rows(results: Results) -> Rows:
    """Both tables of the results as rows."""
    effects = tuple(_rows(results.effects, Effect))
    measurements = tuple(_rows(results.measurements, Measurement))
    return Rows(effects, measurements, _by_parameter(effects), _by_parameter(measurements))


def _rows(frame: pl.DataFrame, kind: type[Row]) -> Iterable[Row]:
    names = [f.name for f in fields(kind)]
    for record in frame.select(names).iter_rows(named=True):
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in record.items()}
        yield kind(**given)


def _by_parameter(rows: Iterable[Row]) -> MappingProxyType[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.parameter, []).append(row)
    return MappingProxyType({code: tuple(listed) for code, listed in found.items()})
