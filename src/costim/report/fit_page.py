"""A page of its own for fits of the mechanism: what was learned, what was not, and what cannot be."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from costim.registry.fit_record import FitRecord
from costim.report.format import significant


def render_fit_page(record: FitRecord, drawings: Mapping[str, bytes]) -> bytes:
    """The page as HTML; nothing is loaded from anywhere.

    Args:
        record: at least one form of the model.
        drawings: stem -> our own drawing as SVG, of every figure the record names.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((files("costim.report") / "fit.html.jinja").read_text("utf-8"))
    texts = {stem: content.decode("utf-8") for stem, content in drawings.items()}
    page = template.render(
        record=record,
        drawings={s: Markup(t[t.index("<svg") :]) for s, t in texts.items()},  # noqa: S704  # drawn by us, words escaped
        number=_number,
    )
    return (page + "\n").encode()


def _number(value: float | None, digits: int = 3) -> str:
    """A number to so many significant digits; a dash where there is none."""
    return "–" if value is None or not math.isfinite(value) else significant(value, digits)


def fit_json(record: FitRecord) -> bytes:
    """The whole record, for programs; numbers that are not finite are null."""
    return (json.dumps(_finite(asdict(record)), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def verdicts(record: FitRecord) -> bytes:
    """What may be said, as plain text."""
    lines = [f"{record.study}: {record.subjects} subjects, relapse known in {record.relapse_known}.", ""]
    for form in record.forms:
        lines.append(f"{form.title} ({form.name})")
        lines += [f"  NOT TO BE TRUSTED: {reason}" for reason in form.untrusted]
        learned = [p.name for p in form.parameters if p.informed]
        lines.append(f"  Informed by data: {', '.join(learned) or 'no parameter'}.")
        lines += [f"  {note}" for note in form.notes]
        lines.append("")
    return ("\n".join([*lines, *record.sentences]) + "\n").encode()
