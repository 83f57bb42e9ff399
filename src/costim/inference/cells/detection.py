"""How many events of a rare population are more than its false ones: limits of blank, detection and quantification."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Literal

from costim.inference.binary.share import check_level

Origin = Literal["control_tube", "own_cells", "assumed"]


@dataclass(frozen=True, slots=True)
class Control:
    """False events of a population counted where there should be none.

    `events` fell into the gate among `parents` events of its parent gate. In the sample the rate is taken as `times`
    that of the control. `origin`, for who prints the numbers: a tube of its own, cells of the sample itself that cannot
    belong to the population, or nowhere counted but assumed.
    """

    events: int
    parents: int
    times: float = 1.0
    origin: Origin = "control_tube"


@dataclass(frozen=True, slots=True)
class DetectionLimits:
    """Limits in events in the gate, false ones included.

    `lob`: with false events only, more than so many are found with probability alpha at most. None without a control.
    `lod`: with so many expected events, more than `lob` are found with probability 1 - beta. Without a control it is
    the one that holds even if there is no false event at all: no population has a lower one.
    `lloq`: from so many events on the number, less the false ones, has a coefficient of variation of at most
    `lloq_cv`; never below `lod`.
    `false_events`: how many are expected to be false; None without a control.
    """

    lob: int | None
    lod: float
    lloq: float
    false_events: float | None
    alpha: float
    beta: float
    lloq_cv: float


@lru_cache(maxsize=4096)
def compute_limit_of_blank(parents: int, control: Control, *, alpha: float = 0.05) -> int:
    """Largest number of events that false events alone may give.

    The control is a sample too. Given the events of control and sample together, those of the sample are binomial with
    the share parents * times / (parents * times + control.parents) if all are false, whatever their rate. The limit is
    the last number that this test does not reject, so false events exceed it with probability alpha at most, over
    control and sample together. It is also the upper prediction limit of the number of false events in the sample.

    Args:
        parents: events of the parent gate in the sample, 0 or more.
        control: what was found where nothing should be.
        alpha: probability of a false detection.

    Raises:
        ValueError: a number is negative or not whole, the control has no parent events or more events than those, the
            rate factor is not above 0, or alpha does not lie between 0 and 1.

    Source: Przyborowski & Wilenski, Biometrika 1940;31:313-323; Nelson, IEEE Trans Reliab 1970;R-19:42-49.
    """
    from scipy.special import betainc

    _check(parents, control, alpha)
    if parents == 0:
        return 0
    share = parents * control.times / (parents * control.times + control.parents)

    def is_too_many(found: int) -> bool:
        return float(betainc(found, control.events + 1, share)) <= alpha

    high = 1
    while not is_too_many(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_too_many(middle) else (middle, high)
    return min(high - 1, parents)


def compute_limit_of_detection(lob: int, *, beta: float = 0.05) -> float:
    """Expected number of events, false ones included, that exceeds the limit of blank with probability 1 - beta."""
    from scipy.special import gammaincinv

    return float(gammaincinv(lob + 1, 1 - beta))


@lru_cache(maxsize=4096)
def compute_detection_limits(
    parents: int,
    control: Control | None,
    *,
    alpha: float = 0.05,
    beta: float = 0.05,
    lloq_cv: float = 0.20,
) -> DetectionLimits:
    """Limits of blank, detection and quantification of one population in one sample.

    The events of the gate are Poisson. With b = expected false events and their variance s2 (from the control), the
    net number n - b has the variance n + s2, and n is sought with sqrt(n + s2) = lloq_cv * (n - b): 25 events for 20 %
    without false ones.

    Args:
        parents: events of the parent gate in the sample.
        control: false events; None when there is no control, which is not the same as a control without any.
        alpha: probability of a false detection.
        beta: probability of missing a population as large as the limit of detection.
        lloq_cv: largest coefficient of variation at the lower limit of quantification.

    Raises:
        ValueError: see `compute_limit_of_blank`; beta does not lie between 0 and 1; `lloq_cv` is not above 0.

    Source: Currie, Anal Chem 1968;40:586-593 (decision and detection limits of counts); CLSI EP17-A2, H62 (names).
    """
    check_level(beta)
    if not lloq_cv > 0:
        raise ValueError(f"the coefficient of variation must be above 0, found {lloq_cv!r}")
    if control is None:
        check_level(alpha)
        lob, false, variance = None, None, 0.0
    else:
        lob = compute_limit_of_blank(parents, control, alpha=alpha)
        ratio = parents * control.times / control.parents
        false, variance = control.events * ratio, control.events * ratio**2
    lod = compute_limit_of_detection(lob or 0, beta=beta)
    expected = false or 0.0
    net = (1 + sqrt(1 + 4 * lloq_cv**2 * (expected + variance))) / (2 * lloq_cv**2)
    # Rounded because 25 events for 20 % come out as 24.999 999 999 999 996.
    return DetectionLimits(lob, lod, max(lod, round(expected + net, 9)), false, alpha, beta, lloq_cv)


def _check(parents: int, control: Control, alpha: float) -> None:
    check_level(alpha)
    numbers = (parents, control.events, control.parents)
    if any(x < 0 or x != int(x) for x in numbers):
        raise ValueError(f"numbers of events must be whole and not negative, found {numbers}")
    if control.parents < 1 or control.events > control.parents:
        raise ValueError(f"a control needs more parent events than false ones, found {control}")
    if not 0 < control.times < float("inf"):
        raise ValueError(f"the rate in the sample must be a positive multiple of the control, found {control.times}")
