"""Rows and cell addresses as data inside the page, for the panel that shows where a number comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import asdict
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from costim.registry.catalogue import methods
from costim.registry.cytometry_parameters import PREFIX
from costim.registry.flags import flag_meanings
from costim.registry.measurements import AS_RECORDED
from costim.registry.parameters import parameter
from costim.report.html.inlines import row_anchor
from costim.report.html.words import visible_text
from costim.report.listing import listed_effects, listed_measurements
from costim.report.rows import read_rows

if TYPE_CHECKING:
    import polars as pl

    from costim.registry.provenance import Results

_LABELS = {
    "n": "n", "n_missing": "n missing", "estimate_lower": "estimate, at least", "estimate_upper": "estimate, at most",
    "lower": "lower limit", "upper": "upper limit", "lower_open": "lower limit not included",
    "upper_open": "upper limit not included", "level": "confidence level", "p_min": "smallest attainable p",
    "p_adjusted": "p, adjusted within the family", "day_lower": "day, at least", "day_upper": "day, at most",
    "se": "standard error", "df": "degrees of freedom", "window_days": "window, days",
}  # fmt: skip


def script_json(data: object) -> Markup:
    """JSON that may stand inside a script element: no `<`, `>` or `&`, nothing beyond ASCII, no NaN."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"), sort_keys=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  # every character that could end the script is escaped above


def rows_data(results: Results, cited: Set[str]) -> dict[str, Any]:
    """Effects and measurements by id, with the words for their codes. No file, row or column is in it.

    Rows of phenotypes that the listings leave out (see `costim.report.listing`, `cited`: rows that numbers of the page
    name) are left out here too.

    Cells are named by their place in `cells_data`: a score rests on dozens, and their names would fill the page.
    """
    places = {name: place for place, name in enumerate(sorted(results.cells))}
    rows = read_rows(results)
    listed = listed_effects(rows.effects, cited)
    effects = _by_id(results.effects, "effect_id", places, {row.effect_id for row in listed})
    kept = {row.measurement_id for row in listed_measurements(rows.measurements, listed, cited)}
    measurements = _by_id(results.measurements, "measurement_id", places, kept)
    shown = [*effects.values(), *measurements.values()]
    names = {name for row in shown for name in row}
    return {
        "effects": effects,
        "measurements": measurements,
        "fields": {name: _LABELS.get(name, name.replace("_", " ")) for name in sorted(names)},
        "parameters": {code: parameter(code).label for code in _codes(shown, "parameter")},
        "methods": {code: methods()[code].label for code in _codes(shown, "method") if code in methods()},
        "flags": {
            code: flag_meanings().get(code, "") for code in sorted({f for r in shown for f in r.get("flags", ())})
        },
    }


def cells_data(results: Results) -> dict[str, Any]:
    """Cell addresses in the order of their ids, with the anchor of their row in the listing."""
    return {
        "cells": [
            {key: _shown(value) for key, value in asdict(results.cells[name]).items()} | {"anchor": row_anchor(name)}
            for name in sorted(results.cells)
        ]
    }


def _codes(rows: Iterable[dict[str, Any]], column: str) -> list[str]:
    return sorted({row[column] for row in rows if column in row})


def _by_id(frame: pl.DataFrame, key: str, places: Mapping[str, int], kept: Set[str]) -> dict[str, dict[str, Any]]:
    """Rows that are kept, by id; blank fields are left out."""
    found = {}
    for row in frame.iter_rows(named=True):
        if row[key] not in kept:
            continue
        found[row[key]] = {
            name: _shown(value) if name != "cells" else [places.get(cell, cell) for cell in value]
            for name, value in row.items()
            if name not in (key, *_told_twice(row))
            and value is not None
            and value is not False
            and value not in ("", [])
        }
    return found


def _told_twice(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Fields of an exact reading of a tube that say what `value`, `day` and `cells` say."""
    if "relation" not in row or not row["parameter"].startswith(PREFIX) or row["relation"] != "=":
        return ()
    found: tuple[str, ...] = ("relation", "source")
    found += ("lower", "upper") if row["lower"] == row["value"] == row["upper"] else ()
    found += ("reading",) if row["reading"] == AS_RECORDED else ()
    return (*found, *(("day_lower", "day_upper") if row["day_lower"] == row["day"] == row["day_upper"] else ()))


def _shown(value: object) -> object:
    """A value as the panel prints it: hidden characters written out, infinities as words."""
    if isinstance(value, str):
        return visible_text(value)
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return "not a number" if isnan(value) else ("∞" if value > 0 else "−∞")
    return value
