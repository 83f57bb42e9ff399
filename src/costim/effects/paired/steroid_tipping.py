"""What is left of a change after an assumed effect of the steroid dose, and which steroid effect would explain it.

The dose is the prednisone equivalent by the table of the plan, at the visits of the two readings. Patients without both
doses are left out and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

from costim.effects.changes import Change, Span
from costim.effects.evidence import Reading, ids_of
from costim.effects.paired.bounds import fill_by_ranges
from costim.effects.paired.question import PairedQuestion
from costim.inference.other_causes.grid import compute_readable_grid
from costim.inference.other_causes.tipping import compute_tipping_shift
from costim.inference.other_causes.tipping_line import compute_net_of_steroid, compute_tipping_steroid_effect
from costim.inference.paired.ranged import compute_ranged_signed_rank
from costim.registry.effects import Effect
from costim.registry.flags import raised
from costim.registry.parameters import parameter as registered

DOSE = "steroid.prednisone_equivalent"
NOT_ASKED = ("steroid.", "exposure.", "comedication.")
"""What is itself a dose is not explained by one."""


@dataclass(frozen=True, slots=True, eq=False)
class DosedChanges:
    """Patients with both readings and both doses: change, change of dose (spans), and the rows of all four."""

    changes: tuple[Change, ...]
    doses: tuple[Span, ...]
    n_pairs: int
    measurements: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every change is one number."""
        return all(c.is_exact for c in self.changes) and all(low == high for low, high in self.doses)


def estimate_steroid_tipping(question: PairedQuestion) -> list[Effect]:
    """Rows net of each steroid effect that the plan names, and the effects that would explain the change."""
    parameter, assumed = question.base.parameter, question.other_causes
    per_mg = None if assumed is None else assumed.steroid_per_mg
    if parameter.startswith(NOT_ASKED):
        return []
    dosed = find_dosed_changes(question)
    if not dosed.changes and per_mg is None:
        return []
    n = len(dosed.changes)
    row = replace(
        question.base,
        n=n,
        n_missing=question.changes.n_missing + dosed.n_pairs - n,
        count=n,
        denominator=dosed.n_pairs,
        level=question.level,
        measurements=dosed.measurements,
        flags=tuple(dict.fromkeys((*question.base.flags, *dosed.flags))),
    )
    rows = []
    if per_mg is not None:
        grid = compute_readable_grid(*sorted(per_mg)) if n else ()
        basis = "" if assumed is None else assumed.basis
        rows += [e for k in grid for e in _net(replace(row, text=basis), dosed, k, question)]
        rows += [] if n else [replace(row, method="change_net_of_steroid", text=basis)]
    return [*rows, *(_effects_that_tip(row, dosed, question) if n else ())]


def find_dosed_changes(question: PairedQuestion) -> DosedChanges:
    """The pairs whose patient has one dose at each of the two visits, in the unit of the registry."""
    plan, known = question.evidence.plan, registered(DOSE)
    table = plan.variants.steroid_table
    doses = {
        subject: [r for r in rows if r.variant in ("", table) and r.is_number]
        for subject, rows in question.evidence.by_subject(DOSE).items()
    }
    pairs = {p.subject: p for p in question.pairs}
    kept, spans, used, other_unit = [], [], [], False
    for change in question.changes.rows:
        before, after = pairs[change.subject].baseline.reading, pairs[change.subject].post.reading
        found = [_dose_at(reading, doses[change.subject]) for reading in (before, after)]
        if before is None or after is None or found[0] is None or found[1] is None:
            continue
        if any(dose is not None and dose.unit != known.unit for dose in found):
            other_unit = True
            continue
        first, last = (dose.span(known.minimum, known.maximum) for dose in found if dose is not None)
        kept.append(change)
        spans.append((last[0] - first[1], last[1] - first[0]))
        used += [before, after, found[0], found[1]]
    flags = {"doses_missing": len(kept) < len(question.changes.rows), "units_differ": other_unit}
    names = raised(flags)
    return DosedChanges(tuple(kept), tuple(spans), len(question.changes.rows), ids_of(used), names)


def _dose_at(reading: Reading | None, doses: Sequence[Reading]) -> Reading | None:
    """The dose at the visit of a reading (at its day, where it has no visit); None when there is not just one."""
    if reading is None:
        return None
    if reading.visit:
        found = [d for d in doses if d.visit == reading.visit]
    else:
        found = [d for d in doses if reading.day is not None and d.day == reading.day]
    return found[0] if len(found) == 1 else None


def _net(row: Effect, dosed: DosedChanges, per_mg: float, question: PairedQuestion) -> list[Effect]:
    """The change net of one assumed effect, and the change by time alone at which its interval touches zero."""
    row = replace(row, method="change_net_of_steroid", at=per_mg)
    row = _exact(row, dosed, per_mg, question) if dosed.is_exact else _ranged(row, dosed, per_mg)
    known = row.lower is not None and row.upper is not None
    course = compute_tipping_shift(row.lower, row.upper) if known else None
    line = replace(row, method="tipping_natural_course", estimate=course, estimate_lower=None, estimate_upper=None)
    line = replace(line, lower=None, upper=None, lower_open=False, upper_open=False, p=None, p_min=None)
    return [row, line]


def _exact(row: Effect, dosed: DosedChanges, per_mg: float, question: PairedQuestion) -> Effect:
    zeros = question.evidence.plan.variants.zeros
    changes, doses = [c.change[0] for c in dosed.changes], [low for low, _ in dosed.doses]
    found = compute_net_of_steroid(changes, doses, per_mg=per_mg, level=question.level, zeros=zeros)
    flags = {
        "few_pairs": found.p_min >= 0.05,
        "level_unreachable": found.lower is None or found.upper is None,
        "limit_open": found.lower_open or found.upper_open,
    }
    return replace(
        row,
        estimate=found.estimate,
        lower=found.lower,
        upper=found.upper,
        lower_open=found.lower_open,
        upper_open=found.upper_open,
        p=found.p,
        p_min=found.p_min,
        flags=(*row.flags, *raised(flags)),
    )


def _ranged(row: Effect, dosed: DosedChanges, per_mg: float) -> Effect:
    """Bounds over every completion of readings and doses known within ranges."""
    shifts = [sorted((_times(per_mg, low), _times(per_mg, high))) for low, high in dosed.doses]
    lower = [c.change[0] - s[1] for c, s in zip(dosed.changes, shifts, strict=True)]
    upper = [c.change[1] - s[0] for c, s in zip(dosed.changes, shifts, strict=True)]
    level = row.level or 0.95
    found = compute_ranged_signed_rank(lower, upper, level=level)
    return fill_by_ranges(row, found, level, "enclosed_by_extremes")


def _times(per_mg: float, dose: float) -> float:
    """No effect of an unknown dose is no effect."""
    return per_mg * dose if per_mg else 0.0


def _effects_that_tip(row: Effect, dosed: DosedChanges, question: PairedQuestion) -> list[Effect]:
    """The steroid effects nearest to zero, of either sign, at which the change would be explained."""
    row = replace(row, method="tipping_steroid_effect", unit=f"{row.unit} per mg" if row.unit else "")
    exact = dosed.is_exact and all(isfinite(low) for low, _ in dosed.doses)
    if not exact:
        return [replace(row, flags=(*row.flags, "ranges_not_taken"))]
    found = compute_tipping_steroid_effect(
        [c.change[0] for c in dosed.changes],
        [low for low, _ in dosed.doses],
        level=question.level,
        zeros=question.evidence.plan.variants.zeros,
    )
    if found.reason == "level_unreachable":
        return [replace(row, flags=(*row.flags, "level_unreachable"))]
    if found.reason == "holds_zero":
        return [replace(row, estimate=0.0, flags=(*row.flags, "interval_holds_zero"))]
    if found.reason:
        return [replace(row, flags=(*row.flags, found.reason))]
    sides = (
        ("falls with the dose", found.negative, found.negative_open),
        ("rises with the dose", found.positive, found.positive_open),
    )
    return [_tip(replace(row, stratum=stratum, estimate=effect), is_open=is_open) for stratum, effect, is_open in sides]


def _tip(row: Effect, *, is_open: bool) -> Effect:
    extra = ("no_such_steroid_effect",) if row.estimate is None else ("limit_open",) if is_open else ()
    return replace(row, flags=(*row.flags, *extra))
