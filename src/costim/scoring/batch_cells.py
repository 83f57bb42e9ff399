"""A CSV text as columns of distinct cells; whatever is unusual is left to the reader that goes row by row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np
import polars as pl

from costim.measures.batch.coded import Coded
from costim.scoring.csv_text import delimiter_of, without_separator_line


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Header and columns of a table; each column has a cell per row."""

    header: tuple[str, ...]
    columns: tuple[Coded[str], ...]
    delimiter: str = ","

    @property
    def rows(self) -> int:
        """Number of rows below the header."""
        return len(self.columns[0]) if self.columns else 0


def read_cells(text: str) -> Cells | None:
    """Cells of a table without its blank rows; None where it is empty, ragged, or no plain CSV."""
    text, _ = without_separator_line(text.removeprefix("\ufeff"))
    delimiter = delimiter_of(text)
    text = text[len(text) - len(text.lstrip("\r\n")) :]  # blank lines before the header
    body = text.replace("\r\n", "\n")
    table = _by_polars(body, delimiter) if _is_regular(body, delimiter) else None
    table = table or _by_csv(text, delimiter)  # as short rows need
    if table is None or not table.rows:
        return None
    filled = np.zeros(table.rows, bool)
    for column in table.columns:
        filled |= column.where(lambda cell: bool(cell.strip()))
    columns = tuple(Coded(column.codes[filled], column.values) for column in table.columns)
    return Cells(table.header, columns, delimiter) if filled.any() else None


def _is_regular(text: str, delimiter: str) -> bool:
    """Do quotes stand around whole cells only, and lines end in one way? Every reader then reads the same."""
    signs = np.frombuffer(f"\n{text}\n".encode(), np.uint8)
    quotes = np.flatnonzero(signs == ord('"'))
    if len(quotes) % 2 or "\r" in text:
        return False
    # Quotes open and close in turn; a doubled one closes and opens at once.
    around = np.frombuffer(f'{delimiter}\n"'.encode(), np.uint8)
    opened, closed = signs[quotes[0::2] - 1], signs[quotes[1::2] + 1]
    return bool(np.isin(opened, around).all() and np.isin(closed, around).all())


def _by_polars(text: str, delimiter: str) -> Cells | None:
    header, _, body = text.partition("\n")
    names = next(csv.reader([header], delimiter=delimiter), [])
    schema = {str(place): pl.String for place in range(len(names))}
    try:
        frame = pl.read_csv(
            io.BytesIO(body.encode()), has_header=False, schema=schema, separator=delimiter, quote_char='"'
        )
    except pl.exceptions.PolarsError:
        return None
    return Cells(tuple(names), tuple(_coded(frame[name].fill_null("")) for name in frame.columns))


def _coded(cells: pl.Series) -> Coded[str]:
    values = cells.unique(maintain_order=True)
    if len(values) == len(cells):
        return Coded(np.arange(len(cells)), tuple(values.to_list()))
    codes = cells.cast(pl.Enum(values)).to_physical()
    return Coded(codes.to_numpy().astype(np.intp), tuple(values.to_list()))


def _by_csv(text: str, delimiter: str) -> Cells | None:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    if not rows or any(len(row) > len(rows[0]) for row in rows):
        return None
    header, *body = rows
    full = [row if len(row) == len(header) else row + [""] * (len(header) - len(row)) for row in body]
    columns = zip(*full, strict=True)
    return Cells(tuple(header), tuple(_coded(pl.Series(column, dtype=pl.String)) for column in columns))
