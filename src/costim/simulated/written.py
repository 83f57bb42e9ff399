"""Rows as CSV text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path


def csv_text(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows as CSV, columns in the order of the first row; blank text without rows."""
    listed = list(rows)
    if not listed:
        return ""
    out = StringIO()
    writer = csv.DictWriter(out, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return out.getvalue()


def write_csv(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows; nothing where there is none."""
    text = csv_text(rows)
    if text:
        path.write_bytes(text.encode())
