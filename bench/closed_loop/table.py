"""From the studies of all arms to one table: how often intervals held the truth, how far estimates were off."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

import numpy as np

from bench.closed_loop.arms import ARMS
from bench.closed_loop.compare import Compared
from costim.simulated.truth import population_truth

TABLE = Path(__file__).parents[2] / "docs" / "calibration" / "closed_loop" / "closed_loop.csv"
FIELDS = (
    "arm", "key", "studies", "with_interval", "held", "of", "coverage", "coverage_se", "truth", "planted",
    "mean_estimate", "bias", "bias_se", "median_width",
)  # fmt: skip
Row = dict[str, str]


def read_records(folder: Path) -> Iterator[dict[str, object]]:
    """Studies of all arms in the order of the arms and of their seeds; a line that was cut off is left out."""
    for name in ARMS:
        path = folder / f"{name}.jsonl"
        found = {}
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            try:
                record = json.loads(line)
            except ValueError:
                continue
            found[record["seed"]] = record
        yield from (found[seed] for seed in sorted(found))


def summarise(records: Iterable[Mapping[str, object]], planted: Mapping[tuple[str, str], float]) -> list[Row]:
    """One row per arm and quantity.

    A quantity that occurs several times in a study (intervals of single patients) is averaged within it first, so that
    the errors are those of independent studies.

    Args:
        records: of `run_study`.
        planted: (arm, key without variant) -> how far the biases of the arm move the population.
    """
    grouped: dict[tuple[str, str], dict[int, list[Compared]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        for row in record["compared"]:  # type: ignore[attr-defined]
            one = Compared(**row)
            grouped[str(record["arm"]), one.key][int(record["seed"])].append(one)  # type: ignore[call-overload]
    return [_row(arm, key, list(studies.values()), planted) for (arm, key), studies in grouped.items()]


def _row(arm: str, key: str, studies: Sequence[list[Compared]], planted: Mapping[tuple[str, str], float]) -> Row:
    flags = [[one.held for one in study if one.held is not None] for study in studies]
    shares = np.array([np.mean(study) for study in flags if study])
    errors = [[one.estimate - one.truth for one in study if one.estimate is not None] for study in studies]
    bias = np.array([np.mean(study) for study in errors if study])
    estimates = [
        np.mean([o.estimate for o in s if o.estimate is not None]) for s, e in zip(studies, errors, strict=True) if e
    ]
    widths = [one.width for study in studies for one in study if one.width is not None]
    truths = [one.truth for study in studies for one in study]
    return {
        "arm": arm,
        "key": key,
        "studies": str(len(studies)),
        "with_interval": str(len(shares)),
        "held": str(sum(sum(study) for study in flags)),
        "of": str(sum(len(study) for study in flags)),
        "coverage": _number(shares.mean()) if len(shares) else "",
        "coverage_se": _number(_error_of_share(shares)) if len(shares) else "",
        "truth": _number(np.mean(truths)),
        "planted": _number(planted[arm, base(key)]) if (arm, base(key)) in planted else "",
        "mean_estimate": _number(np.mean(estimates)) if estimates else "",
        "bias": _number(bias.mean()) if len(bias) else "",
        "bias_se": _number(_error(bias)) if len(bias) > 1 else "",
        "median_width": _number(np.median(widths)) if widths and isfinite(np.median(widths)) else "",
    }


def base(key: str) -> str:
    """The key without the variant."""
    return key.partition(" ")[0]


def _error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / len(values) ** 0.5)


def _error_of_share(shares: np.ndarray) -> float:
    """Standard error; of a share of 0 or 1 that with one study more on the other side, since it would be 0 else."""
    spread = float(shares.std(ddof=1)) if len(shares) > 1 else 0.0
    if spread > 0:
        return spread / len(shares) ** 0.5
    nearest = 1 / (len(shares) + 1)
    return (nearest * (1 - nearest) / len(shares)) ** 0.5


def _number(value: float) -> str:
    return f"{value:.5g}"


def planted_amounts(arms: Iterable[str]) -> dict[tuple[str, str], float]:
    """How far the biases of each arm move the truth of the population."""
    found = {}
    for name in arms:
        if ARMS[name].design.biases.named:
            planted = population_truth(ARMS[name].design).planted
            found |= {(name, key): value for key, value in planted.items() if isfinite(value)}
    return found


def write_table(rows: Sequence[Row], path: Path = TABLE) -> None:
    """The table as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_table(path: Path = TABLE) -> list[Row]:
    """The committed table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
