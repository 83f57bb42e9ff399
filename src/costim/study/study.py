"""The Study: checked, typed, frozen tables, and the way back from every value to its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.registry.findings import Finding
from costim.registry.measurements import AS_RECORDED
from costim.registry.plan import Plan
from costim.registry.provenance import CellAddress, InputFile

if TYPE_CHECKING:
    import polars as pl

    from costim.cytometry.gates.model import StrategySet
    from costim.cytometry.interchange.flowjo_workspace import WorkspaceSample


def cell_id(table: str, key: str, column: str) -> str:
    """Name of a cell that does not depend on row or column order: `table/key/column`."""
    return f"{table}/{key}/{column}"


@dataclass(frozen=True)
class Study:
    """A study folder that passed its checks.

    `tables` holds every table of schema 1, absent ones as empty frames. Columns of a frame, for a table column `c`:

    * `_row` (Int64: line of the file or Excel row) and `_key` (String: key values joined with `|`);
    * id, text, category, path: `c` String; integer: `c` Int64; number: `c` Float64;
    * interval, day: `c` (Float64, null unless exact), `c__lower`, `c__upper` (Float64, null = unbounded) and
      `c__relation` (`=`, `range`, `<`, `<=`, `>`, `>=`, null when missing);
    * every column that is not part of the key: `c__missing` (String: null when there is a value, else
      `blank`, `not_done`, `not_reported`, `not_recovered`).

    Days are already in our convention (day 0 = first infusion). Rows are sorted by key.
    """

    root: Path
    plan: Plan
    tables: MappingProxyType[str, pl.DataFrame]
    findings: tuple[Finding, ...]
    inputs: tuple[InputFile, ...]
    addresses: MappingProxyType[str, CellAddress]
    """Cell id -> address, for every filled or missing-word cell."""
    reading: str = AS_RECORDED
    gates: Mapping[str, StrategySet] = field(default_factory=lambda: MappingProxyType({}))
    """Panel -> its gates, as checked; panels without gates are not there."""
    flowjo: Mapping[str, WorkspaceSample] = field(default_factory=lambda: MappingProxyType({}))
    """File in the study folder -> its sample of the FlowJo workspace that its panel names."""

    def address(self, cell: str) -> CellAddress:
        """Where a cell stands in the input files.

        Raises:
            KeyError: the study has no such cell.
        """
        return self.addresses[cell]
