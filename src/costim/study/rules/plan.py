"""The settings against the tables: endpoints, baselines, constraints, published results."""

from __future__ import annotations

from collections.abc import Iterator

from costim.registry.cytometry_parameters import find_statistic
from costim.registry.findings import Finding
from costim.registry.parameters import parameters
from costim.registry.plan import Plan
from costim.registry.plan_questions import Endpoint, Selector
from costim.registry.suggest import did_you_mean, listed
from costim.registry.tables import study_tables
from costim.study.cells import FORMAT_AS_TEXT, looks_like_date
from costim.study.fields import Row
from costim.study.rules.assumptions import check_assumptions
from costim.study.rules.comparisons import check_comparisons
from costim.study.rules.context import Context
from costim.study.rules.variants import check_variants


def check_plan(context: Context) -> list[Finding]:
    """All rules that set the plan beside the tables."""
    return [
        *check_variants(context),
        *check_comparisons(context),
        *_unknown_parameters(context),
        *check_assumptions(context, _recorded(context)),
        *_constraint_events(context),
        *_published(context),
        *_no_baseline(context),
    ]


def _recorded(context: Context) -> set[str]:
    """Parameters that the study records although no registry knows them."""
    scales = {f"scale.{row['scale']}" for row in context.rows("scales")}
    labs = {f"lab.{row['test']}" for row in context.rows("labs")}
    # Whether gates give such a population is looked at where the gates are read (`costim.study.gates`).
    cells = {name for _, name in asked_parameters(context.plan) if find_statistic(name)}
    return scales | labs | cells | {f"published.{row['result_id']}" for row in context.rows("published")}


def asked_parameters(plan: Plan) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every parameter that endpoints name, and the key where they do."""
    for index, endpoint in enumerate(plan.endpoints):
        if endpoint.kind != "composition":
            yield ("endpoints", index, "parameter"), endpoint.parameter
        for _, share, level in endpoint.subset_parameters:
            yield from ((("endpoints", index, "subsets"), name) for name in (share, level))


def _unknown_parameters(context: Context) -> Iterator[Finding]:
    known = {*parameters(), *_recorded(context)}
    for index, endpoint in enumerate(context.plan.endpoints):
        # A composition is computed from its subsets; its own parameter only names what they make up.
        if endpoint.parameter not in known and endpoint.kind != "composition":
            yield context.lines.at(("endpoints", index, "parameter")).finding(
                "warning",
                "unknown_parameter",
                found=endpoint.parameter,
                expected=did_you_mean(endpoint.parameter, known) or "a parameter of the registry or of the tables",
                action="correct the parameter; as it stands there is nothing to estimate",
            )


def _constraint_events(context: Context) -> Iterator[Finding]:
    names = study_tables()["events"].columns["event"].values
    for index, constraint in enumerate(context.plan.constraints):
        if constraint.event not in names:
            yield context.lines.at(("constraints", index, "event")).finding(
                "error",
                "unknown_event",
                found=constraint.event,
                expected=did_you_mean(constraint.event, names) or f"one of {', '.join(names)}",
                action=f"correct the event of constraint {constraint.id}",
            )


def _published(context: Context) -> Iterator[Finding]:
    contrasts = {c.name for c in context.plan.contrasts}
    for row in context.rows("published"):
        if row["value"] is not None and looks_like_date(row["value"]):
            yield context.place("published", row, "value").finding(
                "error", "excel_date", found=row["value"], expected="the printed value", action=FORMAT_AS_TEXT
            )
        if row["field"] is not None and row["parameter"] is None:
            yield context.place("published", row, "parameter").finding(
                "error",
                "published_without_parameter",
                found=f"field {row['field']} and no parameter",
                expected="the parameter of the effect to compare with",
                action="fill in parameter and effect_method, or clear field",
            )
        if row["parameter"] is not None and row["field"] is None:
            yield context.place("published", row, "field").finding(
                "error",
                "published_without_parameter",
                found=f"parameter {row['parameter']} and no field",
                expected="the field of the effect that should equal the printed value",
                action="fill in field and effect_method, or clear parameter",
            )
        if row["contrast"] is not None and row["contrast"] not in contrasts:
            yield context.place("published", row, "contrast").finding(
                "error",
                "unknown_contrast",
                found=row["contrast"],
                expected=did_you_mean(row["contrast"], contrasts) or f"one of {listed(sorted(contrasts)) or 'none'}",
                action="correct the contrast, or declare it in study.toml",
            )


def _rows_of(context: Context, parameter: str) -> tuple[list[Row], tuple[str, ...]] | None:
    """Rows that may hold a reading of a parameter and the columns that do; None when it is not read at visits."""
    kind, _, what = parameter.partition(".")
    if kind == "sledai":
        return list(context.rows("sledai")), ("state", "total")
    if kind == "scale":
        return [r for r in context.rows("scales") if r["scale"] == what], ("value", "category")
    if parameter == "bcell.count":
        kind, what = "lab", "cd19_count"
    if kind == "lab":
        return [r for r in context.rows("labs") if r["test"] == what], ("value",)
    if parameter == "steroid.prednisone_equivalent":
        return list(context.rows("comedications")), ("dose",)
    return None


def _selects(selector: Selector, row: Row, days: dict[tuple[str, str], Row]) -> bool:
    if selector.visits and row["visit"] not in selector.visits:
        return False
    if selector.timepoint is not None and row.get("timepoint", selector.timepoint) != selector.timepoint:
        return False
    if selector.from_day is None and selector.to_day is None:
        return True
    visit = days.get((row["subject"], row["visit"]))
    low, high = (None, None) if visit is None else (visit["day__lower"], visit["day__upper"])
    after = selector.from_day is None or (high is not None and high >= selector.from_day)
    before = selector.to_day is None or (low is not None and low <= selector.to_day)
    return visit is not None and after and before


def _no_baseline(context: Context) -> Iterator[Finding]:
    """Subjects of whom the tables neither hold a baseline reading nor say why there is none, once per endpoint."""
    told: set[tuple[str, str | None]] = set()
    for endpoint in context.plan.endpoints:
        question = (endpoint.parameter, endpoint.contrast)
        if question in told or not _needs_baseline(endpoint):
            continue
        told.add(question)
        settled = _settled(context, endpoint)
        subjects = context.in_file_order("subjects") if settled is not None else []
        lacking = [row for row in subjects if row["subject"] not in (settled or ())]
        if lacking:
            names = listed(row["subject"] for row in lacking)
            yield context.place("subjects", lacking[0], "subject").finding(
                "warning",
                "no_baseline",
                found=f"subject{'s' if len(lacking) > 1 else ''} {names} without baseline reading of "
                f"{endpoint.parameter} ({endpoint.contrast})",
                expected="a reading at the baseline of the contrast, or the reason why there is none",
                action="add it, or a row with not done, not reported or not recovered; "
                "either way the subject is kept and counted as missing there",
            )


def _settled(context: Context, endpoint: Endpoint) -> set[str] | None:
    """Subjects with a baseline reading or the stated reason of its absence; None where nothing is asked of subjects."""
    found = _rows_of(context, endpoint.parameter)
    contrast = next((c for c in context.plan.contrasts if c.name == endpoint.contrast), None)
    if found is None or contrast is None:
        return None
    rows, columns = found
    days = {(r["subject"], r["visit"]): r for r in context.rows("visits")}
    return {
        row["subject"]
        for row in rows
        if any(row[f"{column}__missing"] != "blank" for column in columns) and _selects(contrast.baseline, row, days)
    }


def _needs_baseline(endpoint: Endpoint) -> bool:
    return endpoint.kind in ("paired_change", "transition")
