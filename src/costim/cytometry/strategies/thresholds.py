"""Thresholds that the data decide: one number per subject and panel, the same at every visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.engine.values import values_in
from costim.cytometry.events import Events
from costim.cytometry.fcs.file import FcsFile
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.gates.check import check_strategy
from costim.cytometry.gates.evaluate import memberships
from costim.cytometry.gates.model import Gate, Strategy, Threshold
from costim.cytometry.gates.resolve import named_bounds, resolved
from costim.cytometry.gates.walk import bounds_of_gate
from costim.cytometry.strategies.aliases import common_name
from costim.cytometry.strategies.alignment import refuse_alignment
from costim.cytometry.strategies.pooled import Pooled, events_for_quantile, pooled
from costim.cytometry.strategies.prune import leading_to, thresholds_needed, without
from costim.cytometry.strategies.valley import find_valley
from costim.cytometry.tube import Tube

Values = NDArray[np.float64]
KEPT = 300_000
"""Files with at most so many events are read and compensated once: some 35 MB for a panel of this size."""


@dataclass(frozen=True, slots=True)
class ThresholdFound:
    """A threshold of one subject and panel."""

    name: str
    value: float | None
    """On the scale of its axis; None where no source gives a number, and the gates that need it are left out."""
    source: str
    """`fmo`, `isotype`, `reference`, `valley`, `fixed`, or blank."""
    events: int
    """Events it rests on, over all tubes; 0 for a fixed number."""
    note: str
    """Why earlier sources gave nothing, and what is doubtful, in words; blank when all is plain."""
    lower: float | None = None
    upper: float | None = None
    """What the number cannot be told from: 95 % order-statistic limits of a quantile, the flat stretch of a valley."""
    ambiguous: bool = False
    """Might another number have been taken as well?"""


@dataclass(slots=True)
class _Tubes:
    """Files of one subject and panel, each opened once, and the values already read."""

    samples: list[FcsFile]
    controls: list[tuple[Tube, FcsFile]]
    seen: dict[tuple[int, str, str], Values] = field(default_factory=dict)
    columns: dict[int, Events] = field(default_factory=dict)
    """Columns of small files; of larger ones the engine reads population by population."""

    def values(self, file: FcsFile, strategy: Strategy, threshold: Threshold, population: str) -> Values:
        """Values of one population of one file on the axis of a threshold, shape (n,)."""
        key = (id(file), population, threshold.name)
        if key not in self.seen:
            wanted = [t for t in strategy.thresholds if population in (t.population, t.reference)]
            for other, found in zip(wanted, self._read(file, strategy, wanted, population), strict=True):
                self.seen[id(file), population, other.name] = found
        return self.seen[key]

    def _read(
        self, file: FcsFile, strategy: Strategy, wanted: Sequence[Threshold], population: str
    ) -> Iterator[Values]:
        if file.events > KEPT:
            yield from values_in(file, strategy, population, [t.axis for t in wanted]).T
            return
        events = self.columns.setdefault(id(file), Events(file, strategy))
        inside = memberships(strategy, events)[population] if population else slice(None)
        yield from (events.values(t.axis)[inside] for t in wanted)


def resolve_thresholds(
    strategy: Strategy, tubes: Sequence[Tube], files: Sequence[FcsFile] = (), *, own_gates: Iterable[Gate] = ()
) -> tuple[Strategy, tuple[ThresholdFound, ...]]:
    """Numbers for the named bounds of a strategy, from the tubes of one subject and one panel.

    The sources of each threshold are tried in its order; a control with too few events is passed over, and that is
    said. What one finds holds for every visit. A threshold of an outcome marker never lies in its valley, and no
    population in which a threshold is sought is gated on an outcome marker: the treatment cannot move a gate.

    Args:
        strategy: As read, fitted to the files (`fit_to_files`).
        tubes: Samples and controls of all visits; beads and unstained tubes are passed over.
        files: The same tubes, opened; blank to open those that are needed.
        own_gates: Gates of single tubes, whose thresholds are sought with the others, by the shared gates.

    Returns:
        The strategy with a number for each bound, without the gates whose threshold has none; and what was found, in
        the order of `strategy.thresholds`, thresholds that nothing needs left out.

    Raises:
        GateError: The strategy cannot be used, or a threshold would follow an outcome marker.
        FcsError: A file cannot be read, or lacks a channel.
    """
    check_strategy(strategy)
    used = [t for t in tubes if t.stain in ("sample", "fmo", "isotype")]
    known = dict(zip(tubes, files, strict=True)) if files else {t: open_fcs(t.path, t.data_set) for t in used}
    opened = _Tubes(
        [known[t] for t in used if t.stain == "sample"],
        [(t, known[t]) for t in used if t.stain in ("fmo", "isotype")],
    )
    refuse_alignment(strategy, opened.samples)
    needed = thresholds_needed(strategy, own_gates)
    pending = [t for t in strategy.thresholds if t.name in needed]
    behind = {t.name: _behind(strategy, t) for t in pending}
    found: dict[str, ThresholdFound] = {}
    while pending:
        able = [t for t in pending if not behind[t.name] - set(found)]
        for threshold in able:
            found[threshold.name] = _find(strategy, threshold, opened, numbers_of(found.values()))
        pending = [t for t in pending if t.name not in found]
    whole = with_numbers(strategy, numbers_of(found.values()))
    return whole, tuple(found[t.name] for t in strategy.thresholds if t.name in found)


def numbers_of(found: Iterable[ThresholdFound]) -> dict[str, float]:
    """Threshold -> its number, of those that have one."""
    return {one.name: one.value for one in found if one.value is not None}


def with_numbers(strategy: Strategy, numbers: Mapping[str, float]) -> Strategy:
    """A strategy with numbers for its named bounds.

    Args:
        strategy: As read, or with its gates moved.
        numbers: Threshold -> number. Gates whose threshold has none fall away with all that needs them; a marker whose
            threshold has none is measured without a share of positive cells.
    """
    lacking = [
        gate.name
        for gate in strategy.gates
        if any(isinstance(bound, str) and bound not in numbers for _, _, bound in bounds_of_gate(gate))
    ]
    markers = {
        name: marker if marker.threshold in numbers else replace(marker, threshold="")
        for name, marker in strategy.markers.items()
    }
    smaller = without(replace(strategy, markers=MappingProxyType(markers)), lacking)
    return resolved(smaller, {t.name: numbers[t.name] for t in smaller.thresholds if t.name in numbers})


def _behind(strategy: Strategy, threshold: Threshold) -> set[str]:
    """Thresholds that must be known before a population of this one can be gated."""
    return set(named_bounds(leading_to(strategy, (threshold.population, threshold.reference))))


def _find(strategy: Strategy, threshold: Threshold, tubes: _Tubes, numbers: Mapping[str, float]) -> ThresholdFound:
    notes: list[str] = []
    for source in threshold.sources:
        if source == "fixed":
            assert threshold.value is not None  # noqa: S101  # check_strategy saw to it
            return ThresholdFound(threshold.name, threshold.value, "fixed", 0, "; ".join([*notes, "a fixed number"]))
        answer = _from_source(source, strategy, threshold, tubes, numbers)
        if isinstance(answer, ThresholdFound):
            note = "; ".join([*notes, answer.note] if answer.note else notes)
            return ThresholdFound(
                answer.name, answer.value, source, answer.events, note, answer.lower, answer.upper, answer.ambiguous
            )
        notes.append(answer)
    return ThresholdFound(threshold.name, None, "", 0, "; ".join(notes))


def _from_source(
    source: str, strategy: Strategy, threshold: Threshold, tubes: _Tubes, numbers: Mapping[str, float]
) -> ThresholdFound | str:
    """A number, or why there is none."""
    population = threshold.reference if source == "reference" else threshold.population
    part = leading_to(strategy, (population,))
    lacking = [name for name in named_bounds(part) if name not in numbers]
    if lacking:
        return f"{source}: {population} cannot be gated without {', '.join(lacking)}"
    gates = _gated_part(strategy, population, numbers)
    files = _files(source, threshold, tubes)
    if not files:
        return f"{source}: no such tube"
    pool = pooled([tubes.values(file, gates, threshold, population) for file in files])
    where = f"{pool.events} events of {population or 'all'} in {len(files)} tube{'s' if len(files) > 1 else ''}"
    if source == "valley":
        valley = find_valley(pool, threshold.search)
        if valley is None:
            return f"valley: no two modes among {where}"
        doubt = bool(valley.ambiguous)
        return ThresholdFound(
            threshold.name, valley.value, source, pool.events, valley.ambiguous, valley.lower, valley.upper, doubt
        )
    return _quantile(source, threshold, pool, where)


def _quantile(source: str, threshold: Threshold, pool: Pooled, where: str) -> ThresholdFound | str:
    least = events_for_quantile(threshold.quantile)
    if pool.effective < least:
        return f"{source}: {where}, fewer than the {least} that a {threshold.quantile:g} quantile needs"
    lower, upper = pool.quantile_limits(threshold.quantile)
    stands_in = f"{threshold.reference} stand in for a control; they lack what spills into {threshold.population}"
    note = stands_in if source == "reference" else ""
    return ThresholdFound(threshold.name, pool.quantile(threshold.quantile), source, pool.events, note, lower, upper)


def _gated_part(strategy: Strategy, population: str, numbers: Mapping[str, float]) -> Strategy:
    """The gates that lead to a population, with numbers; all thresholds kept beside them, for their axes."""
    part = replace(leading_to(strategy, (population,)), thresholds=strategy.thresholds)
    return resolved(part, numbers)


def _files(source: str, threshold: Threshold, tubes: _Tubes) -> list[FcsFile]:
    if source in ("valley", "reference"):
        return tubes.samples
    wanted = common_name(threshold.axis.source)
    return [file for tube, file in tubes.controls if tube.stain == source and _is_control_of(tube, file, wanted)]


def _is_control_of(tube: Tube, file: FcsFile, wanted: str) -> bool:
    """Does the control leave out this marker, by whatever name table and strategy know it?"""
    if common_name(tube.marker) == wanted:
        return True
    return any(
        {common_name(tube.marker), wanted} == {common_name(channel.name), common_name(channel.marker)}
        for channel in file.channels
    )
