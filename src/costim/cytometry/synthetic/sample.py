"""A synthetic tube: events as an instrument would record them, with the truth beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from costim.cytometry.synthetic.cells import cell_kinds
from costim.cytometry.synthetic.instrument import (
    RANGE,
    SCATTER,
    SCATTER_VOLTAGES,
    TIMESTEP,
    VOLTAGE_POWER,
    detect,
    detector,
    spillover,
)
from costim.cytometry.synthetic.keywords import keywords_of
from costim.cytometry.synthetic.panels import Conjugate, conjugates
from costim.cytometry.synthetic.roster import Roster, draw_roster
from costim.cytometry.synthetic.scatter import draw_scatter, draw_times
from costim.cytometry.synthetic.spec import SampleSpec, SyntheticError
from costim.cytometry.synthetic.staining import BEADS_CARRY, Bound, Control, Left, stain
from costim.cytometry.synthetic.truth import Truth

GRID = 16.0
"""Values are recorded in steps of 1/16 unit, exact in single precision: the last bit of a logarithm on another
processor cannot change a file."""


@dataclass(frozen=True, slots=True)
class SampleChannel:
    """One channel of a synthetic tube."""

    name: str
    """$PnN."""
    marker: str
    """$PnS, blank for scatter and time."""
    range: int
    """$PnR."""
    voltage: float | None = None
    """$PnV."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A synthetic tube."""

    events: NDArray[np.float32]
    """Shape (n, channels), as recorded: not compensated; Time in ticks of $TIMESTEP."""
    channels: tuple[SampleChannel, ...]
    keywords: Mapping[str, str]
    truth: Truth


def make_sample(spec: SampleSpec, seed: int) -> Sample:
    """A fully stained tube.

    Light is mixed by the spillover matrix of the invented instrument, counted in photo-electrons (so that compensated
    populations spread), amplified, and cut at the range; `$SPILLOVER` holds the same matrix.

    Args:
        spec: What is in the tube.
        seed: Start of the random numbers (PCG64), at least 0; the same seed gives the same bytes.
    """
    return _make(spec, seed, Left())


def make_control(spec: SampleSpec, marker: str, kind: Control, seed: int) -> Sample:
    """A control tube of the same blood.

    Args:
        spec: What is in the tube; take another seed than that of the sample: it is another draw of the blood.
        marker: Marker (lower case) that is left out (`fmo`), replaced by a conjugate that binds nothing (`isotype`)
            or alone in the tube (`single`); blank for `unstained`.
        kind: `fmo`, `isotype`, `single` or `unstained`.
        seed: Start of the random numbers.

    Raises:
        SyntheticError: The marker is not in the tube.
    """
    present = [c.key for c in conjugates(spec.panel, spec.optional)]
    if kind != "unstained" and marker not in present:
        raise SyntheticError(f"A control of {marker!r} cannot be made: the tube holds {', '.join(present)}.")
    return _make(spec, seed, Left(kind, marker if kind != "unstained" else ""))


def _make(spec: SampleSpec, seed: int, left: Left) -> Sample:
    panel = conjugates(spec.panel, spec.optional)
    draws = _streams(seed, 5 + len(panel))
    roster = draw_roster(spec, draws[0])
    bound = stain(spec, roster, panel, left, draws[5:])
    seconds, unsteady = draw_times(spec, draws[1])
    names = [c.detector for c in panel]
    own = _own_light(roster, names, draws[2])
    conjugate = (bound.specific + bound.clinging) * np.array([detector(name).units_per_mesf for name in names])
    matrix = spillover(names)
    gains = _gains(spec, [*SCATTER, *names], seconds, unsteady)
    fluorescence = detect(conjugate @ matrix + own, names, gains[:, len(SCATTER) :], draws[3])
    scatter = draw_scatter(roster, draws[4]) * gains[:, : len(SCATTER)]
    scatter[:, 2] = scatter[:, 0] / scatter[:, 1] * 65_536.0  # width has no amplifier of its own
    truth = _truth(roster, unsteady, panel, bound, conjugate + own @ np.linalg.inv(matrix))
    return Sample(
        recorded(np.column_stack([scatter, fluorescence]), seconds),
        channels_of(panel, spec.voltages),
        keywords_of(spec, panel, left, seed),
        truth,
    )


def channels_of(panel: tuple[Conjugate, ...], voltages: Mapping[str, float]) -> tuple[SampleChannel, ...]:
    """Channels of a tube: scatter, fluorescence in the order of the panel, time.

    Args:
        panel: Conjugates in the tube.
        voltages: $PnN -> $PnV where it differs from the usual one.
    """

    def channel(name: str, marker: str, usual: float) -> SampleChannel:
        return SampleChannel(name, marker, RANGE, voltages.get(name, usual))

    return (
        *(channel(name, "", SCATTER_VOLTAGES[name]) for name in SCATTER),
        *(channel(c.detector, c.marker, detector(c.detector).voltage) for c in panel),
        SampleChannel("Time", "", RANGE),
    )


def _streams(seed: int, number: int) -> list[np.random.Generator]:
    """Independent random numbers for each stage, so that a change of one stage leaves the others as they were."""
    return [np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence(seed).spawn(number)]


def _own_light(roster: Roster, names: list[str], draw: np.random.Generator) -> NDArray[np.float64]:
    """Autofluorescence, or the light of a counting bead, in linear units, shape (n, detectors)."""
    factor = np.array([*(kind.autofluorescence for kind in cell_kinds().values()), 0.35])[roster.kind]
    partner = np.array([*(kind.autofluorescence for kind in cell_kinds().values()), 0.0])[roster.partner]
    factor = np.where(roster.of_type("dead"), factor * 2.5, factor + partner)
    cell = np.exp(0.22 * draw.standard_normal(factor.size))
    each = np.exp(0.10 * draw.standard_normal((factor.size, len(names))))
    light = (factor * cell)[:, None] * each * np.array([detector(name).autofluorescence for name in names])
    beads = roster.of_type("counting_bead")
    shine = BEADS_CARRY.median * np.exp(BEADS_CARRY.spread * draw.standard_normal((factor.size, len(names))))
    return np.where(beads[:, None], shine, light)


def _gains(
    spec: SampleSpec, channels: list[str], seconds: NDArray[np.float64], unsteady: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Gain of each event and channel against the usual one, shape (n, channels)."""
    part = seconds / seconds[-1] if seconds.size and seconds[-1] > 0 else np.zeros(seconds.size)
    drift = np.array([spec.drift.get(name, 0.0) for name in channels])
    usual = [SCATTER_VOLTAGES[name] if name in SCATTER_VOLTAGES else detector(name).voltage for name in channels]
    voltage = np.array([(spec.voltages.get(n, v) / v) ** VOLTAGE_POWER for n, v in zip(channels, usual, strict=True)])
    flow = np.where(unsteady, spec.clog.factor if spec.clog else 1.0, 1.0)
    gains: NDArray[np.float64] = (1.0 + part[:, None] * drift) * voltage * flow[:, None]
    return gains


def recorded(values: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float32]:
    """As the file holds it: cut at the range from above, on the grid, time in ticks."""
    cut = np.minimum(np.rint(values * GRID) / GRID, RANGE - 1.0)
    return np.column_stack([cut, np.rint(seconds / TIMESTEP)]).astype(np.float32)


def _truth(
    roster: Roster,
    unsteady: NDArray[np.bool_],
    panel: tuple[Conjugate, ...],
    bound: Bound,
    unmixed: NDArray[np.float64],
) -> Truth:
    return Truth(
        roster.event_type,
        roster.kind,
        roster.partner,
        roster.sticky,
        unsteady,
        tuple(c.key for c in panel),
        tuple(c.detector for c in panel),
        bound.specific.astype(np.float32),
        unmixed.astype(np.float32),
    )
