"""Subjects: age, sex, disease duration, body surface area."""

from __future__ import annotations

from costim.instruments.body import surface
from costim.instruments.rows import Reading, Row, absent, rows_of
from costim.instruments.times import in_unit
from costim.registry.measurements import Measurement
from costim.registry.plan import StudyInfo
from costim.study.study import Study


def measure(study: Study) -> list[Measurement]:
    """One row per subject for `subject.age`, `subject.sex`, `subject.disease_duration` and `subject.bsa`.

    Args:
        study: the checked study; `plan.variants.bsa` names how the body surface area is found.

    Returns:
        Ages and durations in years, areas in m2. A duration without unit is missing and flagged, not guessed.
    """
    return [entry for row in rows_of(study, "subjects") for entry in _measure_row(study, row)]


def _measure_row(study: Study, row: Row) -> list[Measurement]:
    age = row.reading("age_years").within(0, None)
    duration, flags = _duration(row, study.plan.study)
    area = surface(row, study.plan.variants.bsa)
    entries = {
        "age": Measurement(
            subject=row.subject,
            parameter="subject.age",
            unit="years",
            flags=age.flags,
            source="subjects",
            cells=row.source("age_years"),
            reading=study.reading,
            **age.fields(),
        ),
        "sex": Measurement(
            subject=row.subject,
            parameter="subject.sex",
            text=row.text("sex") or None,
            missing=row.missing("sex"),
            source="subjects",
            cells=row.source("sex"),
            reading=study.reading,
        ),
        "duration": Measurement(
            subject=row.subject,
            parameter="subject.disease_duration",
            unit="years",
            flags=(*duration.flags, *flags),
            source="subjects",
            cells=row.source("disease_duration", "disease_duration_unit"),
            reading=study.reading,
            **duration.fields(),
        ),
        "area": Measurement(
            subject=row.subject,
            parameter="subject.bsa",
            variant=study.plan.variants.bsa,
            unit="m2",
            source="subjects",
            cells=area.cells,
            reading=study.reading,
            **area.m2.fields(),
        ),
    }
    return list(entries.values())


def _duration(row: Row, info: StudyInfo) -> tuple[Reading, tuple[str, ...]]:
    time = row.reading("disease_duration").within(0, None)
    if time.missing:
        return time, ()
    if not row.filled("disease_duration_unit"):
        return absent(row.missing("disease_duration_unit")), ("unit_not_stated",)
    return in_unit(time, row.text("disease_duration_unit"), "years", info), ()
