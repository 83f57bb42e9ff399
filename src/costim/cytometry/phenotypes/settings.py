"""What a reader may choose about intervals and limits; the defaults are those of the method pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Levels and error rates, all between 0 and 1."""

    level: float = 0.95
    """Confidence level of every interval."""
    alpha: float = 0.05
    """Probability that false events alone exceed the limit of blank."""
    beta: float = 0.05
    """Probability that a population as large as the limit of detection is missed."""
    lloq_cv: float = 0.20
    """Largest coefficient of variation of a count that is called quantified."""
    haematology_cv: float | None = None
    """Coefficient of variation of the lymphocyte count by haematology; None leaves its error out, which is flagged."""
