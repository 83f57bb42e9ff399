"""study.toml -> Plan, with every fault at its line and key."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from costim.registry.findings import Finding
from costim.registry.plan import Plan
from costim.registry.suggest import did_you_mean
from costim.study.config_kinds import unfit_keys
from costim.study.config_lines import Lines, Path_, fault, key_text
from costim.study.config_names import beyond_limits, unmet_names
from costim.study.places import Place


def read_config(data: bytes, place: Place) -> tuple[Plan | None, Lines, list[Finding]]:
    """Bytes of study.toml to the plan; None when it has errors. Never raises."""
    lines = Lines(place, {})
    findings: list[Finding] = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        findings.append(
            place.finding(
                "repair",
                "encoding_repaired",
                found="UTF-8 with byte order mark",
                expected="UTF-8",
                action="nothing; it was read as such",
            )
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, lines, [*findings, _not_utf8(place.at(line))]
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, lines, [*findings, _syntax(place, str(error), text)]
    except (RecursionError, ValueError, OverflowError) as error:
        return None, lines, [*findings, _syntax(place, f"something that cannot be read ({type(error).__name__})", text)]
    lines = Lines(place, dict(_key_lines(text)))
    plan, more = validate_plan(raw, lines)
    return plan, lines, [*findings, *more]


def _not_utf8(place: Place) -> Finding:
    return place.finding(
        "error",
        "not_a_text_file",
        found="bytes that are not UTF-8 text",
        expected="TOML in UTF-8",
        action="save study.toml as UTF-8 in the text editor",
    )


def _syntax(place: Place, message: str, text: str) -> Finding:
    where = re.search(r"\(at line (\d+), column (\d+)\)", message)
    row = int(where[1]) if where else text.count("\n") + 1
    said = re.sub(r"\s*\(at .*\)$", "", message)
    found = f"{said}, at character {where[2]} of the line" if where else said
    return place.at(row).finding(
        "error",
        "toml_syntax",
        found=found,
        expected=next((hint for sign, hint in _SYNTAX.items() if sign in said), _SYNTAX[""]),
        action="correct the line in a text editor",
    )


_TEXT = 'text in straight quotation marks on one line, e.g. title = "Ten patients"'
_SYNTAX = {
    "Cannot overwrite": "each key once, and [[visits]] in double brackets above each entry of a list",
    "Cannot declare": "each heading once, and [[visits]] in double brackets above each entry of a list",
    "Illegal character": _TEXT,
    "Invalid value": _TEXT,
    "": 'TOML: headings in brackets, and lines such as title = "Ten patients"',
}
"""What was expected, by words of the parser."""


def _key_lines(text: str) -> Iterator[tuple[Path_, int]]:
    """Key path -> line, for headers and for keys at the start of a line (inline tables count as their key)."""
    header: Path_ = ()
    counts: dict[Path_, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        plain = line.strip()
        if found := re.match(r"(\[\[?)\s*([\w.\s\"'-]+?)\s*\]", plain):
            header = ()
            names = [part.strip(" \"'") for part in found[2].split(".")]
            for depth, name in enumerate(names):
                header = (*header, name)
                if depth == len(names) - 1 and found[1] == "[[":
                    yield header, number
                    counts[header] = counts.get(header, -1) + 1
                if header in counts:
                    header = (*header, counts[header])
            yield header, number
        elif found := re.match(r"([\w.\"'-]+)\s*=", plain):
            yield (*header, *(part.strip(" \"'") for part in found[1].split("."))), number


def validate_plan(raw: dict[str, Any], lines: Lines) -> tuple[Plan | None, list[Finding]]:
    """Parsed settings to the plan, one finding per fault."""
    try:
        findings = [_not_finite(path, value, lines) for path, value in _leaves(raw) if _is_odd_number(value)]
        plan = Plan.model_validate(raw)
    except ValidationError as error:
        unmet = unmet_names(raw, lines) if all(e["loc"] == () for e in error.errors()) else []
        return None, [*findings, *(unmet or (f for e in error.errors() for f in _from_pydantic(dict(e), lines)))]
    except RecursionError:
        deep = lines.place.finding("error", "toml_syntax", found="settings nested too deeply", expected="flat settings")
        return None, [deep]
    findings += [*beyond_limits(plan, lines), *unfit_keys(plan, lines)]
    return (None if findings else plan), findings


def _leaves(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path, value


def _is_odd_number(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _not_finite(path: Path_, value: float, lines: Lines) -> Finding:
    return fault(lines, path, "setting_invalid", str(value), "a finite number")


_IN_WORDS = {
    "string_pattern_mismatch": "a name of letters, digits and _ . + -, beginning with a letter or digit",
    "string_type": 'text in quotation marks, e.g. "entry"',
    "tuple_type": 'a list in square brackets, e.g. ["entry"] or [-3, 3]',
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    **dict.fromkeys(("float_type", "float_parsing", "decimal_type", "decimal_parsing"), "a number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("model_type", "model_attributes_type"), "keys and values, as in the template"),
}
"""What a setting should be, by the kind of fault."""


def _from_pydantic(error: dict[str, Any], lines: Lines) -> list[Finding]:
    path: Path_ = error["loc"]
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        known = _keys_at(path[:-1])
        expected = did_you_mean(str(path[-1]), known) or f"one of {', '.join(known) or 'no further keys'}"
        action = "correct the key, or delete it"
        return [fault(lines, path, "unknown_key", str(path[-1]), expected, action=action)]
    if kind == "missing" and isinstance(path[-1], int):
        path, kind = path[:-1], "too_long"
    if kind == "missing":
        action = f"add {key_text(path)} to the settings"
        return [fault(lines, path, "missing_key", "no such key", f"the key {key_text(path)}", action=action)]
    found = "" if isinstance(value, (dict, list)) else str(value)
    if kind == "value_error":
        said = error["msg"].removeprefix("Value error, ")
        return [
            fault(lines, path, "setting_invalid", part, "names and values that fit together")
            for part in said.split("; ")
        ]
    if kind == "literal_error":
        expected = f"one of {error['ctx']['expected']!s}"
    elif kind == "too_long":
        expected = "two numbers, e.g. [-3, 3]"  # the only list of a fixed length is a window
    elif kind in _IN_WORDS:
        expected = _IN_WORDS[kind]
    else:
        said = error["msg"].removeprefix("Input should be ")
        expected = said[:1].lower() + said[1:]
    return [fault(lines, path, "setting_invalid", found, expected)]


def _keys_at(path: Path_) -> list[str]:
    """Names of the keys that the plan knows at a path."""
    model: Any = Plan
    for part in path:
        if isinstance(part, int):
            continue
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        model = _model_in(fields[part].annotation) if part in fields else None
        if model is None:
            return []
    return sorted(field.alias or name for name, field in model.model_fields.items())


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, Union, UnionType):
        return next((m for inner in get_args(annotation) if (m := _model_in(inner)) is not None), None)
    return None
