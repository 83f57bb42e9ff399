"""The reference page runs as printed, and names every field of a specification."""

from __future__ import annotations

import doctest
from dataclasses import fields
from pathlib import Path

from costim.cytometry.synthetic.spec import SampleSpec

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "synthetic-samples.md"


def test_the_example_of_the_page_runs() -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in text.split("```python\n")[1:]]
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, PAGE.name, str(PAGE), 0)
    assert test.examples
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_every_field_has_its_row() -> None:
    table = PAGE.read_text(encoding="utf-8").split("| field of `SampleSpec`")[1].split("\n\n")[0]
    for field in fields(SampleSpec):
        assert f"`{field.name}`" in table, field.name
