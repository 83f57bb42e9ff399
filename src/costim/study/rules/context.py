"""What every rule sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from costim.registry.findings import Finding
from costim.registry.plan import Plan
from costim.study.config_lines import Lines
from costim.study.fields import Row
from costim.study.places import Place
from costim.study.typed import TypedTable


@dataclass(frozen=True, slots=True)
class Context:
    """The typed tables that are there, the plan, and where its keys stand."""

    tables: Mapping[str, TypedTable]
    plan: Plan
    lines: Lines

    def rows(self, table: str) -> tuple[Row, ...]:
        """Rows of a table; none when the table is absent."""
        typed = self.tables.get(table)
        return typed.rows if typed else ()

    def place(self, table: str, row: Row, column: str) -> Place:
        """Where a cell of a row stands."""
        return self.tables[table].place.at(row["_row"], column)

    def found(self, table: str, row: Row, column: str) -> str:
        """Text of a cell as it stands in the file; a blank string when the file has no such column."""
        address = self.tables[table].addresses.get(f"{table}/{row['_key']}/{column}")
        return address.found if address else ""

    def with_rows(self, table: str, rows: tuple[Row, ...]) -> Context:
        """The same study with other rows in one table."""
        return replace(self, tables={**self.tables, table: replace(self.tables[table], rows=rows)})

    def in_file_order(self, table: str) -> list[Row]:
        """Rows of a table as they stand in the file, so that a message names the first one."""
        return sorted(self.rows(table), key=lambda row: row["_row"])

    def per_subject(self, table: str) -> Iterator[tuple[str, list[Row]]]:
        """Rows of each subject, as they stand in the file."""
        groups: dict[str, list[Row]] = {}
        for row in self.in_file_order(table):
            groups.setdefault(row["subject"], []).append(row)
        yield from groups.items()


def both_given(context: Context, table: str, row: Row, first: str, second: str) -> list[Finding]:
    """An error when two cells that exclude each other are both filled."""
    if row[f"{first}__missing"] is not None or row[f"{second}__missing"] is not None:
        return []
    return [
        context.place(table, row, second).finding(
            "error",
            "both_given",
            found=f"{first} {context.found(table, row, first)} and {second} {context.found(table, row, second)}",
            expected=f"{first} or {second}, not both",
            action="keep the one the source gives and clear the other; put it in the note column if it matters",
        )
    ]
