"""The settings sheets of the template workbook, from the template's study.toml and the models of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from costim.registry.plan import Plan
from costim.study.config_sheet import LISTS
from costim.study.workbook import CONFIG_SHEET


@dataclass(frozen=True, slots=True)
class SettingsSheet:
    """A sheet as it is written.

    `choices` are drop-down lists by (row, column). Rows count from the heading = 0; None means every row below it.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    choices: dict[tuple[int | None, int], tuple[str, ...]]


def settings_sheets(settings: dict[str, Any]) -> list[SettingsSheet]:
    """Every settings sheet, filled with the given settings.

    Args:
        settings: `study.toml`, parsed. Keys of the plan that it does not give have a blank cell.

    Returns:
        `study` (key and value), then one sheet per list of entries.
    """
    fields = Plan.model_fields
    pairs: list[tuple[str, Any, tuple[str, ...]]] = [("schema", settings["schema"], ())]
    for block in ("study", "variants"):
        given = settings.get(block, {})
        pairs += [(f"{block}.{key}", given.get(key), words) for key, words in _keys(fields[block].annotation)]
    first = SettingsSheet(
        CONFIG_SHEET,
        ("key", "value"),
        tuple((key, _text(value)) for key, value, _ in pairs),
        {(row, 1): words for row, (_, _, words) in enumerate(pairs, start=1) if words},
    )
    return [first, *(_list_sheet(name, fields[name].annotation, settings.get(name, [])) for name in LISTS)]


def _list_sheet(name: str, annotation: Any, entries: list[dict[str, Any]]) -> SettingsSheet:
    keys = list(_keys(get_args(annotation)[0]))
    return SettingsSheet(
        f"{CONFIG_SHEET}_{name}",
        tuple(key for key, _ in keys),
        tuple(tuple(_text(_at(entry, key)) for key, _ in keys) for entry in entries),
        {(None, column): words for column, (_, words) in enumerate(keys) if words},
    )


def _keys(model: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Dotted keys of a model, each with the words it may hold (none when anything can be typed)."""
    found = []
    for name, field in model.model_fields.items():
        key, inner = field.alias or name, _without_none(field.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += [(f"{key}.{below}", words) for below, words in _keys(inner)]
        elif inner is bool:
            found.append((key, ("true", "false")))
        else:
            found.append((key, tuple(get_args(inner)) if get_origin(inner) is Literal else ()))
    return found


def _without_none(annotation: Any) -> Any:
    others = [a for a in get_args(annotation) if a is not NoneType]
    return others[0] if NoneType in get_args(annotation) and len(others) == 1 else annotation


def _at(entry: dict[str, Any], key: str) -> Any:
    node: Any = entry
    for part in key.split("."):
        node = node.get(part) if isinstance(node, dict) else None
    return node


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
