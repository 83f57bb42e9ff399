"""Simulated courses as plain data: made from the mechanistic model, drawn and worded by the report."""

from __future__ import annotations

from dataclasses import dataclass

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """What the middle part of virtual patients shows over time."""

    output: str
    label: str
    unit: str
    evidence: str
    """Weakest evidence on which the course rests: published, derived or speculative."""
    days: Numbers
    lower: Numbers
    median: Numbers
    upper: Numbers


@dataclass(frozen=True, slots=True)
class SimulatedEndpoint:
    """A number of each virtual patient, summed up; infinite: later than the simulation reaches."""

    name: str
    label: str
    unit: str
    evidence: str
    lower: float
    median: float
    upper: float
    reached: int
    """Patients in whom it came about; all of them for what is no time."""


@dataclass(frozen=True, slots=True)
class SimulatedArm:
    """One regimen (or the mixture of a study) under one form of the model."""

    regimen: str
    """In words, as the user gave it."""
    model: str
    """Name of the form of the model: `loop`, `no_cooperative_loop`."""
    model_title: str
    patients: int
    failed: int
    """Patients whose integration failed; they are in `patients` and in no band."""
    unstable_share: float
    """Share of drawn patients refused because their baseline is not stable."""
    bands: tuple[Band, ...]
    endpoints: tuple[SimulatedEndpoint, ...]
    relapse_free_days: Numbers
    relapse_free: Numbers
    """Share of patients without relapse by these days."""
    relapse_free_lower: Numbers
    relapse_free_upper: Numbers
    """Over the draws of the typical patient; empty where none were made."""


@dataclass(frozen=True, slots=True)
class SimulatedContrast:
    """What a regimen brings against the first one, in the same virtual patients under the same form of the model."""

    regimen: str
    against: str
    model: str
    name: str
    label: str
    unit: str
    evidence: str
    lower: float
    difference: float
    upper: float
    limits_of: str
    """`patients`: the middle part of them; `draws`: of the typical patient; blank: no limits."""


@dataclass(frozen=True, slots=True)
class SimulationRecord:
    """Everything one simulation shows."""

    arms: tuple[SimulatedArm, ...]
    contrasts: tuple[SimulatedContrast, ...]
    """Empty for a single regimen."""
    agent: str
    agent_title: str
    share_of_patients: float
    """Between `lower` and `upper` of a band, e.g. 0.9."""
    level: float
    """Of the limits of relapse over draws of the typical patient."""
    draws: int
    seed: int
