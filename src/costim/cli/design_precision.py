"""`costim design precision`: patients for an interval of a given width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from costim.cli.design_shares import AsJson
from costim.cli.design_speech import Answer, Numbers, as_stated, asked_well, give, number, patients, percent
from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.inference.planning.precision import Precision


def precision(  # noqa: PLR0917  # options are given by name
    width: Annotated[float, typer.Option(help="Wanted width of the interval, upper minus lower.", show_default=False)],
    share: Annotated[float | None, typer.Option(help="Expected share: exact interval of a share.")] = None,
    sd: Annotated[float | None, typer.Option(help="SD of changes: interval of the mean change (t).")] = None,
    ranks: Annotated[
        bool, typer.Option("--ranks", help="With --sd: the Hodges-Lehmann interval instead, by simulation.")
    ] = False,
    level: Annotated[float, typer.Option(help="Level of the interval.")] = 0.95,
    seed: Annotated[int, typer.Option(help="Start of the random numbers, with --ranks.", min=0)] = 1,
    as_json: AsJson = False,
) -> None:
    """Patients for an interval that is expected to be no wider than asked."""
    from costim.inference.planning.precision import (
        compute_mean_precision,
        compute_share_precision,
        compute_shift_precision,
    )

    asked: Numbers = {"width": width, "share": share, "sd": sd, "ranks": ranks, "level": level, "seed": seed}
    with asked_well():
        if (share is None) == (sd is None):
            raise CostimError("Give either --share or --sd, e.g. costim design precision --share 0.5 --width 0.4")
        if share is not None:
            plan, what = compute_share_precision(share, width, level=level), "exact interval of the share"
            shown, wanted = percent(plan.expected_width), percent(width)
        else:
            plan, what = (
                (compute_shift_precision(sd or 0.0, width, level=level, seed=seed), "Hodges-Lehmann interval")
                if ranks
                else (compute_mean_precision(sd or 0.0, width, level=level), "t interval of the mean change")
            )
            shown, wanted = number(plan.expected_width), as_stated(width)
    lines = _say(plan, f"the {percent(level)} {what}", shown, wanted)
    found: Numbers = {"n": plan.n, "expected_width": plan.expected_width, "standard_error": plan.standard_error}
    give(Answer("precision", asked, found, lines), as_json=as_json)


def _say(plan: Precision, what: str, shown: str, wanted: str) -> tuple[str, ...]:
    if plan.n is None:
        return (f"{plan.largest} patients do not suffice: {what} is then {shown} wide on average, more than {wanted}.",)
    error = "" if plan.standard_error is None else f" (error of the simulation {number(plan.standard_error, 3)})"
    return (
        f"{patients(plan.n)}: {what} is then {shown} wide on average{error}, not more than the {wanted} asked for.",
        "In about half of such studies it will be wider than that average.",
    )
