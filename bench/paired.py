"""Exact tests of paired changes against what scipy offers for the same question.

Run by `make bench`; alone: `python -m bench.paired`.
"""

from __future__ import annotations

from collections.abc import Callable

Measured = tuple[float, float, float]
InProcess = Callable[[Callable[[], object], int], Measured]
Show = Callable[[str, Measured, str, Measured], None]


def paired_tests(in_process: InProcess, show: Show) -> None:
    """Signed rank and its interval with ties, and the sign-flip test with its interval."""
    import numpy as np
    from scipy.stats import permutation_test, rankdata, wilcoxon

    from costim.inference.paired.hodges_lehmann import compute_hodges_lehmann
    from costim.inference.paired.sign_flip import compute_sign_flip
    from costim.inference.paired.signed_rank import compute_signed_rank

    rng = np.random.default_rng(20070101)
    sixty = np.round(rng.normal(-2, 6, 60))
    five_hundred = rng.normal(-0.5, 6, 500)
    eighteen = np.round(rng.normal(-3, 6, 18))
    ranks = np.sign(eighteen) * rankdata(np.abs(eighteen))

    def rank_sum(signed: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.where(signed > 0, signed, 0).sum(axis=axis)

    def flips(values: np.ndarray, statistic: Callable[..., np.ndarray]) -> Measured:
        def run() -> object:
            return permutation_test(
                (values,), statistic, permutation_type="samples", n_resamples=np.inf, vectorized=True
            )

        return in_process(run, 2)

    approximate = in_process(lambda: wilcoxon(sixty, zero_method="pratt", method="asymptotic"), 20)
    show(
        "exact signed rank, n = 60 with ties and zeros (asked: 20 ms)",
        in_process(lambda: compute_signed_rank(sixty, resolution=1), 20),
        "scipy wilcoxon, normal approximation",
        approximate,
    )
    show(
        "Hodges-Lehmann shift and exact interval, n = 60 with ties and zeros",
        in_process(lambda: compute_hodges_lehmann(sixty, resolution=1), 20),
        "scipy wilcoxon, p alone, normal approximation",
        approximate,
    )
    show(
        "Hodges-Lehmann shift and exact interval, n = 500",
        in_process(lambda: compute_hodges_lehmann(five_hundred), 3),
        "exact p alone (costim), n = 500",
        in_process(lambda: compute_signed_rank(five_hundred), 3),
    )
    show(
        "exact signed rank, n = 18 with ties",
        in_process(lambda: compute_signed_rank(eighteen, resolution=1), 20),
        "scipy permutation_test, all 2^18 sign flips",
        flips(ranks, rank_sum),
    )
    show(
        "sign-flip test of the mean with its interval, n = 18",
        in_process(lambda: compute_sign_flip(eighteen, resolution=1), 10),
        "scipy permutation_test, p alone, all 2^18 sign flips",
        flips(eighteen, np.mean),
    )


if __name__ == "__main__":
    from bench.run import in_process, show

    paired_tests(in_process, show)
