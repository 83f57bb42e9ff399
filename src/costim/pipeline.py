"""The one place where rooms meet: folder -> Study -> measurements -> effects -> report."""

from __future__ import annotations

import errno
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.errors import CostimError
from costim.registry.findings import Finding, sort_findings
from costim.registry.measurements import measurements_frame
from costim.registry.provenance import Results

if TYPE_CHECKING:
    import polars as pl

    from costim.instruments.cytometry.shown import Shown
    from costim.registry.effects import Effect
    from costim.registry.plan import Plan
    from costim.registry.simulation_record import SimulationRecord
    from costim.study.study import Study

Progress = Callable[[str], None]

STEPS = 9
"""How often `run_study` tells its progress."""

_OF_CELLS = ("numba", "pillow")
_LIBRARIES = ("numpy", "scipy", "polars", "pydantic", "matplotlib", "python-docx", "typst", "xlsxwriter", "openpyxl")


def _silent(_step: str) -> None:
    """Progress that nobody watches."""


def measure_study(study: Study) -> pl.DataFrame:
    """Study -> the measurements table.

    Rows of a named alternative reading follow the preferred ones; only those that differ from them are kept.
    """
    from costim.measuring import measure_all

    return measurements_frame(measure_all(study)[0])


def estimate_effects(plan: Plan, measurements: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Measurements -> the effects table."""
    return _with_simulation(plan, measurements, _estimate(plan, measurements, published))[0]


def _estimate(plan: Plan, measurements: pl.DataFrame, published: pl.DataFrame) -> list[Effect]:
    from costim.effects.estimate import estimate

    return estimate(plan, measurements, published)


def _with_simulation(
    plan: Plan, measurements: pl.DataFrame, effects: list[Effect]
) -> tuple[pl.DataFrame, SimulationRecord | None]:
    """The effects table with rows of virtual patients, where the plan asks for them."""
    from costim.effects.mechanism.simulated_doses import simulate_doses
    from costim.registry.effects import effects_frame

    rows, simulation = simulate_doses(plan, measurements, effects)
    return effects_frame([*effects, *rows]), simulation


def analyse_study(study: Study, progress: Progress = _silent) -> Results:
    """Study -> everything a report is made of."""
    from costim.instruments.cytometry.shown import picture_cells
    from costim.measuring import measure_all

    progress("Measuring")
    rows, addresses = measure_all(study)
    measurements = measurements_frame(rows)
    progress("Estimating")
    published = study.tables["published"]
    effects, simulation = _with_simulation(study.plan, measurements, _estimate(study.plan, measurements, published))
    shown = picture_cells(study)
    versions = {"costim": version("costim"), "python": platform.python_version()}
    versions |= {name: version(name) for name in (*_LIBRARIES, *(_OF_CELLS if shown.record else ()))}
    return Results(
        plan=study.plan,
        measurements=measurements,
        effects=effects,
        findings=_with_acquisition(study, shown),
        cells=MappingProxyType(addresses),
        inputs=study.inputs,
        versions=MappingProxyType(versions),
        published=published,
        alternatives=study.tables["alternatives"],
        cytometry=shown.record,
        gate_pictures=shown.gates,
        marker_overlays=shown.markers,
        simulation=simulation,
    )


def _with_acquisition(study: Study, shown: Shown) -> tuple[Finding, ...]:
    """Findings of the check, and those that tubes give only when they are set beside each other."""
    if shown.record is None:
        return study.findings
    return tuple(sort_findings([*study.findings, *shown.record.changes]))


def run_study(path: Path, out: Path | None = None, progress: Progress = _silent) -> Path:
    """Study folder -> report folder, whole or not at all.

    Args:
        path: study folder, `study.toml` or `study.xlsx`.
        out: folder to write; default `<study id>-report` in the working directory.
        progress: called with the name of each step.

    Returns:
        The folder written.

    Raises:
        StudyError: the study has errors; all of them are in it.
        CostimError: the output folder cannot be written.
    """
    from costim.report.write import check_target, write_outputs
    from costim.study.check import read_study

    progress("Checking the study")
    study = read_study(Path(path))
    folder = Path(out) if out is not None else Path(f"{study.plan.study.id}-report")
    check_target(folder)
    results = analyse_study(study, progress)
    with _scratch() as scratch:
        write_outputs(folder, _render_all(results, scratch, progress))
    return folder


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for figures that are being drawn, gone afterwards."""
    try:
        folder = TemporaryDirectory(prefix="costim-")
    except OSError as error:
        raise _no_scratch(error) from error
    with folder:
        try:
            yield Path(folder.name)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise _no_scratch(error) from error


def _no_scratch(error: OSError) -> CostimError:
    return CostimError(
        f"The figures could not be drawn in the folder for temporary files: {error.strerror}. Nothing was written. "
        "Free some space, or name another folder in the environment variable TMPDIR, then run again."
    )


def _render_all(results: Results, scratch: Path, progress: Progress) -> Mapping[str, bytes | Path]:
    """Every output file, by its name in the report folder; figures are drawn into `scratch`."""
    from concurrent.futures import ThreadPoolExecutor

    from costim.report.build import build_document
    from costim.report.figures.draw import draw_figures
    from costim.report.html.render import render_html
    from costim.report.pdf.render import render_pdf
    from costim.report.plainfiles import write_plain_files, write_provenance
    from costim.report.word.render import render_docx
    from costim.report.workbook.render import write_workbook

    progress("Writing the report")
    document = build_document(results)
    progress("Drawing the figures")
    figures = draw_figures(results, scratch)
    # Pictures of thousands of cells exist as pixels only.
    pictures = {
        kind: {name: files.get(kind, files["png"]) for name, files in figures.items()} for kind in ("svg", "png")
    }
    outputs: dict[str, bytes | Path] = {}
    # The PDF is set beside the other files, on another core: typst needs no interpreter while it works.
    with ThreadPoolExecutor(max_workers=1) as beside:
        pdf = beside.submit(render_pdf, document, pictures["svg"])
        progress("HTML")
        outputs["report.html"] = render_html(document, results, pictures["svg"]).encode()
        progress("Word")
        outputs["report.docx"] = render_docx(document, pictures["png"])
        progress("Excel and tables")
        outputs["tables.xlsx"] = write_workbook(document, results)
        progress("PDF")
        outputs["report.pdf"] = pdf.result()
    outputs |= write_plain_files(results)
    outputs |= {f"figures/{file.name}": file for files in figures.values() for file in files.values()}
    outputs["provenance.json"] = write_provenance(results, outputs)
    progress("Saving")
    return outputs
