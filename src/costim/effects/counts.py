"""Rows that every study has, whatever its plan asks: subjects, sex, age, infusions, what is missing and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from costim.effects.describe import describe_readings
from costim.effects.estimate_count import count_parameter
from costim.effects.estimate_distribution import count_categories
from costim.effects.evidence import Evidence, Reading, ids_of
from costim.registry.effects import Effect

DESCRIBED = ("subject.age", "subject.disease_duration", "exposure.infusions")
CATEGORIES = ("subject.sex", "np.group", "imaging.verdict")


def estimate_counts(evidence: Evidence) -> list[Effect]:
    """The rows of `docs/explanation/rooms.md`, section "Effect rows that need no endpoint"."""
    rows = [_subjects(evidence)]
    for parameter in DESCRIBED:
        base = Effect(parameter=parameter, method="mean", n=0, reading=evidence.reading)
        readings = [r for r in evidence.readings(parameter) if r.is_number]
        rows += describe_readings(base, readings, len(evidence.subjects), ())
    rows += count_parameter("exposure.infusions", evidence)
    for parameter in CATEGORIES:
        if parameter == "subject.sex" or evidence.readings(parameter):
            rows += count_categories(parameter, (), None, evidence)
    return [*rows, *_outcomes(evidence), *_drugs(evidence), *_missing(evidence)]


def _subjects(evidence: Evidence) -> Effect:
    """How many subjects the study has, resting on one row of each."""
    n = len(evidence.subjects)
    return Effect(
        parameter="subject",
        method="subjects",
        n=n,
        count=n,
        measurements=tuple(sorted(evidence.subject_rows.values())),
        reading=evidence.reading,
    )


def _outcomes(evidence: Evidence) -> list[Effect]:
    """Manifestations by syndrome and outcome (or the reason why the outcome is missing)."""
    by_code: dict[str, list[Reading]] = defaultdict(list)
    for reading in evidence.readings("np.outcome"):
        by_code[reading.variant].append(reading)
    rows = []
    for code, readings in sorted(by_code.items()):
        known = sum(r.is_known for r in readings)
        base = Effect(
            parameter="np.outcome",
            method="category_count",
            variant=code,
            n=known,
            n_missing=len(readings) - known,
            denominator=len(readings),
            reading=evidence.reading,
        )
        for outcome in sorted({_outcome(r) for r in readings}):
            there = [r for r in readings if _outcome(r) == outcome]
            rows.append(replace(base, stratum=outcome, count=len(there), measurements=ids_of(there)))
    return rows


def _outcome(reading: Reading) -> str:
    return reading.text or reading.missing or "not_recorded"


def _drugs(evidence: Evidence) -> list[Effect]:
    """Subjects with a course of each concomitant drug."""
    by_drug: dict[str, list[Reading]] = defaultdict(list)
    for reading in evidence.readings("comedication.dose"):
        by_drug[reading.item].append(reading)
    n = len(evidence.subjects)
    return [
        Effect(
            parameter="comedication.dose",
            method="subjects",
            stratum=drug,
            n=n,
            count=len({r.subject for r in readings}),
            denominator=n,
            measurements=ids_of(readings),
            reading=evidence.reading,
        )
        for drug, readings in sorted(by_drug.items())
    ]


def _missing(evidence: Evidence) -> list[Effect]:
    """Rows without a value, by parameter and reason."""
    import polars as pl

    total = evidence.measurements.group_by("parameter").agg(pl.len().alias("rows"))
    gone = evidence.measurements.filter(pl.col("missing").fill_null("") != "")
    groups = gone.group_by("parameter", "missing").agg(pl.col("measurement_id").sort().alias("ids"))
    all_gone = gone.group_by("parameter").agg(pl.len().alias("gone"))
    table = groups.join(total, on="parameter").join(all_gone, on="parameter").sort("parameter", "missing")
    return [
        Effect(
            parameter=row["parameter"],
            method="missing_count",
            stratum=row["missing"],
            n=row["rows"] - row["gone"],
            n_missing=row["gone"],
            count=len(row["ids"]),
            denominator=row["rows"],
            measurements=tuple(row["ids"]),
            reading=evidence.reading,
        )
        for row in table.iter_rows(named=True)
    ]
