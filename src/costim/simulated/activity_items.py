"""Which SLEDAI items are present: whole items whose weights add up, on average, to the activity wanted.

Each patient has an order in which items appear as the disease worsens and go as it gets better, the last first. At a
visit with expected total m, items are present in this order as long as their weights together stay below m; the next
item is present with the probability that makes the expected sum exactly m. So for every order the sum has mean
min(m, 105), it is a possible SLEDAI, and it scatters by one item. The order of a patient is the same at all visits but
for small changes. No published data stand behind the order; the items of the nervous system stand early because the
patients are thought to be treated for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from costim.measures.sledai_findings import weights

Floats = NDArray[np.float64]
ITEMS: tuple[str, ...] = tuple(weights())
"""Names, in the order of arrays."""
WEIGHTS: Floats = np.array([float(w) for w in weights().values()])
NERVOUS = (
    "seizure",
    "psychosis",
    "organic_brain_syndrome",
    "visual_disturbance",
    "cranial_nerve",
    "lupus_headache",
    "cva",
)
SUBJECTIVE = (
    *("organic_brain_syndrome", "lupus_headache", "arthritis", "rash", "alopecia", "mucosal_ulcers", "pleurisy"),
    "pericarditis",
)
"""Items that rest on complaint or on the judgement of who examines."""
EARLINESS: Mapping[str, float] = MappingProxyType(
    {
        "low_complement": 2.0,
        "organic_brain_syndrome": 1.6,
        "psychosis": 1.2,
        "seizure": 1.2,
        "lupus_headache": 0.8,
        "cranial_nerve": 0.2,
        "cva": -0.5,
        "visual_disturbance": -0.5,
        "arthritis": 1.0,
        "rash": 1.0,
        "alopecia": 0.8,
        "proteinuria": 0.8,
        "leukopenia": 0.6,
        "mucosal_ulcers": 0.4,
        "fever": 0.4,
        "thrombocytopenia": 0.2,
    }
)
"""How early an item appears, invented; 0 for the others."""
UNSTEADY = 0.15
"""How far the order changes between visits, as a share of what it differs between patients."""
DNA_BINDING = ITEMS.index("increased_dna_binding")


def draw_earliness(patients: int, draw: np.random.Generator) -> Floats:
    """How early each item appears in each patient, shape (patients, items); larger is earlier."""
    usual = np.array([EARLINESS.get(item, 0.0) for item in ITEMS])
    return usual + draw.gumbel(size=(patients, len(ITEMS)))


def draw_items(
    expected: Floats, earliness: Floats, raised_dna: NDArray[np.bool_], draw: np.random.Generator
) -> NDArray[np.bool_]:
    """Items present at visits.

    Args:
        expected: Expected total, shape (patients, visits), points, at least 0; above 105 counts as 105.
        earliness: Of the patients, shape (patients, items).
        raised_dna: Is the anti-dsDNA of the visit above the range of the laboratory? Shape (patients, visits). If so
            its item is the first to appear, else the last.
        draw: Random numbers.

    Returns:
        Shape (patients, visits, items).
    """
    early = earliness[:, None, :] + UNSTEADY * draw.gumbel(size=(*expected.shape, len(ITEMS)))
    early[..., DNA_BINDING] = np.where(raised_dna, np.inf, -np.inf)
    order = np.argsort(-early, axis=-1, kind="stable")
    weight = WEIGHTS[order]
    before = np.cumsum(weight, axis=-1) - weight
    chance = (expected[..., None] - before) / weight
    present_in_order = draw.random(expected.shape)[..., None] < chance
    present = np.zeros(order.shape, dtype=np.bool_)
    np.put_along_axis(present, order, present_in_order, axis=-1)
    return present


def totals(present: NDArray[np.bool_]) -> Floats:
    """Sum of the weights of the items present, along the last axis."""
    sums: Floats = present @ WEIGHTS
    return sums
