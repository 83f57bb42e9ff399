"""Printed results beside what the data give: reproduced, contradicted, or not recomputable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from costim.effects.estimate_proportion import ALL_SUBJECTS
from costim.inference.paired.sign_test import compute_sign_test
from costim.registry.effects import Effect

if TYPE_CHECKING:
    import polars as pl

REPRODUCED, CONTRADICTED, NOT_RECOMPUTABLE = "reproduced", "contradicted", "not recomputable"
PREFERRED = ("", "clopper_pearson", "garwood", "exact", "wilson", "blaker", "mid_p", "jeffreys", "pratt", "wilcoxon")
"""Of several variants of one effect the first named here is compared."""
SHARES = ("proportion", "proportion_beyond", "kaplan_meier")


@dataclass(frozen=True, slots=True)
class Printed:
    """One row of the `published` table, blanks as empty text."""

    result_id: str
    value: str
    unit: str
    n: int | None
    parameter: str
    contrast: str
    effect_method: str
    stratum: str
    field: str
    implied_test: str


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A printed number: its value, its decimals, and a sign such as `<` before it."""

    relation: str
    value: Decimal


def compare_published(published: pl.DataFrame, effects: Sequence[Effect], reading: str) -> list[Effect]:
    """Rows `published_comparison`, and `sign_test_of_published_count` where the table asks for it.

    Args:
        published: the `published` table; may be empty or lack columns.
        effects: all effects of this reading of the source.
        reading: name of the reading.

    A printed number is reproduced when the effect, rounded half up to the printed decimals, equals it. It is
    contradicted only by data that are complete: when the effect rests on fewer subjects than the printed n, a
    difference proves nothing. Bounds reproduce a number only when both ends round to it, and contradict it only when
    they exclude it.
    """
    rows = []
    for printed in read_published(published):
        rows.append(replace(compare_one(printed, effects), reading=reading))
        if printed.implied_test == "sign_test":
            rows.append(replace(_implied_sign_test(printed), reading=reading))
    return rows


def read_published(published: pl.DataFrame) -> list[Printed]:
    """Rows of the table in its order."""
    names = [name for name in Printed.__dataclass_fields__ if name != "n"]
    found = []
    for row in published.iter_rows(named=True):
        words = {name: str(row.get(name) or "").strip() for name in names}
        n = row.get("n")
        found.append(Printed(n=None if n is None else int(n), **words))
    return found


def compare_one(printed: Printed, effects: Sequence[Effect]) -> Effect:
    """The comparison row of one printed result."""
    empty = Effect(
        parameter=f"published.{printed.result_id}",
        method="published_comparison",
        n=0,
        text=NOT_RECOMPUTABLE,
        flags=("not_recomputable",),
    )
    if not printed.parameter or not printed.effect_method:
        return empty
    effect, flag = find_effect(printed, effects)
    if effect is None:
        return replace(empty, flags=("not_recomputable", flag))
    row = replace(
        empty,
        unit=printed.unit,
        n=effect.n,
        n_missing=effect.n_missing,
        flags=effect.flags,
        constraints=effect.constraints,
        measurements=effect.measurements,
        level=effect.level if printed.field in ("lower", "upper") else None,
    )
    if printed.field == "text":
        verdict = _verdict_of_text(printed, effect)
        return _finish(row, verdict, fewer=_fewer(printed, effect))
    low, high = _range_of(printed, effect)
    row = replace(row, estimate=low) if low == high else replace(row, estimate_lower=low, estimate_upper=high)
    return _finish(row, _verdict(printed.value, low, high), fewer=_fewer(printed, effect))


def find_effect(printed: Printed, effects: Sequence[Effect]) -> tuple[Effect | None, str]:
    """The effect a printed result names, or None and a flag.

    A stratum that is a number names the time of an effect without stratum. A blank contrast or stratum means a blank
    one, or the only one there is. Printed shares are of subjects with a reading, so bounds over all are not compared.
    """
    found = [e for e in effects if e.parameter == printed.parameter and e.method == printed.effect_method]
    found = [e for e in found if e.variant != ALL_SUBJECTS]
    if printed.contrast:
        found = [e for e in found if e.contrast == printed.contrast]
    else:
        found = [e for e in found if not e.contrast] or found
    if printed.stratum:
        found = [e for e in found if e.stratum == printed.stratum or _is_at(e, printed.stratum)]
    else:
        found = [e for e in found if not e.stratum] or found
    if not found:
        return None, "no_such_effect"
    if len({(e.contrast, e.stratum, e.at, e.variant if e.variant not in PREFERRED else "") for e in found}) > 1:
        return None, "effect_ambiguous"
    ranked = sorted(found, key=lambda e: PREFERRED.index(e.variant) if e.variant in PREFERRED else len(PREFERRED))
    return ranked[0], ""


def _is_at(effect: Effect, stratum: str) -> bool:
    try:
        return not effect.stratum and effect.at == float(stratum)
    except ValueError:
        return False


def _range_of(printed: Printed, effect: Effect) -> tuple[float | None, float | None]:
    """The effect's value of the field as a range; per cent where the printed unit is."""
    value = getattr(effect, printed.field or "estimate")
    low, high = value, value
    if value is None and printed.field in ("estimate", ""):
        low, high = effect.estimate_lower, effect.estimate_upper
    if value is None and printed.field == "count" and effect.estimate_lower is not None:
        low, high = _bounds_of_count(effect)
    percent = (
        printed.unit in ("%", "percent")
        and effect.method in SHARES
        and printed.field in ("", "estimate", "lower", "upper")
    )
    factor = 100 if percent else 1
    return (None if low is None else float(low) * factor, None if high is None else float(high) * factor)


def _bounds_of_count(effect: Effect) -> tuple[float | None, float | None]:
    """Bounds of a count are stored as estimates: of the count itself, or of the share it makes."""
    low, high = effect.estimate_lower, effect.estimate_upper
    if effect.method in SHARES and effect.denominator and low is not None and high is not None:
        return round(low * effect.denominator), round(high * effect.denominator)
    return low, high


def read_number(text: str) -> PrintedNumber | None:
    """A printed number such as `16.2`, `-0.5`, `<0.001` or `P < 0.05`; None when it is none."""
    match = re.fullmatch(r"\s*(?:[pP]\s*)?(=|<=|>=|<|>|≤|≥)?\s*([-−+]?\d*\.?\d+)\s*%?\s*", text)
    if match is None:
        return None
    try:
        value = Decimal(match[2].replace("−", "-"))
    except InvalidOperation:
        return None
    return PrintedNumber({"≤": "<=", "≥": ">=", "=": ""}.get(match[1] or "", match[1] or ""), value)


def round_half_up(value: float, like: Decimal) -> Decimal:
    """Round to the decimals of `like`; a half goes away from zero, as printed tables do.

    Twelve digits are kept first, so that 0.145 held as 0.14499999999999999 is a half.
    """
    return Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(int(like.as_tuple().exponent)), rounding=ROUND_HALF_UP)


def _verdict(text: str, low: float | None, high: float | None) -> str:
    number = read_number(text)
    if number is None or (low is None and high is None):
        return NOT_RECOMPUTABLE
    answers = {_agrees(number, end) for end in (low, high)}
    if answers == {True}:
        return REPRODUCED
    if low == high or not _inside(number, low, high):
        return CONTRADICTED
    return NOT_RECOMPUTABLE


def _agrees(number: PrintedNumber, value: float | None) -> bool:
    if value is None:
        return False
    exact = Decimal(f"{value:.12g}")
    tests = {
        "": round_half_up(value, number.value) == number.value,
        "<": exact < number.value,
        "<=": exact <= number.value,
        ">": exact > number.value,
        ">=": exact >= number.value,
    }
    return tests[number.relation]


def _inside(number: PrintedNumber, low: float | None, high: float | None) -> bool:
    """Whether some value between the bounds (None = unbounded) would agree."""
    if number.relation.startswith("<"):
        return low is None or _agrees(number, low)
    if number.relation.startswith(">"):
        return high is None or _agrees(number, high)
    above = low is None or round_half_up(low, number.value) <= number.value
    return above and (high is None or round_half_up(high, number.value) >= number.value)


def _verdict_of_text(printed: Printed, effect: Effect) -> str:
    if not effect.text:
        return NOT_RECOMPUTABLE
    return REPRODUCED if effect.text.casefold() == printed.value.casefold() else CONTRADICTED


def _fewer(printed: Printed, effect: Effect) -> bool:
    return printed.n is not None and effect.n < printed.n


def _finish(row: Effect, verdict: str, *, fewer: bool) -> Effect:
    flags = row.flags
    if fewer:
        flags = (*flags, "fewer_subjects_than_published")
        verdict = NOT_RECOMPUTABLE if verdict == CONTRADICTED else verdict
    if verdict == NOT_RECOMPUTABLE:
        flags = (*flags, "not_recomputable")
    return replace(row, text=verdict, flags=flags)


def _implied_sign_test(printed: Printed) -> Effect:
    """Sign test of a printed count out of the printed n: what the count alone would give."""
    row = Effect(
        parameter=f"published.{printed.result_id}",
        method="sign_test_of_published_count",
        n=printed.n or 0,
        flags=("from_published_count",),
    )
    number = read_number(printed.value)
    usable = number is not None and number.relation == "" and number.value == int(number.value)
    if number is None or not usable or printed.n is None or not 0 <= number.value <= printed.n:
        return replace(row, flags=("from_published_count", "not_recomputable"))
    count = int(number.value)
    test = compute_sign_test(count, printed.n - count)
    return replace(row, count=count, denominator=printed.n, p=test.p, p_min=test.p_min)
