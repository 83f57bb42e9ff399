"""Large tables are scored as a batch; libraries for that are loaded only then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from costim.measures.problems import InputError
from costim.scoring.read import Format, decode, usual_measures
from costim.scoring.visit import VisitToScore

if TYPE_CHECKING:
    from costim.scoring.batch import BatchAnswer

_LINES = 300
"""From here a batch is faster than visits one by one, libraries loaded."""


def score_large(data: bytes, form: Format | None = None, measures: str = "") -> BatchAnswer | None:
    """Score a large CSV file.

    Args:
        data: as `costim.scoring.read.read_bytes` takes it.
        form: likewise; a batch is CSV.
        measures: for visits that name none.

    Returns:
        The answer; None where the file is small, no CSV, or must be read visit by visit, for the messages.
    """
    if form not in (None, "csv") or data.count(b"\n") < _LINES:
        return None
    try:
        text, usual = decode(data), usual_measures(measures or None, "--measure")
    except InputError:
        return None
    if form is None and text.lstrip()[:1] in ("{", "["):
        return None
    from costim.scoring.batch import score_text

    return score_text(text, usual or ())


def score_many(visits: Sequence[VisitToScore]) -> BatchAnswer | None:
    """Score many visits that are already checked, as those of JSON are.

    Returns:
        The answer; None where they are few, or must be scored one by one, for the messages or their order.
    """
    if len(visits) < _LINES:
        return None
    from costim.scoring.batch import score_checked

    return score_checked(visits)
