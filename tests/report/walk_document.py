"""Walking a document: every inline with its section, and numbers read back from what is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from costim.registry.provenance import Results
from costim.report.document import Block, Bullets, Document, FigureRef, Grid, Inline, Inlines, Num, Paragraph

SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = re.compile(r"(−?\d*\.?\d+)(?: × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?")


def inlines_of(block: Block) -> Iterator[Inlines]:
    if isinstance(block, (Paragraph,)):
        yield block.inlines
    elif isinstance(block, Bullets):
        yield from block.items
    elif isinstance(block, FigureRef):
        yield block.caption
    elif isinstance(block, Grid):
        yield block.caption
        for row in (block.header, *block.rows):
            yield from row
        yield from block.notes


def walk(document: Document) -> Iterator[tuple[str, Inline]]:
    for part in (*document.title, *document.subtitle):
        yield "title", part
    for section in document.sections:
        for block in section.blocks:
            for inlines in inlines_of(block):
                for part in inlines:
                    yield section.id, part


def text_of(inlines: Inlines) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in inlines)


def text_of_section(document: Document, name: str) -> str:
    blocks = next(s for s in document.sections if s.id == name).blocks
    return "\n".join(text_of(inlines) for block in blocks for inlines in inlines_of(block))


def text_of_document(document: Document) -> str:
    return "\n".join(text_of_section(document, s.id) for s in document.sections)


def grid(document: Document, name: str) -> Grid:
    return next(b for s in document.sections for b in s.blocks if isinstance(b, Grid) and b.id == name)


def table(document: Document, name: str) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in grid(document, name).rows]


def rows_by_id(results: Results) -> dict[str, dict[str, Any]]:
    effects = {row["effect_id"]: row for row in results.effects.to_dicts()}
    return effects | {row["measurement_id"]: row for row in results.measurements.to_dicts()}


def numbers_in(text: str) -> list[tuple[Decimal, Decimal]]:
    """Every number printed, with half a unit of its last decimal."""
    found = []
    for mantissa, power in NUMBER.findall(text):
        value = Decimal(mantissa.replace("−", "-"))
        scale = Decimal(10) ** int(power.translate(SUPERSCRIPT)) if power else Decimal(1)
        step = Decimal(1).scaleb(value.as_tuple().exponent) * scale  # type: ignore[arg-type]
        found.append((value * scale, step / 2))
    return found


def faults(number: Num, row: dict[str, Any]) -> list[str]:
    """What is wrong between a printed number and the fields it names; empty when they agree."""
    names = number.field.split("+")
    absent = [name for name in names if row.get(name) is None]
    if absent:
        return [f"{number}: {absent} empty"]
    values = [Decimal(repr(float(row[name]))) for name in names]
    printed = numbers_in(number.text)
    if len(printed) == 1 and len(values) == 2 and values[0] == values[1]:
        values = values[:1]
    if len(printed) != len(values):
        return [f"{number}: {len(printed)} numbers for {names}"]
    found = []
    for (shown, half), value, name in zip(printed, values, names, strict=True):
        expected = value * 100 if number.text.endswith("%") else value
        limit = number.text.split("=")[-1].lstrip("pP ").startswith("<") and name in ("p", "p_min", "p_adjusted")
        if number.text.lstrip("pP ").startswith(">") and name in ("p", "p_min", "p_adjusted"):
            if not expected > shown:
                found.append(f"{number}: {name} = {value} is not above {shown}")
        elif limit:
            if not expected < shown:
                found.append(f"{number}: {name} = {value} is not below {shown}")
        elif abs(shown - expected) > half + abs(expected) * Decimal("1e-9"):
            found.append(f"{number}: {name} = {value}")
    return found
