"""A short name of a set of equations: models that differ in values only have the same."""

from __future__ import annotations

import ast
import hashlib
import json

from costim.mechanism.model.model import Model


def fingerprint(model: Model) -> str:
    """Hexadecimal digest over names, orders and formulas of everything that enters the equations."""
    parts = (
        model.inputs,
        [(f.name, f.arguments, _plain(f.formula)) for f in model.functions.values()],
        [(q.name, _plain(q.formula)) for q in model.quantities.values()],
        [(s.name, _plain(s.baseline), _plain(s.rate), _plain(s.at_dose)) for s in model.states.values()],
        [(o.name, _plain(o.formula)) for o in model.outputs.values()],
        list(model.parameters),
        list(model.scales),
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _plain(formula: str) -> str:
    """A formula without the accidents of spaces and needless parentheses."""
    return ast.unparse(ast.parse(formula.strip(), mode="eval")) if formula else ""
