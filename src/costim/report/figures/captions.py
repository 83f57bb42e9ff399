"""Captions and text alternatives of figures, written from the rows."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.registry.parameters import parameter as look_up
from costim.report.cell_numbers import HOLLOW_COUNTS, few_cells, unit_of_change
from costim.report.document import Inline, Inlines, Num, Term
from costim.report.figures.attainment import attainment_alternative, attainment_caption
from costim.report.figures.curves import count_ends, curve_of
from costim.report.figures.effects_shown import forest_panels, row_label
from costim.report.figures.identity import MOST_NAMES
from costim.report.figures.lanes import lanes_of
from costim.report.figures.more_captions import ALTERNATIVES, CAPTIONS, subject_words
from costim.report.figures.pairs import changes, endpoint_of, find_pairs, shared_endpoints
from costim.report.figures.tiles import tile_board
from costim.report.figures.view import View
from costim.report.figures.words import (
    counted,
    estimate_text,
    interval_name,
    interval_text,
    label_of,
    reading_text,
    short,
)
from costim.report.format import level, unit_text


def caption(view: View, kind: str, parameter: str, contrast: str) -> Inlines:
    """Caption of a figure; every number in it names its row."""
    many: Inlines = ()
    if kind in ("paired_change", "waterfall", "swimmer", "repeated_change") and len(view.subjects) > MOST_NAMES:
        many = (" Patients are too many to be named.",)
    writers = {
        "paired_change": _paired_caption,
        "waterfall": _waterfall_caption,
        "swimmer": _swimmer_caption,
        "kaplan_meier": _curve_caption,
        "transitions": _tiles_caption,
        "forest": _forest_caption,
        "heatmap": _heatmap_caption,
        "attainment": attainment_caption,
        **CAPTIONS,
    }
    return writers[kind](view, parameter, contrast) + many


def _shift(view: View, parameter: str, contrast: str) -> Effect | None:
    return view.one(parameter=parameter, contrast=contrast, method="signed_rank")


def _shift_words(row: Effect) -> list[Inline]:
    ref = row.effect_id
    unit: list[Inline] = [" ", Term(unit_of_change(row))] if row.unit else []
    known = row.estimate is not None
    words: list[Inline] = [
        "Diamond: Hodges–Lehmann change, " if known else "Black bar: bounds of the Hodges–Lehmann change, ",
        Num(estimate_text(row), ref, "estimate" if known else "estimate_lower+estimate_upper"),
        *unit,
    ]
    if row.level is not None and (row.lower is not None or row.upper is not None):
        words += [
            " (exact ",
            Num(level(row.level), ref, "level"),
            " interval ",
            Num(interval_text(row), ref, "lower+upper"),
            ")",
        ]
    return [
        *words,
        "; ",
        Num(str(row.n), ref, "n"),
        " patients with both readings. " if row.n != 1 else " patient with both readings. ",
    ]


def _paired_caption(view: View, parameter: str, contrast: str) -> Inlines:
    words = subject_words(view, parameter, contrast)
    words.append("Each line is one patient, in the colour and symbol used for this patient throughout. ")
    row = _shift(view, parameter, contrast)
    if row is not None and (row.estimate is not None or row.estimate_lower is not None):
        words += _shift_words(row)
    pairs = find_pairs(view, endpoint_of(view, parameter, contrast))
    relations = {m.relation for p in pairs for m in (p.before, p.after) if m is not None}
    if "range" in relations:
        words.append("A vertical bar spans a reading that the source gives as a range; no middle is assumed. ")
    if relations & {"<", "<=", ">", ">="}:
        words.append("Open symbols stand at the limit of readings known only to lie below or above it. ")
    if any(m is not None and few_cells(m) for p in pairs for m in (p.before, p.after)):
        words.append(HOLLOW_COUNTS)
    words.append("Symbols of equal readings are moved sideways, never up or down.")
    return tuple(words)


def _waterfall_caption(view: View, parameter: str, contrast: str) -> Inlines:
    words = subject_words(view, parameter, contrast)
    words.append("Change of each patient, from the largest rise to the largest fall. ")
    row = _shift(view, parameter, contrast)
    if row is not None:
        many = " patients with both readings. " if row.n != 1 else " patient with both readings. "
        words += [Num(str(row.n), row.effect_id, "n"), many]
    words.append("The outline shows how far each patient could have fallen: to the lowest value of the instrument. ")
    if parameter.startswith("sledai."):
        words.append("Dashed line: a fall of four points, a customary threshold of response. ")
    words.append(
        "A dagger marks patients who were at the lowest value already; a hatched end spans what a range admits."
    )
    return tuple(words)


def _swimmer_caption(view: View, parameter: str, contrast: str) -> Inlines:
    words = subject_words(view, parameter, contrast)
    words.append(
        "One lane per patient, longest first, from the first infusion. Full bar: time that is certain; pale bar: time "
        "that the source leaves open. Arrow: still in response when last seen; question mark: the source does not say "
        "whether the response had ended. "
    )
    lanes = lanes_of(view)
    if lanes is not None and any(lane.by_constraint for lane in lanes.lanes):
        words.append("A bound in brackets comes from a fact stated by the source, not from a recorded time. ")
    total = view.one(parameter="exposure.infusions", method="total")
    if total is not None and total.estimate is not None:
        words += [
            Num(short(total.estimate), total.effect_id, "estimate"),
            " infusions in ",
            Num(str(total.n), total.effect_id, "n"),
        ]
        words.append(" patients." if total.n != 1 else " patient.")
    return tuple(words)


def _curve_caption(view: View, parameter: str, contrast: str) -> Inlines:
    words = subject_words(view, parameter, contrast)
    curve = curve_of(view, parameter, contrast)
    if curve is None:
        return tuple(words)
    first = curve.steps[0]
    words += [Num(str(first.n), first.effect_id, "n"), " patients. " if first.n != 1 else " patient. "]
    limited = first.level is not None
    if curve.known:
        words.append("Kaplan–Meier estimate (ticks: censored)")
        words += [" with pointwise limits by the beta product procedure"] if limited else [", without limits"]
    else:
        words.append(
            "It is not known for every patient when or whether the response ended. Dark area: every Kaplan–Meier "
            "estimate that the data admit, not a confidence band"
        )
        pale = ". Pale area: union of the confidence limits (beta product procedure) over all of them"
        words += [pale] if limited else [", without limits"]
    if first.level is not None:
        words += [" at ", Num(level(first.level), first.effect_id, "level")]
    words.append(". ")
    for row in curve.horizons:
        if row.count is not None and row.denominator is not None and row.at is not None:
            ref = row.effect_id
            words += [Num(f"{row.count} of {row.denominator}", ref, "count+denominator"), " documented beyond "]
            words += [Num(f"{short(row.at)} {unit_text(row.unit or look_up(parameter).unit)}".strip(), ref, "at"), ". "]
    if curve.turnbull:
        words.append("Dashed: the estimate for times known only between two visits (Turnbull). ")
    words.append("Symbols below the curve stand at the time of each patient, open where the status is unknown.")
    return tuple(words)


def _tiles_caption(view: View, parameter: str, contrast: str) -> Inlines:
    words = subject_words(view, parameter, contrast)
    if parameter == "np.outcome":
        words.append("One tile per manifestation, by ACR syndrome and outcome, with the patient it belongs to.")
    else:
        words.append("One tile per patient.")
    return tuple(words)


def _forest_caption(view: View, parameter: str, contrast: str) -> Inlines:
    levels = {row.level: row for panel in forest_panels(view) for row in panel.rows if row.level is not None}
    words: list[Inline] = ["Hodges–Lehmann changes and proportions with exact intervals"]
    if len(levels) == 1:
        row = next(iter(levels.values()))
        words += [" (", Num(level(row.level or 0.0), row.effect_id, "level"), ")"]
    words.append(
        ". Effects in different units do not share an axis and nothing is standardised. Open symbols: other readings "
        "of the source. No control group: an interval away from zero does not say that the drug is the cause."
    )
    return tuple(words)


def _heatmap_caption(view: View, parameter: str, contrast: str) -> Inlines:
    return (
        "Change of each patient in each measure. The triangle points up for a rise and down for a fall; blue is ",
        "better, orange worse, grey neither; its area grows with the change, relative to the largest change in the ",
        "same row. A ring is no change; an open triangle a change known only within bounds; a diamond one of unknown ",
        "direction; a grey tile a missing reading.",
    )


def alternative(view: View, kind: str, parameter: str, contrast: str) -> str:
    """Text alternative: what the picture shows, in words and numbers of the rows."""
    if kind in ("paired_change", "waterfall"):
        return _change_alternative(view, kind, parameter, contrast)
    writers = {
        "swimmer": _swimmer_alternative,
        "kaplan_meier": _curve_alternative,
        "transitions": _tiles_alternative,
        "forest": _forest_alternative,
        "heatmap": _heatmap_alternative,
        "attainment": attainment_alternative,
        **ALTERNATIVES,
    }
    return writers[kind](view, parameter, contrast)


def _heatmap_alternative(view: View, parameter: str, contrast: str) -> str:
    names = ", ".join(label_of(e.parameter) for e in shared_endpoints(view))
    return f"Tile chart of the change of each patient in {names}."


def _change_alternative(view: View, kind: str, parameter: str, contrast: str) -> str:
    endpoint = endpoint_of(view, parameter, contrast)
    found = changes(view, endpoint)
    up, down = sum(c.low > 0 for c in found.values()), sum(c.high < 0 for c in found.values())
    what = "Lines from before to after" if kind == "paired_change" else "Bars of the change"
    same = len(found) - up - down
    words = [
        f"{what} in {label_of(parameter)} for {counted(len(found), 'patient')}: {down} lower after, {up} higher, "
        f"{same} unchanged or not certain."
    ]
    row = _shift(view, parameter, contrast)
    if row is not None and row.estimate is not None:
        words.append(f"Hodges–Lehmann change {estimate_text(row)} {unit_of_change(row)}".strip())
        words[-1] += f", {interval_name(row)} {interval_text(row)}." if row.level is not None else "."
    return " ".join(words)


def _swimmer_alternative(view: View, parameter: str, contrast: str) -> str:
    lanes = lanes_of(view)
    if lanes is None:
        return ""
    times = []
    for lane in lanes.lanes:
        said = reading_text(lane.row) if lane.row is not None else "not known"
        if lane.by_constraint and lane.high is not None:
            said = f"at most {short(lane.high)}"
        times.append(f"{lane.subject}: {said}" + (f" ({lane.status})" if lane.status else ""))
    return f"Lanes of {label_of(lanes.parameter)} in {lanes.unit}, longest first. " + "; ".join(times) + "."


def _curve_alternative(view: View, parameter: str, contrast: str) -> str:
    curve = curve_of(view, parameter, contrast)
    if curve is None:
        return ""
    kind = "Step curve" if curve.known else "Area between the lowest and the highest possible curve"
    words = [f"{kind} of the proportion without the event, {label_of(parameter)}."]
    rows = [r for r in curve.steps if r.at]
    for row in rows if len(rows) <= 12 else [*rows[:6], *rows[-6:]]:
        words.append(
            f"At {short(row.at or 0.0)} {unit_text(row.unit or look_up(parameter).unit)}: {estimate_text(row)}."
        )
    risk = [(r.at or 0.0, count_ends(r)) for r in curve.at_risk]
    if risk and risk[0][1] is not None:
        words.append(f"At risk at the start: {risk[0][1][1]}.")
    return " ".join(words)


def _tiles_alternative(view: View, parameter: str, contrast: str) -> str:
    board = tile_board(view, parameter, contrast)
    if board is None:
        return ""
    words = []
    for row in board.rows:
        for column in board.columns:
            who = board.at(row, column)
            if who:
                words.append(f"{row}{', ' + column if column else ''}: {len(who)} ({', '.join(who)})")
    return f"Tiles by category, {label_of(parameter)}. " + "; ".join(words) + "."


def _forest_alternative(view: View, parameter: str, contrast: str) -> str:
    words = []
    for panel in forest_panels(view):
        for row in panel.rows:
            first, second = row_label(view, row)
            name = f"{first}, {second}" if second else first
            words.append(f"{name}: {estimate_text(row)} {unit_text(row.unit)}".strip() + f" ({interval_text(row)})")
    return "Estimates with intervals. " + "; ".join(words) + "."
