"""A compensation matrix that somebody exported as CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.compensation.judge import as_fractions, judged
from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.compensation.problem import CompensationError, MatrixProblem
from costim.cytometry.fcs.findings import FcsFinding
from costim.cytometry.fcs.keywords import decimal

Rows = Literal["fluorochromes", "detectors"]
CORNERS: dict[str, Rows] = {"fluorochrome": "fluorochromes", "detector": "detectors"}
MOST_BYTES = 10_000_000


def read_csv_matrix(
    path: Path, *, name: str = "", rows: Rows | None = None
) -> tuple[SpilloverMatrix, tuple[FcsFinding, ...]]:
    """Read a matrix whose header names channels; the first column may name the rows.

    Columns are divided by comma, semicolon or tab, whichever the header has; with semicolon or tab, decimal commas are
    read too. In the first cell of the header, `fluorochrome` or `detector` says what the rows are.

    Args:
        path: The file.
        name: Name of the matrix; the name of the file without its ending by default.
        rows: What a row is. By default what the first cell says, else `fluorochromes`: a row then holds the signal of
            one fluorochrome in every detector, as in `$SPILLOVER` and in what FlowJo, flowCore and FlowKit write.

    Returns:
        The matrix in fractions, and findings: percent, ill-conditioned, unexpected numbers.

    Raises:
        CompensationError: everything that is wrong with the file, by line and column.
    """
    table = _read_table(path)
    said = CORNERS.get(table.corner.strip().casefold().rstrip("s"))
    if rows and said and rows != said:
        problem = MatrixProblem(
            f"{path.name}, line {table.header_line}", f"'{table.corner}' in the first cell", f"{rows} in rows, as asked"
        )
        raise CompensationError([problem])
    rows = rows or said or "fluorochromes"
    values = table.values if rows == "fluorochromes" else table.values.T
    by_row = table.row_names or table.header
    detectors, fluorochromes = (table.header, by_row) if rows == "fluorochromes" else (by_row, table.header)
    findings: tuple[FcsFinding, ...] = ()
    if values.shape[0] == values.shape[1]:
        values = _ordered(values, detectors, fluorochromes)
        if set(detectors) == set(fluorochromes):
            fluorochromes = detectors
        values, findings = as_fractions(values, path.name)
    matrix = SpilloverMatrix.from_array(name or path.stem, detectors, values, fluorochromes)
    if values.shape[0] == values.shape[1]:
        findings += judged(matrix, path.name)
    return matrix, findings


def _ordered(
    values: NDArray[np.float64], detectors: tuple[str, ...], fluorochromes: tuple[str, ...]
) -> NDArray[np.float64]:
    """Rows in the order of the columns, where both carry the same names in another order."""
    if set(detectors) != set(fluorochromes) or len(set(detectors)) != len(detectors):
        return values
    return values[[fluorochromes.index(detector) for detector in detectors]]


@dataclass(frozen=True, slots=True)
class _Table:
    corner: str
    header: tuple[str, ...]
    header_line: int
    row_names: tuple[str, ...]
    values: NDArray[np.float64]


def _read_table(path: Path) -> _Table:
    lines = _lines(path)
    head_line, head = next(((number, line) for number, line in lines if line.strip()), (1, ""))
    separator = max("\t;,", key=head.count)
    if separator not in head and len([line for _, line in lines if line.strip()]) != 2:
        problem = MatrixProblem(
            f"{path.name}, line {head_line}", f"'{head[:40]}'", "channel names divided by comma, semicolon or tab"
        )
        raise CompensationError([problem])
    cells = [(number, _cells(path, number, line, separator)) for number, line in lines if line.strip()]
    header, body = cells[0][1], cells[1:]
    named = bool(body) and all(row and _number(row[0], separator) is None for _, row in body)
    corner, names = (header[0], header[1:]) if named and len(header) == len(body[0][1]) else ("", header)
    rows = [(number, row[1:] if named else row) for number, row in body]
    values = _values(path, rows, names, separator)
    return _Table(corner, tuple(names), head_line, tuple(row[0] for _, row in body) if named else (), values)


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            problem = MatrixProblem(path.name, "more than 10 MB", "a matrix of some channels", "check the file")
            raise CompensationError([problem])
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CompensationError([MatrixProblem(path.name, str(error.strerror), "a CSV file")]) from None
    except UnicodeDecodeError:
        problem = MatrixProblem(path.name, "bytes that are no UTF-8 text", "a CSV file", "save it as CSV UTF-8")
        raise CompensationError([problem]) from None
    return [(number, line.removeprefix("#")) for number, line in enumerate(text.splitlines(), start=1)]


def _cells(path: Path, number: int, line: str, separator: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
    except csv.Error as error:
        raise CompensationError([MatrixProblem(f"{path.name}, line {number}", str(error), "cells of a CSV")]) from None


def _values(path: Path, rows: list[tuple[int, list[str]]], names: list[str], separator: str) -> NDArray[np.float64]:
    problems = []
    if not rows or not names:
        problems.append(
            MatrixProblem(path.name, f"{len(rows)} rows of numbers", "a header and one row per fluorochrome")
        )
    if any(not name for name in names):
        problems.append(MatrixProblem(path.name, "a header cell that is blank", "a channel name in each column"))
    for number, row in rows:
        where = f"{path.name}, line {number}"
        if len(row) != len(names):
            problems.append(MatrixProblem(where, f"{len(row)} numbers", f"{len(names)}, one for each channel named"))
        problems.extend(
            MatrixProblem(f"{where}, column {column}", f"'{cell[:40]}'", "a number")
            for column, cell in zip(names, row, strict=False)
            if _number(cell, separator) is None
        )
    if problems:
        raise CompensationError(problems)
    return np.array([[_number(cell, separator) for cell in row] for _, row in rows], dtype=np.float64)


def _number(cell: str, separator: str) -> float | None:
    return decimal(cell.replace(",", ".") if separator != "," else cell)
