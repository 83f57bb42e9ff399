"""Response and its duration: times, shares beyond horizons, Kaplan–Meier estimates or their bounds."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.registry.measurements import Measurement
from costim.report.context import Context, section_of
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Quote
from costim.report.printer import unit_inline
from costim.report.sections.counts import category_grid, proportion_grid
from costim.report.sections.curves import curve_blocks, spread_blocks
from costim.report.sections.endpoints import endpoint_rows, stratum_words
from costim.report.sections.notes import NOT_SHOWN, flag_notes
from costim.report.sections.share_tests import rate_blocks, share_tests
from costim.report.sections.words import endpoint_label, flags_in_short, label, safe_id, stated_limits

RESPONSE_EVENTS = ("event.end_of_response", "event.relapse", "event.retreatment")


def write_response(context: Context) -> list[Block]:
    """Shares of responders, recorded times, horizons, curve."""
    shares = _shares(context)
    events = [block for code in context.rows.parameters("event.") for block in _event(context, code)]
    return [*shares, *events, *_no_curve(context, shares=bool(shares), events=bool(events))]


def _shares(context: Context) -> list[Block]:
    blocks: list[Block] = []
    rows: list[tuple[Inlines, Effect]] = []
    for endpoint in context.plan.endpoints:
        if section_of(endpoint.parameter) not in ("changes", "response"):
            continue
        if endpoint.kind == "proportion":
            rows += [
                ((endpoint_label(endpoint), *((": ", stratum_words(row)) if row.stratum else ())), row)
                for row in endpoint_rows(context, endpoint, "proportion")
            ]
        elif endpoint.kind == "distribution":
            caption: Inlines = (endpoint_label(endpoint), ": patients in each category")
            blocks += category_grid(context, endpoint.parameter, caption)
    unique = list({row.effect_id: (title, row) for title, row in rows}.values())
    if unique:
        grid = proportion_grid(context, "response-shares", ("Response: share of patients",), unique)
        blocks = [grid, *share_tests(context, [row.parameter for _, row in unique]), *blocks]
    return blocks


def _event(context: Context, code: str) -> list[Block]:
    blocks: list[Block] = [*_times(context, code), *spread_blocks(context, code)]
    beyond = context.rows.find(code, "proportion_beyond")
    if beyond:
        p = context.printer
        named: list[tuple[Inlines, Effect]] = [(("beyond ", *p.time(row)), row) for row in beyond]
        blocks.append(
            proportion_grid(context, safe_id(code, "beyond"), (label(code), ": share of patients beyond a time"), named)
        )
    return [*blocks, *curve_blocks(context, code), *rate_blocks(context, code), *context.figures_of("response", code)]


def _times(context: Context, code: str) -> list[Block]:
    order = {subject: i for i, subject in enumerate(context.rows.subjects())}
    rows = sorted(context.rows.measured(code), key=lambda r: (order[r.subject], r.item))
    if not rows:
        return []
    return [
        Grid(
            id=safe_id(code, "times"),
            caption=(label(code), ": every patient"),
            header=(("Patient",), ("Time",), ("Unit",), ("End of the observation",), ("Remarks",)),
            rows=tuple(_time(context, row) for row in rows),
            notes=flag_notes(context, rows),
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
    remarks = flags_in_short([flag for flag in row.flags if flag not in NOT_SHOWN])
    for constraint in context.plan.constraints:
        if constraint.subject == row.subject and row.parameter == f"event.{constraint.event}":
            stated: Inlines = (stated_limits(constraint), " by constraint ", Quote(constraint.id))
            remarks = (*remarks, "; ", *stated) if remarks else stated
    unit = unit_inline(row.unit)[1:] or ("not stated",)
    value = (
        context.printer.value(row)
        if row.missing or row.value is not None or row.lower is not None or row.upper is not None
        else "not recorded"
    )
    return ((Quote(row.subject),), (value,), unit, (ended,), remarks or ("none",))


def _no_curve(context: Context, *, shares: bool, events: bool) -> list[Block]:
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
    if not shares and not events:
        return []
    said = (
        "The printed data permit no Kaplan–Meier curve: they hold no time at which a response ended, only "
        "whether it did."
    )
    if shares:
        said += " The share of patients above is all that can be said."
    return [Paragraph((said,), role="warning")]
