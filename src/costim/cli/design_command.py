"""`costim design`: the next study, one sub-command for each kind of endpoint or plan."""

from __future__ import annotations

import typer

from costim.cli.design_mechanism import regimens
from costim.cli.design_precision import precision
from costim.cli.design_shares import monitor, share, simon
from costim.cli.design_simulated import change, relapse

design = typer.Typer(
    name="design",
    help="Plan the next study: patients, cut-offs, stopping boundaries.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

for command in (share, simon, monitor, change, relapse, regimens, precision):  # in the order of --help
    design.command()(command)
