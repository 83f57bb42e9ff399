"""The compiled integrator of states and sensitivities: Dormand and Prince's pair of order 5(4).

Dormand JR, Prince PJ. J Comput Appl Math 1980;6:19, the pair RK5(4)7M; step control after Hairer, Norsett, Wanner,
Solving Ordinary Differential Equations I, section II.4.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: PLR0917, ANN001, ANN202 - compiled code takes its arguments by position; numba knows their types.
from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numba
import numpy as np

STAGES = np.array(
    [
        [0, 0, 0, 0, 0, 0],
        [1 / 5, 0, 0, 0, 0, 0],
        [3 / 40, 9 / 40, 0, 0, 0, 0],
        [44 / 45, -56 / 15, 32 / 9, 0, 0, 0],
        [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0, 0],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0],
        [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
    ]
)
"""(stage, earlier stage); the last row is the step itself, whose slope is the first of the next step."""
ERROR = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])
"""Difference of the two orders."""
SAFETY, SHRINK, GROW = 0.9, 0.2, 6.0
FIRST_STEP = 0.05
"""Days; the control corrects it at once."""


def make_integrator(equations: ModuleType, columns: int) -> Callable[..., None]:
    """Compile the integrator for one set of equations (a module of `costim.mechanism.compiled`).

    The numbers of states and of columns of sensitivities are constants of the compiled code: loops over them unroll.
    """
    jit = numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})
    size = len(equations.STATES) * (1 + columns)
    slopes_of = jit(_slopes(jit, equations, columns))
    advance = jit(_advance(slopes_of, jit(_combine(jit, size)), len(equations.STATES), columns))
    dose = jit(_dose(jit, equations))
    record = jit(_record(jit, equations))
    patient = jit(_patient(jit, equations, advance, dose, record))
    return jit(_all_patients(patient))


def _slopes(jit: Any, equations: ModuleType, m: int) -> Callable[..., None]:
    s, parameters = len(equations.STATES), equations.PARAMETERS
    rates, jacobian, by_parameters = jit(equations.rates), jit(equations.jacobian), jit(equations.by_parameters)

    def slopes(z, dz, p, infusion, wanted, row, column, jac, dp):
        """Rates of z: states, then sensitivities state by state."""
        y = z[:s]
        rates(y, p, infusion, dz[:s])
        if m == 0:
            return
        jacobian(y, p, infusion, jac)
        by_parameters(y, p, infusion, dp)
        for i in range(s):
            for k in range(m):
                w = wanted[k]
                dz[s + i * m + k] = dp[i, w] if 0 <= w < parameters else 0.0
        for e in range(row.shape[0]):
            i, j = row[e], column[e]
            a = jac[i, j]
            to, of = s + i * m, s + j * m
            for k in range(m):
                dz[to + k] += a * z[of + k]

    return slopes


def _advance(slopes: Any, combine: Any, s: int, m: int) -> Callable[..., Any]:
    size = s + s * m

    def advance(z, t, stop, h, rate, p, wanted, row, column, work, stages, jac, dp, rtol, atol, steps_left):
        """From t to stop at one infusion rate. Gives the next step's length and the steps left (below 0: failed)."""
        slopes(z, stages[0], p, rate, wanted, row, column, jac, dp)
        while t < stop:
            if steps_left <= 0:
                return h, -1
            steps_left -= 1
            last = h >= (stop - t) * (1 - 1e-12)
            step = stop - t if last else h
            for stage in range(1, 7):
                combine(work, z, stages, step, stage)
                slopes(work, stages[stage], p, rate, wanted, row, column, jac, dp)
            error = 0.0
            for i in range(s):
                e = 0.0
                for q in range(7):
                    e += ERROR[q] * stages[q, i]
                e *= step / (atol + rtol * max(abs(z[i]), abs(work[i])))
                error += e * e
            error = np.sqrt(error / s)
            if not np.isfinite(error):
                return h, -1
            factor = min(GROW, max(SHRINK, SAFETY * (error + 1e-12) ** -0.2))
            if error <= 1.0:
                t = stop if last else t + step
                for i in range(size):
                    z[i] = work[i]
                    stages[0, i] = stages[6, i]
                h = max(h, step * factor) if last else step * factor
            else:
                h = step * min(factor, 1.0)
                if h < 1e-10:
                    return h, -1
        return h, steps_left

    return advance


def _combine_early(size: int) -> Callable[..., None]:
    def early(work, z, k, a0, a1, a2, stage):
        """The first three stages of `combine`."""
        if stage == 1:
            for i in range(size):
                work[i] = z[i] + a0 * k[0, i]
        elif stage == 2:
            for i in range(size):
                work[i] = z[i] + a0 * k[0, i] + a1 * k[1, i]
        else:
            for i in range(size):
                work[i] = z[i] + a0 * k[0, i] + a1 * k[1, i] + a2 * k[2, i]

    return early


def _combine(jit: Any, size: int) -> Callable[..., None]:
    early = jit(_combine_early(size))

    def combine(work, z, k, step, stage):
        """Work = z + step * (stages before `stage`, weighted), in one pass over memory."""
        a0, a1, a2 = step * STAGES[stage, 0], step * STAGES[stage, 1], step * STAGES[stage, 2]
        a3, a4, a5 = step * STAGES[stage, 3], step * STAGES[stage, 4], step * STAGES[stage, 5]
        if stage <= 3:
            early(work, z, k, a0, a1, a2, stage)
        elif stage == 4:
            for i in range(size):
                work[i] = z[i] + a0 * k[0, i] + a1 * k[1, i] + a2 * k[2, i] + a3 * k[3, i]
        elif stage == 5:
            for i in range(size):
                work[i] = z[i] + a0 * k[0, i] + a1 * k[1, i] + a2 * k[2, i] + a3 * k[3, i] + a4 * k[4, i]
        else:
            for i in range(size):
                work[i] = z[i] + a0 * k[0, i] + a2 * k[2, i] + a3 * k[3, i] + a4 * k[4, i] + a5 * k[5, i]

    return combine


def _dose(jit: Any, equations: ModuleType) -> Callable[..., None]:
    at_dose, by_states = jit(equations.at_dose), jit(equations.at_dose_by_states)
    by_parameters = jit(equations.at_dose_by_parameters)

    def dose(z, p, wanted, work, jac, dp):
        """States that an infusion sets when it starts, and their sensitivities."""
        s, m, parameters = jac.shape[0], wanted.shape[0], dp.shape[1]
        if m:
            by_states(p, z[:s], jac)
            by_parameters(p, z[:s], dp)
            for i in range(s):
                for k in range(m):
                    w = wanted[k]
                    total = dp[i, w] if 0 <= w < parameters else 0.0
                    for j in range(s):
                        total += jac[i, j] * z[s + j * m + k]
                    work[s + i * m + k] = total
            for i in range(s, z.shape[0]):
                z[i] = work[i]
        at_dose(p, z[:s])

    return dose


def _record(jit: Any, equations: ModuleType) -> Callable[..., None]:
    outputs, by_states = jit(equations.outputs), jit(equations.outputs_by_states)
    by_values = jit(equations.outputs_by_values)

    def record(z, p, wanted, s, out, slope, by_y, by_p):
        """Outputs (outputs,) and their slopes (outputs, fitted) at the state z."""
        m = wanted.shape[0]
        outputs(z[:s], p, out)
        if m == 0:
            return
        by_states(z[:s], p, by_y)
        by_values(z[:s], p, by_p)
        for o in range(out.shape[0]):
            for k in range(m):
                total = by_p[o, wanted[k]] if wanted[k] >= 0 else 0.0
                for j in range(s):
                    total += by_y[o, j] * z[s + j * m + k]
                slope[o, k] = total

    return record


def _next_stop(t, until, start, amount, duration):
    """The next day on which something changes, at most `until`, and the infusion rate up to it."""
    stop, rate = until, 0.0
    for i in range(start.shape[0]):
        if amount[i] > 0.0:
            end = start[i] + duration[i]
            if start[i] > t:
                stop = min(stop, start[i])
            elif end > t:
                stop = min(stop, end)
                rate += amount[i] / duration[i]
    return stop, rate


def _changes(t, start, amount, duration):
    """Whether an infusion starts at t; whether one starts or ends."""
    starts = ends = False
    for i in range(start.shape[0]):
        if amount[i] > 0.0:
            starts = starts or start[i] == t
            ends = ends or start[i] + duration[i] == t
    return starts, starts or ends


def _patient(jit: Any, equations: ModuleType, advance: Any, dose: Any, record: Any) -> Callable[..., int]:
    baseline, by_parameters = jit(equations.baseline), jit(equations.baseline_by_parameters)
    next_stop, changes = jit(_next_stop), jit(_changes)

    def begin(z, p, wanted, dp, s):
        """Baseline and its sensitivities."""
        baseline(p, z[:s])
        by_parameters(p, dp)
        m = wanted.shape[0]
        for i in range(s):
            for k in range(m):
                if 0 <= wanted[k] < dp.shape[1]:
                    z[s + i * m + k] = dp[i, wanted[k]]

    begin = jit(begin)

    def patient(p, start, amount, duration, days, wanted, row, column, s, parameters, rtol, atol, limit, out, slope):
        """One patient: 0, or 1 where the integration failed. Before the first infusion the baseline stands."""
        size = s * (1 + wanted.shape[0])
        z, work, stages = np.zeros(size), np.zeros(size), np.zeros((7, size))
        jac, dp = np.zeros((s, s)), np.zeros((s, parameters))
        by_y, by_p = np.zeros((out.shape[1], s)), np.zeros((out.shape[1], p.shape[0]))
        begin(z, p, wanted, dp, s)
        t, h, left, seen = -np.inf, FIRST_STEP, limit, 0
        while seen < days.shape[0]:
            stop, rate = next_stop(t, days[seen], start, amount, duration)
            if t > -np.inf and stop > t:
                h, left = advance(z, t, stop, h, rate, p, wanted, row, column, work, stages, jac, dp, rtol, atol, left)
                if left < 0:
                    return 1
            t = stop
            while seen < days.shape[0] and days[seen] <= t:
                record(z, p, wanted, s, out[seen], slope[seen], by_y, by_p)
                seen += 1
            starts, changed = changes(t, start, amount, duration)
            if starts:
                dose(z, p, wanted, work, jac, dp)
            if changed:
                h = min(h, FIRST_STEP)
        return 0

    return patient


def _all_patients(patient: Any) -> Callable[..., None]:
    def all_patients(
        values, start, amount, duration, offset, days, wanted, row, column, sizes, rtol, atol, limit, out, slope, status
    ):
        """Every patient in turn; rows of one that fails are left nan."""
        for i in range(values.shape[0]):
            a, b = offset[i], offset[i + 1]
            status[i] = patient(
                values[i], start[i], amount[i], duration[i], days[a:b], wanted, row, column, sizes[0], sizes[1],
                rtol, atol, limit, out[a:b], slope[a:b],
            )  # fmt: skip
            if status[i] != 0:
                out[a:b] = np.nan
                slope[a:b] = np.nan

    return all_patients
