"""Named quality flags and finding codes, with their one meaning, read from `flags.csv`."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def flag_meanings() -> MappingProxyType[str, str]:
    """Every flag and finding code with its meaning."""
    with (files("costim.registry") / "flags.csv").open(encoding="utf-8", newline="") as handle:
        return MappingProxyType({row["code"]: row["meaning"] for row in csv.DictReader(handle)})
