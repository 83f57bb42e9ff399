"""Models of attribution that a study may name: variants of the measures that attribute one event."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from costim.registry.measure_catalogue import choose, measures

MEASURES = ("slicc_attribution", "italian_attribution")
"""Measures that say whether an event is due to lupus."""


@cache
def attribution_models() -> MappingProxyType[str, str]:
    """Model, with options where it takes any, -> code of its measure: `italian_ge7+from_diagnosis`."""
    found: dict[str, str] = {}
    for code in MEASURES:
        info = measures()[code]
        for variant in info.variants:
            added = (value for option in info.options.values() for value in option.values)
            names = [variant, *(choose(code, f"{variant}+{value}").name for value in added)]
            found |= dict.fromkeys(names, code)
    return MappingProxyType(found)


def named_models(setting: str) -> tuple[str, ...]:
    """Names in a setting, each once; several are separated by `;`."""
    return tuple(dict.fromkeys(name for part in setting.split(";") if (name := part.strip())))
