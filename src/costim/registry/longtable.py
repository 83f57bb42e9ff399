"""Rows to one of the two long tables: keys unique, types fixed, order independent of the order of the input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


def rows_to_frame(
    rows: Iterable[Any], *, name: str, schema: Mapping[str, pl.DataType], order: Callable[[Any], Any]
) -> pl.DataFrame:
    """Frozen rows to a frame.

    Args:
        rows: dataclass instances with a `key` and the property `<name>_id`.
        name: `measurement` or `effect`.
        schema: columns of the frame, the id first.
        order: sort key of a row.

    Raises:
        ValueError: two rows have the same key; the room that made them forgot a field that tells them apart.
    """
    import polars as pl

    listed = sorted(rows, key=order)
    keys = [row.key for row in listed]
    twice = sorted({key for key in keys if keys.count(key) > 1}) if len(set(keys)) < len(keys) else []
    if twice:
        raise ValueError(f"{name}s with the same key: {'; '.join(twice[:5])}")
    columns = {column: [_cell(value) for value in map(attrgetter(column), listed)] for column in schema}
    return pl.DataFrame(columns, schema=dict(schema))


def _cell(value: object) -> object:
    """Tuples as lists, which is what the frame holds."""
    return list(value) if isinstance(value, tuple) else value
