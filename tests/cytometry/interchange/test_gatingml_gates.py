"""Every gate type, transformation and compensation of Gating-ML 2.0, event by event, worked by hand."""

from __future__ import annotations

from math import asinh, exp, log, log10, sinh
from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.gates.model import Axis, Quadrants, Ratio
from tests.cytometry.interchange.gatingml_document import (
    dim,
    ellipsoid,
    gate,
    held,
    read,
    spectrum,
    transformation,
    vertices,
    what,
)


def test_range_rectangle_and_box(tmp_path: Path) -> None:
    strategy = read(
        gate("RectangleGate", "range", dim("A", low="1", high="3"))
        + gate("RectangleGate", "from", dim("A", low="1"))
        + gate("RectangleGate", "below", dim("A", high="3", low="-INF"))
        + gate("RectangleGate", "rectangle", dim("A", low="1", high="3"), dim("B", low="0", high="1e1"))
        + gate("RectangleGate", "box", dim("A", low="1"), dim("B", low="0"), dim("C", high="5"))
    )
    found = held(tmp_path, strategy, A=[0, 1, 2, 3, 2, 2], B=[5, 0, 9.5, 5, 10, -1], C=[0, 4.5, 5, 0, 0, 0])
    assert found == {
        "range": "011011",
        "from": "011111",
        "below": "111011",
        "rectangle": "011000",
        "box": "010110",
    }


def test_polygon_with_its_border_and_crossing_edges(tmp_path: Path) -> None:
    strategy = read(
        gate("PolygonGate", "triangle", dim("A"), dim("B"), vertices((0, 0), (4, 4), (0, 4)))
        + gate("PolygonGate", "bow_tie", dim("A"), dim("B"), vertices((0, 0), (4, 4), (4, 0), (0, 4)))
    )
    found = held(tmp_path, strategy, A=[0, 2, 2, 1, 4, 2, 3.5, 2], B=[0, 2, 1, 3, 4, 4, 2, 3])
    assert found["triangle"] == "11011101"
    assert found["bow_tie"] == "11011010"


def test_ellipse_and_ellipsoid_with_their_surface(tmp_path: Path) -> None:
    strategy = read(
        gate("EllipsoidGate", "e2", dim("A"), dim("B"), ellipsoid((1, 1), ((4, 0), (0, 1)), 1))
        + gate(
            "EllipsoidGate",
            "e3",
            dim("A"),
            dim("B"),
            dim("C"),
            ellipsoid((1, 1, 0), ((4, 0, 0), (0, 1, 0), (0, 0, 9)), 4),
        )
    )
    found = held(tmp_path, strategy, A=[3, 3.5, 1, 1, 1, 5], B=[1, 1, 2, 2.5, 1, 1], C=[0, 0, 0, 0, 6, 1])
    assert found == {"e2": "101010", "e3": "111110"}


QUADRANTS = gate(
    "QuadrantGate",
    "both",
    '<gating:divider gating:id="dA" gating:compensation-ref="uncompensated">'
    + what("A")
    + "<gating:value>1</gating:value><gating:value> 2.0e0 </gating:value></gating:divider>",
    '<gating:divider gating:id="dB" gating:compensation-ref="uncompensated">'
    + what("B")
    + "<gating:value>0</gating:value></gating:divider>",
    *(
        f'<gating:Quadrant gating:id="{name}">'
        + "".join(f'<gating:position gating:divider_ref="{d}" gating:location="{at}"/>' for d, at in places)
        + "</gating:Quadrant>"
        for name, places in {
            "lowneg": [("dA", -100), ("dB", -1)],
            "midpos": [("dA", 1), ("dB", 0)],
            "midneg": [("dA", 1.5), ("dB", -1)],
            "high": [("dA", 2)],
        }.items()
    ),
)


def test_quadrants_of_dividers_with_several_values(tmp_path: Path) -> None:
    strategy = read(QUADRANTS)
    (quadrants,) = strategy.gates
    assert isinstance(quadrants, Quadrants)
    assert [q.positions for q in quadrants.quadrants] == [
        (("dA", 0), ("dB", 0)),
        (("dA", 1), ("dB", 1)),
        (("dA", 1), ("dB", 0)),
        (("dA", 2),),
    ]
    found = held(tmp_path, strategy, A=[0.5, 1, 1.5, 2, 2, 9, 0.5], B=[-1, 0, -0.5, -5, 5, 0, 0])
    assert found == {"lowneg": "1000000", "midpos": "0100000", "midneg": "0010000", "high": "0001110"}


def boolean(name: str, operation: str, *refs: str, parent: str = "") -> str:
    """A Boolean gate; an operand with ! is taken as its complement."""
    inner = "".join(
        f'<gating:gateReference gating:ref="{ref.lstrip("!")}"'
        + (' gating:use-as-complement="true"' if ref.startswith("!") else "")
        + "/>"
        for ref in refs
    )
    return gate("BooleanGate", name, f"<gating:{operation}>{inner}</gating:{operation}>", parent=parent)


def test_boolean_gates_in_any_order_with_parents_and_quadrants(tmp_path: Path) -> None:
    # The truth, event by event: a = A >= 1, b = B >= 0, below_b = b and C >= 0, high = A >= 2.
    strategy = read(
        boolean("three", "and", "a", "below_b", "!high")
        + boolean("either", "or", "!a", "high")
        + boolean("none", "not", "below_b")
        + boolean("double", "not", "!below_b")
        + boolean("nested", "not", "three", parent="b")
        + QUADRANTS
        + gate("RectangleGate", "below_b", dim("C", low="0"), parent="b")
        + gate("RectangleGate", "a", dim("A", low="1"))
        + gate("RectangleGate", "b", dim("B", low="0"))
        + gate("RectangleGate", "of_high", dim("C", low="0"), parent="high")
    )
    columns = {"A": [0, 1, 1, 1, 2, 2, 0], "B": [0, 0, -1, 0, 0, 0, -1], "C": [0, 0, 0, -1, 0, -1, 0]}
    found = held(tmp_path, strategy, **columns)
    events = list(zip(*columns.values(), strict=True))
    truth = {
        "three": [a >= 1 and b >= 0 and c >= 0 and not a >= 2 for a, b, c in events],
        "either": [not a >= 1 or a >= 2 for a, b, c in events],
        "none": [not (b >= 0 and c >= 0) for a, b, c in events],
        "double": [b >= 0 and c >= 0 for a, b, c in events],
        "nested": [b >= 0 and not (a >= 1 and b >= 0 and c >= 0 and not a >= 2) for a, b, c in events],
        "of_high": [a >= 2 and c >= 0 for a, b, c in events],
    }
    for name, inside in truth.items():
        assert found[name] == "".join("1" if each else "0" for each in inside), name
        assert 0 < sum(inside) < len(inside), name


def test_ratio_and_ratio_on_a_scale(tmp_path: Path) -> None:
    strategy = read(
        transformation("r", "fratio", A=2, B=1, C=-1, inside=what("A") + what("B"))
        + transformation("log", "flog", T=100, M=2)
        + gate("RectangleGate", "plain", dim("@r", low="1", high="4"))
        + gate("RectangleGate", "scaled", dim("@r", scale="log", low="0.5"))
    )
    # 2 (A - 1) / (B + 1): 1, 4, 10, 0, undefined, 3; log10(x / 100) / 2 + 1 is 0.5 at 10.
    found = held(tmp_path, strategy, A=[2, 3, 11, 1, 5, 4], B=[1, 0, 1, 1, -1, 1])
    assert found == {"plain": "100001", "scaled": "001000"}


def logicle_line(y: float, t: float, w: float, m: float, a: float) -> float:
    """The published biexponential of logicle at a scale value: a e^(b y) - c e^(-d y) - f (GatingML 2.0, 6.5).

    Below the scale value of zero it is the mirror image of what lies above (Moore and Parks 2012).
    """
    if y < (a + w) / (m + a):
        return -logicle_line(2 * (a + w) / (m + a) - y, t, w, m, a)
    b = (m + a) * log(10)
    width = w / (m + a)
    low, high = 1e-9, b
    for _ in range(200):  # 2 (ln d - ln b) + w (b + d) = 0
        d = (low + high) / 2
        low, high = (d, high) if 2 * (log(d) - log(b)) + width * (b + d) < 0 else (low, d)
    x1 = a / (m + a) + width
    c_over_a = exp((b + d) * (x1 + width))
    f_over_a = exp(b * x1) - c_over_a * exp(-d * x1)
    unit = t / (exp(b) - c_over_a * exp(-d) - f_over_a)
    return unit * (exp(b * y) - c_over_a * exp(-d * y) - f_over_a)


def hyperlog_line(y: float, t: float, w: float, m: float, a: float) -> float:
    """The published function of hyperlog at a scale value: a e^(b y) + c y - f (GatingML 2.0, 6.6); mirrored too."""
    if y < (a + w) / (m + a):
        return -hyperlog_line(2 * (a + w) / (m + a) - y, t, w, m, a)
    b = (m + a) * log(10)
    width = w / (m + a)
    x1 = a / (m + a) + width
    c_over_a = exp(b * (x1 + width)) / width
    f_over_a = exp(b * x1) + c_over_a * x1
    unit = t / (exp(b) + c_over_a - f_over_a)
    return unit * (exp(b * y) + c_over_a * y - f_over_a)


def flin(x: float) -> float:
    return (x + 100) / (1000 + 100)


def flog(x: float) -> float:
    return log10(x / 10000) / 4.5 + 1


def fasinh(x: float) -> float:
    return (asinh(x * sinh(4 * log(10)) / 1000) + 1 * log(10)) / ((4 + 1) * log(10))


@pytest.mark.parametrize(
    ("kind", "parameters", "scale", "values"),
    [
        ("flin", {"T": 1000, "A": 100}, flin, [-500, -100, 0, 230, 229, 231, 999, 1000, 1500]),
        ("flog", {"T": 10000, "M": 4.5}, flog, [0.5, 1, 10, 100, 315, 317, 5000, 10000, 20000]),
        ("fasinh", {"T": 1000, "M": 4, "A": 1}, fasinh, [-1000, -10, -1, 0, 1, 3, 10, 400, 1000, 5000]),
    ],
)
def test_scales_given_by_a_formula(tmp_path: Path, kind, parameters, scale, values) -> None:
    truth = [scale(x) for x in values]
    cuts = sorted(set(np.round(truth, 3)))[1:-1]
    body = transformation("s", kind, **parameters)
    body += "".join(gate("RectangleGate", f"g{i}", dim("A", scale="s", low=str(cut))) for i, cut in enumerate(cuts))
    found = held(tmp_path, read(body), A=values)
    for i, cut in enumerate(cuts):
        assert found[f"g{i}"] == "".join("1" if y >= cut else "0" for y in truth), cut
    assert len({*found.values()}) > 3


@pytest.mark.parametrize(
    ("kind", "line"), [("logicle", logicle_line), ("hyperlog", hyperlog_line)], ids=["logicle", "hyperlog"]
)
@pytest.mark.parametrize(("w", "a"), [(0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, -0.25)])
def test_scales_given_by_their_inverse(tmp_path: Path, kind, line, w: float, a: float) -> None:
    t, m = 10000.0, 4.5
    assert line(1.0, t, w, m, a) == pytest.approx(t)
    assert line((w + a) / (m + a), t, w, m, a) == pytest.approx(0, abs=1e-9)
    cuts = [0.02, 0.1, 0.2, 0.3, 0.5, 0.75, 0.99]
    edges = [line(cut, t, w, m, a) for cut in cuts]
    # Just on either side of every edge, as far as single precision of the file allows.
    values = np.array([[edge - 1e-5 * abs(edge) - 1e-5, edge + 1e-5 * abs(edge) + 1e-5] for edge in edges]).ravel()
    body = transformation("s", kind, T=t, W=w, M=m, A=a)
    body += "".join(gate("RectangleGate", f"g{i}", dim("A", scale="s", low=str(cut))) for i, cut in enumerate(cuts))
    found = held(tmp_path, read(body), A=values)
    for i, edge in enumerate(edges):
        assert found[f"g{i}"] == "".join("1" if x >= edge else "0" for x in values), cuts[i]


def test_bounds_of_a_transformation(tmp_path: Path) -> None:
    bounds = ' transforms:boundMin="0.2" transforms:boundMax="0.8"'
    strategy = read(
        transformation("s", "flin", bounds, T=100, A=0)
        + gate("RectangleGate", "at_floor", dim("A", scale="s", low="0.2"))
        + gate("RectangleGate", "over_floor", dim("A", scale="s", low="0.21"))
        + gate("RectangleGate", "under_top", dim("A", scale="s", high="0.8"))
        + gate("RectangleGate", "at_top", dim("A", scale="s", low="0.8"))
        + gate("RectangleGate", "beyond", dim("A", scale="s", low="0.81"))
    )
    found = held(tmp_path, strategy, A=[-50, 10, 20, 50, 80, 90, 500])
    assert found == {
        "at_floor": "1111111",
        "over_floor": "0001111",
        "under_top": "1111000",
        "at_top": "0000111",
        "beyond": "0000000",
    }


ROWS = [[1.0, 0.5], [0.25, 1.0]]
"""FITC and PE in A and B: events (FITC, PE) are seen as (FITC + 0.25 PE, 0.5 FITC + PE)."""
TRUE = [(8, 0), (0, 8), (8, 8), (16, 4), (-8, 24)]
SEEN_A = [fitc + 0.25 * pe for fitc, pe in TRUE]
SEEN_B = [0.5 * fitc + pe for fitc, pe in TRUE]


def comp_gates(fitc: str, pe: str, comp: str) -> str:
    return gate("RectangleGate", "fitc", dim(fitc, comp=comp, low="7.5")) + gate(
        "RectangleGate", "pe", dim(pe, comp=comp, low="7.5")
    )


def test_a_spectrum_matrix_by_fluorochrome_and_by_detector(tmp_path: Path) -> None:
    matrix = spectrum("M", ["FITC", "PE"], ["A", "B"], ROWS)
    for fitc, pe in (("FITC", "PE"), ("A", "B")):
        found = held(tmp_path, read(matrix + comp_gates(fitc, pe, "M")), A=SEEN_A, B=SEEN_B)
        assert found == {"fitc": "10110", "pe": "01101"}
    plain = held(tmp_path, read(comp_gates("A", "B", "uncompensated")), A=SEEN_A, B=SEEN_B)
    assert plain == {"fitc": "10110", "pe": "01111"}


def test_a_matrix_that_is_inverted_already(tmp_path: Path) -> None:
    inverse = np.linalg.inv(ROWS).tolist()
    flag = ' transforms:matrix-inverted-already="true"'
    strategy = read(spectrum("M", ["FITC", "PE"], ["A", "B"], inverse, flag) + comp_gates("FITC", "PE", "M"))
    assert np.allclose(strategy.matrices["M"].array(), ROWS, atol=1e-12)
    assert held(tmp_path, strategy, A=SEEN_A, B=SEEN_B) == {"fitc": "10110", "pe": "01101"}


def test_unmixing_of_more_detectors_than_fluorochromes(tmp_path: Path) -> None:
    rows = [[1.0, 0.5, 0.25], [0.0, 0.5, 1.0]]
    seen = np.array(TRUE, dtype=float) @ np.array(rows)
    gates = comp_gates("FITC", "PE", "M")
    for matrix in (
        spectrum("M", ["FITC", "PE"], ["A", "B", "C"], rows),
        spectrum("M", ["FITC", "PE"], ["A", "B", "C"], np.linalg.pinv(rows).tolist(),
                 ' transforms:matrix-inverted-already="1"'),
    ):  # fmt: skip
        found = held(tmp_path, read(matrix + gates), A=seen[:, 0], B=seen[:, 1], C=seen[:, 2])
        assert found == {"fitc": "10110", "pe": "01101"}


def test_the_matrix_of_the_file_and_a_file_without_one(tmp_path: Path) -> None:
    strategy = read(comp_gates("A", "B", "FCS"))
    spill = {"$SPILLOVER": "2,A,B,1,0.5,0.25,1"}
    assert held(tmp_path, strategy, spill, A=SEEN_A, B=SEEN_B) == {"fitc": "10110", "pe": "01101"}
    assert held(tmp_path, strategy, A=SEEN_A, B=SEEN_B) == {"fitc": "10110", "pe": "01111"}


def test_a_ratio_is_compensated_as_its_dimension_says(tmp_path: Path) -> None:
    body = spectrum("M", ["FITC", "PE"], ["A", "B"], ROWS)
    body += transformation("r", "fratio", A=1, B=0, C=0, inside=what("A") + what("B"))
    body += gate("RectangleGate", "comp", dim("@r", comp="M", low="0.9")) + gate(
        "RectangleGate", "raw", dim("@r", low="0.9")
    )
    strategy = read(body)
    assert strategy.ratios == {
        "r [M]": Ratio(Axis("A", "M"), Axis("B", "M")),
        "r [uncompensated]": Ratio(Axis("A"), Axis("B")),
    }
    # Compensated: inf, 0, 1, 4, -1/3; as seen: 2, 0.25, 10 / 12, 17 / 12, -0.1.
    found = held(tmp_path, strategy, A=SEEN_A, B=SEEN_B)
    assert found == {"comp": "00110", "raw": "10010"}
    alone = read(body.replace(gate("RectangleGate", "raw", dim("@r", low="0.9")), ""))
    assert list(alone.ratios) == ["r"]


def test_prefixes_are_free() -> None:
    body = gate("RectangleGate", "g", dim("A", low="1"))
    from costim.cytometry.gates.digest import digest
    from costim.cytometry.interchange.gatingml_read import parse_gatingml
    from tests.cytometry.interchange.gatingml_document import document

    renamed = document(body)
    for old, new in ((b"gating:", b"g:"), (b"transforms:", b"t:"), (b"data-type:", b"d:")):
        renamed = renamed.replace(old, new).replace(b"xmlns:" + old[:-1], b"xmlns:" + new[:-1])
    strategy, findings = parse_gatingml(renamed)
    assert findings == ()
    assert digest(strategy) == digest(read(body))
