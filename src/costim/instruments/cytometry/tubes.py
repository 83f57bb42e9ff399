"""Tubes of the samples table, by subject and panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from costim.cytometry.tube import Tube
from costim.instruments.rows import Row, rows_of
from costim.study.study import Study


@dataclass(frozen=True, slots=True)
class Placed:
    """A tube and the row of the samples table it comes from."""

    tube: Tube
    row: Row
    file: str
    """Relative to the study folder."""


def tubes_by_panel(study: Study) -> Mapping[tuple[str, str], tuple[Placed, ...]]:
    """(subject, panel) -> its tubes in the order of visits, for panels that have gates and files that are there.

    Visits are in the order of the plan; a sample before the infusion of a day stands before the one after it.
    """
    order = {visit.name: place for place, visit in enumerate(study.plan.visits)}
    found: dict[tuple[str, str], list[Placed]] = {}
    for row in rows_of(study, "samples"):
        placed = _placed(study, row)
        if row.text("panel") in study.gates and placed.tube.path.is_file():
            found.setdefault((row.subject, row.text("panel")), []).append(placed)
    for group in found.values():
        group.sort(key=lambda p: (order.get(p.tube.visit, len(order)), _turn(p.tube.timepoint), p.tube.name))
    return {key: tuple(found[key]) for key in sorted(found)}


def _turn(timepoint: str) -> int:
    return ("pre", "", "post").index(timepoint)


def _placed(study: Study, row: Row) -> Placed:
    file = row.text("fcs_file")
    numbers = {name: row.values.get(name) for name in ("blood_ul", "acquired_fraction", "beads_added")}
    tube = Tube(
        path=study.root.joinpath(*file.split("/")),
        subject=row.subject,
        visit=row.text("visit"),
        timepoint=row.text("timepoint"),
        panel=row.text("panel"),
        stain=row.text("stain") or "sample",  # type: ignore[arg-type]  # a category of the table
        marker=row.text("marker"),
        data_set=int(row.values.get("data_set") or 0),
        lymphocytes_per_ul=row.values.get("lymphocytes_per_ul"),
        **numbers,
    )
    return Placed(tube, row, file)
