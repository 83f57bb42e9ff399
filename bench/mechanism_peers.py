"""The same virtual patients by others' solvers."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.mechanism import DAYS, errors, mixed, timed


def lsoda(count: int) -> dict[str, Any]:
    """SciPy, LSODA, right side in Python."""
    return _scipy(count, "LSODA")


def radau(count: int) -> dict[str, Any]:
    """SciPy, Radau with the analytic Jacobian."""
    return _scipy(count, "Radau")


def _reference(model: Any, values: Any, schedule: Any) -> Any:
    from costim.mechanism.solver.plain import solve_plain

    return solve_plain(model, values, schedule, DAYS, rtol=1e-11, atol=1e-13).states


def _scipy(count: int, method: Any) -> dict[str, Any]:
    from costim.mechanism.solver.plain import solve_plain

    model, patients, schedule = mixed(count)
    found = solve_plain(model, patients.values, schedule, DAYS, method=method, rtol=1e-6, atol=1e-9)
    took = timed(
        lambda: solve_plain(model, patients.values, schedule, DAYS, method=method, rtol=1e-6, atol=1e-9), repeats=1
    )
    reference = _reference(model, patients.values, schedule)
    return {"count": count} | took | errors(found.states, reference)


def roadrunner(count: int) -> dict[str, Any]:
    """libRoadRunner on the exported document, CVODE at rtol 1e-6; reading the document is not counted."""
    import roadrunner as rr

    from costim.mechanism.sbml.write import write_sbml

    model, patients, schedule = mixed(count)
    # Readings every day, then those asked for: documents give even grids at full speed.
    runners = []
    for i in range(count):
        runner = rr.RoadRunner(write_sbml(model, patients.values[i], schedule, patient=i))
        runner.integrator.relative_tolerance, runner.integrator.absolute_tolerance = 1e-6, 1e-10
        runner.timeCourseSelections = ["time", *model.states]
        runners.append(runner)
    days = np.arange(731.0)

    def follow() -> list[Any]:
        for runner in runners:
            runner.resetAll()
        return [np.array(runner.simulate(0.0, 730.0, 731)) for runner in runners]

    seen = np.stack(follow())[:, :, 1:]
    took = timed(follow, repeats=1)
    whole = np.intersect1d(DAYS, days)
    whole = whole[~np.isin(whole, [0.0, 7.0, 14.0, 21.0])]
    reference = _reference(model, patients.values, schedule)[:, np.searchsorted(DAYS, whole)]
    return {"count": count} | took | errors(seen[:, np.searchsorted(days, whole)], reference)


def diffrax_vmap(count: int) -> dict[str, Any]:
    """diffrax, Tsit5 over a batch of patients, rtol 1e-6; compiled before."""
    import time

    import diffrax
    import jax
    import jax.numpy as numbers

    from costim.mechanism.model.equations import python_functions

    jax.config.update("jax_enable_x64", True)
    model, patients, schedule = mixed(count)
    functions = python_functions(model, numbers)

    def one(p: Any, start: Any, amount: Any, duration: Any) -> Any:
        def rate(t: Any) -> Any:
            return numbers.sum(numbers.where((start <= t) & (t < start + duration), amount / duration, 0.0))

        jumps = numbers.sort(numbers.concatenate([start, start + duration]))
        controller = diffrax.ClipStepSizeController(
            diffrax.PIDController(rtol=1e-6, atol=1e-9, pcoeff=0.3, icoeff=0.4), jump_ts=jumps
        )
        return diffrax.diffeqsolve(
            diffrax.ODETerm(lambda t, y, _: functions.rates(y, p, rate(t))), diffrax.Tsit5(), 0.0, DAYS[-1], 0.01,
            functions.baseline(p), saveat=diffrax.SaveAt(ts=DAYS), stepsize_controller=controller, max_steps=50_000,
        ).ys  # fmt: skip

    batch = jax.jit(jax.vmap(one))
    given = [numbers.asarray(a) for a in (patients.values, schedule.start, schedule.amount, schedule.duration)]
    started = time.perf_counter()
    found = np.asarray(batch(*given))
    ready = time.perf_counter() - started
    took = timed(lambda: batch(*given).block_until_ready(), repeats=1)
    few = slice(0, 40)
    part = type(schedule)(schedule.start[few], schedule.amount[few], schedule.duration[few])
    reference = _reference(model, patients.values[few], part)
    return {"count": count, "compile": ready - took["wall"]} | took | errors(found[few], reference)
