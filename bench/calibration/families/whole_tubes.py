"""Whole tubes through `summarise`: does what is printed hold the truth, false events and nested gates included?

n = true B cells expected. A tube has 20,000 lymphocytes, of which the false B cells are one for five true ones, all of
them brighter than every true cell; a tube without CD19 counts them. Among the B cells, four in ten are memory cells and
the gate of memory cells holds one naive cell in twenty; a tube without CD27 counts these. Haematology reads lymphocytes
with an error of 5 %. What is withheld (too few cells) or open on a side counts as held on that side.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from bench.calibration.case import Case
from costim.cytometry.engine.levels import levels_of
from costim.cytometry.engine.result import Gated
from costim.cytometry.gates.model import Axis, Marker, Range, Rectangle, Strategy, Threshold
from costim.cytometry.phenotypes.ask import wants
from costim.cytometry.phenotypes.phenotype import Phenotype
from costim.cytometry.phenotypes.settings import Settings
from costim.cytometry.phenotypes.summarise import summarise
from costim.cytometry.tube import Tube
from costim.inference.cells.detection import Control

FAMILY = "whole_tubes"
CELLS = (50, 200, 1000)
LYMPHOCYTES = 20_000
CONTROL_EVENTS = 10_000
FALSE_PER_TRUE, MEMORY, LEAK = 0.2, 0.4, 0.05
MEDIAN, SD = 600.0, 0.5
PER_UL, HAEMATOLOGY_CV = 1_500.0, 0.05
POSITIVE_ABOVE = 700.0
SETTINGS = Settings(haematology_cv=HAEMATOLOGY_CV)
CD40 = Axis("CD40")
PARENTS = {"lymphocytes": "", "b_cells": "lymphocytes", "memory": "b_cells"}
STRATEGY = Strategy(
    name="tubes",
    gates=tuple(Rectangle(name, parent, (Range(Axis(name), 0.0),)) for name, parent in PARENTS.items()),
    thresholds=(Threshold("positive", CD40, "b_cells", ("fixed",), value=POSITIVE_ABOVE),),
    markers={"cd40": Marker(CD40, ("b_cells", "memory"), threshold="positive")},
    roles={"lymphocytes": "lymphocytes"},
)
CONTROLLED = ("b_cells", "memory")
WANTS = wants(STRATEGY, controlled=CONTROLLED, settings=SETTINGS)


def draw_tubes(n: int, rng: np.random.Generator, repetitions: int) -> Iterator[dict[tuple[str, str], Phenotype]]:
    """Rows by population and statistic of one tube after the other."""
    share = n / LYMPHOCYTES
    false_share = FALSE_PER_TRUE * share / (1 - share)
    for _ in range(repetitions):
        true = int(rng.binomial(LYMPHOCYTES, share))
        false = int(rng.binomial(LYMPHOCYTES - true, false_share))
        memory = int(rng.binomial(true, MEMORY))
        leaked = int(rng.binomial(true - memory, LEAK))
        levels = MEDIAN * np.exp(SD * rng.standard_normal(true))
        bright = np.full(false, 1e6)
        inside = np.concatenate([levels[: memory + leaked], bright[: false // 2]])
        counts = {"lymphocytes": LYMPHOCYTES, "b_cells": true + false, "memory": inside.size}
        events = {"b_cells": np.concatenate([levels, bright]), "memory": inside}
        found = {(w.population, w.name): levels_of(events[w.population], w) for w in WANTS}
        controls = {
            "b_cells": Control(int(rng.binomial(CONTROL_EVENTS, false_share)), CONTROL_EVENTS),
            # Naive cells among the B cells of a tube twice as large, false B cells among the latter.
            "memory": Control(int(rng.binomial(2 * n, (1 - MEMORY) * LEAK)), round(2 * n * (1 + FALSE_PER_TRUE))),
        }
        read = PER_UL * float(np.exp(HAEMATOLOGY_CV * rng.standard_normal()))
        tube = Tube(path=Path("tube.fcs"), lymphocytes_per_ul=read)
        gated = Gated(2 * LYMPHOCYTES, counts, found, 0)
        rows = summarise(gated, STRATEGY, tube, controls=controls, settings=SETTINGS)
        yield {(row.population, row.statistic): row for row in rows}


def truth_of(n: int) -> dict[tuple[str, str], float]:
    """What the intervals are to hold."""
    from scipy.special import ndtr, ndtri

    found = {}
    for population, cells in (("b_cells", float(n)), ("memory", MEMORY * n)):
        found[population, "count"] = cells
        found[population, "fraction_of_lymphocytes"] = 100 * cells / LYMPHOCYTES
        found[population, "fraction_of_parent"] = 100 * cells / (n if population == "memory" else LYMPHOCYTES)
        found[population, "per_ul"] = PER_UL * cells / LYMPHOCYTES
        found[population, "median"] = MEDIAN
        found[population, "p10"] = MEDIAN * float(np.exp(SD * ndtri(0.1)))
        found[population, "p90"] = MEDIAN * float(np.exp(SD * ndtri(0.9)))
        found[population, "percent_positive"] = 100 * float(ndtr(-np.log(POSITIVE_ABOVE / MEDIAN) / SD))
    return found


def covers(asked: tuple[str, str], n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Does the printed interval hold the truth?"""
    truth, held = truth_of(n)[asked], []
    for rows in draw_tubes(n, rng, repetitions):
        row = rows[asked]
        held.append((row.lower is None or row.lower <= truth) and (row.upper is None or truth <= row.upper))
    return np.array(held)


def shown(n: int, rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Is the lower limit of detection of memory cells crossed although every one of them is false?"""
    found = []
    for _ in range(repetitions):
        around, own = rng.poisson(0.5 * n), rng.poisson(0.5 * n)
        limits = _limits(int(rng.poisson(0.5 * n)), int(rng.poisson(0.5 * n)), n)
        found.append(around + own >= limits)
    return np.array(found)


def _limits(around: int, own: int, n: int) -> float:
    from costim.cytometry.phenotypes.sample import GatedSample

    counts = {"lymphocytes": LYMPHOCYTES, "b_cells": 4 * n, "memory": n}
    controls = {"b_cells": Control(around, LYMPHOCYTES), "memory": Control(min(own, 4 * n), 4 * n)}
    return GatedSample(Gated(2 * LYMPHOCYTES, counts, {}, 0), PARENTS, controls, SETTINGS).limits("memory").lod


ASKED = (
    ("b_cells", "median"),
    *(("memory", name) for name in ("count", "fraction_of_parent", "per_ul", "median", "percent_positive")),
)
CASES = [
    *(
        Case(
            FAMILY, f"{statistic} of {population}", "interval", "false events and nested gates", n,
            partial(covers, (population, statistic), n), note="by Boole's inequality: covers more than 95 %",
        )
        for population, statistic in ASKED
        for n in CELLS
        if n <= 200 or (population == "memory" and statistic in ("count", "median"))
    ),
    *(
        Case(FAMILY, "detection of memory cells", "test", "every event false", n, partial(shown, n))
        for n in CELLS
    ),
]  # fmt: skip
