"""Files of many instruments: integers, logarithmic amplifiers, big endian, gains; every kind of gate on each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from costim.cytometry.engine import search, source
from costim.cytometry.engine.gate import gate_file
from costim.cytometry.engine.result import Want
from costim.cytometry.fcs.file import FcsFile
from costim.cytometry.fcs.findings import FcsError
from costim.cytometry.fcs.read import open_fcs
from costim.cytometry.gates.model import (
    Axis,
    Boolean,
    Divider,
    Ellipsoid,
    Gate,
    Operand,
    Polygon,
    Quadrant,
    Quadrants,
    Range,
    Ratio,
    Rectangle,
    Strategy,
)
from costim.cytometry.transforms.logicle import Logicle
from tests.cytometry.engine.plain import check_equal, plainly

SCALE = Logicle(262144.0, 1.0, 4.5, 0.0)


def strategy_for(file: FcsFile) -> tuple[Strategy, list[Want]]:
    """Gates of every kind, laid by quantiles of the file, on its first channels and its last."""
    names = [file.channels[index].name for index in (0, 1, len(file.channels) // 2, -1)]
    a, b, c, d = (Axis(name) for name in names)
    scaled_c, scaled_d = Axis(c.source, "", "logicle"), Axis(d.source, "", "logicle")
    linear = {axis: file.read([file.find(axis.source)])[:, 0] for axis in (a, b, c, d)}

    def at(axis: Axis, share: float) -> float:
        values = linear[Axis(axis.source)]
        value = float(np.quantile(values, share, method="lower"))
        return float(SCALE.apply(value)) if axis.transform else value

    def corners(x: Axis, y: Axis) -> tuple[tuple[float, float], ...]:
        places = ((0.05, 0.3), (0.4, 0.02), (0.97, 0.2), (0.7, 0.95), (0.5, 0.6), (0.1, 0.9))
        return tuple((at(x, one), at(y, other)) for one, other in places)

    def spread(axis: Axis) -> float:
        return max((at(axis, 0.9) - at(axis, 0.1)) / 2.0, 1e-3) ** 2

    middle = (at(scaled_c, 0.5), at(scaled_d, 0.5))
    gates: tuple[Gate, ...] = (
        Polygon("p", "", a, b, corners(a, b)),
        Polygon("s", "", scaled_c, scaled_d, corners(scaled_c, scaled_d)),
        Rectangle("r", "p", (Range(c, at(c, 0.1), at(c, 0.8)), Range(scaled_d, at(scaled_d, 0.2), None))),
        Ellipsoid("e", "", (scaled_c, scaled_d), middle, ((spread(scaled_c), 0.0), (0.0, spread(scaled_d))), 1.5),
        Ellipsoid(
            "e3",
            "p",
            (a, b, c),
            (at(a, 0.5), at(b, 0.5), at(c, 0.5)),
            ((spread(a), 0.0, 0.0), (0.0, spread(b), 0.0), (0.0, 0.0, spread(c))),
            2.0,
        ),
        Quadrants(
            "q",
            "r",
            (Divider("x", scaled_c, (at(scaled_c, 0.4),)), Divider("y", b, (at(b, 0.3), at(b, 0.7)))),
            (Quadrant("q0", (("x", 1), ("y", 1))), Quadrant("q1", (("x", 0), ("y", 2)))),
        ),
        Boolean("not_s", "p", "not", (Operand("s"),)),
        Boolean("both", "", "and", (Operand("e"), Operand("not_s", complement=True))),
        Rectangle("ratio", "both", (Range(Axis("ab"), 0.5, 2.0),)),
    )
    wants = [
        Want(population, axis, f"{axis.source} {number}", lambda n: [0, n // 20, n // 2, n - 1], (at(axis, 0.5),))
        for population in ("", "p", "q0", "both")
        for number, axis in enumerate((a, b, c, d))
    ]
    ratios = {"ab": Ratio(a, b, 1.0, 0.0, 1.0)}
    return Strategy("any", gates, {"logicle": SCALE}, {}, ratios), wants


@pytest.mark.parametrize("few", [False, True], ids=["all values kept", "windows from a pilot"])
def test_every_readable_file(fcs_data: Path, few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if few:
        monkeypatch.setattr(search, "KEEP", 0)
        monkeypatch.setattr(search, "PILOT", 1024)
        monkeypatch.setattr(source, "BLOCK", 4096)
    seen = 0
    for path in sorted([*fcs_data.rglob("*.[Ff][Cc][Ss]"), *fcs_data.rglob("*.[Ll][Mm][Dd]")]):
        try:
            file = open_fcs(path)
        except FcsError:
            continue
        strategy, wants = strategy_for(file)
        found = gate_file(file, strategy, wants)
        check_equal(found, plainly(file, strategy, wants))
        if file.events > 1000:
            assert 0 < found.counts["p"] < file.events, path.name
            seen += 1
    assert seen >= 20
