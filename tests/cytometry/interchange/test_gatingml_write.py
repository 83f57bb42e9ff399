"""What is written reads back as the same strategy, and is valid by the schema of the standard."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace

import pytest
from hypothesis import given, settings

from costim.cytometry.compensation.matrix import SpilloverMatrix
from costim.cytometry.gates.difference import differences
from costim.cytometry.gates.digest import digest
from costim.cytometry.gates.errors import GateError
from costim.cytometry.gates.model import Axis, Divider, Quadrant, Quadrants, Range, Ratio, Rectangle, Strategy
from costim.cytometry.gates.read_toml import parse_toml
from costim.cytometry.gates.resolve import resolved
from costim.cytometry.gates.template import template_text
from costim.cytometry.interchange.gatingml_read import parse_gatingml
from costim.cytometry.interchange.gatingml_write import write_gatingml
from costim.cytometry.transforms.biex import Biex
from tests.cytometry.gates.any_strategy import strategies
from tests.cytometry.gates.array_events import SQUARE, X, Y, strategy_of


def again(strategy: Strategy) -> Strategy:
    """Written and read, without a remark."""
    read, findings = parse_gatingml(write_gatingml(strategy).encode())
    assert findings == ()
    return read


@settings(max_examples=60)
@given(strategies(named_bounds=False, biex=False))
def test_round_trip(strategy: Strategy) -> None:
    read = again(strategy)
    assert differences(strategy, read) == ()
    assert digest(read) == digest(strategy)
    assert read.name == strategy.name
    assert write_gatingml(read) == write_gatingml(strategy)


@settings(max_examples=30)
@given(strategies(named_bounds=False, biex=False))
def test_valid_by_the_schema_of_the_standard(strategy: Strategy) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from flowkit._resources import gml_schema
        from lxml import etree

    document = etree.parse(io.BytesIO(write_gatingml(strategy).encode()))
    assert gml_schema.validate(document), gml_schema.error_log


TEMPLATE = resolved(
    parse_toml(template_text()).shared, {"cd19_positive": 0.5, "cd27_positive": 0.41, "cd80_positive": 0.6}
)


def test_the_template_with_numbers() -> None:
    read = again(TEMPLATE)
    assert digest(read) == digest(TEMPLATE)
    assert read == replace(TEMPLATE, gates=read.gates)
    assert read.markers == TEMPLATE.markers


def test_without_the_custom_information_the_gates_are_the_same() -> None:
    text = write_gatingml(TEMPLATE)
    start, end = text.index("<data-type:custom_info>"), text.index("</data-type:custom_info>")
    read, findings = parse_gatingml((text[:start] + text[end + len("</data-type:custom_info>") :]).encode())
    assert findings == ()
    assert read.gates == TEMPLATE.gates
    assert read.markers == {}
    assert {each.part.split()[0] for each in differences(TEMPLATE, read)} == {"threshold", "marker", "role", "subsets"}


def test_names_that_are_no_ids() -> None:
    gates = (
        Rectangle("CD4+", "", (Range(X, 1.0),)),
        Rectangle("CD4pos", "CD4+", (Range(X, 2.0),)),
        Rectangle("4 <&> \"x\" 'y'", "CD4pos", (Range(Axis('PE "A" <&>'), 2.0),)),
        Quadrants("FCS", "", (Divider("CD4+", X, (1.0,)),), (Quadrant("q", (("CD4+", 0),)),)),
    )
    strategy = strategy_of(*gates)
    text = write_gatingml(strategy)
    assert 'gating:id="CD4pos_2"' in text
    assert 'gating:id="CD4pos" gating:parent_id="CD4pos_2"' in text
    assert again(strategy).gates == gates


def test_ids_of_gates_that_have_a_fitting_name_stay() -> None:
    text = write_gatingml(TEMPLATE)
    for name, _ in TEMPLATE.populations():
        assert f'gating:id="{name}"' in text
    assert "[names]" not in text


def test_channels_by_their_name_in_the_file() -> None:
    gate = Rectangle("g", "", (Range(Axis("CD19"), 1.0),))
    read, _ = parse_gatingml(write_gatingml(strategy_of(gate), {"CD19": "BV421-A"}).encode())
    assert read.gates[0] == Rectangle("g", "", (Range(Axis("BV421-A"), 1.0),))


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        (parse_toml(template_text()).shared, "threshold cd19_positive: found a bound with a name"),
        (strategy_of(SQUARE, transforms={"s": Biex()}), "transform s: found a biex scale"),
        (strategy_of(ratios={"r": Ratio(X, Axis("Y", "file"))}), "ratio r: found two compensations in one ratio"),
        (strategy_of(ratios={"r": Ratio(X, replace(Y, transform="s"))}, transforms={"s": Biex()}),
         "ratio r: found a ratio of transformed channels"),
        (strategy_of(matrices={"m": SpilloverMatrix.from_array("m", ("A",), [[1.0]])}),
         "matrix m: found a matrix of one channel"),
        (strategy_of(Rectangle("g", "", (Range(Axis("a\x01"), 1.0),))), "gate g: found 'a\\x01'"),
        (strategy_of(Rectangle("g", "", ())), "gate g, bounds: found no bounds"),
    ],
)  # fmt: skip
def test_what_the_standard_cannot_say_is_refused(strategy: Strategy, words: str) -> None:
    with pytest.raises(GateError) as caught:
        write_gatingml(strategy)
    assert words in str(caught.value)


def test_the_same_bytes_every_time() -> None:
    assert write_gatingml(TEMPLATE) == write_gatingml(TEMPLATE)
