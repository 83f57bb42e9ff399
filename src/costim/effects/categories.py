"""The category of each subject: at one selector, or over all rows of a parameter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from costim.effects.evidence import Evidence, Reading, ids_of
from costim.effects.pairs import choose_reading
from costim.registry.plan_questions import Contrast

NO_FOLLOW_UP = "no follow-up data"
"""A verdict that says there is none: no reading to count among the judged."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one subject: its readings, or why there are none (`ambiguous_reading` among the reasons)."""

    subject: str
    readings: tuple[Reading, ...]
    missing: str
    gaps: tuple[Reading, ...]
    """The rows that say why there is no reading."""


def find_standings(evidence: Evidence, parameter: str, contrast: Contrast | None) -> tuple[Standing, ...]:
    """One entry for every subject of the study.

    Args:
        evidence: measurements of one reading of the source.
        parameter: parameter code.
        contrast: take the reading after treatment by its `post` selector; None = all rows of the subject.
    """
    found = []
    for subject, rows in evidence.by_subject(parameter).items():
        if contrast is not None:
            choice = choose_reading(rows, contrast.post, evidence.plan)
            reason = "ambiguous_reading" if choice.ambiguous else choice.missing
            found.append(Standing(subject, (choice.reading,) if choice.reading else (), reason, choice.gaps))
            continue
        known = tuple(r for r in rows if r.is_known)
        reasons = sorted({r.missing for r in rows if r.missing})
        missing = "" if known else (reasons[0] if reasons else "not_recorded")
        found.append(Standing(subject, known, missing, () if known else rows))
    return tuple(found)


def ids_of_standings(standings: Iterable[Standing], evidence: Evidence) -> tuple[str, ...]:
    """Measurement ids behind subjects: readings, else the rows that say why there are none, else the subject's own."""
    ids = set[str]()
    for standing in standings:
        found = ids_of(standing.readings or standing.gaps)
        ids |= set(found or (evidence.subject_rows[standing.subject],))
    return tuple(sorted(ids))


def category_of(reading: Reading) -> str:
    """The category of a reading: its text, else its number or range in words."""
    if reading.text is not None:
        return reading.text
    low, high = reading.span()
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
