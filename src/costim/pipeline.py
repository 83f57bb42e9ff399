"""The one place where rooms meet: folder -> Study -> measurements -> effects -> report."""

from __future__ import annotations

import errno
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING

from costim.errors import CostimError
from costim.registry.measurements import AS_RECORDED, Measurement, measurements_frame
from costim.registry.provenance import CellAddress, Results

if TYPE_CHECKING:
    import polars as pl

    from costim.registry.plan import Plan
    from costim.study.study import Study

Progress = Callable[[str], None]

STEPS = 9
"""How often `run_study` tells its progress."""

_LIBRARIES = ("numpy", "scipy", "polars", "pydantic", "matplotlib", "python-docx", "typst", "xlsxwriter", "openpyxl")


def _silent(_step: str) -> None:
    """Progress that nobody watches."""


def _apart_from_cells(row: Measurement) -> tuple[object, ...]:
    return tuple(getattr(row, f.name) for f in fields(row) if f.name not in {"reading", "cells"})


def _measure_reading(study: Study) -> list[Measurement]:
    from costim.instruments.registry import INSTRUMENTS

    return [row for measure in INSTRUMENTS.values() for row in measure(study)]


def measure_study(study: Study) -> pl.DataFrame:
    """Study -> the measurements table.

    Rows of a named alternative reading follow the preferred ones; only those that differ from them are kept.
    """
    return measurements_frame(_measure_all(study)[0])


def _measure_all(study: Study) -> tuple[list[Measurement], dict[str, CellAddress]]:
    """Rows of every reading and of every disputed choice that is compared, and the address of every cell they name."""
    from costim.study.alternatives import apply_reading, readings
    from costim.study.comparisons import apply_comparison, comparisons

    preferred = _measure_reading(study)
    rows = list(preferred)
    addresses = {cell: study.address(cell) for row in preferred for cell in row.cells}
    content = {row.key: _apart_from_cells(row) for row in preferred}
    others = [apply_reading(study, name) for name in readings(study)]
    others += [apply_comparison(study, alternative) for alternative in comparisons(study.plan)]
    for other in others:
        name = other.reading
        read = _measure_reading(other)
        kept = {replace(row, reading=AS_RECORDED).key for row in read}
        changed = [row for row in read if content.get(replace(row, reading=AS_RECORDED).key) != _apart_from_cells(row)]
        renamed = {_place(row) for row in changed if replace(row, reading=AS_RECORDED).key not in content}
        changed += [_gone(row, renamed=_place(row) in renamed) for row in preferred if row.key not in kept]
        for row in changed:
            marked = tuple(f"{cell}@{name}" if _moved(study, other, cell) else cell for cell in row.cells)
            addresses |= {mark: other.address(cell) for mark, cell in zip(marked, row.cells, strict=True)}
            rows.append(replace(row, reading=name, cells=marked))
    return rows, addresses


def _place(row: Measurement) -> tuple[str, ...]:
    """What a row speaks of, whatever the variant."""
    return row.parameter, row.subject, row.visit, row.timepoint, row.item


def _gone(row: Measurement, *, renamed: bool) -> Measurement:
    """A row that the other reading does not give: there its value is missing, not the preferred one.

    Under another choice the same reading may stand there by the name of another variant; then the row only says so.
    """
    empty = replace(row, value=None, lower=None, upper=None, relation="", text=None)
    return replace(empty, missing="not_recorded", flags=("under_other_variant",) if renamed else ())


def _moved(study: Study, other: Study, cell: str) -> bool:
    """Does the alternative reading take this cell from another place?"""
    return study.addresses.get(cell) != other.addresses.get(cell)


def estimate_effects(plan: Plan, measurements: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Measurements -> the effects table."""
    from costim.effects.estimate import estimate
    from costim.registry.effects import effects_frame

    return effects_frame(estimate(plan, measurements, published))


def analyse_study(study: Study, progress: Progress = _silent) -> Results:
    """Study -> everything a report is made of."""
    progress("Measuring")
    rows, addresses = _measure_all(study)
    measurements = measurements_frame(rows)
    progress("Estimating")
    published = study.tables["published"]
    effects = estimate_effects(study.plan, measurements, published)
    versions = {"costim": version("costim"), "python": platform.python_version()}
    versions |= {name: version(name) for name in _LIBRARIES}
    return Results(
        plan=study.plan,
        measurements=measurements,
        effects=effects,
        findings=study.findings,
        cells=MappingProxyType(addresses),
        inputs=study.inputs,
        versions=MappingProxyType(versions),
        published=published,
        alternatives=study.tables["alternatives"],
    )


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
    pictures = {kind: {name: files[kind] for name, files in figures.items()} for kind in ("svg", "png", "pdf")}
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
