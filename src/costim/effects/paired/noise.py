"""What the rows about single patients share: the noise of a change, and each patient's change as a range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from costim.effects.changes import Span
from costim.effects.evidence import ids_of
from costim.effects.paired.question import PairedQuestion
from costim.effects.paired.retest import within_sd_of
from costim.registry.effects import Effect


@dataclass(frozen=True, slots=True)
class Noise:
    """Test-retest SD of one reading, readings that the baseline averages, and the readings the SD rests on."""

    within_sd: float
    df: float | None
    baselines: int
    measurements: tuple[str, ...]
    flags: tuple[str, ...]


def noise_of(question: PairedQuestion) -> Noise | None:
    """The noise by which the plan asks to judge single patients; None where it does not, or where there is none.

    The plan asks by an entry of `[[other_causes]]`. Repeated readings alone are not enough: with skewed or SLEDAI-like
    noise too many unchanged patients are called beyond it, and limits of one patient may hold too little
    (docs/calibration), so that somebody has to say that the methods fit.
    """
    assumed, within = question.other_causes, within_sd_of(question)
    if assumed is None or within is None:
        return None
    flags = ("noise_from_few",) if within.df is not None and within.df < 5 else ()
    return Noise(within.value, within.df, assumed.baselines, within.measurements, flags)


def change_of_each(question: PairedQuestion) -> Mapping[str, Span | None]:
    """The change of every subject of the study, None where a reading is missing."""
    known = {row.subject: row.change for row in question.changes.rows}
    return {pair.subject: known.get(pair.subject) for pair in question.pairs}


def patient_row(question: PairedQuestion, subject: str, base: Effect) -> Effect:
    """A row about one patient; without both readings it says so."""
    pair = next(p for p in question.pairs if p.subject == subject)
    used = [c.reading for c in (pair.baseline, pair.post) if c.reading is not None]
    doubts = tuple(f for f in base.flags if f not in {"no_pairs", "ambiguous_reading", "units_differ"})
    row = replace(base, stratum=subject, n=1, n_missing=0, measurements=ids_of(used), flags=doubts)
    if change_of_each(question)[subject] is not None:
        return row
    gaps = ids_of([*used, *pair.baseline.gaps, *pair.post.gaps])
    flags = (*doubts, "ambiguous_reading") if pair.baseline.ambiguous or pair.post.ambiguous else doubts
    return replace(row, n=0, n_missing=1, measurements=gaps, flags=(*flags, "no_change_of_patient"))
