"""Figures of a fit, drawn and saved; the same fit gives the same bytes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from costim.mechanism.fit.checks import Checked
    from costim.mechanism.model.model import Output

GOODNESS = (
    "Goodness of fit: readings against the prediction for the typical patient{individual}, and prediction errors "
    "against time. Dashed: between these lie 95 of 100 errors. Triangles: readings below their limit."
)
INDIVIDUAL = ", against that of the same patient"
VOID = " Predictions of the same patient are not drawn: shrinkage is above 30 % and would make any model look good."
PREDICTIVE = (
    "Visual predictive check: median (blue) and outer tenths (orange) of the readings, over the bands in which the "
    "model expects them (90 %). All regimens together are corrected for predictions."
)
LEARNED = (
    "Prior (line) beside posterior (bars). Blue: informed by data, contraction above one half; grey: mostly the prior."
)


def draw_fit(checked: Checked) -> tuple[dict[str, bytes], tuple[tuple[str, str], ...]]:
    """Every figure of one form of the model.

    Returns:
        Files by name without folder, and stem and caption of each figure.
    """
    name = checked.fit.model.name
    void = any(s.misleading for s in checked.shrinkages)
    caption = GOODNESS.format(individual="" if void else INDIVIDUAL) + (VOID if void else "")
    drawers: dict[str, tuple[Callable[[], Figure], str]] = {
        f"{name}_goodness": (lambda: _goodness(checked, individuals=not void), caption),
        f"{name}_predictive": (lambda: _predictive(checked), PREDICTIVE),
        f"{name}_learned": (lambda: _learned(checked), LEARNED),
    }
    files: dict[str, bytes] = {}
    for stem, (draw, _) in drawers.items():
        files |= {f"{stem}.{ending}": content for ending, content in saved(stem, draw).items()}
    return files, tuple((stem, words) for stem, (_, words) in drawers.items())


def saved(stem: str, draw: Callable[[], Figure]) -> dict[str, bytes]:
    """SVG, PDF and PNG of a figure, drawn in the style of the house."""
    from costim.report.figures.draw import METADATA
    from costim.report.figures.paper import svg_to_pdf
    from costim.report.figures.style import DPI, house_style

    made: dict[str, bytes] = {}
    with house_style(hashlib.sha256(stem.encode()).hexdigest()[:16]):
        figure = draw()
        for ending, metadata in METADATA.items():
            target = io.BytesIO()
            figure.savefig(target, format=ending, dpi=DPI, metadata=metadata)
            made[ending] = target.getvalue()
        figure.clear()
    return made | {"pdf": svg_to_pdf(made["svg"])}


def _goodness(checked: Checked, *, individuals: bool) -> Figure:
    from costim.mechanism.pictures.goodness import Readings, draw_goodness

    data, model = checked.fit.data, checked.fit.model
    below = ~data.exact & (data.lower <= 0) & np.isfinite(data.upper)
    seen = np.where(below | ~np.isfinite(data.upper), np.where(below, data.upper, data.lower), data.lower)
    seen = np.where(~data.exact & ~below & np.isfinite(data.upper), (data.lower + data.upper) / 2, seen)
    rows = []
    for o, name in enumerate(data.outputs):
        of, output = data.output == o, model.outputs[name]
        offset = _offset(output)
        rows.append(
            Readings(
                title=output.title,
                unit=output.unit,
                day=data.day[of],
                seen=seen[of],
                below=below[of],
                population=checked.expected.population[of],
                individual=checked.expected.individual[of],
                errors=checked.errors[of],
                offset=offset,
            )
        )
    return draw_goodness(rows, individuals=individuals)


def _offset(output: Output) -> float:
    """Added before a logarithm, as the likelihood does; 1 to scores."""
    return output.offset or (1.0 if output.error == "count" else 1e-6)


def _predictive(checked: Checked) -> Figure:
    from costim.mechanism.fit.panels import check_panels
    from costim.mechanism.pictures.predictive import Band, draw_vpc

    model = checked.fit.model
    bands = []
    for panel in check_panels(checked.fit.data, checked.expected):
        output = model.outputs[panel.output]
        offset = _offset(output)
        # What is added before the logarithm is added to the axis too, so that 0 has a place on it.
        more = f" + {offset:g}" if offset == 1 else ""
        unit = f"{output.title} ({output.unit}){more}" if output.unit else f"{output.title}{more}"
        title = panel.regimen or "All regimens, corrected"
        vpc, plus = panel.vpc, (offset if more else 0.0)
        seen = (vpc.observed + plus, vpc.expected + plus)
        bands.append(Band(title, unit, vpc.days, vpc.quantiles, *seen, panel.day, panel.seen + plus))
    return draw_vpc(bands)


def _learned(checked: Checked) -> Figure:
    from costim.mechanism.pictures.learned import Learned, draw_learned

    fit = checked.fit
    vectors = fit.sampled.reshape(-1, fit.sampled.shape[-1])
    weights = np.full(len(vectors), 1 / len(vectors))
    if checked.population.known:
        vectors, weights = checked.population.vectors, checked.population.weights
    found = {c.name: c for c in checked.contractions}
    return draw_learned(
        [
            Learned(name, found[name].words, found[name].informed, vectors[:, i], weights)
            for i, name in enumerate(fit.priors.names)
        ]
    )
