"""A patient of a model, with infusions, as an SBML Level 3 Version 2 core document.

States are parameters with rate rules, quantities and outputs parameters with assignment rules. Each infusion has a
start, an amount, a duration and a switch that two events turn on and off; `infusion` is the sum over those that run.
A dose at time 0 needs no event: its switch is on from the beginning, and states it sets begin as it sets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Function, Model, Parameter
from costim.mechanism.model.validation import problems_of_values
from costim.mechanism.sbml.mathml_write import TIME, apply, content, function_definitions, math, number, symbol
from costim.mechanism.sbml.units import unit_definitions, unit_id

SBML = "http://www.sbml.org/sbml/level3/version2/core"
ANNOTATION = "urn:costim:mechanism:1"
"""Namespace of what SBML has no place for: evidence, spread, range, source."""


def write_sbml(model: Model, values: NDArray[np.float64], schedule: Schedule | None = None, patient: int = 0) -> str:
    """The document of one patient.

    Args:
        model: any model with at most one input.
        values: (`model.value_names`,), covariates worked in.
        schedule: infusions, none if left out; amounts in the unit of the first state, days not below 0.
        patient: row of the schedule.

    Raises:
        CostimError: values out of range, or infusions before day 0, where no document begins.
    """
    doses = _doses(schedule, patient)
    problems = problems_of_values(model, np.asarray(values, dtype=np.float64)[None, :])
    problems += [f"an infusion starts on day {d[0]:g}; a document begins on day 0" for d in doses if d[0] < 0]
    if problems:
        raise CostimError("The patient cannot be written as SBML:\n  " + "\n  ".join(problems))
    parts = _Parts(model, doses)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<sbml xmlns="{SBML}" xmlns:sbml="{SBML}" level="3" version="2">')
    lines.append(f'<model id="{model.name}" name={quoteattr(model.title)} timeUnits="day">')
    lines += _notes(model.prose, "Evidence of each value stands in its notes: published, derived or speculative.")
    said = {f"function_{key}": function.prose for key, function in model.functions.items()}
    lines += _annotation("model", {"prose": model.prose, "inputs": " ".join(model.inputs), **said})
    lines += function_definitions(model.functions)
    lines += unit_definitions({"d", "mg/d", "cells/d", *(u for u in parts.units())})
    lines += ["<listOfParameters>", *parts.parameters(values), "</listOfParameters>"]
    lines += parts.initial()
    lines += ["<listOfRules>", *parts.rules(), "</listOfRules>"]
    lines += parts.events()
    return "\n".join([*lines, "</model>", "</sbml>", ""])


def _doses(schedule: Schedule | None, patient: int) -> list[tuple[float, float, float]]:
    if schedule is None:
        return []
    rows = (schedule.start[patient], schedule.amount[patient], schedule.duration[patient])
    return [(float(s), float(a), float(d)) for s, a, d in zip(*rows, strict=True) if a > 0]


class _Parts:
    """Lists of the document."""

    def __init__(self, model: Model, doses: list[tuple[float, float, float]]) -> None:
        self.model, self.doses = model, doses
        amount = next(iter(model.states.values())).unit
        self.amount, self.rate = amount, f"{amount}/d"

    def units(self) -> list[str]:
        """Units that states, values, quantities and outputs are in."""
        m = self.model
        tables: list[Mapping[str, object]] = [m.states, m.parameters, m.scales, m.quantities, m.outputs]
        return [str(getattr(entry, "unit", "")) for table in tables for entry in table.values()]

    def parameters(self, values: NDArray[np.float64]) -> list[str]:
        """Every symbol: values, dosing, states, quantities, outputs."""
        m, lines = self.model, []
        for parameter, value in zip((*m.parameters.values(), *m.scales.values()), values, strict=True):
            kind = "parameter" if parameter.name in m.parameters else "scale"
            lines += _parameter(parameter.name, parameter.title, parameter.unit, float(value), constant=True)
            lines += [*_about(parameter, kind), "</parameter>"]
        for i, dose in enumerate(self.doses, 1):
            for word, value, unit in zip(("start", "amount", "duration"), dose, ("d", self.amount, "d"), strict=True):
                lines += [*_parameter(f"dose_{i}_{word}", f"Infusion {i}, {word}", unit, value, True), "</parameter>"]
            on = 1.0 if dose[0] <= 0 else 0.0
            lines += [*_parameter(f"dose_{i}_on", f"Infusion {i} runs", "", on, False), "</parameter>"]
        for name in m.inputs:
            lines += [*_parameter(name, "Rate of infusion", self.rate, None, False), "</parameter>"]
        for state in m.states.values():
            plain = _plain_number(state.baseline) if not (state.at_dose and self.doses) else None
            lines += _parameter(state.name, state.title, state.unit, plain, False)
            lines += _notes(f"State; {state.evidence}.")
            lines += [*_annotation("state", {"evidence": state.evidence, "unit": state.unit}), "</parameter>"]
        for quantity in m.quantities.values():
            lines += _parameter(quantity.name, quantity.title, quantity.unit, None, False)
            lines += [*_annotation("quantity", {"unit": quantity.unit}), "</parameter>"]
        for output in m.outputs.values():
            fields = {"error": output.error, "error_sd": repr(output.error_sd), "offset": repr(output.offset)}
            lines += _parameter(output.name, output.title, output.unit, None, False)
            lines += [*_annotation("output", {"unit": output.unit, **fields}), "</parameter>"]
        return lines

    def initial(self) -> list[str]:
        """Baselines; states that a dose sets begin as it sets them where the first dose is at time 0."""
        lines = []
        for state in self.model.states.values():
            start = self._math(state.baseline)
            if _plain_number(state.baseline) is not None and not (state.at_dose and self.doses):
                continue
            if state.at_dose and self.doses:
                given = self._math(state.at_dose)
                begun = apply("leq", symbol("dose_1_start"), number(0).replace("dimensionless", "day"))
                start = f"<piecewise><piece>{given}{begun}</piece><otherwise>{start}</otherwise></piecewise>"
            lines.append(f'<initialAssignment symbol="{state.name}">{math(start)}</initialAssignment>')
        return ["<listOfInitialAssignments>", *lines, "</listOfInitialAssignments>"] if lines else []

    def rules(self) -> list[str]:
        """Infusion, quantities and outputs as assignments, states as rates."""
        m = self.model
        names = [f"dose_{i}_" for i in range(1, len(self.doses) + 1)]
        rates = [
            apply("divide", apply("times", symbol(f"{d}on"), symbol(f"{d}amount")), symbol(f"{d}duration"))
            for d in names
        ]
        none = number(0.0).replace("dimensionless", unit_id(self.rate) or "dimensionless")
        total = none if not rates else rates[0] if len(rates) == 1 else apply("plus", *rates)
        formulas = dict.fromkeys(m.inputs, total)
        formulas |= {q.name: self._math(q.formula) for q in m.quantities.values()}
        formulas |= {o.name: self._math(o.formula) for o in m.outputs.values()}
        lines = [f'<assignmentRule variable="{key}">{math(text)}</assignmentRule>' for key, text in formulas.items()]
        lines += [f'<rateRule variable="{s.name}">{math(self._math(s.rate))}</rateRule>' for s in m.states.values()]
        return lines

    def events(self) -> list[str]:
        """Start and end of each infusion."""
        lines = []
        for i in range(1, len(self.doses) + 1):
            start, end = (
                symbol(f"dose_{i}_start"),
                apply("plus", symbol(f"dose_{i}_start"), symbol(f"dose_{i}_duration")),
            )
            sets = {s.name: self._math(s.at_dose) for s in self.model.states.values() if s.at_dose}
            lines += _event(f"dose_{i}_begins", start, {f"dose_{i}_on": number(1), **sets})
            lines += _event(f"dose_{i}_ends", end, {f"dose_{i}_on": number(0)})
        return ["<listOfEvents>", *lines, "</listOfEvents>"] if lines else []

    def _math(self, formula: str) -> str:
        functions: Mapping[str, Function] = self.model.functions
        return content(formula, functions)


def _plain_number(formula: str) -> float | None:
    """A baseline that is a number, which needs no assignment and has the unit of its state."""
    try:
        return int(formula) if formula.isdecimal() else float(formula)
    except ValueError:
        return None


def _parameter(identifier: str, title: str, unit: str, value: float | None, constant: bool) -> list[str]:
    number_text = "" if value is None else f' value="{value!r}"'
    units = f' units="{unit_id(unit)}"' if unit_id(unit) else ""
    flag = "true" if constant else "false"
    return [f'<parameter id="{identifier}" name={quoteattr(title)}{number_text}{units} constant="{flag}">']


def _about(parameter: Parameter, kind: str) -> list[str]:
    p = parameter
    spread = f"Between patients: SD {p.spread:g} ({p.scale})." if p.spread else "The same in all patients."
    fields = {
        "typical": repr(p.value),
        "evidence": p.evidence,
        "unit": p.unit,
        "spread": repr(p.spread),
        "scale": p.scale,
        "minimum": repr(p.minimum),
        "maximum": repr(p.maximum),
        "covariate": p.covariate,
        "source": p.source,
        "note": p.note,
    }
    words = f"{p.evidence.capitalize()}. {spread} {p.note}{' Source: ' + p.source + '.' if p.source else ''}"
    return _notes(words) + _annotation(kind, fields)


def _notes(*paragraphs: str) -> list[str]:
    inner = "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
    return [f'<notes><body xmlns="http://www.w3.org/1999/xhtml">{inner}</body></notes>']


def _annotation(element: str, fields: Mapping[str, str]) -> list[str]:
    inner = "".join(f" {key}={quoteattr(value)}" for key, value in fields.items())
    return [f'<annotation><costim:{element} xmlns:costim="{ANNOTATION}"{inner}/></annotation>']


def _event(identifier: str, day: str, assignments: Mapping[str, str]) -> list[str]:
    return [
        f'<event id="{identifier}" useValuesFromTriggerTime="true">',
        f'<trigger initialValue="true" persistent="true">{math(apply("geq", TIME, day))}</trigger>',
        "<listOfEventAssignments>",
        *(f'<eventAssignment variable="{k}">{math(v)}</eventAssignment>' for k, v in assignments.items()),
        "</listOfEventAssignments>",
        "</event>",
    ]
