"""What `costim simulate --study OUT` does: a study folder of virtual patients, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from costim.cli.speech import fail, say
from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.simulated.truth import Truth

BIAS_HELP = (
    "Bias to plant, NAME or NAME=AMOUNT; again for more: selected_high (SLEDAI cut), steroid_pulse, missing_visits, "
    "missing_when_ill, unblinded_readers, gate_drift, spill_error (shares)."
)
"""Help of the option `--bias`."""
SHOWN = (
    "sledai.total/baseline_to_day28/mean_shift",
    "sledai.total/baseline_to_day28/proportion/improved",
    "event.relapse/kaplan_meier@12",
)


def simulate_study(
    out: Path,
    *,
    seed: int = 1,
    patients: int = 10,
    regimens: Sequence[str] = (),
    model: str = "loop",
    biases: Sequence[str] = (),
    fcs: bool = False,
) -> None:
    """Write a simulated study and say what was written; exit status 1 and the reason where it cannot be done.

    Args:
        out: Folder to write; it must not exist or be empty.
        seed: Start of the random numbers.
        patients: How many.
        regimens: Taken in turn; those of the seed study where none is given.
        model: Name of the model behind the patients.
        biases: `name` or `name=amount`.
        fcs: Write FCS files too.
    """
    from costim.simulated.asked import parse_biases
    from costim.simulated.design import SEED_REGIMENS, StudyDesign
    from costim.simulated.study import write_study

    try:
        design = StudyDesign(
            patients=patients,
            regimens=tuple(regimens) or SEED_REGIMENS,
            model=model,
            fcs=fcs,
            biases=parse_biases(biases),
        )
        truth = write_study(out, design, seed)
    except CostimError as problem:
        fail(problem)
    say(_told(out, truth))


def _told(out: Path, truth: Truth) -> str:
    planted = truth.design.biases.named
    lines = [
        f"Simulated study written: {out}",
        f"{truth.design.patients} virtual patients, model {truth.design.model}; nobody in it exists.",
        "Biases: " + (", ".join(f"{name} {amount:g}" for name, amount in planted.items()) or "none"),
        f"True values, from {truth.patients} virtual patients ({out / 'truth' / 'population.csv'}):",
    ]
    for row in truth.rows:
        if row.key in SHOWN:
            moved = "" if row.biased is None or not planted else f"; with the biases {row.biased:.3g}"
            lines.append(f"  {row.estimand}: {row.value:.3g}{moved}")
    lines.append(
        "Structure and most values of the model are derived or speculative: this tests methods, it predicts no trial."
    )
    lines.append(f"Next: costim run {out}")
    return "\n".join(lines)
