"""A model as text: equations one can read aloud, and what is known of every number."""

from __future__ import annotations

from costim.mechanism.model.model import Model, Parameter

EVIDENCE_HEADER = ("name", "meaning", "value", "unit", "between patients", "evidence", "source", "accepted", "note")


def equations(model: Model) -> str:
    """Every equation of a model as plain text: functions, quantities, states with baseline, doses, outputs.

    Each state carries its evidence: published, derived or speculative.
    """
    lines = [f"{model.title} ({model.name})", model.prose, "Time in days; a prime is the change per day.", ""]
    lines += [f"{f.name}({', '.join(f.arguments)}) = {f.formula}    {f.prose}" for f in model.functions.values()]
    lines += [f"{q.name} = {q.formula}    {_words(q.title, q.unit)}" for q in model.quantities.values()]
    lines.append("")
    for s in model.states.values():
        lines.append(f"{s.name}' = {s.rate}    {_words(s.title, s.unit)}; {s.evidence}")
        begins = f"    {s.name} = {s.baseline} without drug"
        lines.append(f"{begins}; set to {s.at_dose} when an infusion starts" if s.at_dose else begins)
    lines.append("")
    lines += [
        f"{o.name} = {o.formula}    {_words(o.title, o.unit)}; {_scatter(model, o.name)}"
        for o in model.outputs.values()
    ]
    return "\n".join(lines) + "\n"


def evidence_rows(model: Model) -> list[tuple[str, ...]]:
    """Rows under `EVIDENCE_HEADER`: parameters, scales of outputs, covariates."""
    tables = (model.parameters, model.scales, model.covariates)
    return [_row(p) for table in tables for p in table.values()]


def _row(p: Parameter) -> tuple[str, ...]:
    value = f"{p.value:g}" + (f" × {p.covariate}" if p.covariate else "")
    kinds = {"log": "SD of log", "logit": "SD of logit", "natural": "SD"}
    spread = f"{kinds[p.scale]} {p.spread:g}" if p.spread else "the same"
    return (
        p.name, p.title, value, p.unit, spread, p.evidence, p.source, f"{p.minimum:g} to {p.maximum:g}", p.note
    )  # fmt: skip


def _words(title: str, unit: str) -> str:
    return f"{title} [{unit}]" if unit else title


def _scatter(model: Model, name: str) -> str:
    o = model.outputs[name]
    if o.error == "count":
        return "a whole number is read"
    added = f" of what is read plus {o.offset:g}" if o.offset else ""
    return f"readings scatter by SD {o.error_sd:g} of the logarithm{added}"
