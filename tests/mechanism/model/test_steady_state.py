"""Stability of baselines, by eigenvalues of the whole Jacobian and by what happens after a push."""

from __future__ import annotations

import numpy as np
import pytest

from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.model.equations import python_functions
from costim.mechanism.model.steady_state import TOLERANCE, is_stable, max_real_part
from tests.mechanism.patients import drawn_values, typical_values


@pytest.mark.parametrize("name", MODELS)
def test_blocks_give_the_eigenvalues_of_the_whole(name: str) -> None:
    model = load_model(name)
    p = drawn_values(model, 3, 300)
    functions = python_functions(model)
    whole = np.linalg.eigvals(functions.jacobian(functions.baseline(p), p, 0.0)).real.max(axis=1)
    np.testing.assert_allclose(max_real_part(model, p), whole, rtol=1e-6, atol=1e-9)


def test_share_of_unstable_patients_is_that_of_the_specification() -> None:
    rng = np.random.default_rng(2)
    loop = load_model("loop")
    columns = []
    for parameter, value in zip((*loop.parameters.values(), *loop.scales.values()), typical_values(loop), strict=True):
        z = rng.standard_normal(8000) * parameter.spread
        logit = parameter.scale == "logit"
        columns.append(1 / (1 + np.exp(-(np.log(value / (1 - value)) + z))) if logit else value * np.exp(z))
    share = 1 - is_stable(loop, np.stack(columns, axis=1)).mean()
    assert share == pytest.approx(0.064, abs=0.01)  # 6.4 % of a prototype's patients


def test_an_unstable_baseline_is_left_after_a_push_and_a_stable_one_is_found_again() -> None:
    from scipy.integrate import solve_ivp

    loop = load_model("loop")
    functions = python_functions(loop)
    p = drawn_values(loop, 11, 400)
    largest = max_real_part(loop, p)
    for row in (int(np.argmax(largest)), int(np.argmin(largest))):
        base = functions.baseline(p[row])
        pushed = base.copy()
        pushed[list(loop.states).index("Ta")] -= 1e-3

        def rates(_: float, y: np.ndarray, row: int = row) -> np.ndarray:
            return functions.rates(y, p[row], 0.0)

        end = solve_ivp(rates, (0, 3000), pushed, method="LSODA", rtol=1e-9, atol=1e-12).y[:, -1]
        away = np.abs(end - base).max() > 0.01
        assert away == (largest[row] > TOLERANCE)


def test_a_jacobian_that_is_not_finite_is_not_stable() -> None:
    loop = load_model("loop")
    p = np.repeat(typical_values(loop)[None, :], 3, axis=0)
    p[1, list(loop.value_names).index("N0")] = np.nan
    p[2, list(loop.value_names).index("V1")] = 0.0
    assert is_stable(loop, p).tolist() == [True, False, False]
    assert np.isnan(max_real_part(loop, p)[1:]).all()
