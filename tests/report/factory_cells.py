"""Results with cytometry made by hand: six invented patients, three visits, B cells gone at the second."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from factory import make_results

from costim.registry.cytometry_record import (
    BinnedCount,
    CytometryRecord,
    GateDifferenceRecord,
    MiflowcytItem,
    PopulationLimits,
    QualityNumber,
    ThresholdRecord,
    TubeRecord,
)
from costim.registry.effects import Effect
from costim.registry.findings import Finding
from costim.registry.gate_pictures import (
    DensityGrid,
    GatePicture,
    LevelFrame,
    MarkerOverlay,
    PictureAxis,
    PictureFrame,
    PictureRegion,
    Tick,
)
from costim.registry.measurements import Measurement
from costim.registry.provenance import Results

VISITS = (("before", -3.0), ("day28", 28.0), ("month6", 182.0))
CELLS = {"P1": (2400, 4, 900), "P2": (2100, 0, 30), "P3": (1900, 12, 400)}
PLAN: dict[str, Any] = {
    "study": {"id": "cells", "title": "Cells", "day_convention": "first_infusion_is_day_0"},
    "visits": [{"name": name, "label": name.capitalize(), "day": day} for name, day in VISITS],
    "contrasts": [{"name": "c", "baseline": {"visits": ["before"]}, "post": {"visits": ["month6"]}}],
    "endpoints": [{"parameter": "cyt.b_cells.cd40.median", "kind": "paired_change", "contrast": "c"}],
}
DIGEST = "ab12" * 16


def row(subject: str, visit: int, what: str, value: float | None, cells: int, **more: Any) -> Measurement:
    """A phenotype with an interval of 10 % on either side."""
    name, day = VISITS[visit]
    known = value is not None
    return Measurement(
        subject=subject, parameter=f"cyt.b_cells.{what}", visit=name, day=day, item="B", value=value, lower=value,
        upper=value, relation="=" if known else "", events=cells, source="samples",
        interval_lower=0.9 * value if value is not None else None,
        interval_upper=1.1 * value if value is not None else None, interval_level=0.95 if known else None, **more,
    )  # fmt: skip


def rows() -> list[Measurement]:
    """Counts of everybody; levels where there are enough cells, and those of the sensitivity analysis."""
    found = []
    for subject, counts in CELLS.items():
        for visit, n in enumerate(counts):
            few = ("below_lod",) if n < 8 else ("below_lloq",) if n < 25 else ()
            found.append(row(subject, visit, "count", float(n), n, unit="cells", flags=few))
            found.append(row(subject, visit, "per_ul", n / 10, n, unit="cells/uL", flags=few))
            level = 4321.0 if visit == 0 else 2345.6
            if few:
                found.append(row(subject, visit, "cd40.median", None, n, unit="AU", flags=few, missing=few[0]))
                if few == ("below_lloq",):
                    found.append(row(subject, visit, "cd40.median", level, n, unit="AU", reading="mfi_floor=lod"))
            else:
                found.append(row(subject, visit, "cd40.median", level, n, unit="AU"))
    return found


def tubes(**more: Any) -> tuple[TubeRecord, ...]:
    """The tubes of the first patient."""
    drift = QualityNumber(
        code="acquisition_drift", channel="PE-A", value=0.123, unit="share", of=40_000, threshold=0.05, status="bad"
    )
    limits = (PopulationLimits(population="b_cells", lod=7.5, lod_per_ul=0.75),)
    return tuple(
        TubeRecord(
            name=f"P1/{name}/B", subject="P1", visit=name, panel="B", file=f"fcs/{name}.fcs", events=34_261,
            strategy="costimulation_b", digest=DIGEST, quality=(drift,) if i == 1 else (), limits=limits, **more,
        )
        for i, (name, _) in enumerate(VISITS)
    )  # fmt: skip


def record(**more: Any) -> CytometryRecord:
    """A record with something in every part."""
    change = Finding(
        "warning", "voltage_changed", "month6.fcs", found="PE-A 500 V", expected="PE-A 455 V", action="Ask."
    )
    parts: dict[str, Any] = {
        "tubes": tubes(),
        "thresholds": (
            ThresholdRecord(
                subject="P1", panel="B", name="cd19", axis="CD19", value=1234.56, source="valley", events=99
            ),
            ThresholdRecord(subject="P1", panel="B", name="cd80", axis="CD80", value=None, source=""),
        ),
        "changes": (change,),
        "miflowcyt": (MiflowcytItem("3.2", "Instrument model", "FACSCanto", "$CYT"), MiflowcytItem("1.2", "Keywords")),
        "binned": (BinnedCount(tube="P1/before/B", population="b_cells", exact=2401, binned=2399, stated=2398),),
    }
    return CytometryRecord(**(parts | more))


def difference() -> GateDifferenceRecord:
    """The singlets gate of one tube was moved."""
    return GateDifferenceRecord(
        tube="P1/month6/B", against="P1/before/B", gate="singlets", text="upper 0.9 instead of 1"
    )


X = PictureAxis("CD19", 0.0, 1.0, (Tick(0.2, "0"), Tick(0.5, "10³"), Tick(0.6), Tick(0.9, "10⁴")))
Y = PictureAxis("CD3", 0.0, 1.0, (Tick(0.5, "10³"),))
BOX = ((0.5, 0.1), (0.9, 0.1), (0.9, 0.5), (0.5, 0.5), (0.5, 0.1))


def pictures() -> tuple[GatePicture, ...]:
    """A plane with a density and a sparse frame, a histogram with an empty frame."""
    heights = tuple(tuple(1.0 if (i, j) == (2, 3) else 0.2 for j in range(8)) for i in range(8))
    many = PictureFrame(
        "P1/before/B", "before", "before", 34_261, points=((0.1, 0.9),) * 2, points_of=1_713, beyond=4,
        density=DensityGrid(heights, (0.2, 1.0), (0.95, 0.2)),
        regions=(PictureRegion("b_cells", (BOX,), 2_400, 34_261),),
    )  # fmt: skip
    few = PictureFrame(
        "P1/day28/B", "day28", "day28", 3, points=((0.7, 0.3), (0.1, 0.1), (0.2, 0.9)), points_of=3,
        regions=(PictureRegion("b_cells", (BOX,), 1, 3),),
    )  # fmt: skip
    line = (((0.5, 0.0), (0.5, 1.0)), ((1.0, 0.0), (1.0, 1.0)))
    histogram = PictureFrame(
        "P1/before/B", "before", "before", 2_400, histogram=(0.1, 1.0, 0.3),
        regions=(PictureRegion("cd40_positive_b", line, 2_399, 2_400),),
    )  # fmt: skip
    none = PictureFrame("P1/day28/B", "day28", "day28", 0, regions=(PictureRegion("cd40_positive_b", line, 0, 0),))
    return (
        GatePicture("P1", "B", "", ("b_cells",), X, Y, (many, few)),
        GatePicture("P1", "B", "b_cells", ("cd40_positive_b",), X, None, (histogram, none)),
    )


def overlays() -> tuple[MarkerOverlay, ...]:
    """CD40 of many cells, of three, and of none."""
    frames = (
        LevelFrame("P1/before/B", "before", "before", 2_400, histogram=(0.1, 1.0, 0.3), median=0.6, median_lower=0.55),
        LevelFrame("P1/day28/B", "day28", "day28", 3, cells=(0.2, 0.4, 0.8)),
        LevelFrame("P1/month6/B", "month6", "month6", 0),
    )
    return (MarkerOverlay("P1", "B", "b_cells", "cd40", X, 0.3, 0.95, frames),)


def jitter() -> Effect:
    """How far the change of CD40 moves with the gates."""
    return Effect(
        parameter="cyt.b_cells.cd40.median", contrast="c", method="gate_jitter", variant="signed_rank pratt", unit="AU",
        n=3, estimate=-1975.0, estimate_lower=-2050.0, estimate_upper=-1900.0, p=0.25, count=8, denominator=8,
    )  # fmt: skip


def cells_like(**more: Any) -> Results:
    """Results with every part of cytometry; `more` replaces parts of the record."""
    made = make_results(PLAN, {"measurements": rows(), "effects": [jitter()]})
    return replace(made, cytometry=record(**more), gate_pictures=pictures(), marker_overlays=overlays())
