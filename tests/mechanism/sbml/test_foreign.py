"""Documents of other makes: followed as libRoadRunner does, or refused element by element."""

# ruff: noqa: E501 - elements of XML stand on one line each
from __future__ import annotations

import math as number

import numpy as np
import pytest

from costim.errors import CostimError
from costim.mechanism.sbml.read import read_sbml
from costim.mechanism.sbml.recover import patient_of
from costim.mechanism.sbml.trajectories import trajectories
from tests.mechanism.sbml.foreign import (
    ENZYME,
    L2,
    L3V1,
    LEVEL2,
    PIECES,
    TIME,
    ap,
    call,
    ci,
    cn,
    document,
    event,
    function,
    math,
    parameter,
)

SYMBOLS = {
    ENZYME: ["[A]", "[B]", "E", "total", "twice"],
    PIECES: ["x", "y", "u", "w"],
    LEVEL2: ["[S]", "[P]", "lambda"],
}


@pytest.mark.oracle
@pytest.mark.parametrize("text", [ENZYME, PIECES, LEVEL2], ids=["enzyme", "pieces", "level 2"])
def test_followed_as_libroadrunner_does(text: str) -> None:
    roadrunner = pytest.importorskip("roadrunner")
    libsbml = pytest.importorskip("libsbml")
    errors = libsbml.readSBMLFromString(text)
    assert errors.getNumErrors(libsbml.LIBSBML_SEV_ERROR) == 0
    runner = roadrunner.RoadRunner(text)
    runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-10, 1e-12
    runner.timeCourseSelections = SYMBOLS[text]
    times = np.linspace(0, 10, 41)
    theirs = np.array(runner.simulate(0, 10, 41))
    ours = trajectories(read_sbml(text), times, rtol=1e-10, atol=1e-12)
    # At the very time of an event tools differ in which side they print.
    between = np.isin(times, (0, 2.5, 3, 4, 6), invert=True)
    for j, name in enumerate(SYMBOLS[text]):
        np.testing.assert_allclose(ours[name.strip("[]")][between], theirs[between, j], rtol=1e-6, atol=1e-9)


def test_events_by_hand() -> None:
    found = trajectories(read_sbml(PIECES), np.array([0.0, 2.4, 2.5, 5.9, 6.0, 9.0]))
    assert found["u"].tolist() == [3, 3, 4, 4, 0, 0]  # at the time of an event, the values after it
    decay = number.exp(-0.1 * 3)
    assert found["x"][5] == pytest.approx(found["x"][4] * decay, rel=1e-7)


def test_amounts_and_concentrations_at_the_beginning() -> None:
    found = trajectories(read_sbml(ENZYME), np.array([0.0]))
    assert (found["A"][0], found["B"][0], found["E"][0], found["W"][0]) == (10, 2, 1, 1.2)
    assert found["twice"][0] == 4
    assert found["total"][0] == pytest.approx(14.2)


def test_one_decay_by_hand() -> None:
    text = document(
        f"<listOfParameters>{parameter('x', 8, False)}{parameter('k', '2e-1')}</listOfParameters>"
        f'<listOfRules><rateRule variable="x">{math(ap("minus", ap("times", ci("k"), ci("x"))))}</rateRule></listOfRules>',
        L3V1,
    )
    times = np.linspace(0, 20, 9)
    np.testing.assert_allclose(trajectories(read_sbml(text), times)["x"], 8 * np.exp(-0.2 * times), rtol=1e-6)
    with pytest.raises(CostimError, match="not written by costim"):
        patient_of(read_sbml(text))


X = f"<listOfParameters>{parameter('x', 1, False)}{parameter('k', 1)}</listOfParameters>"


def rules(inner: str) -> str:
    return f"<listOfRules>{inner}</listOfRules>"


def rate(content: str, variable: str = "x") -> str:
    return f'<rateRule variable="{variable}">{math(content)}</rateRule>'


SPECIES = (
    '<listOfCompartments><compartment id="c" size="1" constant="true" spatialDimensions="3"/></listOfCompartments>'
    '<listOfSpecies><species id="S" compartment="c" initialAmount="1" hasOnlySubstanceUnits="true" '
    'boundaryCondition="false" constant="false"/></listOfSpecies>'
)


def reaction(inner: str, attributes: str = "") -> str:
    return (
        SPECIES
        + f'<listOfReactions><reaction id="r" reversible="false" {attributes}>{inner}</reaction></listOfReactions>'
    )


REACTANT = '<listOfReactants><speciesReference species="S" stoichiometry="1" constant="true"/></listOfReactants>'
LAW = f"<kineticLaw>{math(ci('S'))}</kineticLaw>"
DELAY = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/delay">d</csymbol>'
FUNCTION = "<listOfFunctionDefinitions>{}</listOfFunctionDefinitions>"
REFUSED = {
    "delay": (X + rules(rate(f"<apply>{DELAY}{ci('x')}{cn(1)}</apply>")), r"<rateRule> x: .*csymbol"),
    "algebraic": (X + rules(f"<algebraicRule>{math(ci('x'))}</algebraicRule>"), "<algebraicRule>: only assignment"),
    "event delay": (
        X
        + f"<listOfEvents>{event('e', ap('gt', TIME, cn(1)), {'x': cn(1)}, extra=f'<delay>{math(cn(1))}</delay>')}</listOfEvents>",
        "<event> e: events with a delay",
    ),
    "priority": (
        X
        + f"<listOfEvents>{event('e', ap('gt', TIME, cn(1)), {'x': cn(1)}, extra=f'<priority>{math(cn(1))}</priority>')}</listOfEvents>",
        "events with a priority",
    ),
    "trigger by state": (
        X + rules(rate(cn(1))) + f"<listOfEvents>{event('e', ap('gt', ci('x'), cn(1)), {'x': cn(0)})}</listOfEvents>",
        "<event> e: only triggers that compare time",
    ),
    "trigger at a moving time": (
        X + rules(rate(cn(1))) + f"<listOfEvents>{event('e', ap('gt', TIME, ci('x')), {'x': cn(0)})}</listOfEvents>",
        "<event> e: only triggers",
    ),
    "trigger of a function of time": (
        X + f"<listOfEvents>{event('e', ap('gt', ap('sin', TIME), cn(0)), {'x': cn(0)})}</listOfEvents>",
        "<event> e: only triggers",
    ),
    "unknown symbol": (X + rules(rate(ci("nothing"))), "<rateRule> x: nothing: no such symbol"),
    "unknown function": (X + rules(rate(call("f", ci("x")))), "f: no such function"),
    "unknown operator": (X + rules(rate(ap("int", ci("x")))), "operator <int>"),
    "no formula": (X + rules('<rateRule variable="x"/>'), "<rateRule> x: has no formula"),
    "arguments": (X + rules(rate(ap("divide", ci("x")))), "divide with 1 arguments"),
    "constant": (X + rules(rate(cn(1), "k")), "k: is constant and yet changed"),
    "two rules": (
        X + rules(rate(cn(1)) + f'<assignmentRule variable="x">{math(cn(1))}</assignmentRule>'),
        "x: has two rules",
    ),
    "circle": (
        f"<listOfParameters>{parameter('a', 1, False)}{parameter('b', 1, False)}</listOfParameters>"
        + rules(
            f'<assignmentRule variable="a">{math(ci("b"))}</assignmentRule>'
            f'<assignmentRule variable="b">{math(ci("a"))}</assignmentRule>'
        ),
        "assignment rules are circular: a, b",
    ),
    "no value": (
        '<listOfParameters><parameter id="x" constant="true"/></listOfParameters>',
        "<parameter> x: has no initial value",
    ),
    "bad number": ('<listOfParameters><parameter id="x" value="1,5" constant="true"/></listOfParameters>', "'1,5'"),
    "bad cn": (X + rules(rate("<cn>abc</cn>")), "'abc' is no number"),
    "fast": (reaction(REACTANT + LAW, 'fast="true"'), "<reaction> r: fast reactions"),
    "no law": (reaction(REACTANT), "<reaction> r: has no kinetic law"),
    "no stoichiometry": (
        reaction(REACTANT.replace(' stoichiometry="1"', "") + LAW),
        "<speciesReference> S: has no stoichiometry",
    ),
    "changing stoichiometry": (
        reaction(REACTANT.replace('constant="true"', 'constant="false"') + LAW),
        "stoichiometry that changes",
    ),
    "rate as symbol": (
        reaction(REACTANT + LAW) + X + rules(rate(ci("r"))),
        "r: the rate of a reaction as a symbol",
    ),
    "self-calling function": (
        FUNCTION.format(function("f", "a", call("f", ci("a")))),
        "<functionDefinition> f: calls f",
    ),
    "function with free names": (
        FUNCTION.format(function("f", "a", ci("k"))) + X,
        "uses k, which it does not take",
    ),
    "conversion factor": (
        SPECIES.replace('initialAmount="1"', 'initialAmount="1" conversionFactor="k"') + X,
        "<species> S: conversion factors",
    ),
    "unknown part": ("<listOfDreams/>", "<listOfDreams>: is not supported"),
    "twice": (X.replace('id="k"', 'id="x"'), "<parameter> x: the identifier is used twice"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_done_is_refused_with_element_and_reason(case: str) -> None:
    body, words = REFUSED[case]
    with pytest.raises(CostimError, match=words):
        read_sbml(document(body), "model.xml")


def test_everything_refused_is_told_at_once() -> None:
    body = X + rules(rate(ap("int", ci("x"))) + f"<algebraicRule>{math(ci('x'))}</algebraicRule>")
    body += f"<listOfEvents>{event('e', ap('gt', TIME, cn(1)), {'x': cn(1)}, extra=f'<delay>{math(cn(1))}</delay>')}</listOfEvents>"
    with pytest.raises(CostimError) as caught:
        read_sbml(document(body), "model.xml")
    message = str(caught.value)
    assert message.startswith("model.xml: cannot be read")
    assert all(words in message for words in ("<rateRule> x", "<algebraicRule>", "<event> e"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<a", "not well-formed"),
        ("<sbml/>", "expected SBML Level 3"),
        ('<sbml xmlns="http://www.sbml.org/sbml/level2/version1"><model/></sbml>', "level2/version1"),
        (f'<sbml xmlns="{L2}"/>', "holds no <model>"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><sbml/>', "document type or entities"),
        (document(X + rules(rate(ap("plus", *[ci("x")] * 500)))), "plus with 500 arguments"),
        (document(X + rules(rate("<apply><abs/>" * 300 + ci("x") + "</apply>" * 300))), "nested deeper"),
        (document(X, attributes='xmlns:fbc="http://a/fbc" fbc:required="true"'), "http://a/fbc is required"),
    ],
)
def test_what_is_no_document_is_refused(text: str, words: str) -> None:
    with pytest.raises(CostimError, match=words):
        read_sbml(text, "model.xml")


def test_functions_that_swell_are_refused() -> None:
    functions = function("f0", "a", ap("plus", ci("a"), ci("a")))
    for i in range(1, 40):
        functions += function(f"f{i}", "a", ap("plus", call(f"f{i - 1}", ci("a")), call(f"f{i - 1}", ci("a"))))
    body = f"<listOfFunctionDefinitions>{functions}</listOfFunctionDefinitions>"
    with pytest.raises(CostimError, match="<functionDefinition> f16: is too large"):
        read_sbml(document(body + X + rules(rate(call("f39", ci("x"))))))


def test_calls_inside_calls_that_swell_are_refused() -> None:
    content = ci("x")
    for _ in range(40):
        content = call("f", content)
    double = function("f", "a", ap("plus", ci("a"), ci("a")))
    body = f"<listOfFunctionDefinitions>{double}</listOfFunctionDefinitions>"
    with pytest.raises(CostimError, match="<rateRule> x: is too large"):
        read_sbml(document(body + X + rules(rate(content))))


def test_functions_that_nest_too_deeply_are_refused() -> None:
    functions = function("f0", "a", "<apply><abs/>" * 50 + ci("a") + "</apply>" * 50)
    for i in range(1, 60):
        functions += function(f"f{i}", "a", call(f"f{i - 1}", ap("abs", call("f0", ci("a")))))
    body = f"<listOfFunctionDefinitions>{functions}</listOfFunctionDefinitions>"
    with pytest.raises(CostimError, match="<rateRule> x: is nested too deeply"):
        read_sbml(document(body + X + rules(rate(call("f59", ci("x"))))))


def test_times_and_rates_that_cannot_be_followed() -> None:
    good = read_sbml(document(X + rules(rate(ci("x")))))
    with pytest.raises(CostimError, match="ascend from 0"):
        trajectories(good, np.array([1.0, 0.5]))
    with pytest.raises(CostimError, match="no finite rate at time 0"):
        trajectories(read_sbml(document(X + rules(rate(ap("divide", ci("x"), cn(0)))))), np.array([0.0, 1.0]))
    with pytest.raises(CostimError, match="no finite rate"):
        power = ap("power", ap("power", cn(9), cn(9)), ap("power", cn(9), cn(9)))
        trajectories(read_sbml(document(X + rules(rate(power)))), np.array([0.0, 1.0]))
