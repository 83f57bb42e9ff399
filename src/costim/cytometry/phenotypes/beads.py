"""Calibration beads of a day: from single beads and the leaflet to a line."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from costim.cytometry.phenotypes.errors import PhenotypeError
from costim.inference.cells.bead_calibration import BeadLine, compute_bead_line
from costim.inference.cells.bead_peaks import find_bead_peaks


def calibrate_beads(
    levels: ArrayLike, assigned: Sequence[float | None], *, tube: str, marker: str, cofactor: float = 150.0
) -> BeadLine:
    """Find the peaks of the beads and lay the line through those with an assigned value.

    Args:
        levels: shape (n,), single beads in the channel of the marker, linear units, settings as in the samples.
        assigned: molecules per bead by the leaflet, from dim to bright, one per peak; None for a blank bead.
        tube: name of the beads tube, for messages.
        marker: name of the marker, for messages.
        cofactor: where the scale on which peaks are looked for goes from linear to logarithmic.

    Raises:
        PhenotypeError: fewer peaks than the leaflet names, values not rising, a peak at or below 0.
    """
    place = f"{tube}, {marker}"
    named = [value for value in assigned if value is not None]
    if named != sorted(set(named)) or len(named) < 2 or named[0] <= 0:
        raise PhenotypeError(
            f"{place}: assigned values {named}, expected two or more above 0 that rise; write them from dim to bright "
            "and leave the blank bead without one"
        )
    try:
        peaks = find_bead_peaks(levels, len(assigned), cofactor=cofactor)
    except ValueError as error:
        raise PhenotypeError(f"{place}: {error}; acquire more beads or correct the gate of the beads") from error
    if len(peaks) != len(assigned):
        seen = ", ".join(f"{peak.median.estimate:.4g}" for peak in peaks)
        raise PhenotypeError(
            f"{place}: {len(peaks)} peaks found (medians {seen}), expected {len(assigned)}; correct the gate of the "
            "beads, or leave out of the list the peaks that are off the scale"
        )
    pairs = [(peak.median.estimate, value) for peak, value in zip(peaks, assigned, strict=True) if value is not None]
    low = [value for channel, value in pairs if channel is None or channel <= 0]
    if low:
        raise PhenotypeError(
            f"{place}: the beads with {low} lie at or below 0, expected above; leave their values out of the list"
        )
    return compute_bead_line([channel or 0.0 for channel, _ in pairs], [value for _, value in pairs])
