"""Repeated visits: mixed model and Friedman's test over four visits without any change, complete and with gaps.

Only studies in which the method gives a result count; they are drawn until there are as many as asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtri, stdtrit

from bench.calibration.case import REPETITIONS, SIZES, Case
from costim.inference.repeated.friedman import RankSums, choose_digits, doubled_ranks_within, nobody
from costim.inference.repeated.models import MixedModels, compute_mixed_models

VISITS = 4
GAPS = 0.2
"""Chance of each reading of being missing."""
BATCH = 2000
MORE = 20_000
"""Repetitions where the interval is an approximation near its level (readings missing): half the noise of 4,000."""
STEPS = np.abs(np.subtract.outer(np.arange(VISITS), np.arange(VISITS)))
Draw = Callable[[np.random.Generator, int, int], np.ndarray]


def draw_normal(rng: np.random.Generator, studies: int, n: int) -> np.ndarray:
    """Patients (SD 4) with noise (SD 3) that hangs together by 0.6 from visit to visit: correlation 0.86 to 0.72."""
    noise = rng.normal(size=(studies, n, VISITS)) @ np.linalg.cholesky(0.6**STEPS).T
    return 10 + rng.normal(0, 4, (studies, n, 1)) + 3 * noise


def draw_skewed(rng: np.random.Generator, studies: int, n: int) -> np.ndarray:
    """Log-normal readings, as of titres: log SD 0.8 between patients, 0.6 within."""
    noise = rng.normal(size=(studies, n, VISITS)) @ np.linalg.cholesky(0.6**STEPS).T
    return np.exp(rng.normal(0, 0.8, (studies, n, 1)) + 0.6 * noise)


def draw_sledai(rng: np.random.Generator, studies: int, n: int) -> np.ndarray:
    """Totals of 24 weighted items; from visit to visit about a third of the items is drawn anew."""
    weights = np.array([8] * 8 + [4] * 6 + [2] * 7 + [1] * 3)
    chance = rng.beta(0.6, 4.0, (studies, n, 1))
    items = rng.random((studies, n, weights.size)) < chance
    totals = []
    for _ in range(VISITS):
        totals.append(items @ weights)
        anew = rng.random(items.shape) < 0.35
        items = np.where(anew, rng.random(items.shape) < chance, items)
    return np.stack(totals, axis=2).astype(float)


def draw_skewed_alike(rng: np.random.Generator, studies: int, n: int) -> np.ndarray:
    """Log-normal, any two visits of a patient alike."""
    return np.exp(rng.normal(0, 0.8, (studies, n, 1)) + rng.normal(0, 0.6, (studies, n, VISITS)))


def draw_sledai_alike(rng: np.random.Generator, studies: int, n: int) -> np.ndarray:
    """Totals of weighted items, any two visits of a patient alike: each draws about a third of the items anew."""
    weights = np.array([8] * 8 + [4] * 6 + [2] * 7 + [1] * 3)
    chance = rng.beta(0.6, 4.0, (studies, n, 1))
    kept = rng.random((studies, n, weights.size)) < chance
    totals = []
    for _ in range(VISITS):
        anew = rng.random(kept.shape) < 0.35
        totals.append(np.where(anew, rng.random(kept.shape) < chance, kept) @ weights)
    return np.stack(totals, axis=2).astype(float)


def draw_one_correlation(rng: np.random.Generator, studies: int, n: int) -> np.ndarray:
    """Normal, the same correlation (0.64) between any two visits."""
    return rng.normal(0, 4, (studies, n, 1)) + rng.normal(0, 3, (studies, n, VISITS))


def draw_falling(rng: np.random.Generator, studies: int, n: int) -> np.ndarray:
    """Normal, correlation 0.7 from visit to visit, 0.34 over three."""
    return rng.normal(size=(studies, n, VISITS)) @ np.linalg.cholesky(0.7**STEPS).T


def with_gaps(draw: Draw, rng: np.random.Generator, studies: int, n: int) -> np.ndarray:
    """The same with a fifth of the readings missing, whatever they are."""
    values = draw(rng, studies, n)
    return np.where(rng.random(values.shape) < GAPS, np.nan, values)


def as_printed(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate, SE and df (s, 3) as the report prints them: each visit with the first where the model is refused."""
    found = compute_mixed_models(values)
    estimate, se, df = found.estimate.copy(), found.se.copy(), found.df.copy()
    refused = np.flatnonzero(found.reason != "")
    for visit in range(1, VISITS):
        if refused.size:
            alone = compute_mixed_models(values[refused][:, :, [0, visit]])
            kept = np.where(alone.reason == "", 0.0, np.nan)
            for into, new in ((estimate, alone.estimate), (se, alone.se), (df, alone.df)):
                into[refused, visit - 1] = new[:, 0] + kept
    return estimate, se, df


def covers(estimate: np.ndarray, se: np.ndarray, df: np.ndarray) -> np.ndarray:
    """Whether each 95 % interval holds zero, the truth; of rows with an interval."""
    known = np.isfinite(se)
    normal = np.isinf(df)
    quantile = np.where(normal, ndtri(0.975), stdtrit(np.where(normal | ~known, 1.0, df), 0.975))
    return (np.abs(estimate) <= quantile * se)[known]


def interval_as_printed(values: np.ndarray, visit: int) -> np.ndarray:
    return covers(*(a[:, visit - 2] for a in as_printed(values)))


def interval_of(values: np.ndarray, covariance: str, df_method: str) -> np.ndarray:
    """Interval of the change to the last visit."""
    found = compute_mixed_models(values, covariance=covariance, df_method=df_method)
    good = found.reason == ""
    return covers(found.estimate[good, -1], found.se[good, -1], found.df[good, -1])


def rejections(found: MixedModels) -> np.ndarray:
    good = (found.reason == "") & np.isfinite(found.statistic)
    f, df, rank = found.statistic[good], found.df_all[good], VISITS - 1
    normal = np.isinf(df)
    p = np.where(normal, chdtrc(rank, rank * f), fdtrc(rank, np.where(normal, 1.0, df), np.maximum(f, 0)))
    return p <= 0.05


def test_of(values: np.ndarray, covariance: str, df_method: str) -> np.ndarray:
    return rejections(compute_mixed_models(values, covariance=covariance, df_method=df_method))


class FriedmanTable:
    """p of many studies: rank sums depend only on how often each set of mid-ranks occurs, and those met are kept."""

    def __init__(self) -> None:
        self.known: dict[tuple[tuple[int, ...], ...], RankSums] = {}

    def p(self, values: np.ndarray) -> float:
        """As `compute_friedman` of complete readings (a test compares them)."""
        ranks = doubled_ranks_within(values)
        # Those with most orders first, so that studies share the longest steps.
        shapes = sorted(map(tuple, np.sort(ranks, axis=1).tolist()), key=lambda shape: (-len(set(shape)), shape))
        found = self.count(tuple(shapes))
        return float(found.chances[found.squares() >= (ranks.sum(axis=0) ** 2).sum()].sum())

    def count(self, shapes: tuple[tuple[int, ...], ...]) -> RankSums:
        if not shapes:
            return nobody(VISITS)
        if shapes not in self.known:
            digits = choose_digits(max(SIZES), VISITS)
            grown = None if digits is None else self.count(shapes[:-1]).add(shapes[-1], digits)
            if grown is None:
                raise ValueError("too many orders for the table")
            self.known[shapes] = grown
        return self.known[shapes]


def friedman_rejects(values: np.ndarray) -> np.ndarray:
    """Studies with at least one patient read at every visit."""
    table = FriedmanTable()
    complete = [study[~np.isnan(study).any(axis=1)] for study in values]
    return np.array([table.p(study) <= 0.05 for study in complete if len(study)], dtype=bool)


def simulate(
    rng: np.random.Generator, repetitions: int, *, draw: Draw, n: int, judge: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Draw batches until enough studies had a result."""
    found: list[np.ndarray] = []
    while sum(part.size for part in found) < repetitions:
        found.append(judge(draw(rng, BATCH, n)))
    return np.concatenate(found)[:repetitions]


DRAWS: dict[str, Draw] = {"normal": draw_normal, "skewed": draw_skewed, "sledai_like": draw_sledai}
ALIKE: dict[str, Draw] = {
    "normal": draw_one_correlation,
    "skewed": draw_skewed_alike,
    "sledai_like": draw_sledai_alike,
    "falling correlation": draw_falling,
}
"""Readings for the test of ranks, which needs every order to be equally likely; the last does not give that."""
PRINTED = "by_visit where fewer than visits + 1 patients are complete"


def _pair(name: str, draw: Draw) -> list[tuple[str, Draw]]:
    return [(f"{name}, complete", draw), (f"{name}, 20 % missing", partial(with_gaps, draw))]


def _case(method: str, kind: str, place: tuple[str, int, Draw], judge: Callable, **fields: object) -> Case:
    scenario, n, draw = place
    return Case(
        family="repeated",
        method=method,
        kind=kind,
        scenario=scenario,
        n=n,
        simulate=partial(simulate, draw=draw, n=n, judge=judge),
        **fields,
    )


def _defaults() -> list[Case]:
    cases = []
    for name, plain in DRAWS.items():
        for scenario, draw in _pair(name, plain):
            for n in SIZES:
                for visit in (2, 4) if name == "normal" else (4,):
                    judge = partial(interval_as_printed, visit=visit)
                    place = (f"{scenario}, visit {visit}", n, draw)
                    fields = {"note": PRINTED, "repetitions": REPETITIONS if "complete" in scenario else MORE}
                    cases.append(_case("mixed_model", "interval", place, judge, **fields))
                if n > 5 or "complete" in scenario:  # of five patients with gaps none is left for the model
                    judge = partial(test_of, covariance="unstructured", df_method="kenward_roger")
                    cases.append(_case("mixed_model_test", "test", (scenario, n, draw), judge))
    for name, plain in ALIKE.items():
        for scenario, draw in _pair(name, plain):
            note = (
                "" if name in DRAWS else "neighbouring visits more alike than distant ones: orders not equally likely"
            )
            fields = {"assumption_holds": name in DRAWS, "note": note}
            cases += [_case("friedman", "test", (scenario, n, draw), friedman_rejects, **fields) for n in SIZES]
    return cases


def _others() -> list[Case]:
    """What is not printed unless the plan asks, and what other programs print."""
    said = {
        "kenward_roger_1997": "as published, without the bounds of degrees of freedom",
        "satterthwaite": "not printed",
        "normal": "infinite degrees of freedom, as printed by programs that offer no others",
    }
    cases = []
    for scenario, draw in _pair("normal", draw_normal):
        for n in SIZES:
            if n == 5 and "missing" in scenario:
                continue
            for method, note in said.items():
                fields = {"is_default": False, "assumption_holds": method != "normal", "note": note}
                for kind, judge in (("interval", interval_of), ("test", test_of)):
                    judged = partial(judge, covariance="unstructured", df_method=method)
                    if method == "kenward_roger_1997" and kind == "test" and n == 5:
                        continue  # two degrees of freedom: the published approximation does not exist
                    cases.append(_case(f"unstructured, {method}", kind, (scenario, n, draw), judged, **fields))
    structured: list[tuple[str, str, Draw, bool]] = [
        ("compound_symmetry", "one correlation", draw_one_correlation, True),
        ("compound_symmetry", "falling correlation", draw_falling, False),
        ("ar1", "falling correlation", draw_falling, True),
        ("ar1", "one correlation", draw_one_correlation, False),
    ]
    for covariance, name, plain, holds in structured:
        for scenario, draw in _pair(name, plain):
            for n in SIZES:
                for kind, judge in (("interval", interval_of), ("test", test_of)):
                    judged = partial(judge, covariance=covariance, df_method="kenward_roger")
                    fields = {"is_default": False, "assumption_holds": holds, "note": "only where the plan names it"}
                    cases.append(_case(f"{covariance}, kenward_roger", kind, (scenario, n, draw), judged, **fields))
    return cases


CASES: list[Case] = [*_defaults(), *_others()]
