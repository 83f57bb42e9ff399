"""The truth of a simulated study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from costim.simulated.design import StudyDesign
from costim.simulated.registry_numbers import Registry, registry_of
from costim.simulated.sampled import sample_population
from costim.simulated.true_values import TrueValue, true_values

POPULATION = 5_000
"""Virtual patients behind the true values; their standard errors stand beside them."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of the population that a study is drawn from; the same for every seed."""

    design: StudyDesign
    rows: tuple[TrueValue, ...]
    registry: Registry
    patients: int
    """Virtual patients behind `rows`."""
    screened: int
    """Virtual patients screened to find them: more where entry depends on a high reading."""
    unstable_share: float
    """Share of the patients drawn whose baseline was unstable; redrawn."""
    failed: int
    """Patients left out because their equations could not be solved."""

    @property
    def values(self) -> Mapping[str, float]:
        """Endpoint -> true value without the biases; keys as `TrueValue.key`."""
        return MappingProxyType({row.key: row.value for row in self.rows})

    @property
    def biased(self) -> Mapping[str, float]:
        """Endpoint -> value that the biased study tends to."""
        return MappingProxyType({row.key: row.biased for row in self.rows if row.biased is not None})

    @property
    def planted(self) -> Mapping[str, float]:
        """Endpoint -> how far the biases move it: `biased` less `values`."""
        return MappingProxyType({key: value - self.values[key] for key, value in self.biased.items()})


def population_truth(design: StudyDesign, patients: int = POPULATION) -> Truth:
    """True values under a design, by a large virtual population; kept for the next study of the same design.

    The estimand of each value is in its row. In general: what the effect row would show if endlessly many patients of
    the same kind, in the same mixture of regimens, were seen at the same visits and read with the same scatter, but
    without the biases of the design, and nobody missed a visit. Where patients entered because of a high reading, these
    are the patients, and their baseline is another reading of the same day.

    Args:
        design: The study; patients in a study and FCS files play no part.
        patients: Virtual patients.
    """
    return replace(_population_truth(replace(design, patients=2, fcs=False), patients), design=design)


@lru_cache(maxsize=64)
def _population_truth(design: StudyDesign, patients: int) -> Truth:
    found = sample_population(design, patients)
    places = {visit.name: i for i, visit in enumerate(design.visits)}
    return Truth(
        design=design,
        rows=true_values(found, places, design.biases),
        registry=registry_of(design),
        patients=patients,
        screened=found.screened,
        unstable_share=found.unstable_share,
        failed=found.failed,
    )
