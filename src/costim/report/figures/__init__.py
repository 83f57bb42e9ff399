"""Static figures for print: what can be drawn (`planned_figures`) and the drawing (`draw_figures`)."""

from costim.report.figures.draw import draw_figures
from costim.report.figures.plan import PlannedFigure, planned_figures

__all__ = ["PlannedFigure", "draw_figures", "planned_figures"]
