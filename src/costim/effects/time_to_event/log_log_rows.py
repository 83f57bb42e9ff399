"""The curve with log-log limits, beside that of the beta product procedure, where the plan names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from costim.effects.time_to_event.known_times import known_times
from costim.inference.survival.kaplan_meier import compute_kaplan_meier
from costim.inference.survival.scenarios import FollowUp
from costim.registry.effects import Effect

LOG_LOG = "log_log"


def log_log_rows(base: Effect, subjects: Sequence[FollowUp], at: Sequence[float], level: float) -> list[Effect]:
    """`kaplan_meier` with the variant `log_log`; one row without numbers where a time or status is not known.

    Args:
        base: everything the rows share.
        subjects: what is known of each, at least one.
        at: horizons.
        level: confidence level.
    """
    row = replace(base, method="kaplan_meier", variant=LOG_LOG, level=level)
    known = known_times(subjects)
    if known is None:
        return [replace(row, at=float(max(at)) if at else None, flags=(*row.flags, "needs_known_times"))]
    found = compute_kaplan_meier(*known, limits="log_log", level=level)
    rows = []
    for time in sorted({0.0, *map(float, at), *found.times.tolist()}):
        k = int(np.searchsorted(found.times, time, side="right")) - 1
        estimate = 1.0 if k < 0 else float(found.survival[k])
        here = replace(row, at=time, estimate=estimate)
        if k >= 0 and found.has_limits[k]:
            rows.append(replace(here, lower=float(found.lower[k]), upper=float(found.upper[k])))
        else:
            rows.append(replace(here, flags=(*here.flags, "limits_degenerate")))
    return rows
