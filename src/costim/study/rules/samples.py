"""Tubes: panels that are declared, control tubes that name their marker, files that stand once."""

from __future__ import annotations

from collections.abc import Iterator

from costim.registry.findings import Finding
from costim.registry.suggest import did_you_mean
from costim.study.fields import Row
from costim.study.rules.context import Context

CONTROLS = ("fmo", "isotype", "single")


def check_samples(context: Context) -> list[Finding]:
    """All rules about the samples table; files and gates are looked at elsewhere."""
    return [*_panels(context), *_markers(context), *_twice(context), *_not_measured(context)]


def _panels(context: Context) -> Iterator[Finding]:
    declared = [panel.name for panel in context.plan.panels]
    for row in context.rows("samples") if declared else ():
        if row["panel"] not in declared:
            guess = did_you_mean(row["panel"], declared)
            yield context.place("samples", row, "panel").finding(
                "error",
                "unknown_panel",
                found=row["panel"],
                expected=guess or f"a panel of study.toml: {', '.join(declared)}",
                action="correct the panel, or declare it with [[panels]]",
            )


def _markers(context: Context) -> Iterator[Finding]:
    for row in context.rows("samples"):
        stain, marker = row["stain"] or "sample", row["marker"]
        if stain in CONTROLS and not marker:
            yield context.place("samples", row, "marker").finding(
                "error",
                "control_without_marker",
                found=f"a control of kind {stain} without a marker",
                expected="the marker that is left out, replaced or alone, as the gates name it, e.g. cd40",
                action="fill in the marker",
            )
        elif marker and stain not in CONTROLS:
            yield context.place("samples", row, "marker").finding(
                "error",
                "cell_not_for_row",
                found=f"marker {marker} in a row with stain {stain}",
                expected="a marker only for fmo, isotype and single controls",
                action="clear marker, or correct stain",
            )


def _twice(context: Context) -> Iterator[Finding]:
    first: dict[tuple[str, int], Row] = {}
    for row in context.in_file_order("samples"):
        if row["fcs_file"] is None:
            continue
        other = first.setdefault((row["fcs_file"], int(row["data_set"] or 0)), row)
        if other is not row:
            yield context.place("samples", row, "fcs_file").finding(
                "error",
                "file_given_twice",
                found=f"{row['fcs_file']}, as in row {other['_row']}",
                expected="a file of its own for each tube",
                action="correct the file, or data_set where one file holds several tubes",
            )


def _not_measured(context: Context) -> Iterator[Finding]:
    """Tubes of panels without gates are not measured, said once per panel."""
    gated = {panel.name for panel in context.plan.panels if panel.gates}
    declared = {panel.name for panel in context.plan.panels}
    said: set[str] = set()
    for row in context.in_file_order("samples"):
        panel = row["panel"]
        if panel in gated or panel in said or (declared and panel not in declared):
            continue
        said.add(panel)
        yield context.place("samples", row, "panel").finding(
            "note",
            "panel_without_gates",
            found=f"panel {panel} has no gates",
            expected='gates in study.toml, e.g. gates = "ready:costimulation_b"',
            action="name the gates of the panel; as it stands its files are not measured",
        )
