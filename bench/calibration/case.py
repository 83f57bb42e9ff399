"""One simulated question: a method, a truth, a sample size; and what is counted over the repetitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

REPETITIONS = 4000
SIZES = (5, 8, 10, 15, 20)


@dataclass(frozen=True, slots=True)
class Case:
    """A cell of the table.

    `simulate(rng, repetitions)` draws that many studies and gives a Boolean array: for `interval` whether the interval
    of each holds the truth, for `test` whether the test rejects at 5 % although there is no effect.
    """

    family: str
    method: str
    kind: str
    """`interval` or `test`."""
    scenario: str
    n: int
    simulate: Callable[[np.random.Generator, int], np.ndarray]
    is_default: bool = True
    """Whether the report gives it without being asked."""
    assumption_holds: bool = True
    """Whether the scenario fulfils what the method assumes."""
    target: float = 0.95
    note: str = ""
    repetitions: int = REPETITIONS

    @property
    def name(self) -> str:
        return f"{self.family}|{self.method}|{self.kind}|{self.scenario}|{self.n}"


FIELDS = (
    "family", "method", "kind", "scenario", "n", "repetitions", "seed", "hits", "rate", "standard_error",
    "is_default", "assumption_holds", "target", "note",
)  # fmt: skip


def run_case(case: Case) -> dict[str, object]:
    """Simulate one cell; the seed follows from its name, so that a cell can be repeated alone."""
    seed = int.from_bytes(case.name.encode(), "big") % (2**32 - 5)
    hits = np.asarray(case.simulate(np.random.default_rng(seed), case.repetitions), dtype=bool)
    if hits.shape != (case.repetitions,):
        raise ValueError(f"{case.name}: {hits.shape} outcomes, expected {case.repetitions}")
    rate = float(hits.mean())
    return {
        "family": case.family,
        "method": case.method,
        "kind": case.kind,
        "scenario": case.scenario,
        "n": case.n,
        "repetitions": case.repetitions,
        "seed": seed,
        "hits": int(hits.sum()),
        "rate": f"{rate:.5f}",
        "standard_error": f"{(rate * (1 - rate) / case.repetitions) ** 0.5:.5f}",
        "is_default": int(case.is_default),
        "assumption_holds": int(case.assumption_holds),
        "target": case.target,
        "note": case.note,
    }
