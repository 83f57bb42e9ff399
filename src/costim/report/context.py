"""What every section writer is given: the results, looked up and ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from costim.registry.measure_parameters import measure_parameters
from costim.registry.plan import Plan
from costim.registry.provenance import Results
from costim.report.document import FigureRef
from costim.report.format import STYLES
from costim.report.printer import Printer, recorded_decimals
from costim.report.rows import Rows, read_rows

if TYPE_CHECKING:
    from costim.report.figures import PlannedFigure

_SECTION_OF_PREFIX = {
    "np.": "neuropsychiatric",
    "manifestation.": "neuropsychiatric",
    "lab.": "laboratory",
    "imaging.": "imaging",
    "bcell.": "bcells",
    "cyt.": "phenotypes",
    "event.": "response",
    "exposure.": "exposure",
    "subject.": "patients",
    "mechanism.": "mechanism",
}
_SECTION_OF_KIND = {
    "swimmer": "exposure",
    "forest": "overview",
    "gates": "cell-pictures",
    "marker_overlay": "cell-pictures",
    "long_run_mean": "other-causes",
    "tipping_map": "other-causes",
}
_ABOUT_RESPONSE = ("transitions", "kaplan_meier", "cumulative_incidence")


@dataclass(frozen=True)
class Context:
    """Results with their rows, printer and planned figures."""

    results: Results
    rows: Rows
    printer: Printer
    figures: tuple[PlannedFigure, ...]
    cited: frozenset[str] = frozenset()
    """Rows that numbers outside the listings name; known when the listings are written."""

    @property
    def plan(self) -> Plan:
        """The plan of the study."""
        return self.results.plan

    def figures_of(
        self, section: str, parameter: str | None = None, contrast: str | None = None, variant: str | None = None
    ) -> list[FigureRef]:
        """Figures of a section; of one parameter, contrast and variant of a measure when named."""
        return [
            placed(figure)
            for figure in self.figures
            if section_of_figure(figure) == section
            and parameter in (None, figure.parameter)
            and contrast in (None, figure.contrast)
            and variant in (None, figure.variant)
        ]


def placed(figure: PlannedFigure, *, in_sight: bool = False) -> FigureRef:
    """A planned figure as it stands in the report; pictures of tubes may be folded unless they are `in_sight`."""
    from costim.report.figures.cell_captions import fold_words
    from costim.report.figures.plan import PICTURED

    if figure.kind not in PICTURED:
        return FigureRef(figure.name, figure.caption, figure.alt)
    fold = () if in_sight else fold_words(figure.kind, figure.variant)
    return FigureRef(figure.name, figure.caption, figure.alt, ("png",), fold)


def section_of(parameter: str) -> str:
    """Id of the section in which a parameter is reported."""
    for prefix, section in _SECTION_OF_PREFIX.items():
        if parameter.startswith(prefix):
            return section
    return "measures" if parameter in _measure_codes() else "changes"


@cache
def _measure_codes() -> frozenset[str]:
    """Parameters that measures of the catalogue give."""
    return frozenset(entry.code for entry in measure_parameters())


def section_of_figure(figure: PlannedFigure) -> str:
    """Id of the section in which a figure stands."""
    section = _SECTION_OF_KIND.get(figure.kind) or section_of(figure.parameter)
    return "response" if section == "changes" and figure.kind in _ABOUT_RESPONSE else section


def make_context(results: Results, figures: tuple[PlannedFigure, ...]) -> Context:
    """The context of a report."""
    rows = read_rows(results)
    printer = Printer(STYLES[results.plan.study.style], recorded_decimals(rows.measurements))
    return Context(results, rows, printer, figures)
