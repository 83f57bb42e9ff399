"""`costim simulate`: regimens side by side in virtual patients, or a whole simulated study."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from costim.cli.simulate_speech import show_arms
from costim.cli.speech import fail, say
from costim.cli.stop import stoppable
from costim.errors import CostimError

if TYPE_CHECKING:
    from costim.mechanism.dosing.regimen import Regimen

DEFAULT = ("375 mg/m2 x2 q14d", "1000 mg x2 q14d")
ALL_FORMS = ("loop", "no_cooperative_loop", "no_costimulation", "turnover")


def simulate(  # noqa: PLR0917  # options are given by name
    regimen: Annotated[
        list[str] | None,
        typer.Option(
            help="A regimen, e.g. '375 mg/m2 x2 q14d' or '1000x2'; once for each to compare.", show_default=False
        ),
    ] = None,
    like: Annotated[
        Path | None,
        typer.Option(help="A study: its subjects' infusions as one more regimen.", show_default=False, readable=False),
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(help="NONMEM-style event table: the doses of its IDs as one more regimen.", show_default=False),
    ] = None,
    agent: Annotated[str, typer.Option(help="Drug: see the reference of the mechanism.")] = "rituximab",
    form: Annotated[
        list[str] | None,
        typer.Option(
            help="Form of the model (loop, no_cooperative_loop, no_costimulation, turnover); the two loops by default.",
            show_default=False,
        ),
    ] = None,
    patients: Annotated[
        int | None,
        typer.Option(
            min=1, help="Virtual patients of each regimen and form: 1000; of a study: 10.", show_default=False
        ),
    ] = None,
    days: Annotated[float, typer.Option(min=60, max=7300, help="How long.")] = 735,
    draws: Annotated[int, typer.Option(min=0, max=2000, help="Draws of the typical patient, for limits.")] = 40,
    seed: Annotated[int, typer.Option(min=0, help="Start of the random numbers.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for page, figures and tables.", show_default=False)] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="All cores by default.", show_default=False)] = None,
    cluster: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Dask scheduler, e.g. tcp://10.0.0.5:8786.", show_default=False)
    ] = "",
    study: Annotated[
        Path | None,
        typer.Option(help="Write a simulated study folder here, with the truth beside it.", show_default=False),
    ] = None,
    bias: Annotated[
        list[str] | None,
        typer.Option(help="For --study: NAME or NAME=AMOUNT, e.g. selected_high=18.", show_default=False),
    ] = None,
    fcs: Annotated[bool, typer.Option("--fcs", help="For --study: with FCS files.")] = False,
) -> None:
    """Compare regimens in virtual patients: depletion, costimulation, activity, relapse. Or write a simulated study."""
    try:
        if study is not None:
            from costim.cli.simulate_study import simulate_study

            _refuse_with_study(like=like, events=events, out=out, cluster=cluster, form=form)
            with stoppable():
                simulate_study(
                    study,
                    patients=patients or 10,
                    regimens=tuple(regimen or ()),
                    model=(form or ["loop"])[0],
                    seed=seed,
                    fcs=fcs,
                    biases=tuple(bias or ()),
                )
            return
        if bias or fcs:
            raise CostimError("--bias and --fcs belong to a simulated study: add --study FOLDER.")
        from costim.cli.simulate_outputs import check_folder, write_folder

        if out is not None:
            check_folder(out)
        given = _regimens(regimen or (), like, events, agent)
        forms = chosen_forms(form or ())
        with stoppable(), _watched() as progress:
            from costim.mechanism.simulate.record import record_regimens

            record, simulations = record_regimens(
                given,
                agent=agent,
                forms=forms,
                patients=patients or 1000,
                days=days,
                seed=seed,
                draws=draws,
                threads=threads,
                cluster=cluster,
                progress=progress,
            )
        show_arms(record)
        if out is not None:
            write_folder(out, record, simulations, given)
            say(f"Written: {out / 'simulation.html'}")
    except CostimError as error:
        fail(error)


def _refuse_with_study(**given: object) -> None:
    names = [f"--{name}" for name, value in given.items() if value and not (name == "form" and len(value) == 1)]  # type: ignore[arg-type]
    if names:
        raise CostimError(
            f"{' and '.join(names)} cannot be used with --study: a simulated study has a plan of its own."
        )


def chosen_forms(asked: Sequence[str]) -> tuple[str, ...]:
    """Forms of the model; the loop never without its twin that is not cooperative."""
    from costim.registry.suggest import did_you_mean

    wrong = [name for name in asked if name not in ALL_FORMS]
    if wrong:
        hints = " ".join(filter(None, (did_you_mean(name, list(ALL_FORMS)) for name in wrong)))
        raise CostimError(
            f"No form of the model is called {', '.join(wrong)}. Choose of: {', '.join(ALL_FORMS)}. {hints}".strip()
        )
    chosen = list(dict.fromkeys(asked or ALL_FORMS[:2]))
    if "loop" in chosen and "no_cooperative_loop" not in chosen:
        chosen.insert(chosen.index("loop") + 1, "no_cooperative_loop")
    return tuple(chosen)


def _regimens(texts: Sequence[str], like: Path | None, events: Path | None, agent: str) -> dict[str, Sequence[Regimen]]:
    """What is compared, by the words of the user; every wrong text at once."""
    from costim.mechanism.dosing.regimen import parse_regimen

    found: dict[str, Sequence[Regimen]] = {}
    problems: list[str] = []
    asked = texts or (() if like is not None or events is not None else DEFAULT)
    for text in asked:
        try:
            regimen = parse_regimen(text)
        except CostimError as error:
            problems.append(str(error))
            continue
        found[regimen.name] = [regimen]
    if problems:
        raise CostimError("\n".join(problems))
    if like is not None:
        found[f"as in {like.name or like.resolve().name}"] = _of_study(like, agent)
    if events is not None:
        from costim.cli.simulate_events import regimens_of_events

        found[f"as in {events.name}"] = regimens_of_events(events, agent)
    return found


def _of_study(path: Path, agent: str) -> list[Regimen]:
    from costim.effects.mechanism.doses import read_doses
    from costim.pipeline import measure_study
    from costim.study.check import read_study

    doses = read_doses(measure_study(read_study(path)), agent)
    if not doses.regimens:
        raise CostimError(
            f"{path}: no subject has infusions of {agent} with day, amount and unit in the infusions table. "
            "Name the drug of the study with --agent."
        )
    if doses.left_out:
        say(f"Without known doses of {agent}, and left out: {doses.left_out} subjects.")
    return [regimen for regimen, count in doses.regimens for _ in range(count)]


@contextmanager
def _watched() -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, silence in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("Simulating"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("simulating", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
