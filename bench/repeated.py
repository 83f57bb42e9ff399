"""One fit of repeated visits beside statsmodels' MixedLM, which has a random intercept and no degrees of freedom.

Run by `make bench`; alone: `python -m bench.repeated`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from costim.inference.repeated.friedman import compute_friedman
from costim.inference.repeated.mixed_model import compute_mixed_model

Measure = Callable[[Callable[[], object], int], tuple[float, float, float]]
Show = Callable[[str, tuple[float, float, float], str, tuple[float, float, float]], None]


def repeated_visits(measure: Measure, show: Show) -> None:
    """Times of one study of 20 patients and 4 visits with gaps; the peer is named as absent where it is."""
    rng = np.random.default_rng(1)
    values = rng.normal(10, 3, (20, 1)) + rng.normal(0, 2, (20, 4)) - np.arange(4)
    values[rng.random(values.shape) < 0.15] = np.nan
    ours = measure(lambda: compute_mixed_model(values, covariance="compound_symmetry"), 20)
    try:
        peer = _peer(values)
    except ImportError:
        print(
            f"\nrepeated visits, 20 patients x 4\n  costim, Kenward-Roger: CPU {ours[0]:.3g} s; statsmodels is absent"
        )
    else:
        show("repeated visits, one correlation, 20 patients x 4", ours, "statsmodels MixedLM", measure(peer, 5))
    free = measure(lambda: compute_mixed_model(values), 20)
    show("repeated visits, free covariance (costim) beside one correlation", free, "one correlation", ours)
    complete = rng.normal(size=(20, 4))
    from scipy.stats import friedmanchisquare

    show(
        "exact Friedman test, 20 patients x 4 (scipy: chi-squared approximation)",
        measure(lambda: compute_friedman(complete), 3),
        "scipy friedmanchisquare",
        measure(lambda: friedmanchisquare(*complete.T), 20),
    )


def _peer(values: np.ndarray) -> Callable[[], object]:
    from statsmodels.regression.mixed_linear_model import MixedLM

    seen = ~np.isnan(values)
    subject, visit = np.nonzero(seen)
    design = np.eye(values.shape[1])[visit]
    return lambda: MixedLM(values[seen], design, subject).fit(reml=True)


if __name__ == "__main__":
    from bench.run import in_process, show

    repeated_visits(in_process, show)
