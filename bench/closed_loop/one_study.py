"""One simulated study through costim: written, checked, measured, estimated, compared."""

from __future__ import annotations

import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from bench.closed_loop.arms import Arm
from bench.closed_loop.compare import compare
from costim.effects.estimate import estimate
from costim.measuring import measure_all
from costim.registry.findings import Finding
from costim.registry.measurements import measurements_frame
from costim.simulated.study import write_study
from costim.simulated.truth import POPULATION
from costim.study.check import check_study
from costim.study.study import Study


def run_study(arm: Arm, seed: int, population: int = POPULATION) -> dict[str, object]:
    """Everything that is kept of one study, ready for a line of JSON.

    Args:
        arm: whose design it has.
        seed: of the study.
        population: virtual patients behind the true values.

    Raises:
        RuntimeError: costim refuses the study it was given.
    """
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="closed-loop-") as scratch:
        folder = Path(scratch) / "study"
        truth = write_study(folder, arm.design, seed, population=population)
        study, findings = check_study(folder)
        if study is None:
            raise RuntimeError(f"{arm.name}, seed {seed}: {_errors(findings)}")
        study = _without_moved_gates(study)
        rows, _addresses = measure_all(study)
        effects = estimate(study.plan, measurements_frame(rows), study.tables["published"])
        compared = compare(effects, truth, folder)
    return {
        "arm": arm.name,
        "seed": seed,
        "seconds": round(time.perf_counter() - began, 2),
        "findings": sorted({f.code for f in findings}),
        "registry_mean": truth.registry.mean,
        "compared": [asdict(row) for row in compared],
    }


def _without_moved_gates(study: Study) -> Study:
    """Draws of moved gates say how far an effect moves; they change no interval, and take eight times as long."""
    settings = study.plan.cytometry.model_copy(update={"jitter": 0.0})
    return replace(study, plan=study.plan.model_copy(update={"cytometry": settings}))


def _errors(findings: list[Finding]) -> str:
    return "; ".join(f"{f.place}: {f.code} {f.found}" for f in findings if f.severity == "error")
