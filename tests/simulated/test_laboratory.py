"""Laboratory readings."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from costim.simulated.laboratory import LONG_LIVED_IGG, igg_of, printed, read_cd19


def test_total_igg_is_the_solution_of_its_own_equation() -> None:
    """Integrated with the short-lived plasma cells of the model, for a course of S that nothing else knows."""
    k, share = 0.033, 0.3

    def right(t: float, y: np.ndarray) -> list[float]:
        s = 0.1 + 0.9 * np.exp(-t / 20) + 0.5 * np.sin(t / 50) ** 2
        return [k * ((1 - share) * s + share - y[0]), k * ((1 - LONG_LIVED_IGG) * s + LONG_LIVED_IGG - y[1])]

    solved = solve_ivp(right, (0, 400), [1.0, 1.0], t_eval=[28, 100, 400], rtol=1e-10, atol=1e-12)
    assert solved.success
    found = igg_of(np.array([[12.0]]), solved.y[:1], np.array([[share]]))
    assert found[0] == pytest.approx(12.0 * solved.y[1], rel=1e-8)


@pytest.mark.parametrize(
    ("value", "lloq", "text"), [(0.9, 1.0, "<1"), (1.0, 1.0, "1.0"), (123.44, 1.0, "123.4"), (0.0, 5.0, "<5")]
)
def test_what_cannot_be_quantified_is_a_limit(value: float, lloq: float, text: str) -> None:
    assert printed(value, lloq) == text


def test_counts_scatter_as_the_model_says() -> None:
    draw = np.random.Generator(np.random.PCG64(1))
    read = read_cd19(np.full(40_000, 99.0), draw)
    logs = np.log((read + 1) / 100)
    assert logs.std() == pytest.approx(0.4, abs=0.01)
    assert logs.mean() == pytest.approx(0.0, abs=0.01)
    assert read_cd19(np.zeros(1000), draw).min() == 0.0
