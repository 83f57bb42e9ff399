"""What the committed tables say: which parameters are estimable, and whether their ranks are uniform."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.sbc.refit import RANKED
from bench.sbc.run import PILOT, TABLE
from bench.sbc.uniformity import holm, p_values

LEVELS = RANKED + 1
ESTIMABLE = 0.5
"""Median contraction in the pilot above which a parameter is called estimable."""
WANTED = 200
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Line:
    """One ranked quantity."""

    name: str
    contraction: float | None
    """Median over the pilot; None: a patient's own value."""
    estimable: bool
    mean_rank: float
    """Over the refits, as a share; 0.5 expected."""
    p: float
    p_holm: float
    ranks: np.ndarray

    @property
    def passes(self) -> bool:
        return self.p_holm >= SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Verdict:
    """Over all refits."""

    lines: tuple[Line, ...]
    refits: int
    pilots: int
    divergent: int
    """Refits with a divergence."""
    seconds: float
    """Median of a refit."""
    lengthened: int

    @property
    def passes(self) -> bool:
        """Enough refits, and every estimable parameter uniform after Holm's correction over all quantities."""
        return self.refits >= WANTED and all(line.passes for line in self.lines if line.estimable)


def read(path: Path) -> list[dict[str, float]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]


def judge(table: Path = TABLE, pilot: Path = PILOT) -> Verdict:
    rows, pilots = sorted(read(table), key=lambda r: r["seed"]), read(pilot)
    names = [key.removeprefix("rank_") for key in rows[0] if key.startswith("rank_")]
    ranks = np.array([[row[f"rank_{name}"] for name in names] for row in rows]).astype(np.int64)
    p = p_values(ranks, LEVELS)
    adjusted = holm(p)
    lines = []
    for i, name in enumerate(names):
        found = [row[f"contraction_{name}"] for row in pilots] if f"contraction_{name}" in pilots[0] else None
        contraction = float(np.median(found)) if found else None
        lines.append(
            Line(
                name=name,
                contraction=contraction,
                estimable=contraction is not None and contraction > ESTIMABLE,
                mean_rank=float(ranks[:, i].mean() / RANKED),
                p=float(p[i]),
                p_holm=float(adjusted[i]),
                ranks=ranks[:, i],
            )
        )
    return Verdict(
        lines=tuple(lines),
        refits=len(rows),
        pilots=len(pilots),
        divergent=sum(row["divergences"] > 0 for row in rows),
        seconds=float(np.median([row["seconds"] for row in rows])),
        lengthened=sum(row["draws"] > min(r["draws"] for r in rows) for row in rows),
    )
