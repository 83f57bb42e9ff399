"""The study's doses in virtual patients: what a mechanism could look like, beside what the study saw."""

from __future__ import annotations

from costim.registry.effects import Effect
from costim.report.context import Context
from costim.report.document import Block, Grid, Inline, Inlines, Paragraph, Term
from costim.report.sections.notes import flag_notes
from costim.report.sections.words import label, listed, variant_label

SHARE = "mechanism.relapse_free"
NOT_CONTRADICTED = "none contradicted"
_OPENING = (
    "Nothing in this section was measured. The infusions of the study were given to virtual patients of a mechanistic "
    "model, in which activated B cells and T cells hold each other up through costimulatory molecules and depletion "
    "may break the circle. Its drug levels and B-cell turnover rest on published values; that costimulation closes a "
    "circle, and how strongly, is speculation."
)
_NO_MEDIATION = (
    "A study with a single arm cannot show that costimulation mediates the benefit, whatever the model and however "
    "well it fits."
)


def write_mechanism(context: Context) -> list[Block]:
    """Nothing unless the plan asks for a simulation."""
    rows = context.rows.find(SHARE, "simulated_share")
    if not rows:
        return []
    return [
        Paragraph((_OPENING,), role="warning"),
        *_separation(context, rows),
        _shares(context, rows),
        *_courses(context),
        *context.figures_of("mechanism"),
        Paragraph((_NO_MEDIATION,), role="note"),
    ]


def _observed(context: Context, row: Effect) -> Effect | None:
    beyond = context.rows.find(context.plan.mechanism.event, "proportion_beyond")
    return next((found for found in beyond if found.at == row.at), None)


def _shares(context: Context, rows: list[Effect]) -> Grid:
    p = context.printer
    cells: list[tuple[Inlines, ...]] = []
    seen: list[Effect] = []
    for row in rows:
        cells.append(
            (
                (variant_label(row.variant),),
                p.time(row),
                (p.percent(row),),
                (p.limits(row),),
                (p.whole(row, "n"),),
                (p.whole(row, "n_missing"),),
            )
        )
    for at in dict.fromkeys(row.at for row in rows):
        found = _observed(context, next(row for row in rows if row.at == at))
        if found is not None:
            seen.append(found)
            interval: Inlines = (p.limits(found),)
            cells.append(
                (
                    ("observed: ", label(found.parameter)),
                    p.time(found),
                    (p.out_of(found), " (", p.percent(found), ")"),
                    interval,
                    (p.whole(found, "n"),),
                    (p.whole(found, "n_missing"),),
                )
            )
    limits: Inlines = (
        "Limits of simulated shares: over draws of the typical patient",
        *((" (", p.level(rows[0]), ")") if rows[0].level else ()),
        "; of observed shares: exact confidence interval.",
    )
    return Grid(
        id="mechanism-shares",
        caption=("Without simulated relapse, and what the study documented",),
        header=(("Form of the model",), ("Time",), ("Share",), ("Limits",), ("n",), ("Failed or missing",)),
        rows=tuple(cells),
        notes=(limits, *flag_notes(context, [*rows, *seen])),
        numeric=(False, False, True, False, True, True),
    )


def _separation(context: Context, rows: list[Effect]) -> list[Block]:
    """For each time with an observed share: whether it tells the forms of the model apart."""
    p = context.printer
    blocks: list[Block] = []
    for verdict in context.rows.find(SHARE, "simulated_against_observed"):
        forms = [row for row in rows if row.at == verdict.at]
        observed = _observed(context, verdict)
        if observed is None or not forms:
            continue
        said: list[Inline] = ["At ", *p.time(verdict), " the simulated share is "]
        shares: list[Inlines] = [(p.percent(row), " (", variant_label(row.variant), ")") for row in forms]
        for i, share in enumerate(shares):
            said += [*((" and ",) if i else ()), *share]
        said += ["; the study documented ", p.out_of(observed), ", exact interval ", p.limits(observed), ". "]
        if verdict.text == NOT_CONTRADICTED:
            said.append(
                "Both lie inside it: this number cannot separate the forms of the model, with or without cooperative "
                "help, and its agreement with either is no evidence for it."
                if len(forms) > 1
                else "It lies inside it, which is no evidence for the model."
            )
        else:
            names = [variant_label(name) for name in verdict.text.split(", ")]
            said += ["This contradicts, as far as the two kinds of event are the same: ", *listed(names), "."]
        blocks.append(Paragraph(tuple(said)))
    return blocks


def _courses(context: Context) -> list[Block]:
    p = context.printer
    rows = [
        row for code in context.rows.parameters("mechanism.") for row in context.rows.find(code, "simulated_median")
    ]
    if not rows:
        return []
    cells: list[tuple[Inlines, ...]] = [
        (
            (label(row.parameter), *((" (", Term(row.unit), ")") if row.unit else ())),
            (variant_label(row.variant),),
            (p.at(row),),
            (p.estimate(row),),
            (p.limits(row),),
        )
        for row in rows
    ]
    return [
        Grid(
            id="mechanism-courses",
            caption=("Virtual patients after the first dose: median, and the middle of the patients",),
            header=(("What",), ("Form of the model",), ("Day",), ("Median",), ("Middle of the patients",)),
            rows=tuple(cells),
            notes=(("The last column holds ", p.level(rows[0]), " of the patients; it is no confidence interval."),),
            numeric=(False, False, True, True, False),
            kind="rows",
        )
    ]
