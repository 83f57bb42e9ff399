"""Calibration beads of known MESF, recorded on the same invented instrument."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from costim.cytometry.synthetic.instrument import TIMESTEP, detect, detector
from costim.cytometry.synthetic.keywords import COMMENT, CYTOMETER, spillover_text
from costim.cytometry.synthetic.panels import conjugates
from costim.cytometry.synthetic.sample import Sample, channels_of, recorded
from costim.cytometry.synthetic.spec import SyntheticError
from costim.cytometry.synthetic.truth import EVENT_TYPES, Truth

PEAKS = (0.0, 800.0, 3_000.0, 11_000.0, 40_000.0, 150_000.0)
"""Usual MESF of the peaks; the first is the blank bead."""
BLANK_LIGHT = 0.4
"""Light of a bead without dye, as a share of the autofluorescence of a lymphocyte."""
SIZE = ((34_000.0, 0.025), (45_000.0, 0.04))


def make_beads(
    panel: str,
    seed: int,
    *,
    peaks: Sequence[float] = PEAKS,
    each: int = 500,
    cv: float = 0.04,
    optional: tuple[str, ...] = (),
) -> Sample:
    """Beads that carry the same number of MESF of every dye of a panel; the kits of single dyes are recorded as one.

    No bead spills into another detector: each dye is recorded from its own bead, as kits are used.

    Args:
        panel: `b_cells` or `t_cells`.
        seed: Start of the random numbers.
        peaks: MESF of each peak, at least 0, in rising order.
        each: Beads of each peak.
        cv: Coefficient of variation of the dye on the beads of one peak.
        optional: Optional markers of the panel, as in `SampleSpec`.

    Returns:
        The tube; `truth.kind` is the number of the peak, `truth.mesf` the dye on each bead.

    Raises:
        SyntheticError: Peaks below 0 or out of order, or no beads.
    """
    if not peaks or min(peaks) < 0 or list(peaks) != sorted(peaks) or each < 1 or cv < 0:
        raise SyntheticError(
            f"Beads with peaks {list(peaks)}, {each} of each, CV {cv}: expected rising MESF from 0 on."
        )
    stains = conjugates(panel, optional)
    names = [c.detector for c in stains]
    roster, size, light, photons, order = (
        np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence(seed).spawn(5)
    )
    peak = np.repeat(np.arange(len(peaks)), each)
    peak = roster.permutation(peak)
    dye = np.asarray(peaks, dtype=np.float64)[peak][:, None] * (1 + cv * light.standard_normal((peak.size, len(names))))
    dye = np.maximum(dye, 0.0)
    detectors = [detector(name) for name in names]
    signal = dye * [d.units_per_mesf for d in detectors] + [BLANK_LIGHT * d.autofluorescence for d in detectors]
    values = detect(signal, names, np.ones(len(names)), photons)
    area = SIZE[0][0] * np.exp(SIZE[0][1] * size.standard_normal(peak.size))
    height = area * np.exp(0.02 * size.standard_normal(peak.size))
    side = SIZE[1][0] * np.exp(SIZE[1][1] * size.standard_normal(peak.size))
    scatter = np.column_stack([area, height, area / height * 65_536.0, side])
    seconds = np.floor(np.cumsum(order.standard_exponential(peak.size)) / 300.0 / TIMESTEP) * TIMESTEP
    keywords = {
        "$CYT": CYTOMETER,
        "$COM": COMMENT,
        "$SRC": "synthetic calibration beads",
        "$SPILLOVER": spillover_text(names),
        "$TIMESTEP": f"{TIMESTEP:g}",
        "COSTIM SYNTHETIC": f"calibration beads for panel {panel}, seed {seed}",
        "COSTIM MESF": ",".join(f"{value:g}" for value in peaks),
    }
    return Sample(
        recorded(np.column_stack([scatter, values]), seconds),
        channels_of(stains, {}),
        MappingProxyType(keywords),
        _truth(peak, dye, signal, tuple(c.key for c in stains), tuple(names)),
    )


def _truth(
    peak: np.ndarray, dye: np.ndarray, signal: np.ndarray, markers: tuple[str, ...], detectors: tuple[str, ...]
) -> Truth:
    none = np.zeros(peak.size, dtype=bool)
    return Truth(
        np.full(peak.size, EVENT_TYPES.index("calibration_bead"), np.int8),
        peak.astype(np.int8),
        np.full(peak.size, -1, np.int8),
        none,
        none.copy(),
        markers,
        detectors,
        dye.astype(np.float32),
        signal.astype(np.float32),
    )
