"""Coverage of every interval of the studies without bias, one line each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.closed_loop.table import Row
from bench.closed_loop.words import say


def draw(rows: Sequence[Row], path: Path) -> None:
    """A dot for each coverage with two Monte-Carlo errors to either side; the grey band is 93 to 95 %."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "closed_loop", "font.size": 7, "svg.fonttype": "none"}):
        figure = Figure(figsize=(8, 0.6 + 0.19 * len(rows)), layout="constrained")
        axis = figure.subplots()
        axis.axvspan(0.93, 0.95, color="#dddddd", lw=0)
        for place, row in enumerate(rows):
            coverage, error = float(row["coverage"]), float(row["coverage_se"])
            colour = "#1b5e8c" if coverage >= 0.93 else "#b3541e"
            ends = max(coverage - 2 * error, 0), min(coverage + 2 * error, 1)
            axis.plot(ends, (place, place), "-", color=colour, lw=1)
            axis.plot(coverage, place, "o", color=colour, ms=3.5)
        axis.set_yticks(range(len(rows)), [say(row["key"]) for row in rows])
        axis.invert_yaxis()
        least = min((float(row["coverage"]) - 2 * float(row["coverage_se"]) for row in rows), default=0.9)
        axis.set_xlim(min(0.85, least) - 0.01, 1.005)
        axis.set_xlabel("share of studies whose 95 % interval holds the truth (two errors of the simulation)")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})
