"""One step of states and sensitivities, and the steps from one stop to the next. Compiled; imported late.

Numbers of states and columns are constants of the compiled code: loops over twelve columns then unroll into three
instructions each, and a fit is three times as fast as with loops of unknown length.
"""

# ruff: noqa: PLR0917 - compiled code takes its arguments by position.
from __future__ import annotations

from typing import Any

from numpy import uint64 as unsigned

from costim.mechanism.fit import dormand_prince as c
from costim.mechanism.fit.work import Array, Equations, Fitted, Work
from costim.mechanism.solver.jit import part

SAFETY, SHRINK, GROW = 0.9, 0.2, 6.0
SHORTEST = 1e-10
"""Days; a step that would have to be shorter has failed."""


def make_advance(states: int, columns: int) -> Any:
    """`advance`, compiled for so many states and columns of sensitivities."""
    return _advance(
        _stages(states, columns, _slopes(states, columns)), _slopes(states, columns), _accept(states, columns)
    )


def _slopes(s: int, m: int) -> Any:
    def slopes(
        e: Equations, f: Fitted, w: Work, p: Array, infusion: float, y: Array, z: Array, dy: Array, dz: Array
    ) -> None:
        """Rates dy of the states y, and dz = J z + df/dp of the sensitivities z."""
        e.rates(y, p, infusion, dy)
        if m == 0:
            return
        e.jacobian(y, p, infusion, w.jacobian)
        e.by_parameters(y, p, infusion, w.by_parameters)
        for i in range(s * m):
            dz[i] = 0.0
        for entry in range(len(f.moved)):
            dz[f.moved[entry]] = w.by_parameters[f.moved_row[entry], f.moved_column[entry]]
        for entry in range(len(f.row)):
            i, j = f.row[entry], f.column[entry]
            a = w.jacobian[i, j]
            # Unsigned: for signed numbers the compiler would ask of each whether it counts from the end.
            to, of = unsigned(i * m), unsigned(j * m)
            for k in range(m):
                dz[to + unsigned(k)] += a * z[of + unsigned(k)]

    return part(slopes)


def _early_stage(n: int) -> Any:
    def early_stage(h: float, start: Array, k: Array, stage: int, new: Array) -> None:
        """Stages 2 to 4: where they are taken at."""
        if stage == 1:
            for i in range(n):
                new[i] = start[i] + h * c.A21 * k[0, i]
        elif stage == 2:
            for i in range(n):
                new[i] = start[i] + h * (c.A31 * k[0, i] + c.A32 * k[1, i])
        else:
            for i in range(n):
                new[i] = start[i] + h * (c.A41 * k[0, i] + c.A42 * k[1, i] + c.A43 * k[2, i])

    return part(early_stage)


def _late_stage(n: int) -> Any:
    def late_stage(h: float, start: Array, k: Array, stage: int, new: Array) -> None:
        """Stages 5 to 7; the last is the step itself."""
        if stage == 4:
            for i in range(n):
                new[i] = start[i] + h * (c.A51 * k[0, i] + c.A52 * k[1, i] + c.A53 * k[2, i] + c.A54 * k[3, i])
        elif stage == 5:
            for i in range(n):
                before = c.A61 * k[0, i] + c.A62 * k[1, i] + c.A63 * k[2, i]
                new[i] = start[i] + h * (before + c.A64 * k[3, i] + c.A65 * k[4, i])
        else:
            for i in range(n):
                before = c.B1 * k[0, i] + c.B3 * k[2, i] + c.B4 * k[3, i]
                new[i] = start[i] + h * (before + c.B5 * k[4, i] + c.B6 * k[5, i])

    return part(late_stage)


def _stages(s: int, m: int, slopes: Any) -> Any:
    early_y, late_y, early_z, late_z = _early_stage(s), _late_stage(s), _early_stage(s * m), _late_stage(s * m)

    def stages(e: Equations, f: Fitted, w: Work, p: Array, infusion: float, h: float) -> None:
        """Stages 2 to 7 from y and z; new_y and new_z are left at the end of the step."""
        for stage in range(1, 7):
            if stage <= 3:
                early_y(h, w.y, w.ky, stage, w.new_y)
                early_z(h, w.z, w.kz, stage, w.new_z)
            else:
                late_y(h, w.y, w.ky, stage, w.new_y)
                late_z(h, w.z, w.kz, stage, w.new_z)
            slopes(e, f, w, p, infusion, w.new_y, w.new_z, w.ky[stage], w.kz[stage])

    return part(stages)


@part
def error_of(w: Work, h: float, rtol: float, atol: float) -> float:
    """Root mean square of the error of the states, in tolerances."""
    total = 0.0
    for i in range(len(w.y)):
        early = c.E1 * w.ky[0, i] + c.E3 * w.ky[2, i] + c.E4 * w.ky[3, i]
        late = c.E5 * w.ky[4, i] + c.E6 * w.ky[5, i] + c.E7 * w.ky[6, i]
        one = h * (early + late) / (atol + rtol * max(abs(w.y[i]), abs(w.new_y[i])))
        total += one * one
    return float((total / len(w.y)) ** 0.5)


def _accept(s: int, m: int) -> Any:
    def accept(w: Work) -> None:
        """The end of the step becomes the start of the next."""
        for i in range(s):
            w.y[i] = w.new_y[i]
            w.ky[0, i] = w.ky[6, i]
        for i in range(s * m):
            w.z[i] = w.new_z[i]
            w.kz[0, i] = w.kz[6, i]

    return part(accept)


def _advance(stages: Any, slopes: Any, accept: Any) -> Any:
    def advance(
        e: Equations, f: Fitted, w: Work, p: Array, infusion: float, t: float, stop: float, h: float, rtol: float,
        atol: float, left: int,
    ) -> tuple[float, int]:  # fmt: skip
        """From t to stop at one infusion rate: the length of the next step, and how many steps are left; -1: failed."""
        slopes(e, f, w, p, infusion, w.y, w.z, w.ky[0], w.kz[0])
        while t < stop:
            if left <= 0:
                return h, -1
            left -= 1
            last = h >= (stop - t) * (1 - 1e-12)
            step = stop - t if last else h
            stages(e, f, w, p, infusion, step)
            error = error_of(w, step, rtol, atol)
            if not error < 1e300:  # not a number, or beyond all bounds
                return h, -1
            factor = min(GROW, max(SHRINK, SAFETY * (error + 1e-12) ** -0.2))
            if error <= 1.0:
                t = stop if last else t + step
                accept(w)
                h = max(h, step * factor) if last else step * factor
            else:
                h = step * min(factor, 1.0)
                if h < SHORTEST:
                    return h, -1
        return h, left

    return part(advance)
