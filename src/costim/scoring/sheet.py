"""A measure as a printable page for people with a pen: items with boxes, criteria with limits, marks and sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from costim.registry.catalogue import Reference, references
from costim.registry.measure_catalogue import (
    EVIDENCE_MEANING,
    Choice,
    CriterionInfo,
    Fact,
    MeasureInfo,
    choose,
    facts,
    measures,
)
from costim.scoring.cite import criterion_words
from costim.scoring.sheet_rules import rules_of_items

if TYPE_CHECKING:
    from jinja2 import Template

_STATES = ("present", "absent", "unknown")
_TRUTHS = ("yes", "no", "unknown")
_SIZES = ((46, "9.5pt"), (58, "8.5pt"), (74, "7.5pt"), (90, "6.8pt"))
"""Estimated lines -> size of type that still fits one page of A4 and of US letter; more lines get the smallest."""
_SMALLEST = "6pt"
_LETTERS_PER_LINE = 105


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line to fill in."""

    label: str
    prose: str
    kind: str
    boxes: tuple[str, ...]
    """Words of the boxes to tick; empty for a number, which gets a line to write on."""
    unit: str = ""
    weight: int | None = None
    mark: str = ""
    cited: str = ""


@dataclass(frozen=True, slots=True)
class SheetCriterion:
    """One criterion to judge."""

    words: str
    mark: str
    cited: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything a page prints, in its order."""

    info: MeasureInfo
    choice: Choice
    rows: tuple[SheetRow, ...]
    common_prose: str
    """What is said once, because it holds for every row."""
    options: tuple[str, ...]
    criteria: tuple[SheetCriterion, ...]
    uses: tuple[str, ...]
    drugs: bool
    sources: tuple[Reference, ...]
    marks: tuple[tuple[str, str], ...]
    highest: int | None
    """Sum of all weights; None when the items have none."""
    size: str
    program: str


def build_sheet(code: str, variant: str = "") -> Sheet:
    """The sheet of a measure.

    Args:
        code: of the measure.
        variant: with options; blank takes the default.

    Raises:
        KeyError: no measure of that code.
        ValueError: no variant or option of that name.
    """
    choice = choose(code, variant)
    info = choice.measure
    asked = [*info.facts.values(), *(facts()[name] for name in info.shared)]
    criteria = [c for c in info.criteria if not c.variants or choice.variant.name in c.variants]
    keys = _keys(choice, asked, criteria)
    numbers = {key: str(number) for number, key in enumerate(keys, 1)}
    proses = {fact.prose for fact in info.facts.values() if fact.kind == "choice"}
    common = proses.pop() if len(proses) == 1 and len(info.facts) > 2 else ""
    rules = rules_of_items(choice)
    rows = tuple(_row(fact, numbers, common, rules.get(fact.name, "")) for fact in asked if fact.kind != "drugs")
    weights = [row.weight for row in rows if row.weight is not None]
    judged = tuple(SheetCriterion(criterion_words(c), c.evidence, _cited(c.references, numbers)) for c in criteria)
    sources = tuple(references()[key] for key in keys)
    options = tuple(f"{option.label}: {option.values[choice.options[n]]}" for n, option in info.options.items())
    drugs = any(fact.kind == "drugs" for fact in asked)
    return Sheet(
        info=info,
        choice=choice,
        rows=rows,
        common_prose=common,
        options=options,
        criteria=judged,
        uses=tuple(f"{measures()[use].label} ({use})" for use in info.uses),
        drugs=drugs,
        sources=sources,
        marks=tuple(EVIDENCE_MEANING.items()),
        highest=sum(weights) if weights and info.maximum == sum(weights) else None,
        size=_size(rows, judged, (*options, *(ref.text for ref in sources)), drugs=drugs),
        program=f"costim {version('costim')}",
    )


def _keys(choice: Choice, asked: Iterable[Fact], criteria: Iterable[CriterionInfo]) -> list[str]:
    groups = [choice.variant.references, *(f.references for f in asked), *(c.references for c in criteria)]
    return list(dict.fromkeys(key for group in groups for key in group))


def _cited(keys: Iterable[str], numbers: dict[str, str]) -> str:
    return ",".join(numbers[key] for key in keys)


def _row(fact: Fact, numbers: dict[str, str], common: str, rule: str) -> SheetRow:
    boxes = {
        "item": _STATES,
        "statement": _TRUTHS,
        "choice": fact.values,
        "scaled": tuple(f"of {scale}" for scale in fact.values),
    }
    parts = [fact.prose if fact.prose != common else "", f"Not: {fact.exclusion}." if fact.exclusion else "", rule]
    low, high = fact.minimum, fact.maximum
    if fact.kind in ("number", "count") and low is not None and high is not None:
        parts.append(f"{low} to {high}.")
    return SheetRow(
        label=fact.label,
        prose=" ".join(part if part.endswith(".") else f"{part}." for part in parts if part),
        kind=fact.kind,
        boxes=boxes.get(fact.kind, ()),
        unit=fact.unit,
        weight=fact.weight,
        mark=fact.evidence,
        cited=_cited(fact.references, numbers),
    )


def _size(rows: Iterable[SheetRow], criteria: Iterable[SheetCriterion], texts: Iterable[str], *, drugs: bool) -> str:
    """Size of type by the number of lines the page will need; tests print every sheet and count the pages."""
    lines = 14 + (6 if drugs else 0)
    for row in rows:
        room = _LETTERS_PER_LINE - 12 - 9 * len(row.boxes) if len(row.boxes) > 3 else _LETTERS_PER_LINE - 35
        lines += 1 + (len(row.label) + len(row.prose)) // max(room, 35)
    for criterion in criteria:
        lines += 1 + len(criterion.words) // (_LETTERS_PER_LINE - 25)
    lines += sum(1 + len(text) // (_LETTERS_PER_LINE + 30) for text in texts)
    return next((size for most, size in _SIZES if lines <= most), _SMALLEST)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((files("costim.scoring") / "sheet.html.jinja").read_text("utf-8"))


def render_sheet(code: str, variant: str = "") -> str:
    """The page as HTML that loads nothing; the same measure gives the same text.

    Raises:
        KeyError: no measure of that code.
        ValueError: no variant or option of that name.
    """
    return _template().render(sheet=build_sheet(code, variant))
