"""The tables of the example study, and the tables of what is true in it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from costim.cytometry.synthetic.cells import cell_kinds, kinds_of
from costim.cytometry.synthetic.example.planted import (
    CARRIERS_AFTER,
    CD40_PER_CELL,
    CD80_CARRIERS,
    CD80_PER_CELL,
    ICOS_PER_CELL,
    VISITS,
    Patient,
)
from costim.cytometry.synthetic.example.tubes import OUTCOMES, Planned
from costim.cytometry.synthetic.panels import conjugates
from costim.cytometry.synthetic.sample import Sample
from costim.cytometry.synthetic.staining import level_in

LYMPHOCYTES = tuple(name for name, kind in cell_kinds().items() if kind.lineage not in ("monocytes", "granulocytes"))
BLOOD_UL = 100
VOLUMETRIC = ("S08", "S09", "S10")
"""Patients whose tubes were acquired by volume; the others have a lymphocyte count by haematology."""
Row = dict[str, object]


def subjects(patients: Sequence[Patient]) -> list[Row]:
    """subjects.csv."""
    return [{"subject": p.subject, "sex": p.sex, "age_years": p.age, "note": "invented"} for p in patients]


def infusions(patients: Sequence[Patient]) -> list[Row]:
    """infusions.csv: 1,000 mg twice."""
    return [
        {"subject": p.subject, "infusion": n, "day": day, "drug": "rituximab", "amount": 1000, "unit": "mg"}
        for p in patients
        for n, day in ((1, 0), (2, 14))
    ]


def visits(patients: Sequence[Patient]) -> list[Row]:
    """visits.csv."""
    return [{"subject": p.subject, "visit": visit, "day": p.days[visit]} for p in patients for visit in VISITS]


def sample_row(tube: Planned, sample: Sample) -> Row:
    """The row of one tube in samples.csv."""
    row: Row = {
        "subject": tube.patient.subject,
        "visit": tube.visit,
        "panel": tube.panel,
        "stain": tube.stain,
        "marker": tube.marker,
        "fcs_file": f"fcs/{tube.name}.fcs",
        "blood_ul": "",
        "acquired_fraction": "",
        "lymphocytes_per_ul": "",
        "note": "synthetic",
    }
    if tube.stain != "sample":
        return row
    per_ul = tube.patient.lymphocytes[tube.visit]
    if tube.patient.subject in VOLUMETRIC:
        recorded = sample.truth.count(*LYMPHOCYTES)
        row |= {"blood_ul": BLOOD_UL, "acquired_fraction": round(recorded / (per_ul * BLOOD_UL), 6)}
    else:
        row["lymphocytes_per_ul"] = per_ul
    return row


def cell_rows(tube: Planned, sample: Sample) -> list[Row]:
    """truth/cells.csv: single living cells of each kind in a tube, and false events."""
    truth = sample.truth
    place: Row = {
        "subject": tube.patient.subject,
        "visit": tube.visit,
        "panel": tube.panel,
        "stain": tube.stain,
        "marker": tube.marker,
    }
    lymphocytes = truth.count(*LYMPHOCYTES)
    per_ul = tube.patient.lymphocytes[tube.visit]
    rows: list[Row] = [
        {**place, "what": name, "events": n, "per_ul": round(n / lymphocytes * per_ul, 3)}
        for name in (*cell_kinds(), "b_cells")
        if (n := truth.count(name)) or name == "b_cells"
    ]
    types = ("false_b", "dead", "doublet", "debris", "margin")
    return rows + [{**place, "what": name, "events": truth.count_type(name), "per_ul": ""} for name in types]


def level_rows(tube: Planned) -> list[Row]:
    """truth/levels.csv: level of each outcome marker on each kind of cell, as planted."""
    if tube.stain != "sample" or tube.spec is None:
        return []
    of_panel = kinds_of("b_cells") if tube.panel == "b_cells" else kinds_of("cd4_t")
    markers = [c.key for c in conjugates(tube.panel, tube.spec.optional) if c.key in OUTCOMES[tube.panel]]
    rows: list[Row] = []
    for name in of_panel:
        for marker in markers:
            level = level_in(tube.spec, cell_kinds()[name], marker)
            rows.append(
                {
                    "subject": tube.patient.subject,
                    "visit": tube.visit,
                    "kind": name,
                    "marker": marker,
                    "median_mesf_of_carriers": round(level.median, 1),
                    "sd_of_ln": level.spread,
                    "share_of_carriers": level.share,
                }
            )
    return rows


def planted_rows(patients: Sequence[Patient]) -> list[Row]:
    """truth/planted.csv: what changed between visits, and how much."""
    rows: list[Row] = [
        {"subject": "all", "what": "CD40 per B cell, month6 / baseline", "value": CD40_PER_CELL},
        {"subject": "all", "what": "CD80 per carrying B cell, month6 / baseline", "value": CD80_PER_CELL},
        {
            "subject": "all",
            "what": "share of B cells of each kind with CD80, month6 / baseline",
            "value": CD80_CARRIERS,
        },
        {"subject": "all", "what": "ICOS per carrying CD4+ T cell, month6 / baseline", "value": ICOS_PER_CELL},
    ]
    rows += [
        {"subject": "all", "what": f"share of CD4+ T cells of each kind with {m}, month6 / baseline", "value": v}
        for m, v in CARRIERS_AFTER.items()
    ]
    for p in patients:
        for visit in VISITS:
            rows.append({"subject": p.subject, "what": f"naive share of B cells, {visit}", "value": p.naive_b[visit]})
            rows.append({"subject": p.subject, "what": f"naive share of CD4+ T, {visit}", "value": p.naive_cd4[visit]})
            rows.append({"subject": p.subject, "what": f"lymphocytes per uL, {visit}", "value": p.lymphocytes[visit]})
            rows.append({"subject": p.subject, "what": f"factor of staining, {visit}", "value": p.lot[visit]})
    return rows


def csv_text(rows: Sequence[Row]) -> str:
    """Rows as CSV, columns in the order of the first row."""
    out = StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
