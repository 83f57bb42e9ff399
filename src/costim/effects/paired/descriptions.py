"""Mean, SD, median and range before, after and of the change."""

from __future__ import annotations

from dataclasses import replace

from costim.effects.describe import describe_readings, describe_spans
from costim.effects.paired.question import PairedQuestion
from costim.registry.effects import Effect


def estimate_descriptions(question: PairedQuestion) -> list[Effect]:
    """Rows over the pairs; over every reading as well, where that is another number of subjects."""
    base, changes, pairs = question.base, question.changes, question.pairs
    n = len(changes.rows)
    described = []
    if n:
        before = replace(base, stratum="baseline", measurements=changes.before_ids)
        after = replace(base, stratum="post", measurements=changes.after_ids)
        described += describe_spans(before, [r.baseline for r in changes.rows])
        described += describe_spans(after, [r.post for r in changes.rows])
        described += describe_spans(replace(base, stratum="change"), [r.change for r in changes.rows])
    else:
        described.append(replace(base, stratum="change"))
    for stratum, choices in (("baseline_all", [p.baseline for p in pairs]), ("post_all", [p.post for p in pairs])):
        readings = [c.reading for c in choices if c.reading is not None and c.reading.is_number]
        if len(readings) != n:
            described += describe_readings(replace(base, stratum=stratum), readings, len(pairs), changes.flags)
    return described
