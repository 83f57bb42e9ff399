"""A share of patients with a beta prior: Jeffreys' in closed form, a sceptical and an enthusiastic one beside it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from costim.inference.shrinkage.hierarchical_normal import Posterior


@dataclass(frozen=True, slots=True)
class BetaPrior:
    """Belief about a share: Beta(`successes`, `failures`), worth `successes + failures` patients seen before."""

    name: str
    successes: float
    failures: float

    def __post_init__(self) -> None:
        """Refuse what is no distribution."""
        if not (0 < self.successes < inf and 0 < self.failures < inf):
            raise ValueError(
                f"a beta prior needs two finite numbers above zero, found {self.successes}, {self.failures}"
            )


JEFFREYS = BetaPrior("weak", 0.5, 0.5)


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """Posterior of a share; `beyond` is the probability that it exceeds the reference, None without one."""

    count: int
    n: int
    prior: BetaPrior
    share: Posterior
    beyond: float | None
    level: float


def choose_beta_priors(
    sceptical: float, enthusiastic: float, *, worth: float = 4.0
) -> tuple[BetaPrior, BetaPrior, BetaPrior]:
    """Jeffreys' prior, and two opinions that weigh as much as `worth` patients each.

    Args:
        sceptical: share that a sceptic expects, in (0, 1).
        enthusiastic: share that an enthusiast expects, in (0, 1).
        worth: patients that each opinion counts for, above zero.

    Raises:
        ValueError: a share is not between 0 and 1, or `worth` is not above zero.
    """
    if not (0 < sceptical < 1 and 0 < enthusiastic < 1):
        raise ValueError(f"expected shares lie between 0 and 1, found {sceptical!r} and {enthusiastic!r}")
    return (
        JEFFREYS,
        BetaPrior("sceptical", worth * sceptical, worth * (1 - sceptical)),
        BetaPrior("enthusiastic", worth * enthusiastic, worth * (1 - enthusiastic)),
    )


def compute_beta_binomial(
    count: int, n: int, prior: BetaPrior = JEFFREYS, *, reference: float | None = None, level: float = 0.95
) -> BetaBinomial:
    """Posterior median, equal-tailed credible limits and the probability of exceeding `reference`.

    The posterior is Beta(count + a, n - count + b). The limits are its quantiles as they are: unlike Jeffreys' interval
    as a confidence interval, they are not moved to 0 or 1 where no patient, or every patient, is counted.

    Raises:
        ValueError: not 0 <= count <= n, a reference outside [0, 1], or the level is not between 0 and 1.
    """
    from scipy.special import betaincc, betaincinv

    if n < 0 or not 0 <= count <= n:
        raise ValueError(f"a share needs 0 <= count <= n, found {count} of {n}")
    if not 0 < level < 1:
        raise ValueError(f"the level must lie between 0 and 1, found {level!r}")
    if reference is not None and not 0 <= reference <= 1:
        raise ValueError(f"a reference share lies between 0 and 1, found {reference!r}")
    a, b = prior.successes + count, prior.failures + n - count
    tail = (1 - level) / 2
    share = Posterior(*(float(betaincinv(a, b, q)) for q in (0.5, tail, 1 - tail)))
    beyond = None if reference is None else float(betaincc(a, b, reference))
    return BetaBinomial(count, n, prior, share, beyond, level)
