"""`costim design share`, `simon` and `monitor`: plans for a yes/no endpoint, all of them exact."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from costim.cli.design_speech import Answer, Numbers, asked_well, give, number, patients, percent, read_numbers
from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.inference.planning.monitoring import Boundary, Characteristics
    from costim.inference.planning.simon import TwoStage
    from costim.inference.planning.single_arm import SingleArm

Reference = Annotated[float, typer.Argument(help="Share known from elsewhere, e.g. 0.3.", show_default=False)]
Hoped = Annotated[float, typer.Argument(help="Share hoped for, e.g. 0.6.", show_default=False)]
Alpha = Annotated[float, typer.Option(help="Largest chance of a false claim, one-sided.")]
Power = Annotated[float, typer.Option(help="Smallest chance to see an effect as large as hoped for.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def share(  # noqa: PLR0917  # options are given by name
    reference: Reference,
    hoped: Hoped,
    alpha: Alpha = 0.05,
    power: Power = 0.8,
    n: Annotated[int | None, typer.Option(help="Number of patients: gives the power instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """One group against a known share: patients and cut-off of the exact binomial test."""
    from costim.inference.planning.single_arm import compute_power, compute_single_arm

    asked: Numbers = {"reference": reference, "hoped": hoped, "alpha": alpha, "power": power, "n": n}
    with asked_well():
        if n is not None:
            one = compute_power(n, reference, hoped, alpha=alpha)
            give(Answer("share", asked, {"rule": asdict(one)}, _say_rule(one, reference, hoped)), as_json=as_json)
            return
        plan = compute_single_arm(reference, hoped, alpha=alpha, power=power)
    smallest, safe = plan.smallest, plan.safe
    lines = [
        f"{patients(smallest.n)} {'is' if smallest.n == 1 else 'are'} the fewest with a power of {percent(power)}.",
        "",
    ]
    lines += _say_rule(smallest, reference, hoped)
    if safe.n > smallest.n:
        lines += [
            "",
            f"With some numbers above {smallest.n} the power is lower again, because one patient more may need one "
            f"more to be counted. From {safe.n} patients on it never falls below {percent(power)}; {safe.n} is the "
            "safer number if a patient may drop out or come on top.",
            "",
            *_say_rule(safe, reference, hoped),
        ]
    else:
        lines += ["", f"With every larger number the power is at least {percent(power)} too."]
    found: Numbers = {"smallest": asdict(smallest), "safe": asdict(safe)}
    give(Answer("share", asked, found, tuple(lines)), as_json=as_json)


def _say_rule(rule: SingleArm, reference: float, hoped: float) -> tuple[str, ...]:
    if not 0 <= rule.cut_off <= rule.n:
        return (f"With {patients(rule.n)} no result at all would be evidence at this alpha.",)
    least, than = ("at least", "above") if rule.upwards else ("at most", "below")
    return (
        f"Treat {rule.n}. The share is shown to be {than} {percent(reference)} when {least} {rule.cut_off} of {rule.n} "
        "are counted.",
        f"The chance of that is {percent(rule.alpha)} if the true share is {percent(reference)}, and "
        f"{percent(rule.power)} if it is {percent(hoped)}.",
    )


def simon(reference: Reference, hoped: Hoped, alpha: Alpha = 0.05, power: Power = 0.8, as_json: AsJson = False) -> None:
    """Two stages (Simon): stop after the first when too few respond."""
    from costim.inference.planning.simon import compute_simon

    with asked_well():
        plan = compute_simon(reference, hoped, alpha=alpha, power=power)
    lines = [
        *_say_design("Optimal (fewest patients on average if the treatment does not work)", plan.optimal, reference),
        "",
        *_say_design("Minimax (fewest patients at most)", plan.minimax, reference),
    ]
    asked: Numbers = {"reference": reference, "hoped": hoped, "alpha": alpha, "power": power}
    found: Numbers = {"optimal": asdict(plan.optimal), "minimax": asdict(plan.minimax)}
    give(Answer("simon", asked, found, tuple(lines)), as_json=as_json)


def _say_design(name: str, design: TwoStage, reference: float) -> tuple[str, ...]:
    return (
        f"{name}:",
        f"  Treat {design.n1}. Stop when {design.r1} or fewer respond; else treat up to {design.n}.",
        f"  The treatment is promising when more than {design.r} of {design.n} respond.",
        f"  False claim {percent(design.alpha)}, power {percent(design.power)}. If the true share is only "
        f"{percent(reference)}: stops early with probability {percent(design.early_stop)}, "
        f"{number(design.expected_n, 1)} patients on average.",
    )


def monitor(  # noqa: PLR0917  # options are given by name
    reference: Reference,
    n: Annotated[int, typer.Argument(help="Most patients.", show_default=False)],
    stop_below: Annotated[
        float,
        typer.Option(help="Stop when the probability that the share is above the reference falls below; 0 = never."),
    ] = 0.05,
    stop_above: Annotated[float, typer.Option(help="Stop when it rises above; 1 = never.")] = 0.95,
    first: Annotated[int, typer.Option(help="Patients before the first look.")] = 1,
    every: Annotated[int, typer.Option(help="Patients between looks.")] = 1,
    prior: Annotated[str, typer.Option(help="The two numbers of the beta prior; Jeffreys' unless given.")] = "0.5,0.5",
    true: Annotated[
        list[float] | None, typer.Option(help="True share for which to work out what happens; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look after each patient (responses, or harms): numbers at which to stop, and what the rule does, exactly."""
    from costim.inference.planning.monitoring import compute_monitoring
    from costim.inference.shrinkage.beta_binomial import BetaPrior

    with asked_well():
        numbers = read_numbers(prior, "prior", "0.5,0.5")
        if len(numbers) != 2:
            raise CostimError(f'"{prior}" is no beta prior. Expected two numbers, e.g. --prior 0.5,0.5')
        plan = compute_monitoring(
            reference,
            n,
            low_probability=stop_below or None,
            high_probability=None if stop_above == 1 else stop_above,
            first_look=first,
            every=every,
            prior=BetaPrior("stated", *numbers),
            shares=tuple(true or ()),
        )
    lines = ["Patients  stop with this many or fewer  or with this many or more"]
    lines += [_say_boundary(b) for b in plan.boundaries]
    lines += ["", *(_say_characteristics(c, n) for c in plan.characteristics)]
    lines += ["", "The numbers of the boundaries follow from the prior; the chances above are exact and need none."]
    asked: Numbers = {
        "reference": reference,
        "n": n,
        "stop_below": stop_below,
        "stop_above": stop_above,
        "first": first,
    }
    asked |= {"every": every, "prior": list(numbers), "true": list(true or ())}
    found: Numbers = {
        "boundaries": [asdict(b) for b in plan.boundaries],
        "characteristics": [asdict(c) for c in plan.characteristics],
    }
    give(Answer("monitor", asked, found, tuple(lines)), as_json=as_json)


def _say_boundary(boundary: Boundary) -> str:
    low, high = ("-" if x is None else str(x) for x in (boundary.low, boundary.high))
    return f"{boundary.n:>8}  {low:>28}  {high:>25}"


def _say_characteristics(row: Characteristics, n: int) -> str:
    return (
        f"True share {percent(row.share)}: stops for too few {percent(row.stop_low)}, for so many "
        f"{percent(row.stop_high)}, neither {percent(row.neither)}; {number(row.expected_n, 1)} of {n} patients on "
        "average."
    )
