"""Reference page of the mechanism: equations, values with their evidence, variants, agents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from costim.mechanism.model.agents import agent_names, load_agent, with_agent
from costim.mechanism.model.catalogue import MODELS, load_model
from costim.mechanism.model.listing import EVIDENCE_HEADER, equations, evidence_rows
from costim.mechanism.model.model import Model

Grid = Callable[[Sequence[str], Iterable[Sequence[str]]], str]
HEAD = """# Models of the mechanism

Equations and numbers of `costim simulate`, made from the files that the program itself runs. What each number rests on
is said beside it:

- *published*: the value was read in the source named;
- *derived*: set so that published observations are met; nobody measured it;
- *speculative*: a structure or value without a source.

A model that meets what is published is thereby not shown to be true. Single-arm studies of ten patients cannot choose
between these models, which is why they are reported side by side.
"""


def mechanism_page(grid: Grid) -> str:
    """The page."""
    loop = load_model(MODELS[0])
    parts = [HEAD, f"## {loop.title}\n\n{loop.prose}\n\n```text\n{_equations(loop)}```\n"]
    parts.append(f"### Values of the {loop.title.lower()}\n")
    parts.append(grid(EVIDENCE_HEADER, map(_marked, evidence_rows(loop))))
    for name in MODELS[1:]:
        parts.append(_variant(loop, load_model(name), grid))
    parts.append("## Agents\n\nDrugs are values of the same equations; what an agent does not name stays as it is.\n")
    parts += [_agent(loop, name, grid) for name in agent_names()]
    return "\n".join(parts)


def _equations(model: Model) -> str:
    return equations(model).split("\n", 3)[3].lstrip("\n")


def _marked(row: Sequence[str]) -> tuple[str, ...]:
    name, title, value, unit, spread, evidence, source, *rest = row
    return (f"`{name}`", title, value, unit, spread, evidence, f"`{source}`" if source else "", *rest)


def _variant(base: Model, model: Model, grid: Grid) -> str:
    """What a variant has otherwise, and what it has not."""
    parts = [f"## {model.title}\n\nName: `{model.name}`. {model.prose}\n"]
    before, after = _formulas(base), _formulas(model)
    changed = [(f"`{k}`", f"`{after[k]}`") for k in after if after[k] != before.get(k)]
    if changed:
        parts.append("Equations that differ:\n\n" + grid(("state", "change per day"), changed))
    if gone := [k for k in (*base.states, *base.parameters) if k not in {**model.states, **model.parameters}]:
        parts.append(f"Left out: {', '.join(f'`{k}`' for k in gone)}.\n")
    known = set(evidence_rows(base))
    if rows := [_marked(r) for r in evidence_rows(model) if r not in known]:
        parts.append("Values that differ:\n\n" + grid(EVIDENCE_HEADER, rows))
    return "\n".join(parts)


def _formulas(model: Model) -> dict[str, str]:
    return {
        s.name: s.rate + (f"; {s.at_dose} when an infusion starts" if s.at_dose else "") for s in model.states.values()
    }


def _agent(base: Model, name: str, grid: Grid) -> str:
    agent = load_agent(name)
    known = set(evidence_rows(base))
    rows = [_marked(r) for r in evidence_rows(with_agent(base, agent)) if r not in known]
    table = "\n" + grid(EVIDENCE_HEADER, rows) if rows else ""
    return f"### {agent.title}\n\nName: `{name}`; amounts in {agent.amount_unit}. {agent.prose}\n{table}"
