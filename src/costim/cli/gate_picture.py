"""The table of `costim gate` on a terminal: short numbers, populations indented below their parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def show_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print the rows, one table per file."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    for name in dict.fromkeys(row["file"] for row in rows):
        own = [row for row in rows if row["file"] == name]
        table = Table(title=escape(name), title_justify="left", box=None, pad_edge=False)
        interval = f"{100 * own[0]['level']:g} % interval"
        for heading in ("population", "marker", "events", "of parent", "median", interval, ""):
            table.add_column(heading, justify="left" if heading in {"population", "marker", ""} else "right")
        beside = any(row.get("flowjo_words") for row in own)
        for heading in ("in FlowJo", "binned") if beside else ():
            table.add_column(heading, justify="right")
        depths = _depths(own)
        for row in own:
            share = row["statistic"] == "fraction_of_parent"
            value = "" if row["value"] is None else f"{_short(row['value'])}{' %' if share else ''}"
            table.add_row(
                escape("  " * depths.get(row["population"], 0) + row["population"]),
                escape(row["marker"]),
                f"{row['events']:,}",
                value if share else "",
                "" if share else value,
                _interval(row),
                {"below_lod": "below LOD", "below_lloq": "below LLOQ"}.get(row["status"], ""),
                *((_count(row["flowjo_stored"]), _count(row["flowjo_binned"])) if beside else ()),
            )
        console.print(table)
        for words in dict.fromkeys(row.get("flowjo_words") for row in own):
            if words:
                told = [row["population"] for row in own if row.get("flowjo_words") == words]
                console.print(f"{escape(', '.join(told))}: {words}.", soft_wrap=True)
        console.print()


def _count(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _interval(row: Mapping[str, Any]) -> str:
    low, high = row["lower"], row["upper"]
    if low is None and high is None:
        return ""
    return f"{'..' if low is None else _short(low)} to {'..' if high is None else _short(high)}"


def _short(value: float) -> str:
    """Three significant digits, whole numbers whole."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _depths(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    parents = {row["population"]: row["parent"] for row in rows}
    depths: dict[str, int] = {}
    for population, parent in parents.items():
        depth, at = 0, parent
        while at in parents and depth <= len(parents):
            depth, at = depth + 1, parents[at]
        depths[population] = depth
    return depths
