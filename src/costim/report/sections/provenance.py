"""Provenance: the files that were read and the address of every cell that a number rests on."""

from __future__ import annotations

from costim.registry.natural import natural_key
from costim.report.context import Context
from costim.report.document import Block, Grid, Paragraph, Quote
from costim.report.format import hide_dates


def write_provenance(context: Context) -> list[Block]:
    """Files with hash and size; cells with file, sheet, row, column and content."""
    results = context.results
    blocks: list[Block] = []
    if context.plan.study.provenance:
        blocks.append(Paragraph(("Provenance as stated by the study: ", Quote(context.plan.study.provenance))))
    if results.inputs:
        blocks.append(
            Grid(
                id="files",
                caption=("Input files",),
                header=(("File",), ("Bytes",), ("SHA hash",)),
                rows=tuple(
                    ((Quote(f.name),), (Quote(str(f.n_bytes)),), (Quote(f.sha256),))
                    for f in sorted(results.inputs, key=lambda f: f.name)
                ),
                numeric=(False, True, False),
                kind="rows",
            )
        )
    cells = sorted(results.cells.items(), key=lambda item: natural_key(item[0]))
    if cells:
        blocks.append(
            Grid(
                id="cells",
                caption=("Input cells behind the measurements",),
                header=(("Cell",), ("File",), ("Sheet",), ("Row",), ("Column",), ("Found",)),
                rows=tuple(
                    (
                        (Quote(name),),
                        (Quote(cell.file),),
                        (Quote(cell.sheet),) if cell.sheet else ("–",),
                        (Quote(str(cell.row)),),
                        (Quote(cell.column),),
                        (Quote(hide_dates(cell.found)),) if cell.found else ("left blank",),
                    )
                    for name, cell in cells
                ),
                numeric=(False, False, False, True, False, False),
                kind="rows",
            )
        )
    return blocks
