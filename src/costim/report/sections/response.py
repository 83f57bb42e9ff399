"""Response and its duration: times, shares beyond horizons, Kaplan–Meier estimates or their bounds."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.report.context import Context, section_of
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote
from costim.report.format import plain
from costim.report.printer import unit_inline
from costim.report.sections.changes import level_after, open_note
from costim.report.sections.counts import category_grid, proportion_grid
from costim.report.sections.endpoints import endpoint_rows, stratum_words, under_constraints
from costim.report.sections.words import endpoint_label, flag_notes, flags_in_short, label, method_label

RESPONSE_EVENTS = ("event.end_of_response", "event.relapse", "event.retreatment")


def write_response(context: Context) -> list[Block]:
    """Shares of responders, recorded times, horizons, curve."""
    blocks: list[Block] = [*_shares(context)]
    for code in context.rows.parameters("event."):
        blocks += _event(context, code)
    return [*blocks, *_no_curve(context, something=bool(blocks))]


def _shares(context: Context) -> list[Block]:
    blocks: list[Block] = []
    rows: list[tuple[Inlines, Effect]] = []
    for endpoint in context.plan.endpoints:
        if section_of(endpoint.parameter) not in ("changes", "response"):
            continue
        if endpoint.kind == "proportion":
            rows += [((endpoint_label(endpoint),), row) for row in endpoint_rows(context, endpoint, "proportion")]
        elif endpoint.kind == "distribution":
            caption: Inlines = (endpoint_label(endpoint), ": patients in each category")
            blocks += category_grid(context, endpoint.parameter, caption)
    unique = list({row.effect_id: (title, row) for title, row in rows}.values())
    if unique:
        blocks.insert(0, proportion_grid(context, "response-shares", ("Response: share of patients",), unique))
    return blocks


def _event(context: Context, code: str) -> list[Block]:
    name = code.replace(".", "-")
    blocks: list[Block] = [*_times(context, code, f"{name}-times"), *_spread(context, code, f"{name}-spread")]
    beyond = context.rows.find(code, "proportion_beyond")
    if beyond:
        p = context.printer
        named: list[tuple[Inlines, Effect]] = [(("beyond ", p.at(row), *unit_inline(row.unit)), row) for row in beyond]
        blocks.append(
            proportion_grid(context, f"{name}-beyond", (label(code), ": share of patients beyond a time"), named)
        )
    return [*blocks, *_curve(context, code, f"{name}-curve"), *context.figures_of("response", code)]


def _times(context: Context, code: str, name: str) -> list[Block]:
    order = {subject: i for i, subject in enumerate(context.rows.subjects())}
    rows = sorted(context.rows.measured(code), key=lambda r: (order[r.subject], r.item))
    if not rows:
        return []
    return [
        Grid(
            id=name,
            caption=(label(code), ": every patient"),
            header=(("Patient",), ("Time",), ("Unit",), ("End of the observation",), ("Remarks",)),
            rows=tuple(_time(context, row) for row in rows),
            notes=flag_notes(rows),
            numeric=(False, True, False, False, False),
            kind="result" if len(rows) <= 60 else "rows",
        )
    ]


def _time(context: Context, row: Measurement) -> tuple[Inlines, ...]:
    status = {
        "observed": "event observed",
        "censored": "observation ended without the event",
        "unknown": "not known whether event or end of observation",
    }
    ended: Inline = status.get(row.text or "") or (Quote(row.text) if row.text else "not recorded")
    remarks = flags_in_short(row.flags)
    for constraint in context.plan.constraints:
        if constraint.subject == row.subject and row.parameter == f"event.{constraint.event}":
            limits = " and ".join(
                f"{words} {plain(value)}"
                for words, value in (("at least", constraint.at_least), ("at most", constraint.at_most))
                if value is not None
            )
            stated: Inlines = (Quote(f"{limits} {constraint.unit}"), " by constraint ", Quote(constraint.id))
            remarks = (*remarks, "; ", *stated) if remarks else stated
    unit = unit_inline(row.unit)[1:] or ("not stated",)
    value = (
        context.printer.value(row)
        if row.missing or row.value is not None or row.lower is not None or row.upper is not None
        else "not recorded"
    )
    return ((Quote(row.subject),), (value,), unit, (ended,), remarks or ("none",))


def _spread(context: Context, code: str, name: str) -> list[Block]:
    methods = ("mean", "sd", "median", "median_bounds", "minimum", "maximum", "median_survival", "events", "censored")
    rows = [row for m in methods for row in context.rows.find(code, m)]
    if not rows:
        return []
    p = context.printer
    unit = next((row.unit for row in rows if row.unit), "")
    body = tuple(
        (
            (method_label(row.method), *_variant(row), *under_constraints(row)),
            (p.count(row) if row.count is not None else p.estimate(row),),
            (p.limits(row), *level_after(context, row)) if row.level is not None else ("not given",),
            (p.whole(row, "n"),),
            (p.whole(row, "n_missing"),),
        )
        for row in rows
    )
    return [
        Grid(
            id=name,
            caption=(label(code), ": summary", *((" in", *unit_inline(unit)) if unit else ())),
            header=(("Quantity",), ("Estimate",), ("Interval",), ("n",), ("Missing",)),
            rows=body,
            notes=(*open_note(rows), *flag_notes(rows)),
            numeric=(False, True, True, True, True),
        )
    ]


def _variant(row: Effect) -> Inlines:
    return (", ", method_label(row.variant)) if row.variant else ()


def _curve(context: Context, code: str, name: str) -> list[Block]:
    rows = context.rows.find(code, "kaplan_meier")
    if not rows:
        return []
    p = context.printer
    body = []
    for row in rows:
        at_risk = context.rows.first(code, "at_risk", at=row.at)
        limits: Inlines = (p.limits(row), *level_after(context, row)) if row.level is not None else ("not given",)
        risk: Inlines = ("not given",) if at_risk is None else (p.count(at_risk),)
        title: Inlines = (p.at(row), *unit_inline(row.unit), *((": ", stratum_words(row)) if row.stratum else ()))
        body.append((title, (p.estimate(row),), limits, risk, (p.whole(row, "n"),)))
    bounded = any(row.estimate is None for row in rows)
    blocks: list[Block] = []
    if bounded:
        blocks.append(
            Paragraph(
                (
                    "Which times ended with the event and which with the end of observation is not known for every "
                    "patient, or a time is known only within bounds. The estimates are therefore bounds over every "
                    "completion that the data admit, and the intervals cover all of them.",
                ),
                role="note",
            )
        )
    constraints = tuple(dict.fromkeys(under for row in rows if (under := under_constraints(row))))
    blocks.append(
        Grid(
            id=name,
            caption=(label(code), ": Kaplan–Meier ", "bounds" if bounded else "estimates"),
            header=(("Time",), ("Share without the event",), ("Confidence interval",), ("At risk",), ("n",)),
            rows=tuple(body),
            notes=(*(("Rows hold", *_after_comma(c), ".") for c in constraints), *open_note(rows), *flag_notes(rows)),
            numeric=(True, True, True, True, True),
        )
    )
    return blocks


def _after_comma(constraint: Inlines) -> Inlines:
    """The words of a constraint without the comma that leads them."""
    first, *rest = constraint
    return (str(first).removeprefix(","), *rest)


def _no_curve(context: Context, *, something: bool) -> list[Block]:
    """Says why there is no curve, when there is a response but no Kaplan–Meier row."""
    codes = context.rows.parameters("event.")
    if any(context.rows.find(code, "kaplan_meier") for code in codes):
        return []
    exact = [
        row
        for code in RESPONSE_EVENTS
        for row in context.rows.measured(code)
        if row.value is not None and row.text == "observed"
    ]
    if exact:
        said = "No Kaplan–Meier curve is given, because the plan of the study asks for none."
        return [Paragraph((said,), role="note")]
    if not something:
        return []
    said = (
        "The printed data permit no Kaplan–Meier curve: they hold no time at which a response ended, only whether it "
        "did. The share of patients above is all that can be said."
    )
    return [Paragraph((said,), role="warning")]
