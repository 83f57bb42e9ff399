"""JSON schemas (draft 2020-12) of what `costim score` takes and gives, made from the catalogue.

A schema sees one value at a time. What joins several (an item both present and absent, two visits of one name, a range
whose ends are exchanged), and what only the catalogue knows (a unit that cannot be converted, a variant without its
window, the name of a drug), the program checks besides.
"""

from __future__ import annotations

import re
from typing import Any

from costim.measures.truth import Truth
from costim.registry.measure_catalogue import EVIDENCE_MEANING, facts, measures
from costim.scoring.answer import FLAT
from costim.scoring.listed import LISTS
from costim.scoring.schema_facts import DEFINITIONS, fact_schema
from costim.scoring.visit import ASSESSMENTS, SCHEMA

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ID = {"anyOf": [{"type": "string", "maxLength": 200}, {"type": ["number", "null"]}]}


def input_schema() -> dict[str, Any]:
    """Schema of the visits to score."""
    assessment = _assessment()
    visit = {
        "schema": {"$ref": "#/$defs/schema"},
        "subject": _ID,
        "visit": _ID,
        "note": True,
        "measures": {"$ref": "#/$defs/measures"},
        **{name: {"anyOf": [{"$ref": "#/$defs/assessment"}, {"type": "null"}]} for name in ASSESSMENTS},
        **assessment,
    }
    document = {
        "schema": {"$ref": "#/$defs/schema"},
        "note": True,
        "measures": {"$ref": "#/$defs/measures"},
        "visits": {"$ref": "#/$defs/visits"},
    }
    return {
        "$schema": _DRAFT,
        "$id": f"urn:costim:score:input:{SCHEMA}",
        "title": "Visits to score",
        "description": (__doc__ or "").partition("\n\n")[2].strip(),
        "anyOf": [
            {"$ref": "#/$defs/visit"},
            {"$ref": "#/$defs/visits"},
            {"type": "object", "properties": document, "required": ["visits"], "additionalProperties": False},
        ],
        "$defs": {
            "schema": {"enum": [SCHEMA, None]},
            "visits": {"type": "array", "items": {"$ref": "#/$defs/visit"}, "minItems": 1},
            "visit": {"type": "object", "properties": visit, "additionalProperties": False},
            "assessment": {"type": "object", "properties": assessment, "additionalProperties": False},
            "measures": _measures(),
            "item_names": {"type": ["array", "null"], "items": {"enum": _items()}},
            **DEFINITIONS,
            "facts": {name: fact_schema(fact) for name, fact in facts().items()},
        },
    }


def _items() -> list[str]:
    return [name for name, fact in facts().items() if fact.kind == "item"]


def _assessment() -> dict[str, Any]:
    codes = list(measures())
    others = {
        "anyOf": [
            {"enum": ["absent", None]},
            {"type": "object", "propertyNames": {"enum": codes}, "additionalProperties": {"const": "absent"}},
        ],
        "description": "Items that are not mentioned are absent: of the measures asked for, or of those named here.",
    }
    lists = {name: {"$ref": "#/$defs/item_names", "description": f"Items that are {name}."} for name in LISTS}
    return {**lists, "others": others, **{name: {"$ref": f"#/$defs/facts/{name}"} for name in facts()}}


def _measures() -> dict[str, Any]:
    codes = "|".join(map(re.escape, measures()))
    one = rf"\s*(?:{codes})\s*(?::[^;]*)?"
    name = {"type": ["string", "null"]}
    entry = {
        "type": "object",
        "properties": {
            "measure": {"enum": list(measures())},
            "variant": name,
            "variants": {"type": "array", "items": name, "minItems": 1},
            "window_days": {"type": ["integer", "null"], "minimum": 0, "exclusiveMaximum": 10**6},
        },
        "required": ["measure"],
        "not": {"required": ["variant", "variants"]},
        "additionalProperties": False,
    }
    return {
        "description": "Codes, `code:variant`, or objects; `costim cite CODE` lists variants and options.",
        "anyOf": [
            {"type": "null"},
            {"type": "string", "pattern": rf"^(?:[\s;]*|[\s;]*{one}(?:;{one}|[\s;])*)$"},
            {"type": "array", "items": {"anyOf": [{"type": "string", "pattern": f"^{one}$"}, entry]}},
        ],
    }


def output_schema() -> dict[str, Any]:
    """Schema of the results."""
    number, text, flag = {"type": ["number", "null"]}, {"type": "string"}, {"type": "boolean"}
    texts = {"type": "array", "items": text, "uniqueItems": True}
    marks = {"enum": list(EVIDENCE_MEANING)}
    check = {
        "name": text,
        "state": {"enum": [str(truth) for truth in Truth]},
        "missing": texts,
        "source": texts,
        "evidence": {"enum": [*EVIDENCE_MEANING, ""]},
        "flags": texts,
    }
    result = {
        **dict.fromkeys(FLAT, text),
        "measure": {"enum": list(measures())},
        "variant": {"type": "string", "minLength": 1},
        "window_days": {"type": ["integer", "null"], "minimum": 0},
        **dict.fromkeys(("value", "lower", "upper"), number),
        **dict.fromkeys(("lower_open", "upper_open", "complete"), flag),
        **dict.fromkeys(("possible", "decided_by", "missing", "flags"), texts),
        "source": {**texts, "minItems": 1},
        "evidence": marks,
        "checks": {"type": "array", "items": _closed(check)},
    }
    source = _closed({"text": text, "doi": text})
    return {
        "$schema": _DRAFT,
        "$id": f"urn:costim:score:output:{SCHEMA}",
        "title": "Scored visits",
        **_closed(
            {
                "schema": {"const": SCHEMA},
                "results": {"type": "array", "items": _closed(result)},
                "sources": {"type": "object", "additionalProperties": source},
                "evidence_marks": {"type": "object", "additionalProperties": text},
                "flag_meanings": {"type": "object", "additionalProperties": text},
            }
        ),
    }


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    """An object with these properties, all of them and no other."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
