"""Formulas: what is read, what is refused, derivatives by rule against finite differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costim.mechanism.model.differentiate import derivative
from costim.mechanism.model.expression import Expression, names_in
from costim.mechanism.model.model import Function
from costim.mechanism.model.parse import FormulaError, parse
from costim.mechanism.model.write_python import Writer, array_call, array_power, local

H = {"h": Function("h", ("x",), "x**n*(1 + K**n)/(K**n + x**n)", "")}


def evaluated(e: Expression, **values: float) -> float:
    """By the straight-line code that is written of a tree."""
    body = Writer({}).body([("result", e)])
    scope = {local(name): value for name, value in values.items()}
    exec("\n".join(body), {"math": math}, scope)  # noqa: S102 - the code was written from a checked tree
    return scope["result"]


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os')",
        "a.b",
        "a[0]",
        "lambda: 1",
        "a if b else c",
        "a < b",
        "a; b",
        "f(1)",
        "exp(1, 2)",
        "min(1)",
        "h(1, 2)",
        "'a'",
        "True",
        "a @ b",
        "exp(x=1)",
        "(",
        "",
    ],
)
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(FormulaError):
        parse(formula, H)


def test_a_function_does_not_call_itself() -> None:
    with pytest.raises(FormulaError, match="f with 1 arguments"):
        parse("f(1)", {"f": Function("f", ("x",), "f(x)", "")})


def test_functions_are_worked_in() -> None:
    assert names_in(parse("h(a + b)", H)) == {"a", "b", "K", "n"}
    assert evaluated(parse("h(x)", H), x=1.0, n=1.7, K=0.3) == 1.0
    assert evaluated(parse("h(x)", H), x=0.5, n=2.0, K=0.32) == pytest.approx(0.25 * 1.1024 / (0.1024 + 0.25))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("2 - 3 - 4", -5.0),
        ("2 - (3 - 4)", 3.0),
        ("8/4/2", 1.0),
        ("8/(4/2)", 4.0),
        ("-x**2", -9.0),
        ("(-x)**2", 9.0),
        ("2*(x + 1)/4", 2.0),
        ("a - -x", 5.0),
        ("a*(x - a)*x", 6.0),
        ("min(a, x) + 10*max(a, x)", 32.0),
        ("exp(log(x))", 3.0),
        ("x**a", 9.0),
        ("x**(a + 0.5)", 3.0**2.5),
        ("zero**a", 0.0),
        ("zero**zero", 1.0),
        ("zero**(a + 0.5)", 0.0),
    ],
)
def test_formulas_mean_what_python_means(formula: str, expected: float) -> None:
    assert evaluated(parse(formula, {}), x=3.0, a=2.0, zero=0.0) == pytest.approx(expected, rel=1e-15)


LEAVES = st.sampled_from(["x", "y", "a", "0.5", "2", "1"])
SAFE = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]}/(1 + ({t[1]})**2))"),
        inner.map(lambda t: f"exp(-({t})**2)"),
        inner.map(lambda t: f"log(2 + ({t})**2)"),
        st.tuples(inner, inner).map(lambda t: f"(1 + ({t[0]})**2)**(0.1 + exp(-({t[1]})**2))"),
    ),
    max_leaves=8,
)
"""Smooth formulas without poles."""


@settings(max_examples=100)
@given(formula=SAFE, x=st.floats(0.2, 2), y=st.floats(0.2, 2), a=st.floats(0.2, 2))
def test_derivatives_against_finite_differences(formula: str, x: float, y: float, a: float) -> None:
    e = parse(formula, {})
    exact = evaluated(derivative(e, "x"), x=x, y=y, a=a)
    step = 1e-5
    shifts = [evaluated(e, x=x + k * step, y=y, a=a) for k in (-2, -1, 1, 2)]
    numeric = (shifts[0] - 8 * shifts[1] + 8 * shifts[2] - shifts[3]) / (12 * step)
    size = max(1.0, abs(exact), *map(abs, shifts))
    assert exact == pytest.approx(numeric, abs=1e-7 * size**2)


@settings(max_examples=100)
@given(formula=SAFE, x=st.floats(0.2, 2), y=st.floats(0.2, 2), a=st.floats(0.2, 2))
def test_code_for_floats_and_for_arrays_agree_with_python(formula: str, x: float, y: float, a: float) -> None:
    from costim.mechanism.model.equations import _helpers

    known = {"exp": math.exp, "log": math.log}
    expected = eval(formula, known, {"x": x, "y": y, "a": a})  # noqa: S307 - a formula made here
    assert evaluated(parse(formula, {}), x=x, y=y, a=a) == pytest.approx(expected, rel=1e-12, abs=1e-12)
    scope = {local(name): np.full(2, value) for name, value in {"x": x, "y": y, "a": a}.items()}
    code = "\n".join(Writer({}, array_power, array_call).body([("result", parse(formula, {}))]))
    exec(code, dict(_helpers(np)), scope)  # noqa: S102
    np.testing.assert_allclose(scope["result"], expected, rtol=1e-12, atol=1e-12)


def test_derivative_of_the_smaller_and_the_larger() -> None:
    low, high = (derivative(parse(f"{word}(x*x, a)", {}), "x") for word in ("min", "max"))
    assert (evaluated(low, x=1.0, a=2.0), evaluated(high, x=1.0, a=2.0)) == (2.0, 0.0)
    assert (evaluated(low, x=2.0, a=2.0), evaluated(high, x=2.0, a=2.0)) == (0.0, 4.0)


def test_derivative_by_an_exponent_at_zero_is_zero() -> None:
    assert evaluated(derivative(parse("x**n", {}), "n"), x=0.0, n=2.0) == 0.0
    assert evaluated(derivative(parse("x**n", {}), "x"), x=0.0, n=1.0) == 1.0
