"""Structured imaging readings, and one verdict per patient by a stated rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from costim.instruments.rows import Row, joined, rows_of
from costim.instruments.times import UNDATED, When, visit_days
from costim.registry.measurements import Measurement
from costim.study.study import Study

_PARAMETERS = {
    "finding": "imaging.finding",
    "pattern_class": "imaging.pattern_class",
    "verdict": "imaging.reading_verdict",
}
_WORDS = {"not_improved": "not improved", "no_follow_up": "no follow-up data"}
_REASONS = ("not_recovered", "not_reported", "not_done")
"""When readings are missing for several reasons, the one that leaves most open comes first."""

Exam = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict of a patient in words, or the reason why there is none."""

    text: str = ""
    missing: str = ""
    flags: tuple[str, ...] = ()


def compute_verdict(exams: Mapping[Exam, Sequence[str]], missing: Iterable[str] = ()) -> Verdict:
    """One verdict from the paired readings of one patient.

    Args:
        exams: (visit, modality, region) -> the verdicts of its readers: `improved`, `unchanged`, `worse`,
            `not_improved` or `no_follow_up`.
        missing: reasons of the paired readings that are missing.

    Returns:
        `improved` when some readings say so and none opposes; `mixed` (flagged) when improvement stands against
        anything else, or readers of one examination differ; `unchanged` or `worse` when all agree; `not improved`
        for any other set without improvement; `no follow-up data` when that is all that is said; else the reason.
    """
    reasons = list(missing)
    gaps = ("reading_missing",) if reasons else ()
    if any(len(set(readers)) > 1 for readers in exams.values()):
        return Verdict("mixed", flags=("mixed_verdicts", *gaps))
    said = {verdict for readers in exams.values() for verdict in readers}
    paired = said - {"no_follow_up"}
    if "improved" in paired and len(paired) > 1:
        return Verdict("mixed", flags=("mixed_verdicts", *gaps))
    if paired:
        single = next(iter(paired)) if len(paired) == 1 else "not_improved"
        return Verdict(_WORDS.get(single, single), flags=gaps)
    if said:
        return Verdict(_WORDS["no_follow_up"], flags=gaps)
    return Verdict(missing=next((r for r in _REASONS if r in reasons), "blank"))


def measure(study: Study) -> list[Measurement]:
    """Rows of `imaging.finding`, `imaging.pattern_class`, `imaging.reading_verdict`, and `imaging.verdict` per subject.

    A row of the table fills some of its three columns; a column left blank beside a filled one says nothing and gives
    no measurement.

    Args:
        study: the checked study.

    Returns:
        Categories as recorded; the verdict of a subject with any paired reading by `compute_verdict`.
    """
    days = visit_days(study)
    rows = rows_of(study, "imaging")
    found = [
        _reading(study, row, column, days.get((row.subject, row.text("visit")), UNDATED))
        for row in rows
        for column in _told(row)
    ]
    paired: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.spoken("verdict"):
            paired[row.subject].append(row)
    return found + [_verdict(study, subject, listed) for subject, listed in sorted(paired.items())]


def _told(row: Row) -> list[str]:
    """The columns that say something; a row that says nothing at all is a finding left blank."""
    return [column for column in _PARAMETERS if row.spoken(column)] or ["finding"]


def _reading(study: Study, row: Row, column: str, when: When) -> Measurement:
    return Measurement(
        subject=row.subject,
        visit=row.text("visit"),
        parameter=_PARAMETERS[column],
        item=" ".join(filter(None, (row.text("modality"), row.text("region"), row.text("reader")))),
        text=row.text(column) or None,
        missing=row.missing(column),
        flags=when.flags,
        source="imaging",
        cells=joined(row.source(column), when.cells),
        reading=study.reading,
        **when.fields(),
    )


def _verdict(study: Study, subject: str, rows: list[Row]) -> Measurement:
    exams: dict[Exam, list[str]] = defaultdict(list)
    for row in rows:
        if row.filled("verdict"):
            exams[row.text("visit"), row.text("modality"), row.text("region")].append(row.text("verdict"))
    verdict = compute_verdict(exams, [row.missing("verdict") for row in rows if not row.filled("verdict")])
    return Measurement(
        subject=subject,
        parameter="imaging.verdict",
        text=verdict.text or None,
        missing=verdict.missing,
        flags=verdict.flags,
        source="imaging",
        cells=joined(*(row.cells("verdict") for row in rows)),
        reading=study.reading,
    )
