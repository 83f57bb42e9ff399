"""A grid as a native Word table: repeated header, rules above and below, columns aligned."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from typing import Any

from costim.report.columns import SMALL_LETTERS, column_widths, is_numeric, is_short, is_wide
from costim.report.document import Grid, Inlines
from costim.report.outline import plain_text, row_anchor
from costim.report.word.runs import add_inlines, bookmark, element
from costim.report.word.styles import HEADER_TEXT, SMALL_HEADER_TEXT, SMALL_TABLE_TEXT, TABLE_STYLE, TABLE_TEXT

_CHARACTER = 100
"""Room for one character of table text, in twentieths of a point; generous, since fonts differ between machines."""


def table_element(grid: Grid, width: int, part: Any, numbers: count[int], anchors: Collection[str]) -> Any:
    """The `w:tbl` of a grid.

    Args:
        grid: What to print.
        width: Width of the text area in twentieths of a point; a table that needs less is narrower.
        part: The document part.
        numbers: Gives bookmark numbers not used before.
        anchors: Bookmarks that the file will have; rows of long listings set theirs here.
    """
    room = width // _CHARACTER
    wanted = column_widths(grid, room)
    small = sum(wanted) > room or grid.kind == "rows" or is_wide(grid)
    if small:
        wanted = column_widths(grid, int(room * SMALL_LETTERS))
    short = is_short(grid, wanted)
    width = min(width, sum(wanted) * _CHARACTER)
    widths = _whole(wanted, width)
    table = element("tbl", (_properties(grid, width), _columns(widths)))
    table.append(_row(grid, grid.header, widths, part, SMALL_HEADER_TEXT if small else HEADER_TEXT))
    done: set[str] = set()
    for i, cells in enumerate(grid.rows):
        row = _row(grid, cells, widths, part, SMALL_TABLE_TEXT if small else TABLE_TEXT)
        if short or i + 1 == len(grid.rows):  # the notes stay with the table
            _keep_with_next(row)
        anchor = row_anchor(grid, cells)
        if anchor in anchors and anchor not in done:
            done.add(anchor)
            _set_bookmark(row, anchor, next(numbers))
        table.append(row)
    return table


def _whole(wanted: tuple[int, ...], width: int) -> list[int]:
    widths = [w * width // sum(wanted) for w in wanted]
    widths[-1] += width - sum(widths)
    return widths


def _properties(grid: Grid, width: int) -> Any:
    return element(
        "tblPr",
        (
            element("tblStyle", val=TABLE_STYLE),
            element("tblW", w=width, type="dxa"),
            element("tblLayout", type="fixed"),
            element("tblLook", val="0420", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=0, noVBand=1),
            element("tblCaption", val=plain_text(grid.caption)),
        ),
    )


def _columns(widths: list[int]) -> Any:
    return element("tblGrid", tuple(element("gridCol", w=w) for w in widths))


def _row(grid: Grid, cells: tuple[Inlines, ...], widths: list[int], part: Any, text_style: str) -> Any:
    properties = element("trPr", (element("cantSplit"),))
    header = text_style in (HEADER_TEXT, SMALL_HEADER_TEXT)
    if header:
        properties.append(element("tblHeader"))
    row = element("tr", (properties,))
    for i, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        style = element("pPr", (element("pStyle", val=text_style),))
        if is_numeric(grid, i):
            style.append(element("jc", val="right"))
        paragraph = element("p", (style,))
        add_inlines(paragraph, cell, part)
        vertical = (element("vAlign", val="bottom"),) if header else ()
        row.append(element("tc", (element("tcPr", (element("tcW", w=width, type="dxa"), *vertical)), paragraph)))
    return row


def _keep_with_next(row: Any) -> None:
    for style in row.xpath("./w:tc/w:p/w:pPr/w:pStyle"):
        style.addnext(element("keepNext"))


def _set_bookmark(row: Any, anchor: str, number: int) -> None:
    paragraph = row.xpath("./w:tc/w:p")[0]
    start, end = bookmark(anchor, number)
    paragraph.insert(1, start)
    paragraph.append(end)
