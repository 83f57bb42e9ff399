"""Effects overview: the forest figure and one line for each endpoint."""

from __future__ import annotations

from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines
from costim.report.sections.cells_of_tests import open_note
from costim.report.sections.endpoints import HEADER, NUMERIC, line, main_rows
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import titled


def write_overview(context: Context) -> list[Block]:
    """The main row of every endpoint, primary ones first; tables of categories stay in their sections."""
    shown = [e for e in context.plan.endpoints if e.primary or e.kind not in ("transition", "distribution")]
    endpoints = sorted(shown, key=lambda e: not e.primary)
    body: list[tuple[Inlines, ...]] = []
    used = []
    for endpoint in endpoints:
        rows = main_rows(context, endpoint)
        role: Inlines = ("primary" if endpoint.primary else "secondary",)
        if not rows:
            nothing = (titled(context.plan, endpoint), ("nothing could be estimated",), *((("not estimated",),) * 6))
            body.append((role, *nothing))
        body += [(role, *line(context, endpoint, row)) for row in rows]
        used += rows
    blocks: list[Block] = list(context.figures_of("overview"))
    if body:
        grid = Grid(
            id="overview-table",
            caption=("The main result of every endpoint; categories and transitions stand in their sections",),
            header=(("Role",), *HEADER),
            rows=tuple(body),
            notes=(*open_note(used), *flag_notes(context, used, silent=("limit_open",))),
            numeric=(False, *NUMERIC),
        )
        blocks.append(grid)
    return blocks
