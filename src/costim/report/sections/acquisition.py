"""How the tubes were acquired: quality of each, and changes between visits."""

from __future__ import annotations

from costim.registry.cytometry_record import CytometryRecord, QualityNumber, TubeRecord
from costim.report import format as shown
from costim.report.context import Context
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote
from costim.report.sections.gating import stain_words
from costim.report.sections.phenotype_cells import words_of_file
from costim.report.sections.words import flag_inline, visit_label
from costim.report.synthetic_tubes import is_synthetic

SHORT = {
    "time_not_monotone": "Time runs back",
    "flow_rate_unsteady": "Unsteady rate",
    "acquisition_gap": "Longest pause",
    "acquisition_drift": "Drift",
    "margin_events_high": "At upper end",
    "margin_events_low": "At lower end",
    "doublets": "Doublets",
    "dead_cells": "Dead",
    "low_count": "Lymphocytes or events",
    "over_compensation": "Over-compensation",
    "non_finite_events": "No numbers",
}
IN_TABLE = ("low_count", "doublets", "dead_cells", "acquisition_drift", "flow_rate_unsteady", "margin_events_high")
_STATUS = {"good": "", "doubtful": " (look)", "bad": " (bad)", "not_known": ""}


def write_acquisition(context: Context) -> list[Block]:
    """What stands out, the numbers of every tube, acquisition changes."""
    record = context.results.cytometry
    if record is None or not record.tubes:
        return []
    return [*_synthetic(record), *_noticed(context, record), _numbers(context, record), *_changes(record)]


def _synthetic(record: CytometryRecord) -> list[Block]:
    """Said where files say of themselves that their events were made; nothing where none does."""
    made = [is_synthetic(tube) for tube in record.tubes]
    if not any(made):
        return []
    which = "Every FCS file names" if all(made) else "Some FCS files name"
    whose = "its" if all(made) else "their"
    said = f"{which} a synthetic instrument: {whose} events were made by a program, and measured on no blood."
    return [Paragraph((said,), role="warning")]


def _noticed(context: Context, record: CytometryRecord) -> list[Block]:
    noticed = [(t, q) for t in record.tubes for q in t.quality if _stands_out(t, q)]
    found = [(t, q) for t, q in noticed if q.code != "low_count"]
    few = [(t, q) for t, q in noticed if q.code == "low_count"]
    if not noticed:
        return [Paragraph(("No tube shows a fault of acquisition by the checks below.",))]
    return [
        Grid(
            id="acquisition-noticed",
            caption=("What stands out in the acquisition of tubes",),
            header=(("Tube",), ("What",), ("Channel",), ("Value",), ("Looked at above",), ("Verdict",), ("Note",)),
            rows=tuple(
                (
                    words_of_file(tube.name),
                    (flag_inline(number.code),),
                    words_of_file(number.channel),
                    (_value(context, number),),
                    _limit(context, number),
                    ("bad" if number.status == "bad" else "worth a look",),
                    words_of_file(number.note),
                )
                for tube, number in found
            )
            + _few_cells(context, few),
            numeric=(False, False, False, True, True, False, False),
            kind="result" if len(found) <= 40 else "rows",
        )
    ]


def _stands_out(tube: TubeRecord, number: QualityNumber) -> bool:
    """Few events say nothing against a tube of beads."""
    return number.status in ("doubtful", "bad") and not (tube.stain == "beads" and number.code == "low_count")


def _few_cells(context: Context, found: list[tuple[TubeRecord, QualityNumber]]) -> tuple[tuple[Inlines, ...], ...]:
    """Tubes of one kind and verdict in one row; the numbers of each stand in the table of every tube."""
    kinds: dict[tuple[str, str, str], list[QualityNumber]] = {}
    for tube, number in found:
        kinds.setdefault((tube.panel, stain_words(tube), number.status), []).append(number)
    return tuple(
        (
            words_of_file(f"{len(numbers)} × {panel}, {stain}"),
            (flag_inline("low_count"),),
            ("–",),
            words_of_file(_range(context, numbers)),
            _limit(context, numbers[0]),
            ("bad" if status == "bad" else "worth a look",),
            words_of_file(numbers[0].note),
        )
        for (panel, stain, status), numbers in kinds.items()
    )


def _range(context: Context, numbers: list[QualityNumber]) -> str:
    """`2200 to 2947`."""
    known = [number.value for number in numbers if number.value is not None]
    ends = dict.fromkeys(_written(context, numbers[0], value) for value in (min(known), max(known))) if known else {}
    return " to ".join(ends) or "not known"


def _numbers(context: Context, record: CytometryRecord) -> Grid:
    return Grid(
        id="acquisition-tubes",
        caption=("Quality of every tube",),
        header=(("Patient",), ("Visit",), ("Panel",), ("Tube",), ("Events",), *((SHORT[code],) for code in IN_TABLE)),
        rows=tuple(_tube(context, tube) for tube in record.tubes),
        notes=(
            ("Where several channels were looked at, the one with the largest value is shown.",),
            ("“Look” marks a value beyond the threshold of its check, “bad” one far beyond it.",),
        ),
        numeric=(False, False, False, False, True, *(True for _ in IN_TABLE)),
        kind="rows",
    )


def _tube(context: Context, tube: TubeRecord) -> tuple[Inlines, ...]:
    return (
        (Quote(tube.subject),) if tube.subject else ("–",),
        (visit_label(context.plan, tube.visit), *((", ", Quote(tube.timepoint)) if tube.timepoint else ())),
        words_of_file(tube.panel),
        (Quote(stain_words(tube)),),
        (Quote(str(tube.events)),),
        *(_cell(context, tube, code) for code in IN_TABLE),
    )


def _cell(context: Context, tube: TubeRecord, code: str) -> Inlines:
    found = [number for number in tube.quality if number.code == code]
    if not found:
        return ("–",)
    worst = max(found, key=lambda number: -1.0 if number.value is None else number.value)
    if worst.value is None:
        return ("not known",)
    return (_value(context, worst), _STATUS[worst.status] if _stands_out(tube, worst) else "")


def _value(context: Context, number: QualityNumber) -> Inline:
    return "not known" if number.value is None else Quote(_written(context, number, number.value))


def _limit(context: Context, number: QualityNumber) -> Inlines:
    if number.threshold is None:
        return ("–",)
    return (("below " if number.code == "low_count" else ""), Quote(_written(context, number, number.threshold)))


def _written(context: Context, number: QualityNumber, value: float) -> str:
    if number.unit == "share":
        return shown.percent(context.printer.style, value, number.of or context.printer.style.whole_percent_below)
    text = shown.plain(value) if number.unit == "events" else shown.significant(value, 3)
    return f"{text} {number.unit}" if number.unit and number.unit != "events" else text


def _changes(record: CytometryRecord) -> list[Block]:
    if not record.changes:
        said = "Settings, channels, instrument and program are the same in all tubes that are compared with each other."
        return [Paragraph((said,))]
    return [
        Grid(
            id="acquisition-changes",
            caption=("Acquisition changes between tubes that are compared",),
            header=(("Severity",), ("File",), ("What",), ("Found",), ("Expected",), ("What to do",)),
            rows=tuple(
                (
                    (found.severity,),
                    words_of_file(found.file),
                    (flag_inline(found.code),),
                    words_of_file(found.found),
                    words_of_file(found.expected),
                    words_of_file(found.action),
                )
                for found in record.changes
            ),
            kind="rows",
        )
    ]
