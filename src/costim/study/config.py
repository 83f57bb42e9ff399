"""study.toml -> Plan, with every fault at its line and key."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from costim.registry.findings import Finding
from costim.registry.plan import Plan
from costim.study.places import Place
from costim.study.suggest import did_you_mean

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Where keys stand: rows by key path, and the sheet when the settings are in a workbook."""

    place: Place
    rows: dict[Path_, int]
    columns: dict[Path_, tuple[str, str]] | None = None
    """In a workbook: sheet and column by key path."""

    def at(self, path: Sequence[str | int]) -> Place:
        """The place of a key, or of the nearest key above it."""
        whole = tuple(path)
        for end in range(len(whole), 0, -1):
            if whole[:end] in self.rows:
                row = self.rows[whole[:end]]
                if self.columns and whole[:end] in self.columns:
                    sheet, column = self.columns[whole[:end]]
                    return Place(self.place.file, sheet, row, column)
                return self.place.at(row, key_text(whole))
        return self.place.at(None, key_text(whole))


def key_text(path: Sequence[str | int]) -> str:
    """A key path as a reader writes it: `visits[2].name`, entries counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


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
        expected='TOML: text in quotation marks, e.g. title = "Ten patients"',
        action="correct the line in a text editor",
    )


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
        return None, [*findings, *(f for e in error.errors() for f in _from_pydantic(dict(e), lines))]
    except RecursionError:
        deep = lines.place.finding("error", "toml_syntax", found="settings nested too deeply", expected="flat settings")
        return None, [deep]
    findings += _limits(plan, lines)
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
    return _fault(lines, path, "setting_invalid", str(value), "a finite number")


def _fault(
    lines: Lines, path: Sequence[str | int], code: str, found: str, expected: str, *, action: str = ""
) -> Finding:
    return lines.at(path).finding(
        "error", code, found=found, expected=expected, action=action or f"correct {key_text(path) or 'the settings'}"
    )


def _limits(plan: Plan, lines: Lines) -> list[Finding]:
    """Faults that the models do not know of."""
    findings = []
    for key, low, high in (("days_per_month", "28", "31"), ("days_per_year", "360", "366.25")):
        value = getattr(plan.study, key)
        if not Decimal(low) <= value <= Decimal(high):
            findings.append(
                _fault(lines, ("study", key), "setting_invalid", str(value), f"a number from {low} to {high}")
            )
    for index, visit in enumerate(plan.visits):
        if visit.window and visit.window[0] > visit.window[1]:
            findings.append(
                _fault(
                    lines,
                    ("visits", index, "window"),
                    "setting_invalid",
                    f"{visit.window[0]:g} to {visit.window[1]:g}",
                    "the smaller number first",
                )
            )
    for index, contrast in enumerate(plan.contrasts):
        for side in ("baseline", "post"):
            selector = getattr(contrast, side)
            if selector.from_day is not None and selector.to_day is not None and selector.from_day > selector.to_day:
                path = ("contrasts", index, side)
                found = f"from_day {selector.from_day:g}, to_day {selector.to_day:g}"
                findings.append(_fault(lines, path, "setting_invalid", found, "from_day not after to_day"))
    return findings


def _from_pydantic(error: dict[str, Any], lines: Lines) -> list[Finding]:
    path: Path_ = error["loc"]
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        known = _keys_at(path[:-1])
        expected = did_you_mean(str(path[-1]), known) or f"one of {', '.join(known) or 'no further keys'}"
        action = "correct the key, or delete it"
        return [_fault(lines, path, "unknown_key", str(path[-1]), expected, action=action)]
    if kind == "missing":
        action = f"add {key_text(path)} to the settings"
        return [_fault(lines, path, "missing_key", "no such key", f"the key {key_text(path)}", action=action)]
    found = "" if isinstance(value, (dict, list)) else str(value)
    if kind == "value_error":
        said = error["msg"].removeprefix("Value error, ")
        return [
            _fault(lines, path, "setting_invalid", part, "names and values that fit together")
            for part in said.split("; ")
        ]
    if kind == "literal_error":
        expected = f"one of {error['ctx']['expected']!s}"
    elif kind == "string_pattern_mismatch":
        expected = "a name of letters, digits and _ . + -, beginning with a letter or digit"
    else:
        said = error["msg"].removeprefix("Input should be ")
        expected = said[:1].lower() + said[1:]
    return [_fault(lines, path, "setting_invalid", found, expected)]


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
