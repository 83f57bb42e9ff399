"""The page of the calibration study: one picture and one table per family, from the committed tables.

`python -m bench.calibration.page` writes docs/calibration/index.md and one SVG per family.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from bench.calibration.run import TABLES

Row = dict[str, str]
INTRODUCTION = """# Calibration

How often does a nominal 95 % interval hold the truth, and how often does a test at 5 % reject although nothing
happened? Not what theory says for large samples, but simulated for 5 to 20 patients, or for 5 to 5,000 cells of one
tube: at least 4,000 invented studies or tubes each time, every seed fixed by the name of the cell of the table. The
code is `bench/calibration`; `make calibration` repeats it.

*Worst* is the lowest coverage (or the highest share of rejections) over the scenarios whose assumption holds.
*Broken* is the worst over scenarios that break the assumption of the method on purpose: it is printed so that nobody
needs to guess. A method that does not hold 94 % (or 5 %, up to the noise of the simulation) is no default of the
report. The Monte-Carlo standard error of a rate near 0.95 is about 0.0034.
"""


COUNTED = {
    "cell_counts": "cells expected",
    "cell_levels": "cells in the gate",
    "contamination": "true cells expected",
    "detection": "false events expected",
    "whole_tubes": "true B cells expected",
}
"""What n counts where it is not patients."""


def read_tables() -> dict[str, list[Row]]:
    """Rows of each committed table, by family."""
    found = {}
    for path in sorted(TABLES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def is_interval(row: Row) -> bool:
    return row["kind"] == "interval"


def worst(rows: Sequence[Row]) -> Row | None:
    """The cell furthest on the wrong side: lowest coverage, or most rejections."""
    if not rows:
        return None
    order = sorted(rows, key=lambda r: (float(r["rate"]) - _goal(r)) * (1 if is_interval(r) else -1))
    return order[0]


def _goal(row: Row) -> float:
    return float(row["target"]) if is_interval(row) else 1 - float(row["target"])


def _cell(row: Row | None) -> str:
    if row is None:
        return "–"
    return f"{float(row['rate']):.3f} ({row['scenario'].replace('_', ' ')}, n = {row['n']})"


def summarise(rows: Sequence[Row]) -> list[str]:
    """Lines of the table of one family: a method and kind per line."""
    lines = ["| method | | offered | worst | median | broken |", "|---|---|---|---|---|---|"]
    for method, kind in dict.fromkeys((r["method"], r["kind"]) for r in rows):
        own = [r for r in rows if (r["method"], r["kind"]) == (method, kind)]
        held = [r for r in own if r["assumption_holds"] == "1"]
        rates = sorted(float(r["rate"]) for r in held)
        middle = f"{rates[len(rates) // 2]:.3f}" if rates else "–"
        offered = "by default" if any(r["is_default"] == "1" for r in own) else "by name"
        broken = worst([r for r in own if r["assumption_holds"] != "1"])
        notes = "; ".join(dict.fromkeys(r["note"] for r in own if r["note"]))
        name = f"{method} ({notes})" if notes else method
        lines.append(f"| {name} | {kind} | {offered} | {_cell(worst(held))} | {middle} | {_cell(broken)} |")
    return lines


def draw(name: str, rows: Sequence[Row]) -> None:
    """Rates against the number of patients (or cells): one panel per method, one mark per scenario."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    panels = list(dict.fromkeys((r["method"], r["kind"]) for r in rows))
    columns = 3
    height = 2.1 * -(-len(panels) // columns)
    with mpl.rc_context({"svg.hashsalt": name, "font.size": 7, "svg.fonttype": "none"}):
        figure = Figure(figsize=(9, height), layout="constrained")
        axes = figure.subplots(-(-len(panels) // columns), columns, squeeze=False).ravel()
        for axis, (method, kind) in zip(axes, panels, strict=False):
            own = [r for r in rows if (r["method"], r["kind"]) == (method, kind)]
            goal = _goal(own[0])
            axis.axhspan(goal - 0.01, goal, color="#dddddd", lw=0) if kind == "interval" else axis.axhspan(
                goal, goal + 0.01, color="#dddddd", lw=0
            )
            axis.axhline(goal, color="#555555", lw=0.8)
            for row in own:
                holds = row["assumption_holds"] == "1"
                axis.plot(
                    float(row["n"]), float(row["rate"]), "o" if holds else "x", ms=3.5, color="#1b5e8c" if holds
                    else "#b3541e", alpha=0.7, mew=0.8,
                )  # fmt: skip
            axis.set_title(f"{method} ({kind})", fontsize=7)
            sizes = sorted({int(r["n"]) for r in own})
            axis.set_xticks(sizes if len(sizes) <= 6 else sizes[:: -(-len(sizes) // 6)])
            axis.set_xlabel(COUNTED.get(name, "patients"))
            if name in COUNTED:
                axis.set_xscale("log")
                axis.set_xticks(sizes, [f"{size:,}" for size in sizes], minor=False)
                axis.minorticks_off()
        for axis in axes[len(panels) :]:
            axis.set_axis_off()
        figure.savefig(TABLES / f"{name}.svg", metadata={"Date": None})


def main() -> None:
    """Write page and pictures."""
    parts = [INTRODUCTION]
    for name, rows in read_tables().items():
        draw(name, rows)
        title = name.replace("_", " ").capitalize()
        legend = "dots: the assumption holds; crosses: it is broken on purpose; grey: within one percentage point"
        parts.append(f"## {title}\n\n![{title}: rates against the number of patients; {legend}]({name}.svg)\n")
        parts.append(
            "\n".join(summarise(rows)) + f"\n\nEvery cell: [{name}.csv]({name}.csv). In the picture, {legend}.\n"
        )
    (TABLES / "index.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
