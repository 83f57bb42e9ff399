"""Order statistics by a sample against sorting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.cytometry.engine import order
from costim.cytometry.engine.kernel import Values
from costim.cytometry.engine.order import order_statistics


@settings(max_examples=100, deadline=None)
@given(
    n=st.sampled_from([1, 2, 50, 3001, 20_000]),
    seed=st.integers(0, 2**32),
    distinct=st.sampled_from([1, 2, 10, 0]),
    shares=st.lists(st.floats(0.0, 1.0), max_size=6),
    arranged=st.sampled_from(["drawn", "rising", "periodic"]),
)
def test_values_at_any_ranks(n: int, seed: int, distinct: int, shares: list[float], arranged: str) -> None:
    generator = np.random.Generator(np.random.PCG64(seed))
    values = generator.integers(0, distinct, n).astype(np.float64) if distinct else generator.lognormal(5.0, 2.0, n)
    if arranged == "rising":
        values.sort()
    if arranged == "periodic":
        # Every sampled value is the same one: the windows hold nothing that is wanted.
        values[:: max(1, n // order.SAMPLE)] = -1e9
    ranks = sorted({min(n - 1, int(share * n)) for share in shares})
    expected = np.sort(values)[ranks].tolist()
    assert order_statistics(values.copy(), ranks) == expected


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.integers(-20, 20), min_size=1, max_size=60),
    runs=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 8)), min_size=1, max_size=4),
)
def test_runs_of_neighbouring_ranks(values: list[int], runs: list[tuple[int, int]]) -> None:
    numbers = np.array(values, dtype=np.float64)
    ranks = sorted({rank for start, length in runs for rank in range(start, start + length) if rank < len(values)})
    assert order_statistics(numbers.copy(), ranks) == np.sort(numbers)[ranks].tolist()


def test_the_sample_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []
    plain = order._by_partition

    def watched(values: Values, ranks: list[int]) -> list[float]:
        looked_at.append(len(values))
        return plain(values, ranks)

    monkeypatch.setattr(order, "_by_partition", watched)
    values = np.random.Generator(np.random.PCG64(1)).normal(size=100_000)
    assert order_statistics(values, [49_999, 50_000]) == np.sort(values)[[49_999, 50_000]].tolist()
    assert max(looked_at) < 40_000
