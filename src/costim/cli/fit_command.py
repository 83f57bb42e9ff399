"""`costim fit`: the mechanism held against a study, its rivals beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from costim.cli.simulate_command import ALL_FORMS
from costim.cli.speech import fail, say
from costim.cli.stop import stoppable
from costim.cli.study_commands import StudyPath
from costim.errors import CostimError


class UnknownStatus(StrEnum):
    """What a time to relapse means of which the study does not say whether the relapse was seen."""

    lower_bound = "lower_bound"
    observed = "observed"


def fit(  # noqa: PLR0917  # options are given by name
    study: StudyPath,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the page; default <study id>-fit.", show_default=False)
    ] = None,
    variant: Annotated[
        list[str] | None,
        typer.Option(
            "--variant",
            "--form",
            help="Form of the model (loop, no_cooperative_loop, no_costimulation, turnover); all by default. The loop "
            "never goes without its twin that is not cooperative.",
            show_default=False,
        ),
    ] = None,
    draws: Annotated[int, typer.Option(min=50, max=20000, help="Draws of each chain.")] = 500,
    tune: Annotated[int, typer.Option(min=50, max=20000, help="Draws of each chain before them.")] = 500,
    chains: Annotated[int, typer.Option(min=2, max=16, help="Chains.")] = 4,
    cores: Annotated[int, typer.Option(min=1, help="Chains that run at a time.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Start of the random numbers.")] = 1,
    checked_draws: Annotated[int, typer.Option(min=50, max=5000, help="Draws looked at one by one by checks.")] = 400,
    inner: Annotated[int, typer.Option(min=8, max=2000, help="Draws of each patient for each of them.")] = 64,
    unknown_status: Annotated[
        UnknownStatus,
        typer.Option(
            help="What a time to relapse means whose status is not known: relapse not before it, or relapse at it."
        ),
    ] = UnknownStatus.lower_bound,
    refit_doubtful: Annotated[
        bool,
        typer.Option(
            "--refit-doubtful",
            help="Fit again without each patient whom importance sampling cannot leave out: as many fits more.",
        ),
    ] = False,
    accept_priors: Annotated[
        bool, typer.Option("--accept-priors", help="Go on although the priors do not expect such patients.")
    ] = False,
) -> None:
    """Fit the mechanism to a study, with its rivals: what the data tell, what stays belief, what cannot be known."""
    from costim.cli.simulate_command import chosen_forms

    try:
        forms = chosen_forms(variant or ALL_FORMS)
        with stoppable(), _watched() as progress:
            from costim.cli.fit_outputs import FitOptions, fit_study

            options = FitOptions(
                forms=forms,
                chains=chains,
                draws=draws,
                tune=tune,
                cores=cores,
                seed=seed,
                checked_draws=checked_draws,
                inner=inner,
                unknown_status="observed" if unknown_status is UnknownStatus.observed else "lower_bound",
                accept_priors=accept_priors,
                refit_doubtful=refit_doubtful,
            )
            folder, spoken = fit_study(study, out, options, progress)
    except CostimError as error:
        fail(error)
    say(spoken)
    say(f"Written: {folder / 'fit.html'}")


@contextmanager
def _watched() -> Iterator[Callable[[str, float], None]]:
    """A bar on a terminal, silence in a pipe; told what is done and which share of all."""
    if not sys.stderr.isatty():
        yield lambda _words, _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<44}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Starting", total=1.0)
        yield lambda words, share: bar.update(task, description=words, completed=share)
