"""`costim design change` and `relapse`: plans found by simulating whole studies, with a seed."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from costim.cli.design_shares import AsJson, Power
from costim.cli.design_speech import (
    Answer,
    Numbers,
    as_stated,
    asked_well,
    give,
    patients,
    percent,
    read_numbers,
    simulating,
)
from costim.cli.stop import stoppable
from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.inference.planning.change_models import ChangeModel
    from costim.inference.planning.simulated import SimulatedPlan, SimulatedPower

Repetitions = Annotated[int, typer.Option(help="Simulated studies for each number of patients.", min=100)]
Seed = Annotated[int, typer.Option(help="Start of the random numbers; the same seed gives the same answer.", min=0)]
Largest = Annotated[int, typer.Option(help="Most patients to try.", min=1)]
Patients = Annotated[int | None, typer.Option(help="Number of patients: gives the power instead.")]


class Shape(StrEnum):
    """How changes are spread."""

    NORMAL = "normal"
    SKEWED = "skewed"


class Zeros(StrEnum):
    """Rule for changes of zero."""

    PRATT = "pratt"
    WILCOXON = "wilcoxon"


def change(  # noqa: PLR0917  # options are given by name
    mean: Annotated[
        float | None, typer.Option(help="Mean change that would matter, e.g. -4.", show_default=False)
    ] = None,
    sd: Annotated[float | None, typer.Option(help="Standard deviation of changes.", show_default=False)] = None,
    shape: Annotated[Shape, typer.Option(help="Shape of the changes.")] = Shape.NORMAL,
    step: Annotated[
        float | None, typer.Option(help="Step of the instrument, e.g. 1 for SLEDAI: makes ties and zeros.")
    ] = None,
    changes: Annotated[
        str | None, typer.Option(help="Changes to draw from instead, e.g. -4,-6,0,2.", show_default=False)
    ] = None,
    alpha: Annotated[float, typer.Option(help="Level of the two-sided test.")] = 0.05,
    power: Power = 0.8,
    n: Patients = None,
    zeros: Annotated[Zeros, typer.Option(help="How zeros enter the test.")] = Zeros.PRATT,
    repetitions: Repetitions = 10_000,
    seed: Seed = 1,
    largest: Largest = 300,
    as_json: AsJson = False,
) -> None:
    """Change of one group: patients for the exact signed-rank test, by simulation."""
    from costim.inference.planning.paired_change import compute_change_power, compute_change_size

    asked: Numbers = {"mean": mean, "sd": sd, "shape": shape.value, "step": step, "changes": changes, "alpha": alpha}
    asked |= {"power": power, "n": n, "zeros": zeros.value, "repetitions": repetitions, "seed": seed}
    what = f"the exact signed-rank test gives p of {as_stated(alpha)} or less"
    with asked_well(), stoppable(), simulating() as watch:
        model = _change_model(mean, sd, shape, step, changes)
        if n is not None:
            one = compute_change_power(model, n, alpha=alpha, zeros=zeros.value, repetitions=repetitions, seed=seed)
            plan = None
        else:
            plan = compute_change_size(
                model,
                power=power,
                alpha=alpha,
                zeros=zeros.value,
                repetitions=repetitions,
                seed=seed,
                largest=largest,
                watch=watch,
            )
    lines, found = _say_one(one, what) if plan is None else _say_plan(plan, power, what)
    note = _describe(model)
    give(Answer("change", asked, found, (*lines, "", note)), as_json=as_json)


def _change_model(
    mean: float | None, sd: float | None, shape: Shape, step: float | None, changes: str | None
) -> ChangeModel:
    from costim.inference.planning.change_models import ChangeModel

    if changes is not None:
        if mean is not None or sd is not None:
            raise CostimError("Give either --changes, or --mean and --sd; not both.")
        return ChangeModel("resampled", step=step, changes=read_numbers(changes, "changes", "-4,-6,0"))
    if mean is None or sd is None:
        raise CostimError(
            "Give the change that would matter and how changes vary: costim design change --mean -4 --sd 6"
        )
    return ChangeModel(shape.value, mean, sd, step)


def _describe(model: ChangeModel) -> str:
    if model.shape == "resampled":
        drawn = f"drawn with replacement from the {len(model.changes)} changes given"
    else:
        drawn = f"{model.shape}, mean {as_stated(model.mean)}, SD {as_stated(model.sd)}"
    rounded = "" if model.step is None else f", rounded to steps of {as_stated(model.step)}"
    return f"Changes: {drawn}{rounded}. The test asks for change over time; that is not the drug's alone."


def relapse(  # noqa: PLR0917  # options are given by name
    at: Annotated[float, typer.Option(help="Time of the question, e.g. 12 (months).", show_default=False)],
    free: Annotated[float, typer.Option(help="Share without relapse then that is hoped for.", show_default=False)],
    reference: Annotated[float, typer.Option(help="Share without relapse then that is known.", show_default=False)],
    accrual: Annotated[float, typer.Option(help="Time over which patients enter evenly.", show_default=False)],
    follow_up: Annotated[
        float, typer.Option(help="Time from the last entry to the end of the study.", show_default=False)
    ],
    shape: Annotated[float, typer.Option(help="Weibull shape; 1 = constant risk, above 1 the risk grows.")] = 1.0,
    lost: Annotated[float, typer.Option(help="Share lost to follow-up by that time.")] = 0.0,
    level: Annotated[float, typer.Option(help="Level of the limits.")] = 0.95,
    power: Power = 0.8,
    n: Patients = None,
    repetitions: Repetitions = 10_000,
    seed: Seed = 1,
    largest: Largest = 300,
    as_json: AsJson = False,
) -> None:
    """Time to relapse: patients for a lower limit above what is known, by simulation."""
    from costim.inference.planning.relapse import RelapseModel, compute_relapse_power, compute_relapse_size

    asked: Numbers = {"at": at, "free": free, "reference": reference, "accrual": accrual, "follow_up": follow_up}
    asked |= {"shape": shape, "lost": lost, "level": level, "power": power, "n": n}
    asked |= {"repetitions": repetitions, "seed": seed}
    share = f"the lower {percent(level)} limit of the share without relapse at {as_stated(at)}"
    what = f"{share} lies above {percent(reference)}"
    with asked_well(), stoppable(), simulating() as watch:
        model = RelapseModel(at, free, accrual, follow_up, shape, lost)
        if n is not None:
            one = compute_relapse_power(model, reference, n, level=level, repetitions=repetitions, seed=seed)
            plan = None
        else:
            plan = compute_relapse_size(
                model,
                reference,
                power=power,
                level=level,
                repetitions=repetitions,
                seed=seed,
                largest=largest,
                watch=watch,
            )
    lines, found = _say_one(one, what) if plan is None else _say_plan(plan, power, what)
    note = f"True share without relapse {percent(free)}; limits by the beta product confidence procedure."
    give(Answer("relapse", asked, found, (*lines, "", note)), as_json=as_json)


def _say_one(one: SimulatedPower, what: str) -> tuple[tuple[str, ...], Numbers]:
    lines = (f"With {patients(one.n)} the chance that {what} is {_with_error(one)}.",)
    return lines, {"power": asdict(one)}


def _with_error(one: SimulatedPower) -> str:
    return f"{percent(one.power)} (error of the simulation {percent(one.standard_error)})"


def _say_plan(plan: SimulatedPlan, power: float, what: str) -> tuple[tuple[str, ...], Numbers]:
    found: Numbers = {
        "smallest": None if plan.smallest is None else asdict(plan.smallest),
        "steady": None if plan.steady is None else asdict(plan.steady),
        "tried": [asdict(one) for one in plan.tried],
    }
    if plan.smallest is None:
        most = plan.tried[-1]
        return (
            f"Up to {plan.largest} patients do not suffice: "
            f"with {most.n} the chance that {what} is {_with_error(most)}.",
        ), found
    lines = [f"{patients(plan.smallest.n)}: the chance that {what} is {_with_error(plan.smallest)}."]
    if plan.steady is not None and plan.steady.n > plan.smallest.n:
        lines.append(
            f"Just above {plan.smallest.n} it falls below {percent(power)} again, since exact methods go in steps; "
            f"from {plan.steady.n} patients on it did not in any number tried."
        )
    lines += ["", "Patients  chance"]
    lines += [f"{one.n:>8}  {percent(one.power)}" for one in plan.tried]
    return tuple(lines), found
