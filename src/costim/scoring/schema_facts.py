"""The written form of each kind of fact as JSON schema."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import Any

from costim.measures.drug_names import CHANGES, drug_words
from costim.measures.parse import ATTRIBUTIONS, COURSES, STATEMENTS, STATES, scale_ends
from costim.measures.parse_number import NUMBER, needs_unit
from costim.registry.measure_catalogue import Fact

Schema = dict[str, Any]

_PLAIN = rf"^\s*{NUMBER}\s*$"
_WRITTEN = rf"^\s*(?:{NUMBER}(?:\s*(?:-|–|to|\.\.)\s*{NUMBER})?|(?:<=|>=|<|>|≤|≥)\s*{NUMBER})\s*$"
_NULL: Schema = {"type": "null"}
_TEXT: Schema = {"$ref": "#/$defs/written_number"}
_RANGE: Schema = {"$ref": "#/$defs/range"}
_END: Schema = {"anyOf": [{"type": ["number", "null"]}, {"type": "string", "pattern": _PLAIN}]}
_ENDS: Schema = {"lower": _END, "upper": _END, "lower_open": {"type": "boolean"}, "upper_open": {"type": "boolean"}}
_ONE_END: Schema = {
    "anyOf": [{"required": [end], "properties": {end: {"not": {"type": "null"}}}} for end in ("lower", "upper")]
}


def _definitions() -> Schema:
    words = {name: {"enum": [*known, "", None]} for name, known in drug_words().items()}
    drug = {
        "drug": {"type": "string", "pattern": r"\S", "description": "Generic name."},
        "dose": {"anyOf": [_NULL, {"type": "number", "minimum": 0}, _TEXT, _RANGE]},
        **words,
        "change": {"enum": [*CHANGES, "", None], "description": "Against the assessment before."},
        "investigational": {"enum": [*STATEMENTS, True, False, None]},
    }
    day = "Last day on which it was present: 0 is the day of the visit, -2 two days before."
    unit = {"type": "string", "pattern": r"\S"}
    return {
        "written_number": {
            "type": "string",
            "pattern": _WRITTEN,
            "description": 'A number, a range such as "7-11" or a limit such as "<0.5".',
        },
        "range": {"type": "object", "properties": _ENDS, "additionalProperties": False, **_ONE_END},
        "number_with_unit": {"anyOf": [*_marked([{"type": "number"}], "unit", unit, required=True), _NULL]},
        "day": {"description": day, "anyOf": [{"type": "integer", "maximum": 0}, _NULL, {"const": ""}, _TEXT, _RANGE]},
        "item": {"anyOf": [{"enum": list(STATES)}, _item_object(()), _NULL]},
        "statement": {"enum": [*STATEMENTS, True, False, None]},
        "drugs": {
            "type": ["array", "null"],
            "items": {"type": "object", "properties": drug, "required": ["drug"], "additionalProperties": False},
        },
    }


def _item_object(details: tuple[str, ...]) -> Schema:
    nothing = {"enum": ["", None]}
    attributes = {
        "state": {"enum": list(STATES)},
        "day": {"$ref": "#/$defs/day"},
        "course": {"enum": [*COURSES, "", None]},
        "detail": {"enum": [*details, "", None]},
        "attribution": {"enum": [*ATTRIBUTIONS, "", None]},
    }
    return {
        "type": "object",
        "properties": attributes,
        "required": ["state"],
        "additionalProperties": False,
        "if": {"properties": {"state": {"const": "absent"}}},
        "then": {"properties": dict.fromkeys(("day", "course", "detail"), nothing)},
    }


def _marked(forms: list[Schema], partner: str, schema: Schema, *, required: bool) -> list[Schema]:
    """`{"value": ..., "unit": ...}` and `{"lower": ..., "upper": ..., "unit": ...}`; value may be text or range too."""
    with_value = {
        "type": "object",
        "properties": {"value": {"anyOf": [*forms, _TEXT, _RANGE]}, partner: schema},
        "required": ["value", partner] if required else ["value"],
        "additionalProperties": False,
    }
    with_ends = {
        "type": "object",
        "properties": {**_ENDS, partner: schema},
        "required": [partner],
        "additionalProperties": False,
        **_ONE_END,
    }
    return [with_value, with_ends]


DEFINITIONS = MappingProxyType(_definitions())
"""What the facts refer to, for `$defs`."""


def fact_schema(fact: Fact) -> Schema:
    """The schema of a fact: one of its written forms, or null where nothing is known."""
    words = " ".join(filter(None, (fact.prose, f"Unit: {fact.unit}." if fact.unit else "")))
    return {"title": fact.label, **({"description": words} if words else {}), **_forms(fact)}


def _forms(fact: Fact) -> Schema:
    if fact.kind == "item" and fact.details:
        return {"anyOf": [{"enum": list(STATES)}, _item_object(fact.details), _NULL]}
    if fact.kind in ("item", "statement", "drugs"):
        return {"$ref": f"#/$defs/{fact.kind}"}
    if fact.kind == "scaled":
        return {"anyOf": [*_scaled(fact), _NULL]}
    if fact.kind == "choice":
        return {"enum": [*fact.values, *(int(v) for v in fact.values if v.isdigit()), None]}
    return {"$ref": "#/$defs/number_with_unit"} if needs_unit(fact) else {"anyOf": [*_bare(fact), _NULL]}


def _bare(fact: Fact) -> list[Schema]:
    number: Schema = {
        "type": "integer" if fact.kind == "count" else "number",
        **_limits(fact.minimum, fact.maximum),
    }
    unit = {"type": ["string", "null"], "pattern": r"\S"} if fact.unit else _NULL
    return [number, _TEXT, _RANGE, *_marked([number], "unit", unit, required=False)]


def _scaled(fact: Fact) -> list[Schema]:
    return [
        form
        for scale, ends in scale_ends(fact).items()
        for form in _marked([{"type": "number", **_limits(*ends)}], "scale", {"const": scale}, required=True)
    ]


def _limits(low: Decimal | None, high: Decimal | None) -> Schema:
    named = {"minimum": low, "maximum": high}
    return {
        key: int(end) if end == end.to_integral_value() else float(end) for key, end in named.items() if end is not None
    }
