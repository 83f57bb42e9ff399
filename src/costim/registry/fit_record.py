"""What a page about fits of the mechanism is made of: words and numbers, nothing computed from them later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FitParameter:
    """One parameter of the population."""

    name: str
    title: str
    unit: str
    evidence: str
    """Of its prior: published, derived or speculative."""
    median: float
    lower: float
    """95 % credible limits."""
    upper: float
    rse: float
    """Per cent."""
    contraction: float | None
    """None where nothing is said of it: scatter of readings."""
    informed: bool
    words: str


@dataclass(frozen=True, slots=True)
class FitForm:
    """One form of the model, fitted."""

    name: str
    title: str
    prose: str
    parameters: tuple[FitParameter, ...]
    untrusted: tuple[str, ...]
    """Why its numbers are not to be trusted; empty: they may be."""
    priors: tuple[tuple[str, str, str, str], ...]
    """What the priors expect: quantity, expected, known, basis."""
    notes: tuple[str, ...]
    """Sentences on prediction errors, relapse, shrinkage, ties."""
    elpd: float
    elpd_se: float
    difference: float
    difference_se: float
    doubtful: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    """Stem of the file and caption."""


@dataclass(frozen=True, slots=True)
class FitRecord:
    """A study fitted by several forms of the model."""

    study: str
    subjects: int
    readings: tuple[tuple[str, int, int], ...]
    """Output, readings, of them known as a limit or range."""
    relapse_known: int
    assumptions: tuple[tuple[str, str], ...]
    """What was assumed, of whom."""
    unused: tuple[tuple[str, str, int, str], ...]
    """Measurement, reason, rows, subjects."""
    forms: tuple[FitForm, ...]
    """The best score first."""
    sentences: tuple[str, ...]
    """On rivals, cooperativity and what cannot be shown."""
    chains: int
    draws: int
    seed: int
