"""A measure as a printable page for people with a pen: items with boxes, criteria with limits, marks and sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from math import ceil
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
from costim.scoring.sheet_size import Lines, fitting_size, row

if TYPE_CHECKING:
    from jinja2 import Template

_STATES = ("present", "absent", "unknown")
_TRUTHS = ("yes", "no", "unknown")


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

    title: str
    info: MeasureInfo
    choice: Choice
    rows: tuple[SheetRow, ...]
    common_prose: str
    """What is said once, because it holds for several rows."""
    options: tuple[str, ...]
    criteria: tuple[SheetCriterion, ...]
    uses: tuple[str, ...]
    drugs: bool
    sources: tuple[Reference, ...]
    marks: tuple[tuple[str, str], ...]
    weighted: bool
    """Do items have points?"""
    additive: bool
    """Is the score the plain sum of the points?"""
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
    criteria = [c for c in info.criteria if _applies(c, choice)]
    keys = _keys(choice, asked, criteria)
    numbers = {key: str(number) for number, key in enumerate(keys, 1)}
    common = _common_prose(asked)
    rules = rules_of_items(choice)
    rows = tuple(_row(fact, numbers, common, rules.get(fact.name, "")) for fact in asked if fact.kind != "drugs")
    weights = [row.weight for row in rows if row.weight is not None]
    judged = tuple(SheetCriterion(criterion_words(c), c.evidence, _cited(c.references, numbers)) for c in criteria)
    sources = tuple(references()[key] for key in keys)
    options = tuple(f"{option.label}: {option.values[choice.options[n]]}" for n, option in info.options.items())
    drugs = any(fact.kind == "drugs" for fact in asked)
    head = f"{choice.name} {choice.variant.label} {choice.variant.note} Window: day 0 back to day -30, both included."
    cited = " ".join(f"[{n}] {ref.text} {ref.doi}" for n, ref in enumerate(sources, 1))
    notes = ("; ".join(options), common, cited, " ".join(EVIDENCE_MEANING.values()))
    return Sheet(
        title=choice.variant.label if info.extra.get("variants_name_measure") else info.label,
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
        weighted=bool(weights),
        additive=bool(weights) and info.maximum == sum(weights),
        size=_size(info, head, rows, judged, notes),
        program=f"costim {version('costim')}",
    )


def _common_prose(asked: Iterable[Fact]) -> str:
    """Words that most facts which are no items have in common, to be said once."""
    counts = Counter(fact.prose for fact in asked if fact.kind != "item" and fact.prose)
    return next((prose for prose, count in counts.most_common(1) if count > 2), "")


def _applies(criterion: CriterionInfo, choice: Choice) -> bool:
    """Does the criterion belong to the variant, and not to an option that was not taken?"""
    optional = {value for option in choice.measure.options.values() for value in option.values}
    taken = criterion.name not in optional or criterion.name in choice.options.values()
    return taken and (not criterion.variants or choice.variant.name in criterion.variants)


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
        prose=" ".join(part if part[-1] in ".?" else f"{part}." for part in parts if part).replace("`", ""),
        kind=fact.kind,
        boxes=boxes.get(fact.kind, ()),
        unit=fact.unit,
        weight=fact.weight,
        mark=fact.evidence,
        cited=_cited(fact.references, numbers),
    )


def _size(
    info: MeasureInfo,
    head: str,
    rows: Iterable[SheetRow],
    criteria: Iterable[SheetCriterion],
    notes: Iterable[str],
) -> str:
    """Size of type in which everything fits one page."""
    texts: dict[str, list[str]] = {kind: [] for kind in ("item", "few", "many")}
    for entry in rows:
        kind = "item" if entry.kind == "item" else "many" if len("".join(entry.boxes)) > 24 else "few"
        texts[kind].append(f"{entry.label} {entry.mark} [{entry.cited}] {entry.prose}")
    blocks = [
        row(texts["item"], beside=18, small=0.7),
        row(texts["few"], beside=16, small=0.5, extra=0.3),
        row(texts["many"], beside=30, small=0.5, extra=3.0),
        _judged(info, [f"{c.words} {c.mark} [{c.cited}]" for c in criteria]),
        Lines((head, info.prose), extra=0.4),
        Lines(tuple(notes), small=1, extra=0.4),
    ]
    boxes = len(info.outcomes) + 4
    drugs = 11 if any(facts()[name].kind == "drugs" for name in info.shared) else 0
    fixed = 14 + drugs + (2.6 * ceil(len(info.uses) / 2)) + 1.6 * ceil(boxes / 6)
    return fitting_size(blocks, fixed)


def _judged(info: MeasureInfo, words: list[str]) -> Lines:
    """Criteria have boxes where the measure is a state; else they are rules, in two columns."""
    return row(words, beside=14) if info.kind == "state" else Lines(words, beside=2, extra=0.2, columns=2)


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
