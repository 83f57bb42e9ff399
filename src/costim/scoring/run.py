"""Checked visits -> results, in the order of the input."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from costim.errors import CostimError
from costim.measures.problems import InputError, Problem
from costim.measures.result import Result
from costim.measures.score import score
from costim.scoring.asked import read_asked
from costim.scoring.read import read_document
from costim.scoring.visit import VisitToScore


@dataclass(frozen=True, slots=True)
class Scored:
    """A result with the subject and visit it belongs to."""

    subject: str
    visit: str
    result: Result


def score_visits(visits: Iterable[VisitToScore]) -> list[Scored]:
    """Every measure asked of every visit: visits as given, measures as asked.

    Raises:
        InputError: what rules cannot apply to, for all visits together.
    """
    found: list[Scored] = []
    problems: list[Problem] = []
    for visit in visits:
        for code, variant in visit.asked:
            try:
                found.append(Scored(visit.subject, visit.visit, score(code, visit.facts, variant)))
            except (ValueError, CostimError) as error:
                problems.append(_refused(visit, code, variant, error))
    if problems:
        raise InputError(problems)
    return found


def _refused(visit: VisitToScore, code: str, variant: str, error: Exception) -> Problem:
    return Problem(
        code="not_computable",
        place=visit.place,
        subject=visit.subject,
        visit=visit.visit,
        measure=code,
        found=str(error),
        expected=f"facts to which {variant} applies",
        action="correct the facts, or do not ask for this measure",
    )


def score_records(records: Any, measures: Any = None) -> list[Scored]:
    """Score visits given as plain Python values, of the form the JSON interface takes.

    Args:
        records: one visit, a list of visits, or `{"schema": 1, "visits": [...]}`; numbers as int, Decimal or text,
            never as binary floats.
        measures: for visits that name none: codes, `code:variant` texts or objects.

    Returns:
        A result per visit and measure, in the order of the input.

    Raises:
        InputError: every problem of every visit.
    """
    usual = None
    if measures is not None:
        usual, wrong = read_asked(measures)
        if wrong:
            raise InputError(wrong)
    return score_visits(read_document(records, usual or None))
