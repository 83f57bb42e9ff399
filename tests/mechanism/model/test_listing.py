"""The listing says every equation and what is known of every number."""

from __future__ import annotations

import pytest

from costim.mechanism.model.listing import EVIDENCE_HEADER, equations, evidence_rows
from tests.mechanism.patients import CASES, model_of_case


@pytest.mark.parametrize(("name", "agent"), CASES)
def test_every_formula_and_every_number_is_listed(name: str, agent: str) -> None:
    model = model_of_case(name, agent)
    lines = equations(model).splitlines()
    for s in model.states.values():
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{s.name}' = {s.rate}    "))
        assert lines[at].endswith(s.evidence)
        assert lines[at + 1].startswith(f"    {s.name} = {s.baseline} without drug")
        assert ("infusion starts" in lines[at + 1]) == bool(s.at_dose)
    for o in model.outputs.values():
        line = next(line for line in lines if line.startswith(f"{o.name} = {o.formula}    "))
        assert ("whole number" in line) == (o.error == "count")
    assert all(any(line.startswith(f"{q.name} = {q.formula}") for line in lines) for q in model.quantities.values())
    rows = evidence_rows(model)
    assert [r[0] for r in rows] == [*model.parameters, *model.scales, *model.covariates]
    assert {len(r) for r in rows} == {len(EVIDENCE_HEADER)}
    for row, p in zip(rows, model.parameters.values(), strict=False):
        assert row[2].split(" × ")[0] == f"{p.value:g}"
        assert (row[3], row[5], row[6]) == (p.unit, p.evidence, p.source)
