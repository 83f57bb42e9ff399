"""The share of this study beside one known from elsewhere."""

from __future__ import annotations

from dataclasses import replace

from costim.effects.shares.question import ShareQuestion
from costim.inference.binary.benchmark import compute_benchmark_test
from costim.registry.effects import Effect
from costim.registry.flags import raised
from costim.registry.plan_assumptions import Benchmark


def estimate_benchmarks(question: ShareQuestion) -> list[Effect]:
    """One row `benchmark_test` for each share that the plan declares for this parameter and contrast."""
    return [_row(question, benchmark) for benchmark in benchmarks_of(question)]


def benchmarks_of(question: ShareQuestion) -> list[Benchmark]:
    """The benchmarks that the plan declares for this parameter, and for this contrast or every one."""
    contrast = question.contrast.name if question.contrast else None
    return [
        b
        for b in question.evidence.plan.benchmarks
        if b.parameter == question.endpoint.parameter and b.contrast in (None, contrast)
    ]


def _row(question: ShareQuestion, benchmark: Benchmark) -> Effect:
    """The largest p over the undecided."""
    row = replace(question.base, method="benchmark_test", at=benchmark.share)
    if question.n == 0:
        return row
    counts = range(question.count, question.count + question.undecided + 1)
    tests = [compute_benchmark_test(count, question.n, benchmark.share) for count in counts]
    flags = {
        "few_subjects": tests[0].p_min >= 0.05,
        "bounds_over_unknowns": question.undecided > 0,
        "largest_p": len({t.p for t in tests}) > 1,
    }
    row = replace(
        row,
        p=max(t.p for t in tests),
        p_min=tests[0].p_min,
        flags=(*row.flags, *raised(flags)),
    )
    low, high = counts[0] / question.n, counts[-1] / question.n
    if question.undecided:
        return replace(row, estimate_lower=low, estimate_upper=high)
    return replace(row, count=question.count, estimate=low)
