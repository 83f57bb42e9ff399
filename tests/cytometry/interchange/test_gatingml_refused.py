"""Gating-ML documents that are not as the standard has them: refused or read with a remark, element and line named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costim.cytometry.gates.errors import GateError, GateProblem
from costim.cytometry.gates.model import Axis, Range, Rectangle
from costim.cytometry.interchange.gatingml_read import parse_gatingml, read_gatingml, read_gatingml_noting
from tests.cytometry.interchange.gatingml_document import (
    FIRST_LINE,
    HEAD,
    dim,
    document,
    ellipsoid,
    gate,
    spectrum,
    transformation,
    vertices,
    what,
)

GOOD = gate("RectangleGate", "good", dim("A", low="1"))


def problems(data: bytes | str) -> tuple[GateProblem, ...]:
    with pytest.raises(GateError) as caught:
        parse_gatingml(document(data) if isinstance(data, str) else data)
    return caught.value.problems


SQUARE = vertices((0, 0), (1, 0), (1, 1))
ROUND = ellipsoid((0, 0), ((1, 0), (0, 1)), 1)
DIVIDER = (
    f'<gating:divider gating:id="d" gating:compensation-ref="FCS">{what("A")}'
    "<gating:value>1</gating:value></gating:divider>"
)
TWO_VALUES = DIVIDER.replace("</gating:divider>", "<gating:value>0</gating:value></gating:divider>")
PLACE = '<gating:position gating:divider_ref="d" gating:location="0"/>'
QUADRANT = f'<gating:Quadrant gating:id="q1">{PLACE}</gating:Quadrant>'
REF = '<gating:gateReference gating:ref="good"/>'


@pytest.mark.parametrize(
    ("body", "where", "found"),
    [
        (gate("RectangleGate", "", dim("A", low="1")), "RectangleGate", "a blank attribute id"),
        ("<gating:RectangleGate/>", "RectangleGate", "no attribute id"),
        (gate("RectangleGate", "g"), "RectangleGate g", "no dimension"),
        (gate("RectangleGate", "g", dim("A")), "RectangleGate g", "a dimension without min and max"),
        (gate("RectangleGate", "g", dim("A", low="one")), "dimension", "'one'"),
        (gate("RectangleGate", "g", dim("A", low="NaN")), "dimension", "'NaN'"),
        (gate("RectangleGate", "g", dim("A", low="INF")), "dimension", "'INF'"),
        (gate("RectangleGate", "g", dim("A", low="1_000")), "dimension", "'1_000'"),
        (gate("RectangleGate", "g", dim("A", low="1e999")), "dimension", "'1e999'"),
        (gate("RectangleGate", "g", dim("A", low="2", high="1")), "gate g",
         "from 2 to below 1 on 'A', which holds no value"),
        (gate("RectangleGate", "g", dim("", low="2")), "fcs-dimension", "a blank attribute name"),
        (gate("RectangleGate", "g", dim("A", low="2"), SQUARE), "RectangleGate g", "the element 'vertex' inside"),
        (gate("RectangleGate", "g", dim("A", low="2", comp="M")), "dimension", "'M'"),
        (gate("RectangleGate", "g", dim("A", low="2", scale="s")), "dimension", "'s'"),
        (gate("RectangleGate", "g", dim("@r", low="2")), "dimension", "'r'"),
        (gate("RectangleGate", "g", '<gating:dimension gating:min="1">' + what("A") + "</gating:dimension>"),
         "dimension", "no attribute compensation-ref"),
        (gate("RectangleGate", "g", '<gating:dimension gating:min="1" gating:compensation-ref="FCS"/>'),
         "dimension", "0 of them in a dimension"),
        (GOOD + gate("RectangleGate", "g", dim("A", low="1"), parent="goood"), "gate g", "the population 'goood'"),
        (gate("RectangleGate", "a", dim("A", low="1"), parent="b")
         + gate("RectangleGate", "b", dim("A", low="1"), parent="a"), "gate a", "a ring: a needs b needs a"),
        (GOOD + GOOD, "RectangleGate good", "the id 'good' 2 times in the document"),
        (GOOD + transformation("good", "flin", T=1, A=0), "transformation good",
         "the id 'good' 2 times in the document"),
        (gate("PolygonGate", "g", dim("A"), SQUARE), "PolygonGate g", "1 dimensions"),
        (gate("PolygonGate", "g", dim("A"), dim("B"), dim("C"), SQUARE), "PolygonGate g", "3 dimensions"),
        (gate("PolygonGate", "g", dim("A"), dim("B"), vertices((0, 0), (1, 1))), "gate g", "2 different vertices"),
        (gate("PolygonGate", "g", dim("A"), dim("B"), SQUARE, "<gating:vertex/>"), "PolygonGate g",
         "a vertex with 0 coordinates"),
        (gate("EllipsoidGate", "g", dim("A"), dim("B")), "EllipsoidGate g", "0 elements mean"),
        (gate("EllipsoidGate", "g", dim("A"), dim("B"), ROUND, ROUND), "EllipsoidGate g", "2 elements mean"),
        (gate("EllipsoidGate", "g", dim("A"), ROUND), "gate g", "1 axes"),
        (gate("EllipsoidGate", "g", dim("A"), dim("B"), dim("C"), ROUND), "gate g", "a list of 2"),
        (gate("EllipsoidGate", "g", dim("A"), dim("B"), ellipsoid((0, 0), ((1, 2), (2, 1)), 1)), "gate g",
         "a matrix that is not positive definite (smallest eigenvalue -1)"),
        (gate("EllipsoidGate", "g", dim("A"), dim("B"), ellipsoid((0, 0), ((1, 0), (0, 1)), -1)), "gate g", "-1.0"),
        (gate("QuadrantGate", "g"), "gate g", "no dividers"),
        (gate("QuadrantGate", "g", DIVIDER), "gate g", "no quadrants"),
        (gate("QuadrantGate", "g", DIVIDER, '<gating:Quadrant gating:id="q1"/>'), "gate g",
         "the quadrant 'q1' without a divider"),
        (gate("QuadrantGate", "g", DIVIDER.replace("<gating:value>1<", "<gating:value>one<"), QUADRANT), "divider d",
         "'one'"),
        (gate("QuadrantGate", "g", DIVIDER, QUADRANT.replace('ref="d"', 'ref="e"')), "Quadrant q1",
         "the divider 'e'"),
        (gate("QuadrantGate", "g", DIVIDER, QUADRANT.replace(PLACE, PLACE * 2)), "gate g", "one divider twice"),
        (gate("QuadrantGate", "g", DIVIDER, QUADRANT) + gate("RectangleGate", "h", dim("A", low="1"), parent="g"),
         "gate h", "'g', which is a quadrant gate and no population"),
        (gate("BooleanGate", "g"), "BooleanGate g", "0 operations"),
        (GOOD + gate("BooleanGate", "g", f"<gating:not>{REF}</gating:not><gating:not>{REF}</gating:not>"),
         "BooleanGate g", "2 operations"),
        (GOOD + gate("BooleanGate", "g", f"<gating:and>{REF}</gating:and>"), "gate g", "and of 1 populations"),
        (GOOD + gate("BooleanGate", "g", f"<gating:not>{REF}{REF}</gating:not>"), "gate g", "not of 2 populations"),
        (gate("BooleanGate", "g", f"<gating:not>{REF}</gating:not>"), "gate g", "the population 'good'"),
        (gate("BooleanGate", "g", f"<gating:not>{GOOD}</gating:not>"), "BooleanGate g", "the operand 'RectangleGate'"),
        (GOOD + gate("BooleanGate", "g", "<gating:xor/>"), "BooleanGate g", "the element 'xor' inside"),
        (GOOD + gate("BooleanGate", "g", f"<gating:not>{REF[:-2]} gating:use-as-complement='yes'/></gating:not>"),
         "gateReference", "'yes'"),
        (gate("DecisionTreeGate", "g"), "DecisionTreeGate g", "the element 'DecisionTreeGate'"),
        (transformation("s", "split", T=1), "transformation s", "the transformation 'split'"),
        ('<transforms:transformation transforms:id="s"/>', "transformation s", "0 elements inside"),
        (transformation("s", "logicle", T=1000, W=0.5, M=4.5), "logicle", "no attribute A"),
        (transformation("s", "logicle", T=1000, W=3, M=4.5, A=0), "transformation s", None),
        (transformation("s", "hyperlog", T=1000, W=0, M=4.5, A=0), "transformation s", None),
        (transformation("s", "flog", T=-1, M=4.5), "transformation s", None),
        (transformation("s", "flin", ' transforms:boundMin="1" transforms:boundMax="0"', T=1, A=0),
         "transformation s", None),
        (transformation("s", "fratio", A=1, B=0, C=0, inside=what("A")), "transformation s", "a ratio of 1 channels"),
        (transformation("s", "fratio", ' transforms:boundMin="1"', A=1, B=0, C=0, inside=what("A") + what("B")),
         "transformation s", "boundMin of a ratio"),
        (transformation("s", "flin", T=1, A=0) + gate("RectangleGate", "g", dim("@s", low="1")), "dimension",
         "'s', which is a scale"),
        (transformation("r", "fratio", A=1, B=0, C=0, inside=what("A") + what("B"))
         + gate("RectangleGate", "g", dim("A", scale="r", low="1")), "dimension", "'r', which is a ratio"),
        (spectrum("M", ["F", "P"], ["A", "B"], [[1, 0]]), "spectrumMatrix M", "1 rows of 2 numbers"),
        (spectrum("M", ["F", "P"], ["A", "B"], [[1, 0], [1]]), "spectrumMatrix M", "2 rows of 1, 2 numbers"),
        (spectrum("M", ["F", "P"], ["A", "B"], [[1, 1], [1, 1]]), "spectrumMatrix M", None),
        (spectrum("M", ["F", "P"], ["A", "A"], [[1, 0], [0, 1]]), "spectrumMatrix M", None),
        (spectrum("M", ["F", "P"], ["A", "B"], [[1, 1], [1, 1]], ' transforms:matrix-inverted-already="true"'),
         "spectrumMatrix M", None),
        (spectrum("M", ["F", "P"], ["A", "B"], [[1, 0], [0, 1]]).replace("fluorochromes>", "colours>"),
         "spectrumMatrix M", "0 lists of fluorochromes"),
    ],
)  # fmt: skip
def test_illegal_documents(body: str, where: str, found: str | None) -> None:
    told = [p for p in problems(body) if p.where == where and (found is None or p.found == found)]
    assert told, [str(p) for p in problems(body)]
    line = told[0].line
    assert line is not None
    assert FIRST_LINE <= line <= FIRST_LINE + body.count("\n")
    assert str(told[0]).startswith(f"gates.xml, line {line}, {where}")


def test_everything_is_said_at_once_in_the_order_of_lines() -> None:
    body = (
        gate("RectangleGate", "a", dim("A"))
        + GOOD
        + gate("PolygonGate", "b", dim("A"), SQUARE)
        + transformation("s", "split", T=1)
        + gate("BooleanGate", "c")
    )
    told = problems(body)
    assert [p.line for p in told] == [FIRST_LINE + offset for offset in (0, 2, 3, 4)]


def test_a_slip_is_guessed() -> None:
    body = transformation("logicle", "flin", T=1, A=0) + gate("RectangleGate", "g", dim("A", scale="logcle", low="1"))
    (problem,) = problems(body)
    assert problem.expected == "did you mean 'logicle'?"


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>"""


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (BOMB, "a document type or an entity"),
        (OUTSIDE, "a document type or an entity"),
        (b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://localhost/x.dtd"><x/>', "a document type or an entity"),
        (b"", "XML that is not well-formed"),
        (b"gates", "XML that is not well-formed"),
        (document(GOOD)[:-20], "XML that is not well-formed"),
        (HEAD.encode() + b"<a>" * 5000, "text that cannot be read (elements nested deeper than 100)"),
        (b'<?xml version="1.0" encoding="nonsense"?><x/>', "text that cannot be read (unknown encoding"),
        (b'<Workspace version="20.0"/>', "a FlowJo workspace"),
        (b'<x:Gating-ML xmlns:x="http://www.isac-net.org/std/Gating-ML/v1.5/gating"/>',
         "the namespace http://www.isac-net.org/std/Gating-ML/v1.5/gating"),
        (b"<Gating-ML/>", "the namespace none"),
        (b"<html/>", "the element html"),
    ],
)  # fmt: skip
def test_what_is_no_document(data: bytes, found: str) -> None:
    (problem,) = problems(data)
    assert problem.found.startswith(found)


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "gates.xml"
    with pytest.raises(GateError, match=r"gates.xml: found a file that cannot be read"):
        read_gatingml(path)
    path.write_bytes(document(GOOD))
    strategy = read_gatingml(path)
    assert strategy.name == "gates"
    assert strategy.gates == (Rectangle("good", "", (Range(Axis("A"), 1.0),)),)
    assert read_gatingml_noting(path) == (strategy, ())


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_other_encodings(encoding: str) -> None:
    text = document(gate("RectangleGate", "naïve", dim("A", low="1"))).decode().replace("UTF-8", encoding)
    assert parse_gatingml(text.encode(encoding))[0].gates[0].name == "naïve"


def test_what_is_plain_enough_is_read_with_a_remark() -> None:
    body = (
        '<gating:RectangleGate id="a"><gating:dimension gating:compensation-ref="fcs" min="1">'
        '<data-type:fcs-dimension name="A"/></gating:dimension></gating:RectangleGate>\n'
        '<other xmlns="urn:other"/>\n'
        + gate("QuadrantGate", "q", TWO_VALUES, QUADRANT)
        + spectrum("file", ["F", "P"], ["A", "B"], [[1, 0], [0, 1]])
        + gate("RectangleGate", "b", dim("A", comp="file", low="1"))
    )  # fmt: skip
    strategy, findings = parse_gatingml(document(body))
    assert strategy.gates[0] == Rectangle("a", "", (Range(Axis("A", "file"), 1.0),))
    assert strategy.gates[1].dividers[0].values == (0.0, 1.0)  # type: ignore[union-attr]
    assert strategy.gates[1].quadrants[0].positions == (("d", 1),)  # type: ignore[union-attr]
    assert strategy.gates[2] == Rectangle("b", "", (Range(Axis("A", "file matrix"), 1.0),))
    assert sorted((f.row, f.code, f.found) for f in findings) == [
        (FIRST_LINE, "gatingml_nonstandard", "'fcs'"),
        (FIRST_LINE, "gatingml_nonstandard", "id without a namespace"),
        (FIRST_LINE, "gatingml_nonstandard", "min without a namespace"),
        (FIRST_LINE, "gatingml_nonstandard", "name without a namespace"),
        (FIRST_LINE + 1, "gatingml_not_read", "the element 'other'"),
        (FIRST_LINE + 2, "gatingml_nonstandard", "divider values out of order"),
        (FIRST_LINE + 3, "gatingml_nonstandard", "'file'"),
    ]


def test_custom_information_of_others_is_passed_over_in_silence() -> None:
    info = '<data-type:custom_info>words<cyto xmlns="urn:x"><deep a="1"/></cyto></data-type:custom_info>'
    body = info + gate("RectangleGate", "g", info, dim("A", low="1"))
    strategy, findings = parse_gatingml(document(body))
    assert findings == ()
    assert len(strategy.gates) == 1


OURS = '<data-type:custom_info><c:strategy xmlns:c="urn:costim:gatingml">{}</c:strategy></data-type:custom_info>\n'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("not toml", "text that is not TOML"),
        ('name = "x"\nroles = 3', "something that cannot be read"),
        ('[roles]\nlymphocytes = "gone"', "role lymphocytes: the population 'gone'"),
        ('[axes]\na = { channel = "A", transform = "gone" }', "something that cannot be read"),
    ],
)
def test_our_own_custom_information_that_no_longer_fits_is_left_out(text: str, found: str) -> None:
    strategy, (finding,) = parse_gatingml(document(OURS.format(text) + GOOD))
    assert finding.code == "gatingml_not_read"
    assert finding.found == found
    assert strategy.roles == {}
    assert [gate.name for gate in strategy.gates] == ["good"]


PARTS = ["<", ">", "/", '"', "gating:", "RectangleGate", "dimension", " gating:id=", '"g"', "<gating:and>", GOOD,
         QUADRANT, DIVIDER, SQUARE, ROUND, "&amp;", "&x;", "\x00", "<!--", "-->", dim("A"), REF,
         "<gating:BooleanGate gating:id='b'>", "</gating:BooleanGate>", "<gating:not>", "</gating:not>",
         transformation("s", "flin", T=1, A=0), spectrum("M", ["F"], ["A"], [[1]]), OURS.format("x = 1")]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=8))
def test_any_document_is_read_or_refused_in_words(parts: list[str]) -> None:
    try:
        parse_gatingml(document("".join(parts)))
    except GateError as error:
        assert error.problems
        assert all(problem.found and problem.expected and problem.file for problem in error.problems)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(GateError):
        parse_gatingml(data)
