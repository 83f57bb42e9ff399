"""Methods and references as data: `methods.toml`, `references.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Method:
    """A statistical method: label, sentence for the methods paragraph, assumption, citation keys."""

    code: str
    label: str
    sentence: str = ""
    assumption: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A source: printed text and DOI (blank when none is known)."""

    key: str
    text: str
    doi: str


@cache
def methods() -> MappingProxyType[str, Method]:
    """All methods by code."""
    raw = tomllib.loads((files("costim.registry") / "methods.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            code: Method(code=code, **{**entry, "references": tuple(entry.get("references", ()))})
            for code, entry in raw.items()
        }
    )


@cache
def references() -> MappingProxyType[str, Reference]:
    """All references by key."""
    raw = tomllib.loads((files("costim.registry") / "references.toml").read_text("utf-8"))
    return MappingProxyType({key: Reference(key=key, **entry) for key, entry in raw.items()})
