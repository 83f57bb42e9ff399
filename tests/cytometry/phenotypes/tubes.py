"""A small strategy on B cells, and tubes whose events are given as numbers of cells and levels."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np

from costim.cytometry.engine.levels import levels_of
from costim.cytometry.engine.result import Gated
from costim.cytometry.gates.model import Axis, Marker, Range, Rectangle, Strategy, Threshold
from costim.cytometry.phenotypes.ask import wants
from costim.cytometry.phenotypes.phenotype import Phenotype
from costim.cytometry.phenotypes.settings import Settings
from costim.cytometry.phenotypes.summarise import summarise
from costim.cytometry.tube import Tube

CD40 = Axis("CD40")
TREE = {"lymphocytes": "", "b_cells": "lymphocytes", "naive": "b_cells", "memory": "b_cells"}
STRATEGY = Strategy(
    name="small",
    gates=tuple(
        Rectangle(name, parent, (Range(Axis(name), 1.0 if name != "lymphocytes" else None),))
        for name, parent in TREE.items()
    ),
    thresholds=(Threshold("cd40_positive", CD40, "b_cells", ("fixed",), value=500.0),),
    markers={"cd40": Marker(CD40, ("b_cells", "naive"), outcome=True, threshold="cd40_positive")},
    roles={"lymphocytes": "lymphocytes"},
)
TUBE = Tube(path=Path("p1_v1.fcs"), subject="p1", visit="v1", panel="b")


def gated(
    counts: Mapping[str, int],
    levels: Mapping[str, np.ndarray],
    *,
    events: int = 200_000,
    controlled: Collection[str] = (),
    strategy: Strategy = STRATEGY,
    settings: Settings = Settings(),  # noqa: B008 -- frozen
) -> Gated:
    """What the engine gives for these numbers of cells and levels of CD40 (per population)."""
    asked = wants(strategy, controlled=controlled, settings=settings)
    found = {(w.population, w.name): levels_of(np.asarray(levels[w.population], dtype=np.float64), w) for w in asked}
    return Gated(events, dict(counts), found, 0)


def rows_of(counts, levels, *, tube=TUBE, strategy=STRATEGY, **given) -> dict[tuple[str, ...], Phenotype]:
    """(population, statistic) or (population, marker, statistic) -> row."""
    controls, settings = given.get("controls", {}), given.get("settings", Settings())
    found = gated(counts, levels, controlled=tuple(controls), strategy=strategy, settings=settings)
    rows = summarise(found, strategy, tube, **given)
    keys = [tuple(part for part in (r.population, r.marker, r.statistic) if part) for r in rows]
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, rows, strict=True))


def tube_of(n: int, *, naive: int | None = None, seed: int = 1, lymphocytes: int = 20_000):
    """Counts and levels of a tube with n B cells, log-normal on CD40."""
    levels = 600 * np.exp(0.5 * np.random.default_rng(seed).standard_normal(n))
    naive = n // 2 if naive is None else naive
    counts = {"lymphocytes": lymphocytes, "b_cells": n, "naive": naive, "memory": n - naive}
    return counts, {"b_cells": levels, "naive": levels[:naive]}
