"""The `costim` command: reads arguments, calls pipeline or scoring room, speaks. Computes nothing."""

from costim.cli.cite_command import cite
from costim.cli.design_command import design
from costim.cli.fit_command import fit
from costim.cli.gate_command import gate
from costim.cli.program import app
from costim.cli.score_command import score
from costim.cli.sheet_command import sheet
from costim.cli.simulate_command import simulate
from costim.cli.study_commands import check, estimate, measure, new, run

__all__ = ["app"]

for command in (new, check, measure, estimate, run, gate, simulate, fit, score, cite, sheet):  # in the order of --help
    app.command()(command)

app.add_typer(design)
