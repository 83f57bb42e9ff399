"""A document of ours back to model, values and infusions; read from its mathematics, titles and evidence from notes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from costim.errors import CostimError
from costim.mechanism.dosing.schedule import Schedule
from costim.mechanism.model.model import Function, Model, Output, Parameter, Quantity, State
from costim.mechanism.model.parse import FormulaError
from costim.mechanism.model.system import system
from costim.mechanism.model.validation import problems_of_values
from costim.mechanism.sbml.document import Event, SbmlModel, Symbol
from costim.mechanism.sbml.units import unit_named

NUMBERS = ("spread", "minimum", "maximum")
WORDS = ("evidence", "unit", "scale", "covariate", "source", "note")


def patient_of(document: SbmlModel) -> tuple[Model, NDArray[np.float64], Schedule]:
    """Model, values (`model.value_names`,) and infusions (one row) of a document that `write_sbml` wrote.

    Equations, values and infusions are those of the document as it stands, also where it was changed since.

    Raises:
        CostimError: the document is of another make; `trajectories` follows it all the same.
    """
    if document.about.get("") != "model" or document.reactions:
        raise CostimError("The document was not written by costim: its trajectories can be had, no patient of a model.")
    functions, kept = _functions(document)
    text = _Text(kept)
    doses, at_dose = _doses(document, text)
    kinds: dict[str, dict[str, Symbol]] = {}
    for symbol in document.symbols.values():
        kinds.setdefault(symbol.about.get("", ""), {})[symbol.name] = symbol
    inputs = tuple(document.about.get("inputs", "").split())
    rules = document.assignment_rules
    _check_rest(document, kinds, inputs, len(doses))
    try:
        model = Model(
            name=document.name,
            title=document.title,
            prose=document.about.get("prose", ""),
            inputs=inputs,
            functions=functions,
            quantities={
                k: Quantity(name=k, formula=text.of(rules[k]), title=s.title, unit=s.about.get("unit", ""))
                for k, s in kinds.get("quantity", {}).items()
            },
            states={k: _state(s, document, text, at_dose) for k, s in kinds.get("state", {}).items()},
            parameters={k: _parameter(s) for k, s in kinds.get("parameter", {}).items()},
            scales={k: _parameter(s) for k, s in kinds.get("scale", {}).items()},
            covariates={},
            outputs={k: _output(s, text.of(rules[k])) for k, s in kinds.get("output", {}).items()},
        )
        system(model)
    except (FormulaError, KeyError, ValueError) as error:
        raise CostimError(f"The document is no longer a model of costim: {error}.") from None
    values = np.array([_value(document.symbols[k]) for k in model.value_names])
    if problems := problems_of_values(model, values[None, :]):
        raise CostimError("The document holds values out of range:\n  " + "\n  ".join(problems))
    columns = np.array(doses, dtype=np.float64).reshape(1, len(doses), 3)
    return model, values, Schedule(*(np.ascontiguousarray(columns[:, :, i]) for i in range(3)))


def _functions(document: SbmlModel) -> tuple[dict[str, Function], dict[str, int]]:
    """Functions without the parameters that were added as arguments, and how many arguments stay."""
    found, kept = {}, {}
    values = {s.name for s in document.symbols.values() if s.about.get("") in ("parameter", "scale")}
    for name, (arguments, body) in document.functions.items():
        own = tuple(a for a in arguments if a not in values)
        kept[name] = len(own)
        found[name] = Function(name, own, _Text(kept).of(body), document.about.get(f"function_{name}", ""))
    return found, kept


class _Text:
    """Formulas as text, added arguments left out."""

    def __init__(self, kept: Mapping[str, int]) -> None:
        self.kept = kept

    def of(self, tree: ast.expr) -> str:
        """Text of a formula."""
        return ast.unparse(_Shorter(self.kept).visit(ast.parse(ast.unparse(tree), mode="eval")).body)


class _Shorter(ast.NodeTransformer):
    def __init__(self, kept: Mapping[str, int]) -> None:
        self.kept = kept

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in self.kept:
            node.args = node.args[: self.kept[node.func.id]]
        return node


def _doses(document: SbmlModel, text: _Text) -> tuple[list[tuple[float, float, float]], dict[str, str]]:
    """(start, amount, duration) of each infusion, and what infusions set."""
    doses: list[tuple[float, float, float]] = []
    sets: dict[str, str] = {}
    events = {event.name: event for event in document.events}
    while f"dose_{len(doses) + 1}_start" in document.symbols:
        i = len(doses) + 1
        start, amount, duration = (_value(document.symbols[f"dose_{i}_{w}"]) for w in ("start", "amount", "duration"))
        doses.append((start, amount, duration))
        begins = _switched(events.get(f"dose_{i}_begins"), f"time() >= dose_{i}_start", f"dose_{i}_on", "1", text)
        ends = _switched(
            events.get(f"dose_{i}_ends"), f"time() >= dose_{i}_start + dose_{i}_duration", f"dose_{i}_on", "0", text
        )
        if begins is None or ends != {} or begins != (sets if i > 1 else begins):
            raise CostimError(f"Infusion {i} of the document is not switched as costim writes it.")
        sets = begins
    if len(events) != 2 * len(doses):
        raise CostimError("The document has events that are no infusions: its trajectories can be had, no patient.")
    return doses, sets


def _switched(event: Event | None, trigger: str, switch: str, value: str, text: _Text) -> dict[str, str] | None:
    """What an event sets beside its switch; None where it is not the event expected."""
    if event is None or ast.unparse(event.trigger) != trigger or not event.initially:
        return None
    sets = {key: text.of(tree) for key, tree in event.assignments.items()}
    return sets if sets.pop(switch, "") == value else None


def _check_rest(
    document: SbmlModel, kinds: Mapping[str, Mapping[str, Symbol]], inputs: tuple[str, ...], doses: int
) -> None:
    """The input is the sum of the infusions that run, the switches begin right, and nothing else is in the document."""
    parts = " + ".join(f"dose_{i}_on * dose_{i}_amount / dose_{i}_duration" for i in range(1, doses + 1)) or "0.0"
    known = {f"dose_{i}_{w}" for i in range(1, doses + 1) for w in ("start", "amount", "duration", "on")}
    for name in inputs:
        rule = document.assignment_rules.get(name)
        if rule is None or ast.unparse(rule) != parts:
            raise CostimError(f"{name} of the document is not the sum of its infusions.")
    for i in range(1, doses + 1):
        begun = _value(document.symbols[f"dose_{i}_start"]) <= 0
        if _value(document.symbols[f"dose_{i}_on"]) != float(begun):
            raise CostimError(f"dose_{i}_on of the document begins otherwise than infusion {i} says.")
    unknown = sorted(kinds.get("", {}).keys() - known - {*inputs})
    moved = document.rate_rules.keys() - kinds.get("state", {}).keys()
    if unknown or moved:
        raise CostimError(f"The document holds more than a model of costim: {', '.join([*unknown, *sorted(moved)])}.")


def _state(symbol: Symbol, document: SbmlModel, text: _Text, at_dose: Mapping[str, str]) -> State:
    first = document.initial_assignments.get(symbol.name)
    if isinstance(first, ast.IfExp):
        # As written: what a dose at time 0 sets, else the baseline.
        if text.of(first.body) != at_dose.get(symbol.name) or ast.unparse(first.test) != "dose_1_start <= 0":
            raise CostimError(f"{symbol.name} of the document does not begin as costim writes it.")
        first = first.orelse
    return State(
        name=symbol.name,
        baseline=symbol.written if first is None else text.of(first),
        rate=text.of(document.rate_rules[symbol.name]),
        title=symbol.title,
        evidence=_evidence(symbol),
        unit=symbol.about.get("unit", ""),
        at_dose=at_dose.get(symbol.name, ""),
    )


def _parameter(symbol: Symbol) -> Parameter:
    about = symbol.about
    fields: dict[str, Any] = {key: about[key] for key in WORDS if key in about}
    fields |= {key: float(about[key]) for key in NUMBERS if key in about}
    fields |= {"evidence": _evidence(symbol), "unit": about.get("unit", unit_named(symbol.unit))}
    return Parameter(name=symbol.name, value=float(about.get("typical", _value(symbol))), title=symbol.title, **fields)


def _output(symbol: Symbol, formula: str) -> Output:
    about = symbol.about
    error: Any = about.get("error", "log_additive")
    return Output(
        name=symbol.name,
        formula=formula,
        title=symbol.title,
        error=error,
        unit=about.get("unit", ""),
        error_sd=float(about.get("error_sd", "0")),
        offset=float(about.get("offset", "0")),
    )


def _evidence(symbol: Symbol) -> Any:
    evidence = symbol.about.get("evidence", "")
    # Who says nothing of where a value comes from has no source.
    return evidence if evidence in ("published", "derived", "speculative") else "speculative"


def _value(symbol: Symbol) -> float:
    return float("nan") if symbol.value is None else symbol.value
