"""What is believed about changes before they are seen: three opinions that are printed together."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

ONE_IN_TWENTY = 1.6448536269514722
"""Standard normal quantile of 95 %."""
WIDE = 10.0
"""Scale of the SD between patients, in noise: with the noise itself as scale the limits of the mean held the truth in
92 % only where patients differ much (`bench/calibration`); from five times on they hold 95 %."""


@dataclass(frozen=True, slots=True)
class NormalPrior:
    """Belief about the mean change and about how much true changes differ between patients.

    The mean is normal around `mean` with SD `mean_sd` (infinite: every mean is as likely as any other). The SD between
    patients is half-t with `between_df` degrees of freedom (1 = half-Cauchy) and scale `between_scale`; half of a
    half-Cauchy lies below its scale. All in the unit of the changes.
    """

    name: str
    mean: float
    mean_sd: float
    between_scale: float
    between_df: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        if not isfinite(self.mean) or not self.mean_sd > 0:
            raise ValueError(
                f"a prior mean needs a finite centre and an SD above zero, found {self.mean}, {self.mean_sd}"
            )
        if not (self.between_scale > 0 and isfinite(self.between_scale) and self.between_df > 0):
            raise ValueError("the SD between patients needs a scale and degrees of freedom above zero")


def choose_priors(noise_sd: float, worthwhile: float | None = None) -> tuple[NormalPrior, ...]:
    """The weak, the sceptical and the enthusiastic prior.

    `weak` leaves the mean open. `sceptical` centres it at 0 and gives one chance in twenty to a change beyond the one
    hoped for; `enthusiastic` centres it there and gives one chance in twenty to a change the other way (Spiegelhalter,
    Freedman & Parmar 1994). Without a change hoped for, the sceptic's SD is that of the noise and nobody is
    enthusiastic. The SD between patients is half-Cauchy with ten times the noise as its scale in all of them, so that
    they differ in the mean only.

    Args:
        noise_sd: SD of the change of a patient whose disease does not change, above zero.
        worthwhile: change that treatment was hoped to bring, in the unit of the changes; 0 counts as not stated.

    Raises:
        ValueError: `noise_sd` is not above zero, or `worthwhile` is not finite.
    """
    hope = 0.0 if worthwhile is None else worthwhile
    if not isfinite(hope):
        raise ValueError(f"the change hoped for must be a finite number, found {worthwhile!r}")
    spread = abs(hope) / ONE_IN_TWENTY if hope else noise_sd
    wide = WIDE * noise_sd
    weak, sceptical = NormalPrior("weak", 0.0, inf, wide), NormalPrior("sceptical", 0.0, spread, wide)
    enthusiastic = (NormalPrior("enthusiastic", hope, spread, wide),) if hope else ()
    return weak, sceptical, *enthusiastic
