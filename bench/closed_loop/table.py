"""From the studies of all arms to one table: how often intervals held the truth, how far estimates were off."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path

import numpy as np

from bench.closed_loop.arms import ARMS, NO_BIAS, NO_BIAS_CELLS
from bench.closed_loop.compare import Compared
from bench.closed_loop.ideal import ideal_coverage
from bench.closed_loop.perfect import perfect_estimates
from costim.simulated.truth import population_truth

TABLE = Path(__file__).parents[2] / "docs" / "calibration" / "closed_loop" / "closed_loop.csv"
FIELDS = (
    "arm", "key", "studies", "with_interval", "held", "of", "coverage", "coverage_se", "truth", "planted",
    "mean_estimate", "bias", "bias_se", "reading", "reading_se", "moved", "moved_se", "ideal_coverage",
    "median_width",
)  # fmt: skip
NOISE = 1e-12
"""Rounding of sums; shown as 0."""
Row = dict[str, str]
Studies = dict[int, list[Compared]]
"""Rows of one quantity, by the seed of their study."""


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


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of the arms without their studies."""

    planted: Mapping[tuple[str, str], float]
    """(arm, key without variant) -> how far the biases of the arm move the population."""
    ideal: Mapping[tuple[str, str], float]
    """(arm, key without variant) -> coverage if every patient were read without a fault."""
    perfect: Mapping[tuple[str, int], Mapping[str, float]]
    """(arm, seed) -> estimates by key without variant, if the patients of that study were read without a fault."""


def summarise(records: Iterable[Mapping[str, object]], beside: Beside) -> list[Row]:
    """One row per arm and quantity.

    A quantity that occurs several times in a study (intervals of single patients) is averaged within it first, so that
    the errors are those of independent studies.

    Args:
        records: of `run_study`.
        beside: planted amounts and ideal coverage.
    """
    grouped: dict[tuple[str, str], Studies] = defaultdict(lambda: defaultdict(list))
    for record in records:
        for row in record["compared"]:  # type: ignore[attr-defined]
            one = Compared(**row)
            grouped[str(record["arm"]), one.key][int(record["seed"])].append(one)  # type: ignore[call-overload]
    rows = []
    for (arm, key), studies in grouped.items():
        reference = NO_BIAS_CELLS if ARMS[arm].design.fcs else NO_BIAS
        without = grouped.get((reference, key), {}) if arm != reference else {}
        amounts = {
            "planted": beside.planted.get((arm, base(key))),
            "ideal_coverage": beside.ideal.get((arm, base(key))),
        }
        perfect = {seed: beside.perfect[arm, seed] for seed in studies if (arm, seed) in beside.perfect}
        reading = _reading(studies, {seed: found[base(key)] for seed, found in perfect.items() if base(key) in found})
        row = {**_row(studies), **reading, **_moved(studies, without), **_shown(amounts)}
        rows.append({"arm": arm, "key": key, **row})
    return rows


def _row(studies: Studies) -> Row:
    flags = [[one.held for one in study if one.held is not None] for study in studies.values()]
    shares = np.array([np.mean(study) for study in flags if study])
    bias = np.array(list(_errors(studies).values()))
    every = [one for study in studies.values() for one in study]
    widths = [one.width for one in every if one.width is not None]
    truth = float(np.mean([one.truth for one in every]))
    width = float(np.median(widths)) if widths else inf
    return {
        "studies": str(len(studies)),
        "with_interval": str(len(shares)),
        "held": str(sum(sum(study) for study in flags)),
        "of": str(sum(len(study) for study in flags)),
        **_shown(
            {
                "coverage": shares.mean() if len(shares) else None,
                "coverage_se": _error_of_share(shares) if len(shares) else None,
                "truth": truth,
                "mean_estimate": truth + bias.mean() if len(bias) else None,
                "bias": bias.mean() if len(bias) else None,
                "bias_se": _error(bias) if len(bias) > 1 else None,
                "median_width": width if isfinite(width) else None,
            }
        ),
    }


def _errors(studies: Mapping[int, list[Compared]]) -> dict[int, float]:
    """Estimate less truth of each study that has an estimate, by seed."""
    found = {seed: [o.estimate - o.truth for o in rows if o.estimate is not None] for seed, rows in studies.items()}
    return {seed: float(np.mean(errors)) for seed, errors in found.items() if errors}


def _moved(studies: Mapping[int, list[Compared]], without: Mapping[int, list[Compared]]) -> Row:
    """How much further off the estimate is than in the study of the same seed without a bias."""
    own, other = _errors(studies), _errors(without)
    return _mean_of("moved", [own[seed] - other[seed] for seed in sorted(own) if seed in other])


def _reading(studies: Mapping[int, list[Compared]], perfect: Mapping[int, float]) -> Row:
    """How far the estimate lies from what the patients of the same study would have given if read without a fault."""
    found = {seed: rows[0].estimate for seed, rows in studies.items() if len(rows) == 1}
    off = [estimate - perfect[seed] for seed, estimate in found.items() if estimate is not None and seed in perfect]
    return _mean_of("reading", off)


def _mean_of(name: str, differences: Sequence[float]) -> Row:
    values = np.array(differences)
    known = len(values) > 1
    return _shown({name: values.mean() if known else None, f"{name}_se": _error(values) if known else None})


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


def _shown(values: Mapping[str, float | None]) -> Row:
    return {name: "" if v is None else f"{0 if abs(v) < NOISE else v:.5g}" for name, v in values.items()}


def beside(records: Sequence[Mapping[str, object]]) -> Beside:
    """Planted amounts of the arms with a bias; of those without, ideal coverage and studies read without a fault."""
    planted, ideal, perfect = {}, {}, {}
    for name in dict.fromkeys(str(record["arm"]) for record in records):
        design = ARMS[name].design
        if design.biases.named:
            amounts = population_truth(design).planted
            planted |= {(name, key): value for key, value in amounts.items() if isfinite(value)}
        else:
            ideal |= {(name, key): value for key, value in ideal_coverage(design).items() if isfinite(value)}
            seeds = [int(record["seed"]) for record in records if record["arm"] == name]  # type: ignore[call-overload]
            perfect |= {(name, seed): perfect_estimates(design, seed) for seed in seeds}
    return Beside(planted, ideal, perfect)


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
