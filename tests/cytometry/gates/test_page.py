"""The page about gates shows the template, names every key, and what it says is so."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from costim.cytometry.gates.difference import differences
from costim.cytometry.gates.read_toml import parse_toml
from costim.cytometry.gates.template import template_text
from costim.cytometry.gates.toml_gates import KINDS
from costim.cytometry.gates.toml_scales import SCALES

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "gates.md").read_text("utf-8")


def test_the_example_is_the_template_and_can_be_read() -> None:
    (example,) = re.findall(r"```toml title=\"gates.toml\"\n(.*?)```", PAGE, flags=re.DOTALL)
    assert example == template_text()
    assert parse_toml(example).exceptions


def test_every_key_is_on_the_page() -> None:
    table = PAGE[PAGE.index("## Keys") : PAGE.index("## What is inside")]
    keys = set(re.findall(r"(?:^|[{,] )#? ?([a-z_]+) = ", template_text(), flags=re.MULTILINE))
    scale_keys = {part.name for scale in SCALES.values() for part in fields(scale)}
    names = {
        "lymphocytes",
        "b_cells",
        "fsc_a",
        "fsc_h",
        "fsc_shape",
        "ssc_a",
        "cd3",
        "cd19",
        "cd27",
        "igd",
        "cd40",
        "cd80",
    }
    for key in keys - scale_keys - names - {"singlets"}:
        assert key in table, key
    for word in (*KINDS, *SCALES):
        assert f"`{word}`" in table, word


def test_the_difference_on_the_page() -> None:
    text = template_text()
    found = differences(parse_toml(text).shared, parse_toml(text.replace("below = 0.45", "below = 0.5")).shared)
    assert str(found[0]) in PAGE
