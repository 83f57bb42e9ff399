"""The models of the catalogue: derivatives, exact baselines, variants that differ where they say."""

from __future__ import annotations

import pickle
import re
import tomllib
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.errors import CostimError
from costim.mechanism.compiled.lookup import kernels
from costim.mechanism.model.agents import agent_names, load_agent, with_agent
from costim.mechanism.model.catalogue import MODELS, load_model, model_of
from costim.mechanism.model.equations import python_functions
from costim.mechanism.model.fingerprint import fingerprint
from costim.mechanism.model.model import Parameter
from costim.mechanism.model.parse import FormulaError
from costim.mechanism.model.system import system
from costim.registry.catalogue import references
from tests.mechanism.patients import CASES, drawn_values, model_of_case, typical_values


@pytest.mark.parametrize(("name", "agent"), CASES)
def test_the_baseline_is_a_fixed_point_to_rounding(name: str, agent: str) -> None:
    model = model_of_case(name, agent)
    p = drawn_values(model, 1, 500)
    functions = python_functions(model)
    y = functions.baseline(p)
    rates = functions.rates(y, p, 0.0)
    # Each rate is a difference of flows; none may exceed the rounding of the flows themselves.
    largest = np.maximum(p.max(axis=1, keepdims=True), 1.0) * np.maximum(y, 1.0)
    assert (np.abs(rates) <= 1e-14 * largest).all()


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), name=st.sampled_from(MODELS))
def test_derivatives_of_rates_and_outputs_against_finite_differences(seed: int, name: str) -> None:
    model = load_model(name)
    functions = python_functions(model)
    rng = np.random.default_rng(seed)
    p = drawn_values(model, seed, 1)[0]
    y = (functions.baseline(p) + 0.05) * rng.uniform(0.3, 1.5, len(model.states))
    infusion = rng.uniform(0, 3000)
    pairs = [
        (functions.jacobian(y, p, infusion), lambda y, p: functions.rates(y, p, infusion), "y"),
        (functions.by_parameters(y, p, infusion), lambda y, p: functions.rates(y, p, infusion), "p"),
        (functions.outputs_by_states(y, p), functions.outputs, "y"),
        (functions.outputs_by_values(y, p), functions.outputs, "p"),
        (functions.baseline_by_parameters(p), lambda _, p: functions.baseline(p), "p"),
    ]
    for exact, function, by in pairs:
        at = y if by == "y" else p
        for j in range(exact.shape[-1]):
            step = 1e-4 * at[j]
            shifted = []
            for k in (-2, -1, 1, 2):
                moved = at.copy()
                moved[j] += k * step
                shifted.append(function(moved, p) if by == "y" else function(y, moved))
            numeric = (shifted[0] - 8 * shifted[1] + 8 * shifted[2] - shifted[3]) / (12 * step)
            rounding = 1e-14 * np.abs(shifted).max(axis=0) / step
            np.testing.assert_allclose(exact[:, j], numeric, rtol=1e-6, atol=float(rounding.max()) + 1e-9)


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["loop", "turnover"])
def test_derivatives_against_jax(name: str) -> None:
    jax = pytest.importorskip("jax")
    jnp = pytest.importorskip("jax.numpy")
    model = load_model(name)
    ours = python_functions(model)
    p, y = _point(name)
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        theirs = python_functions(model, jnp)
        parameters = len(model.parameters)
        checks = [
            (ours.jacobian(y, p, 40.0), jax.jacfwd(theirs.rates, 0)(y, p, 40.0)),
            (ours.by_parameters(y, p, 40.0), jax.jacfwd(theirs.rates, 1)(y, p, 40.0)[:, :parameters]),
            (ours.outputs_by_states(y, p), jax.jacfwd(theirs.outputs, 0)(y, p)),
            (ours.outputs_by_values(y, p), jax.jacfwd(theirs.outputs, 1)(y, p)),
            (ours.baseline_by_parameters(p), jax.jacfwd(theirs.baseline)(p)[:, :parameters]),
        ]
        for mine, other in checks:
            np.testing.assert_allclose(mine, np.asarray(other), rtol=1e-10, atol=1e-13)
    finally:
        jax.config.update("jax_enable_x64", before)


def _point(name: str) -> tuple[np.ndarray, np.ndarray]:
    model = load_model(name)
    p = drawn_values(model, 7, 1)[0]
    return p, (python_functions(model).baseline(p) + 0.1) * np.linspace(0.4, 1.6, len(model.states))


def test_without_cooperativity_only_n_differs() -> None:
    loop, plain = load_model("loop"), load_model("no_cooperative_loop")
    assert fingerprint(loop) == fingerprint(plain)
    assert {k for k in loop.parameters if loop.parameters[k].value != plain.parameters[k].value} == {"n"}
    assert (loop.parameters["n"].value, plain.parameters["n"].value) == (2, 1)


def test_without_costimulation_nothing_flows_back() -> None:
    model = load_model("no_costimulation")
    order = list(model.states)
    p, y = _point("no_costimulation")
    jacobian = python_functions(model).jacobian(y, p, 0.0)
    b_cells, t_side = ("P", "N", "M", "G"), ("X", "Ta", "Tm", "S", "Ab", "D")
    assert not any(jacobian[order.index(b), order.index(t)] for b in b_cells for t in t_side)
    assert not any(jacobian[order.index(k), order.index("X")] for k in order if k != "X")
    loop = python_functions(load_model("loop")).jacobian(
        y, np.append(np.insert(p[:14], 14, 1.0), p[14:]), 0.0
    )  # the rival has no `g`
    assert loop[order.index("G"), order.index("Tm")] > 0


def test_in_the_turnover_model_activity_knows_no_b_cells() -> None:
    model = load_model("turnover")
    order = list(model.states)
    p, y = _point("turnover")
    jacobian = python_functions(model).jacobian(y, p, 0.0)
    assert not any(jacobian[order.index("D"), order.index(k)] for k in ("A1", "A2", "P", "N", "M"))
    after = python_functions(model).at_dose(p, y)
    changed = {k for i, k in enumerate(order) if after[i] != y[i]}
    assert changed == {"E1", "E2"}
    assert {after[order.index(k)] for k in changed} == {1.0}


@pytest.mark.parametrize(("name", "agent"), CASES)
def test_values_are_in_range_have_evidence_and_known_sources(name: str, agent: str) -> None:
    model = model_of_case(name, agent)
    for p in (*model.parameters.values(), *model.scales.values(), *model.covariates.values()):
        assert p.minimum <= p.value <= p.maximum, p.name
        assert p.evidence in ("published", "derived", "speculative"), p.name
        assert isinstance(p.value, float)
        assert p.source == "" or p.source in references(), p.name
        assert p.evidence != "published" or p.source, f"{p.name} is called published and names no source"
        assert p.scale != "logit" or (p.minimum, p.maximum) == (0, 1)


def test_values_of_the_specification() -> None:
    values = {k: p.value for k, p in load_model("loop").parameters.items()}
    assert (values["CL"], values["V1"], values["kmax"], values["EC50"], values["K"]) == (0.257, 2.98, 0.65, 12, 0.32)
    assert list(load_model("loop").states) == ["A1", "A2", "P", "N", "M", "G", "X", "Ta", "Tm", "S", "Ab", "D"]


def test_agents_change_what_they_name_and_say_how_it_is_known() -> None:
    loop = load_model("loop")
    assert with_agent(loop, load_agent("rituximab")) is loop
    for name in agent_names()[1:]:
        agent = load_agent(name)
        model = with_agent(loop, agent)
        changed = {k for k in loop.parameters if loop.parameters[k] != model.parameters[k]}
        assert changed == agent.values.keys()
        assert fingerprint(model) == fingerprint(loop)
        for key in changed:
            p = model.parameters[key]
            assert "35 x 0.02" not in p.note, "a note about rituximab stayed"
            assert p.evidence == "speculative" or p.source == "obinutuzumab_label"
    assert load_agent("car_t_pulse").amount_unit == "cells"
    assert with_agent(loop, load_agent("car_t_pulse")).outputs["drug"].unit == "cells/L"
    assert "fG" not in with_agent(load_model("turnover"), load_agent("obinutuzumab")).parameters


def test_models_and_agents_travel_between_processes() -> None:
    for name in MODELS:
        assert pickle.loads(pickle.dumps(load_model(name))) == load_model(name)  # noqa: S301


def test_unknown_names_say_what_there_is() -> None:
    with pytest.raises(CostimError, match=r"no model 'lop'.*loop, no_cooperative_loop"):
        load_model("lop")
    with pytest.raises(CostimError, match=r"no agent 'rtx'.*rituximab, obinutuzumab"):
        load_agent("rtx")


def _tiny(**changed: object) -> dict[str, object]:
    raw: dict[str, object] = {
        "name": "t",
        "title": "T",
        "prose": "",
        "inputs": ["infusion"],
        "states": {"A": {"baseline": "0", "rate": "infusion - k*A", "title": "A", "evidence": "derived"}},
        "parameters": {"k": {"value": 1, "title": "k", "evidence": "derived"}},
        "outputs": {},
    }
    return raw | changed


def test_faulty_model_files_are_refused() -> None:
    state = {"title": "A", "evidence": "derived"}
    with pytest.raises(FormulaError, match="unknown name q"):
        system(model_of(_tiny(states={"A": {"baseline": "0", "rate": "q*A", **state}})))
    with pytest.raises(FormulaError, match=r"baseline of A.*unknown name A"):
        system(model_of(_tiny(states={"A": {"baseline": "A", "rate": "0", **state}})))
    circle = {"a": {"formula": "b", "title": ""}, "b": {"formula": "a", "title": ""}}
    with pytest.raises(FormulaError, match="circular: a, b"):
        system(model_of(_tiny(quantities=circle)))


def test_typical_values_are_those_that_stand_in_the_file() -> None:
    loop = load_model("loop")
    assert typical_values(loop)[0] == pytest.approx(0.257 * (1.6 / 1.8) ** 0.9)
    assert isinstance(loop.parameters["n"], Parameter)


CLASHES = {"P": "y", "N": "p", "G": "dy", "C": "out", "K": "r0", "g": "math", "S": "J", "kill": "power", "Ta": "gather"}


def test_names_that_the_written_code_uses_itself_change_nothing() -> None:
    text = (files("costim.mechanism.model") / "loop.toml").read_text("utf-8")
    for old, new in CLASHES.items():
        assert not re.search(rf"\b{new}\b", re.sub(r"(?m)#.*$", "", text)), new
        text = re.sub(rf"\b{old}\b", new, text)
    renamed, model = model_of(tomllib.loads(text)), load_model("loop")
    assert {"y", "p", "dy"} < set(renamed.states)
    p = drawn_values(model, 4, 1)[0]
    y = python_functions(model).baseline(p) + 0.1
    for name in ("rates", "jacobian", "by_parameters"):
        ours, theirs = (getattr(python_functions(m), name)(y, p, 10.0) for m in (model, renamed))
        np.testing.assert_array_equal(theirs, ours)
        filled = [np.full(ours.shape, np.nan) for _ in range(2)]
        for m, array in zip((model, renamed), filled, strict=True):
            getattr(kernels(m), name)(y, p, 10.0, array)
        np.testing.assert_array_equal(*filled)
        np.testing.assert_allclose(filled[0], ours, rtol=1e-12, atol=1e-12)
