"""Draws of a posterior for a plan: the draws.parquet of `costim fit`, or a CSV with a column for each parameter."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from costim.errors import CostimError

LONG = ("form", "chain", "draw", "parameter", "value")


def read_posterior(path: Path, form: str) -> dict[str, list[float]]:
    """Draws by name of parameter, in one order for all.

    Args:
        path: of the file.
        form: model whose draws are taken from a draws.parquet; a CSV holds those of any form.

    Raises:
        CostimError: the file cannot be read, has no draws of the form, or cells that are no numbers, all of them named.
    """
    return _of_fit(path, form) if path.suffix == ".parquet" else _of_csv(path)


def _of_fit(path: Path, form: str) -> dict[str, list[float]]:
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as problem:
        raise CostimError(f"{path} could not be read: {problem}. Expected the draws.parquet of costim fit.") from None
    lacking = [name for name in LONG if name not in frame.columns]
    if lacking:
        raise CostimError(f"{path} lacks the columns {', '.join(lacking)}. Expected the draws.parquet of costim fit.")
    forms = sorted(frame.get_column("form").unique().to_list())
    if form not in forms:
        raise CostimError(
            f"{path} holds draws of {', '.join(forms)}, none of {form}. A plan is made under both forms of help: "
            "fit both (costim fit --help), then plan."
        )
    own = frame.filter(pl.col("form") == form).sort("chain", "draw")
    return {
        str(name): own.filter(pl.col("parameter") == name).get_column("value").to_list()
        for name in own.get_column("parameter").unique(maintain_order=True).to_list()
    }


def _of_csv(path: Path) -> dict[str, list[float]]:
    """Columns of numbers by name; every cell that is none is named.

    Raises:
        CostimError: the file cannot be read, or cells are no numbers.
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError) as problem:
        raise CostimError(f"{path} could not be read: {problem}. Expected a CSV file of posterior draws.") from None
    if len(rows) < 2:
        raise CostimError(f"{path} has no draws. Expected a header line and one line for each draw.")
    header, problems = rows[0], []
    columns: dict[str, list[float]] = {name: [] for name in header}
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            problems.append(f"{path.name}, row {line}: found {len(row)} cells, expected {len(header)}")
            continue
        for name, cell in zip(header, row, strict=True):
            try:
                columns[name].append(float(cell))
            except ValueError:
                problems.append(f'{path.name}, row {line}, column {name}: found "{cell}", expected a number')
    if problems:
        raise CostimError("\n".join(problems))
    return columns
