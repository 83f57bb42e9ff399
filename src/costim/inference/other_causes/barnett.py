"""Expected regression to the mean of patients chosen because a reading was high or low."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExpectedRegression:
    """What selection alone does to patients whose disease does not change.

    `change` is the expected difference of a later reading from the baseline: negative after selection above a cut,
    positive after selection below one. `selected_share` is the share of the population that the cut lets in.
    """

    change: float
    selected_share: float


def compute_expected_regression(
    *,
    population_mean: float,
    between_sd: float,
    within_sd: float,
    above: float | None = None,
    below: float | None = None,
    readings: int = 1,
) -> ExpectedRegression:
    """Regression to the mean by the formula of Barnett, van der Pols and Dobson (Int J Epidemiol 2005;34:215-220).

    A reading is the patient's long-run level (normal, SD `between_sd`) plus noise (normal, SD `within_sd`). Patients
    enter when the mean of `readings` baselines passes the cut; the change expected later is
    `-(within_sd^2 / m) / sd_m * lambda`, with m the readings, `sd_m^2 = between_sd^2 + within_sd^2 / m` and lambda the
    mean of the standard normal beyond the cut. Both cuts together let in what lies between them.

    Args:
        population_mean: mean of the population the patients were chosen from, in the unit of the parameter.
        between_sd: SD of long-run levels, at least 0.
        within_sd: test-retest SD of one reading, at least 0; one of the two must be above 0.
        above: patients entered when above this; None = no such cut.
        below: patients entered when below this; None = no such cut.
        readings: baselines averaged, m, at least 1.

    Raises:
        ValueError: a number is not finite or out of range, there is no cut, or nothing lies between the two.
    """
    numbers = (population_mean, between_sd, within_sd, *(c for c in (above, below) if c is not None))
    if not all(math.isfinite(x) for x in numbers):
        raise ValueError("means, standard deviations and cuts must be finite numbers")
    if between_sd < 0 or within_sd < 0 or between_sd + within_sd == 0:
        raise ValueError("standard deviations must not be negative, and one of them must be above zero")
    if readings < 1:
        raise ValueError(f"at least one baseline reading is needed, found {readings!r}")
    if above is None and below is None:
        raise ValueError("say above or below which reading patients were chosen")
    if above is not None and below is not None and above >= below:
        raise ValueError("nothing lies above the one cut and below the other")
    noise = within_sd**2 / readings
    total = math.hypot(between_sd, within_sd / math.sqrt(readings))
    low = -math.inf if above is None else (above - population_mean) / total
    high = math.inf if below is None else (below - population_mean) / total
    mean, share = _truncated_normal(low, high)
    return ExpectedRegression(-noise / total * mean, share)


def _truncated_normal(low: float, high: float) -> tuple[float, float]:
    """Mean of the standard normal between two ends, and the share between them; far tails included."""
    from scipy.special import ndtr

    if low == -math.inf or (high < math.inf and low + high < 0):
        mean, share = _truncated_normal(-high, -low)
        return -mean, share
    # Here the window leans to the right, so that its upper tail is no longer than its lower one. Tails are over the
    # density at the lower end (Mills' ratio), which keeps what far tails would lose by cancellation.
    decay = 0.0 if high == math.inf else math.exp((low - high) * (low + high) / 2)
    mills = _mills(low) - (0.0 if decay == 0 else _mills(high) * decay)
    share = float(ndtr(-low) - (0.0 if high == math.inf else ndtr(-high)))
    return (1 - decay) / mills, share


def _mills(z: float) -> float:
    """Upper tail of the standard normal over its density."""
    from scipy.special import erfcx

    return math.sqrt(math.pi / 2) * float(erfcx(z / math.sqrt(2)))
