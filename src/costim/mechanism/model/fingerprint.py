"""A short name of a set of equations: models that differ in values only have the same."""

from __future__ import annotations

import hashlib
import json

from costim.mechanism.model.model import Model


def fingerprint(model: Model) -> str:
    """Hexadecimal digest over names, orders and formulas of everything that enters the equations."""
    parts = (
        model.inputs,
        [(f.name, f.arguments, f.formula) for f in model.functions.values()],
        [(q.name, q.formula) for q in model.quantities.values()],
        [(s.name, s.baseline, s.rate, s.at_dose) for s in model.states.values()],
        [(o.name, o.formula) for o in model.outputs.values()],
        list(model.parameters),
        list(model.scales),
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
