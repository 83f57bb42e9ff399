"""Values from users: every problem at once, in words."""

from __future__ import annotations

import numpy as np
import pytest

from costim.errors import CostimError
from costim.mechanism.model.catalogue import load_model
from costim.mechanism.model.validation import problems_of_values, with_values
from tests.mechanism.patients import typical_values


def test_values_replace_those_of_the_model() -> None:
    loop = load_model("loop")
    changed = with_values(loop, {"CL": 0.3, "SLEDAI0": 12, "BSA": 1.7})
    assert changed.parameters["CL"].value == 0.3
    assert changed.parameters["CL"].note == "given by the user"
    assert changed.parameters["CL"].evidence != "published"
    assert (changed.scales["SLEDAI0"].value, changed.covariates["BSA"].value) == (12, 1.7)
    assert loop.parameters["CL"].value == 0.257


def test_every_problem_is_told_at_once() -> None:
    given = {"CL": -1, "nonsense": 2, "n": "two", "K": float("nan"), "rM": 1.5, "V1": 3, "g": True}
    with pytest.raises(CostimError) as caught:
        with_values(load_model("loop"), given, place="values.toml")  # type: ignore[arg-type]
    message = str(caught.value)
    assert "values.toml" in message
    assert "CL (Clearance): found -1, expected a number from 0.001 to 50 L/d" in message
    assert "nonsense: no such parameter of loop; there are CL, V1" in message
    assert all(f"{name} (" in message for name in ("n", "K", "rM", "g"))
    assert "V1 (" not in message


def test_arrays_of_values_are_checked_by_column() -> None:
    loop = load_model("loop")
    p = np.repeat(typical_values(loop)[None, :], 4, axis=0)
    assert problems_of_values(loop, p) == []
    p[1, 0], p[3, 0], p[2, 5] = -1.0, 99.0, np.inf
    problems = problems_of_values(loop, p)
    assert len(problems) == 2
    assert "CL" in problems[0]
    assert "(patient 2; 2 in all)" in problems[0]
    assert "kmax" in problems[1]
    assert problems_of_values(loop, p[:, :3])[0].startswith("values have the shape (4, 3)")
