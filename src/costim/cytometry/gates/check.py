"""Is a strategy one that can be evaluated? Everything that speaks against it, at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from costim.cytometry.gates.check_names import name_problems, unknown
from costim.cytometry.gates.check_roles import role_problems
from costim.cytometry.gates.check_shapes import shape_problems
from costim.cytometry.gates.check_thresholds import threshold_problems
from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import Strategy, StrategySet
from costim.cytometry.gates.order import population_names


def strategy_problems(strategy: Strategy) -> tuple[GateProblem, ...]:
    """Everything that is wrong, in the order of the gates; empty when the strategy can be used."""
    shapes = [problem for gate in strategy.gates for problem in shape_problems(gate)]
    named = [*name_problems(strategy), *role_problems(strategy)]
    return tuple(dict.fromkeys([*named, *shapes, *threshold_problems(strategy)]))


def check_strategy(strategy: Strategy) -> None:
    """Raise what is wrong.

    Raises:
        GateError: names that are unknown, blank or given twice; rings; a parent below its child; shapes without an
            inside; bounds in the wrong order; a threshold on another axis, or in the valley of an outcome marker.
    """
    if problems := strategy_problems(strategy):
        raise GateError(problems)


def set_problems(strategies: StrategySet) -> tuple[GateProblem, ...]:
    """What is wrong with the shared strategy, then with the exceptions of single samples."""
    shared = strategy_problems(strategies.shared)
    own = [
        problem
        for sample in strategies.exceptions
        for problem in _exception_problems(strategies, sample)
        if problem not in shared
    ]
    return (*shared, *own)


def _exception_problems(strategies: StrategySet, sample: str) -> Iterator[GateProblem]:
    where = f"exception of sample {sample}"
    shared = {gate.name: gate for gate in strategies.shared.gates}
    own = [gate.name for gate in strategies.exceptions[sample]]
    if not sample.strip():
        yield GateProblem("exceptions", "an exception without a sample", "the name of a sample", key="sample")
    for gate in strategies.exceptions[sample]:
        if gate.name not in shared:
            yield unknown(where, f"gate {gate.name}", "gate", gate.name, shared)
        elif set(population_names(gate)) != set(population_names(shared[gate.name])):
            expected = "the same populations as in the shared gate"
            yield GateProblem(where, ", ".join(population_names(gate)), expected, key=f"gate {gate.name}")
        if own.count(gate.name) > 1:
            yield GateProblem(where, f"the gate {gate.name!r} twice", "each gate once", key=f"gate {gate.name}")
    shared_problems = strategy_problems(strategies.shared)
    for problem in strategy_problems(strategies.for_sample(sample)):
        if problem not in shared_problems:
            yield replace(problem, where=f"{where}, {problem.where}")
