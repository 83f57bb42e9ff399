"""A document and drawings made by hand, for tests of the HTML page."""

from __future__ import annotations

import io

from costim.registry.provenance import Results
from costim.report.document import Bullets, Document, FigureRef, Grid, Inlines, Num, Paragraph, Quote, Section, Term

LONG = 40


def minus(number: float) -> str:
    """A number as the report prints it."""
    return f"{number:g}".replace("-", "−")


def _effect_cells(row: dict[str, object]) -> tuple[Inlines, ...]:
    ref = str(row["effect_id"])
    estimate = row["estimate"]
    return (
        (Quote(ref),),
        (Quote(str(row["parameter"])),),
        (Term(str(row["method"])),),
        (Num(str(row["n"]), ref, "n"),),
        (Num(minus(float(str(estimate))), ref, "estimate"),) if estimate is not None else ("–",),
        tuple(p for m in row["measurements"] for p in (Quote(str(m)), " ")),  # type: ignore[attr-defined]
    )


def _measurement_cells(row: dict[str, object]) -> tuple[Inlines, ...]:
    ref = str(row["measurement_id"])
    value = row["value"]
    return (
        (Quote(ref),),
        (Quote(str(row["subject"])),),
        (Quote(str(row["parameter"])),),
        (Quote(str(row["visit"])),) if row["visit"] else ("",),
        (Num(minus(float(str(value))), ref, "value"),) if value is not None else (Quote(str(row["text"] or "")),),
        tuple(p for c in row["cells"] for p in (Quote(str(c)), " ")),  # type: ignore[attr-defined]
    )


def listings(results: Results) -> tuple[Grid, Grid, Grid]:
    """The three grids at the far end of every number."""
    effects = Grid(
        "effects",
        ("Every effect",),
        (("Row",), ("Parameter",), ("Method",), ("n",), ("Estimate",), ("Measurements",)),
        tuple(_effect_cells(r) for r in results.effects.iter_rows(named=True)),
        numeric=(False, False, False, True, True, False),
        kind="rows",
    )
    measurements = Grid(
        "measurements",
        ("Every measurement",),
        (("Row",), ("Subject",), ("Parameter",), ("Visit",), ("Value",), ("Cells",)),
        tuple(_measurement_cells(r) for r in results.measurements.iter_rows(named=True)),
        numeric=(False, False, False, False, True, False),
        kind="rows",
    )
    cells = Grid(
        "cells",
        ("Every cell",),
        (("Cell",), ("File",), ("Line",), ("Column",), ("Found",)),
        tuple(
            ((Quote(c),), (Quote(a.file),), (Quote(str(a.row)),), (Quote(a.column),), (Quote(a.found),))
            for c, a in sorted(results.cells.items())
        ),
        kind="rows",
    )
    return effects, measurements, cells


def sorting_grid(results: Results) -> Grid:
    """Values that are hard to sort, all tied to one measurement."""
    ref = str(results.measurements["measurement_id"][0])
    texts = ["10", "−3.5", "<0.5", "7 to 11", "not done", "2", "", "1 200", ">100", "−12 to −6"]
    rows = tuple(((Quote(f"row {i}"),), (Num(t, ref, "value"),) if t else ("",)) for i, t in enumerate(texts))
    return Grid("sorting", ("Values in every notation",), (("Row",), ("Value",)), rows, numeric=(False, True))


def make_document(results: Results, figure_names: tuple[str, ...] = ("paired", "waterfall")) -> Document:
    """A report with a paragraph, a list, tables, figures and the three listings."""
    effects = results.effects.filter(results.effects["estimate"].is_not_null())
    row = effects.row(0, named=True) if effects.height else None
    number: Inlines = (Num(minus(row["estimate"]), row["effect_id"], "estimate"),) if row else ("none",)
    subjects = results.measurements["subject"].unique().sort().to_list()
    ages = {
        r["subject"]: r
        for r in results.measurements.iter_rows(named=True)
        if r["parameter"] == "subject.age" and r["value"] is not None
    }
    patients = Grid(
        "patients",
        ("Patients at the first infusion; ", Quote("all of them"), "."),
        (("Patient",), ("Age, years",), ("Remark",)),
        tuple(
            (
                (Quote(s),),
                (Num(f"{ages[s]['value']:g}", ages[s]["measurement_id"], "value"),) if s in ages else ("–",),
                ("kept as printed",),
            )
            for s in subjects
        ),
        notes=(("A dash stands where the source gives no age.",),),
        numeric=(False, True, False),
    )
    effect_grid, measurement_grid, cell_grid = listings(results)
    figures = tuple(
        FigureRef(name, ("Patients before and after; the mean change is ", *number, "."), f"Picture of {name}, 2 lines")
        for name in figure_names
    )
    prose = Paragraph(
        (
            "The change was ",
            *number,
            " points in the patients of ",
            Quote("the <b>cohort</b>"),
            ", analysed by the exact ",
            Term("signed-rank test"),
            " as described by ",
            Term("Pratt 1959", "10.1080/01621459.1959.10501526"),
            ".",
        )
    )
    limits = (Paragraph(("No control arm.",), "warning"), prose, prose)
    return Document(
        (Quote(results.plan.study.title),),
        ("A before and after study without a control arm.",),
        (
            Section("summary", "Summary", (prose, Bullets((("First point",), ("Second point, ", *number))))),
            Section("patients", "Patients", (prose, patients)),
            Section("change", "Change", (*figures, sorting_grid(results))),
            Section("limits", "What these data cannot show", limits),
            Section("methods", "Methods", (Paragraph(("Exact methods.",), "note"), prose, prose)),
            Section("findings", "Findings", (prose,)),
            Section("appendix", "Appendix", (effect_grid, measurement_grid)),
            Section("provenance", "Provenance", (cell_grid, Paragraph(("The last words.",)))),
        ),
    )


def draw(name: str, subjects: list[str]) -> str:
    """A real drawing with one marked line per subject, as the figures room makes it."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "costim", "svg.fonttype": "none"}):
        figure = Figure(figsize=(6, 3.6))
        axes = figure.add_subplot()
        for i, subject in enumerate(subjects):
            gid = f"subject-{subject.encode().hex()}--{name}--{i}"
            axes.plot([0, 1], [3 * i, 3 * i + 1], "o-", gid=gid)
        axes.set_xlabel("$x_2$")
        axes.set_title(f"{name} & <b>")
        out = io.StringIO()
        FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None})
    return out.getvalue()


def drawings(results: Results, names: tuple[str, ...] = ("paired", "waterfall")) -> dict[str, str]:
    """Drawings of all figures of the document made by hand."""
    subjects = results.measurements["subject"].unique().sort().to_list()
    return {name: draw(name, subjects) for name in names}
