"""The quality of one acquisition in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.quality.doublets import doublets_by_gate, doublets_by_pulse
from costim.cytometry.quality.drift import judge_drift
from costim.cytometry.quality.margins import judge_margins
from costim.cytometry.quality.over_compensation import judge_compensation
from costim.cytometry.quality.stable import compensated_axes, pulse_pair, signal_channels, stable_channels
from costim.cytometry.quality.time_course import judge_time, time_of
from costim.registry.cytometry_record import QualityNumber, Status

if TYPE_CHECKING:
    from costim.cytometry.fcs.file import FcsFile
    from costim.cytometry.gates.model import Strategy

MOST_ROWS = 200_000
"""Events looked at for over-compensation; rates, counts and margins always rest on all."""
FEW_LYMPHOCYTES, TOO_FEW_LYMPHOCYTES = 5_000, 1_000
FEW_EVENTS, TOO_FEW_EVENTS = 10_000, 2_000
MANY_DEAD, MOST_DEAD = 0.20, 0.50


def assess(
    file: FcsFile, strategy: Strategy | None = None, counts: Mapping[str, int] | None = None
) -> tuple[QualityNumber, ...]:
    """Quality of one acquisition: time, drift, margins, doublets, dead cells, counts, values that are no numbers.

    Args:
        file: the opened file.
        strategy: the strategy as applied to this file (thresholds resolved); None when there are no gates.
        counts: population -> events where the file has been gated already (`Gated.counts`); else it is gated here.

    Returns:
        Numbers in a fixed order, each with a status. What cannot be judged is there with status `not_known`.
    """
    counted = {**counts, "": file.events} if counts is not None else _counts(file, strategy)
    signals = signal_channels(file)
    values = file.read(signals)
    channels = [file.channels[i] for i in signals]
    return (
        *_of_time(file, strategy, values, signals),
        *judge_margins(channels, values),
        _singlets(strategy, counted, values[:, [signals.index(i) for i in pulse_pair(file) or ()]]),
        _living(strategy, counted),
        _acquired(file, strategy, counted),
        _not_numbers(values, [channel.name for channel in channels]),
        _compensation(file, strategy),
    )


def _counts(file: FcsFile, strategy: Strategy | None) -> Mapping[str, int]:
    """Events of each population; all events under the blank name."""
    if strategy is None:
        return {"": file.events}
    from costim.cytometry.engine.gate import gate_file

    return {**gate_file(file, strategy).counts, "": file.events}


def _of_time(
    file: FcsFile, strategy: Strategy | None, values: NDArray[np.float64], signals: tuple[int, ...]
) -> tuple[QualityNumber, ...]:
    times = time_of(file)
    if times is None:
        return (QualityNumber(code="time_not_recorded", value=1.0, status="not_known"),)
    unit = "s" if "$TIMESTEP" in file.keywords else ""
    stable = stable_channels(file, strategy)
    looked = values[:, [signals.index(i) for i in stable]]
    order = np.argsort(times, kind="stable") if np.any(np.diff(times) < 0) else slice(None)
    names = tuple(file.channels[i].name for i in stable)
    return (*judge_time(times, unit=unit), judge_drift(names, looked[order], "all events"))


def _singlets(strategy: Strategy | None, counts: Mapping[str, int], pulse: NDArray[np.float64]) -> QualityNumber:
    """`pulse`: area and height of forward scatter, no column where the file has no such pair."""
    found = _role(strategy, "singlets")
    if found is not None:
        population, parent = found
        return doublets_by_gate(counts[population], counts[parent])
    if not pulse.shape[1]:
        note = "no gate of single cells, no FSC area and height"
        return QualityNumber(code="doublets", value=None, unit="share", status="not_known", note=note)
    return doublets_by_pulse(pulse[:, 0], pulse[:, 1])


def _role(strategy: Strategy | None, role: str) -> tuple[str, str] | None:
    """Population of a role and its parent."""
    if strategy is None or role not in strategy.roles:
        return None
    population = strategy.roles[role]
    return population, dict(strategy.populations())[population]


def _living(strategy: Strategy | None, counts: Mapping[str, int]) -> QualityNumber:
    found = _role(strategy, "live")
    if found is None or not counts[found[1]]:
        note = "no gate of living cells" if found is None else "no events"
        return QualityNumber(code="dead_cells", value=None, unit="share", status="not_known", note=note)
    of = counts[found[1]]
    dead = of - counts[found[0]]
    share = dead / of
    status: Status = "good" if share <= MANY_DEAD else "doubtful" if share <= MOST_DEAD else "bad"
    return QualityNumber(
        code="dead_cells", value=share, unit="share", events=dead, of=of, threshold=MANY_DEAD, status=status
    )


def _acquired(file: FcsFile, strategy: Strategy | None, counts: Mapping[str, int]) -> QualityNumber:
    found = _role(strategy, "lymphocytes")
    n = file.events if found is None else counts[found[0]]
    few, too_few = (FEW_EVENTS, TOO_FEW_EVENTS) if found is None else (FEW_LYMPHOCYTES, TOO_FEW_LYMPHOCYTES)
    status: Status = "good" if n >= few else "doubtful" if n >= too_few else "bad"
    note = "events" if found is None else "lymphocytes"
    return QualityNumber(
        code="low_count",
        value=float(n),
        unit="events",
        events=n,
        of=file.events,
        threshold=float(few),
        status=status,
        note=note,
    )


def _not_numbers(values: NDArray[np.float64], names: list[str]) -> QualityNumber:
    wrong = ~np.isfinite(values)
    count = int(np.count_nonzero(np.any(wrong, axis=1)))
    where = [name for name, bad in zip(names, np.any(wrong, axis=0).tolist(), strict=True) if bad]
    return QualityNumber(
        code="non_finite_events",
        value=float(count),
        unit="events",
        events=count,
        of=len(values),
        threshold=0.0,
        status="bad" if count else "good",
        note=", ".join(where),
    )


def _compensation(file: FcsFile, strategy: Strategy | None) -> QualityNumber:
    axes = compensated_axes(strategy) if strategy is not None else ()
    if strategy is None or len(axes) < 2:
        return judge_compensation((), np.empty((0, 0)))
    from costim.cytometry.events import Events

    events = Events(file, strategy)
    stop = min(file.events, MOST_ROWS)
    columns = [events.values(axis, 0, stop) for axis in axes]
    return judge_compensation(tuple(axis.source for axis in axes), np.column_stack(columns))
