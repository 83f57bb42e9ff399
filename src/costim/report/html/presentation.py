"""Style rules of a drawing as plain attributes, because the page forbids style attributes."""

from __future__ import annotations

import re

PROPERTIES = frozenset(
    {
        "clip-path", "clip-rule", "color", "dominant-baseline", "fill", "fill-opacity", "fill-rule", "font-family",
        "font-size", "font-stretch", "font-style", "font-variant", "font-weight", "image-rendering", "letter-spacing",
        "marker-end", "marker-mid", "marker-start", "mask", "opacity", "overflow", "paint-order", "shape-rendering",
        "stop-color", "stop-opacity", "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap",
        "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width", "text-anchor", "text-rendering",
        "vector-effect", "visibility", "word-spacing",
    }
)  # fmt: skip
"""Style properties that SVG also takes as attributes."""

_FONT = re.compile(r"(?P<before>.*?)(?P<size>[0-9.]+(?:px|pt|em|%))(?:/\S+)?\s+(?P<family>.+)")
_SHEET = re.compile(r"\s*\*\s*\{(?P<body>[^{}]*)\}\s*")


def declarations(style: str) -> dict[str, str]:
    """`fill: none; stroke: #000` as attributes; properties that are not attributes of SVG are left out."""
    found: dict[str, str] = {}
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "font" and colon:
            found |= _font(value)
        elif name in PROPERTIES and value:
            found[name] = value
    return found


def sheet_declarations(sheet: str) -> dict[str, str] | None:
    """Declarations of a style sheet of the one form `*{...}`, which hold for the whole drawing; None for any other."""
    found = _SHEET.fullmatch(sheet)
    return declarations(found.group("body")) if found else None


def _font(value: str) -> dict[str, str]:
    """The `font` shorthand taken apart."""
    found = _FONT.fullmatch(value)
    if not found:
        return {}
    parts = {"font-size": found.group("size"), "font-family": found.group("family")}
    for word in found.group("before").split():
        if word in {"italic", "oblique"}:
            parts["font-style"] = word
        elif word in {"bold", "bolder", "lighter"} or word.isdigit():
            parts["font-weight"] = word
        elif word.endswith(("condensed", "expanded")):
            parts["font-stretch"] = word
    return parts
