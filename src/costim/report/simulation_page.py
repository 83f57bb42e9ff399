"""A page of its own for simulated regimens: picture, numbers, and what of them is speculation."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from costim.registry.simulation_record import SimulatedEndpoint, SimulationRecord
from costim.report.format import significant
from costim.report.plainfiles import GENERATOR

NOT_REACHED = "not within the time simulated"


def draw_page_figure(record: SimulationRecord) -> dict[str, bytes]:
    """The picture as SVG, PDF and PNG; the same record gives the same bytes."""
    from costim.report.figures.draw import METADATA
    from costim.report.figures.paper import svg_to_pdf
    from costim.report.figures.simulated_courses import draw_courses
    from costim.report.figures.style import DPI, house_style

    made: dict[str, bytes] = {}
    with house_style(hashlib.sha256(b"simulated_courses").hexdigest()[:16]):
        figure = draw_courses(record)
        for ending, metadata in METADATA.items():
            target = io.BytesIO()
            figure.savefig(target, format=ending, dpi=DPI, metadata=metadata)
            made[ending] = target.getvalue()
        figure.clear()
    return made | {"pdf": svg_to_pdf(made["svg"])}


def render_page(record: SimulationRecord, svg: bytes) -> bytes:
    """The page as HTML; nothing is loaded from anywhere.

    Args:
        record: at least one arm.
        svg: our own drawing of it.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((files("costim.report") / "simulation.html.jinja").read_text("utf-8"))
    drawing = svg.decode("utf-8")
    page = template.render(
        record=record,
        drawing=Markup(drawing[drawing.index("<svg") :]),  # noqa: S704  # drawn by us from numbers and escaped words
        words=_words,
        percent=_percent,
        shares=_shares,
        signed=_signed,
        regimens=list(dict.fromkeys(arm.regimen for arm in record.arms)),
    )
    return (page + "\n").encode()


def _words(endpoint: SimulatedEndpoint) -> str:
    """Median and the middle of the patients."""
    low, mid, high = (_number(v) for v in (endpoint.lower, endpoint.median, endpoint.upper))
    return f"{mid} ({low} to {high})"


def _number(value: float) -> str:
    if math.isinf(value):
        return "–"
    return f"{value:.0f}" if abs(value) >= 100 else significant(value, 2)


def _signed(value: float) -> str:
    """A difference in whole units; nothing has no sign."""
    return f"{round(value):+d}" if round(value) else "0"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _shares(record: SimulationRecord) -> list[dict[str, Any]]:
    """Shares without relapse at one and two years, where the simulation reaches them."""
    rows = []
    for arm in record.arms:
        cells = []
        for day in (365.25, 730.5):
            found = [i for i, d in enumerate(arm.relapse_free_days) if d <= day]
            if not found or arm.relapse_free_days[-1] < day - 1:
                cells.append(NOT_REACHED)
                continue
            at = found[-1]
            limits = ""
            if arm.relapse_free_lower:
                limits = f" ({_percent(arm.relapse_free_lower[at])} to {_percent(arm.relapse_free_upper[at])})"
            cells.append(_percent(arm.relapse_free[at]) + limits)
        rows.append({"arm": arm, "cells": cells})
    return rows


def simulation_json(record: SimulationRecord) -> bytes:
    """The whole record, for programs; infinite and unknown numbers are null."""
    return (json.dumps(_finite(asdict(record)), indent=1, sort_keys=True) + "\n").encode()


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def simulation_provenance(made_with: Mapping[str, Any], outputs: Mapping[str, bytes]) -> bytes:
    """What the simulation was made with, and by which a later run knows the folder as ours."""
    data = {
        "generator": GENERATOR,
        "simulation": dict(made_with),
        "outputs": {name: hashlib.sha256(content).hexdigest() for name, content in outputs.items()},
    }
    return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
