"""Laboratory readings: values of the model with the scatter of an assay and its limit of quantification.

Complement is not simulated: the model has no state from which it would follow.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from costim.mechanism.model.model import Model

Floats = NDArray[np.float64]
CD19_ERROR, CD19_OFFSET = 0.4, 1.0
"""Standard deviation of the logarithm of count + 1 cell per uL, as the outputs of the model have it."""
CD19_LLOQ = 1.0
"""Cells per uL below which a count is reported as a limit; assumed."""
DNA_ERROR = 0.2
DNA_LLOQ, RAISED_DNA = 1.0, 30.0
"""IU/mL: limit of quantification and upper limit of the range of the laboratory; assumed."""
IGG_ERROR, IGG_USUAL, IGG_SPREAD = 0.05, 12.0, 0.25
"""g/L; assumed."""
LONG_LIVED_IGG = 0.93
"""Share of total IgG that long-lived plasma cells make: calibration check 13 asks for 0.9 to 1."""
LONG_LIVED, USUAL_LONG_LIVED = "fLL", 0.3
"""The same share of pathogenic IgG: its name in models that have it, and its value for those that do not."""


def read_cd19(count: Floats, draw: np.random.Generator) -> Floats:
    """CD19+ counts as read, cells per uL, one decimal; not below 0."""
    read = (count + CD19_OFFSET) * np.exp(CD19_ERROR * draw.standard_normal(count.shape)) - CD19_OFFSET
    return np.maximum(np.round(read, 1), 0.0)


def read_dna(level: Floats, draw: np.random.Generator) -> Floats:
    """Anti-dsDNA as read, IU/mL, one decimal."""
    return np.round(level * np.exp(DNA_ERROR * draw.standard_normal(level.shape)), 1)


def igg_of(usual: Floats, antibody: Floats, long_lived: Floats) -> Floats:
    """Total IgG, g/L, from the pathogenic IgG of the same patient.

    IgG of any origin follows `kAb((1 - f) S + f - I)` with the same S and kAb, which is linear: the way from baseline
    of two such pools is as their shares 1 - f of short-lived cells.

    Args:
        usual: At baseline, g/L, shape (patients, 1).
        antibody: Pathogenic IgG relative to baseline, shape (patients, visits).
        long_lived: Its share from long-lived plasma cells (fLL), below 1, shape (patients, 1).
    """
    level: Floats = usual * (1.0 + (1.0 - LONG_LIVED_IGG) / (1.0 - long_lived) * (antibody - 1.0))
    return level


def long_lived_share(model: Model, values: Floats) -> Floats:
    """Share of pathogenic IgG from long-lived plasma cells, (patients, 1); the usual one where a model has none."""
    if LONG_LIVED in model.value_names:
        return values[:, [model.value_names.index(LONG_LIVED)]]
    return np.full((values.shape[0], 1), USUAL_LONG_LIVED)


def read_igg(level: Floats, draw: np.random.Generator) -> Floats:
    """IgG as read, g/L, two decimals."""
    read: Floats = np.round(level * np.exp(IGG_ERROR * draw.standard_normal(level.shape)), 2)
    return read


def printed(value: float, lloq: float, decimals: int = 1) -> str:
    """As a laboratory prints it: a number, or `<` and the limit of quantification."""
    return f"<{lloq:g}" if value < lloq else f"{value:.{decimals}f}"
