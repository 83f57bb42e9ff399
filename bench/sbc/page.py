"""The page of the calibration of the fit: `python -m bench.sbc.page` writes docs/calibration/fit.md and fit.svg."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np

from bench.sbc.refit import LEAST
from bench.sbc.uniformity import ecdf_band
from bench.sbc.verdict import LEVELS, WANTED, Line, Verdict, judge

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "costim"
DOCS = Path(__file__).parents[2] / "docs" / "calibration"
TEXT = """# Calibration of the mechanism fit

Does the fit of the mechanism claim as much as it knows? True values are drawn from the priors of the model *loop*, a
study is drawn from them (ten patients, four regimens, eleven visits over a year with CD19 down to a limit of 5 cells
per uL, CD40, CD80, CD40L, CD69, ICOS and SLEDAI), the study is fitted with the same priors, and every true value is
ranked among 24 draws of its posterior. If the fit is right, ranks are uniform (Talts et al 2018, arXiv:1804.06788).
It tests priors, likelihood, gradient and sampler together; it does not test whether the model is true of patients.

A parameter is called *estimable* where the median contraction (1 - posterior variance / prior variance, on the scale
of the prior) over {pilots} pilot studies, drawn with other seeds beforehand, is above 0.5. Uniformity: chi-square in
five bins, p-value by simulation, Holm's correction over all {quantities} quantities. The grey band of the picture
holds the whole curve of a uniform sample 95 times in 100, each curve by itself.

**{verdict}** {refits} refits; {divergent} had a divergence, {lengthened} needed a longer chain than the first; the
median refit took {seconds:.0f} s on one core of a shared machine. A chain was lengthened where its worst element had
fewer than {least} effective draws (20 for the first 24 refits), whatever the ranks; no refit failed, and the two under
way when the number was reached are not in the table.

![Ranks]({figure})

| quantity | contraction | estimable | mean rank | p | p (Holm) | |
|---|---|---|---|---|---|---|
{table}

`sd_` is a standard deviation between patients, `scatter_` a residual standard deviation (the concentration for
SLEDAI), `_p1` the first patient's own value. Baselines of virtual patients that are unstable are refused when
populations are simulated; neither the studies here nor the fits refuse them, so that both follow the same prior.

The code is `bench/sbc`: `python -m bench.sbc.run` goes on where the tables stand, `python -m bench.sbc.page` writes
this page.
"""


def render(verdict: Verdict, figure: str) -> str:
    return TEXT.format(
        pilots=verdict.pilots,
        quantities=len(verdict.lines),
        verdict=_words(verdict),
        refits=verdict.refits,
        divergent=verdict.divergent,
        lengthened=verdict.lengthened,
        seconds=verdict.seconds,
        least=LEAST,
        figure=figure,
        table="\n".join(_row(line) for line in verdict.lines),
    )


def _words(verdict: Verdict) -> str:
    if verdict.refits < WANTED:
        return f"Unfinished: {verdict.refits} of {WANTED} refits."
    if verdict.passes:
        return "Every estimable parameter passes."
    failed = ", ".join(line.name for line in verdict.lines if line.estimable and not line.passes)
    return f"Not every estimable parameter passes: {failed}."


def _row(line: Line) -> str:
    contraction = "" if line.contraction is None else f"{line.contraction:.2f}"
    cells = (
        f"`{line.name}`",
        contraction,
        "yes" if line.estimable else "",
        f"{line.mean_rank:.2f}",
        f"{line.p:.3f}",
        f"{line.p_holm:.2f}",
        "" if line.passes else "not uniform",
    )
    return "| " + " | ".join(cells) + " |"


def draw(verdict: Verdict, path: Path) -> None:
    from matplotlib.figure import Figure

    columns = 4
    rows = -(-len(verdict.lines) // columns)
    picture = Figure(figsize=(9, 1.7 * rows), layout="constrained")
    axes = picture.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    grid = np.arange(1, LEVELS + 1) / LEVELS
    band = ecdf_band(verdict.refits, LEVELS)
    for axis in axes.flat[len(verdict.lines) :]:
        axis.set_axis_off()
    for axis, line in zip(axes.flat, verdict.lines, strict=False):
        ecdf = np.bincount(line.ranks, minlength=LEVELS).cumsum() / verdict.refits
        axis.fill_between(grid, -band, band, color="0.85", linewidth=0)
        axis.step(grid, ecdf - grid, where="mid", color="#0b5394" if line.estimable else "0.4", linewidth=1)
        axis.set_title(line.name + ("" if line.estimable else " (not estimable)"), fontsize=7)
        axis.tick_params(labelsize=6)
    picture.supxlabel("rank, as a share", fontsize=8)
    picture.supylabel("ECDF of ranks minus uniform", fontsize=8)
    picture.savefig(path, metadata={"Date": None})


def main() -> None:
    verdict = judge()
    draw(verdict, DOCS / "fit.svg")
    (DOCS / "fit.md").write_text(render(verdict, "fit.svg"), encoding="utf-8")
    print(_words(verdict))


if __name__ == "__main__":
    main()
