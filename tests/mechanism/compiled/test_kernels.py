"""The committed functions: not stale, the same as those of arrays, compiled the same as plain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from costim.mechanism.compiled import generate
from costim.mechanism.compiled.lookup import kernels
from costim.mechanism.model.array_functions import array_functions
from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.model.equations import python_functions
from costim.mechanism.model.model import Model
from tests.mechanism.patients import drawn_values

HAND_WRITTEN = {"__init__.py", "generate.py", "lookup.py"}


def test_the_committed_functions_are_those_of_the_models() -> None:
    committed = {p.name: p.read_text("utf-8") for p in Path(generate.__file__).parent.glob("*.py")}
    for name in HAND_WRITTEN:
        del committed[name]
    assert committed == generate.modules(), "run `make kernels`"


def test_models_with_the_same_equations_share_a_module() -> None:
    assert kernels(load_model("loop")) is kernels(load_model("no_cooperative_loop"))
    assert len({kernels(load_model(name)).__name__ for name in MODELS}) == 3
    for name in MODELS:
        module, model = kernels(load_model(name)), load_model(name)
        assert (tuple(model.states), model.value_names) == (module.STATES, module.VALUES)
        assert (len(model.parameters), tuple(model.outputs)) == (module.PARAMETERS, module.OUTPUTS)


def _arguments(model: Model, seed: int, exponents: float) -> dict[str, object]:
    p = drawn_values(model, seed, 1)[0]
    for name in ("n", "g"):
        if name in model.parameters:
            p[list(model.value_names).index(name)] = exponents
    rng = np.random.default_rng(seed)
    y = (python_functions(model).baseline(p) + 0.05) * rng.uniform(0.2, 1.6, len(model.states))
    return {"y": y, "p": p, "infusion": 1234.5}


def _filled(function: object, model: Model, key: str, given: dict[str, object]) -> np.ndarray:
    shape = array_functions(model)[key]
    out = np.full(shape.shape, np.nan)  # what was in the array before must not matter
    if key == "at_dose":
        out = np.array(given["y"], copy=True)
    function(*(given[a] for a in shape.arguments), out)  # type: ignore[operator]
    return out


@pytest.mark.parametrize("exponents", [1.0, 2.0, 1.6])
@pytest.mark.parametrize("name", MODELS)
def test_plain_functions_agree_with_those_of_arrays(name: str, exponents: float) -> None:
    model = load_model(name)
    functions, module = python_functions(model), kernels(model)
    for seed in range(5):
        given = _arguments(model, seed, exponents)
        for key, shape in array_functions(model).items():
            if not hasattr(functions, key):
                continue
            order = ("p", "y") if key == "at_dose" else shape.arguments
            expected = getattr(functions, key)(*(given[a] for a in order))
            np.testing.assert_allclose(
                _filled(getattr(module, key), model, key, given), expected, rtol=1e-13, atol=1e-15, err_msg=key
            )


@pytest.mark.slow
def test_numba_compiles_every_function_to_the_same_numbers() -> None:
    import numba

    model = load_model("turnover")  # the others are compiled by the tests of the solver
    module, given = kernels(model), _arguments(model, 1, 1.6)
    for key in array_functions(model):
        plain = getattr(module, key)
        np.testing.assert_allclose(
            _filled(numba.njit(plain), model, key, given), _filled(plain, model, key, given), rtol=1e-13, atol=0
        )


def test_derivatives_of_what_a_dose_sets() -> None:
    model = load_model("turnover")
    module, given = kernels(model), _arguments(model, 2, 2.0)
    by_states = _filled(module.at_dose_by_states, model, "at_dose_by_states", given)
    order = list(model.states)
    expected = np.eye(len(order))
    expected[order.index("E1"), order.index("E1")] = expected[order.index("E2"), order.index("E2")] = 0
    np.testing.assert_array_equal(by_states, expected)
    assert not _filled(module.at_dose_by_parameters, model, "at_dose_by_parameters", given).any()


def test_a_model_from_elsewhere_is_written_when_asked() -> None:
    loop = load_model("loop")
    slower = replace(loop.states["P"], rate="0.5*(" + loop.states["P"].rate + ")", at_dose="P*kP + 1")
    model = replace(loop, states={**loop.states, "P": slower})
    module = kernels(model)
    assert module is kernels(model)
    given = _arguments(model, 4, 1.6)
    place = list(model.states).index("P")
    halved = _filled(module.rates, model, "rates", given)
    whole = _filled(kernels(loop).rates, loop, "rates", given)
    assert halved[place] == pytest.approx(whole[place] / 2)
    np.testing.assert_array_equal(np.delete(halved, place), np.delete(whole, place))
    kp = given["p"][list(model.value_names).index("kP")]  # type: ignore[index]
    by_states = _filled(module.at_dose_by_states, model, "at_dose_by_states", given)
    assert by_states[place, place] == kp
    dosed = _filled(module.at_dose, model, "at_dose", given)
    assert dosed[place] == given["y"][place] * kp + 1  # type: ignore[index]
