"""Reference results recorded under tests/truth: CSV files that begin with comment lines on tool and version."""

import csv
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "truth"


def read_truth(name):
    """Rows of a reference file; the comment lines in front must name the source."""
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    assert comments, f"{name} does not say where it comes from"
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def numbers(text):
    return [float(part) for part in text.split()]
