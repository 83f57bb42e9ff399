"""The share under three priors, where the plan says what was known from elsewhere and what was hoped for."""

from __future__ import annotations

from dataclasses import replace

from costim.effects.shares.benchmark import benchmarks_of
from costim.effects.shares.question import ShareQuestion
from costim.inference.shrinkage.beta_binomial import BetaPrior, choose_beta_priors, compute_beta_binomial
from costim.registry.effects import Effect


def estimate_shrunken_share(question: ShareQuestion) -> list[Effect]:
    """Rows `shrunken_share` (variants `weak_share`, `sceptical_share`, `enthusiastic_share`; at = the benchmark).

    Estimate and limits are the posterior median and equal-tailed credible limits; the statistic is the posterior
    probability that the share exceeds the benchmark. Only for `[[benchmarks]]` with `hoped`. Undecided subjects give
    bounds: the posterior moves up with every subject counted.
    """
    rows = []
    for benchmark in benchmarks_of(question):
        if benchmark.hoped is None:
            continue
        for prior in choose_beta_priors(benchmark.share, benchmark.hoped, worth=benchmark.worth):
            rows.append(_row(question, prior, benchmark.share))
    return rows


def _row(question: ShareQuestion, prior: BetaPrior, share: float) -> Effect:
    row = replace(question.base, method="shrunken_share", variant=f"{prior.name}_share", at=share, level=question.level)
    row = replace(row, text=f"Beta({prior.successes:.3g}, {prior.failures:.3g})")
    if question.n == 0:
        return row
    least, most = (
        compute_beta_binomial(count, question.n, prior, reference=share, level=question.level)
        for count in (question.count, question.count + question.undecided)
    )
    row = replace(row, lower=least.share.lower, upper=most.share.upper)
    if question.undecided:
        flags = (*row.flags, "bounds_over_unknowns")
        return replace(row, estimate_lower=least.share.estimate, estimate_upper=most.share.estimate, flags=flags)
    return replace(row, count=question.count, estimate=least.share.estimate, statistic=least.beyond)
