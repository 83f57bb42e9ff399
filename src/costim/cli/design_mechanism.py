"""`costim design regimens`: power and precision of the next study by simulation of virtual patients."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from costim.cli.design_posterior import read_posterior
from costim.cli.design_shares import AsJson
from costim.cli.design_speech import (
    Answer,
    Numbers,
    as_stated,
    asked_well,
    give,
    number,
    patients,
    percent,
    read_numbers,
)
from costim.cli.stop import stoppable
from costim.cli.whole_file import write_whole
from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.mechanism.model.model import Model
    from costim.mechanism.planning.power import PlannedPower
    from costim.mechanism.planning.study_plan import StudyPlan

RIVAL = {"loop": "no_cooperative_loop", "no_cooperative_loop": "loop"}
"""A plan under one form of help always stands beside the other: no data so far tell them apart."""
QUESTIONS = {
    "sledai_change": ("Change of SLEDAI to day 28", "mean change, points"),
    "bcell_return": ("B cells not yet back on day {return_day}", "share"),
    "relapse": ("Without relapse on day {relapse_day}", "share"),
}


class Known(StrEnum):
    """What the plan takes for certain."""

    UNCERTAIN = "uncertain"
    TYPICAL = "typical"


def regimens(  # noqa: PLR0917  # options are given by name
    regimen: Annotated[str, typer.Argument(help='Regimen, e.g. 375x2 or "1000 mg x2 q14d".', show_default=False)],
    other: Annotated[
        str | None, typer.Argument(help="Second regimen, to compare; without it one arm is planned.")
    ] = None,
    sizes: Annotated[str, typer.Option("--patients", help="Patients in each arm; several separated by commas.")] = "10",
    model: Annotated[str, typer.Option(help="Mechanism; loop is run beside no_cooperative_loop.")] = "loop",
    parameters: Annotated[
        Known, typer.Option(help="Carry the uncertainty of typical values, or take them as they are.")
    ] = Known.UNCERTAIN,
    posterior: Annotated[
        Path | None, typer.Option(help="Draws of a posterior: draws.parquet of costim fit, or a CSV.")
    ] = None,
    free: Annotated[
        float | None, typer.Option(help="Share without relapse that the lower limit is to exceed (one arm).")
    ] = None,
    depleted: Annotated[
        float | None, typer.Option(help="Share with B cells not yet back that the lower limit is to exceed (one arm).")
    ] = None,
    relapse_day: Annotated[float, typer.Option(help="Day of the question of relapse.")] = 365,
    return_day: Annotated[float, typer.Option(help="Day of the question of return.")] = 168,
    threshold: Annotated[float, typer.Option(help="CD19+ cells per uL at which B cells are back.")] = 5,
    visits: Annotated[str | None, typer.Option(help="Days of visits, separated by commas.")] = None,
    lost: Annotated[float, typer.Option(help="Share lost to follow-up within a year.")] = 0.1,
    fluctuation: Annotated[float, typer.Option(help="Variation of activity between visits without any trend.")] = 0.2,
    alpha: Annotated[float, typer.Option(help="Level of two-sided tests; limits have 1 - alpha.")] = 0.05,
    draws: Annotated[int, typer.Option(help="Draws of the uncertain values.", min=1)] = 40,
    studies: Annotated[int, typer.Option(help="Simulated studies for each draw.", min=10)] = 100,
    seed: Annotated[int, typer.Option(help="Start of the random numbers; the same seed, the same answer.", min=0)] = 1,
    out: Annotated[Path | None, typer.Option("--csv", help="Write every number to this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Regimens by the mechanism: power and precision of one arm, or of two, from virtual patients."""
    from costim.mechanism.dosing.regimen import parse_regimen
    from costim.mechanism.model.catalogue import load_model
    from costim.mechanism.planning.study_plan import VISITS, StudyPlan

    asked: Numbers = {"regimen": regimen, "other": other, "patients": sizes, "model": model, "draws": draws}
    asked |= {"parameters": parameters.value, "posterior": None if posterior is None else posterior.name}
    asked |= {"free": free, "depleted": depleted, "relapse_day": relapse_day, "return_day": return_day}
    asked |= {"threshold": threshold, "visits": visits, "lost": lost, "fluctuation": fluctuation}
    asked |= {"alpha": alpha, "studies": studies, "seed": seed}
    with asked_well(), stoppable():
        if parameters is Known.TYPICAL and posterior is not None:
            raise CostimError("Give either --posterior, or --parameters typical; not both.")
        counts = _whole(sizes, "patients", "10,20")
        plan = StudyPlan(
            tuple(parse_regimen(text) for text in (regimen, other) if text is not None),
            max(counts),
            visits=VISITS if visits is None else _whole(visits, "visits", "28,84,168,365,730"),
            fluctuation=fluctuation,
            lost_per_year=lost,
            cd19_threshold=threshold,
            return_day=return_day,
            relapse_day=relapse_day,
            return_reference=depleted,
            relapse_reference=free,
            alpha=alpha,
        )
        models = [load_model(name) for name in (model, RIVAL.get(model)) if name is not None]
        certain = parameters is Known.TYPICAL
        known: list[dict[str, float]] | None = [{}] if certain else None
        found = _plan_all(models, plan, counts, (known, posterior), (draws, studies * (draws if certain else 1), seed))
        if out is not None:
            write_whole(out, _as_csv(found, plan))
    lines = (*_say(found, plan), "", *_say_speculation(models[0], known, posterior))
    give(Answer("regimens", asked, {"plans": [asdict(row) for row in found]}, lines, WARNING), as_json=as_json)


WARNING = (
    "These are virtual patients: a plan is as good as the mechanism, and the part of it that decides on relapse is "
    "speculation. Patients who are treated when they are at their worst improve somewhat anyway; that part of a change "
    "is not in this plan, and no test of one arm can tell it apart."
)


def _plan_all(
    models: Sequence[Model],
    plan: StudyPlan,
    sizes: tuple[int, ...],
    known: tuple[list[dict[str, float]] | None, Path | None],
    numbers: tuple[int, int, int],
) -> list[PlannedPower]:
    from costim.mechanism.planning.power import compute_power

    draws, studies, seed = numbers
    found = []
    for number_of, model in enumerate(models):
        means = _means(model, known, draws, seed)
        with _watching(f"{model.name} ({number_of + 1} of {len(models)})") as watch:
            found += compute_power(model, plan, means, sizes=sizes, studies=studies, seed=seed, watch=watch)
    return found


def _means(
    model: Model, known: tuple[list[dict[str, float]] | None, Path | None], draws: int, seed: int
) -> list[dict[str, float]]:
    from costim.mechanism.planning.posterior_means import means_of_posterior
    from costim.mechanism.population.uncertainty import draw_means

    given, posterior = known
    if posterior is not None:
        return means_of_posterior(model, read_posterior(posterior, model.name), draws, seed)
    return given if given is not None else draw_means(model, draws, seed)


def _whole(text: str, name: str, example: str) -> tuple[int, ...]:
    numbers = read_numbers(text, name, example)
    if not numbers or any(n != int(n) for n in numbers):
        raise CostimError(f'"{text}" in --{name} are no whole numbers. Expected for example --{name} {example}')
    return tuple(int(n) for n in numbers)


@contextmanager
def _watching(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar over the draws; only where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _as_csv(found: Sequence[PlannedPower], plan: StudyPlan) -> bytes:
    from costim.mechanism.planning.power import PlannedPower

    text = io.StringIO()
    names = [field.name for field in fields(PlannedPower)]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["regimens", *names])
    arms = " against ".join(arm.name for arm in plan.arms)
    writer.writerows([arms, *("" if (v := getattr(row, name)) is None else v for name in names)] for row in found)
    return text.getvalue().encode()


def _say(found: Sequence[PlannedPower], plan: StudyPlan) -> list[str]:
    lines = []
    two = len(plan.arms) == 2
    for name, (question, unit) in QUESTIONS.items():
        title = question.format(return_day=as_stated(plan.return_day), relapse_day=as_stated(plan.relapse_day))
        what = f"difference of {unit}, {plan.arms[1].name} minus {plan.arms[0].name}" if two else unit
        lines += ["", f"{title} ({what}). {_test(name, plan)}"]
        lines += [_say_row(row, two) for row in found if row.endpoint == name]
    return lines[1:]


def _test(name: str, plan: StudyPlan) -> str:
    alpha = as_stated(plan.alpha)
    if len(plan.arms) == 2:
        return f"Success: p of {alpha} or less in the permutation test of " + (
            "rank sums." if name == "sledai_change" else "log-rank scores."
        )
    if name == "sledai_change":
        return f"Success: p of {alpha} or less in the exact signed-rank test."
    reference = plan.return_reference if name == "bcell_return" else plan.relapse_reference
    if reference is None:
        return "Nothing is tested; the width is what the study will know."
    return f"Success: the lower {percent(1 - plan.alpha)} limit is above {percent(reference)}."


def _say_row(row: PlannedPower, two: bool) -> str:
    share = row.endpoint != "sledai_change"

    def shown(value: float) -> str:
        return number(value, 2 if share else 1)

    words = f"  {row.model}, {patients(row.patients)}{' per arm' if two else ''}: "
    words += f"{shown(row.estimate)} ({shown(row.estimate_low)} to {shown(row.estimate_high)})"
    if row.power is not None and row.power_low is not None and row.power_high is not None:
        words += f"; chance of success {percent(row.power)}"
        words += "" if row.standard_error is None else f" (error of the simulation {percent(row.standard_error)})"
        if row.draws > 1:
            words += f", {percent(row.power_low)} to {percent(row.power_high)} over draws"
    if row.width is None:
        return f"{words}; no interval at this level with so few."
    kind = "middle 95 % of studies" if two else "interval"
    words += f"; {kind} {shown(row.width)} wide"
    return words + (f"; {patients(row.failed)} could not be simulated, counted as lost." if row.failed else ".")


def _say_speculation(model: Model, known: list[dict[str, float]] | None, posterior: Path | None) -> list[str]:
    from costim.mechanism.planning.provenance import describe_evidence

    source = "as they are" if known is not None else ("a posterior" if posterior is not None else "uncertain")
    return list(describe_evidence(model, source))
