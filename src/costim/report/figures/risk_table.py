"""Numbers at risk, of events and of censored below a survival curve, as the rows give them."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from costim.registry.effects import Effect
from costim.report.figures import style
from costim.report.figures.curves import Curve, count_ends

LINE = 3.6
"""Height of a line of the table in millimetres."""


@dataclass(frozen=True, slots=True)
class RiskTable:
    """Named lines of counts by time, and totals that have no time."""

    lines: tuple[tuple[str, dict[float, str]], ...]
    note: str

    @property
    def height(self) -> float:
        """Height in millimetres, without the axis above."""
        return LINE * (len(self.lines) + bool(self.note))


def count_text(row: Effect) -> str:
    """A count, or the range the data admit: `5`, `4–6`."""
    ends = count_ends(row)
    if ends is None:
        return ""
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def risk_table(curve: Curve) -> RiskTable:
    """The table of a curve."""
    kinds = (("At risk", curve.at_risk), ("Events", curve.events), ("Censored", curve.censored))
    timed = [(name, {row.at: count_text(row) for row in rows if row.at is not None}) for name, rows in kinds]
    totals = [f"{name.lower()} {count_text(row)}" for name, rows in kinds[1:] for row in rows[-1:] if row.at is None]
    return RiskTable(
        lines=tuple((name, cells) for name, cells in timed if cells),
        note=f"In all: {', '.join(totals)}" if totals else "",
    )


def table_times(curve: Curve, table: RiskTable, figure: Figure, mm_per_unit: float) -> list[float]:
    """Times whose counts have room beside each other: first, last and horizons first, then from the left."""
    if not table.lines:
        return []
    times = sorted({t for _, cells in table.lines for t in cells})
    horizons = [t for row in curve.horizons for t in times if t == row.at]
    taken: list[tuple[float, float]] = []
    for t in dict.fromkeys([times[0], *horizons, times[-1], *times]):
        texts = [style.tick_text(t), *(cells.get(t, "") for _, cells in table.lines)]
        half = max(style.text_width(figure, text) for text in texts) / 2 + 0.9
        if all(abs(t - other) * mm_per_unit >= half + room for other, room in taken):
            taken.append((t, half))
    return sorted(t for t, _ in taken)


def draw_table(axes: Axes, table: RiskTable, times: list[float], place: tuple[float, float]) -> None:
    """Write the table under axes whose x axis it shares.

    Args:
        axes: gives the x positions.
        table: what to write.
        times: columns to write.
        place: right edge of the line names and top of the table, in millimetres from the lower left corner.
    """
    figure = style.sheet_of(axes)
    right, top = place
    wide, high = figure.get_figwidth() * style.MM, figure.get_figheight() * style.MM
    y = top - LINE / 2
    for name, cells in table.lines:
        style.write(figure, right / wide, y / high, name, ha="right", va="center_baseline")
        for t in times:
            x = float(axes.transData.transform((t, 0))[0]) / figure.dpi * style.MM
            style.write(figure, x / wide, y / high, cells.get(t, ""), ha="center", va="center_baseline")
        y -= LINE
    if table.note:
        left = float(axes.transAxes.transform((0, 0))[0]) / figure.dpi * style.MM
        style.write(figure, left / wide, y / high, table.note, va="center_baseline", color=style.GREY)
