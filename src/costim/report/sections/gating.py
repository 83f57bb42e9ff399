"""Gates: the proof that they are the same at every visit, what differs, where thresholds come from, moved gates."""

from __future__ import annotations

from costim.registry.cytometry_record import CytometryRecord, ThresholdRecord, TubeRecord
from costim.registry.effects import Effect
from costim.report import format as shown
from costim.report.context import Context
from costim.report.document import Block, Grid, Inlines, Paragraph, Quote
from costim.report.sections.cell_pictures import first_gates
from costim.report.sections.notes import flag_notes
from costim.report.sections.phenotype_cells import words_of_file
from costim.report.sections.words import contrast_label, joined, label, method_label, variant_label, visit_label

DIGEST = 16
"""Characters of a hash that are shown; the record has all."""
SOURCES = {
    "fmo": "tube without the antibody (FMO)",
    "isotype": "isotype control",
    "reference": "cells known not to carry the marker",
    "valley": "lowest density between two modes, visits pooled",
    "fixed": "stated in the strategy",
}
FIXED = "a fixed number"
"""Note of a threshold that nothing but the strategy was asked for; it stands in the checklist."""
_ESTIMATES = ("signed_rank", "geometric_mean_ratio", "composition_change")


def write_gating(context: Context) -> list[Block]:
    """Sameness of the gates, thresholds, spread of effects under moved gates, where the gate plots stand."""
    record = context.results.cytometry
    if record is None or not record.tubes:
        return []
    return [
        *_same(record),
        _hashes(context, record),
        *_differences(record),
        *_thresholds(record),
        *_jitter(context),
        *_binned(record),
        *_plots(context),
    ]


def _plots(context: Context) -> list[Block]:
    """Gate plots of one patient for each panel."""
    figures = first_gates(context)
    if not figures:
        return []
    said = (
        "Gate plots of one patient for each panel follow; those of all others, and the levels of markers tube by tube, "
        "stand in the appendix of gates and levels of markers."
    )
    return [Paragraph((said,)), *figures]


def _samples(record: CytometryRecord) -> list[TubeRecord]:
    return [tube for tube in record.tubes if tube.digest]


def _same(record: CytometryRecord) -> list[Block]:
    """Whether the hashes agree within every subject and panel."""
    groups: dict[tuple[str, str], set[str]] = {}
    for tube in _samples(record):
        groups.setdefault((tube.subject, tube.panel), set()).add(tube.digest)
    if not groups:
        return []
    if all(len(found) == 1 for found in groups.values()) and not record.differences:
        said = (
            "Within each patient and panel the gates are the same at every visit: the hash of the gates as applied, "
            "thresholds included, is one and the same."
        )
        return [Paragraph((said,))]
    said = (
        "The gates are not the same in every tube of a patient and panel: the hashes below differ, and each difference "
        "is listed. A change between visits may then come from the gates."
    )
    return [Paragraph((said,), role="warning")]


def _hashes(context: Context, record: CytometryRecord) -> Grid:
    """Tubes of a patient and panel with the same gates in one row."""
    alike: dict[tuple[str, ...], list[TubeRecord]] = {}
    for tube in _samples(record):
        key = (tube.subject, tube.panel, tube.strategy, tube.digest, ", ".join(tube.exceptions))
        alike.setdefault(key, []).append(tube)
    return Grid(
        id="gating-tubes",
        caption=("Gates as applied to the stained samples: one row where they are the same",),
        header=(("Patient",), ("Panel",), ("Visits",), ("Strategy",), ("Hash of the gates",), ("Own gates",)),
        rows=tuple(
            (
                (Quote(subject),),
                words_of_file(panel),
                joined([_place(context, tube) for tube in tubes]),
                words_of_file(strategy),
                words_of_file(digest[:DIGEST]),
                words_of_file(own) if own else ("none",),
            )
            for (subject, panel, strategy, digest, own), tubes in alike.items()
        ),
        notes=(("“Own gates” are those in which a tube departs from the shared strategy.",),),
        kind="rows",
    )


def _place(context: Context, tube: TubeRecord) -> Inlines:
    return (visit_label(context.plan, tube.visit), *((", ", Quote(tube.timepoint)) if tube.timepoint else ()))


def stain_words(tube: TubeRecord) -> str:
    """`sample`, `fmo cd40`."""
    return " ".join(part for part in (tube.stain, tube.marker) if part)


def _differences(record: CytometryRecord) -> list[Block]:
    if not record.differences:
        return []
    return [
        Grid(
            id="gating-differences",
            caption=("Differences between the gates of tubes that are compared",),
            header=(("Tube",), ("Compared with",), ("Gate",), ("Difference",)),
            rows=tuple(
                ((Quote(d.tube),), (Quote(d.against),), words_of_file(d.gate), words_of_file(d.text))
                for d in record.differences
            ),
        )
    ]


def _thresholds(record: CytometryRecord) -> list[Block]:
    found = [t for t in record.thresholds if t.source != "fixed" or t.note not in ("", FIXED)]
    if not found:
        return []
    return [
        Grid(
            id="gating-thresholds",
            caption=("Thresholds that the data decided, one for all visits of a patient and panel",),
            header=(("Patient",), ("Panel",), ("Threshold",), ("On",), ("Value",), ("From",), ("Events",), ("Note",)),
            rows=tuple(_threshold(threshold) for threshold in found),
            numeric=(False, False, False, False, True, False, True, False),
            kind="result" if len(found) <= 40 else "rows",
        )
    ]


def _threshold(found: ThresholdRecord) -> tuple[Inlines, ...]:
    source: Inlines = (SOURCES[found.source],) if found.source in SOURCES else words_of_file(found.source)
    return (
        (Quote(found.subject),),
        words_of_file(found.panel),
        words_of_file(found.name),
        words_of_file(found.axis),
        (Quote(shown.significant(found.value, 4)),) if found.value is not None else ("not found",),
        source,
        (Quote(str(found.events)),) if found.events else ("–",),
        words_of_file(found.note),
    )


def _jitter(context: Context) -> list[Block]:
    rows = [row for row in context.rows.effects if row.method == "gate_jitter"]
    if not rows:
        return []
    return [
        Grid(
            id="gating-jitter",
            caption=_how_moved(context, rows),
            header=(
                ("Parameter",),
                ("Contrast",),
                ("Estimate of",),
                ("Gates as they are",),
                ("With moved gates, smallest to largest",),
                ("Draws of the same sign",),
                ("Largest p of all draws",),
            ),
            rows=tuple(_moved(context, row) for row in rows),
            notes=(
                ("In each draw every bound of every gate was moved by chance, alike at all visits of a patient.",),
                ("The spread says how much rests on where gates are drawn; it is no sampling error and has no level.",),
                *flag_notes(context, rows),
            ),
            numeric=(False, False, False, True, True, True, True),
        )
    ]


def _how_moved(context: Context, rows: list[Effect]) -> Inlines:
    """`How far effects move when gates are moved by up to 2% of the display scale, in 8 draws`."""
    settings = context.plan.cytometry
    far = Quote(f"{shown.plain(100 * settings.jitter)}%")
    draws = Quote(str(max((row.denominator or 0) for row in rows) or settings.jitter_draws))
    return ("How far effects move when gates are moved by up to ", far, " of the display scale, in ", draws, " draws")


def _moved(context: Context, row: Effect) -> tuple[Inlines, ...]:
    p = context.printer
    method, _, variant = row.variant.partition(" ")
    of: Inlines = (method_label(method),) if method in _ESTIMATES else words_of_file(row.variant)
    if row.stratum:
        of = (*of, ", ", Quote(row.stratum.replace("_", " ")))
    elif variant:
        of = (*of, " (", variant_label(variant), ")")
    return (
        (label(row.parameter),),
        (contrast_label(context.plan, row.contrast) or "–",),
        of,
        p.with_unit(row) if row.estimate is not None else (shown.NOT_ESTIMATED,),
        (p.spread(row),),
        (p.out_of(row),),
        (p.p_number(row),) if row.p is not None else ("not applicable",),
    )


def _binned(record: CytometryRecord) -> list[Block]:
    if not record.binned:
        return []
    return [
        Grid(
            id="gating-binned",
            caption=("Counts on the exact values and on binned values as FlowJo gates",),
            header=(("Tube",), ("Population",), ("Exact",), ("Binned",), ("In the workspace",)),
            rows=tuple(
                (
                    (Quote(b.tube),),
                    (Quote(b.population),),
                    (Quote(str(b.exact)),),
                    (Quote(str(b.binned)),),
                    (Quote(str(b.stated)),) if b.stated is not None else ("–",),
                )
                for b in record.binned
            ),
            notes=(
                (
                    "FlowJo looks at events in bins of the display when it gates by polygon or ellipse, so that events "
                    "next to a border may fall on the other side. Every other number of this report rests on exact "
                    "values.",
                ),
            ),
            numeric=(False, False, True, True, True),
        )
    ]
