"""Other drugs: doses as recorded, prednisone equivalents at each visit, treatment before the first infusion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costim.instruments.courses import Cover, covers, start_label
from costim.instruments.rows import Reading, Row, absent, between, joined, rows_of
from costim.instruments.steroids import Share, equivalent_of, share
from costim.instruments.times import UNDATED, When, visit_days
from costim.measures.steroids import Equivalent, is_pulse, is_systemic
from costim.registry.measurements import Measurement
from costim.study.study import Study

Place = tuple[str, str]


def measure(study: Study) -> list[Measurement]:
    """Rows of `comedication.dose`, `steroid.prednisone_equivalent`, `steroid.pulse_equivalent` and `prior.treatment`.

    The equivalent of a subject at a visit is the sum over systemic glucocorticoids: doses typed at that visit, and
    courses that cover its day. A dose typed at the visit stands in the place of courses of the same drug. Doses
    without any time have a row without visit. A single dose (`once`) is a pulse, listed apart under its own parameter.
    A subject without a glucocorticoid at a visit has no row there: a drug that was not recorded is not a dose of zero.

    Args:
        study: the checked study; `plan.variants.steroid_table` names the table of equivalents.

    Returns:
        Doses as given; equivalents in mg per day (as printed, and flagged, where the source states no frequency).

    Raises:
        CostimError: no table of that name.
    """
    days = visit_days(study)
    rows = rows_of(study, "comedications")
    return [
        *(_dose(study, row, days) for row in rows),
        *_equivalents(study, rows, days),
        *(_prior(study, row) for row in rows_of(study, "prior_treatments")),
    ]


def _dose(study: Study, row: Row, days: Mapping[Place, When]) -> Measurement:
    visit = row.text("visit")
    when = days.get((row.subject, visit), UNDATED) if visit else When(row.reading("start_day"), (), ())
    dose = row.reading("dose")
    unsaid = ("frequency_not_stated",) if not row.filled("frequency") and not dose.missing else ()
    unstated = ("unit_not_stated",) if not row.filled("unit") and not dose.missing else ()
    return Measurement(
        subject=row.subject,
        visit=visit,
        parameter="comedication.dose",
        item=row.text("drug"),
        variant=start_label(row),
        unit=row.text("unit"),
        flags=joined(dose.flags, unstated, unsaid, when.flags),
        source="comedications",
        cells=joined(row.source("dose", "unit", "frequency"), row.cells("start_day"), when.cells),
        reading=study.reading,
        **dose.within(0, None).fields(),
        **when.fields(),
    )


def _prior(study: Study, row: Row) -> Measurement:
    return Measurement(
        subject=row.subject,
        parameter="prior.treatment",
        item=row.text("treatment"),
        text=row.text("treatment"),
        source="prior_treatments",
        cells=row.cells("treatment"),
        reading=study.reading,
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    """A glucocorticoid that was, or may have been, taken at a visit."""

    row: Row
    equivalent: Equivalent
    cover: Cover


def _equivalents(study: Study, rows: Sequence[Row], days: Mapping[Place, When]) -> list[Measurement]:
    steroids: dict[str, list[tuple[Row, Equivalent]]] = defaultdict(list)
    for row in rows:
        equivalent = equivalent_of(row, study.plan.variants.steroid_table)
        if equivalent is not None and is_systemic(row.text("route")):
            steroids[row.subject].append((row, equivalent))
    visits: dict[str, dict[str, When]] = defaultdict(dict)
    for (subject, visit), when in days.items():
        visits[subject][visit] = when
    people = {row.subject: row for row in rows_of(study, "subjects")}
    return [
        _equivalent_row(study, (subject, visit), _preferred(listed), people.get(subject), days, pulse=pulse)
        for subject, listed_rows in sorted(steroids.items())
        for pulse in (False, True)
        for visit, listed in sorted(_taken(listed_rows, visits[subject], pulse=pulse).items())
    ]


def _taken(
    rows: Sequence[tuple[Row, Equivalent]], visits: Mapping[str, When], *, pulse: bool
) -> dict[str, list[_Taken]]:
    """Visit -> what one subject took, or may have taken, there; a blank visit holds doses without any time."""
    taken: dict[str, list[_Taken]] = defaultdict(list)
    wanted = [(row, equivalent) for row, equivalent in rows if is_pulse(row.text("frequency")) is pulse]
    undated = [(row, equivalent) for row, equivalent in wanted if _has_no_time(row)]
    for row, equivalent in wanted:
        for visit, cover in _visits_of(row, visits).items():
            taken[visit].append(_Taken(row, equivalent, cover))
    for listed in taken.values():
        # A dose without any time may belong to every visit at which the subject took something.
        listed += [_Taken(row, equivalent, Cover.MAYBE) for row, equivalent in undated]
    if undated:
        taken[""] = [_Taken(row, equivalent, Cover.YES) for row, equivalent in undated]
    return taken


def _has_no_time(row: Row) -> bool:
    return not row.text("visit") and not row.filled("start_day") and not row.filled("end_day")


def _visits_of(row: Row, visits: Mapping[str, When]) -> dict[str, Cover]:
    """Visits of the subject at which the row counts, or may count."""
    if row.text("visit"):
        return {row.text("visit"): Cover.YES}
    if _has_no_time(row):
        return {}
    found = {visit: covers(row, when.day) for visit, when in visits.items()}
    return {visit: cover for visit, cover in found.items() if cover is not Cover.NO}


def _preferred(listed: Sequence[_Taken]) -> list[_Taken]:
    """Without courses of a drug whose dose was typed at the visit itself."""
    typed = {entry.row.text("drug") for entry in listed if entry.row.text("visit")}
    return [entry for entry in listed if entry.row.text("visit") or entry.row.text("drug") not in typed]


def compute_total(shares: Sequence[Share], covers_visit: Sequence[Cover]) -> Reading:
    """Sum of what several drugs add, as bounds where one of them is not known.

    Args:
        shares: prednisone equivalents (mg), each at least 0; a missing one may be anything from 0.
        covers_visit: whether each was taken at the visit; one that is undecided adds anything from nothing to all.

    Returns:
        The sum; the reason, when nothing at all is known.
    """
    if all(entry.mg.missing for entry in shares):
        return absent(shares[0].mg.missing)
    lower, upper = Decimal(0), Decimal(0)
    bounded = True
    for entry, cover in zip(shares, covers_visit, strict=True):
        if entry.mg.upper is None:
            bounded = False
        else:
            upper += entry.mg.upper
        if cover is Cover.YES:
            lower += entry.mg.lower or Decimal(0)
    if len(shares) == 1 and covers_visit[0] is Cover.YES:
        return shares[0].mg
    return between(lower, upper if bounded else None)


def _equivalent_row(
    study: Study,
    place: Place,
    listed: Sequence[_Taken],
    person: Row | None,
    days: Mapping[Place, When],
    *,
    pulse: bool,
) -> Measurement:
    subject, visit = place
    when = days.get((subject, visit), UNDATED)
    shares = [share(entry.row, entry.equivalent, person, study.plan.study) for entry in listed]
    total = compute_total(shares, [entry.cover for entry in listed])
    undecided = any(entry.cover is Cover.MAYBE for entry in listed)
    partly = not total.missing and any(entry.mg.missing for entry in shares)
    return Measurement(
        subject=subject,
        visit=visit,
        parameter="steroid.pulse_equivalent" if pulse else "steroid.prednisone_equivalent",
        variant=study.plan.variants.steroid_table,
        unit="mg",
        flags=joined(
            *(entry.flags for entry in shares),
            ("course_undecided",) if undecided else (),
            ("items_incomplete",) if partly else (),
            when.flags,
        ),
        source="comedications",
        cells=joined(
            *(entry.cells for entry in shares),
            *(entry.row.cells("start_day", "end_day") for entry in listed if not entry.row.text("visit")),
            when.cells,
        ),
        reading=study.reading,
        **total.fields(),
        **when.fields(),
    )
