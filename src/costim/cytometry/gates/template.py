"""A gates.toml to begin with, every key explained in it."""

from __future__ import annotations

from importlib.resources import files


def template_text() -> str:
    """The text of the template, which is itself a strategy that can be read."""
    return files("costim.cytometry.gates").joinpath("template.toml").read_text(encoding="utf-8")
