"""Documents by hand for the tests of the file renderers, with the results their numbers point to."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from costim.registry.effects import Effect, effects_frame
from costim.registry.measurements import Measurement, measurements_frame
from costim.registry.plan import Plan
from costim.registry.provenance import CellAddress, InputFile, Results
from costim.report.document import Bullets, Document, FigureRef, Grid, Inlines, Num, Paragraph, Quote, Section, Term

HOSTILE = (
    "=HYPERLINK(\"http://x\")",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "<script>alert('x')</script>",
    "#eval(\"1\") $x$ *b* _i_ @ref <lab> `raw` \\u{41} //c",
    "]]> & &amp; <w:p/>",
    "x;=1+1",
    "_x0041_",
)  # fmt: skip


def many_effects(n: int) -> list[Effect]:
    return [
        Effect(parameter=f"lab.test_{i}", method="mean", contrast="c", n=10, estimate=i * 1.23456, p=1 / (i + 3) ** 4)
        for i in range(n)
    ]


MEASUREMENTS = [
    Measurement(subject=text, parameter="subject.sex", text=text, source="subjects", cells=(f"subjects/{i}/sex",))
    for i, text in enumerate(HOSTILE)
]


def make_results(n: int = 12) -> Results:
    cells = {m.cells[0]: CellAddress("subjects.csv", "", i + 2, "sex", m.subject) for i, m in enumerate(MEASUREMENTS)}
    info = {"id": "s", "title": "T", "day_convention": "first_infusion_is_day_0"}
    import polars as pl

    return Results(
        plan=Plan.model_validate({"schema": 1, "study": info}),
        measurements=measurements_frame(MEASUREMENTS),
        effects=effects_frame(many_effects(n)),
        findings=(),
        cells=MappingProxyType(cells),
        inputs=(InputFile("subjects.csv", "ab" * 32, 10),),
        versions=MappingProxyType({"costim": "0.1.0"}),
        published=pl.DataFrame(),
    )


def result_grid(effects: list[Effect]) -> Grid:
    rows: list[tuple[Inlines, ...]] = [
        ((Quote(text),), (Num(f"{e.estimate:.1f}", e.effect_id, "estimate"),), (Num(f"{e.n}", e.effect_id, "n"),))
        for e, text in zip(effects, HOSTILE * len(effects), strict=False)
    ]
    return Grid(
        "first",
        ("A caption of ", Num("10", effects[0].effect_id, "n"), " subjects"),
        (("Words",), ("Estimate",), ("Subjects",)),
        tuple(rows),
        notes=(("A note under the table.",),),
        numeric=(False, True, True),
    )


def wide_grid(effects: list[Effect], columns: int = 14) -> Grid:
    header = tuple((Quote(f"Parameter {j}"),) for j in range(columns))
    rows = tuple(
        (
            (Quote(f"subject-with-a-long-name-{i}"),),
            *[(Num(f"{e.estimate:.3f}", e.effect_id, "estimate"),)] * (columns - 1),
        )
        for i, e in enumerate(effects)
    )
    return Grid("wide: [of] all/the*columns?", ("A wide table",), header, rows, numeric=(False,) + (True,) * columns)


def effects_grid(effects: list[Effect]) -> Grid:
    rows = tuple(
        (
            (Term(e.effect_id),),
            (Term(e.parameter),),
            (Term(e.method),),
            (Num(f"{e.estimate:.4f}", e.effect_id, "estimate"),),
        )
        for e in effects
    )
    return Grid(
        "effects", ("All effects",), (("Id",), ("Parameter",), ("Method",), ("Estimate",)), rows, kind="rows"
    )  # fmt: skip


def measurements_grid() -> Grid:
    rows = tuple(((Term(m.measurement_id),), (Quote(m.subject),)) for m in MEASUREMENTS)
    return Grid("measurements", ("All measurements",), (("Id",), ("Subject",)), rows, kind="rows")


def sample_document(n: int = 12, *, figure: bool = False) -> Document:
    effects = many_effects(n)
    text = Paragraph(
        (
            "The mean was ",
            Num("1.2", effects[1].effect_id, "estimate"),
            " points (",
            Term("Tokunaga 2007", "https://doi.org/10.1136/ard.2006.057885"),
            Term("no link", "javascript:alert(1)"),
            ").",
        )
    )
    picture = (FigureRef("paired", ("Before and after",), "Ten lines <fall> & rise"),) if figure else ()
    results = (
        text,
        Paragraph((Quote(HOSTILE[6]),), "note"),
        Paragraph(("Mind the design.",), "warning"),
        Bullets((("One",), (Quote("two ] ["),))),
        result_grid(effects[:12]),
        *picture,
        wide_grid(effects[:8]),
    )
    return Document(
        (Quote("A study of <b>lupus</b> & =1+1"),),
        (Quote("Ten patients"),),
        (
            Section("results", "Results", results),
            Section("rows", "All rows", (effects_grid(effects), measurements_grid())),
        ),
    )


def draw(folder: Path) -> dict[str, dict[str, Path]]:
    """One small picture as SVG and PNG, by kind and name."""
    from PIL import Image

    png, svg = folder / "paired.png", folder / "paired.svg"
    Image.new("RGB", (3000, 1500), "teal").save(png, dpi=(300, 300))
    svg.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="500" height="250"><path d="M0 0L9 9"/></svg>')
    return {"png": {"paired": png}, "svg": {"paired": svg}}
