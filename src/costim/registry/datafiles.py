"""The data files that ship with the package."""

from __future__ import annotations

import csv
from importlib.resources import files


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file under `costim/registry`, e.g. `measures/labs.csv`."""
    text = (files("costim.registry") / name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
