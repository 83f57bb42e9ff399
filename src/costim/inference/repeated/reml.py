"""Restricted maximum likelihood by Newton's method with exact derivatives, for many small studies at once.

A few EM steps, which cannot leave the positive definite matrices and never go downhill, lead near the maximum; Newton
steps with a backtracking line search finish. A fit that does not end at a maximum inside the parameter space says so.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from costim.inference.repeated.covariance import Structure, Unstructured
from costim.inference.repeated.likelihood import Moments, State, evaluate, hessian, moments
from costim.inference.repeated.patterns import Patterns

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

EM_STEPS = 6
NEWTON_STEPS = 80
HALVINGS = 30
LONGEST_STEP = 2.0
"""Largest change of any free parameter in one step: a factor of e^2 of a standard deviation."""
DECREMENT = 1e-16
"""A squared Newton step (in units of the deviance) below it ends the search."""
SETTLED = 1e-9
"""Where rounding stops the search, a decrement below this still counts as the maximum."""
SINGULAR = 1e-8
"""Smallest eigenvalue of the correlation matrix; below it some reading is a function of the others."""
FLAT = 1e-9
"""Smallest curvature of the deviance, of the largest, before parameters count as not identified."""
WHOLE = ("structure", "patterns", "state", "moments")


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Maximum of the restricted likelihood of each study, in standardised units; s studies, q free parameters.

    `reason` (s,) is blank, `covariance_singular` or `not_converged`. `second` (s, q, q) are second derivatives of the
    deviance by the free parameters.
    """

    structure: Structure
    patterns: Patterns
    free: Floats
    state: State
    slopes: Floats
    moments: Moments
    second: Floats
    steps: NDArray[np.int64]
    reason: NDArray[np.str_]

    @property
    def means(self) -> Floats:
        """Mean of each visit, shape (s, k), in units of `patterns.scale`; unlike `state.means` not centred."""
        return self.state.means + self.patterns.shift / self.patterns.scale[:, None]

    def keep(self, which: NDArray[np.intp]) -> Fit:
        """The same for some of the studies."""
        kept = {f.name: getattr(self, f.name)[which] for f in fields(self) if f.name not in WHOLE}
        state = State(**{f.name: getattr(self.state, f.name)[which] for f in fields(self.state)})
        found = Moments(**{f.name: getattr(self.moments, f.name)[which] for f in fields(self.moments)})
        return Fit(structure=self.structure, patterns=self.patterns.keep(which), state=state, moments=found, **kept)


def fit_covariance(patterns: Patterns, structure: Structure) -> Fit:
    """Maximise the restricted likelihood.

    Args:
        patterns: every visit must be seen in every study, and some reading must differ from the mean of its visit.
        structure: the covariance.
    """
    free = structure.start(_start(patterns))
    if isinstance(structure, Unstructured):
        free = _em(free, patterns, structure)
    steps = np.zeros(free.shape[0], dtype=np.int64)
    decrement = np.full(free.shape[0], np.inf)
    active = np.arange(free.shape[0])
    for _ in range(NEWTON_STEPS):
        if active.size == 0:
            break
        free[active], decrement[active], moving = _step(free[active], patterns.keep(active), structure)
        steps[active] += 1
        active = active[moving]
    return _finish(free, decrement, steps, patterns, structure)


def _finish(free: Floats, decrement: Floats, steps: NDArray[np.int64], patterns: Patterns, structure: Structure) -> Fit:
    """Everything at the maximum, and whether it is one."""
    matrix = structure.matrix(free)
    state = evaluate(matrix, patterns)
    slopes = structure.slopes(free)
    found = moments(state, slopes, patterns)
    second = hessian(state, slopes, found, structure.curvature(free, state.gradient))
    bent = np.linalg.eigvalsh(second)
    is_maximum = (decrement < SETTLED) & (bent[:, 0] > FLAT * np.maximum(bent[:, -1], 1e-300))
    reason = np.where(_is_singular(matrix), "covariance_singular", np.where(is_maximum, "", "not_converged"))
    return Fit(structure, patterns, free, state, slopes, found, second, steps, reason)


def _is_singular(matrix: Floats) -> Booleans:
    spread = np.sqrt(np.einsum("sjj->sj", matrix))
    correlation = matrix / (spread[:, :, None] * spread[:, None, :])
    tiny = spread.min(axis=1) < SINGULAR**0.5 * spread.max(axis=1)
    return np.asarray((np.linalg.eigvalsh(correlation)[:, 0] < SINGULAR) | tiny)


def _start(patterns: Patterns) -> Floats:
    """Variances of the visits as seen, with one moderate correlation: positive definite whatever is missing."""
    per_visit = np.maximum(patterns.counts @ patterns.seen.astype(np.float64), 1.0)
    variance = np.einsum("spjj->sj", patterns.products) / per_visit
    overall = variance.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.clip(variance, 0.05 * overall, None))
    visits = patterns.visits
    correlation = 0.5 * np.eye(visits) + 0.5
    return np.asarray(spread[:, :, None] * spread[:, None, :] * correlation)


def _em(free: Floats, patterns: Patterns, structure: Structure) -> Floats:
    """EM for a free covariance: with the gradient G of the deviance the update is S - S G S / n."""
    matrix = structure.matrix(free)
    subjects = patterns.counts.sum(axis=1)[:, None, None]
    for _ in range(EM_STEPS):
        gradient = evaluate(matrix, patterns).gradient
        matrix = matrix - matrix @ gradient @ matrix / subjects
        matrix = (matrix + matrix.transpose(0, 2, 1)) / 2
        floor = 1e-10 * np.einsum("sjj->s", matrix)
        matrix = matrix + floor[:, None, None] * np.eye(patterns.visits)
    return structure.start(matrix)


def _step(free: Floats, patterns: Patterns, structure: Structure) -> tuple[Floats, Floats, Booleans]:
    """One Newton step with line search; new parameters, squared step, and which studies go on."""
    state = evaluate(structure.matrix(free), patterns)
    slopes = structure.slopes(free)
    found = moments(state, slopes, patterns)
    second = hessian(state, slopes, found, structure.curvature(free, state.gradient))
    gradient = np.einsum("sjk,sqkj->sq", state.gradient, slopes)
    values, vectors = np.linalg.eigh(second)
    size = np.abs(values)
    size = np.maximum(size, 1e-8 * size.max(axis=1, keepdims=True) + 1e-300)
    along = np.einsum("sqa,sq->sa", vectors, gradient)
    step = -np.einsum("sqa,sa->sq", vectors, along / size)
    decrement = (along**2 / size).sum(axis=1)
    longest = np.abs(step).max(axis=1, keepdims=True)
    step *= np.minimum(1.0, LONGEST_STEP / np.maximum(longest, 1e-300))
    slope = np.einsum("sq,sq->s", gradient, step)
    moved, improved = _search(free, step, slope, state.deviance, (patterns, structure))
    near = np.abs(np.where(np.isfinite(moved), moved, 0.0)).max(axis=1) < 60  # e^60: gone to the edge
    return moved, decrement, improved & (decrement > DECREMENT) & near & ~_is_singular(structure.matrix(moved))


def _search(
    free: Floats, step: Floats, slope: Floats, deviance: Floats, around: tuple[Patterns, Structure]
) -> tuple[Floats, Booleans]:
    """Halve the step until the deviance falls (up to rounding); else stay. `slope` is along the step."""
    patterns, structure = around
    rounding = 1e-12 * (1 + np.abs(deviance))
    length = np.ones(free.shape[0])
    accepted = np.zeros(free.shape[0], dtype=bool)
    for _ in range(HALVINGS):
        open_ = np.flatnonzero(~accepted)
        if open_.size == 0:
            break
        tried = free[open_] + length[open_, None] * step[open_]
        found = evaluate(structure.matrix(tried), patterns.keep(open_)).deviance
        good = found <= deviance[open_] + 1e-4 * length[open_] * slope[open_] + rounding[open_]
        accepted[open_] = good
        length[open_] = np.where(good, length[open_], length[open_] / 2)
    return np.where(accepted[:, None], free + length[:, None] * step, free), accepted
